"""Laying rows down: each submission becomes one row of the main table and one of each pass of a repeat.

Rows go to Parquet in pieces, so that a million submissions need no more memory than a thousand.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
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
from opendtm.render.raw.layout import MAIN, Layout, RawTable

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
        self._places = [_Places(table) for table in plan.tables]
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
        for places in self._places:
            repeat = places.repeat
            passes = by_repeat.get(repeat) or ({"": {}} if repeat == MAIN else {})
            for key, answers in passes.items():
                row = places.row(answers, doubts)
                places.fill(row, meta if repeat == MAIN else _keys(meta["_id"] or "", key))
                self._waiting[repeat].append(row)
        main = self._waiting[MAIN][-1]
        told = {"_not_of_type": " ".join(doubts), **notes}
        self._places[0].fill(main, {name: words or None for name, words in told.items()})
        self._lay_down_full()

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


class _Places:
    """Where in the rows of a table things go: answers by their path, what the house adds by its name."""

    def __init__(self, table: RawTable) -> None:
        self.repeat, self.width = table.repeat, len(table.columns)
        self.own = {column.name: place for place, column in enumerate(table.columns)}
        self.asked: dict[str, list[tuple[int, bool, str]]] = {}
        for place, column in enumerate(table.columns):
            if column.path:
                del self.own[column.name]
                to = (place, pa.types.is_string(column.type), column.part)
                self.asked.setdefault(column.path, []).append(to)

    def row(self, answers: Mapping[str, Answer], doubts: list[str]) -> Row:
        """Give a row with the answers; those that are not of the type that the form asks for are named, not dropped."""
        row: Row = [None] * self.width
        for path, answer in answers.items():
            value = answer.value
            if value is None:
                continue
            for place, as_text, part in self.asked.get(path, ()):
                if as_text:
                    row[place] = value if type(value) is str else text_of(value)
                elif not isinstance(value, str):
                    row[place] = _part(part, value) if part else value
                elif answer.path not in doubts:
                    doubts.append(answer.path)
        return row

    def fill(self, row: Row, own: Mapping[str, str | None]) -> None:
        """Write what the house adds into a row."""
        for name, value in own.items():
            if name in self.own:
                row[self.own[name]] = value


def _keys(source: str, key: str) -> dict[str, str | None]:
    """Give the keys of a pass: of its submission, of itself, of the row around it."""
    return {"_id": source, "_row": source + key, "_parent": source + _around(key)}


def _passes(reading: SubmissionReading) -> dict[str, dict[str, dict[str, Answer]]]:
    """Sort answers by the repeat they stand in and the pass of it (its path with positions)."""
    found: dict[str, dict[str, dict[str, Answer]]] = {}
    for answer in reading.answers:
        repeat, key, plain = _parted(answer.path)
        found.setdefault(repeat, {}).setdefault(key, {})[plain] = answer
    return found


@lru_cache(maxsize=16_384)  # submissions of one form have the same paths
def _parted(path: str) -> tuple[str, str, str]:
    """Take a path apart: the innermost repeat, the pass of it, the path without positions."""
    steps = path.split("/")
    last = max((place for place, step in enumerate(steps) if step.endswith("]")), default=0)
    plain = plain_path(path)
    return "/".join(plain.split("/")[: last + 1]), "/".join(steps[: last + 1]), plain


def _around(key: str) -> str:
    """Give the pass around a pass, empty where it stands in no other."""
    steps = key.split("/")[:-1]
    while steps and not steps[-1].endswith("]"):
        steps.pop()
    return "/".join(steps)


def _part(part: str, value: Value) -> Any:
    if part.startswith("choice/"):
        return int(part.removeprefix("choice/") in value) if isinstance(value, tuple) else None
    return getattr(value, part) if isinstance(value, GeoPoint) else None
