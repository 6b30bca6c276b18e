"""What is refused, with its place: lists that cannot be read, data that do not fit, designs that contradict."""

from collections.abc import Callable
from typing import Any

import pytest

from opendtm.errors.base import InputProblem
from opendtm.measure.analysis import DesignColumns
from opendtm.measure.survey import Lonely

Analysed = Callable[..., list[dict[str, Any]]]
HEAD = "analysis_type,analysis_var,group_var,level\n"
RATIO = HEAD.strip() + ",analysis_var_numerator,analysis_var_denominator,numerator_NA_to_0\n"
DATA = "y,word,g,empty,s,c,w\n1,a,x,,n,1,1\n2,b,x,,n,2,1\n3,c,y,,s,3,1\n"


def refused(
    analysed: Analysed, data: str, loa: str, columns: DesignColumns | None = None
) -> InputProblem:
    """Run and give the error, which must speak both languages and say what to do."""
    with pytest.raises(InputProblem) as problem:
        analysed(data, loa, columns)
    error = problem.value
    assert error.text("en") != error.text("fr")
    assert error.remedy_text("en")
    assert error.remedy_text("en") != error.remedy_text("fr")
    assert "{" not in error.text("fr") + error.remedy_text("fr")
    return error


@pytest.mark.parametrize(
    ("loa", "code", "row", "column"),
    [
        ("analysis,analysis_var,group_var\nmean,y,\n", "OD910", None, None),
        ("analysis_type,analysis_var,groups\nmean,y,\n", "OD910", None, None),
        ("analysis_type,var,group_var\nmean,y,\n", "OD910", None, None),
        (HEAD + "mean,y,,\nquantile,y,,\n", "OD918", 3, "analysis_type"),
        (HEAD + "mean,,,\n", "OD919", 2, "analysis_var"),
        (HEAD + ",y,,\n", "OD919", 2, "analysis_type"),
        (HEAD + "mean,y,,95\n", "OD919", 2, "level"),
        (HEAD + "mean,y,,high\n", "OD912", 2, "level"),
        (HEAD + 'mean,y,"g,,s",\n', "OD919", 2, "group_var"),
        (HEAD + 'mean,y,"g, g",\n', "OD919", 2, "group_var"),
        (HEAD + "ratio,y,,\n", "OD910", None, None),
        (RATIO + "ratio,,,,y,,\n", "OD919", 2, "analysis_var_denominator"),
        (RATIO + "ratio,,,,y,y,maybe\n", "OD919", 2, "numerator_NA_to_0"),
        (HEAD + "mean,absent,,\n", "OD920", 2, None),
        (HEAD + "mean,y,,\nmean,y,absent,\n", "OD920", 3, None),
        (HEAD + "prop_select_multiple,absent,,\n", "OD921", 2, None),
        (HEAD + "mean,y,empty,\n", "OD923", 2, "group_var"),
    ],
)
def test_a_list_that_cannot_be_run_is_refused_at_its_row(
    analysed: Analysed, loa: str, code: str, row: int | None, column: str | None
) -> None:
    error = refused(analysed, DATA, loa)
    assert (error.code, error.where.row, error.where.column) == (code, row, column)
    assert error.where.file == "loa.csv"


@pytest.mark.parametrize("kind", ["mean", "median"])
def test_a_number_asked_of_words_is_refused_at_the_word(analysed: Analysed, kind: str) -> None:
    error = refused(analysed, DATA, HEAD + f"{kind},word,,\n")
    assert (error.code, error.where.file) == ("OD922", "data.csv")
    assert (error.where.row, error.where.column) == (2, "word")
    assert kind in error.text("en")


def test_a_column_of_a_choice_that_holds_words_is_refused(analysed: Analysed) -> None:
    data = "needs,needs/food\nfood,1\nfood,perhaps\n"
    error = refused(analysed, data, HEAD + "prop_select_multiple,needs,,\n")
    assert (error.code, error.where.row, error.where.column) == ("OD912", 3, "needs/food")


@pytest.mark.parametrize("weight", ["-1", "0", "", "much"])
def test_a_weight_that_is_none_is_refused_with_its_row(analysed: Analysed, weight: str) -> None:
    data = f"y,w\n1,2\n2,{weight}\n3,1\n"
    error = refused(analysed, data, HEAD + "mean,y,,\n", DesignColumns(weights="w"))
    assert (error.code, error.where.row, error.where.column) == ("OD912", 3, "w")


@pytest.mark.parametrize("name", ["strata", "clusters"])
def test_an_interview_without_a_place_in_the_design_is_refused(
    analysed: Analysed, name: str
) -> None:
    columns = DesignColumns(strata="p") if name == "strata" else DesignColumns(clusters=("p",))
    error = refused(analysed, "y,p\n1,a\n2,\n3,a\n", HEAD + "mean,y,,\n", columns)
    assert (error.code, error.where.row, error.where.column) == ("OD912", 3, "p")


def test_a_design_column_that_is_absent_is_refused(analysed: Analysed) -> None:
    error = refused(analysed, DATA, HEAD + "mean,y,,\n", DesignColumns(strata="zone"))
    assert (error.code, error.where.file) == ("OD910", "data.csv")


def test_a_stratum_with_one_cluster_is_refused_with_its_first_row(analysed: Analysed) -> None:
    columns = DesignColumns(strata="s", clusters=("c",), weights="w")
    error = refused(analysed, DATA, HEAD + "mean,y,,\n", columns)
    assert (error.code, error.where.row, error.where.column) == ("OD904", 4, "s")


@pytest.mark.parametrize("rule", [one for one in Lonely if one is not Lonely.FAIL])
def test_a_stratum_with_one_cluster_goes_by_its_rule(analysed: Analysed, rule: Lonely) -> None:
    columns = DesignColumns(strata="s", clusters=("c",), weights="w", lonely=rule)
    row = analysed(DATA, HEAD + "mean,y,,\n", columns)[0]
    assert row["stat"] == 2
    assert row["df"] == 1
    assert rule.value in row["method"]


def test_clusters_that_start_anew_in_each_stratum_must_be_declared_so(analysed: Analysed) -> None:
    data = "y,s,c\n1,n,1\n2,n,2\n3,s,1\n5,s,2\n"
    columns = DesignColumns(strata="s", clusters=("c",))
    assert refused(analysed, data, HEAD + "mean,y,,\n", columns).code == "OD902"
    nested = DesignColumns(strata="s", clusters=("c",), nested=True)
    assert analysed(data, HEAD + "mean,y,,\n", nested)[0]["df"] == 2


def test_a_population_smaller_than_its_sample_is_refused(analysed: Analysed) -> None:
    data = "y,N\n1,2\n2,2\n3,2\n"
    columns = DesignColumns(finite=("N",))
    assert refused(analysed, data, HEAD + "mean,y,,\n", columns).code == "OD903"


def test_fractions_drawn_are_told_from_population_sizes(analysed: Analysed) -> None:
    sized = analysed("y,N\n1,6\n2,6\n3,6\n", HEAD + "mean,y,,\n", DesignColumns(finite=("N",)))
    drawn = analysed(
        "y,f\n1,0.5\n2,0.5\n3,0.5\n", HEAD + "mean,y,,\n", DesignColumns(finite=("f",))
    )
    assert sized[0]["se"] == pytest.approx(drawn[0]["se"])
    assert sized[0]["se"] == pytest.approx((1 / 3 * 0.5) ** 0.5)
