"""How far rounds have come: of one place by place, of many in numbers.

A round of thousands of sites is read with a few questions for bare facts; no submission is loaded for it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from opendtm_server.collect.models import Round, RoundPlace
from opendtm_server.collect.queries.submissions import live_in
from opendtm_server.places import queries as places

ASSESSED, INACCESSIBLE, CLOSED, NOT_COVERED = "assessed", "inaccessible", "closed", "not_covered"
NO_ACCESS = "no"
Visit = tuple[int, date | None, str]  # the submission's number, the day, the access


@dataclass(frozen=True)
class PlaceCoverage:
    """How far a round has come at one site; `state` is a code of the list `coverage`."""

    site: places.SiteName
    state: str
    reason: str = ""
    visits: int = 0
    last_visit: date | None = None
    submission: int | None = None


@dataclass(frozen=True)
class CoverageCount:
    """How far a round has come: the number of its sites in each state."""

    states: Mapping[str, int]

    @property
    def known(self) -> int:
        """Count the sites of the round: those that it should cover, and others that were visited in it."""
        return sum(self.states.values())

    @property
    def assessed(self) -> int:
        """Count the sites that were visited."""
        return self.states.get(ASSESSED, 0)

    @property
    def inaccessible(self) -> int:
        """Count the sites that could not be reached."""
        return self.states.get(INACCESSIBLE, 0)

    @property
    def closed(self) -> int:
        """Count the sites that have closed."""
        return self.states.get(CLOSED, 0)

    @property
    def not_covered(self) -> int:
        """Count the sites that nobody has visited yet."""
        return self.states.get(NOT_COVERED, 0)


@dataclass(frozen=True)
class RoundCoverage(CoverageCount):
    """How far a round has come, with its sites by code."""

    places: tuple[PlaceCoverage, ...] = ()


def inaccessible_sites(round_: Round) -> list[str]:
    """Give the codes of the sites that could not be reached in a round."""
    return [place.site.code for place in coverage(round_).places if place.state == INACCESSIBLE]


def coverage(round_: Round) -> RoundCoverage:
    """Say of every site of a round whether it was visited, out of reach, closed, or is still to come."""
    expected = RoundPlace.objects.filter(round=round_)
    reasons = dict(expected.values_list("site_id", "inaccessible_reason"))
    visits: dict[int, list[Visit]] = {}
    sent = live_in([round_]).values_list("site_id", "pk", "visited_on", "access")
    for site, submission, day, access in sent:
        visits.setdefault(site, []).append((submission, day, access))
    closed = places.closed_by(round_.operation, [round_.ends_on])[round_.ends_on]
    sites = places.site_names(round_.operation)
    found = (
        _place(sites[key], visits.get(key, ()), reasons.get(key, ""), is_closed=key in closed)
        for key in reasons.keys() | visits.keys()
    )
    listed = tuple(sorted(found, key=lambda place: place.site.code))
    return RoundCoverage(Counter(place.state for place in listed), listed)


def coverage_counts(rounds: Sequence[Round]) -> dict[int, CoverageCount]:
    """Say how far each of some rounds of one operation has come, in numbers, by the round's number."""
    if not rounds:
        return {}
    expected = RoundPlace.objects.filter(round__in=rounds)
    reasons: dict[int, dict[int, str]] = {one.pk: {} for one in rounds}
    for round_, site, reason in expected.values_list("round_id", "site_id", "inaccessible_reason"):
        reasons[round_][site] = reason
    reached: dict[int, dict[int, bool]] = {one.pk: {} for one in rounds}
    for round_, site, access in (
        live_in(rounds).order_by().values_list("round_id", "site_id", "access")
    ):
        reached[round_][site] = reached[round_].get(site, False) or access != NO_ACCESS
    closed = places.closed_by(rounds[0].operation, [one.ends_on for one in rounds])
    return {
        one.pk: CoverageCount(_counted(reasons[one.pk], reached[one.pk], closed[one.ends_on]))
        for one in rounds
    }


def _counted(
    reasons: Mapping[int, str], reached: Mapping[int, bool], closed: frozenset[int]
) -> Counter[str]:
    return Counter(
        _state(
            reached=reached.get(site, False),
            tried=site in reached or bool(reasons.get(site)),
            is_closed=site in closed,
        )
        for site in reasons.keys() | reached.keys()
    )


def _place(
    site: places.SiteName, visits: Iterable[Visit], reason: str, *, is_closed: bool
) -> PlaceCoverage:
    made = sorted(visits, key=lambda visit: (visit[1] or date.min, visit[0]))
    reached = any(access != NO_ACCESS for _, _, access in made)
    state = _state(reached=reached, tried=bool(made or reason), is_closed=is_closed)
    last = made[-1] if made else (None, None, "")
    return PlaceCoverage(
        site=site,
        state=state,
        reason=reason if state == INACCESSIBLE else "",
        visits=len(made),
        last_visit=last[1],
        submission=last[0],
    )


def _state(*, reached: bool, tried: bool, is_closed: bool) -> str:
    if reached:
        return ASSESSED
    if tried:
        return INACCESSIBLE
    return CLOSED if is_closed else NOT_COVERED
