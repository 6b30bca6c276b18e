"""A cluster of one master and two workers: it gives the figures and estimates of DuckDB, and survives a worker's death.

One test, since a cluster is started for it: first with both workers, then with the one that is left.
"""

import csv
import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.workshop.measure.engines.cluster import Cluster, cluster, until
from tests.workshop.measure.engines.test_lake import SITES, panel_of

from opendtm.measure.lake import keep

COUNTRIES, PARTS, ROWS = ("AA", "BB", "CC"), 8, 20_000


def lake(folder: Path) -> list[Path]:
    """Write the registries of three countries, a file a month."""
    chance = np.random.default_rng(20260302)
    files = []
    for country in COUNTRIES:
        for part in range(PARTS):
            first = date(2026, 1, 1) + timedelta(days=30 * part)
            days = [first + timedelta(days=int(day)) for day in chance.integers(0, 30, ROWS)]
            persons = chance.integers(0, 40, ROWS)
            table = pa.table(
                {
                    "point": [f"{country}-{point:02d}" for point in chance.integers(0, 20, ROWS)],
                    "day": pa.array(days, pa.date32()),
                    "nationality": [f"N{which}" for which in chance.integers(0, 9, ROWS)],
                    "persons": pa.array(persons, pa.int32(), mask=persons == 39),
                }
            )
            files.append(folder / country / f"part {part}.parquet")
            files[-1].parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(table, files[-1])
    return files


def added_up(files: Sequence[Path], output: Path, *more: str) -> list[str]:
    """Give the words of the command that adds registries up."""
    names = [str(file) for file in files]
    words = ["flow", "daily", *names, "--by", "point,nationality", "-o", str(output), *more]
    return [sys.executable, "-m", "opendtm.cli", *words]


@pytest.mark.cluster
def test_cluster_gives_what_duckdb_gives_though_a_worker_is_killed_at_work(tmp_path: Path) -> None:
    registries, panels = tmp_path / "registries", tmp_path / "panels"
    files = lake(registries)
    for operation in SITES:
        keep(panel_of(operation), panels, operation=operation)
    here, there = tmp_path / "here.csv", tmp_path / "there.csv"
    subprocess.run(added_up(files, here), check=True, capture_output=True)

    with cluster(tmp_path) as spark:
        compared = _compared(spark, panels)
        working = added_up(files, there, "--engine", spark.address)
        said = _killed_at_work(spark, working, registries)
        done, redone = (each.read(registries) for each in spark.workers)

    assert compared == {"figures": compared["figures"], "estimates": 8, "differ": []}
    assert compared["figures"] > 20
    assert "Computed by spark 4.0." in said
    assert done  # the killed one had read a part of the lake
    assert redone == {str(file) for file in files}  # and what it had read was read again
    with here.open(encoding="utf-8") as one, there.open(encoding="utf-8") as other:
        expected, found = list(csv.reader(one)), list(csv.reader(other))
    assert len(found) == 1 + 20 * len(COUNTRIES) * 9
    assert found == expected


def _compared(spark: Cluster, panels: Path) -> dict[str, Any]:
    """Compute figures and estimates on the cluster, and compare them with DuckDB's."""
    words = ["-m", "tests.workshop.measure.engines.on_cluster", spark.address, str(panels)]
    done = subprocess.run(
        [sys.executable, *words], env=spark.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _killed_at_work(spark: Cluster, command: list[str], registries: Path) -> str:
    """Run a command and kill the first worker as soon as both have read a file; give what it said."""
    with subprocess.Popen(
        command, env=spark.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as working:
        until(
            lambda: (
                working.poll() is not None or all(each.read(registries) for each in spark.workers)
            )
        )
        assert working.poll() is None, working.communicate()
        spark.workers[0].kill()
        _, said = working.communicate()
    assert working.returncode == 0, said
    return said
