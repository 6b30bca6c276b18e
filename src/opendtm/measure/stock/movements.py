"""What came, what left and what is there: the account of each area from two rounds of visits.

Expected is the stock of the round before, plus those who arrived, less those who departed; the residual is what
was observed beyond that. Only places with all four answers are compared: a place that was not visited, or did not
say how many arrived, would put its whole stock into the residual. How many are left out, and why, is told.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import fsum

from opendtm.i18n import Label
from opendtm.measure.columns import CLOSED, INACCESSIBLE, NOT_COVERED
from opendtm.measure.panels import Panel
from opendtm.measure.stock.site_rounds import Area, observed, states_of

FLOWS_OF = {
    "idp_individuals": ("arrivals_individuals", "departures_individuals"),
    "idp_households": ("arrivals_households", "departures_households"),
}
CLOSE = 1e-9  # below it a residual of sums is rounding


class LeftOut(StrEnum):
    """Why a place is in no comparison."""

    CLOSED = "closed"
    INACCESSIBLE = "inaccessible"
    NOT_COVERED = "not_covered"
    NO_STOCK = "no_stock"
    NO_STOCK_BEFORE = "no_stock_before"
    NO_ARRIVALS = "no_arrivals"
    NO_DEPARTURES = "no_departures"


LEFT_OUT: Mapping[LeftOut, Label] = {
    LeftOut.CLOSED: Label("closed", "fermeture"),
    LeftOut.INACCESSIBLE: Label("inaccessible", "pas d'accès"),
    LeftOut.NOT_COVERED: Label("not covered in this round", "pas de visite à ce tour"),
    LeftOut.NO_STOCK: Label("number present not known", "nombre de présents inconnu"),
    LeftOut.NO_STOCK_BEFORE: Label(
        "not observed in the round before", "pas d'observation au tour précédent"
    ),
    LeftOut.NO_ARRIVALS: Label("arrivals not known", "arrivées inconnues"),
    LeftOut.NO_DEPARTURES: Label("departures not known", "départs inconnus"),
}
_ABSENT = {
    CLOSED: LeftOut.CLOSED,
    INACCESSIBLE: LeftOut.INACCESSIBLE,
    NOT_COVERED: LeftOut.NOT_COVERED,
}


@dataclass(frozen=True, slots=True)
class Movement:
    """The account of an area over its `n` compared places of `n_known`, in the unit of the concept.

    All four numbers are None where no place could be compared. `left_out` counts the other places by reason.
    `area` is None for all areas together.
    """

    area: Area | None
    n: int
    n_known: int
    opening: float | None = None
    arrivals: float | None = None
    departures: float | None = None
    closing: float | None = None
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)

    @property
    def expected(self) -> float | None:
        """Give the stock that arrivals and departures lead to."""
        if self.opening is None or self.arrivals is None or self.departures is None:
            return None
        return self.opening + self.arrivals - self.departures

    @property
    def residual(self) -> float | None:
        """Give what was observed beyond what was expected."""
        if self.expected is None or self.closing is None:
            return None
        beyond = self.closing - self.expected
        return 0.0 if abs(beyond) <= CLOSE * max(self.closing, 1.0) else beyond

    @property
    def residual_share(self) -> float | None:
        """Give the residual as a share of the observed stock; None where that is unknown or nobody is left."""
        return self.residual / self.closing if self.residual is not None and self.closing else None


def movements(
    before: Panel, after: Panel, *, concept: str, areas: Mapping[str, Area]
) -> tuple[Movement, ...]:
    """Account for the whole, then for every area, the largest residual share first.

    `concept` is one of FLOWS_OF; `areas` gives the area of each place that counts (see `areas_over`), and the whole
    stands alone where none is stated. Places closed in both rounds are not known any more.
    """
    shut = {place for place, state in states_of(before).items() if state == CLOSED}
    seen, rows = _answers(before, after, concept), dict[Area, list[str]]()
    states = states_of(after)
    for place, area in areas.items():
        if not (place in shut and states.get(place, CLOSED) == CLOSED):
            rows.setdefault(area, []).append(place)
    whole = _movement(None, [place for places in rows.values() for place in places], seen, states)
    parts = [_movement(area, places, seen, states) for area, places in rows.items()]
    return (whole, *sorted(parts, key=_order)) if any(area.key for area in rows) else (whole,)


def _order(movement: Movement) -> tuple[bool, float, Area]:
    share = movement.residual_share
    return (share is None, -abs(share or 0.0), movement.area or Area())


def _answers(before: Panel, after: Panel, concept: str) -> tuple[Mapping[str, float], ...]:
    arrivals, departures = FLOWS_OF[concept]
    return (
        observed(before, concept),
        observed(after, arrivals),
        observed(after, departures),
        observed(after, concept),
    )


def _movement(
    area: Area | None,
    places: Sequence[str],
    seen: Sequence[Mapping[str, float]],
    states: Mapping[str, str],
) -> Movement:
    reasons = {place: _left_out(place, seen, states) for place in places}
    compared = [place for place, reason in reasons.items() if reason is None]
    counts = Counter(reason for reason in reasons.values() if reason is not None)
    sums = (fsum(told[place] for place in compared) if compared else None for told in seen)
    opening, arrivals, departures, closing = sums
    left_out = {reason: counts[reason] for reason in LeftOut if counts[reason]}
    n = len(compared)
    return Movement(area, n, len(places), opening, arrivals, departures, closing, left_out)


def _left_out(
    place: str, seen: Sequence[Mapping[str, float]], states: Mapping[str, str]
) -> LeftOut | None:
    """Give the first reason why a place cannot be compared; None where it can."""
    opening, arrivals, departures, closing = seen
    if place not in closing:
        return _ABSENT.get(states.get(place, NOT_COVERED), LeftOut.NO_STOCK)
    told = (
        (opening, LeftOut.NO_STOCK_BEFORE),
        (arrivals, LeftOut.NO_ARRIVALS),
        (departures, LeftOut.NO_DEPARTURES),
    )
    return next((reason for known, reason in told if place not in known), None)
