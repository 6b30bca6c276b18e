"""From answers to the observations table: kinds, points, doubts, and nothing personal."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from opendtm.forms import (
    SubmissionReading,
    observation_findings,
    observations_table,
    to_observation,
)
from opendtm.forms.observation import of_kind
from opendtm.records import Answer, AnswerState
from opendtm.records.answers import GeoPoint
from opendtm.vocab import Kind


def reading(*answers: Answer) -> SubmissionReading:
    return SubmissionReading("f", "1", "uuid:1", None, answers, ())


def answer(concept: str, value: object, state: AnswerState = AnswerState.ANSWERED) -> Answer:
    return Answer(f"/{concept}", value, state, concept)  # type: ignore[arg-type]


def test_values_have_the_kinds_of_their_concepts() -> None:
    found = to_observation(
        reading(
            answer("idp_individuals", 12),
            answer("idp_females", "7"),
            answer("assessment_date", datetime(2026, 11, 21, 23, tzinfo=UTC)),
            answer("priority_needs", ("food", "cash")),
            answer("site_id", 42),
            answer("need_wash", "critical"),
        )
    )

    assert found == {
        "idp_individuals": 12.0,
        "idp_females": 7.0,
        "assessment_date": date(2026, 11, 21),
        "priority_needs": ("food", "cash"),
        "site_id": "42",
        "need_wash": "critical",
    }


@pytest.mark.parametrize("name", ["latitude", "longitude"])
def test_point_of_either_concept_gives_both(name: str) -> None:
    assert to_observation(reading(answer(name, GeoPoint(4.5, 18.25)))) == {
        "latitude": 4.5,
        "longitude": 18.25,
    }


def test_two_numbers_give_their_own_degree() -> None:
    found = to_observation(reading(answer("latitude", 4.5), answer("longitude", 18.25)))

    assert found == {"latitude": 4.5, "longitude": 18.25}


def test_missing_is_none_and_not_asked_is_absent() -> None:
    found = to_observation(
        reading(
            answer("idp_individuals", None, AnswerState.MISSING),
            answer("host_individuals", None, AnswerState.NOT_ASKED),
        )
    )

    assert found == {"idp_individuals": None}


def test_zero_stays_zero() -> None:
    assert to_observation(reading(answer("idp_individuals", 0))) == {"idp_individuals": 0.0}


def test_personal_answers_never_come_along() -> None:
    found = reading(answer("contact_name", "somebody"), answer("contact_phone", "123"))

    assert to_observation(found) == {}
    assert observations_table(
        [("uuid:1", {"contact_phone": "123", "idp_individuals": 1})]
    ).column_names == [
        "_source",
        "idp_individuals",
    ]


def test_unknown_concept_is_left_out() -> None:
    assert to_observation(reading(answer("favourite_colour", "blue"), Answer("/x", 3))) == {}


def test_same_answer_twice_is_used() -> None:
    found = reading(answer("idp_individuals", 5), answer("idp_individuals", 5))

    assert to_observation(found) == {"idp_individuals": 5.0}
    assert observation_findings(found) == ()


def passes(concept: str, *values: object) -> SubmissionReading:
    """Make a reading in which a repeat was gone through, once for each value."""
    return reading(
        *(
            Answer(f"/group[{place}]/{concept}", value, AnswerState.ANSWERED, concept)  # type: ignore[arg-type]
            for place, value in enumerate(values, start=1)
        )
    )


@pytest.mark.parametrize(
    ("concept", "values", "expected"),
    [
        ("idp_individuals", (5, 6), 11.0),
        ("idp_individuals", (5, 5), 10.0),
        ("idp_individuals", (5, None), None),
        ("idp_individuals", (None, None), None),
        ("priority_needs", (("food", "cash"), ("cash",)), ("food", "cash")),
        ("priority_needs", ("food", None, "shelter"), ("food", "shelter")),
        ("priority_needs", (None,), None),
    ],
)
def test_counts_of_a_repeat_add_up_and_its_codes_gather(
    concept: str, values: tuple[object, ...], expected: object
) -> None:
    found = passes(concept, *values)

    assert to_observation(found) == {concept: expected}
    assert observation_findings(found) == ()


def test_single_codes_of_a_repeat_that_differ_stay_with_their_passes() -> None:
    found = passes("access", "yes", "no")

    assert to_observation(found) == {"access": None}
    assert observation_findings(found) == ()


def test_single_codes_of_a_repeat_that_agree_hold_for_the_visit() -> None:
    assert to_observation(passes("access", "yes", "yes")) == {"access": "yes"}


def test_sum_of_a_repeat_that_differs_from_the_total_is_told() -> None:
    answers = (*passes("idp_individuals", 5, 6).answers, answer("idp_individuals", 12))

    (finding,) = observation_findings(reading(*answers))

    assert finding.check == "concept_answered_twice"


def test_different_answers_to_one_concept_are_unknown_and_told() -> None:
    found = reading(answer("idp_individuals", 5), answer("idp_individuals", 6))

    assert to_observation(found) == {"idp_individuals": None}
    (finding,) = observation_findings(found)
    assert (finding.check, finding.concept, finding.source) == (
        "concept_answered_twice",
        "idp_individuals",
        "uuid:1",
    )
    assert "PDI : individus" in finding.message.text("fr")


def test_asked_in_one_place_and_answered_in_another_is_used() -> None:
    found = reading(answer("idp_females", None, AnswerState.MISSING), answer("idp_females", 4))

    assert to_observation(found) == {"idp_females": 4.0}


def test_table_has_the_schema_of_observations() -> None:
    table = observations_table(
        [
            ("uuid:1", {"priority_needs": ("food",), "idp_individuals": 5, "site_id": "A"}),
            ("uuid:2", {"assessment_date": date(2026, 11, 21), "idp_individuals": None}),
        ]
    )

    assert table.column_names == [
        "_source",
        "assessment_date",
        "site_id",
        "idp_individuals",
        "priority_needs",
    ]
    assert table.schema.field("idp_individuals").type == pa.float64()
    assert table.schema.field("priority_needs").type == pa.list_(pa.string())
    assert table.to_pylist() == [
        {
            "_source": "uuid:1",
            "assessment_date": None,
            "site_id": "A",
            "idp_individuals": 5.0,
            "priority_needs": ["food"],
        },
        {
            "_source": "uuid:2",
            "assessment_date": date(2026, 11, 21),
            "site_id": None,
            "idp_individuals": None,
            "priority_needs": None,
        },
    ]


def test_table_of_nothing_has_the_source_column() -> None:
    table = observations_table([])

    assert (table.num_rows, table.column_names) == (0, ["_source"])


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("twelve", Kind.COUNT, None),
        ("12.5", Kind.COUNT, 12.5),
        (True, Kind.COUNT, None),
        (float("inf"), Kind.NUMBER, None),
        ("2026-11-21T08:00:00Z", Kind.DATE, date(2026, 11, 21)),
        ("soon", Kind.DATE, None),
        ("food cash", Kind.CODES, ("food", "cash")),
        ("", Kind.TEXT, None),
        ("  ", Kind.TEXT, None),
        (("a", "b"), Kind.TEXT, "a b"),
        (date(2026, 11, 21), Kind.TEXT, "2026-11-21"),
    ],
)
def test_value_that_is_not_of_the_kind_is_unknown(
    value: object, kind: Kind, expected: object
) -> None:
    assert of_kind(value, kind) == expected
