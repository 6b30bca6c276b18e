"""The table of a round of interviews: every level and cut as the estimator gives it, with who stands behind it."""

import random
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.workshop.measuring import observations

from opendtm.measure import record_panel
from opendtm.measure.asked import asked_figures
from opendtm.measure.interviews import interview_figures
from opendtm.measure.panels import Panel
from opendtm.measure.sampled import sampled_levels
from opendtm.measure.scope import Record
from opendtm.measure.survey import (
    Bounds,
    Design,
    Lonely,
    Statistic,
    Term,
    declare,
    estimate,
    mean,
)
from opendtm.records import Method

LEVELS = (("none", True), ("adm1", False), ("site", False))
OPEN = Bounds()
DESIGN = Design(
    weights="sample_weight",
    strata="adm1_code",
    clusters=("sample_cluster",),
    finite=("population_clusters",),
    lonely=Lonely.ADJUST,
)


def drawn(count: int = 120) -> list[dict[str, Any]]:
    """Make up a sample like R's apistrat and apiclus2: three strata, clusters of five, unequal weights."""
    chance = random.Random(20261126)
    rows = []
    for number in range(count):
        stratum = number % 3
        cluster = f"{stratum}-{number // 15}"
        rows.append(
            {
                "adm1_code": f"X{stratum}",
                "site_id": f"S{cluster}",
                "sample_cluster": cluster,
                "sample_weight": (12.5, 40.0, 7.25)[stratum] * (1 + (number // 15) % 2),
                "population_clusters": (30, 44, 9)[stratum],
                "assessment_date": date(2026, 1, 5) + timedelta(days=number % 6),
                "head_sex": chance.choice(("female", "male", None)),
                "modality": chance.choice(("cash", "kind")),
                "population_group": "idp",
                "satisfaction": chance.choice(("satisfied", "dissatisfied", "dnk")),
                "way_minutes": chance.choice((5, 20, 45, 90, None)),
            }
        )
    return rows


def panel_of(rows: list[dict[str, Any]]) -> Panel:
    """Make the panel of some interviews."""
    return record_panel(observations(rows), record=Record.INTERVIEW, round_="7")


def found_in(table: pa.Table, **wanted: str) -> dict[str, Any]:
    """Find the one row of a table with these values."""
    (row,) = (
        row
        for row in table.to_pylist()
        if all((row[name] or "") == value for name, value in wanted.items())
    )
    return row


@pytest.fixture(scope="module")
def table() -> pa.Table:
    """Estimate the made-up sample once."""
    return sampled_levels(panel_of(drawn()), LEVELS, design=DESIGN, bounds=OPEN)


@pytest.mark.parametrize(
    ("column", "level", "dimension"),
    [(None, "none", ""), ("adm1_code", "adm1", ""), ("head_sex", "none", "head_sex")],
)
def test_every_domain_is_what_the_estimator_gives(
    table: pa.Table, column: str | None, level: str, dimension: str
) -> None:
    rows = [{**row, "head_sex": row["head_sex"] or "unknown"} for row in drawn()]
    for row in rows:
        row["met"] = {"satisfied": "yes", "dissatisfied": "no"}.get(row["satisfaction"])
    sample = declare(pa.Table.from_pylist(rows), DESIGN)
    groups = [column] if column else []
    ways = mean(sample, "way_minutes", by=groups)
    shares = estimate(
        sample, [Term(Statistic.PROPORTION, "met", level="yes")], by=groups, bounds=OPEN
    )
    assert len(ways) == len(shares) == (3 if column else 1)
    for indicator, alone in (
        *(("pdm_way_minutes", one) for one in ways),
        *(("pdm_satisfied", one) for one in shares),
    ):
        code = alone.group[0][1] if column else ""
        place, by = (code, "") if level == "adm1" else ("", code and f"{dimension}={code}")
        row = found_in(table, indicator=indicator, place_level=level, place_code=place, by=by)
        told = [row[name] for name in ("value", "standard_error", "low", "high", "deff")]
        assert told == pytest.approx([alone.value, alone.se, alone.low, alone.high, alone.deff])
        assert (row["df"], row["n_places"], row["withheld"]) == (alone.df, alone.n_total, None)
        assert row["n_known"] == alone.n_total + alone.n_missing
        assert len(row["sources"]) == row["n_places"]


def test_place_whose_interviews_are_one_cluster_has_no_figure_of_its_own() -> None:
    panel = panel_of(drawn())
    by_site = Design(strata="adm1_code", clusters=("site_id",), lonely=Lonely.ADJUST)
    levels = sampled_levels(panel, LEVELS, design=by_site, bounds=OPEN)["place_level"]
    assert set(levels.to_pylist()) == {"none", "adm1"}
    direct = sampled_levels(panel, LEVELS, design=Design(), bounds=OPEN)["place_level"]
    assert set(direct.to_pylist()) == {"none", "adm1", "site"}


def test_sources_and_day_are_those_of_the_known_answers(table: pa.Table) -> None:
    rows = drawn()
    known = [n for n, row in enumerate(rows) if row["way_minutes"] is not None]
    panel = panel_of(rows)
    names = panel.table["_source"].to_pylist()
    row = found_in(table, indicator="pdm_way_minutes", place_level="none", by="")
    assert row["sources"] == [names[number] for number in known]
    assert row["as_of"] == max(rows[number]["assessment_date"] for number in known)
    assert (row["method"], row["round"]) == ("estimated", "7")


def test_few_interviews_are_withheld_and_keep_their_number() -> None:
    row = found_in(
        sampled_levels(panel_of(drawn(9)), LEVELS, design=Design(), bounds=Bounds(least=5)),
        indicator="pdm_satisfied",
        place_level="adm1",
        place_code="X0",
    )
    assert (row["value"], row["standard_error"], row["withheld"]) == (None, None, "few")
    assert row["n_known"] == 3


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(["satisfied", "dissatisfied", "dnk"]), min_size=1, max_size=12))
def test_share_of_those_asked_is_the_plain_share(said: list[str]) -> None:
    (found,) = asked_figures(
        panel_of([{"satisfaction": one} for one in said]), names=["pdm_satisfied"]
    )
    known = [one for one in said if one != "dnk"]
    expected = known.count("satisfied") / len(known) if known else None
    assert found.figure.value == expected
    assert found.figure.method is (Method.ASKED if known else Method.UNKNOWN)
    assert (found.estimate.se, found.estimate.low, found.estimate.df) == (None, None, None)
    assert (found.figure.n_places, found.figure.coverage.n_known) == (len(known), len(said))


def test_those_asked_have_the_values_of_a_sample_without_weights_and_no_error() -> None:
    panel = panel_of(drawn())
    for by, along in (("none", None), ("adm1", None), ("none", "head_sex")):
        asked = asked_figures(panel, by=by, along=along)
        estimated = interview_figures(panel, by=by, along=along)
        values = [(one.figure.place_code, one.figure.by, one.figure.value) for one in estimated]
        assert [(one.figure.place_code, one.figure.by) for one in asked] == [
            value[:2] for value in values
        ]
        assert [one.figure.value for one in asked] == pytest.approx([one[2] for one in values])
        assert {one.estimate.se for one in asked} == {None}
    words = asked[0].estimate.method
    assert "no interval" in words.text("en")
    assert "pas d'intervalle" in words.text("fr")
