"""Measures what docs/benchmarks.md promises, each in a process of its own, and prints the table.

`python -m benchmarks` from the root of the project. A row gives the wall-clock time of the quickest run,
the limit, their ratio, and the peak memory of the process. Exit status 1 where a limit is broken.
"""

import csv
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks import exports, intake, submissions
from benchmarks.measuring import once

OPENDTM = [str(Path(sys.executable).with_name("opendtm"))]
ROWS = 100_000
MEGABYTES = 500


@dataclass(frozen=True)
class Promise:
    """One thing that must be quick: the command, how often it is tried, and the limit in seconds."""

    name: str
    command: list[str]
    limit: float
    runs: int = 3
    fresh: Path | None = None  # a folder to take away before each run


@dataclass(frozen=True)
class Measured:
    """What a promise took: seconds of the quickest run, and the largest memory of any run in MB."""

    seconds: float
    megabytes: float


def promises(folder: Path) -> list[Promise]:
    """List what is measured; files are made in `folder`."""
    table = folder / "sites.csv"
    write_table(table)
    demo = folder / "demo"
    return [
        Promise("`opendtm --help`", [*OPENDTM, "--help"], 0.3, runs=7),
        Promise(
            "100,000-row site table to figures by adm1, in one process after start-up",
            [sys.executable, "-m", "benchmarks.figures", str(table)],
            2.0,
        ),
        Promise(
            "Site Needs PDF, 300 sites, both languages, after start-up",
            [sys.executable, "-m", "benchmarks.pdf"],
            3.0,
        ),
        Promise(
            "the demonstration's main job, 30 sites, 12 weeks",
            [*OPENDTM, "demo", "--data", str(demo), "--no-serve"],
            30.0,
            runs=1,
            fresh=demo,
        ),
    ]


def write_table(path: Path) -> None:
    """Write a table of 100,000 sites with population, sex and needs, the same in every run."""
    levels = ("none", "some", "serious", "critical", "")
    needs = ("wash", "health", "shelter", "protection", "food_security")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            [
                "Site ID",
                "Site name",
                "Admin1 Pcode",
                "Admin1",
                "IDP individuals",
                "IDP households",
                "Females",
                "Males",
            ]
            + [f"need {need.replace('_', ' ')}" for need in needs]
        )
        for number in range(ROWS):
            people = (number * 7919) % 2400
            area = number % 18
            writer.writerow(
                [
                    f"S{number:06d}",
                    f"Site {number}",
                    f"ZZ{area:02d}",
                    f"Province {area}",
                    people,
                    people // 5,
                ]
                + [people // 2, people - people // 2]
                + [levels[(number * step) % 5] for step in range(2, 2 + len(needs))]
            )


def run(promise: Promise) -> Measured:
    """Run a command some times; RuntimeError where it fails."""
    seconds, megabytes = [], 0.0
    for _ in range(promise.runs):
        if promise.fresh:
            shutil.rmtree(promise.fresh, ignore_errors=True)
        started = time.perf_counter()
        reported, peak = once(promise.command)
        seconds.append(reported if reported is not None else time.perf_counter() - started)
        megabytes = max(megabytes, peak)
    return Measured(min(seconds), megabytes)


def main() -> int:
    """Print the table; 1 where a limit is broken."""
    broken = 0
    sys.stdout.write(f"Machine: {os.cpu_count()} cores. Command: `make bench`.\n\n")
    sys.stdout.write(
        "| what | seconds | limit | ratio | peak MB |\n| --- | --: | --: | --: | --: |\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        for promise in promises(Path(folder)):
            found = run(promise)
            ratio = found.seconds / promise.limit
            broken += ratio > 1 or found.megabytes > MEGABYTES
            sys.stdout.write(
                f"| {promise.name} | {found.seconds:.2f} | {promise.limit:g} | {ratio:.2f} | {found.megabytes:.0f} |\n"
            )
            sys.stdout.flush()
    sys.stdout.write("\n")
    broken += intake.main(5.0)
    sys.stdout.write("\n")
    broken += submissions.main()
    sys.stdout.write("\n")
    broken += exports.main()
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
