"""The worked examples of the catalogue, computed by the engine and compared with what they promise."""

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from opendtm.measure.columns import AGE, AS_OF, ASSESSED, METHOD, PLACE, SOURCE, STATE
from opendtm.measure.definitions import Example, Indicator
from opendtm.measure.engine import figures
from opendtm.measure.exchange import by_text
from opendtm.measure.interviews import interview_figures
from opendtm.measure.observed import record_panel
from opendtm.measure.panels import Panel
from opendtm.measure.scope import Record
from opendtm.measure.survey import Design, Lonely
from opendtm.records import Figure, Method, observations_schema

DRAWN = Design(lonely=Lonely.CERTAINTY)  # an example may hold a single interview


def example_panel(example: Example, record: Record = Record.PLACE) -> Panel:
    """Make a panel of an example's rows; of places, `_state` and `_method` are assessed and observed unless given."""
    names = dict.fromkeys(name for row in example.rows for name in row if not name.startswith("_"))
    rows = [
        {SOURCE: f"example!{number}", **{name: row.get(name) for name in names}}
        for number, row in enumerate(example.rows, start=1)
    ]
    table = pa.Table.from_pylist(rows, schema=observations_schema(names))
    if record is not Record.PLACE:
        return record_panel(table, record=record)
    marks = {
        PLACE: [row.get("site_id") or f"row {number}" for number, row in enumerate(example.rows)],
        STATE: [row.get(STATE, ASSESSED) for row in example.rows],
        METHOD: [row.get(METHOD, Method.OBSERVED.value) for row in example.rows],
    }
    for name, values in marks.items():
        table = table.append_column(name, pa.array(values, pa.string()))
    table = table.append_column(AS_OF, pa.nulls(table.num_rows, pa.date32()))
    return Panel(table.append_column(AGE, pa.nulls(table.num_rows, pa.int32())))


def differences(indicator: Indicator, example: Example) -> Iterator[str]:
    """Say in which figures an example does not come out as promised; nothing where it does."""
    found = {_key(figure): figure for figure in _figures(indicator, example)}
    for expected in example.expect:
        figure = found.get((expected.get("place_code"), expected.get("by", "")))
        if figure is None:
            yield f"{indicator.id}: no figure for {dict(expected)}"
            continue
        yield from _unlike(indicator, figure, expected)


def _figures(indicator: Indicator, example: Example) -> list[Figure]:
    made, asked = example_panel(example, indicator.record), [indicator.id]
    if indicator.record is Record.INTERVIEW:
        found = interview_figures(made, names=asked, by=example.by, design=DRAWN)
        return [each.figure for each in found]
    return figures(made, indicators=asked, by=example.by, disaggregate=example.disaggregate)


def _key(figure: Figure) -> tuple[str | None, str]:
    return figure.place_code, by_text(figure.by)


def _unlike(indicator: Indicator, figure: Figure, expected: Mapping[str, Any]) -> Iterator[str]:
    for name, value in expected.items():
        got = by_text(figure.by) if name == "by" else getattr(figure, name)
        if got != value:
            yield f"{indicator.id}: {name} is {got!r}, the example says {value!r}"
