"""What a run gives: hand-computed figures, the groups of R, ratios by their rules, and nothing dropped."""

from collections.abc import Callable
from typing import Any

import pytest
from scipy import stats

from opendtm.measure.analysis import Choices, DesignColumns
from opendtm.measure.survey import Bounds, Reference, Shape

Analysed = Callable[..., list[dict[str, Any]]]
HEAD = "analysis_type,analysis_var,group_var,level\n"
RATIO = (
    "analysis_type,analysis_var,group_var,level,analysis_var_numerator,analysis_var_denominator,"
    "numerator_NA_to_0,filter_denominator_0\n"
)
# The school example of analysistools: one child of five attends.
SCHOOL = "hh,children,attending,area\n1,3,1,a\n2,0,,a\n3,2,,b\n4,,,b\n"


def stats_of(rows: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    """Pick columns of results."""
    return [tuple(row[name] for name in names) for row in rows]


def test_a_mean_by_hand_with_its_t_limits(analysed: Analysed) -> None:
    rows = analysed("y\n2\n4\n9\n", HEAD + "mean,y,,0.9\n")
    row = rows[0]
    assert row["stat"] == 5
    assert row["se"] == pytest.approx((13 / 3) ** 0.5)  # s² = 13, n = 3
    assert row["df"] == 2
    half = stats.t.ppf(0.95, 2) * (13 / 3) ** 0.5
    assert (row["stat_low"], row["stat_upp"]) == (
        pytest.approx(5 - half),
        pytest.approx(5 + half),
    )
    assert row["cv"] == pytest.approx((13 / 3) ** 0.5 / 5)
    assert row["analysis_key"] == "mean @/@ y %/% NA @/@ NA %/% NA"


def test_weights_count_in_shares_and_in_n_w(analysed: Analysed) -> None:
    rows = analysed(
        "y,w\nyes,3\nno,1\nno,1\n,5\n", HEAD + "prop_select_one,y,,\n", DesignColumns(weights="w")
    )
    assert stats_of(rows, "analysis_var_value", "stat", "n", "n_total", "n_w", "n_w_total") == [
        ("no", 0.4, 2, 3, 2.0, 5.0),
        ("yes", 0.6, 1, 3, 3.0, 5.0),
    ]


def test_several_group_variables_are_joined_as_in_r(analysed: Analysed) -> None:
    data = "y,area,sex\n1,b,f\n3,b,f\n5,a,m\n7,a,f\n9,,m\n"
    rows = analysed(data, HEAD + 'mean,y,"area, sex",\n')
    assert stats_of(rows, "group_var", "group_var_value", "stat") == [
        ("area %/% sex", "a %/% f", 7),
        ("area %/% sex", "a %/% m", 5),
        ("area %/% sex", "b %/% f", 2),
        ("area %/% sex", "NA %/% m", 9),
    ]
    assert rows[0]["analysis_key"] == "mean @/@ y %/% NA @/@ area %/% a -/- sex %/% f"


def test_commas_without_spaces_cut_the_same(analysed: Analysed) -> None:
    data = "y,area,sex\n1,b,f\n3,b,f\n5,a,m\n"
    spaced = analysed(data, HEAD + 'mean,y,"area, sex",\n')
    assert analysed(data, HEAD + 'mean,y,"area,sex",\n') == spaced


def test_answers_that_are_numbers_stand_by_size(analysed: Analysed) -> None:
    rows = analysed("y\n10\n9\n1\n", HEAD + "prop_select_one,y,,\n")
    assert [row["analysis_var_value"] for row in rows] == ["1", "9", "10"]


def test_an_answer_nobody_of_a_group_gave_is_left_out_unless_asked_for(analysed: Analysed) -> None:
    data, loa = "y,g\nyes,a\nno,a\nyes,b\nyes,b\n", HEAD + "prop_select_one,y,g,\n"
    rows = analysed(data, loa)
    assert [row["analysis_key"].rsplit(" @/@ ")[1:] for row in rows] == [
        ["y %/% no", "g %/% a"],
        ["y %/% yes", "g %/% a"],
        ["y %/% yes", "g %/% b"],
    ]
    every = analysed(data, loa, None, Choices(every_answer=True))
    zero = every[2]
    assert (zero["analysis_var_value"], zero["stat"], zero["n"]) == ("no", 0, 0)


@pytest.mark.parametrize(
    "data",
    [
        "needs,needs/food,needs/water,needs/none\nfood water,1,1,0\nwater,0,1,0\nnone,0,0,1\n,,,\n",
        "needs,needs.food,needs.water,needs.none\nx,TRUE,TRUE,FALSE\nx,FALSE,TRUE,FALSE\nx,FALSE,FALSE,TRUE\n,FALSE,,\n",
        "needs/food,needs/water,needs/none\n1,1,0\n0,1,0\n0,0,1\n,,\n,,\n",
    ],
)
def test_choices_are_read_from_their_columns_of_either_form(analysed: Analysed, data: str) -> None:
    rows = analysed(data, HEAD + "prop_select_multiple,needs,,\n")
    assert stats_of(rows, "analysis_var_value", "stat", "n", "n_total") == [
        ("food", pytest.approx(1 / 3), 1, 3),
        ("water", pytest.approx(2 / 3), 2, 3),
        ("none", pytest.approx(1 / 3), 1, 3),
    ]
    assert rows[0]["analysis_key"] == "prop_select_multiple @/@ needs %/% food @/@ NA %/% NA"


def test_choices_are_read_from_text_where_there_are_no_columns(analysed: Analysed) -> None:
    rows = analysed(
        "needs,x\nfood water,1\nwater,1\nnone,1\n,1\n", HEAD + "prop_select_multiple,needs,,\n"
    )
    assert stats_of(rows, "analysis_var_value", "stat", "n", "n_total") == [
        ("food", pytest.approx(1 / 3), 1, 3),
        ("none", pytest.approx(1 / 3), 1, 3),
        ("water", pytest.approx(2 / 3), 2, 3),
    ]


def test_a_ratio_takes_unknown_as_zero_and_leaves_out_denominators_of_zero(
    analysed: Analysed,
) -> None:
    rows = analysed(SCHOOL, RATIO + "ratio,,,,attending,children,TRUE,TRUE\n")
    assert stats_of(rows, "stat", "n", "n_total") == [(0.2, 2, 2)]
    assert stats_of(rows, "analysis_var", "analysis_var_value", "analysis_key") == [
        (
            "attending %/% children",
            "NA %/% NA",
            "ratio @/@ attending %/% NA -/- children %/% NA @/@ NA %/% NA",
        )
    ]


@pytest.mark.parametrize(
    ("rules", "stat", "n"),
    [
        ("FALSE,TRUE", 1 / 3, 1),  # only the household whose answer is known
        ("TRUE,FALSE", 0.2, 3),  # the household without children counts
        (",", 0.2, 2),  # both TRUE where the list does not say
        ("VRAI,FAUX", 0.2, 3),
    ],
)
def test_a_ratio_follows_its_two_rules(analysed: Analysed, rules: str, stat: float, n: int) -> None:
    rows = analysed(SCHOOL, RATIO + f"ratio,,,,attending,children,{rules}\n")
    assert stats_of(rows, "stat", "n") == [(pytest.approx(stat), n)]


def test_a_ratio_by_group_keeps_both_pairs_in_its_key(analysed: Analysed) -> None:
    rows = analysed(SCHOOL, RATIO + "ratio,,area,,attending,children,TRUE,TRUE\n")
    assert [row["analysis_key"] for row in rows] == [
        "ratio @/@ attending %/% NA -/- children %/% NA @/@ area %/% a",
        "ratio @/@ attending %/% NA -/- children %/% NA @/@ area %/% b",
    ]
    assert stats_of(rows, "stat") == [(pytest.approx(1 / 3),), (0.0,)]


@pytest.mark.parametrize("kind", ["mean", "median", "prop_select_one", "prop_select_multiple"])
def test_a_group_in_which_nobody_answered_says_so(analysed: Analysed, kind: str) -> None:
    rows = analysed("y,g\n1,a\n0,a\n,b\n,b\n", HEAD + f"{kind},y,g,\n")
    last = rows[-1]
    assert last["group_var_value"] == "b"
    assert (last["stat"], last["n_total"]) == (None, 0)
    assert last["suppressed_reason"] == "Nobody of this group gave a known answer."
    assert sum(row["group_var_value"] == "b" for row in rows) == 1


def test_too_few_interviews_withhold_a_figure(analysed: Analysed) -> None:
    data = "y,g\n1,a\n2,a\n3,a\n4,b\n"
    rows = analysed(data, HEAD + "mean,y,g,\n", None, Choices(bounds=Bounds(least=2)), lang="fr")
    assert rows[0]["stat"] == 2
    assert rows[1]["stat"] is None
    assert rows[1]["suppressed_reason"]


@pytest.mark.parametrize(
    ("reference", "quantile", "df"),
    [
        (Reference.DESIGN, stats.t.ppf(0.975, 4), 4),
        (Reference.DOMAIN, stats.t.ppf(0.975, 2), 2),
        (Reference.NORMAL, stats.norm.ppf(0.975), None),
    ],
)
def test_limits_by_the_reference_asked_for(
    analysed: Analysed, reference: Reference, quantile: float, df: int | None
) -> None:
    data = "y,g\n1,a\n2,a\n6,a\n4,b\n5,b\n"
    row = analysed(data, HEAD + "mean,y,g,\n", None, Choices(reference=reference))[0]
    assert row["stat_upp"] - row["stat"] == pytest.approx(quantile * row["se"])
    assert row["df"] == df


def test_limits_of_shares_stay_within_zero_and_one_on_the_logit_scale(analysed: Analysed) -> None:
    data = "y\n" + "yes\n" + "no\n" * 30
    plain = analysed(data, HEAD + "prop_select_one,y,,\n")[1]
    assert plain["stat_low"] < 0
    logit = analysed(data, HEAD + "prop_select_one,y,,\n", None, Choices(shape=Shape.LOGIT))[1]
    assert 0 < logit["stat_low"] < logit["stat"] < logit["stat_upp"]


def test_clusters_and_strata_change_the_error_not_the_figure(analysed: Analysed) -> None:
    data = "y,s,c,w,N\n" + "".join(
        f"{y},{s},{c},2,10\n"
        for y, s, c in [
            (1, "n", 1),
            (2, "n", 1),
            (5, "n", 2),
            (8, "n", 2),
            (4, "s", 3),
            (3, "s", 4),
        ]
    )
    loa = HEAD + "mean,y,,\n"
    plain = analysed(data, loa, DesignColumns(weights="w"))[0]
    designed = analysed(data, loa, DesignColumns(weights="w", strata="s", clusters=("c",)))[0]
    assert plain["stat"] == designed["stat"] == pytest.approx(23 / 6)
    assert designed["df"] == 2
    # By hand: z_c = sum (y - ybar) / 6; s_h² doubled in each stratum of two clusters.
    mean = 23 / 6
    north = [(3 - 2 * mean) / 6, (13 - 2 * mean) / 6]
    south = [(4 - mean) / 6, (3 - mean) / 6]
    by_hand = (north[0] - north[1]) ** 2 + (south[0] - south[1]) ** 2
    assert designed["se"] == pytest.approx(by_hand**0.5)
    finite = DesignColumns(weights="w", strata="s", clusters=("c",), finite=("N",))
    assert analysed(data, loa, finite)[0]["se"] == pytest.approx((0.8 * by_hand) ** 0.5)


def test_results_keep_the_order_of_the_list_and_each_level(analysed: Analysed) -> None:
    data = "y,z,g\n1,4,a\n2,5,a\n3,7,b\n4,9,b\n"
    loa = HEAD + "mean,z,g,0.95\nmean,y,,0.9\nmedian,y,,0.95\nmean,y,g,0.95\nmean,y,,0.9\n"
    rows = analysed(data, loa)
    assert stats_of(rows, "analysis_type", "analysis_var", "group_var_value") == [
        ("mean", "z", "a"),
        ("mean", "z", "b"),
        ("mean", "y", None),
        ("median", "y", None),
        ("mean", "y", "a"),
        ("mean", "y", "b"),
        ("mean", "y", None),
    ]
    assert rows[2] == rows[6]


def test_a_list_longer_than_one_pass_gives_what_each_row_alone_gives(analysed: Analysed) -> None:
    names = [f"y{at}" for at in range(60)]
    lines = [",".join(str((at * place) % 7) for place in range(60)) for at in range(1, 9)]
    data = "\n".join([",".join(names), *lines]) + "\n"
    together = analysed(data, HEAD + "".join(f"mean,{name},,\n" for name in names))
    assert len(together) == 60
    for at in (0, 23, 24, 59):
        assert analysed(data, HEAD + f"mean,{names[at]},,\n")[0] == together[at]


def test_the_version_of_the_data_is_in_every_row(analysed: Analysed) -> None:
    one = analysed("y\n1\n2\n", HEAD + "mean,y,,\n")[0]["data_version"]
    assert len(one) == 64
    assert analysed("y\n1\n3\n", HEAD + "mean,y,,\n")[0]["data_version"] != one
