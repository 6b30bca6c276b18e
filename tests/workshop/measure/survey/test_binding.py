"""Columns are those that were meant, whatever engines make of their names; none is opened where none is needed."""

import ibis
import numpy as np
import pyarrow as pa
import pytest
from tests.workshop.measure.survey.interviews import INTERVIEWS, ONE_STAGE

from opendtm.errors.measure_engines import ColumnsAlike
from opendtm.errors.measure_survey import SurveyRowsIncomplete
from opendtm.measure.engines.in_process import DuckDB
from opendtm.measure.survey import (
    Design,
    Engine,
    Statistic,
    Term,
    calibrate,
    chi_square,
    declare,
    estimate,
    jackknife,
    mean,
    poststratify,
    proportion,
    quantile,
    t_test,
)

ENGINES = pytest.mark.parametrize("engine", Engine)
TERMS = [
    Term(Statistic.MEAN, "y"),
    Term(Statistic.TOTAL, "x"),
    Term(Statistic.RATIO, "y", "x"),
    Term(Statistic.PROPORTION, "group", level="u"),
]


def with_doubles() -> pa.Table:
    """Put before every column one whose name differs in capital letters alone, its rows turned by its place."""
    names, rows = INTERVIEWS.column_names, np.arange(INTERVIEWS.num_rows)
    turned = {
        name.upper(): INTERVIEWS[name].take(pa.array(np.roll(rows, place)))
        for place, name in enumerate(names, start=1)
    }
    return pa.table(turned | {name: INTERVIEWS[name] for name in names})


def numbers(table: pa.Table, engine: Engine) -> list[float | None]:
    """Ask everything of a sample."""
    sample = declare(table, ONE_STAGE, engine=engine)
    found = [*estimate(sample, TERMS, by=["group"]), *proportion(sample, "group")]
    found += [*quantile(sample, "y", by=["group"]), *mean(jackknife(sample), "y")]
    found += mean(calibrate(sample, {"x": 290}), "y")
    found += mean(poststratify(sample, "group", {"u": 40, "v": 30}), "y")
    tests = [chi_square(sample, "group", "stratum"), t_test(sample, "y", "group")]
    told = [each for one in found for each in (one.value, one.se, float(one.n))]
    return told + [each for one in tests for each in (one.statistic, one.p)]


@ENGINES
def test_columns_that_differ_in_capital_letters_are_told_apart(engine: Engine) -> None:
    assert numbers(with_doubles(), engine) == pytest.approx(numbers(INTERVIEWS, engine))


@ENGINES
def test_design_of_columns_that_differ_in_capital_letters(engine: Engine) -> None:
    table = with_doubles()
    alone = pa.table({"w": table["WEIGHT"], "c": table["BLOCK"], "v": table["Y"]})
    terms = [Term(Statistic.MEAN, name) for name in ("Y", "y")]
    upper, lower = estimate(
        declare(table, Design("WEIGHT", None, ("BLOCK",)), engine=engine), terms
    )
    wanted = mean(declare(alone, Design("w", None, ("c",)), engine=engine), "v")[0]
    assert (upper.value, upper.se) == pytest.approx((wanted.value, wanted.se))
    assert lower.se != pytest.approx(wanted.se, rel=1e-3)


@ENGINES
def test_column_named_as_one_of_our_own_stays_itself(engine: Engine) -> None:
    table = INTERVIEWS.append_column("__weight", pa.array(range(15)))
    wanted = mean(declare(INTERVIEWS.append_column("n", table["__weight"]), ONE_STAGE), "n")
    sample = declare(table, ONE_STAGE, engine=engine)
    assert mean(sample, "__weight")[0].value == pytest.approx(wanted[0].value, rel=1e-14)
    after = calibrate(sample, {"__weight": 400})
    assert mean(after, "__weight")[0].value == pytest.approx(400 / after.facts.weighted)


def test_column_that_is_there_twice_is_refused() -> None:
    table = pa.table([[1, 2], [3, 4]], names=["y", "y"])
    with pytest.raises(ColumnsAlike, match="y, y cannot be told apart"):
        declare(table, Design())


def test_table_of_an_engine_with_columns_alike_is_refused() -> None:
    with pytest.raises(ColumnsAlike, match="Y, y cannot"):
        declare(ibis.memtable(pa.table({"Y": [1, 2], "y": [3, 4]})), Design())


@ENGINES
def test_dictionary_columns_are_as_good_as_words(engine: Engine) -> None:
    table = INTERVIEWS
    for name in ("stratum", "village", "group"):
        place = table.column_names.index(name)
        table = table.set_column(place, name, table[name].combine_chunks().dictionary_encode())
    assert numbers(table, engine) == pytest.approx(numbers(INTERVIEWS, engine))


@ENGINES
def test_dictionary_of_values_that_nobody_gave(engine: Engine) -> None:
    values = pa.array(["u", "nobody", "v", "u", None])
    codes = [{"u": 0, "v": 2}[each] for each in INTERVIEWS["group"].to_pylist()]
    codes[2] = 3
    coded = pa.DictionaryArray.from_arrays(pa.array([*codes[:-1], 4], pa.int32()), values)
    plain = pa.array([*INTERVIEWS["group"].to_pylist()[:-1], None])
    found, wanted = (
        proportion(
            declare(INTERVIEWS.set_column(8, "group", each), ONE_STAGE, engine=engine), "group"
        )
        for each in (coded, plain)
    )
    assert [(each.level, each.n, each.n_missing) for each in found] == [("u", 9, 1), ("v", 5, 1)]
    for one, other in zip(found, wanted, strict=True):
        assert (one.value, one.se) == pytest.approx((other.value, other.se))


@ENGINES
@pytest.mark.parametrize("name", ["stratum", "village"])
def test_not_a_number_names_no_stratum_and_no_cluster(name: str, engine: Engine) -> None:
    values = pa.array([float("nan"), *[1.0] * 7, *[2.0] * 7])
    table = INTERVIEWS.set_column(INTERVIEWS.column_names.index(name), name, values)
    with pytest.raises(SurveyRowsIncomplete) as refused:
        declare(table, Design("weight", "stratum", ("village",), nested=True), engine=engine)
    assert refused.value.details == {"count": 1, "column": name}


def test_no_engine_is_opened_for_clusters_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(DuckDB, "bind", opened)
    rows = np.arange(50_001)
    table = pa.table(
        {"village": rows % 40, "y": rows % 7, "kind": pa.array(rows % 2).cast("string")}
    )
    sample = declare(table, Design(clusters=("village",)))
    assert mean(sample, "y", by=["kind"])[1].n == 25_000
    assert [each.level for each in proportion(sample, "kind")] == ["0", "1"]
