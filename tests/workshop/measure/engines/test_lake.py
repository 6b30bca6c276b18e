"""A lake: panels of several operations in one folder, and their figures, the same as of one table of them all."""

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.workshop.measure.engines.test_indicators import unlike
from tests.workshop.measuring import observations

from opendtm.errors.measure import LevelNotStated
from opendtm.errors.measure_engines import LakeUnusable
from opendtm.measure import compute, compute_levels, record_panel, single_round
from opendtm.measure.engines import DUCKDB, Engine
from opendtm.measure.lake import keep, lake_figures, newest_panels
from opendtm.measure.panels import Panel
from opendtm.measure.scope import Record

SITES: dict[str, list[dict[str, Any]]] = {
    "north": [
        {"site_id": "1", "adm0_code": "AA", "adm1_code": "AA1", "idp_individuals": 10, "site_type": "camp"},
        {"site_id": "2", "adm0_code": "AA", "adm1_code": "AA2", "idp_individuals": None, "site_type": None},
    ],
    "south": [
        {"site_id": "1", "adm0_code": "BB", "adm1_code": "BB1", "idp_individuals": 5, "need_wash": "critical"},
        {"site_id": "3", "adm0_code": "BB", "adm1_code": "BB1", "idp_individuals": 0, "need_wash": "none"},
    ],
}  # fmt: skip


def panel_of(operation: str, day: date = date(2026, 3, 2), **more: Any) -> Panel:
    rows = [{**row, "assessment_date": day, **more} for row in SITES[operation]]
    return single_round(observations(rows, sheet=f"{operation}.csv#t"))


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """Two operations that both have a site 1; what one of them does not ask is no column of its file."""
    for operation in SITES:
        keep(panel_of(operation), tmp_path / "lake", operation=operation)
    return tmp_path / "lake"


def values(table: pa.Table, indicator: str) -> dict[str | None, float | None]:
    rows = (row for row in table.to_pylist() if row["indicator"] == indicator and not row["by"])
    return {row["place_code"]: row["value"] for row in rows}


def test_figures_of_a_lake_are_those_of_its_operations_together(lake: Path) -> None:
    assert values(lake_figures(lake), "idp_individuals") == {None: 15}
    assert values(lake_figures(lake, by="adm0"), "idp_individuals") == {"AA": 10, "BB": 5}
    assert values(lake_figures(lake, by="adm1"), "need_sites_wash") == {
        "AA1": None,
        "AA2": None,
        "BB1": 1,
    }


def test_sites_of_two_countries_are_two_sites_though_their_names_are_one(lake: Path) -> None:
    found = lake_figures(lake, by="site", indicators=["idp_individuals"]).to_pylist()
    assert [(row["place_code"], row["value"]) for row in found] == [
        ("1", 10), ("1", 5), ("2", None), ("3", 0),
    ]  # fmt: skip
    assert lake_figures(lake, indicators=["idp_individuals"])["n_known"].to_pylist() == [4]


@pytest.mark.parametrize("by", ["none", "adm0", "adm1", "site"])
def test_lake_of_one_operation_has_the_figures_of_its_panel(tmp_path: Path, by: str) -> None:
    panel = panel_of("south")
    keep(panel, tmp_path, operation="south")
    assert list(unlike(compute(panel, by=by), lake_figures(tmp_path, by=by))) == []


def test_both_engines_read_a_lake_alike(lake: Path, spark: Engine) -> None:
    here, there = (
        lake_figures(lake, by="adm1", disaggregate=True, engine=e) for e in (DUCKDB, spark)
    )
    assert here.num_rows > 20
    assert list(unlike(here, there)) == []


def test_newest_round_of_each_operation_counts(lake: Path) -> None:
    keep(panel_of("south", date(2026, 4, 6), idp_individuals=100), lake, operation="south")
    keep(panel_of("south", date(2026, 2, 2), idp_individuals=1), lake, operation="south")
    assert [(one.operation, one.newest) for one in newest_panels(lake)] == [
        ("north", date(2026, 3, 2)),
        ("south", date(2026, 4, 6)),
    ]
    assert values(lake_figures(lake), "idp_individuals") == {None: 210}


def test_same_round_brought_again_replaces_what_was_there(lake: Path) -> None:
    keep(panel_of("south", idp_individuals=7), lake, operation="south")
    assert len(list(lake.rglob("*"))) == 4
    assert values(lake_figures(lake), "idp_individuals") == {None: 24}


def test_what_was_said_of_a_panel_is_kept(tmp_path: Path) -> None:
    given = record_panel(
        observations([{"flow_individuals": 3, "assessment_date": date(2026, 3, 2)}]),
        record=Record.MOVEMENT, round_="Week 9/2026",
    )  # fmt: skip
    file = keep(given, tmp_path, operation="flows")
    (kept,) = newest_panels(tmp_path)
    assert (file.name, kept.round, kept.record) == (
        "Week-9-2026.parquet",
        "Week 9/2026",
        Record.MOVEMENT,
    )
    found = lake_figures(tmp_path)
    assert list(unlike(compute_levels(given, (("none", False),)), found)) == []
    assert found["round"].to_pylist()[0] == "Week 9/2026"


@pytest.mark.parametrize("name", ["", "a/b", "..", "a b", "_x"])
def test_operation_that_no_folder_can_bear_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(LakeUnusable, match="cannot name an operation"):
        keep(panel_of("south"), tmp_path, operation=name)
    assert not list(tmp_path.iterdir())


def test_folder_without_panels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LakeUnusable, match="no such folder"):
        lake_figures(tmp_path / "nowhere")
    with pytest.raises(LakeUnusable, match="holds no panel"):
        lake_figures(tmp_path)


@pytest.mark.parametrize("content", [b"", b"PAR1 but no table", None])
def test_file_that_is_no_panel_is_named(lake: Path, content: bytes | None) -> None:
    strange = lake / "north" / "strange.parquet"
    if content is None:
        pq.write_table(pa.table({"a": [1]}), strange)
    else:
        strange.write_bytes(content)
    with pytest.raises(LakeUnusable, match=r"north/strange\.parquet is no panel"):
        lake_figures(lake)


def test_panels_of_several_kinds_are_refused(lake: Path) -> None:
    given = record_panel(observations([{"flow_individuals": 3}]), record=Record.MOVEMENT)
    keep(given, lake, operation="flows")
    with pytest.raises(LakeUnusable, match="several kinds: movement, place"):
        lake_figures(lake)


def test_panels_whose_columns_disagree_are_refused(lake: Path) -> None:
    file = next((lake / "north").iterdir())
    table = pq.read_table(file)
    told = table.schema.metadata
    place = table.column_names.index("idp_individuals")
    table = table.set_column(place, "idp_individuals", pa.array(["ten", None]))
    pq.write_table(table.replace_schema_metadata(told), file)
    with pytest.raises(LakeUnusable, match="idp_individuals"):
        lake_figures(lake)


def test_level_that_no_operation_names_is_refused(lake: Path) -> None:
    with pytest.raises(LevelNotStated):
        lake_figures(lake, by="village")
