"""What the form of one person counts by itself: bands and marks of 0 and 1, unknown where the person said nothing."""

import random
from collections.abc import Mapping
from datetime import date
from functools import cache

import pytest
from tests.workshop.forms.lists import files

from opendtm.forms import catalogue_form, convert, read_submission, to_observation
from opendtm.forms.filling import Filler

BANDS = [f"persons_{sex}_{band}" for sex in "fm" for band in ("0_4", "5_17", "18_59", "60_plus")]
ABLE = {
    f"/needs/difficulty_{what}": "no_difficulty"
    for what in ("seeing", "hearing", "walking", "remembering", "selfcare", "communicating")
}


@cache
def filler() -> Filler:
    """Make the filler of the form once."""
    path = catalogue_form("individual_registration").path
    return Filler(convert(path).xml, files=files(), today=date(2026, 11, 25))


def observed(answers: Mapping[str, str]) -> Mapping[str, object]:
    """Fill the form in with some answers, all others by chance, and read what it counts."""
    said = {"/consent": "yes", "/person/birth_known": "no", **answers}
    filled = filler().fill(random.Random(7), answers=said)
    return to_observation(read_submission(filled.xml, filler().definition), filler().definition)


@pytest.mark.parametrize(
    ("sex", "age", "band"),
    [
        ("female", 0, "persons_f_0_4"),
        ("female", 4, "persons_f_0_4"),
        ("female", 5, "persons_f_5_17"),
        ("male", 17, "persons_m_5_17"),
        ("male", 18, "persons_m_18_59"),
        ("female", 59, "persons_f_18_59"),
        ("male", 60, "persons_m_60_plus"),
        ("pnta", 30, None),
    ],
)
def test_person_stands_in_one_band_of_sex_and_age(sex: str, age: int, band: str | None) -> None:
    told = observed({"/person/sex": sex, "/person/age_said": str(age)})
    assert told["persons_registered"] == 1
    assert {name for name in BANDS if told[name] == 1} == ({band} if band else set())
    assert {told[name] for name in BANDS} <= {0, 1}


@pytest.mark.parametrize(
    ("needs", "document", "expected"),
    [
        ({"vulnerability": "none"}, "passport", (0, 0, 0)),
        ({"vulnerability": "chronic_illness single_parent"}, "none", (1, 0, 1)),
        ({"vulnerability": "dnk"}, "dnk", (None, 0, None)),
        ({"vulnerability": "pnta", "difficulty_walking": "cannot"}, "pnta", (None, 1, None)),
    ],
)
def test_needs_and_papers_are_marks_that_may_be_unknown(
    needs: Mapping[str, str], document: str, expected: tuple[int | None, ...]
) -> None:
    answers = ABLE | {f"/needs/{name}": code for name, code in needs.items()}
    person = {"/person/sex": "female", "/person/age_said": "40", "/person/document": document}
    told = observed(answers | person)
    names = ("persons_vulnerable", "persons_disabled", "persons_undocumented")
    assert tuple(told.get(name) for name in names) == expected


def test_small_child_is_asked_for_no_disability() -> None:
    told = observed({"/person/sex": "male", "/person/age_said": "3"})
    assert told.get("persons_disabled") is None


def test_who_refuses_is_counted_nowhere() -> None:
    told = observed({"/consent": "no"})
    assert not [name for name in told if name.startswith("persons_") and told[name] is not None]
