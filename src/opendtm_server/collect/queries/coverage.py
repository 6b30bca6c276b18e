"""How far rounds have come: of one place by place, of many in numbers.

A round of thousands of sites is read with a few questions for bare facts; no submission is loaded for it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.db.models import (
    Case,
    Count,
    IntegerField,
    Max,
    OuterRef,
    QuerySet,
    Subquery,
    When,
)

from opendtm_server.collect.models import Round, RoundPlace, Submission
from opendtm_server.collect.queries.submissions import live_in
from opendtm_server.places import queries as places
from opendtm_server.places.queries import SiteName

ASSESSED, INACCESSIBLE, CLOSED, NOT_COVERED = "assessed", "inaccessible", "closed", "not_covered"
NO_ACCESS = "no"
FEW = 500  # sites that are named to the database one by one
Visit = tuple[int, date | None, str]  # the submission's number, the day, the access
_BY_REACH = """SELECT round_id, reach, COUNT(*) FROM (
SELECT round_id, MAX(reach) AS reach FROM ({rows}) AS said GROUP BY round_id, site_id
) AS sites GROUP BY round_id, reach"""


@dataclass(frozen=True)
class PlaceCoverage:
    """How far a round has come at one site; `state` is a code of the list `coverage`."""

    site: SiteName
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
    """How far a round has come, with its sites by code.

    `elsewhere` are the open sites of the operation that the round neither expects nor has visited, by number.
    """

    places: tuple[PlaceCoverage, ...] = ()
    elsewhere: Mapping[int, SiteName] = field(default_factory=dict)


def inaccessible_sites(round_: Round) -> list[str]:
    """Give the codes of the sites that could not be reached in a round: tried, and never entered."""
    expected = RoundPlace.objects.filter(round=round_).exclude(inaccessible_reason="")
    sent = live_in([round_]).order_by()
    tried = {*expected.values_list("site_id", flat=True)}
    tried |= {*sent.filter(access=NO_ACCESS).values_list("site_id", flat=True)}
    entered = sent.exclude(access=NO_ACCESS)
    if len(tried) <= FEW:
        entered = entered.filter(site_id__in=list(tried))
    barred = tried - {*entered.values_list("site_id", flat=True)}
    sites = places.site_names(round_.operation) if barred else {}
    return sorted(sites[key].code for key in barred)


def coverage(round_: Round) -> RoundCoverage:
    """Say of every site of a round whether it was visited, out of reach, closed, or is still to come."""
    expected = RoundPlace.objects.filter(round=round_)
    reasons = dict(expected.values_list("site_id", "inaccessible_reason"))
    visits: dict[int, list[Visit]] = {}
    sent = live_in([round_]).order_by().values_list("site_id", "pk", "visited_on", "access")
    for site, submission, day, access in sent:
        visits.setdefault(site, []).append((submission, day, access))
    closed = places.closed_by(round_.operation, [round_.ends_on])[round_.ends_on]
    sites = places.site_names(round_.operation)
    listed = reasons.keys() | visits.keys()
    found = (
        _place(sites[key], visits.get(key, ()), reasons.get(key, ""), is_closed=key in closed)
        for key in listed
    )
    by_code = tuple(sorted(found, key=lambda place: place.site.code))
    elsewhere = {key: sites[key] for key in sites.keys() - listed - closed}
    return RoundCoverage(Counter(place.state for place in by_code), by_code, elsewhere)


def known_from_earlier(
    round_: Round, elsewhere: Mapping[int, SiteName], *, most: int
) -> tuple[int, tuple[PlaceCoverage, ...]]:
    """Count the sites among some that earlier rounds of the form reached; give so many of them, by code.

    Each with its visits before and the last of them. `elsewhere` is that of the round's coverage. A site is asked
    for its oldest visits by the index, so that it costs the same after a hundred rounds as after one.
    """
    if not elsewhere:
        return 0, ()
    earlier = Round.objects.filter(form=round_.form, starts_on__lt=round_.starts_on)
    reached = live_in(earlier).exclude(access=NO_ACCESS).order_by()
    keys = sorted(_once_reached(round_, reached, elsewhere), key=lambda key: elsewhere[key].code)
    made = reached.filter(site_id__in=keys[:most]).values_list("site_id")
    visits = {site: rest for site, *rest in made.annotate(Count("pk"), Max("visited_on"))}
    found = (PlaceCoverage(elsewhere[key], NOT_COVERED, "", *visits[key]) for key in keys[:most])
    return len(keys), tuple(found)


def _once_reached(
    round_: Round, reached: QuerySet[Submission], among: Mapping[int, SiteName]
) -> list[int]:
    """Name the sites among some that have a submission among those that `reached`."""
    first = reached.filter(site_id=OuterRef("pk")).order_by("id").values("pk")[:1]
    sites = places.sites(round_.operation).prefetch_related(None).order_by()
    if len(among) <= FEW:
        sites = sites.filter(pk__in=list(among))
    known = sites.annotate(first=Subquery(first)).filter(first__isnull=False)
    return [key for key in known.values_list("pk", flat=True) if key in among]


def coverage_counts(rounds: Sequence[Round]) -> dict[int, CoverageCount]:
    """Say how far each of some rounds of one operation has come, in numbers, by the round's number.

    The database counts: no site of a round is read but those few that it expects and that have closed.
    """
    if not rounds:
        return {}
    states: dict[int, Counter[str]] = {one.pk: Counter() for one in rounds}
    for round_, reached, sites in _reached(rounds):
        states[round_][(NOT_COVERED, INACCESSIBLE, ASSESSED)[reached]] = sites
    for round_, sites in _closed_unvisited(rounds).items():
        states[round_].update({CLOSED: sites, NOT_COVERED: -sites})
    return {key: CoverageCount(+counted) for key, counted in states.items()}


def _reached(rounds: Sequence[Round]) -> list[tuple[int, int, int]]:
    """Count the sites of each round by the furthest that somebody came: 2 on the site, 1 in vain, 0 not tried."""
    reason = Case(When(inaccessible_reason="", then=0), default=1, output_field=IntegerField())
    access = Case(When(access=NO_ACCESS, then=1), default=2, output_field=IntegerField())
    expected = RoundPlace.objects.filter(round__in=rounds).order_by()
    sent = live_in(rounds).order_by()
    facts = ("round_id", "site_id", "reach")
    rows = (
        expected.annotate(reach=reason)
        .values_list(*facts)
        .union(sent.annotate(reach=access).values_list(*facts), all=True)
    )
    sql, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_BY_REACH.format(rows=sql), values)
        found: list[tuple[int, int, int]] = cursor.fetchall()
    return found


def _closed_unvisited(rounds: Sequence[Round]) -> Counter[int]:
    """Count the sites of each round that had closed by its end and for which nothing else is known."""
    operation, last_day = rounds[0].operation, {one.pk: one.ends_on for one in rounds}
    closed = places.closed_by(operation, last_day.values())
    if not any(closed.values()):
        return Counter()
    once = places.once_closed(operation)
    silent = RoundPlace.objects.filter(round__in=rounds, inaccessible_reason="", site__in=once)
    sent = live_in(rounds).filter(site__in=once).order_by()
    visited = set(sent.values_list("round_id", "site_id"))
    return Counter(
        round_
        for round_, site in silent.values_list("round_id", "site_id")
        if site in closed[last_day[round_]] and (round_, site) not in visited
    )


def _place(
    site: SiteName, visits: Iterable[Visit], reason: str, *, is_closed: bool
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
