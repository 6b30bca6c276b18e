"""Several informants in one submission: one number, its range, whether they agree, and nobody named.

1. Numbers of informants do not add up: their credibility-weighted median stands for them.
2. The range and the agreement are kept, and the method says how the number came about.
3. A number that the submission itself gives stands; one informant gives the number alone.
4. An informant who does not know is left out; where nobody knows, the number is unknown.
"""

from collections.abc import Callable
from functools import cache
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opendtm.forms import (
    FormDefinition,
    SubmissionReading,
    catalogue_form,
    convert,
    informants_in,
    observation_findings,
    read_form,
    read_submission,
    to_observation,
    write_submission,
)
from opendtm.forms.informants import Informant, ranges, together
from opendtm.records import Answer
from opendtm.records.answers import Value
from opendtm.vocab import Sharing, concepts

FORM = """
    | survey |
    | | type | name | label | opendtm::concept |
    | | integer | idps | IDPs | idp_individuals |
    | | integer | informants | Informants | informants |
    | | select_one answer | match | Do they agree? | kis_match |
    | | begin_repeat | ki | Informant | |
    | | text | name | Name | person_name |
    | | text | role | Role | informant_type |
    | | select_one answer | list | List | ki_has_list |
    | | select_one answer | seen | Seen | kis_match_observation |
    | | integer | ki_idps | IDPs | idp_individuals |
    | | integer | ki_hosts | Hosts | host_individuals |
    | | end_repeat | | | |
    | | begin_repeat | group | Group | |
    | | integer | came | Arrivals | arrivals_individuals |
    | | end_repeat | | | |
    | choices |
    | | list_name | name | label |
    | | answer | yes | Yes |
    | | answer | no | No |
    | settings |
    | | form_id | version |
    | | several | 1 |
"""
Said = dict[str, Value]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., SubmissionReading]:
    """Give a function that fills the form in with what each informant says, and reads it back."""
    path = tmp_path_factory.mktemp("form") / "several.md"
    path.write_text(dedent(FORM).strip() + "\n", encoding="utf-8")
    form = read_form(convert(path).xml)

    def filled(*said: Said, **beside: Value) -> SubmissionReading:
        values: Said = {f"/{name}": value for name, value in beside.items()}
        for number, one in enumerate(said, start=1):
            told = {"role": "site_manager", "name": "Canary"} | one
            values |= {f"/ki[{number}]/{name}": value for name, value in told.items()}
        return read_submission(write_submission(form, values, instance_id="uuid:1"), form)

    return filled


def test_numbers_of_three_informants_give_their_median_and_range(
    read: Callable[..., SubmissionReading],
) -> None:
    found = to_observation(read({"ki_idps": 100}, {"ki_idps": 126}, {"ki_idps": 110}))
    assert found["idp_individuals"] == 110
    assert (found["idp_individuals_lowest"], found["idp_individuals_highest"]) == (100, 126)
    assert (found["informants"], found["method"], found["kis_match"]) == (
        3,
        "informants_median",
        "yes",
    )


def test_answers_weigh_by_lists_and_by_what_was_seen(
    read: Callable[..., SubmissionReading],
) -> None:
    listed = read({"ki_idps": 100}, {"ki_idps": 120}, {"ki_idps": 300, "list": "yes"})
    assert to_observation(listed)["idp_individuals"] == 210  # 2 of 4 lie at or below 120
    doubted = read({"ki_idps": 100, "seen": "no"}, {"ki_idps": 120})
    assert to_observation(doubted)["idp_individuals"] == 120
    assert [each.weight for each in informants_in(doubted)] == [0.5, 1]


def test_informants_who_differ_by_more_than_three_tenths_do_not_agree(
    read: Callable[..., SubmissionReading],
) -> None:
    limits = {130: "yes", 131: "no"}
    for highest, said in limits.items():
        found = to_observation(read({"ki_idps": 100}, {"ki_idps": highest}, match="yes"))
        assert found["kis_match"] == said
    assert to_observation(read({"ki_idps": 0}, {"ki_idps": 5}))["kis_match"] == "no"
    assert to_observation(read({"ki_idps": 0}, {"ki_idps": 0}))["kis_match"] == "yes"


def test_agreement_is_that_of_the_number_on_which_they_agree_least(
    read: Callable[..., SubmissionReading],
) -> None:
    said = {"ki_idps": 100, "ki_hosts": 1000}, {"ki_idps": 100, "ki_hosts": 2000}
    found = to_observation(read(*said))
    assert (found["idp_individuals"], found["host_individuals"]) == (100, 1500)
    assert found["kis_match"] == "no"
    assert not {"host_individuals_lowest"} & found.keys()  # kept for the numbers of the dictionary


def test_who_does_not_know_is_left_out_and_nobody_knowing_is_unknown(
    read: Callable[..., SubmissionReading],
) -> None:
    one = to_observation(read({"ki_idps": 90}, {"ki_idps": None, "ki_hosts": 4}))
    assert (one["idp_individuals"], one["method"], one["informants"]) == (90, "key_informant", 2)
    assert "kis_match" not in one or one["kis_match"] is None
    none = to_observation(read({"ki_idps": None}, {"ki_idps": None}))
    assert none["idp_individuals"] is None
    assert none.get("method") is None


def test_number_of_the_submission_itself_stands(read: Callable[..., SubmissionReading]) -> None:
    found = to_observation(read({"ki_idps": 90}, {"ki_idps": 95}, idps=80, informants=7))
    assert (found["idp_individuals"], found["informants"]) == (80, 7)
    assert found.get("method") is None
    assert (found["idp_individuals_lowest"], found["idp_individuals_highest"]) == (90, 95)


def test_informants_never_answer_one_concept_twice_and_are_never_named(
    read: Callable[..., SubmissionReading],
) -> None:
    said = read({"ki_idps": 90, "list": "yes"}, {"ki_idps": 200, "list": "no"}, idps=80)
    assert observation_findings(said) == ()
    assert not {"Canary", "person_name"} & {str(one) for one in to_observation(said).items()}
    assert "Canary" not in repr(informants_in(said))
    assert "site_manager" not in repr(informants_in(said))


def test_repeat_that_asks_no_informant_still_adds_up() -> None:
    rows = (
        Answer(f"/group[{number}]/came", 4, concept="arrivals_individuals") for number in (1, 2)
    )
    found = SubmissionReading("f", "1", "uuid:1", None, tuple(rows), ())
    assert to_observation(found) == {"arrivals_individuals": 8}
    assert informants_in(found) == ()


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.sampled_from([0.5, 1.0, 2.0]), st.integers(0, 10**6)), min_size=1, max_size=6
    )
)
def test_figure_lies_within_the_range_whatever_is_said(said: list[tuple[float, int]]) -> None:
    asked = [Informant(weight, {"idp_individuals": float(value)}) for weight, value in said]
    found = together(asked, {})
    value = found["idp_individuals"]
    assert isinstance(value, float)
    lowest, highest = min(v for _, v in said), max(v for _, v in said)
    assert lowest <= value <= highest
    if len(said) > 1:
        assert (found["idp_individuals_lowest"], found["idp_individuals_highest"]) == (
            lowest,
            highest,
        )
    assert together(list(reversed(asked)), {}) == found


def test_range_is_kept_from_the_public() -> None:
    assert len(ranges()) == 8
    assert {concepts()[name].sharing for name in ranges()} == {Sharing.RESTRICTED}


@cache
def assessment() -> FormDefinition:
    """Convert the site and location assessment once."""
    return read_form(convert(catalogue_form("site_assessment").path).xml)


def test_site_assessment_asks_informants_one_by_one() -> None:
    form = assessment()
    asked = {one.concept for one in form.questions if one.repeats == ("/ki",)}
    assert {"informant_type", "idp_individuals", "idp_households", "returnee_individuals"} <= asked
    values: Said = {"/displaced/idps_present": "yes"}
    for number, persons in enumerate((40, 52), start=1):
        values[f"/ki[{number}]/ki_role"] = "community_leader"
        values[f"/ki[{number}]/ki_idp_individuals"] = persons
    found = to_observation(
        read_submission(write_submission(form, values, instance_id="uuid:2"), form)
    )
    assert (found["idp_individuals"], found["method"]) == (46, "informants_median")


def test_site_assessment_with_one_number_says_what_it_said() -> None:
    form = assessment()
    values: Said = {
        "/source/separate_informants": "no",
        "/source/method": "head_count",
        "/source/informants": 2,
        "/source/kis_match": "yes",
        "/displaced/idp_individuals": 52,
    }
    found = to_observation(
        read_submission(write_submission(form, values, instance_id="uuid:3"), form)
    )
    told = {name: value for name, value in found.items() if value is not None}
    assert told == {
        "method": "head_count",
        "informants": 2,
        "kis_match": "yes",
        "idp_individuals": 52,
    }
