"""What stands behind the stock of the newest round of a course: its movements, its origins, its imputed total.

Computed on request from the partition of the course's newest run, which holds the answers, as corrected, of the rounds
that it may repeat; nothing is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from opendtm import records
from opendtm.measure import Panel
from opendtm.measure.stock import (
    FLOWS_OF,
    Area,
    ImputedTotal,
    Movement,
    Origins,
    Way,
    held_over,
    movements,
    observed,
    origins_of,
    since,
    states_of,
    total,
)
from opendtm.measure.stock.origin_lists import ORIGIN
from opendtm_server.matrix import partition
from opendtm_server.matrix.basis import basis_from
from opendtm_server.matrix.courses import Course

LEVEL, PLANNED = "adm1", "planned"


@dataclass(frozen=True)
class Stock:
    """The newest round of a course and those before that it may repeat, the oldest first, counted by one concept."""

    course: Course
    concept: str
    rounds: tuple[records.Round, ...]
    panels: tuple[Panel, ...]
    carry_rounds: int

    @property
    def now(self) -> Panel:
        """Give the newest round."""
        return self.panels[-1]

    @property
    def before(self) -> records.Round | None:
        """Give the signed-off round before the newest; None where there is none."""
        return self.rounds[-2] if len(self.rounds) > 1 else None

    @property
    def asks_movements(self) -> bool:
        """Tell whether the form asks how many arrived and departed."""
        return all(name in self.now.table.column_names for name in FLOWS_OF[self.concept])

    @property
    def asks_origins(self) -> bool:
        """Tell whether anybody said where the people come from."""
        return any(self.now.has(name) for name in ORIGIN)

    @property
    def counts(self) -> bool:
        """Tell whether anybody was counted by the concept in the newest round."""
        return bool(observed(self.now, self.concept))

    def areas(self, area: str = "") -> dict[str, Area]:
        """Give the area of the first level of every site; of one area, its sites with each one as its own area."""
        names = self._names
        if area:
            inside = sorted(self.course.sites_in(area) & names.keys())
            return {site: Area(site, names[site]) for site in inside}
        known = {key: Area(key, name) for key, name in self.course.areas}
        places = self.course.area_of
        return {
            site: known[places[site].code or places[site].name] if site in places else Area()
            for site in names
        }

    def movements(self, area: str = "") -> tuple[Movement, ...]:
        """Account for the whole and its areas, or for an area and its sites; none where there is no round before."""
        if self.before is None or not self.asks_movements:
            return ()
        before, after = self.panels[-2:]
        return movements(before, after, concept=self.concept, areas=self.areas(area))

    def totals(self, area: str = "") -> Mapping[Way, ImputedTotal]:
        """Give the total of the places with those out of reach carried forward, and imputed by the ratio of their area."""
        held = held_over(self.panels, concept=self.concept, level=LEVEL if self._named else None)
        inside = self.areas(area)
        places = tuple(one for one in held if one.place in inside)
        return {way: total(places, way=way, rounds=self.carry_rounds) for way in Way}

    def origins(self) -> Origins:
        """Give the people observed in the newest round by origin and area; StockTableInvalid as in `origins_of`."""
        return origins_of(self.now, concept=self.concept, level=LEVEL, areas=self.areas())

    @property
    def _names(self) -> dict[str, str]:
        """Name the sites known in the last two rounds, without those that were only planned."""
        known = {place for panel in self.panels[-2:] for place in states_of(panel)}
        seen = observed(self.now, self.concept)
        return {
            site.site_id: site.name
            for site in self.course.sites
            if site.site_id in known and (site.status != PLANNED or site.site_id in seen)
        }

    @property
    def _named(self) -> bool:
        return any(self.now.has(f"{LEVEL}_{part}") for part in ("code", "name"))


def stock_of(course: Course, *, concept: str) -> Stock:
    """Read the rounds of a course that its newest run may repeat; `concept` is one of FLOWS_OF."""
    answers = course.answers({concept, *FLOWS_OF[concept], *ORIGIN})
    basis = basis_from(answers, partition.basis(course.newest.partition))
    here = basis.rounds.index(basis.at)
    shown = basis.rounds[max(here - basis.carry_rounds, 0) : here + 1]
    basis = replace(basis, observations=since(answers, rounds=basis.rounds, first=shown[0]))
    earlier = [replace(basis, at=one, inaccessible=frozenset()) for one in shown[:-1]]
    return Stock(
        course=course,
        concept=concept,
        rounds=shown,
        panels=tuple(one.panel() for one in (*earlier, basis)),
        carry_rounds=basis.carry_rounds,
    )
