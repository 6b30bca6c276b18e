"""The sheet of figures: headlines with their change taken apart, totals, and breakdowns."""

from collections.abc import Callable, Iterator

from opendtm.i18n import Message, mark
from opendtm.measure.confidence import grade_label
from opendtm.records import Change
from opendtm.render.cells import Field, Sheet, counted, coverage_fields, translator, unit_text
from opendtm.render.columns import METHODS, Cell
from opendtm.report.model import Number, SiteNeedsReport
from opendtm.vocab import concept


def figures(report: SiteNeedsReport, lang: str) -> Sheet:
    """Give one row a figure: headlines first, then totals, then breakdowns."""
    words = translator(lang)
    fields = (
        Field(words(mark("Indicator (code)")), "#indicator+code", 26),
        Field(words(mark("Indicator")), "#indicator+name", 40),
        Field(words(mark("Group")), "#indicator+group", 22),
        Field(words(mark("Value")), "#indicator+value+num"),
        Field(words(mark("Unit")), "#indicator+unit"),
        Field(words(mark("Kind of figure")), "#status+figure+name", 18),
        Field(words(mark("Part carried forward")), "#indicator+carried+num"),
        Field(words(mark("Confidence")), "#indicator+confidence"),
        Field(words(mark("Data as of")), "#date+observed"),
        *_change_fields(words),
        *coverage_fields(words),
    )
    return Sheet(words(mark("Figures")), fields, tuple(_figure_rows(report, lang)), frozen=2)


def _figure_rows(report: SiteNeedsReport, lang: str) -> Iterator[tuple[Cell, ...]]:
    shown = {headline.indicator for headline in report.headlines}
    for headline in report.headlines:
        names = (headline.indicator, headline.label.text(lang), None)
        yield (
            _figure(names, headline.number, report, lang)
            + _change(headline.change)
            + counted(headline.coverage)
        )
    blank = _change(None) + counted(report.coverage)
    for name, number in report.totals.items():
        if name not in shown:
            yield (
                _figure((name, concept(name).label.text(lang), None), number, report, lang) + blank
            )
    for name, parts in report.breakdowns.items():
        for label, number in parts:
            yield (
                _figure((name, _breakdown_name(name, lang), label.text(lang)), number, report, lang)
                + blank
            )


def _figure(
    names: tuple[str, str, str | None], number: Number, report: SiteNeedsReport, lang: str
) -> tuple[Cell, ...]:
    method = METHODS[number.method.value].text(lang)
    as_of = report.edition.data_as_of
    grade = grade_label(number.confidence).text(lang) if number.confidence else None
    unit = unit_text(number.unit, lang)
    return (*names, number.value, unit, method, number.carried, grade, as_of)


def _breakdown_name(name: str, lang: str) -> str:
    known = {
        "site_type": Message("IDP individuals by type of site"),
        "site_status": Message("Sites by status"),
        "age_sex": Message("IDP individuals by age and sex"),
    }
    return known[name].text(lang) if name in known else name


def _change_fields(words: Callable[[str], str]) -> tuple[Field, ...]:
    return (
        Field(words(mark("Round before")), "#indicator+before+num"),
        Field(words(mark("Change")), "#indicator+change+num"),
        Field(words(mark("of it: sites seen both times")), "#indicator+change+matched+num", 14),
        Field(words(mark("of it: newly covered")), "#indicator+change+new+num", 14),
        Field(words(mark("of it: closed")), "#indicator+change+closed+num", 14),
        Field(words(mark("of it: lost access or not covered")), "#indicator+change+lost+num", 14),
        Field(words(mark("of it: corrected")), "#indicator+change+corrected+num", 14),
    )


def _change(change: Change | None) -> tuple[Cell, ...]:
    if change is None:
        return (None,) * 7
    parts = (
        change.matched,
        change.newly_covered,
        change.closed,
        change.lost_access,
        change.corrected,
    )
    return (change.before, change.total, *parts)
