"""Measures the exports of raw answers: reading submissions from the database, and writing each format.

`python -m benchmarks.exports [WRITTEN [READ [FORMAT...]]]`. Reading is the same for every format and is measured
once: a whole export as the background process makes it, of READ submissions with 1,000 different bodies in a private
PostgreSQL, as Parquet. Writing takes rows that are laid down already, of a form with 60 fields, a position and a
repeat of three passes, to every format or to those named. 0 leaves either out. Each runs in a process of its own, for a tenth (a quarter
of what is read) and for all: ten times the rows may take fifteen times as long at most, and 600 MB. Times are of the
process's own processor time, which other work on the machine hardly changes. Afterwards each file is opened by
another reader and its rows are counted.
"""

import csv
import hashlib
import io
import json
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pyarrow as pa
import pyarrow.parquet as pq
from tests.postgres import cluster

from benchmarks import made_form, submissions
from benchmarks.measuring import once
from opendtm.forms import FormDefinition, Question, QuestionType, read_form, read_submission
from opendtm.render.raw import FORMATS, RawOptions, RawTable, RawWriter, layout, write

WRITTEN, READ = 100_000, 20_000
MEGABYTES, GROWTH = 600.0, 15.0
BODIES = 1_000
HEAD = "| what | rows | processor s | rows a second | ten times the rows | peak MB |\n| --- | --: | --: | --: | --: | --: |\n"


def form() -> FormDefinition:
    """Give the form of the rows: the made one, with a position."""
    made = read_form(made_form.xform())
    where = Question(path="/where", type=QuestionType.GEOPOINT, labels={"English (en)": "Where?"})
    return replace(made, questions=(*made.questions, where))


def bodies() -> Iterator[bytes]:
    """Give filled forms, each different."""
    before, after = made_form.filled(photo=False)
    for number in range(BODIES):
        place = f"<where>{4 + number / BODIES} {18 + number / BODIES} 300 5</where><meta>".encode()
        yield before.replace(b"<meta>", place) + f"{number:036}".encode() + after


class Laid(RawWriter):
    """Rows that another process laid down in a folder."""

    def __init__(self, folder: Path) -> None:
        """Find the tables."""
        self.plan, self.folder, self.watch = layout([form()]), folder, lambda _rows: None
        self.counts = {
            table.repeat: pq.read_metadata(self.path(table)).num_rows for table in self.plan.tables
        }


def lay_down(folder: Path, number: int) -> None:
    """Lay rows down as an export does, a thousand of them again and again."""
    with tempfile.TemporaryDirectory() as few:
        with RawWriter(layout([form()]), Path(few)) as rows:
            for body in bodies():
                reading = read_submission(body, form())
                known = {"_id": reading.instance_id, "_version": "1", "_site": "LG-S1"}
                empty = dict.fromkeys(("_received", "_phone", "_round", "_review"))
                rows.add({**empty, **known}, reading, {})
        for table in rows.plan.tables:
            _again(rows, table, folder / rows.path(table).name, number // BODIES)


def _again(rows: RawWriter, table: RawTable, target: Path, times: int) -> None:
    found = list(rows.again(table))
    with pq.ParquetWriter(target, table.schema, compression="zstd") as file:
        for turn in range(times):
            for batch in found:
                keys = [f"{key}-{turn}" for key in batch.column(0).to_pylist()]
                columns = [pa.array(keys), *batch.columns[1:]]
                file.write_batch(pa.record_batch(columns, schema=table.schema))


def write_one(kind: str, folder: Path) -> None:
    """Write a format from rows that were laid down, and tell the processor's seconds."""
    rows = Laid(folder)
    with tempfile.TemporaryDirectory(dir=folder) as out:
        target = Path(out) / f"export{FORMATS[kind][0]}"
        begun = time.process_time()
        write(rows, target, kind, RawOptions())
        sys.stdout.write(f"seconds {time.process_time() - begun}\n")
        check_counts(target, kind, rows)


def check_counts(target: Path, kind: str, rows: RawWriter) -> None:
    """Count the rows of a file; RuntimeError where they are not those that were laid down."""
    counters = {
        "csv": _rows_of_csv,
        "parquet": _rows_of_parquet,
        "xlsx": _rows_of_workbook,
    }
    if kind in counters:
        found = counters[kind](target)
        expected = sorted(rows.counts.values())
        if sorted(found) != expected:
            raise RuntimeError(f"{kind}: {found} rows, not {expected}")


def _rows_of_csv(target: Path) -> list[int]:
    with ZipFile(target) as archive:
        return [
            sum(1 for _ in csv.reader(io.TextIOWrapper(archive.open(one["file"]), "utf-8"))) - 1
            for one in json.loads(archive.read("manifest.json"))
        ]


def _rows_of_parquet(target: Path) -> list[int]:
    with ZipFile(target) as archive:
        names = [name for name in archive.namelist() if name.endswith(".parquet")]
        return [pq.read_metadata(archive.open(name)).num_rows for name in names]


def _rows_of_workbook(target: Path) -> list[int]:
    """Count the rows below the heads of the sheets of tables: a table goes on in the sheets named `_2` and on."""
    found: Counter[str] = Counter()
    with ZipFile(target) as archive:
        names = re.findall(r'<sheet name="([^"]+)"', archive.read("xl/workbook.xml").decode())
        for number, name in enumerate(
            names[:-2], 1
        ):  # without the dictionary and what there is to know
            with archive.open(f"xl/worksheets/sheet{number}.xml") as sheet:
                pieces = iter(lambda: sheet.read(2**20), b"")
                found[re.sub(r"_\d+$", "", name)] += _closed_rows(pieces) - 1
    return list(found.values())


def _closed_rows(pieces: Iterator[bytes]) -> int:
    """Count what closes a row, also where it lies across two pieces."""
    count, before = 0, b""
    for piece in pieces:
        whole = before + piece
        count += whole.count(b"</row>")
        before = whole[-5:]
    return count


def make_one(number: int) -> None:
    """Make an export of so many submissions of the house, and tell the processor's seconds; RuntimeError where it fails."""
    _set_up()
    from django.contrib.auth.models import User  # noqa: PLC0415 - Django is set up first

    from opendtm_server.collect.models import Round  # noqa: PLC0415
    from opendtm_server.verify import actions, queries  # noqa: PLC0415

    last = Round.objects.order_by("number")[number // submissions.SITES - 1]
    wish = queries.Wish(form=last.form_id, kind="parquet", until=last.starts_on)
    manager = User.objects.get(username="manager")
    asked = actions.ask_export(operation=last.operation, wish=wish, by=manager)
    begun = time.process_time()
    made = actions.make_export(export=asked)
    if made.state != "done" or made.written != number:
        raise RuntimeError(f"{made.state} {made.problem}: {made.written} of {number}")
    sys.stdout.write(f"seconds {time.process_time() - begun}\n")


def furnish(number: int) -> None:
    """Make a house with so many submissions that have a thousand different bodies."""
    _set_up()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from opendtm_server.collect.models import KeptBody  # noqa: PLC0415
    from opendtm_server.govern.models import Operation  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    submissions.furnish(number)
    kept = KeptBody.objects.bulk_create(
        KeptBody(
            operation=Operation.objects.get(),
            sha256=hashlib.sha256(body).hexdigest(),
            content=body,
        )
        for body in bodies()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE collect_submission SET sha256 = kept.sha256 FROM collect_keptbody kept "
            "WHERE kept.id = %s + collect_submission.id %% %s",
            [kept[0].pk, BODIES],
        )
        cursor.execute("ANALYZE")


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opendtm_server.config.settings")
    import django  # noqa: PLC0415

    django.setup()


def main(written: int = WRITTEN, read: int = READ, kinds: Sequence[str] = tuple(FORMATS)) -> int:
    """Print the table; 1 where memory or growth passes its limit."""
    sys.stdout.write(HEAD)
    broken = _measure_reading(read) if read else 0
    broken += _measure_writing(written, kinds) if written else 0
    return 1 if broken else 0


def _measure_reading(number: int) -> int:
    with cluster() as url, tempfile.TemporaryDirectory() as folder:
        os.environ.update(OPENDTM_DATABASE_URL=url, OPENDTM_DATA=folder)
        try:
            once([*_here(), "--furnish", str(number)])
            some = once([*_here(), "--make", str(number // 4)])
            every = once([*_here(), "--make", str(number)])
        finally:
            del os.environ["OPENDTM_DATABASE_URL"], os.environ["OPENDTM_DATA"]
    growth = (every[0] or 0) / (some[0] or 1) * 2.5  # a quarter was made first
    return _told("read, checked against corrections and reviews, to Parquet", number, every, growth)


def _measure_writing(number: int, kinds: Sequence[str]) -> int:
    broken = 0
    with tempfile.TemporaryDirectory() as few, tempfile.TemporaryDirectory() as many:
        once([*_here(), "--lay", few, str(number // 10)])
        once([*_here(), "--lay", many, str(number)])
        for kind in kinds:
            some = once([*_here(), "--write", kind, few])
            every = once([*_here(), "--write", kind, many])
            growth = (every[0] or 0) / (some[0] or 1)
            broken += _told(f"written as {kind}", number, every, growth)
    return broken


def _told(what: str, number: int, took: tuple[float | None, float], growth: float) -> int:
    seconds, megabytes = took[0] or 0.0, took[1]
    sys.stdout.write(
        f"| {what} | {number:,} | {seconds:.1f} | {number / max(seconds, 0.001):,.0f} "
        f"| {growth:.1f} times the time | {megabytes:.0f} |\n"
    )
    sys.stdout.flush()
    return int(megabytes > MEGABYTES or growth > GROWTH)


def _here() -> list[str]:
    return [sys.executable, "-m", "benchmarks.exports"]


def _one(name: str, *words: str) -> None:
    if name == "--write":
        write_one(words[0], Path(words[1]))
    elif name == "--lay":
        lay_down(Path(words[0]), int(words[1]))
    elif name == "--make":
        make_one(int(words[0]))
    else:
        furnish(int(words[0]))


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1].startswith("--"):
        _one(*sys.argv[1:])
    else:
        sizes = [int(number) for number in sys.argv[1:3]]
        sys.exit(main(*sizes, kinds=sys.argv[3:] or tuple(FORMATS)))
