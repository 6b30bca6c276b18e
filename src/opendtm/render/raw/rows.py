"""Laying rows down: each submission becomes one row of the main table and one of each pass of a repeat.

Rows go to Parquet in pieces, so that a million submissions need no more memory than a thousand.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from opendtm.forms import SubmissionReading
from opendtm.forms.observation import plain_path
from opendtm.forms.typed import text_of
from opendtm.records import Answer
from opendtm.records.answers import GeoPoint, Value
from opendtm.render.raw.layout import MAIN, Layout, RawColumn, RawTable

PIECE = 1000
Row = list[Any]
Watch = Callable[[int], None]


class RawWriter:
    """Takes readings and keeps them as Parquet below a folder, one file a table; counts what it wrote."""

    def __init__(self, plan: Layout, folder: Path, watch: Watch = lambda _rows: None) -> None:
        """Prepare a file for each table of the plan.

        `watch` is called with the number of rows whenever some are read again; what it raises ends the work.
        """
        self.plan, self.folder, self.watch = plan, folder, watch
        self.counts = {table.repeat: 0 for table in plan.tables}
        self._waiting: dict[str, list[Row]] = {table.repeat: [] for table in plan.tables}
        self._files = {
            table.repeat: pq.ParquetWriter(self.path(table), table.schema, compression="zstd")
            for table in plan.tables
        }

    def __enter__(self) -> Self:
        """Open for rows."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write what waits and close the files."""
        for table in self.plan.tables:
            if kind is None:
                self._lay_down(table)
            self._files[table.repeat].close()

    def path(self, table: RawTable) -> Path:
        """Say where the rows of a table lie."""
        return self.folder / f"table-{self.plan.tables.index(table)}.parquet"

    def again(self, table: RawTable, size: int = PIECE) -> Iterator[pa.RecordBatch]:
        """Give the rows of a table again, in pieces of so many."""
        with pq.ParquetFile(self.path(table)) as file:
            for batch in file.iter_batches(batch_size=size):
                self.watch(batch.num_rows)
                yield batch

    def add(
        self, meta: Mapping[str, str | None], reading: SubmissionReading, notes: Mapping[str, str]
    ) -> None:
        """Add one submission: what the house knows of it, its answers, and what was corrected in it."""
        by_repeat = _passes(reading)
        doubts: list[str] = []
        for table in self.plan.tables:
            passes = by_repeat.get(table.repeat, {})
            if table.repeat == MAIN:
                passes = passes or {"": {}}
            for key, answers in passes.items():
                row = [_cell(column, answers, doubts) for column in table.columns]
                self._waiting[table.repeat].append(row)
                self._fill(table, row, meta, key)
        main = self._waiting[MAIN][-1]
        told = {"_not_of_type": " ".join(doubts), **notes}
        for name, words in told.items():
            main[_place(self.plan.tables[0], name)] = words or None
        self._lay_down_full()

    def _fill(self, table: RawTable, row: Row, meta: Mapping[str, str | None], key: str) -> None:
        source = meta["_id"] or ""
        own: Mapping[str, str | None] = meta
        if table.repeat != MAIN:
            own = {
                "_id": source,
                "_row": source + key,
                "_parent": source + _around(key),
            }
        for place, column in enumerate(table.columns):
            if not column.path and column.name in own:
                row[place] = own[column.name]

    def _lay_down_full(self) -> None:
        for table in self.plan.tables:
            if len(self._waiting[table.repeat]) >= PIECE:
                self._lay_down(table)

    def _lay_down(self, table: RawTable) -> None:
        rows, self._waiting[table.repeat] = self._waiting[table.repeat], []
        if rows:
            columns = list(zip(*rows, strict=True))
            arrays = [
                pa.array(values, type=column.type)
                for values, column in zip(columns, table.columns, strict=True)
            ]
            self._files[table.repeat].write_batch(pa.record_batch(arrays, schema=table.schema))
            self.counts[table.repeat] += len(rows)


def _passes(reading: SubmissionReading) -> dict[str, dict[str, dict[str, Answer]]]:
    """Sort answers by the repeat they stand in and the pass of it (its path with positions)."""
    found: dict[str, dict[str, dict[str, Answer]]] = {}
    for answer in reading.answers:
        steps = answer.path.split("/")
        last = max((place for place, step in enumerate(steps) if step.endswith("]")), default=0)
        key = "/".join(steps[: last + 1])
        plain = plain_path(answer.path)
        repeat = "/".join(plain.split("/")[: last + 1])
        found.setdefault(repeat, {}).setdefault(key, {})[plain] = answer
    return found


def _around(key: str) -> str:
    """Give the pass around a pass, empty where it stands in no other."""
    steps = key.split("/")[:-1]
    while steps and not steps[-1].endswith("]"):
        steps.pop()
    return "/".join(steps)


def _cell(column: RawColumn, answers: Mapping[str, Answer], doubts: list[str]) -> Any:
    answer = answers.get(column.path) if column.path else None
    if answer is None or answer.value is None:
        return None
    value = answer.value
    if pa.types.is_string(column.type):
        return text_of(value)
    if isinstance(
        value, str
    ):  # not of the type that the form asks for: told by name, never dropped in silence
        if answer.path not in doubts:
            doubts.append(answer.path)
        return None
    return _part(column.part, value) if column.part else value


def _part(part: str, value: Value) -> Any:
    if part.startswith("choice/"):
        return int(part.removeprefix("choice/") in value) if isinstance(value, tuple) else None
    return getattr(value, part) if isinstance(value, GeoPoint) else None


def _place(table: RawTable, name: str) -> int:
    return next(place for place, column in enumerate(table.columns) if column.name == name)
