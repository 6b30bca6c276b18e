"""What is read about rounds: their order, and how far each has come, place by place."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from opendtm_server.collect.models import Round, RoundPlace
from opendtm_server.collect.queries.submissions import live_submissions
from opendtm_server.govern.access import Reader, may
from opendtm_server.govern.roles import Permission
from opendtm_server.places import queries as places

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation
    from opendtm_server.places.models import Site

ASSESSED, INACCESSIBLE, CLOSED, NOT_COVERED = "assessed", "inaccessible", "closed", "not_covered"


@dataclass(frozen=True)
class PlaceCoverage:
    """How far a round has come at one site; `state` is a code of the list `coverage`."""

    site: "Site"
    state: str
    reason: str = ""
    visits: int = 0
    last_visit: date | None = None
    submission: int | None = None


@dataclass(frozen=True)
class RoundCoverage:
    """How far a round has come, over all sites that it should cover or that were visited in it."""

    places: tuple[PlaceCoverage, ...]

    def count(self, state: str) -> int:
        """Count the sites in a state."""
        return Counter(place.state for place in self.places)[state]

    @property
    def known(self) -> int:
        """Count the sites of the round."""
        return len(self.places)

    @property
    def assessed(self) -> int:
        """Count the sites that were visited."""
        return self.count(ASSESSED)

    @property
    def inaccessible(self) -> int:
        """Count the sites that could not be reached."""
        return self.count(INACCESSIBLE)

    @property
    def closed(self) -> int:
        """Count the sites that have closed."""
        return self.count(CLOSED)

    @property
    def not_covered(self) -> int:
        """Count the sites that nobody has visited yet."""
        return self.count(NOT_COVERED)


def rounds_for(reader: Reader, operation: "Operation") -> QuerySet[Round]:
    """Give the operation's rounds, newest first: all for the staff, the signed-off ones for who reads figures."""
    every = rounds_of(operation)
    if may(reader, Permission.READ_SUBMISSIONS, operation) or may(
        reader, Permission.COLLECT, operation
    ):
        return every
    if may(reader, Permission.READ_FIGURES, operation):
        return every.filter(signed_off_at__isnull=False)
    return every.none()


def round_for(reader: Reader, operation: "Operation", key: int) -> Round:
    """Give one round that the reader may see; Round.DoesNotExist otherwise."""
    return rounds_for(reader, operation).get(pk=key)


def rounds_of(operation: "Operation") -> QuerySet[Round]:
    """Give every round of an operation, newest first, for the house's own work."""
    every = Round.objects.filter(operation=operation).select_related("form", "operation")
    return every.order_by("-starts_on", "-id")


def previous_round(round_: Round) -> Round | None:
    """Give the round of the same form before this one."""
    return (
        _of_the_form(round_).filter(starts_on__lt=round_.starts_on).order_by("-starts_on").first()
    )


def next_round(round_: Round) -> Round | None:
    """Give the round of the same form after this one."""
    return _of_the_form(round_).filter(starts_on__gt=round_.starts_on).order_by("starts_on").first()


def signed_off_before(round_: Round) -> list[Round]:
    """Give the signed-off rounds of the same form and kind before this one, oldest first."""
    earlier = _of_the_form(round_).filter(
        starts_on__lt=round_.starts_on, signed_off_at__isnull=False
    )
    return list(earlier.filter(kind=round_.kind).order_by("starts_on"))


def inaccessible_sites(round_: Round) -> list[str]:
    """Give the codes of the sites that could not be reached in a round."""
    return [place.site.code for place in coverage(round_).places if place.state == INACCESSIBLE]


def coverage(round_: Round) -> RoundCoverage:
    """Say of every site of a round whether it was visited, out of reach, closed, or is still to come."""
    expected = RoundPlace.objects.filter(round=round_).select_related("site")
    reasons = {place.site_id: place.inaccessible_reason for place in expected}
    sites = {place.site_id: place.site for place in expected}
    visits: dict[int, list[tuple[int, date | None, str]]] = {}
    for sent in live_submissions(round_).filter(site__isnull=False):
        if sent.site is not None:
            sites[sent.site.pk] = sent.site
            visits.setdefault(sent.site.pk, []).append((sent.pk, sent.visited_on, sent.access))
    closed = {
        site.site_id
        for site in places.sites_on(round_.operation, round_.ends_on)
        if site.status == CLOSED
    }
    found = (
        _place(site, visits.get(key, ()), reasons.get(key, ""), site.code in closed)
        for key, site in sites.items()
    )
    return RoundCoverage(tuple(sorted(found, key=lambda place: place.site.code)))


def _place(
    site: "Site",
    visits: Iterable[tuple[int, date | None, str]],
    reason: str,
    closed: bool,  # noqa: FBT001
) -> PlaceCoverage:
    made = sorted(visits, key=lambda visit: (visit[1] or date.min, visit[0]))
    if any(access != "no" for _, _, access in made):
        state = ASSESSED
    elif made or reason:
        state = INACCESSIBLE
    else:
        state = CLOSED if closed else NOT_COVERED
    last = made[-1] if made else (None, None, "")
    return PlaceCoverage(
        site=site,
        state=state,
        reason=reason if state == INACCESSIBLE else "",
        visits=len(made),
        last_visit=last[1],
        submission=last[0],
    )


def _of_the_form(round_: Round) -> QuerySet[Round]:
    return Round.objects.filter(form_id=round_.form_id).select_related("form", "operation")
