"""A registry of flow monitoring added up by point, day and nationality, from 1e5 to 1e8 rows.

`python -m benchmarks.flow [LARGEST [FOLDER]]` writes Parquet files of made-up groups into FOLDER (a temporary
one without it), adds each size up in a process of its own, prints the table, draws the picture of
docs/benchmarks.md, and takes the files away. Exit status 1 where a limit is broken.
"""

import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from opendtm.measure.flow import daily_flows
from opendtm.render import palette
from opendtm.render.svg import drawing, element, group, text

SIZES = (10**5, 10**6, 10**7, 10**8)
PART = 10**7  # rows in one file
SECONDS, MEGABYTES = 10.0, 4096
PICTURE = Path("docs/images/flow-benchmark.svg")
POINTS, DAYS, NATIONALITIES = 40, 365, 60


@dataclass(frozen=True)
class Measured:
    """Rows; seconds after start-up by the clock and of the processors; the peak of the process in MB."""

    rows: int
    seconds: float
    processor: float
    megabytes: float


def write_registry(folder: Path, rows: int) -> None:
    """Write a registry of a year: 40 points, 60 nationalities, days in order as a year of files has them."""
    folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2; SET memory_limit = '2GB'")
        for part, start in enumerate(range(0, rows, PART)):
            end = min(start + PART, rows)
            connection.execute(
                f"""
                COPY (
                    SELECT 'FMP-' || lpad((hash(i, 1) % {POINTS})::VARCHAR, 2, '0') AS point,
                           DATE '2026-01-01' + (i * {DAYS} // {rows})::INTEGER AS day,
                           chr((65 + hash(i, 2) % {NATIONALITIES} // 10)::INTEGER)
                               || chr((65 + hash(i, 2) % 10)::INTEGER) || 'X' AS nationality,
                           (CASE hash(i, 3) % 3 WHEN 0 THEN 'inflow' WHEN 1 THEN 'outflow'
                                ELSE 'transit' END) AS direction,
                           (1 + hash(i, 4) % 30)::INTEGER AS persons
                    FROM range({start}, {end}) AS made(i)
                ) TO '{folder / f"part-{part:03d}.parquet"}' (FORMAT parquet, COMPRESSION zstd)
                """  # noqa: S608 - numbers and a path of our own
            )


def measure(folder: Path, rows: int) -> Measured:
    """Add up the registry of a folder in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.flow", "--one", str(folder)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Measured(rows, *(float(line.split()[1]) for line in said.splitlines()))


def one(folder: Path) -> None:
    """Add up and say what it took, after start-up."""
    started = time.perf_counter(), time.process_time()
    daily_flows(sorted(folder.glob("*.parquet")))
    seconds, processor = time.perf_counter() - started[0], time.process_time() - started[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"seconds {seconds}\nprocessor {processor}\npeak {peak}\n")


def picture(found: Sequence[Measured]) -> str:
    """Draw processor seconds by rows, both by powers of ten, with the line of equal cost a row."""
    left, base, step = 190.0, 620.0, 330.0
    lowest = min(math.log10(each.processor) for each in found)
    floor = math.floor(min(lowest, -1.0))
    high = (base - 60) / (math.ceil(math.log10(found[-1].processor)) + 0.3 - floor)

    def at(rows: float, seconds: float) -> tuple[float, float]:
        return left + (math.log10(rows) - 5) * step, base - (math.log10(seconds) - floor) * high

    ticks = [10.0**power for power in range(floor, math.ceil(math.log10(found[-1].processor)) + 1)]
    last = found[-1]
    first = max(last.rows * 10.0**floor / last.processor, found[0].rows)
    ends = at(first, last.processor * first / last.rows), at(last.rows, last.processor)
    path = "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in ends)
    parts = [
        group(
            (element("path", d=f"M{left:.0f} {at(1e5, tick)[1]:.0f}H{left + 3 * step + 60:.0f}") for tick in ticks),
            stroke=palette.RULE, stroke_width=2,
        ),
        *(text(f"{tick:g} s", left - 20, at(1e5, tick)[1] + 8, fill=palette.QUIET, text_anchor="end") for tick in ticks),
        element("path", d=path, stroke=palette.QUIET, stroke_width=3, stroke_dasharray="10 7", fill="none"),
        *(element("circle", cx=at(each.rows, each.processor)[0], cy=at(each.rows, each.processor)[1], r=11, fill=palette.ACCENT) for each in found),
        *(text(f"{each.processor:.2f} s", at(each.rows, each.processor)[0], at(each.rows, each.processor)[1] - 20, fill=palette.INK, text_anchor="middle") for each in found),
        *(text(f"{each.rows:,}", at(each.rows, 1)[0], base + 40, fill=palette.QUIET, text_anchor="middle") for each in found),
        text("rows of the registry", left + 1.5 * step, base + 80, fill=palette.INK, text_anchor="middle"),
    ]  # fmt: skip
    words = "; ".join(f"{each.rows:,} rows: {each.processor:.2f} s" for each in found)
    return drawing(140, 72, parts, title="A registry added up, by its size", alt=words)


def main(arguments: Sequence[str]) -> int:
    """Measure every size up to LARGEST; 1 where the largest takes too long or too much memory."""
    if arguments[:1] == ["--one"]:
        one(Path(arguments[1]))
        return 0
    largest = int(float(arguments[0])) if arguments else SIZES[-1]
    folder = Path(tempfile.mkdtemp(prefix="flow-", dir=arguments[1] if arguments[1:] else None))
    try:
        found = list(_each(folder, [size for size in SIZES if size <= largest]))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if largest == SIZES[-1]:
        PICTURE.write_text(picture(found), encoding="utf-8")
    return int(any(each.seconds > SECONDS or each.megabytes > MEGABYTES for each in found))


def _each(folder: Path, sizes: Sequence[int]) -> list[Measured]:
    sys.stdout.write(f"Machine: {os.cpu_count()} cores. Command: `python -m benchmarks.flow`.\n\n")
    sys.stdout.write(
        "| rows | seconds | limit | processor s | million rows / processor s | peak MB |\n| --: | --: | --: | --: | --: | --: |\n"
    )
    found = []
    for size in sizes:
        write_registry(folder / str(size), size)
        each = measure(folder / str(size), size)
        shutil.rmtree(folder / str(size))
        speed = each.rows / each.processor / 1e6
        sys.stdout.write(
            f"| {each.rows:,} | {each.seconds:.2f} | {SECONDS:g} | {each.processor:.2f} | {speed:.1f} | {each.megabytes:.0f} |\n"
        )
        sys.stdout.flush()
        found.append(each)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
