"""The files of the commands about stocks: rounds of site lists as partners send them, and plainly named columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from opendtm.cli import console
from opendtm.cli.console import gettext as _
from opendtm.i18n import Message, mark

if TYPE_CHECKING:
    import pyarrow as pa

    from opendtm.measure import Panel
    from opendtm.measure.stock import Flows, Origins
    from opendtm.tables.plain import PlainTable

CELLS = ("origin", "place", "persons")


def site_rounds(paths: Sequence[Path], *, concept: str, mapping: Path | None) -> list["Panel"]:
    """Read one round from each file, the oldest first; say what was doubtful.

    RoundsNotInOrder where a file's answers are older than those of the file before it.
    """
    from opendtm import measure, tables
    from opendtm.measure import stock

    read_by = None if mapping is None else tables.Mapping.load(mapping)
    found = []
    with console.progress(_("Reading"), total=len(paths)) as advance:
        for path in paths:
            reading = tables.read_tables(path, mapping=read_by)
            panel = measure.single_round(reading.observations)
            console.findings((*reading.findings, *panel.findings))
            found.append(stock.with_closed(panel, concept=concept))
            advance()
    _check_order(paths, found)
    return found


def _check_order(paths: Sequence[Path], rounds: Sequence["Panel"]) -> None:
    from opendtm.errors import Where
    from opendtm.errors.measure_stock import RoundsNotInOrder
    from opendtm.measure import stock

    days = [stock.as_of(panel) for panel in rounds]
    for place, (before, after) in enumerate(pairwise(days), 1):
        if before is not None and after is not None and after < before:
            where = Where(file=paths[place].name)
            named = {"name": paths[place].name, "other": paths[place - 1].name}
            raise RoundsNotInOrder(day=after, before=before, where=where, **named)


@dataclass(frozen=True, slots=True)
class ReadOrigins:
    """Origins as read, and the newest day of the answers where the file has days."""

    found: "Origins"
    on: date | None = None


def origins(path: Path, *, concept: str, level: str, mapping: Path | None) -> ReadOrigins:
    """Read origins: from the columns origin, place and persons where a file has them, else as a site list."""
    from opendtm.measure import stock

    plain = _plain_cells(path)
    if plain is not None:
        return ReadOrigins(plain)
    (panel,) = site_rounds([path], concept=concept, mapping=mapping)
    found = stock.origins_of(panel, concept=concept, level=level)
    return ReadOrigins(found, stock.as_of(panel))


def two_origins(
    before: Path, after: Path, *, concept: str, level: str, mapping: Path | None
) -> tuple[ReadOrigins, ReadOrigins]:
    """Read the origins of two rounds: both as tables of cells, or both as site lists at the places seen twice."""
    from opendtm.measure import stock

    plain = [_plain_cells(path) for path in (before, after)]
    if plain[0] is not None and plain[1] is not None:
        return ReadOrigins(plain[0]), ReadOrigins(plain[1])
    rounds = site_rounds([before, after], concept=concept, mapping=mapping)
    found = stock.origins_seen_twice(*rounds, concept=concept, level=level)
    old, new = (
        ReadOrigins(one, stock.as_of(panel)) for one, panel in zip(found, rounds, strict=True)
    )
    return old, new


def _plain_cells(path: Path) -> "Origins | None":
    """Read a table of cells; None where the file has other columns."""
    from opendtm.measure import stock
    from opendtm.tables.plain import read_plain

    read = read_plain(path)
    return stock.stated_origins(_cells(read)) if all(map(read.has, CELLS)) else None


def _cells(read: "PlainTable") -> "pa.Table":
    import pyarrow as pa

    return pa.table(
        {
            "origin": read.text("origin"),
            "place": filled(read, "place"),
            "persons": counts(read, "persons"),
        }
    )


def margins(path: Path) -> tuple[dict[str, float], dict[str, float]]:
    """Read totals: columns `side` (origin or place), `name`, `persons`; give those by origin and by place.

    CellUnusable with its row where a side is another word, a name stands twice or a number is missing.
    """
    from opendtm.tables.plain import read_plain

    read = read_plain(path)
    persons = known(read, "persons")
    found: dict[str, dict[str, float]] = {"origin": {}, "place": {}}
    names = filled(read, "name").to_pylist()
    for index, (side, name) in enumerate(zip(read.text("side").to_pylist(), names, strict=True)):
        if side not in found:
            raise read.unusable("side", index, Message(mark("write origin or place")))
        if name in found[side]:
            raise read.unusable("name", index, Message(mark("it stands twice")))
        found[side][name] = persons[index]
    return found["origin"], found["place"]


def accounts(
    path: Path, *, sheet: str | None
) -> list[tuple[str, float | None, float | None, "Flows"]]:
    """Read the columns `area`, `opening`, `closing` and those of the flows; a flow without a column is unknown.

    ColumnAbsent, CellUnusable with its row.
    """
    from opendtm.measure.stock import FLOWS, Flows
    from opendtm.tables.plain import read_plain

    read = read_plain(path, sheet=sheet)
    areas = filled(read, "area").to_pylist()
    stocks = [counts(read, name).to_pylist() for name in ("opening", "closing")]
    flows = {name: counts(read, name).to_pylist() for name in FLOWS if read.has(name)}
    return [
        (
            area,
            stocks[0][row],
            stocks[1][row],
            Flows(**{name: told[row] for name, told in flows.items()}),
        )
        for row, area in enumerate(areas)
    ]


def filled(read: "PlainTable", name: str) -> "pa.Array":
    """Give a column of names in which no cell may be empty. CellUnusable with its row."""
    column = read.text(name)
    for index, value in enumerate(column.to_pylist()):
        if value is None:
            raise read.unusable(name, index, Message(mark("the row has no name")))
    return column


def counts(read: "PlainTable", name: str) -> "pa.Array":
    """Give a column of numbers of 0 or more, null where a cell is empty. CellUnusable with its row."""
    column = read.numbers(name)
    for index, value in enumerate(column.to_pylist()):
        if value is not None and not 0 <= value < float("inf"):
            raise read.unusable(name, index, Message(mark("it must be a number of 0 or more")))
    return column


def known(read: "PlainTable", name: str) -> list[float]:
    """Give a column of numbers of 0 or more in which no cell may be empty. CellUnusable with its row."""
    found = []
    for index, value in enumerate(counts(read, name).to_pylist()):
        if value is None:
            raise read.unusable(name, index, Message(mark("the number is missing")))
        found.append(value)
    return found
