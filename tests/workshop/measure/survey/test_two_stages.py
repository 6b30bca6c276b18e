"""Two-stage samples: against R `survey` 4.1.1 on fifteen interviews, and the two engines against each other."""

from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.workshop.measure.survey.interviews import INTERVIEWS, ONE_STAGE, TWO_STAGE

from opendtm.measure.survey import (
    Bounds,
    Design,
    Engine,
    Lonely,
    Sample,
    Statistic,
    Term,
    declare,
    estimate,
    mean,
    ratio,
    total,
)
from opendtm.measure.survey.array_moments import array_moments
from opendtm.measure.survey.finishing import Finish
from opendtm.measure.survey.intervals import Interval

TERMS = [
    Term(Statistic.MEAN, "y"),
    Term(Statistic.TOTAL, "y"),
    Term(Statistic.RATIO, "y", "x"),
    Term(Statistic.PROPORTION, "group", level="u"),
]


def test_mean_total_and_ratio_of_two_stages_are_those_of_r() -> None:
    sample = declare(INTERVIEWS, TWO_STAGE)
    found = [mean(sample, "y")[0], total(sample, "y")[0], ratio(sample, ("y", "x"))[0]]
    assert [each.value for each in found] == pytest.approx(
        [5.1102362204724407, 324.5, 1.28007889546351095], rel=1e-12
    )
    assert [each.se for each in found] == pytest.approx(
        [0.7232246317026738, 71.07920464758546, 0.09135249588446492], rel=1e-12
    )
    assert [each.deff for each in found] == pytest.approx(
        [1.805327894569236, 4.324613932433963, 2.171082462231021], rel=1e-12
    )


def test_domains_of_two_stages_are_those_of_r() -> None:
    sample = declare(INTERVIEWS, TWO_STAGE)
    means, totals = mean(sample, "y", by=["group"]), total(sample, "y", by=["group"])
    assert [each.group for each in means] == [(("group", "u"),), (("group", "v"),)]
    assert [each.value for each in means] == pytest.approx([4.44, 6.0769230769230775])
    assert [each.se for each in means] == pytest.approx(
        [1.0769531756112980, 0.3292901918808074], rel=1e-12
    )
    assert [each.se for each in totals] == pytest.approx(
        [47.02061604587218, 50.04842654869381], rel=1e-12
    )
    assert [each.deff for each in means] == pytest.approx(
        [1.6817032704201489, 0.7684682933553901], rel=1e-12
    )


def test_without_fpc_the_second_stage_adds_nothing() -> None:
    clusters = declare(INTERVIEWS, ONE_STAGE)
    both = Design(weights="weight", strata="stratum", clusters=("village", "block"))
    found = mean(clusters, "y")[0]
    assert found.se == pytest.approx(0.839742380141814, rel=1e-12)
    assert found.df == 4
    assert mean(declare(INTERVIEWS, both), "y")[0].se == pytest.approx(found.se)


def test_interviews_drawn_within_clusters_are_a_stage_of_their_own() -> None:
    """Y = 1, 3 of 4 in the first village drawn, 2, 6 of 8 in the second, two villages of four drawn.

    Every weight is 4/2 x 4/2 = 4 and 4/2 x 8/2 = 8. Totals of villages 4 x 4 = 16 and 8 x 8 = 64, spread
    (16 - 40)^2 + (64 - 40)^2 = 1152, times (1 - 1/2) x 2 = 1152. Second stage, of weighted values 4, 12 and
    16, 48: (1 - 2/4) 2 x 32 = 32 and (1 - 2/8) 2 x 512 = 768, times 1/2 = 400. Sum 1552.
    """
    table = pa.table(
        {
            "village": [1, 1, 2, 2],
            "villages": [4] * 4,
            "homes": [4, 4, 8, 8],
            "w": [4.0, 4.0, 8.0, 8.0],
            "y": [1, 3, 2, 6],
        }
    )
    design = Design(weights="w", clusters=("village",), finite=("villages", "homes"))
    found = total(declare(table, design), "y")[0]
    assert found.value == 80
    assert found.se is not None
    assert found.se**2 == pytest.approx(1552)


def test_fractions_say_the_same_as_population_sizes() -> None:
    shares = {"A": 3 / 10, "B": 3 / 6}
    fractions = pa.array([shares[each] for each in INTERVIEWS["stratum"].to_pylist()])
    table = INTERVIEWS.append_column("drawn", fractions)
    sized = Design("weight", "stratum", ("village",), ("villages",))
    drawn = Design("weight", "stratum", ("village",), ("drawn",), finite_holds="fraction")
    one, other = (mean(declare(table, each), "y")[0] for each in (sized, drawn))
    assert other.se == pytest.approx(one.se, rel=1e-14)
    assert one.se != mean(declare(table, ONE_STAGE), "y")[0].se


def both_engines(sample: Sample, by: list[str]) -> None:
    """Assert that the one expression and the arrays give the same, to the last digits."""
    finish = Finish(sample, Interval(), Bounds())
    expected = finish.estimates(array_moments(sample, TERMS, by))
    found = estimate(replace(sample, engine=Engine.EXPRESSION), TERMS, by=by)
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert (one.group, one.n, one.n_missing, one.df) == (
            other.group,
            other.n,
            other.n_missing,
            other.df,
        )
        assert one.suppressed_reason is other.suppressed_reason
        for name in ("value", "se", "low", "high", "deff", "n_weighted", "n_weighted_total"):
            wanted = getattr(other, name)
            near = wanted if wanted is None else pytest.approx(wanted, rel=1e-9, abs=1e-9)
            assert getattr(one, name) == near, name


def test_many_terms_are_estimated_as_each_alone() -> None:
    """More terms than one expression takes: every domain has them all, in the order of the question."""
    sample = declare(INTERVIEWS, TWO_STAGE, engine=Engine.EXPRESSION)
    terms = (TERMS * 13)[:50]
    found = estimate(sample, terms, by=["group"])
    alone = estimate(sample, TERMS, by=["group"])
    wanted = [alone[start + n % 4] for start in (0, 4) for n in range(50)]
    assert [(each.group, each.statistic) for each in found] == [
        (each.group, each.statistic) for each in wanted
    ]
    for name in ("value", "se", "n_weighted"):
        assert [getattr(each, name) for each in found] == pytest.approx(
            [getattr(each, name) for each in wanted], rel=1e-12
        )


@pytest.mark.parametrize("rule", sorted(set(Lonely) - {Lonely.FAIL}))
@pytest.mark.parametrize("stages", [1, 2])
def test_both_engines_agree_where_strata_are_lonely(rule: Lonely, stages: int) -> None:
    lonely = INTERVIEWS.filter(
        pa.array([village not in {5, 6} for village in INTERVIEWS["village"].to_pylist()])
    )
    design = Design(
        weights="weight",
        strata="stratum",
        clusters=("village", "block")[:stages],
        finite=("villages", "blocks")[:stages],
        lonely=rule,
    )
    both_engines(declare(lonely, design), [])
    both_engines(declare(lonely, design), ["group"])


answers = st.one_of(st.none(), st.integers(0, 9))


@settings(max_examples=12, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from("AB"),
            st.integers(1, 3),
            st.sampled_from("uv"),
            answers,
            answers,
            st.integers(1, 5),
        ),
        min_size=1,
        max_size=25,
    )
)
def test_both_engines_agree_on_any_clustered_sample(rows: list[tuple[object, ...]]) -> None:
    names = ("stratum", "village", "group", "y", "x", "weight")
    columns = list(zip(*rows, strict=True))
    kinds = (pa.string(), pa.int64(), pa.string(), pa.int64(), pa.int64(), pa.float64())
    table = pa.table(
        {
            name: pa.array(column, kind)
            for name, column, kind in zip(names, columns, kinds, strict=True)
        }
    )
    design = Design("weight", "stratum", ("village",), lonely="adjust", nested=True)
    both_engines(declare(table, design), ["group"])
