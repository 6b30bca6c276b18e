"""The origins of the people of a round, read from its list of sites: who came from where, and of whom it is not known.

Most lists name one origin a site, that of its largest group; then all people of the site count under it, which
the caveat says. A list with a row for each origin of a site gives the people of each.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from opendtm.errors import Where
from opendtm.errors.measure_stock import StockTableInvalid
from opendtm.i18n import Message
from opendtm.measure.columns import METHOD, PLACE
from opendtm.measure.panels import Panel
from opendtm.measure.stock.minimum_flow import Stocks
from opendtm.measure.stock.origins import Matrix, matrix
from opendtm.measure.stock.site_rounds import Area, areas_over, observed
from opendtm.records import Method

ORIGIN = ("origin_adm1_code", "origin_adm1_name")


@dataclass(frozen=True, slots=True)
class Origins:
    """People by origin and area, in the unit counted, and those of whom no origin is stated, by area.

    `uncounted` rows stated no number of people. `names` of origins and areas, where the list has them.
    """

    matrix: Matrix
    unknown: Mapping[str, float]
    uncounted: int
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """Give all people, of known origin and not."""
        return self.matrix.total() + sum(self.unknown.values())

    @property
    def unknown_share(self) -> float | None:
        """Give those of unknown origin as a share of all; None where there is nobody."""
        return sum(self.unknown.values()) / self.total if self.total else None


def stated_origins(rows: pa.Table, *, names: Mapping[str, str] | None = None) -> Origins:
    """Read a table with a row a group: `origin` (empty where not known), `place`, `persons` (empty likewise).

    StockTableInvalid for a column that is absent, a place that is empty, or a count below 0.
    """
    counted = rows.filter(pc.is_valid(rows["persons"]))
    stated = pc.is_valid(counted["origin"])
    unknown: dict[str, float] = defaultdict(float)
    apart = counted.filter(pc.invert(stated))
    for place, persons in zip(
        apart["place"].to_pylist(), apart["persons"].to_pylist(), strict=True
    ):
        unknown[place] += persons
    return Origins(
        matrix=matrix(counted.filter(stated)),
        unknown=dict(sorted(unknown.items())),
        uncounted=rows.num_rows - counted.num_rows,
        names=names or {},
    )


def origins_of(
    panel: Panel, *, concept: str, level: str, areas: Mapping[str, Area] | None = None
) -> Origins:
    """Give the origins of the people observed in a round, by area of `level`.

    `areas` gives the area of the places that count, where those are not all of the round, each where the round
    says. StockTableInvalid where the round states no origin, no area of the level, or the concept is not in it.
    """
    table = panel.table
    if not any(panel.has(name) for name in ORIGIN):
        raise _absent("origin_adm1_code")
    if concept not in table.column_names:
        raise _absent(concept)
    known = areas_over((panel,), level=level) if areas is None else areas
    seen = table.filter(pc.equal(table[METHOD], Method.OBSERVED.value))
    seen = seen.filter(pc.is_in(seen[PLACE], pa.array(known, pa.string())))
    places = [known[place] for place in seen[PLACE].to_pylist()]
    sources = [Area(*told) for told in zip(*(_texts(seen, name) for name in ORIGIN), strict=True)]
    rows = pa.table(
        {
            "origin": pa.array([source.key or None for source in sources], pa.string()),
            "place": pa.array([place.key for place in places], pa.string()),
            "persons": seen[concept].cast(pa.float64()),
        }
    )
    names = {area.key: area.name for area in (*places, *sources) if area.name}
    return stated_origins(rows, names=names)


def origins_seen_twice(
    before: Panel, after: Panel, *, concept: str, level: str
) -> tuple[Origins, Origins]:
    """Give the origins of two rounds at the places observed in both, so that coverage is not taken for moves.

    Areas are those of the later round. Errors as in `origins_of`.
    """
    both = observed(before, concept).keys() & observed(after, concept).keys()
    areas = areas_over((before, after), level=level)
    shared = {place: area for place, area in areas.items() if place in both}
    old, new = (
        origins_of(panel, concept=concept, level=level, areas=shared) for panel in (before, after)
    )
    return old, new


def stocks_of(found: Matrix) -> Stocks:
    """Give a matrix as stocks by origin and place, as `minimum_flow` wants them."""
    return {
        origin: {
            place: float(found.persons[row, column]) for column, place in enumerate(found.places)
        }
        for row, origin in enumerate(found.origins)
    }


def _texts(table: pa.Table, name: str) -> list[str]:
    if name not in table.column_names:
        return [""] * table.num_rows
    return [value or "" for value in table[name].to_pylist()]


def _absent(name: str) -> StockTableInvalid:
    reason = Message("the table has no such column")
    return StockTableInvalid(column=name, reason=reason, where=Where(column=name))
