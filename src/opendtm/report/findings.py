"""Sentences that state what the figures say: the lead, the sector findings, the title of the map.

They are pure functions of numbers, so that the same numbers always give the same words.
"""

from collections.abc import Sequence
from datetime import date

from opendtm.i18n import Label, Message
from opendtm.records import Change
from opendtm.report import sentences
from opendtm.report.model import SectorBlock
from opendtm.report.sentences import by_count, in_areas, in_sites, inline, people, share, whole


def lead(
    *, idps: float | None, n_sites: int, change: Change | None, top: SectorBlock | None
) -> Message:
    """State the finding of the whole report: how many, compared with when, what is needed most."""
    stock = _listed(n_sites) if idps is None else _stock(idps, in_sites(n_sites))
    return sentences.paragraph([stock, _movement(change), _cause(change), _top_need(top)])


def lead_of_areas(*, idps: float | None, n_areas: int) -> Message:
    """State the finding of a report whose source speaks of areas and not of sites."""
    if idps is None:
        return Message("The number of IDPs is unknown.")
    return _stock(idps, in_areas(n_areas))


def sector(*, in_need: int, critical: int, answered: int, idps: float | None) -> Message:
    """State what one sector's answers say."""
    if answered == 0:
        return Message("Nothing is known about this sector in any site.")
    if in_need == 0:
        return by_count(
            answered,
            none=Message("Nothing is known about this sector in any site."),
            one=Message("The only site with an answer reports no serious or critical need."),
            many=Message(
                "None of the {n} sites with an answer reports serious or critical need.",
                {"n": answered},
            ),
        )
    return sentences.paragraph([_in_need(in_need, answered, idps), _critical(critical)])


def priority(*, in_need: int, answered: int, idps: float | None) -> Message:
    """State what the priorities of the sites say about one sector."""
    if answered == 0:
        return Message("Nothing is known about this sector in any site.")
    values = {"n": in_need, "answered": answered, "people": people(idps or 0)}
    if idps is None:
        return by_count(
            in_need,
            none=Message(
                "None of the {answered} sites with an answer names it as a priority.", values
            ),
            one=Message("One of {answered} sites names it as a priority.", values),
            many=Message("{n} of {answered} sites name it as a priority.", values),
        )
    return by_count(
        in_need,
        none=Message("None of the {answered} sites with an answer names it as a priority.", values),
        one=Message("One of {answered} sites names it as a priority, home to {people}.", values),
        many=Message("{n} of {answered} sites name it as a priority, home to {people}.", values),
    )


def map_title(*, idps_by_site: Sequence[float]) -> Message:
    """Say how concentrated the IDPs are: how many sites hold half of them."""
    total, n_sites = sum(idps_by_site), len(idps_by_site)
    if total <= 0:
        return Message("Where the sites are")
    if n_sites == 1:
        return Message("All IDPs are in one site")
    n = _holding_half(idps_by_site, total)
    return by_count(
        n,
        none=Message("Where the sites are"),
        one=Message("One of {all} sites holds half of all IDPs", {"all": n_sites}),
        many=Message("{n} of {all} sites hold half of all IDPs", {"n": n, "all": n_sites}),
    )


def map_title_of_areas(*, idps_by_area: Sequence[float]) -> Message:
    """Say how many areas hold half of the IDPs."""
    total, n_areas = sum(idps_by_area), len(idps_by_area)
    if total <= 0 or n_areas == 1:
        return Message("Where the IDPs are")
    n = _holding_half(idps_by_area, total)
    return by_count(
        n,
        none=Message("Where the IDPs are"),
        one=Message("One of {all} areas holds half of all IDPs", {"all": n_areas}),
        many=Message("{n} of {all} areas hold half of all IDPs", {"n": n, "all": n_areas}),
    )


def critical_need(labels: Sequence[Label]) -> Message:
    """Say in which sectors a site reports critical need."""
    listed = sentences.enumeration([inline(label) for label in labels])
    return Message("Critical need: {sectors}.", {"sectors": listed})


def large_arrivals(*, arrivals: float, present: float | None) -> Message:
    """Say how many arrived since the last visit, and what share of those present they are."""
    n = whole(arrivals)
    if not present or arrivals > present:
        return Message("{n} IDPs arrived since the last visit.", {"n": n})
    return Message(
        "{n} IDPs arrived since the last visit, {share} of those present.",
        {"n": n, "share": share(arrivals, present)},
    )


def arrivals_withheld() -> Message:
    """Say that many arrived, where the number or that of those present is withheld."""
    return Message("Many IDPs arrived since the last visit; the number is withheld.")


def no_access(last: date | None) -> Message:
    """Say that a site cannot be reached, and since when nothing was seen there."""
    if last is None:
        return Message("No access, and no earlier visit to rely on.")
    return Message("No access; last seen on {day}.", {"day": last})


def overdue(*, last: date | None, rounds: int | None) -> Message:
    """Say that a site waits for its visit."""
    if last is None or rounds is None:
        return Message("Never visited.")
    return by_count(
        rounds,
        none=Message("Not visited in this round; last visit on {day}.", {"day": last}),
        one=Message("Not visited in this round; last visit on {day}.", {"day": last}),
        many=Message(
            "Not visited for {n} rounds; last visit on {day}.", {"n": rounds, "day": last}
        ),
    )


def _stock(idps: float, where: Message) -> Message:
    values = {"n": whole(idps), "where": where}
    return by_count(
        whole(idps),
        none=Message("No IDPs were found {where}.", values),
        one=Message("One IDP lives {where}.", values),
        many=Message("{n} IDPs live {where}.", values),
    )


def _listed(n_sites: int) -> Message:
    return by_count(
        n_sites,
        none=Message("No site is known."),
        one=Message("One site is listed; its number of IDPs is unknown."),
        many=Message("{n} sites are listed; their number of IDPs is unknown.", {"n": n_sites}),
    )


def _movement(change: Change | None) -> Message:
    total = change.total if change else None
    if change is None or total is None or not change.before:
        return sentences.NOTHING
    values = {"n": abs(whole(total)), "share": share(abs(total), change.before)}
    if abs(total) < change.before / 100:
        return _small_movement(total, values)
    if total > 0:
        return Message("That is {n} more than in the round before (+{share}).", values)
    return Message("That is {n} fewer than in the round before (−{share}).", values)


def _small_movement(total: float, values: dict[str, object]) -> Message:
    if whole(total) == 0:
        return Message("The number is the same as in the round before.")
    if total > 0:
        return Message("That is {n} more than in the round before (under 1%).", values)
    return Message("That is {n} fewer than in the round before (under 1%).", values)


def _cause(change: Change | None) -> Message:
    """Warn where most of a difference comes from coverage and not from movement."""
    if change is None or not change.total:
        return sentences.NOTHING
    coverage = change.newly_covered + change.closed + change.lost_access
    if abs(coverage) <= abs(change.matched):
        return sentences.NOTHING
    values = {"n": abs(whole(change.matched))}
    if whole(change.matched) == 0:
        return Message("The difference comes from coverage: sites seen both times did not change.")
    if change.matched > 0:
        return Message(
            "Most of the difference comes from coverage: sites seen both times grew by {n}.", values
        )
    return Message(
        "Most of the difference comes from coverage: sites seen both times shrank by {n}.", values
    )


def _top_need(top: SectorBlock | None) -> Message:
    if top is None or not top.idps_in_need.value or not top.in_need.value:
        return sentences.NOTHING
    values = {
        "sector": inline(top.label),
        "people": people(top.idps_in_need.value),
        "where": in_sites(int(top.in_need.value)),
    }
    if top.critical.value is None:
        return Message(
            "The priority named most is {sector}: {people} {where} that name it.", values
        )
    return Message(
        "The most widespread need is {sector}: {people} {where} with serious or critical need.",
        values,
    )


def _in_need(in_need: int, answered: int, idps: float | None) -> Message:
    values = {"n": in_need, "answered": answered, "people": people(idps or 0)}
    if idps is None:
        return by_count(
            in_need,
            none=sentences.NOTHING,
            one=Message("Serious or critical need in one site of {answered}.", values),
            many=Message("Serious or critical need in {n} sites of {answered}.", values),
        )
    return by_count(
        in_need,
        none=sentences.NOTHING,
        one=Message(
            "Serious or critical need in one site of {answered}, home to {people}.", values
        ),
        many=Message(
            "Serious or critical need in {n} sites of {answered}, home to {people}.", values
        ),
    )


def _critical(critical: int) -> Message:
    return by_count(
        critical,
        none=Message("None is critical."),
        one=Message("One is critical."),
        many=Message("{n} are critical.", {"n": critical}),
    )


def _holding_half(values: Sequence[float], total: float) -> int:
    held, n = 0.0, 0
    for value in sorted(values, reverse=True):
        held, n = held + value, n + 1
        if held * 2 >= total:
            break
    return n
