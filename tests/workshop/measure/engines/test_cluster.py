"""A lake of several countries on a cluster of one master and two workers, of which one dies at work."""

import csv
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.workshop.measure.engines.cluster import Cluster, cluster, until

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
def test_figures_of_a_lake_are_the_same_though_a_worker_is_killed_at_work(tmp_path: Path) -> None:
    files = lake(tmp_path / "lake")
    here, there = tmp_path / "here.csv", tmp_path / "there.csv"
    subprocess.run(added_up(files, here), check=True, capture_output=True)

    with cluster(tmp_path) as spark:
        said = _killed_at_work(spark, added_up(files, there, "--engine", spark.address))
        dead, alive = spark.workers
        done, redone = dead.read(), alive.read()

    assert "Computed by spark 4.0." in said
    assert done  # it had read a part of the lake
    assert redone == {str(file) for file in files}  # and what it had read was read again
    with here.open(encoding="utf-8") as one, there.open(encoding="utf-8") as other:
        expected, found = list(csv.reader(one)), list(csv.reader(other))
    assert len(found) == 1 + 20 * len(COUNTRIES) * 9
    assert found == expected


def _killed_at_work(spark: Cluster, command: list[str]) -> str:
    """Run a command and kill the first worker as soon as both have read a file; give what it said."""
    with subprocess.Popen(
        command, env=spark.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as working:
        until(lambda: working.poll() is not None or all(each.read() for each in spark.workers))
        assert working.poll() is None, working.communicate()
        spark.workers[0].kill()
        _, said = working.communicate()
    assert working.returncode == 0, said
    return said
