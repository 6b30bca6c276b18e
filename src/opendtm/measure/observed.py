"""The table of records of a period: what was seen moving, registered or reported, each counted once.

Such a record belongs to the round in which it was made. Nothing of it is carried forward, and a place stands in
as many rows as it has records. Rows are submissions, or the passes of a repeat (a group at a monitoring point,
a kind of goods) beside what their submission says.
"""

from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc

from opendtm.measure.columns import AGE, AS_OF, ASSESSED, METHOD, PLACE, SOURCE, STATE
from opendtm.measure.panels import Panel, derived_columns
from opendtm.measure.scope import Record
from opendtm.records import Method
from opendtm.vocab import Kind, Sharing, concept, concepts

_DAYS = ("assessment_date", "activity_start", "report_month", "event_date", "received_date")
_PLACES = ("flow_point_code", "site_id", "adm3_code", "adm2_code", "adm1_code")
_NUMBERS = (Kind.COUNT, Kind.NUMBER)
_SHARED = "observation_hours"  # of the whole observation, so it must add up over its groups
_KEYS = frozenset({"_row", "_parent"})


def record_panel(observations: pa.Table, *, record: Record, round_: str | None = None) -> Panel:
    """Build the panel of the records of a period from their rows, all of which count.

    `observations` is an observations table, one row a record (`with_submissions` makes one of the passes of a
    repeat); what is personal is left out. Each row is assessed, observed, and of the day that it names. Its
    place is the monitoring point or the site, else the smallest area that it names, else itself.
    """
    known = [name for name in observations.column_names if name in concepts()]
    kept = [name for name in known if concept(name).sharing is not Sharing.PERSONAL]
    table = _at_points(observations.select([SOURCE, *kept]))
    count = table.num_rows
    marks = {
        PLACE: pc.coalesce(*_texts(table, _PLACES), table[SOURCE]),
        STATE: pa.array([ASSESSED] * count, pa.string()),
        METHOD: pa.array([Method.OBSERVED.value] * count, pa.string()),
        AS_OF: _first_of(table, _DAYS),
        AGE: pa.array([0] * count, pa.int32()),
    }
    for name, column in marks.items():
        table = table.append_column(name, column)
    return Panel(table, round=round_, derived=derived_columns(observations), record=record)


def with_submissions(passes: pa.Table, observations: pa.Table) -> pa.Table:
    """Put beside each pass of a repeat what its submission says, so that a pass is a row of its own.

    `passes` is a table of `forms.repeat_tables`. Codes, days and places stand in every row. A number that
    the submission gives for itself stands in its first row alone, so that it adds up once; hours of
    observation are 0 in the others, because every group passed within them. A submission without a pass
    has a row of its own, with what it says itself.
    """
    own = [name for name in passes.column_names if name not in _KEYS and name != SOURCE]
    alone = pc.invert(pc.is_in(observations[SOURCE], value_set=_values(passes[SOURCE])))
    said = [name for name in own if name in observations.column_names]
    without = observations.filter(alone).select([SOURCE, *said])
    rows = pa.concat_tables([passes.select([SOURCE, *own]), without], promote_options="default")
    rows = rows.take(pc.sort_indices(pc.index_in(rows[SOURCE], _values(observations[SOURCE]))))
    place = pc.index_in(rows[SOURCE], _values(observations[SOURCE]))
    first = _first(rows[SOURCE])
    for name in observations.column_names:
        if name not in {SOURCE, *own}:
            rows = rows.append_column(name, _once(name, observations[name].take(place), first))
    return rows


def _once(name: str, told: pa.ChunkedArray, first: pa.Array) -> pa.ChunkedArray:
    """Keep a number of the submission in its first row only."""
    if name not in concepts() or concept(name).kind not in _NUMBERS:
        return told
    nothing = pc.if_else(pc.is_valid(told), 0.0, None) if name == _SHARED else None
    return pc.if_else(first, told, nothing)


def _first(sources: pa.ChunkedArray) -> pa.Array:
    seen: set[str] = set()
    flags = []
    for source in sources.to_pylist():
        flags.append(source not in seen)
        seen.add(source)
    return pa.array(flags, pa.bool_())


def _at_points(table: pa.Table) -> pa.Table:
    """Let a monitoring point stand as the site of its rows, which is the lowest level of figures."""
    for name, point in (("site_id", "flow_point_code"), ("site_name", "flow_point_name")):
        if point in table.column_names:
            held = [each for each in (name, point) if each in table.column_names]
            column = pc.coalesce(*(table[each] for each in held))
            table = table.drop_columns([name]) if name in table.column_names else table
            table = table.append_column(name, column)
    return table


def _first_of(table: pa.Table, names: Collection[str]) -> pa.ChunkedArray:
    held = [table[name] for name in names if name in table.column_names]
    return pc.coalesce(*held) if held else pa.nulls(table.num_rows, pa.date32())


def _texts(table: pa.Table, names: Collection[str]) -> list[pa.ChunkedArray]:
    return [table[name] for name in names if name in table.column_names]


def _values(column: pa.ChunkedArray) -> pa.Array:
    return pa.array(column.to_pylist(), pa.string())
