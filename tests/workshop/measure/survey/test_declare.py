"""A design that contradicts its table is refused, with the place and the remedy; doubts become notes."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import ibis
import pyarrow as pa
import pytest
from tests.workshop.measure.survey.interviews import INTERVIEWS, ONE_STAGE, TWO_STAGE

from opendtm.errors.measure_survey import (
    ChoiceUnknown,
    ClustersNotNested,
    LonelyStratum,
    PopulationContradicts,
    SurveyColumnMissing,
    SurveyRowsIncomplete,
)
from opendtm.measure.survey import Design, Engine, Lonely, declare, mean, quantile

COUNTED = pytest.mark.parametrize("engine", [Engine.EXPRESSION, Engine.CELLS])


def changed(**columns: list[Any]) -> pa.Table:
    table = INTERVIEWS
    for name, values in columns.items():
        table = table.set_column(table.column_names.index(name), name, pa.array(values))
    return table


@COUNTED
@pytest.mark.parametrize("sizes", [(), ("villages",)], ids=str)
def test_facts_of_a_sample_of_one_stage(engine: Engine, sizes: tuple[str, ...]) -> None:
    design = Design("weight", "stratum", ("village",), sizes)
    facts = declare(INTERVIEWS, design, engine=engine).facts
    assert (facts.rows, facts.strata, facts.units, facts.df) == (15, 2, 6, 4)
    assert facts.weighted == 63.5


def test_facts_of_a_sample() -> None:
    facts = declare(INTERVIEWS, TWO_STAGE).facts
    assert (facts.rows, facts.strata, facts.units, facts.df) == (15, 2, 6, 4)
    assert facts.weighted == 63.5
    assert facts.lonely == ()


def test_column_that_is_not_there() -> None:
    with pytest.raises(SurveyColumnMissing, match="no column region"):
        declare(INTERVIEWS, Design(strata="region"))


@COUNTED
@pytest.mark.parametrize(
    "columns",
    [
        {"weight": [None] + [1.0] * 14},
        {"weight": [-1.0] + [1.0] * 14},
        {"weight": [float("nan")] + [1.0] * 14},
        {"stratum": [None] + ["A"] * 14},
        {"village": [None] + [1] * 14},
    ],
)
def test_row_that_has_no_place_in_the_design(columns: dict[str, list[Any]], engine: Engine) -> None:
    with pytest.raises(SurveyRowsIncomplete) as refused:
        declare(changed(**columns), ONE_STAGE, engine=engine)
    assert refused.value.details == {"count": 1, "column": next(iter(columns))}


@COUNTED
def test_cluster_in_two_strata_unless_numbers_start_anew(engine: Engine) -> None:
    table = changed(village=[1, 1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 2, 3, 3, 3])
    with pytest.raises(ClustersNotNested) as refused:
        declare(table, ONE_STAGE, engine=engine)
    assert refused.value.details["count"] == 3
    nested = Design("weight", "stratum", ("village",), nested=True)
    assert mean(declare(table, nested), "y") == mean(declare(INTERVIEWS, ONE_STAGE), "y")


@COUNTED
@pytest.mark.parametrize(
    "sizes", [[2] * 15, [10, 11] + [10] * 13, [None] + [10] * 14, [0] * 15], ids=str
)
def test_population_that_cannot_be(sizes: list[int | None], engine: Engine) -> None:
    design = Design("weight", "stratum", ("village",), ("villages",))
    with pytest.raises(PopulationContradicts):
        declare(changed(villages=sizes), design, engine=engine)


@COUNTED
def test_fraction_above_one_is_none(engine: Engine) -> None:
    design = Design("weight", "stratum", ("village",), ("villages",), finite_holds="fraction")
    with pytest.raises(PopulationContradicts):
        declare(changed(villages=[1.5] * 15), design, engine=engine)


def test_population_of_a_lower_stage_is_checked() -> None:
    with pytest.raises(PopulationContradicts) as refused:
        declare(changed(blocks=[1] * 15), TWO_STAGE)
    assert refused.value.details["column"] == "blocks"


def test_lonely_unit_of_a_lower_stage_is_refused_and_recorded() -> None:
    table = changed(block=[1, 1, 1, *range(2, 14)])
    with pytest.raises(LonelyStratum) as refused:
        declare(table, TWO_STAGE)
    assert refused.value.details["stage"] == 2
    removed = Design(
        "weight", "stratum", ("village", "block"), ("villages", "blocks"), lonely="remove"
    )
    assert mean(declare(table, removed), "y")[0].lonely is Lonely.REMOVE


def test_stratum_drawn_whole_is_not_lonely() -> None:
    table = pa.table({"h": ["A", "B", "B"], "N": [1, 4, 4], "y": [1, 2, 3]})
    sample = declare(table, Design(strata="h", finite=("N",)))
    assert sample.facts.lonely == ()
    assert mean(sample, "y")[0].se is not None


def test_rule_that_is_none() -> None:
    with pytest.raises(ChoiceUnknown, match="ignore is not a choice"):
        Design(lonely="ignore")


def test_filtered_table_is_noted() -> None:
    table = ibis.memtable(INTERVIEWS)
    whole = declare(table, ONE_STAGE)
    part = declare(table.filter(table.group == "u"), ONE_STAGE)
    assert whole.notes == ()
    assert mean(part, "y")[0].notes == part.notes
    assert "filtered before" in part.notes[0].text("en")
    assert "filtré" in part.notes[0].text("fr")


def test_weights_short_of_the_population_are_noted() -> None:
    table = pa.table({"y": [1, 2, 3], "w": [5.0] * 3, "N": [20] * 3})
    noted = declare(table, Design(weights="w", finite=("N",))).notes
    assert [note.values for note in noted] == [{"count": 1}]


def test_missing_weights_are_noted() -> None:
    assert "counts the same" in declare(INTERVIEWS, Design()).notes[0].text("en")


@pytest.mark.parametrize("engine", Engine)
def test_table_without_interviews_has_no_estimates(engine: Engine) -> None:
    sample = declare(INTERVIEWS.slice(0, 0), TWO_STAGE, engine=engine)
    assert (sample.facts.rows, sample.facts.df, sample.facts.weighted) == (0, 0, 0)
    assert mean(sample, "y") == []
    assert mean(sample, "y", by=["group"]) == []
    assert quantile(sample, "y") == []


def test_engine_is_arrays_for_few_interviews() -> None:
    assert declare(INTERVIEWS, TWO_STAGE).engine is Engine.ARRAYS
    many = pa.table({"y": range(50_001)})
    assert declare(many, Design()).engine is Engine.EXPRESSION


@pytest.mark.parametrize("engine", Engine)
def test_threads_that_each_have_a_sample_do_not_disturb_each_other(engine: Engine) -> None:
    def found(_: int) -> list[float | None]:
        sample = declare(INTERVIEWS, TWO_STAGE, engine=engine)
        return [each.value for each in mean(sample, "y", by=["group"])]

    alone = found(0)
    with ThreadPoolExecutor(4) as threads:
        assert all(each == pytest.approx(alone) for each in threads.map(found, range(8)))
