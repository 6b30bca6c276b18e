"""Tests of association and of two means, against the plain tests that they become for simple samples."""

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats
from tests.workshop.measure.survey.interviews import INTERVIEWS, ONE_STAGE

from opendtm.errors.measure_survey import ChoiceUnknown, NothingToCompare
from opendtm.measure.survey import ChiSquare, Design, Reason, chi_square, declare, t_test
from opendtm.measure.survey.quadratic import upper_tail

COUNTS = np.array([[20, 15, 9], [8, 18, 24]])


def crossed(counts: np.ndarray) -> pa.Table:
    pairs = [
        (f"r{row}", f"c{column}")
        for (row, column), count in np.ndenumerate(counts)
        for _ in range(count)
    ]
    rows, columns = zip(*pairs, strict=True)
    return pa.table({"row": rows, "column": columns})


def test_pearson_statistic_is_that_of_the_table() -> None:
    found = chi_square(declare(crossed(COUNTS), Design()), "row", "column", test=ChiSquare.CHISQ)
    plain = stats.chi2_contingency(COUNTS, correction=False)
    assert found.statistic == pytest.approx(plain.statistic, rel=1e-12)
    assert found.df == (2,)
    # a simple random sample has design effects of n / (n - 1)
    shrunk = plain.statistic * (COUNTS.sum() - 1) / COUNTS.sum()
    assert found.p == pytest.approx(stats.chi2.sf(shrunk, 2), rel=1e-9)


@pytest.mark.parametrize("test", [each for each in ChiSquare if "Wald" not in each])
def test_sample_of_everybody_shows_no_chance_to_test_against(test: ChiSquare) -> None:
    table = crossed(COUNTS).append_column("all", pa.array([int(COUNTS.sum())] * COUNTS.sum()))
    found = chi_square(declare(table, Design(finite=("all",))), "row", "column", test=test)
    assert (found.statistic, found.p) == (None, None)
    assert found.suppressed_reason is Reason.SINGULAR


@pytest.mark.parametrize("test", ChiSquare)
def test_it_does_not_matter_which_question_comes_first(test: ChiSquare) -> None:
    sample = declare(crossed(COUNTS), Design())
    one, other = (
        chi_square(sample, *each, test=test) for each in (("row", "column"), ("column", "row"))
    )
    assert one.p == pytest.approx(other.p, rel=1e-9)
    assert one.statistic == pytest.approx(other.statistic, rel=1e-9)


def test_independent_questions_show_no_association() -> None:
    found = chi_square(declare(crossed(np.array([[10, 20], [20, 40]])), Design()), "row", "column")
    assert found.statistic == pytest.approx(0, abs=1e-20)
    assert found.p == pytest.approx(1)


def test_interviews_that_lack_an_answer_are_left_out_and_counted() -> None:
    table = crossed(COUNTS)
    lacking = pa.table({"row": [None, "r0", "r1"], "column": ["c1", None, None]})
    both = pa.concat_tables([table, lacking.cast(table.schema)])
    found = chi_square(declare(both, Design()), "row", "column", test=ChiSquare.CHISQ)
    assert (found.n, found.n_missing) == (94, 3)
    assert found.statistic == pytest.approx(
        stats.chi2_contingency(COUNTS, correction=False).statistic
    )


def test_too_few_clusters_for_the_table_is_said() -> None:
    found = chi_square(declare(INTERVIEWS, ONE_STAGE), "y", "x", test=ChiSquare.WALD)
    assert (found.statistic, found.p) == (None, None)
    assert found.suppressed_reason is Reason.SINGULAR
    single = declare(INTERVIEWS.slice(0, 3), Design(clusters=("village",), lonely="remove"))
    assert chi_square(single, "group", "block").suppressed_reason is Reason.NO_DF


def test_question_with_one_answer_cannot_be_compared() -> None:
    sample = declare(crossed(np.array([[3, 4]])), Design())
    with pytest.raises(NothingToCompare):
        chi_square(sample, "row", "column")
    with pytest.raises(ChoiceUnknown):
        chi_square(sample, "row", "column", test="Fisher")


def test_difference_of_two_means_is_that_of_the_means() -> None:
    """Groups 1, 3 and 6, 8, 10: 2 and 8; variance by group sum (y - m)^2 / n^2 = 2/4 + 8/9, times n/(n - 1)."""
    table = pa.table({"y": [1, 3, 6, 8, 10], "g": list("aabbb")})
    found = t_test(declare(table, Design()), "y", "g")
    assert found.difference == 6
    assert found.statistic == pytest.approx(6 / np.sqrt((2 / 4 + 8 / 9) * 5 / 4))
    assert found.df == (3,)
    assert found.p == pytest.approx(2 * stats.t.sf(found.statistic, 3))


def test_means_of_one_or_three_groups_are_not_two() -> None:
    for values in (list("aaaaa"), list("aabbc")):
        table = pa.table({"y": [1, 3, 6, 8, 10], "g": values})
        with pytest.raises(NothingToCompare):
            t_test(declare(table, Design()), "y", "g")


def test_group_without_answers_has_no_mean_to_compare() -> None:
    table = pa.table({"y": [1.0, 3.0, None], "g": list("aab")})
    found = t_test(declare(table, Design()), "y", "g")
    assert (found.statistic, found.suppressed_reason) == (None, Reason.NOBODY)


def test_tail_of_equal_effects_is_that_of_f() -> None:
    """With equal effects the sum is 3 F(3, 40); the approximation is good to about two in a hundred."""
    assert upper_tail(3 * 2.8, np.ones(3), 40) == pytest.approx(stats.f.sf(2.8, 3, 40), rel=0.02)
