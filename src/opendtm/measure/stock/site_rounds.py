"""Rounds of a list of sites, as the stock figures need them: what each place held, then and now, and in which state.

A round is a panel: of a file that a partner sent, or of the house. What an earlier round repeated is never taken
for an observation, and a closed place has nobody. Who it is that lives there depends on the concept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from opendtm.errors import Where
from opendtm.errors.measure import ConceptNotCounted
from opendtm.errors.measure_stock import StockTableInvalid
from opendtm.i18n import Message
from opendtm.measure.columns import AS_OF, CLOSED, METHOD, NOT_COVERED, PLACE, STATE
from opendtm.measure.panels import Panel
from opendtm.measure.stock.imputation import Held
from opendtm.records import Method, Round
from opendtm.vocab import Kind, concepts

LEVELS = ("adm1", "adm2", "adm3")


@dataclass(frozen=True, slots=True, order=True)
class Area:
    """An administrative area: its code, or its name alone where the list has no code; neither is not stated."""

    code: str = ""
    name: str = ""

    @property
    def key(self) -> str:
        """Give what the area is known by: its code, else its name."""
        return self.code or self.name


def with_closed(panel: Panel, *, concept: str) -> Panel:
    """Give a panel in which a place whose status is closed, and that counts nobody, is closed.

    A place said to be closed that counts people stays as it is: people were counted. ConceptNotCounted where
    the concept is not a count.
    """
    found = concepts().get(concept)
    if found is None or found.kind is not Kind.COUNT:
        raise ConceptNotCounted(concept=concept)
    if "site_status" not in panel.table.column_names:
        return panel
    table = panel.table
    held = pc.fill_null(_column(table, concept), 0.0)
    said = pc.fill_null(pc.equal(table["site_status"], CLOSED), fill_value=False)
    shut = pc.and_(said, pc.equal(held, 0.0))
    table = _put(table, STATE, pc.if_else(shut, CLOSED, table[STATE]))
    if concept in table.column_names:
        empty = pa.scalar(None, table[concept].type)
        table = _put(table, concept, pc.if_else(shut, empty, table[concept]))
    return replace(panel, table=table)


def held_over(
    rounds: Sequence[Panel], *, concept: str, level: str | None = None
) -> tuple[Held, ...]:
    """Give every place of `rounds` (the oldest first, one after the other) with what it held last and now.

    `last` is the newest observation before the last round, `age` how many rounds it is old. A place that the
    last round does not name is not covered. Groups are the areas of `level`, as the newest round that knows
    them says; without a level all places are one. ConceptNotCounted where no round holds the concept.
    """
    *earlier, newest = rounds
    if not any(panel.has(concept) for panel in rounds):
        raise ConceptNotCounted(concept=concept)
    areas = areas_over(rounds, level=level)
    states, now = states_of(newest), observed(newest, concept)
    last: dict[str, tuple[float, int]] = {}
    for age, panel in enumerate(reversed(earlier), 1):
        for place, value in observed(panel, concept).items():
            last.setdefault(place, (value, age))
    return tuple(
        Held(
            place,
            areas[place].key,
            states.get(place, NOT_COVERED),
            now.get(place),
            *last.get(place, (None, None)),
        )
        for place in sorted(areas)
    )


def since(observations: pa.Table, *, rounds: Sequence[Round], first: Round) -> pa.Table:
    """Leave out the rows that name a round of `rounds` before `first`, or name none and are dated before it.

    For panels of `first` and later rounds of which only what was observed is wanted: they are the same without.
    """
    names = observations.column_names
    day = "assessment_date"
    days = observations[day] if day in names else pa.nulls(observations.num_rows, pa.date32())
    old = pc.fill_null(pc.less(days, pa.scalar(first.starts_on)), fill_value=False)
    if "round" in names:
        before = [one for one in rounds if one < first]
        told = {name for one in before for name in (str(one.number), one.label) if name}
        named = observations["round"].cast(pa.string())
        earlier = pc.is_in(named, value_set=pa.array(sorted(told), pa.string()))
        old = pc.or_(earlier, pc.and_(pc.is_null(named), old))
    return observations.filter(pc.invert(old))


def areas_over(rounds: Sequence[Panel], *, level: str | None) -> dict[str, Area]:
    """Give the area of every place of some rounds; the newest round that states one decides.

    StockTableInvalid where no round has the level.
    """
    names = [] if level is None else [f"{level}_code", f"{level}_name"]
    if names and not any(panel.has(name) for panel in rounds for name in names):
        reason = Message("no place states its area of this level")
        raise StockTableInvalid(column=level, reason=reason, where=Where(column=level))
    found: dict[str, Area] = {}
    for panel in rounds:
        columns = [_texts(panel.table, name) for name in (PLACE, *names)]
        for place, *told in zip(*columns, strict=True):
            area = Area(*told)
            if place not in found or area.key:
                found[place] = area
    return found


def observed(panel: Panel, concept: str) -> dict[str, float]:
    """Give what was observed in the round itself, added up by place; a place without a value is left out."""
    if concept not in panel.table.column_names:
        return {}
    seen = pc.equal(panel.table[METHOD], Method.OBSERVED.value)
    table = panel.table.filter(pc.and_(seen, pc.is_valid(panel.table[concept])))
    summed = table.group_by(PLACE).aggregate([(concept, "sum")])
    values = summed[f"{concept}_sum"].cast(pa.float64()).to_pylist()
    return dict(zip(summed[PLACE].to_pylist(), values, strict=True))


def states_of(panel: Panel) -> dict[str, str]:
    """Give the state of every place of a round, a code of the list `coverage`."""
    columns = (panel.table[name].to_pylist() for name in (PLACE, STATE))
    return dict(zip(*columns, strict=True))


def as_of(panel: Panel) -> date | None:
    """Give the newest day of the answers of a round; None where the list has no days."""
    newest: date | None = pc.max(panel.table[AS_OF]).as_py()
    return newest


def _column(table: pa.Table, name: str) -> pa.ChunkedArray:
    empty = pa.chunked_array([pa.nulls(table.num_rows, pa.float64())])
    return table[name].cast(pa.float64()) if name in table.column_names else empty


def _texts(table: pa.Table, name: str) -> list[str]:
    if name not in table.column_names:
        return [""] * table.num_rows
    return [value or "" for value in table[name].to_pylist()]


def _put(table: pa.Table, name: str, column: pa.ChunkedArray) -> pa.Table:
    place = table.column_names.index(name)
    return table.set_column(place, table.schema.field(name), column)
