"""DuckDB heeds no capital letters in names, so columns that differ in nothing else are refused, not mixed up."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from opendtm.errors.measure_engines import ColumnsAlike
from opendtm.measure.engines import DUCKDB
from opendtm.measure.flow.registry import daily_flows

ALIKE = pa.table({"point": ["A", "B"], "Persons": [100, 200], "persons": [1, 2]})


def test_columns_that_differ_in_capital_letters_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "alike.parquet"
    pq.write_table(ALIKE, file)
    with DUCKDB.open() as session:
        for ask in (
            lambda: session.hold("rows", ALIKE),
            lambda: session.read("rows", [file], ALIKE.schema),
            lambda: DUCKDB.bind(ALIKE),
        ):
            with pytest.raises(ColumnsAlike) as refused:
                ask()
            assert refused.value.details == {"names": "Persons, persons"}
            assert "majuscules" in refused.value.text("fr")


def test_registry_with_two_columns_of_persons_is_not_added_up(tmp_path: Path) -> None:
    file = tmp_path / "registry.parquet"
    pq.write_table(ALIKE, file)
    with pytest.raises(ColumnsAlike):
        daily_flows([file], by=["point"])
    pq.write_table(ALIKE.drop_columns(["Persons"]), file)
    assert daily_flows([file], by=["point"])["persons"].to_pylist() == [1, 2]
