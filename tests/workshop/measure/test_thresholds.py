"""Thresholds: dated and sourced; a comparison names agency, phase and edition and uses the one in force."""

from datetime import date
from typing import Any

import pytest
from tests.workshop.measuring import observations, only

from opendtm import catalogue
from opendtm.errors.measure import ThresholdInvalid, ThresholdUnknown
from opendtm.measure import figures, single_round, tall, thresholds
from opendtm.measure.panels import Panel
from opendtm.measure.thresholds import Rule, compare, read_threshold, threshold

BEYOND = "sites_latrines_beyond_unhcr_emergency"
PAST, TODAY = date(2017, 5, 1), date(2026, 3, 3)


@pytest.fixture(autouse=True)
def _nothing_written_before() -> None:
    tall._values_written.cache_clear()


def _raw() -> dict[str, Any]:
    return dict(catalogue.read_yaml("thresholds/persons_per_toilet.yaml"))


def _site(people: int, latrines: int, on: date | None) -> Panel:
    row = {"site_id": "S1", "idp_individuals": people, "latrines_working": latrines}
    return single_round(observations([row | {"assessment_date": on}]))


def test_every_threshold_names_its_source_and_edition() -> None:
    assert len(thresholds.thresholds()) >= 10
    for name, one in thresholds.thresholds().items():
        assert name == one.id
        assert one.label.en != one.label.fr
        for line in one.lines:
            assert line.source.startswith("https://")
            assert str(line.valid_from.year) in line.edition.en
            assert line.edition.en != line.edition.fr


def test_agencies_that_disagree_are_all_compared() -> None:
    found = {
        (each.limit.agency, each.limit.phase): each.met
        for each in compare(30, "persons_per_toilet", on=TODAY)
    }
    assert found == {
        ("unhcr", "emergency"): True,
        ("unhcr", "post_emergency"): False,
        ("sphere", "emergency"): True,
        ("sphere", "post_emergency"): False,
    }


def test_wells_taps_and_pumps_have_their_own_limits() -> None:
    """UNHCR asks the same of pumps and wells, Sphere does not (2018 edition, water supply standard 2.1)."""
    found = {
        name: {(each.agency, each.phase): each.value for each in threshold(name).lines}
        for name in ("persons_per_tap", "persons_per_handpump", "persons_per_well")
    }
    pump = {("unhcr", "emergency"): 500, ("unhcr", "post_emergency"): 250}
    assert found == {
        "persons_per_tap": {
            ("unhcr", "emergency"): 250,
            ("unhcr", "post_emergency"): 100,
            ("sphere", "emergency"): 250,
        },
        "persons_per_handpump": pump | {("sphere", "emergency"): 500},
        "persons_per_well": pump | {("sphere", "emergency"): 400},
    }


def test_limit_of_sphere_names_its_page_or_standard() -> None:
    lines = [line for one in thresholds.thresholds().values() for line in one.lines]
    for line in lines:
        if line.agency == "sphere":
            assert "standard 2.1" in line.edition.en or "p. 118" in line.edition.en


def test_limit_itself_is_met_on_either_side() -> None:
    assert all(each.met for each in compare(20, "persons_per_toilet", on=TODAY))
    assert threshold("water_litres").rule is Rule.AT_LEAST
    met = {
        (each.limit.agency, each.limit.phase): each.met
        for each in compare(15, "water_litres", on=TODAY)
    }
    assert met == {
        ("unhcr", "emergency"): True,
        ("unhcr", "post_emergency"): False,
        ("sphere", "emergency"): True,
    }


def test_unknown_value_is_neither_met_nor_missed() -> None:
    assert {each.met for each in compare(None, "persons_per_toilet", on=TODAY)} == {None}


def test_edition_of_a_later_day_is_not_used() -> None:
    agencies = {
        each.limit.agency for each in compare(30, "persons_per_toilet", on=date(2019, 6, 1))
    }
    assert agencies == {"sphere"}
    assert compare(30, "persons_per_toilet", on=PAST) == ()


def test_site_is_compared_with_the_edition_in_force_on_its_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raw = _raw()
    older = raw["limits"][0] | {"value": 100, "valid_from": date(2016, 1, 1)}
    both = read_threshold(raw | {"limits": [*raw["limits"], older]})
    monkeypatch.setattr("opendtm.measure.expressions.threshold", lambda _name: both)

    beyond = [
        only(figures(_site(120, 2, on), indicators=[BEYOND])).value for on in (TODAY, PAST, None)
    ]

    assert beyond == [1, 0, 1]


def test_nothing_is_known_of_a_day_before_the_first_edition() -> None:
    found = only(figures(_site(120, 2, PAST), indicators=[BEYOND]))
    assert (found.value, found.n_places) == (None, 0)


@pytest.mark.parametrize("name", ["persons_per_camp", "persons_per_promoter"])
def test_threshold_that_is_not_there_is_told(name: str) -> None:
    with pytest.raises(ThresholdUnknown) as problem:
        threshold(name).limits(agency="sphere", phase="emergency")
    assert name in problem.value.text("fr")


@pytest.mark.parametrize(
    "change",
    [
        {"rule": "about"},
        {"limits": []},
        {"limits": [{"agency": "unhcr", "phase": "emergency", "value": 50}]},
        {"label": {"en": "Persons"}},
        {"limit": 3},
    ],
)
def test_threshold_file_that_breaks_the_schema_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ThresholdInvalid):
        read_threshold(_raw() | change, file="thresholds/x.yaml")


def test_fingerprint_of_the_definitions_moves_with_a_threshold(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = catalogue.fingerprint()
    names = catalogue.names
    monkeypatch.setattr(
        catalogue,
        "names",
        lambda folder, *more: [] if folder == "thresholds" else names(folder, *more),
    )
    catalogue.fingerprint.cache_clear()
    assert catalogue.fingerprint() != before
    catalogue.fingerprint.cache_clear()
