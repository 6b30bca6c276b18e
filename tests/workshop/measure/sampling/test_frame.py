"""The sampling frame: what is read, what is refused with its row, and a whole sample drawn from it."""

from pathlib import Path

import pytest

from opendtm.errors.base import InputProblem
from opendtm.errors.measure_sampling import ClusterRepeated, SampleImpossible, StratumUnplanned
from opendtm.errors.tables_plain import CellUnusable
from opendtm.measure.sampling import (
    Aim,
    Design,
    FrameColumns,
    draw_sample,
    plan_strata,
    plan_whole,
    protocol,
    read_clusters,
    sample_table,
    strata_of,
)
from opendtm.tables.plain import PlainTable, read_plain

COLUMNS = FrameColumns(name="site", size="households", stratum="adm2")


def frame(folder: Path, rows: str) -> PlainTable:
    """Write and read a frame of sites."""
    path = folder / "frame.csv"
    path.write_text("site,adm2,households,sd\n" + rows, encoding="utf-8")
    return read_plain(path)


def large(folder: Path) -> PlainTable:
    """Give a frame of 60 sites in three areas, one site very large and one empty."""
    rows = [f"S{at},{'ABC'[at % 3]},{20 + at * 7 % 90},{1 + at % 3}" for at in range(58)]
    return frame(folder, "\n".join([*rows, "S58,A,4000,2", "S59,B,0,3"]) + "\n")


def test_strata_are_summed_and_empty_clusters_do_not_count(tmp_path: Path) -> None:
    table = frame(tmp_path, "S1,A,10,\nS2,A,0,\nS3,B,5.0,\n")
    clusters = read_clusters(table, COLUMNS)
    assert [(one.name, one.row) for one in clusters] == [("S1", 2), ("S2", 3), ("S3", 4)]
    strata = strata_of(clusters, table=table, columns=COLUMNS)
    assert [(one.name, one.population, one.clusters) for one in strata] == [
        ("A", 10, 1),
        ("B", 5, 1),
    ]


@pytest.mark.parametrize(
    ("rows", "row", "column"),
    [
        ("S1,A,10,\nS2,A,,\n", 3, "households"),
        ("S1,A,-1,\nS2,A,4,\n", 2, "households"),
        ("S1,A,ten,\nS2,A,4,\n", 2, "households"),
        ("S1,,10,\nS2,A,4,\n", 2, "adm2"),
        ("S1,A,10,\nNA,A,4,\n", 3, "site"),
    ],
)
def test_a_cell_that_cannot_be_drawn_from_is_refused(
    tmp_path: Path, rows: str, row: int, column: str
) -> None:
    with pytest.raises(CellUnusable) as refused:
        read_clusters(frame(tmp_path, rows), COLUMNS)
    assert (refused.value.where.row, refused.value.where.column) == (row, column)


def test_a_site_that_stands_twice_in_a_stratum_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ClusterRepeated) as refused:
        read_clusters(frame(tmp_path, "S1,A,10,\nS1,B,3,\nS1,A,4,\n"), COLUMNS)
    assert refused.value.where.row == 4
    assert "2" in refused.value.text("en")


def test_the_spread_of_a_stratum_is_one(tmp_path: Path) -> None:
    columns = FrameColumns(size="households", stratum="adm2", spread="sd")
    table = frame(tmp_path, "S1,A,10,2\nS2,A,10,2\nS3,B,9,.5\n")
    strata = strata_of(read_clusters(table, columns), table=table, columns=columns)
    assert [one.spread for one in strata] == [2.0, 0.5]
    table = frame(tmp_path, "S1,A,10,2\nS2,A,10,3\n")
    with pytest.raises(CellUnusable) as refused:
        strata_of(read_clusters(table, columns), table=table, columns=columns)
    assert refused.value.where.row == 3


def test_a_sample_keeps_the_frame_and_adds_its_weights(tmp_path: Path) -> None:
    design = Design(clusters=12, per_cluster=6, seed=4, reserves=0.1)
    sample = draw_sample(large(tmp_path), columns=COLUMNS, design=design)
    table = sample_table(sample)
    assert table.column_names[:4] == ["site", "adm2", "households", "sd"]
    main = [row for row in table.to_pylist() if row["draw_role"] == "main"]
    assert len(main) == sample.clusters == 12
    assert sample.interviews == 72
    assert all(row["draw_stratum"] == row["adm2"] for row in main)
    assert all(float(row["households"]) == row["draw_households"] for row in main)
    for row in main:
        product = row["draw_probability"] * row["draw_probability_in_cluster"] * row["draw_weight"]
        assert product == pytest.approx(1)


def test_weights_times_interviews_give_the_households_of_the_frame(tmp_path: Path) -> None:
    design = Design(clusters=12, per_cluster=6, seed=4)
    sample = draw_sample(large(tmp_path), columns=COLUMNS, design=design)
    for stratum in sample.strata:
        told = sum((one.weight or 0) * one.interviews for one in stratum.drawn)
        assert told == pytest.approx(float(stratum.population))


def test_sorting_by_columns_spreads_the_sample_over_them(tmp_path: Path) -> None:
    rows = [f"S{at},{at % 4},10," for at in range(40)]
    columns = FrameColumns(name="site", size="households", order=("adm2", "households"))
    design = Design(clusters=8, per_cluster=1, seed=11)
    sample = draw_sample(frame(tmp_path, "\n".join(rows)), columns=columns, design=design)
    areas = [row["adm2"] for row in sample_table(sample).to_pylist()]
    assert areas == ["0", "0", "1", "1", "2", "2", "3", "3"]


def test_a_plan_gives_each_stratum_its_number(tmp_path: Path) -> None:
    design = Design(clusters={"A": 3, "B": 2, "C": 4}, per_cluster=6, seed=4)
    sample = draw_sample(large(tmp_path), columns=COLUMNS, design=design)
    assert [len(one.main) for one in sample.strata] == [3, 2, 4]


@pytest.mark.parametrize(
    ("plan", "error"),
    [
        ({"A": 3, "B": 2}, StratumUnplanned),
        ({"A": 3, "B": 2, "C": 4, "D": 1}, StratumUnplanned),
        ({"A": 3, "B": 20, "C": 4}, SampleImpossible),
    ],
)
def test_a_plan_that_does_not_fit_the_frame_is_refused(
    tmp_path: Path, plan: dict[str, int], error: type[InputProblem]
) -> None:
    with pytest.raises(error) as refused:
        draw_sample(
            large(tmp_path), columns=COLUMNS, design=Design(clusters=plan, per_cluster=6, seed=4)
        )
    assert refused.value.text("fr") != refused.value.text("en")


def test_a_plan_reaches_the_margin_in_each_stratum_or_in_the_whole(tmp_path: Path) -> None:
    table, aim = large(tmp_path), Aim(margin=0.1)
    strata = strata_of(read_clusters(table, COLUMNS), table=table, columns=COLUMNS)
    each = plan_strata(strata, aim=aim, per_cluster=6)
    assert all(one.margin <= 0.1 for one in each.strata)
    assert each.margin < 0.1
    whole = plan_strata(strata, aim=aim, per_cluster=6, rule="proportional")
    assert whole.clusters == 16  # 95.3 interviews of 5 thousand households, in sixes
    assert whole.interviews < each.interviews
    assert whole.whole is not None


def test_a_plan_without_strata_counts_interviews_in_whole_clusters() -> None:
    plan = plan_whole(Aim(design_effect=1.54, non_response=0.1), population=10_000, per_cluster=10)
    assert (plan.clusters, plan.interviews) == (64, 640)
    assert plan.margin < 0.05
    assert plan.table().to_pylist()[0]["interviews_needed"] == 634


def test_the_protocol_is_enough_to_draw_the_sample_by_hand(tmp_path: Path) -> None:
    """Repeats the draw from the protocol's numbers alone, with plain additions."""
    table = large(tmp_path)
    design = Design(clusters=9, per_cluster=6, seed=4)
    sample = draw_sample(table, columns=COLUMNS, design=design)
    written = protocol(sample, aim=Aim(), version="1", command="opendtm survey draw")
    rows = table.text("site").to_pylist(), table.text("adm2").to_pylist()
    sizes = dict(zip(rows[0], table.numbers("households").to_pylist(), strict=True))
    for stratum in written["strata"]:
        names = [name for name, area in zip(*rows, strict=True) if area == stratum["stratum"]]
        rest = [name for name in names if name not in stratum["certain"]]
        left = stratum["clusters"] - len(stratum["certain"])
        total = sum(sizes[name] for name in rest)
        sum_so_far, drawn = 0.0, []
        point = float(stratum["u"]["start"]["value"])
        for name in names:
            share = 1.0 if name in stratum["certain"] else left * sizes[name] / total
            if sum_so_far <= point < sum_so_far + share:
                drawn.append(name)
                point += 1
            sum_so_far += share
        found = next(one for one in sample.strata if one.name == stratum["stratum"])
        assert drawn == [one.cluster.name for one in found.drawn]


def test_the_protocol_speaks_both_languages(tmp_path: Path) -> None:
    sample = draw_sample(
        large(tmp_path),
        columns=COLUMNS,
        design=Design(clusters=9, per_cluster=6, seed=4, reserves=0.2, random_order=True),
    )
    written = protocol(sample, aim=Aim(), version="1", command="x")
    assert len(written["method"]["en"]) == len(written["method"]["fr"]) == 8
    assert "4/order/" in written["method"]["en"][0]
    assert written["strata"][0]["open_reserves_if"] == {
        "unreachable_clusters_at_least": 1,
        "or_interviews_below": 24,
    }
