"""Answers inside repeats as rows: one tidy table a repeat, each row with the key of its parent.

A registered household is one submission and its members are passes of a repeat, so a member is a row here and
the household is a row of the observations table. Columns are concepts and typed by them, as in that table.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from opendtm.forms.definition import FormDefinition
from opendtm.forms.observation import Observed, agreed, arrow_cell, measured, plain_path
from opendtm.forms.submission import SubmissionReading
from opendtm.records import observations_schema, source_column
from opendtm.vocab import Sharing, concepts

ROW, PARENT = "_row", "_parent"


@dataclass(frozen=True, slots=True)
class RepeatRow:
    """One pass of a repeat.

    `key` is the source and the path with positions (`uuid:1/member[2]`); `parent` is the key of the pass around
    it, or the source where the repeat is not inside another. `values` are by concept.
    """

    repeat: str
    source: str
    key: str
    parent: str
    values: Mapping[str, Observed]


def repeat_rows(
    source: str, reading: SubmissionReading, form: FormDefinition, *, personal: bool = False
) -> tuple[RepeatRow, ...]:
    """Give the passes of every repeat of one submission in which something was answered, in its order.

    A pass holds what was asked in it and not in a repeat inside it. A question left empty gives None, one not
    asked no entry, several different answers to one concept None. Personal concepts come along only where
    `personal` says so: in the locked room of registration, never for figures.
    """
    found: dict[tuple[str, str, str], dict[str, list[Observed]]] = {}
    for answer in reading.answers:
        question = form.by_path.get(plain_path(answer.path))
        if question is None or not question.repeats:
            continue
        place = _place(source, answer.path, question.repeats)
        values = found.setdefault(place, {})
        for name, value in measured(answer, form, personal=personal):
            values.setdefault(name, []).append(value)
    rows = (
        RepeatRow(
            repeat, source, key, parent, {name: agreed(said) for name, said in values.items()}
        )
        for (repeat, key, parent), values in found.items()
    )
    return tuple(row for row in rows if any(value is not None for value in row.values.values()))


def repeat_tables(
    readings: Iterable[tuple[str, SubmissionReading]],
    form: FormDefinition,
    *,
    personal: bool = False,
) -> Mapping[str, pa.Table]:
    """Make one table for each repeat of the form from (source, reading), by the path of the repeat.

    Columns: `_source`, `_row`, `_parent`, then every concept that the repeat asks for, in the order of the
    dictionary. `_parent` joins with `_row` of the outer repeat's table, or with `_source` of the observations.
    """
    rows: dict[str, list[RepeatRow]] = {repeat: [] for repeat in form.repeats}
    for source, reading in readings:
        for row in repeat_rows(source, reading, form, personal=personal):
            rows[row.repeat].append(row)
    return {
        repeat: _table(of_repeat, _asked(form, repeat, personal=personal))
        for repeat, of_repeat in rows.items()
    }


def _place(source: str, path: str, repeats: tuple[str, ...]) -> tuple[str, str, str]:
    """Give the innermost repeat of an answer, the key of its pass, and the key of the pass around that."""
    steps = path.split("/")
    keys = [source] + [source + "/".join(steps[: repeat.count("/") + 1]) for repeat in repeats]
    return repeats[-1], keys[-1], keys[-2]


def _asked(form: FormDefinition, repeat: str, *, personal: bool) -> tuple[str, ...]:
    names = {
        question.concept
        for question in form.questions
        if question.repeats and question.repeats[-1] == repeat
    }
    if names & {"latitude", "longitude"}:
        names |= {"latitude", "longitude"}
    return tuple(
        name
        for name, entry in concepts().items()
        if name in names and (personal or entry.sharing is not Sharing.PERSONAL)
    )


def _table(rows: list[RepeatRow], names: tuple[str, ...]) -> pa.Table:
    schema = observations_schema(names)
    keys = (
        pa.field(ROW, pa.string(), nullable=False),
        pa.field(PARENT, pa.string(), nullable=False),
    )
    schema = pa.schema(
        [schema.field(source_column()), *keys, *(schema.field(name) for name in names)]
    )
    columns: dict[str, list[object]] = {
        source_column(): [row.source for row in rows],
        ROW: [row.key for row in rows],
        PARENT: [row.parent for row in rows],
    }
    for name in names:
        columns[name] = [arrow_cell(row.values.get(name)) for row in rows]
    return pa.table(columns, schema=schema)
