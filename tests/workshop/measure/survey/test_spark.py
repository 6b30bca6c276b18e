"""The estimators on both engines: the same expression, to 1e-9; quantiles and tests from what Spark gives back."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pyarrow as pa
import pytest
from tests.workshop.measure.engines.examples import every_example
from tests.workshop.measure.engines.test_indicators import same
from tests.workshop.measure.survey.interviews import (
    INTERVIEWS,
    ONE_STAGE,
    TWO_STAGE,
    UNSTRATIFIED,
)
from tests.workshop.measure.survey.oracle import DESIGNS

from opendtm.measure import survey
from opendtm.measure.engines import DUCKDB, Engine
from opendtm.measure.examples import DRAWN
from opendtm.measure.interviews import interview_figures
from opendtm.measure.reading import indicators
from opendtm.measure.scope import Record
from opendtm.measure.survey import Design, Estimate, Statistic, Term

TERMS = (
    Term(Statistic.MEAN, "y"),
    Term(Statistic.TOTAL, "y"),
    Term(Statistic.RATIO, "y", "x"),
    Term(Statistic.PROPORTION, "group", level="u"),
)
API_TERMS = (
    Term(Statistic.MEAN, "api00"),
    Term(Statistic.TOTAL, "enroll"),
    Term(Statistic.RATIO, "api.stu", "enroll"),
    Term(Statistic.PROPORTION, "sch.wide", level="Yes"),
)
SHOWN = tuple(field.name for field in fields(Estimate) if field.name != "method")
LONELY = tuple(rule for rule in survey.Lonely if rule is not survey.Lonely.FAIL)


def unlike(one: list[Estimate], other: list[Estimate]) -> Iterator[str]:
    """Say where estimates differ; numbers by more than 1e-9, relative."""
    assert len(one) == len(other)
    for left, right in zip(one, other, strict=True):
        for name in SHOWN:
            value, found = getattr(left, name), getattr(right, name)
            if not same(value, found):
                yield f"{left.group} {left.variable} {name}: {value!r}, {found!r}"


def on_both(
    table: pa.Table, design: Design, terms: tuple[Term, ...], by: list[str], spark: Engine
) -> list[str]:
    """Estimate with the expression on both engines; give where they differ."""
    expression = survey.Engine.EXPRESSION
    found = [
        survey.estimate(survey.declare(table, design, engine=expression, on=on), terms, by=by)
        for on in (DUCKDB, spark)
    ]
    assert any(each.se for each in found[0])
    return list(unlike(*found))


@pytest.mark.parametrize("design", [UNSTRATIFIED, ONE_STAGE, TWO_STAGE])
def test_estimates_of_every_design_are_the_same(design: Design, spark: Engine) -> None:
    assert on_both(INTERVIEWS, design, TERMS, ["group"], spark) == []


@pytest.mark.parametrize("rule", LONELY)
def test_lonely_stratum_counts_the_same(rule: survey.Lonely, spark: Engine) -> None:
    villages = INTERVIEWS["village"].to_pylist()
    lonely = INTERVIEWS.filter(pa.array([village not in {5, 6} for village in villages]))
    design = Design("weight", "stratum", ("village",), ("villages",), lonely=rule)
    assert on_both(lonely, design, TERMS[:1], [], spark) == []


@pytest.mark.shared
@pytest.mark.parametrize("name", DESIGNS)
def test_estimates_of_r_s_own_data_are_the_same(name: str, api: Any, spark: Engine) -> None:
    file, design, _ = DESIGNS[name]
    assert on_both(api(file), design, API_TERMS, ["stype", "sch.wide"], spark) == []


def test_quantiles_and_tests_are_made_of_what_spark_gives_back(spark: Engine) -> None:
    samples = [survey.declare(INTERVIEWS, ONE_STAGE, on=on) for on in (DUCKDB, spark)]
    here, there = (survey.quantile(sample, "y", by=["group"]) for sample in samples)
    assert list(unlike(here, there)) == []
    one, other = (survey.chi_square(sample, "group", "stratum") for sample in samples)
    assert (one.statistic, one.p) == pytest.approx((other.statistic, other.p), rel=1e-9)
    assert [
        survey.rake(sample, {"group": {"u": 40, "v": 60}}).facts.weighted for sample in samples
    ] == (pytest.approx([100.0, 100.0], rel=1e-9))


def test_unknown_answers_and_odd_names_are_the_same(spark: Engine) -> None:
    """Columns with points and spaces, letters of French; answers that are unknown or not a number."""
    table = pa.table(
        {
            "answer 1": pa.array([1.5, None, float("nan"), 4.0, 0.1, 2.25]),
            "réponse.2": pa.array([3, 1, None, 2, 5, 4], pa.int32()),
            "w.t": [1.0, 2.0, 3.0, 1.0, 2.0, 3.0],
            "grp": ["é`", "é`", 'a"b', 'a"b', None, "é`"],
        }
    )
    terms = (
        Term(Statistic.MEAN, "answer 1"),
        Term(Statistic.TOTAL, "réponse.2"),
        Term(Statistic.RATIO, "answer 1", "réponse.2"),
        Term(Statistic.PROPORTION, "grp", level="é`"),
    )
    assert on_both(table, Design(weights="w.t"), terms, ["grp"], spark) == []


def test_every_indicator_of_interviews_is_the_same(spark: Engine) -> None:
    panel = every_example(Record.INTERVIEW)
    found = [
        interview_figures(panel, by="adm1", design=DRAWN, engine=engine)
        for engine in (DUCKDB, spark)
    ]
    assert list(unlike(*([each.estimate for each in one] for one in found))) == []
    asked = {each.id for each in indicators() if each.record is Record.INTERVIEW}
    assert {each.figure.indicator for each in found[1]} == asked
