"""Survey estimation beside R `survey` and `svy`: the means of 12 domains from 1,000,000 interviews.

`python -m benchmarks.survey [INTERVIEWS]` makes 60 strata and 3,000 clusters by a fixed rule, and lets each
tool declare the design, estimate one variable twice and ten variables, in a process of its own, one after
the other, after a thousand interviews that load its code. R must be there
(Debian: r-base-core, r-cran-survey), or its line is left out; `svy` is put into a virtual environment of its
own under build/, since its pins are not ours. The results are compared; seconds stand beside processor
seconds, which tell more where other work competes for the cores. Exit status 1 where a goal is missed: half
a second for declaring and estimating, ten times as fast as either, the same numbers to 1e-8.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

STRATA, CLUSTERS, DOMAINS = 60, 3000, 12
GOAL, TIMES, TOLERANCE = 0.5, 10, 1e-8
SVY = "svy==0.35.0"
TEN = tuple(f"y{number}" for number in range(10))
COLUMNS = ("stratum", "cluster", "weight", "size", "domain", *TEN)
_R = """
suppressMessages(library(survey))
folder <- commandArgs(TRUE)[1]; n <- as.integer(commandArgs(TRUE)[2])
names <- c(NAMES)
d <- as.data.frame(lapply(names, function(name) readBin(file.path(folder, name), "double", n)))
names(d) <- names
spent <- function(work) { before <- proc.time(); value <- work(); list(value, proc.time() - before) }
a <- spent(function() svydesign(id=~cluster, strata=~stratum, weights=~weight, fpc=~size, data=d))
b <- spent(function() svyby(~y0, ~domain, a[[1]], svymean))
c <- spent(function() svyby(~y0, ~domain, a[[1]], svymean))
ten <- as.formula(paste("~", paste(names[-(1:5)], collapse = "+")))
e <- spent(function() svyby(ten, ~domain, a[[1]], svymean))
peak <- as.numeric(sub("[^0-9]*([0-9]+).*", "\\\\1", grep("VmHWM", readLines("/proc/self/status"), value=TRUE)))
say <- function(x) paste(format(x, digits=17, trim=TRUE), collapse=",")
wall <- sapply(list(a, b, c, e), function(x) x[[2]][["elapsed"]])
cpu <- sapply(list(a, b, c, e), function(x) sum(x[[2]][c("user.self", "sys.self")]))
cat(sprintf('{"wall":[%s],"cpu":[%s],"value":[%s],"se":[%s],"megabytes":%f}\\n',
    say(wall), say(cpu), say(coef(b[[1]])), say(SE(b[[1]])), peak / 1024))
"""
_SVY = """
import json, resource, sys, time
import polars, svy
data = polars.read_parquet(sys.argv[1])
walls, spent = [], []
def timed(work):
    wall, cpu = time.perf_counter(), time.process_time()
    value = work()
    walls.append(time.perf_counter() - wall)
    spent.append(time.process_time() - cpu)
    return value
design = svy.Design(stratum="stratum", psu="cluster", wgt="weight", pop_size="size")
svy.Sample(data=data.head(1000), design=design).estimation.mean("y0", by="domain")
sample = timed(lambda: svy.Sample(data=data, design=design))
first = timed(lambda: sample.estimation.mean("y0", by="domain"))
timed(lambda: sample.estimation.mean("y0", by="domain"))
timed(lambda: sample.estimation.mean([f"y{n}" for n in range(10)], by="domain"))
cells = sorted(first.estimates, key=lambda cell: float(str(cell.by_level[0])))
print(json.dumps({"wall": walls, "cpu": spent, "value": [cell.est for cell in cells],
    "se": [cell.se for cell in cells],
    "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


@dataclass(frozen=True)
class Run:
    """What one tool took and found: seconds to declare, to estimate, to estimate again, and ten variables."""

    wall: list[float]
    cpu: list[float]
    value: list[float]
    se: list[float]
    megabytes: float

    @property
    def seconds(self) -> float:
        """Give the seconds of declaring and of the quicker estimate."""
        return self.wall[0] + min(self.wall[1:3])

    @property
    def processor(self) -> float:
        """Give the processor seconds of the same."""
        return self.cpu[0] + min(self.cpu[1:3])


def interviews(count: int) -> pa.Table:
    """Make interviews by a fixed rule: 50 clusters a stratum, unequal weights, clusters that differ."""
    rng = np.random.default_rng(20261126)
    cluster = rng.integers(0, CLUSTERS, count)
    stratum = cluster * STRATA // CLUSTERS
    domain = rng.integers(0, DOMAINS, count)
    weight = 1 + 9 * rng.random(count)
    answers = [rng.normal(100, 15, count) + cluster % 7 + domain for _ in TEN]
    columns = (stratum, cluster, weight, 200.0 + stratum, domain, *answers)
    return pa.table(dict(zip(COLUMNS, columns, strict=True)))


def ours(path: Path) -> None:
    """Declare and estimate twice; print what it took."""
    from opendtm.measure import survey  # noqa: PLC0415 - the import is not measured

    table = pq.read_table(path)
    design = survey.Design("weight", "stratum", ("cluster",), ("size",))
    survey.mean(survey.declare(interviews(1000), design, engine="cells"), "y0", by=["domain"])
    wall, cpu = [], []

    def timed(work: Callable[[], Any]) -> Any:
        started, spent = time.perf_counter(), time.process_time()
        value = work()
        wall.append(time.perf_counter() - started)
        cpu.append(time.process_time() - spent)
        return value

    sample = timed(lambda: survey.declare(table, design))
    found = timed(lambda: survey.mean(sample, "y0", by=["domain"]))
    timed(lambda: survey.mean(sample, "y0", by=["domain"]))
    timed(lambda: survey.mean(sample, *TEN, by=["domain"]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    run = Run(wall, cpu, [each.value for each in found], [each.se for each in found], peak)
    sys.stdout.write(json.dumps(run.__dict__) + "\n")


def told(command: list[str]) -> Run:
    """Run a tool and read its last line."""
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Run(**json.loads(output.splitlines()[-1]))


def in_r(table: pa.Table, folder: Path) -> Run | None:
    """Run R `survey` on the columns, handed over as plain doubles; None where R is not there."""
    if shutil.which("Rscript") is None:
        return None
    for name in COLUMNS:
        table[name].to_numpy().astype(np.float64).tofile(folder / name)
    script = folder / "survey.R"
    script.write_text(_R.replace("NAMES", ", ".join(f'"{name}"' for name in COLUMNS)))
    return told(["/usr/bin/env", "Rscript", str(script), str(folder), str(table.num_rows)])


def in_svy(path: Path) -> Run:
    """Run `svy` in its own environment, made on first use."""
    home = Path("build") / "svy-venv"
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", SVY], check=True)
    return told([str(python), "-c", _SVY, str(path)])


def apart(one: Run, other: Run) -> float:
    """Give the greatest relative difference of values and errors."""
    pairs = zip(one.value + one.se, other.value + other.se, strict=True)
    return max(abs(a / b - 1) for a, b in pairs)


def main(count: int) -> int:
    """Print the table; 1 where a goal is missed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table, path = interviews(count), folder / "interviews.parquet"
        pq.write_table(table, path)
        mine = told([sys.executable, "-m", "benchmarks.survey", "--ours", str(path)])
        others = {"R `survey`": in_r(table, folder), f"`{SVY}`": in_svy(path)}
    load = os.getloadavg()[0]
    sys.stdout.write(
        f"{count:,} interviews, {STRATA} strata, {CLUSTERS:,} clusters, {DOMAINS} domains; "
        f"{os.cpu_count()} cores, load average {load:.1f}.\n\n"
        "| tool | declare s | one s | again s | ten s | processor s, one | ten | peak MB | times ours, one | "
        "ten | by processor, one | ten | farthest from ours |\n"
        "| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |\n"
    )
    broken = mine.seconds > GOAL
    rows = {"OpenDTM": mine} | {tool: run for tool, run in others.items() if run is not None}
    for tool, run in rows.items():
        ratios = [
            run.seconds / mine.seconds,
            run.wall[3] / mine.wall[3],
            run.processor / mine.processor,
            run.cpu[3] / mine.cpu[3],
        ]
        broken |= run is not mine and (ratios[0] < TIMES or apart(run, mine) > TOLERANCE)
        steps = " | ".join(f"{each:.2f}" for each in [*run.wall, run.processor, run.cpu[3]])
        times = " | ".join(f"{each:.1f}" for each in ratios)
        sys.stdout.write(
            f"| {tool} | {steps} | {run.megabytes:.0f} | {times} | {apart(run, mine):.0e} |\n"
        )
    return int(broken)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ours"]:
        ours(Path(sys.argv[2]))
    else:
        sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 1_000_000))
