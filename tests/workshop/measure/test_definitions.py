"""The indicator catalogue: every file follows the schema, and its worked examples come out."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from opendtm import catalogue
from opendtm.errors.measure import IndicatorInvalid, IndicatorUnknown
from opendtm.forms import CatalogueForm, catalogue_forms, convert, read_form
from opendtm.measure.columns import is_flow
from opendtm.measure.definitions import UNITS, Indicator
from opendtm.measure.examples import differences
from opendtm.measure.grammar import Averaged, Condition, Count, Ratio, Sum, thresholds_in
from opendtm.measure.reading import indicator, indicators, read_indicator
from opendtm.measure.scope import Component, Measured, OverPlaces, OverTime, Record, record_of
from opendtm.measure.thresholds import thresholds
from opendtm.measure.uncounted import uncounted
from opendtm.vocab import Kind, Sharing, code_list, concepts

SECTORS = code_list("sector").names()
EVERY = indicators()
UNITS_OF_PLACES, UNITS_OF_RECORDS = ("site", "point"), ("report", "household")


def _raw(name: str = "idp_individuals") -> dict[str, Any]:
    raw: dict[str, Any] = deepcopy(catalogue.read_yaml(f"indicators/{name}.yaml"))
    return raw


@pytest.mark.parametrize("one", EVERY, ids=lambda each: each.id)
def test_worked_examples_come_out_as_the_file_says(one: Indicator) -> None:
    assert one.examples
    assert [line for example in one.examples for line in differences(one, example)] == []


def test_worked_example_that_is_wrong_is_told() -> None:
    raw = _raw()
    raw["examples"][0]["expect"] = [{"value": 121, "n_places": 2}, {"place_code": "X9", "value": 1}]
    one = read_indicator(raw)

    told = list(differences(one, one.examples[0]))

    assert told == [
        "idp_individuals: value is 120.0, the example says 121",
        "idp_individuals: no figure for {'place_code': 'X9', 'value': 1}",
    ]


@pytest.mark.parametrize(
    "name",
    [
        *(
            f"{group}_{unit}"
            for group in ("idp", "returnee", "host")
            for unit in ("individuals", "households")
        ),
        *(
            f"{move}_{unit}"
            for move in ("arrivals", "departures")
            for unit in ("individuals", "households")
        ),
        *(
            "idp_females",
            "idp_males",
            "household_size",
            "sites_open",
            "sites_closed",
            "sites_assessed",
        ),
        *(f"need_sites_{sector}" for sector in SECTORS),
        *(f"need_sites_critical_{sector}" for sector in SECTORS),
        *(f"need_idps_{sector}" for sector in SECTORS),
        *(f"priority_sites_{sector}" for sector in SECTORS),
    ],
)
def test_catalogue_has_the_first_indicators(name: str) -> None:
    assert indicator(name).id == name


def test_indicator_of_no_name_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(IndicatorUnknown) as problem:
        indicator("idp_individual")
    assert "idp_individuals" in problem.value.remedy_text("fr")


def test_every_indicator_is_told_in_both_languages_and_reviewed_by_nobody_yet() -> None:
    for one in EVERY:
        for label in (one.label, one.definition, one.source):
            assert label.en, one.id
            assert label.fr, one.id
            assert label.en != label.fr or one.id == "sites_camp", one.id
        assert one.review == (), one.id


def test_flows_are_summed_over_time_and_stocks_never() -> None:
    for one in (each for each in EVERY if each.record is Record.PLACE):
        flow = one.kind is Measured.FLOW
        assert flow == (one.over_time is OverTime.SUM), one.id
        assert flow == any(is_flow(name) for name in one.concepts), one.id


def test_averages_alone_are_never_added_up_over_places() -> None:
    for one in EVERY:
        assert isinstance(one.value, Averaged) == (one.over_places is OverPlaces.NONE), one.id


def test_every_component_has_indicators() -> None:
    assert len(EVERY) >= 120
    assert {one.component for one in EVERY} == set(Component)
    assert {one.record for one in EVERY} == set(Record)


def test_every_unit_is_used() -> None:
    assert {one.unit for one in EVERY} == set(UNITS)


def test_every_indicator_has_two_examples_one_of_them_of_the_unknown() -> None:
    for one in EVERY:
        expected = [figure for example in one.examples for figure in example.expect]
        assert len(one.examples) >= 2, one.id
        unknown = any(figure.get("value", 0) is None for figure in expected)
        assert unknown or not one.concepts, one.id


def test_no_indicator_reads_what_is_sensitive_or_personal() -> None:
    closed = {Sharing.SENSITIVE, Sharing.PERSONAL}
    for one in EVERY:
        cuts = {cut.name for cut in one.disaggregations if cut.name in concepts()}
        names = {*one.concepts, *cuts}
        assert {concepts()[name].sharing for name in names}.isdisjoint(closed), one.id


def test_comparison_with_a_threshold_names_agency_and_year() -> None:
    names = {"unhcr": "HCR", "sphere": "Sph"}
    compared = [(one, beyond) for one in EVERY for beyond in thresholds_in(one.value)]
    assert compared
    for one, beyond in compared:
        newest = thresholds()[beyond.threshold].limits(agency=beyond.agency, phase=beyond.phase)[0]
        for text in (one.definition.en, one.definition.fr):
            assert names[beyond.agency] in text, one.id
            assert f"{newest.value:g}" in text, one.id
            assert str(newest.valid_from.year) in text, one.id


def test_unit_agrees_with_the_concepts_that_are_summed() -> None:
    for one in EVERY:
        if isinstance(one.value, Sum):
            units = {concepts()[name].unit for name in one.value.concepts}
            assert units == {one.unit} or (one.unit == "animal" and units == {"item"}), one.id
        elif isinstance(one.value, Count):
            units = set(UNITS_OF_PLACES if one.value.of_places else UNITS_OF_RECORDS)
            assert one.unit in units, one.id


def test_priority_of_a_sector_names_every_need_of_the_code_list() -> None:
    value = indicator("priority_sites_wash").value
    assert isinstance(value, Count)
    assert value.where == (
        Condition(
            "priority_needs",
            ("drinking_water", "sanitation", "hygiene", "wash"),
            unknown=("pnta", "dnk"),
            several=True,
        ),
    )


def test_no_two_indicators_are_the_same_computation() -> None:
    """A person's answer and a household's are two concepts: neither survey makes the other's figure."""
    seen: dict[tuple[Component, Record, str], str] = {}
    for one in indicators():
        assert seen.setdefault((one.component, one.record, repr(one.value)), one.id) == one.id


def test_ratio_reads_both_of_its_concepts() -> None:
    size = indicator("household_size")
    assert isinstance(size.value, Ratio)
    assert size.concepts == ("idp_individuals", "idp_households")


def test_disaggregation_by_age_adds_the_sexes() -> None:
    ages = next(cut for cut in indicator("idp_individuals").disaggregations if cut.name == "age")
    assert ages.parts[0] == ((("age", "0_4"),), Sum(("idp_f_0_4", "idp_m_0_4")))
    assert [by[0][1] for by, _ in ages.parts] == ["0_4", "5_17", "18_59", "60_plus"]


def _without(raw: dict[str, Any], key: str) -> None:
    del raw[key]


@pytest.mark.parametrize(
    ("change", "key", "reason"),
    [
        ({"unit": "people"}, "unit", "must be one of person"),
        ({"kind": "rate"}, "kind", "must be one of stock, flow"),
        ({"label": "IDPs"}, "label", "one text in en and one in fr"),
        ({"label": {"en": "IDPs", "fr": ""}}, "label", "one text in en and one in fr"),
        ({"value": "idp_individuals * 2"}, "value", "none of sum, count, ratio"),
        ({"value": {"median": "idp_individuals"}}, "value", "none of sum"),
        ({"value": {"sum": "idps"}}, "value.sum", "no concept idps"),
        ({"value": {"sum": []}}, "value.sum", "names no concept"),
        ({"value": {"sum": "site_name"}}, "value.sum", "site_name is not a number"),
        ({"value": {"sum": "idp_individuals", "where": {}}}, "value.where", "maps no concept"),
        (
            {"value": {"sum": "idp_individuals", "where": {"site_name": ["x"]}}},
            "value.where.site_name",
            "no code list",
        ),
        (
            {"value": {"sum": "idp_individuals", "where": {"need_wash": ["bad"]}}},
            "value.where.need_wash",
            "bad",
        ),
        (
            {"value": {"sum": "idp_individuals", "where": {"need_wash": "critical"}}},
            "value.where.need_wash",
            "a list",
        ),
        (
            {"value": {"sum": "idp_individuals", "where": {"priority_needs": {"sector": "x"}}}},
            "value.where.priority_needs",
            "no code of that sector",
        ),
        ({"value": {"count": "sites", "where": {"access": ["no"]}}}, "value", "none of sum"),
        (
            {
                "value": {
                    "ratio": {
                        "numerator": {"count": "places"},
                        "denominator": {"sum": "idp_households"},
                    }
                }
            },
            "value.ratio.numerator",
            "a sum is expected",
        ),
        (
            {"add": {"places": "none", "time": "latest"}},
            "add.places",
            "an average, and nothing else",
        ),
        ({"add": {"places": "sum", "time": "sum"}}, "add.time", "a flow is summed over time"),
        (
            {"add": {"places": "mean", "time": "latest"}},
            "add.places",
            "must be one of sum, max, none",
        ),
        ({"add": "sum"}, "add", "keys with values"),
        ({"disaggregations": ["site_name"]}, "disaggregations", "not a concept with codes"),
        (
            {"disaggregations": [{"by": "sex+age", "parts": {"f": "idp_females"}}]},
            "disaggregations.sex+age",
            "not one code a dimension",
        ),
        ({"suppression": {"under": 5}}, "suppression", "neither empty nor below"),
        ({"suppression": {"below": 0}}, "suppression", "neither empty nor below"),
        ({"examples": []}, "examples", "at least one"),
        (
            {"examples": [{"note": {"en": "a", "fr": "b"}, "rows": []}]},
            "examples.expect",
            "names no figure",
        ),
        ({"weight": 2}, "weight", "no such key"),
    ],
)
def test_indicator_file_that_breaks_the_schema_says_where_and_why(
    change: dict[str, Any], key: str, reason: str
) -> None:
    with pytest.raises(IndicatorInvalid) as problem:
        read_indicator({**_raw(), **change}, file="indicators/x.yaml")

    assert problem.value.details["key"] == key
    assert reason in str(problem.value)
    assert problem.value.where.file == "indicators/x.yaml"


@pytest.mark.parametrize(
    "key", ["id", "label", "definition", "unit", "kind", "value", "add", "source", "review"]
)
def test_indicator_file_without_a_key_says_which(key: str) -> None:
    raw = _raw()
    _without(raw, key)
    with pytest.raises(IndicatorInvalid, match=f"at {key}, the key is missing"):
        read_indicator(raw)


def test_indicator_file_that_is_no_mapping_is_refused() -> None:
    with pytest.raises(IndicatorInvalid, match="keys with values"):
        read_indicator(["idp_individuals"])


def test_everything_countable_that_a_form_asks_is_counted_or_has_a_reason_not_to() -> None:
    asked = {
        question.concept
        for form in catalogue_forms()
        for question in read_form(convert(form.path).xml).questions
        if question.concept and question.concept in concepts()
    }
    countable = {name for name in asked if _countable(name)}
    counted = {name for one in EVERY for name in _read(one)}

    assert countable - counted - set(uncounted()) == set()
    assert set(uncounted()) & counted == set()
    assert set(uncounted()) <= countable


def _countable(name: str) -> bool:
    concept = concepts()[name]
    closed = concept.sharing in {Sharing.SENSITIVE, Sharing.PERSONAL}
    told = concept.kind in {Kind.COUNT, Kind.NUMBER} or concept.codes is not None
    return told and not closed


def _read(one: Indicator) -> Iterator[str]:
    yield from one.concepts
    for cut in one.disaggregations:
        yield cut.name
        for _, part in cut.parts:
            yield from part.concepts


@pytest.mark.parametrize("form", catalogue_forms(), ids=lambda each: each.form_id)
def test_every_form_is_known_by_what_its_rows_are(form: CatalogueForm) -> None:
    questions = read_form(convert(form.path).xml).questions
    named = {
        "flow_registry": Record.MOVEMENT,
        "event_tracking": Record.MOVEMENT,
        "transhumance_count": Record.MOVEMENT,
        "transhumance_alert": Record.MOVEMENT,
        "household_registration": Record.HOUSEHOLD,
        "return_intention": Record.INTERVIEW,
        "return_area_needs": Record.INTERVIEW,
        "border_perception": Record.INTERVIEW,
        "flow_survey": Record.INTERVIEW,
        "post_distribution_monitoring": Record.INTERVIEW,
        "intervention_report": Record.ACTIVITY,
        "distribution": Record.ACTIVITY,
        "complaints_feedback": Record.ACTIVITY,
        "referral": Record.ACTIVITY,
        "individual_registration": Record.PERSON,
    }
    asked = {question.concept for question in questions if question.concept}
    assert record_of(asked) is named.get(form.form_id, Record.PLACE)
