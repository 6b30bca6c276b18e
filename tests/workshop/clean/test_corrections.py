"""Corrections: a new record beside the old one, the latest decision wins, and only values that fit."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendtm.clean import apply_corrections
from opendtm.errors.clean import CorrectionOfUnknown, CorrectionUnfit
from opendtm.records import Correction

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def correction(concept: str, new: object, *, minutes: int = 0) -> Correction:
    return Correction(
        "uuid:1",
        concept,
        None,
        new,
        "asked the facilitator",
        "im",
        NOON + timedelta(minutes=minutes),
    )


def test_record_itself_stays_as_it_is() -> None:
    values = {"idp_individuals": 5.0, "site_id": "A"}

    corrected = apply_corrections(values, [correction("idp_individuals", 50)])

    assert corrected == {"idp_individuals": 50.0, "site_id": "A"}
    assert values["idp_individuals"] == 5.0


def test_later_decision_wins_whatever_the_order() -> None:
    decisions = [correction("idp_individuals", 7, minutes=5), correction("idp_individuals", 6)]

    assert apply_corrections({}, decisions) == {"idp_individuals": 7.0}


@pytest.mark.parametrize("blank", [None, ""])
def test_blank_makes_the_answer_unknown(blank: object) -> None:
    assert apply_corrections({"idp_individuals": 5.0}, [correction("idp_individuals", blank)]) == {
        "idp_individuals": None
    }


@pytest.mark.parametrize(
    ("concept", "text", "value"),
    [
        ("idp_individuals", "1200", 1200.0),
        ("idp_individuals", "0", 0.0),
        ("assessment_date", "2026-11-20", date(2026, 11, 20)),
        ("priority_needs", "food cash", ("food", "cash")),
        ("priority_needs", ["food"], ("food",)),
        ("site_id", "XX-002", "XX-002"),
    ],
)
def test_text_becomes_what_the_concept_wants(concept: str, text: object, value: object) -> None:
    assert apply_corrections({}, [correction(concept, text)]) == {concept: value}


def test_value_that_does_not_fit_is_refused() -> None:
    with pytest.raises(
        CorrectionUnfit, match="“many” cannot be the value of “IDP individuals”"
    ) as caught:
        apply_corrections({}, [correction("idp_individuals", "many")])

    assert "PDI : individus" in caught.value.text("fr")
    assert caught.value.remedy_text("fr").startswith("Donnez")


def test_correction_of_an_unknown_concept_is_refused() -> None:
    with pytest.raises(CorrectionOfUnknown, match="favourite_colour"):
        apply_corrections({}, [correction("favourite_colour", "blue")])


def test_no_corrections_give_an_equal_record() -> None:
    values = {"idp_individuals": None, "need_wash": "some"}

    assert apply_corrections(values, []) == values


@given(
    st.lists(
        st.tuples(st.sampled_from(["idp_individuals", "host_individuals"]), st.integers(0, 10**6)),
        max_size=8,
    )
)
def test_applying_the_same_corrections_again_changes_nothing(pairs: list[tuple[str, int]]) -> None:
    decisions = [
        correction(name, value, minutes=place) for place, (name, value) in enumerate(pairs)
    ]
    once = apply_corrections({"site_id": "A"}, decisions)

    assert apply_corrections(once, decisions) == once
    assert all(once[name] == float(value) for name, value in dict(pairs).items())
