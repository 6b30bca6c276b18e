"""The Site Needs Report as plain data for a page: every word translated, every number written.

The PDF and the web page are made from the same data, so that they say the same. What `page_data` gives
is JSON-able. A number is always `{text, mark, key}`: `mark` is one of "", "carried", "derived",
"suppressed", "unknown"; `key` addresses the figure behind it, or is None. Text is text, never markup.

Keys of `page_data`:

- `lang`, `dir` (ltr or rtl), `words` (headings and small words by name, see `page_words.WORDS`)
- `header`: `product`, `operation`, `country`, `place` (both in one line), `period`, `issue`, `title`,
  `fictional`, `fictional_short` (a warning, or None)
- `headlines`: list of `indicator`, `label`, `number`, `coverage` (`text`, `share` 0-1 or None, `parts`:
  list of `kind`, `label`, `count`, `share`), `change` (None or `text`, `sense` up/down/same, `since`,
  `parts`: list of `label`, `text`), `flow` (whether it tells what moved in the period)
- `coverage`: as above, of the whole report; `lead`: the finding of the report
- `map`: `title`, `subtitle`, `alt`, `number`, `disclaimer`, `source`
- `actions`: `title`, `rows` (list of `site_id`, `site`, `sector` or None, `reason`, `number`, `as_of`), `empty`
- `sectors`: `title`, `subtitle`, `ranking` (list of `sector`, `number`, `share` 0-1 of the longest bar,
  `critical_share`, `sites`), `blocks`, `level_key`, `empty`; a `sector` is `name`, `label`, `short`,
  `colour`, `icon` (name of a file in icons/)
- a block: `sector`, `rank`, `finding`, `facts` (list of `label`, `number`), `change`, `levels` (list of
  `code`, `label`, `count`, `text`, `share`, `heat` 0-3 or "unknown"), `levels_alt`, `sites` (list of
  `site_id`, `site`, `place`, `number`, `heat`, `level`, `arrivals`, `as_of`), `more`, `empty`
- `trend`: `title`, `subtitle`, `points` (list of `label`, `number`, `coverage`, `arrivals`, `departures`),
  `empty`
- `breakdowns`: list of `name`, `title`, `subtitle`, `rows` (list of `label`, `number`, `share` 0-1 of the
  longest bar, `part` (share of the sum as text, or ""))
- `table`: `title`, `subtitle`, `columns` (list of `key`, `heading`, `kind` text/number/date/heat,
  `sector` or None), `rows` (list of `site_id`, `cells`), `totals`, `empty`; a cell is `{text}` for words
  and dates (the first also `place`), a number, or `{heat, text, label}`
- `definitions` (list of `label`, `text`), `method`, `limits` (lists of sentences), `citation`
- `footer`: `source`, `data_as_of`, `made_on`, `address` or None, `contact` or None, `page` (a pattern with
  {page} and {pages})
- `marks`: by mark that is used in the report: `symbol`, `text`; `empty`: sentences for what has no content

`sector_page_data` gives the same `lang`, `dir`, `words`, `header`, `map`, `footer`, `marks`, and `block`,
`definitions`, `place_in_ranking`, `table` (columns and rows of the sites of this sector only, at most as
many as fit a page, and `more`: what to say when only the first n rows find room, by n).
"""

from typing import Any

from opendtm.i18n import Message, day, direction, mark, translate
from opendtm.render import page_sectors, page_table, page_trend
from opendtm.render.map_alt import map_alt
from opendtm.render.page_days import first_day
from opendtm.render.page_numbers import (
    Data,
    change_data,
    coverage_data,
    entry,
    marks_in,
    matched_data,
)
from opendtm.render.page_words import marks_key, words
from opendtm.render.read_me import citation, product
from opendtm.report.headlines import FLOWS
from opendtm.report.model import Action, Edition, Headline, SiteNeedsReport

_WARNING = mark("Fictional data: a demonstration, no real country or people")
_SHORT_WARNING = mark("Fictional data")
_DISCLAIMER = mark(
    "The boundaries and names shown and the designations used on this map do not imply official "
    "endorsement or acceptance."
)

_IN_A_SECTOR = frozenset(
    {"idp_individuals", "need_sites", "priority_sites"}
)  # what its page defines


def page_data(report: SiteNeedsReport, lang: str) -> Data:
    """Give the whole report as data for a page in `lang`; the keys are those in the module's docstring."""
    data: Data = {
        **_frame(report, lang),
        "headlines": [_headline(report, each, lang) for each in report.headlines],
        "coverage": coverage_data(report.coverage, lang, of_areas=lists_areas(report)),
        "lead": report.lead.text(lang),
        "map": _map(report, lang),
        "actions": _actions(report, lang),
        "sectors": page_sectors.sectors(report, lang),
        "trend": page_trend.trend(report, lang),
        "breakdowns": page_trend.breakdowns(report, lang),
        "table": page_table.table(report, lang),
        "definitions": _definitions(report, lang),
        "method": [sentence.text(lang) for sentence in report.method],
        "limits": [sentence.text(lang) for sentence in report.limits],
        "citation": citation(report, lang),
        "empty": {"limits": translate(mark("No limits are known."), lang)},
    }
    return data | {"marks": marks_key(marks_in(data), lang)}


def sector_page_data(report: SiteNeedsReport, sector: str, lang: str) -> Data:
    """Give the page of one sector as data. KeyError where the report does not speak of that sector."""
    blocks = {block.sector: block for block in report.sectors}
    block = blocks[sector]
    name = Message("{sector}: {product}", {"sector": block.label, "product": product(report, lang)})
    data = _frame(report, lang)
    data["header"] |= {"title": name.text(lang), "sector": page_sectors.sector_data(sector, lang)}
    data |= {
        "block": page_sectors.block(report, block, lang, most=None),
        "place_in_ranking": page_sectors.place_in_ranking(report, block, lang),
        "map": _map(report, lang, sector=sector),
        "table": page_table.sector_table(report, block, lang),
        "definitions": _definitions(report, lang, of=_IN_A_SECTOR),
    }
    return data | {"marks": marks_key(marks_in(data), lang)}


def lists_areas(report: SiteNeedsReport) -> bool:
    """Tell whether the lines of the report are areas and not sites."""
    return any(headline.indicator == "areas" for headline in report.headlines)


def period(edition: Edition, lang: str) -> str:
    """Write the period of an edition; the day of the data where the source gives no period."""
    when = edition.round
    if not edition.dated:
        return Message("Source without a date; made on {day}", {"day": edition.data_as_of}).text(
            lang
        )
    if when.starts_on == when.ends_on:
        return day(when.ends_on, lang)
    values = {"first": first_day(when.starts_on, when.ends_on, lang), "last": when.ends_on}
    return Message("{first} to {last}", values).text(lang)


def _frame(report: SiteNeedsReport, lang: str) -> Data:
    return {
        "lang": lang,
        "dir": direction(lang),
        "words": words(lang),
        "header": _header(report, lang),
        "footer": _footer(report, lang),
    }


def _header(report: SiteNeedsReport, lang: str) -> Data:
    edition = report.edition
    place = [name for name in dict.fromkeys((edition.operation, edition.country)) if name]
    name = product(report, lang)
    when = period(edition, lang)
    issue = Message("Issue {issue}", {"issue": edition.issue}).text(lang)
    return {
        "product": name,
        "operation": edition.operation,
        "country": edition.country,
        "place": ", ".join(place),
        "period": when,
        "issue": issue if edition.issue else "",
        "title": " – ".join([name, *place[:1], when]),
        "fictional": translate(_WARNING, lang) if edition.fictional else None,
        "fictional_short": translate(_SHORT_WARNING, lang) if edition.fictional else None,
    }


def _footer(report: SiteNeedsReport, lang: str) -> Data:
    edition = report.edition
    contact = edition.contact
    data_as_of = Message("Data as of {day}", {"day": edition.data_as_of}).text(lang)
    return {
        "source": Message("Source: {source}", {"source": edition.source}).text(lang),
        "data_as_of": data_as_of if edition.dated else translate(mark("Data without a date"), lang),
        "made_on": Message("Made on {day}", {"day": edition.made_at.date()}).text(lang),
        "address": edition.permanent_address,
        "contact": {"office": contact.office, "address": contact.address} if contact else None,
        "page": translate(mark("Page {page} of {pages}"), lang),
    }


def _headline(report: SiteNeedsReport, headline: Headline, lang: str) -> Data:
    return {
        "indicator": headline.indicator,
        "label": headline.label.text(lang),
        "number": entry(headline.number, lang),
        "coverage": coverage_data(headline.coverage, lang, of_areas=lists_areas(report)),
        "flow": headline.indicator in FLOWS,
        "change": _change(report, headline, lang),
    }


def _change(report: SiteNeedsReport, headline: Headline, lang: str) -> Data | None:
    if headline.indicator in FLOWS:
        return matched_data(headline.change, lang)
    since = page_trend.day_before(report)
    return change_data(headline.change, lang, since=since, year=report.edition.data_as_of.year)


def _map(report: SiteNeedsReport, lang: str, *, sector: str | None = None) -> Data:
    credit = Message("Boundaries: {source}.", {"source": report.map.boundaries_source})
    return {
        "title": report.map.title.text(lang),
        "subtitle": _placed(report, lang),
        "alt": map_alt(report.map, lang, sector=sector),
        "number": report.map.number,
        "disclaimer": translate(_DISCLAIMER, lang),
        "source": credit.text(lang),
    }


def _placed(report: SiteNeedsReport, lang: str) -> str:
    known = len(report.map.sites)
    values = {
        "placed": known - report.map.unplaced,
        "known": known,
        "day": report.edition.data_as_of,
    }
    if not known:
        return day(report.edition.data_as_of, lang)
    if known == 1:
        return Message("Circle by number of IDPs; {placed} of 1 site placed; {day}", values).text(
            lang
        )
    return Message(
        "Circles by number of IDPs; {placed} of {known} sites placed; {day}", values
    ).text(lang)


def _actions(report: SiteNeedsReport, lang: str) -> Data:
    return {
        "title": translate(mark("What needs action now"), lang),
        "rows": [_action(each, lang) for each in report.actions],
        "empty": translate(
            mark("Nothing in the figures of this round calls for action at once."), lang
        ),
    }


def _action(action: Action, lang: str) -> dict[str, Any]:
    return {
        "site_id": action.site_id,
        "site": action.site_name,
        "sector": page_sectors.sector_data(action.sector, lang) if action.sector else None,
        "reason": action.reason.text(lang),
        "number": entry(action.idps, lang),
        "as_of": day(action.as_of, lang, short=True) if action.as_of else "",
    }


def _definitions(
    report: SiteNeedsReport, lang: str, *, of: frozenset[str] | None = None
) -> list[Data]:
    return [
        {"label": each.label.text(lang), "text": each.definition.text(lang)}
        for each in report.definitions
        if of is None or each.indicator in of
    ]
