"""The confidence grade: its parts are rated by the rule table, shown, and decide.

1. A part of the places has the best rating that eight in ten of them reach.
2. Coverage or the share that is not of this round, when weak, makes the grade low by itself.
3. What is not known is said to be so, and counts as fair; a list or a count makes informants unnecessary.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.workshop.measuring import in_week, observations, site, weeks

from opendtm import catalogue
from opendtm.errors.measure_stock import GradeRulesInvalid
from opendtm.measure import compute, panel
from opendtm.measure.confidence import confidences, grade_label, graded, part_words, rules
from opendtm.measure.confidence.grading import FILE, read_rules
from opendtm.records import Confidence, Grade, Part, Rating

PEOPLE = "idp_individuals"


def confidence(
    visits: list[Mapping[str, Any]], *, sites: int | None = None, indicator: str = PEOPLE
) -> Confidence | None:
    """Grade the total of visits, one a site, in week 3 (or `week`), of `sites` known sites."""
    rows = [
        {"site_id": f"S{number}", "assessment_date": in_week(visit.get("week", 3)), PEOPLE: 100}
        | {name: value for name, value in visit.items() if name != "week"}
        for number, visit in enumerate(visits)
    ]
    known = [site(f"S{number}") for number in range(sites or len(visits))]
    rounds = weeks(3)
    state = panel(observations(rows), sites=known, rounds=rounds, at=rounds[2])
    table = compute(state, indicators=[indicator], sources=True)
    (found,) = confidences(table, state)
    return found


def ratings(found: Confidence | None) -> dict[str, str]:
    """Map each part to its rating."""
    assert found is not None
    return {part.name: part.rating.value for part in found.parts}


def test_counted_and_complete_figure_is_high() -> None:
    found = confidence([{"method": "head_count"}] * 4)
    assert found is not None
    assert found.grade is Grade.HIGH
    assert ratings(found) == {
        "method": "good",
        "informants": "unknown",
        "agreement": "unknown",
        "age": "good",
        "coverage": "good",
        "imputed": "good",
    }


def test_estimate_without_a_word_on_informants_is_medium() -> None:
    found = confidence([{"method": "key_informant"}] * 4)
    assert found is not None
    assert found.grade is Grade.MEDIUM


def test_estimate_of_three_informants_who_agree_is_high() -> None:
    visit = {"method": "key_informant", "informants": 3, "kis_match": "yes"}
    found = confidence([visit] * 4)
    assert found is not None
    assert found.grade is Grade.HIGH


def test_one_informant_and_no_known_method_is_low() -> None:
    found = confidence([{"method": "unknown", "informants": 1}] * 4)
    assert found is not None
    assert found.grade is Grade.LOW


@pytest.mark.parametrize(("good", "rating"), [(8, "good"), (7, "fair")])
def test_eight_in_ten_places_make_a_rating(good: int, rating: str) -> None:
    visits = [{"method": "head_count"}] * good + [{"method": "key_informant"}] * (10 - good)
    found = confidence(visits)
    assert ratings(found)["method"] == rating
    assert found is not None
    assert found.parts[0].measured == good / 10


def test_part_that_few_places_speak_of_is_unknown() -> None:
    visits = [{"method": "head_count", "kis_match": "yes"}] * 7 + [{"method": "head_count"}] * 3
    assert ratings(confidence(visits))["agreement"] == "unknown"


def test_weak_coverage_alone_makes_the_grade_low() -> None:
    found = confidence([{"method": "head_count"}] * 2, sites=4)
    assert found is not None
    assert ratings(found)["coverage"] == "weak"
    assert found.grade is Grade.LOW


def test_large_carried_share_makes_the_grade_low_and_is_told() -> None:
    visits = [{"method": "head_count"}] * 4 + [{"method": "head_count", "week": 1}]
    found = confidence(visits)
    assert found is not None
    assert found.grade is Grade.LOW
    imputed = found.parts[-1]
    assert (imputed.name, imputed.rating, imputed.measured) == ("imputed", Rating.WEAK, 0.2)
    assert ratings(found)["age"] == "good"  # four in five places are of this round


def test_match_with_what_was_seen_is_a_part_where_it_was_asked() -> None:
    visit = {"method": "head_count", "kis_match_observation": "no", "ki_has_list": "yes"}
    found = confidence([visit] * 2)
    assert ratings(found)["observation"] == "weak"
    assert ratings(found)["records"] == "good"
    assert found is not None
    assert found.grade is Grade.MEDIUM


def test_need_of_sites_has_no_method_of_population() -> None:
    found = confidence([{"need_wash": "critical"}] * 2, indicator="need_sites_wash")
    assert "method" not in ratings(found)


def test_number_of_known_sites_has_no_grade() -> None:
    assert confidence([{}], indicator="sites_open") is None


def test_unknown_figure_has_no_grade() -> None:
    assert confidence([{PEOPLE: None}]) is None


def test_graded_table_keeps_figures_and_adds_what_can_be_read_back() -> None:
    rounds = weeks(1)
    rows = [{"site_id": "S1", "assessment_date": in_week(1), PEOPLE: 5, "method": "head_count"}]
    state = panel(observations(rows), sites=[site("S1")], rounds=rounds, at=rounds[0])
    table = compute(state, by="site", disaggregate=True, sources=True)
    found = graded(table, state)
    assert found.select(table.column_names) == table
    kept = [
        Confidence.read(*each)
        for each in zip(
            found["confidence"].to_pylist(), found["confidence_parts"].to_pylist(), strict=True
        )
    ]
    assert kept == list(confidences(table, state))
    assert any(kept)


def test_figures_without_sources_are_graded_by_what_is_left() -> None:
    rounds = weeks(1)
    rows = [{"site_id": "S1", "assessment_date": in_week(1), PEOPLE: 5, "method": "head_count"}]
    state = panel(observations(rows), sites=[site("S1")], rounds=rounds, at=rounds[0])
    (found,) = confidences(compute(state, indicators=[PEOPLE]), state)
    assert ratings(found)["method"] == "unknown"


def test_empty_table_has_no_grades() -> None:
    rounds = weeks(1)
    state = panel(observations([]), sites=[], rounds=rounds, at=rounds[0])
    empty = compute(state, indicators=[PEOPLE], sources=True).slice(0, 0)
    assert graded(empty, state).num_rows == 0


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_part_says_its_name_and_standing_in_both_languages(lang: str) -> None:
    for rule in rules().parts:
        for rating in [*rule.limits, Rating.UNKNOWN]:
            name, words = part_words(Part(rule.name, rating, 0.5), lang)
            assert name
            assert words
            assert "{" not in words
    assert {grade_label(grade).text(lang) for grade in Grade} in (
        {"High", "Medium", "Low"},
        {"Élevée", "Moyenne", "Faible"},
    )


def test_rule_table_says_whose_rule_it_is() -> None:
    assert rules().source.en.startswith("Proposal of OpenDTM")


@pytest.mark.parametrize(
    ("path", "key"),
    [(("parts", 0, "fr"), "parts.method"), (("grades", "low"), "grades"), (("source",), "grades")],
)
def test_rule_table_without_a_key_is_refused(path: tuple[str | int, ...], key: str) -> None:
    raw = deepcopy(catalogue.read_yaml(FILE))
    holder = raw
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    with pytest.raises(GradeRulesInvalid, match=key):
        read_rules(raw)


part_names = [rule.name for rule in rules().parts]


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(part_names), st.sampled_from(Rating), min_size=1))
def test_a_better_part_never_lowers_the_grade(rated: dict[str, Rating]) -> None:
    order = [Grade.LOW, Grade.MEDIUM, Grade.HIGH]
    given_parts = [Part(name, rating) for name, rating in rated.items()]
    before = order.index(rules().grade(given_parts))
    for number, part in enumerate(given_parts):
        better = [*given_parts[:number], Part(part.name, Rating.GOOD), *given_parts[number + 1 :]]
        assert order.index(rules().grade(better)) >= before


@settings(deadline=None)
@given(
    st.sampled_from(Grade),
    st.lists(
        st.builds(
            Part,
            st.sampled_from(part_names),
            st.sampled_from(Rating),
            st.one_of(st.none(), st.sampled_from([0.0, 0.25, 1.0])),
        )
    ),
)
def test_confidence_is_read_back_as_it_was_written(grade: Grade, parts: list[Part]) -> None:
    kept = Confidence(grade, tuple(parts))
    assert Confidence.read(kept.grade.value, kept.text()) == kept
    assert Confidence.read(None, None) is None


def test_sources_that_the_panel_does_not_hold_are_left_out() -> None:
    rounds = weeks(1)
    rows = [{"site_id": "S1", "assessment_date": in_week(1), PEOPLE: 5, "method": "head_count"}]
    state = panel(observations(rows), sites=[site("S1")], rounds=rounds, at=rounds[0])
    table = compute(state, indicators=[PEOPLE], sources=True)
    sources = pa.array([["elsewhere"]], pa.list_(pa.string()))
    other = table.set_column(table.column_names.index("sources"), "sources", sources)
    (found,) = confidences(other, state)
    assert ratings(found)["method"] == "unknown"
