"""Interviews weighted by the registry, the sentence that every export carries, and registries of any size."""

import tempfile
from datetime import date, timedelta
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opendtm.errors.measure_flow import FlowTableInvalid
from opendtm.measure.flow import CAVEAT, daily_flow, daily_flows, survey_weights, with_caveat
from opendtm.measure.flow.caveat import KEY

DAY = date(2026, 3, 2)


def cells(*rows: tuple[str, str, int], persons: list[int] | None = None) -> pa.Table:
    """Make interviews, or a registry with `persons`, from (direction, sex, day number)."""
    table = pa.table(
        {
            "direction": [row[0] for row in rows],
            "sex": [row[1] for row in rows],
            "day": [DAY + timedelta(days=row[2]) for row in rows],
        }
    )
    return table if persons is None else table.append_column("persons", pa.array(persons))


def test_interview_stands_for_its_share_of_the_flow() -> None:
    asked = cells(("inflow", "f", 0), ("inflow", "m", 0), ("inflow", "m", 0))
    counted = cells(("inflow", "f", 0), ("inflow", "m", 0), persons=[30, 100])
    found = survey_weights(asked, registry=counted)
    assert found.weights == (30, 50, 50)
    assert (found.representative, found.covered, found.reason) == (True, 1, None)


def test_flow_without_an_interview_makes_the_survey_not_representative() -> None:
    asked = cells(("inflow", "m", 0))
    counted = cells(("inflow", "f", 0), ("inflow", "m", 0), persons=[25, 75])
    found = survey_weights(asked, registry=counted)
    assert (found.weights, found.representative, found.covered) == (None, False, 0.75)
    assert found.reason is not None
    assert "25.0 %" in found.reason.text("en")
    assert found.reason.text("fr").startswith("Non représentatif")


def test_coarser_cells_may_be_asked_for_and_are_said() -> None:
    asked = cells(("inflow", "m", 0), ("inflow", "f", 3))
    counted = cells(("inflow", "f", 0), ("inflow", "m", 1), persons=[25, 75])
    found = survey_weights(asked, registry=counted, by=("direction", "sex"))
    assert found.weights == (75, 25)
    assert found.by == ("direction", "sex")


def test_interview_outside_the_counted_flow_is_not_representative() -> None:
    asked = cells(("inflow", "m", 0), ("outflow", "m", 0))
    found = survey_weights(asked, registry=cells(("inflow", "m", 0), persons=[9]))
    assert found.weights is None


def test_survey_without_registry_counts_is_not_representative() -> None:
    found = survey_weights(
        cells(("inflow", "m", 0)), registry=cells(("inflow", "m", 0), persons=[0])
    )
    assert (found.representative, found.covered) == (False, 0)


def test_cell_of_another_kind_is_refused() -> None:
    with pytest.raises(FlowTableInvalid, match="direction, sex and day"):
        survey_weights(cells(), registry=cells(persons=[]), by=("nationality",))


many = st.lists(
    st.tuples(st.sampled_from(["inflow", "outflow"]), st.sampled_from("fm"), st.integers(0, 2)),
    min_size=1,
)


@settings(deadline=None)
@given(many, st.data())
def test_weights_add_up_to_the_counted_flow(
    rows: list[tuple[str, str, int]], data: st.DataObject
) -> None:
    held = sorted(set(rows))
    persons = data.draw(st.lists(st.integers(1, 500), min_size=len(held), max_size=len(held)))
    found = survey_weights(cells(*rows), registry=cells(*held, persons=persons))
    assert found.weights is not None
    assert sum(found.weights) == pytest.approx(sum(persons))


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "does not give the total"), ("fr", "ne donne pas le nombre total")]
)
def test_caveat_travels_with_every_row_and_in_the_schema(
    lang: str, words: str, tmp_path: Path
) -> None:
    table = with_caveat(pa.table({"point": ["P", "Q"]}), lang)
    assert all(words in row for row in table["caveat"].to_pylist())
    pq.write_table(table, tmp_path / "f.parquet")
    kept = pq.read_table(tmp_path / "f.parquet")
    assert kept.schema.metadata[KEY].decode() == CAVEAT.text(lang)


def rows_of(table: pa.Table) -> list[dict[str, object]]:
    """Give a table as rows."""
    rows: list[dict[str, object]] = table.to_pylist()
    return rows


def test_registry_is_added_up_by_point_day_and_nationality(tmp_path: Path) -> None:
    first = pa.table(
        {
            "point": ["P", "P", "Q"], "day": [DAY] * 3, "nationality": ["MLI", "MLI", "NER"],
            "persons": pa.array([3, None, 4], "int32"),
        }
    )  # fmt: skip
    pq.write_table(first, tmp_path / "a.parquet")
    pq.write_table(first.slice(0, 1), tmp_path / "b.parquet")
    found = daily_flows([tmp_path / "a.parquet", tmp_path / "b.parquet"])
    assert rows_of(found) == [
        {"point": "P", "day": DAY, "nationality": "MLI", "persons": 6, "groups": 3, "unknown": 1},
        {"point": "Q", "day": DAY, "nationality": "NER", "persons": 4, "groups": 1, "unknown": 0},
    ]


def test_group_without_any_number_is_unknown_not_zero(tmp_path: Path) -> None:
    table = pa.table({"point": ["P"], "persons": pa.array([None], "int32")})
    pq.write_table(table, tmp_path / "a.parquet")
    assert rows_of(daily_flows([tmp_path / "a.parquet"], by=["point"])) == [
        {"point": "P", "persons": None, "groups": 1, "unknown": 1}
    ]


def test_file_without_a_column_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"point": ["P"], "persons": [1]}), tmp_path / "a.parquet")
    with pytest.raises(FlowTableInvalid, match="day"):
        daily_flows([tmp_path / "a.parquet"])


@pytest.mark.parametrize("content", [None, b"not parquet"])
def test_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "a.parquet"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(FlowTableInvalid, match="Parquet"):
        daily_flows([file])


def test_files_of_other_columns_are_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"point": ["P"], "persons": [1]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"point": ["P"], "people": [1]}), tmp_path / "b.parquet")
    with pytest.raises(FlowTableInvalid, match=r"b\.parquet"):
        daily_flows([tmp_path / "a.parquet", tmp_path / "b.parquet"], by=["point"])


def test_no_file_at_all_is_refused() -> None:
    with pytest.raises(FlowTableInvalid):
        daily_flows([])


def test_expression_names_no_engine() -> None:
    table = ibis.table(
        {"point": "string", "day": "date", "nationality": "string", "persons": "int64"}, name="r"
    )
    for dialect in ("duckdb", "pyspark"):
        assert "SUM" in str(ibis.to_sql(daily_flow(table), dialect=dialect)).upper()


@settings(deadline=None, max_examples=20)
@given(
    st.lists(st.tuples(st.sampled_from("PQ"), st.integers(0, 3), st.integers(0, 99)), min_size=1)
)
def test_registry_loses_nobody(rows: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        table = pa.table(
            {
                "point": [row[0] for row in rows],
                "day": [DAY + timedelta(days=row[1]) for row in rows],
                "nationality": ["MLI"] * len(rows),
                "persons": [row[2] for row in rows],
            }
        )
        pq.write_table(table, Path(folder) / "a.parquet")
        found = daily_flows([Path(folder) / "a.parquet"])
    assert sum(found["persons"].to_pylist()) == sum(row[2] for row in rows)
    assert sum(found["groups"].to_pylist()) == len(rows)
