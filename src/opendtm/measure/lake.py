"""A lake: the panels of many operations in Parquet, and the figures of all of them together.

Each operation keeps its panel, the table that its own figures are computed from, as one file a round. What counts
of a place was decided there; here the newest round of each operation is read, by the engine, where the files lie.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from opendtm.errors.measure_engines import LakeUnusable
from opendtm.i18n import Message, mark
from opendtm.measure.answers import cell_figures
from opendtm.measure.columns import AS_OF, LEVEL, METHOD, PLACE, SOURCE, STATE
from opendtm.measure.engine import planned
from opendtm.measure.engines import DUCKDB, Engine, Session, written
from opendtm.measure.panels import Panel
from opendtm.measure.queries import PANEL, asked
from opendtm.measure.query import Shape
from opendtm.measure.scope import Record
from opendtm.records import Method

NO_FOLDER = mark("there is no such folder")
NO_PANEL = mark("it holds no panel; opendtm lake add brings one")
NOT_A_PANEL = mark("{file} is no panel that opendtm lake add wrote")
NAME_UNFIT = mark("{name} cannot name an operation: write letters, digits, - and _")
DISAGREE = mark("its panels do not fit together: {said}")
MIXED = mark("its panels hold records of several kinds: {kinds}")

_TOLD = b"opendtm.panel"
_NAME = re.compile(r"[^\W_][\w-]*")
ENDING = ".parquet"


@dataclass(frozen=True, slots=True)
class Kept:
    """A panel in a lake: its file, and what was said of it when it was brought."""

    file: Path
    operation: str
    round: str | None
    newest: date | None
    record: Record
    derived: frozenset[str]
    register: bool
    schema: pa.Schema


def keep(panel: Panel, lake: Path, *, operation: str) -> Path:
    """Bring the panel of one round of an operation into a lake; the same round again replaces what was there.

    Places and sources bear the name of the operation, so that two countries may both have a site 1.
    LakeUnusable for a name that no folder can bear.
    """
    if not _NAME.fullmatch(operation):
        raise _refuse(lake, Message(NAME_UNFIT, {"name": operation}))
    newest = pc.max(panel.table[AS_OF]).as_py()
    told = {
        "operation": operation,
        "round": panel.round,
        "newest": newest and newest.isoformat(),
        "record": panel.record.value,
        "derived": sorted(panel.derived),
        "register": panel.register,
    }
    table = panel.table
    for name in (PLACE, SOURCE):
        place = table.column_names.index(name)
        table = table.set_column(
            place, name, pc.binary_join_element_wise(operation, table[name], "/")
        )
    file = lake / operation / f"{_file_name(panel.round or told['newest'] or 'undated')}{ENDING}"
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    pq.write_table(
        table.replace_schema_metadata({_TOLD: json.dumps(told).encode()}), part, compression="zstd"
    )
    part.replace(file)
    return file


def newest_panels(lake: Path) -> list[Kept]:
    """Name the newest panel of each operation, by the day of its newest answer. LakeUnusable without any."""
    if not lake.is_dir():
        raise _refuse(lake, Message(NO_FOLDER))
    found = [
        max(
            (_read(lake, file) for file in files),
            key=lambda one: (one.newest or date.min, one.file),
        )
        for folder in sorted(lake.iterdir())
        if (files := sorted(folder.glob(f"*{ENDING}")))
    ]
    if not found:
        raise _refuse(lake, Message(NO_PANEL))
    return found


def lake_figures(
    lake: Path,
    *,
    indicators: Collection[str] | None = None,
    by: str = "none",
    disaggregate: bool = False,
    engine: Engine = DUCKDB,
) -> pa.Table:
    """Compute figures over the newest panels of a lake, as a table of `Figure.SCHEMA`; as `measure.compute`.

    LakeUnusable where the panels do not fit together, and the errors of `compute`.
    """
    panels = newest_panels(lake)
    schema = _schema(lake, panels)
    kinds = {one.record for one in panels}
    if len(kinds) > 1:
        raise _refuse(lake, Message(MIXED, {"kinds": ", ".join(sorted(kinds))}))
    with engine.open() as session:
        session.read(PANEL, [one.file for one in panels], schema)
        digest = _digest(session, schema, panels, engine.dialect)
        plan = planned(digest, ((by, disaggregate),), indicators=indicators)
        form = _shape(session, schema, engine.dialect)
        answers = asked(session, (schema, form), plan.queries, engine.dialect)
        return plan.arranged(
            (query, indicator, table)
            for query, found in answers
            for indicator, table in cell_figures(found, query, digest)
        )


def _digest(session: Session, schema: pa.Schema, panels: Sequence[Kept], dialect: str) -> Panel:
    """Give a panel of a few rows that says what columns hold anything, and which states and levels there are."""
    table = ibis.table(ibis.Schema.from_pyarrow(schema), name=PANEL)
    keys = [name for name in (STATE, LEVEL) if name in schema.names]
    some = {name: table[name].max() for name in schema.names if name not in keys}
    kinds = table.group_by(keys).aggregate(**some).select(*schema.names)
    rounds = {one.round for one in panels}
    return Panel(
        session.ask(written(kinds, dialect)).cast(schema),
        round=rounds.pop() if len(rounds) == 1 else None,
        derived=frozenset().union(*(one.derived for one in panels)),
        register=all(one.register for one in panels),
        record=panels[0].record,
    )


def _shape(session: Session, schema: pa.Schema, dialect: str) -> Shape:
    table = ibis.table(ibis.Schema.from_pyarrow(schema), name=PANEL)
    told = table.aggregate(
        rows=table.count(),
        places=table[PLACE].nunique(),
        carried=(table[METHOD] == Method.CARRIED_FORWARD.value).sum(),
        days=table[AS_OF].nunique(),
        undated=table[AS_OF].isnull().sum(),
    )
    (row,) = session.ask(written(told, dialect)).to_pylist()
    return Shape(
        split=row["places"] < row["rows"],
        carried=bool(row["carried"]),
        same_day=row["days"] + bool(row["undated"]) <= 1,
    )


def _schema(lake: Path, panels: Sequence[Kept]) -> pa.Schema:
    try:
        return pa.unify_schemas([one.schema for one in panels]).remove_metadata()
    except (pa.ArrowInvalid, pa.ArrowTypeError) as fault:
        raise _refuse(lake, Message(DISAGREE, {"said": str(fault).splitlines()[0]})) from fault


def _read(lake: Path, file: Path) -> Kept:
    try:
        schema = pq.read_schema(file)
        told: Mapping[str, Any] = json.loads((schema.metadata or {})[_TOLD])
    except (pa.ArrowInvalid, KeyError, ValueError) as fault:
        name = str(file.relative_to(lake))
        raise _refuse(lake, Message(NOT_A_PANEL, {"file": name})) from fault
    return Kept(
        file=file,
        operation=told["operation"],
        round=told["round"],
        newest=date.fromisoformat(told["newest"]) if told["newest"] else None,
        record=Record(told["record"]),
        derived=frozenset(told["derived"]),
        register=told["register"],
        schema=schema,
    )


def _file_name(word: str) -> str:
    return re.sub(r"[^\w.-]+", "-", word).strip(".-") or "round"


def _refuse(lake: Path, reason: Message) -> LakeUnusable:
    return LakeUnusable(name=str(lake), reason=reason)
