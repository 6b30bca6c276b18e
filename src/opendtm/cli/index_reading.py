"""What an index is computed of, from the files that a person has: figures, a table of places, or answers."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from opendtm.cli import console
from opendtm.errors.measure_index import IndicatorsAbsent, LevelAbsent
from opendtm.measure.index import Declaration, declaration, declaration_in, places_from
from opendtm.tables.plain import PlainTable, read_plain

if TYPE_CHECKING:
    from opendtm.tables import Mapping

FIGURES = ("indicator", "place_level", "place_code", "place_name", "by", "value")
PLACE, NAME = "place", "place_name"
YAML = (".yaml", ".yml")


def declared_as(index: str) -> Declaration:
    """Give an index by its id in the catalogue, or as its YAML file says it; IndexInvalid."""
    file = Path(index)
    return declaration_in(file) if file.suffix.lower() in YAML else declaration(index)


def places_in(
    files: Sequence[Path], *, declared: Declaration, by: str, mapping: Path | None
) -> pa.Table:
    """Read the table of places that an index is computed from.

    One file with the columns of written figures is taken as such, at the level `by`; one with a column `place` and an
    indicator of the index as it is; all else is read as answers, from which the indicators are computed.
    LevelAbsent, IndicatorsAbsent, and what reading and computing raise.
    """
    plain = read_plain(files[0]) if len(files) == 1 and mapping is None else None
    columns = [each.column for each in declared.ingredients]
    if plain and all(plain.has(name) for name in FIGURES):
        table = places_from(_figures(plain, columns, by))
    elif plain and plain.has(PLACE) and any(plain.has(name) for name in columns):
        table = _table(plain, columns)
    else:
        table = places_from(_computed(files, columns, by, mapping))
    if not any(name in table.column_names and _known(table[name]) for name in columns):
        labels = ", ".join(each.label.text(console.language()) for each in declared.ingredients)
        raise IndicatorsAbsent(index=declared.label, indicators=labels)
    return table


def _known(column: pa.ChunkedArray) -> bool:
    return bool(column.null_count < len(column))


def _figures(plain: PlainTable, columns: Sequence[str], by: str) -> pa.Table:
    """Take the totals of the index's indicators at one level."""
    levels = plain.text("place_level")
    if by not in set(levels.to_pylist()):
        known = ", ".join(sorted(set(levels.drop_null().to_pylist())))
        raise LevelAbsent(level=by, known=known)
    wanted = pc.and_(
        pc.is_in(plain.text("indicator"), value_set=pa.array(columns)),
        pc.and_(pc.equal(levels, by), pc.equal(pc.coalesce(plain.text("by"), pa.scalar("")), "")),
    )
    table = pa.table(
        {name: plain.text(name) for name in ("indicator", "place_code", NAME)}
        | {"value": plain.numbers("value")}
    )
    return table.filter(pc.fill_null(wanted, fill_value=False))


def _table(plain: PlainTable, columns: Sequence[str]) -> pa.Table:
    told = {name: plain.text(name) for name in (PLACE, NAME) if plain.has(name)}
    return pa.table(told | {name: plain.numbers(name) for name in columns if plain.has(name)})


def _computed(
    files: Sequence[Path], columns: Sequence[str], by: str, mapping: Path | None
) -> pa.Table:
    """Compute the indicators from answers, telling the doubts about them."""
    from opendtm import measure, tables

    read_by: Mapping | None = None if mapping is None else tables.Mapping.load(mapping)
    reading = tables.read_many(tuple(files), mapping=read_by)
    panel = measure.single_round(reading.observations)
    found = measure.compute(panel, indicators=columns, by=by)
    console.findings((*reading.findings, *panel.findings, *measure.place_findings(panel, by=by)))
    return found
