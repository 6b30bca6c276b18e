"""Every form of the catalogue filled in by the program: valid, read back the same, an observation, all branches."""

import random
import re
from collections import Counter
from datetime import date
from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.workshop.forms.lists import files

from opendtm.forms import (
    catalogue_form,
    catalogue_forms,
    convert,
    observation_findings,
    observations_table,
    read_submission,
    to_observation,
)
from opendtm.forms.filling import Filled, Filler
from opendtm.records import AnswerState

IDS = [form.form_id for form in catalogue_forms()]
TODAY = date(2026, 11, 25)
MOST_FILLINGS = 400
EVERY = pytest.mark.parametrize("form_id", IDS)


@cache
def filler(form_id: str) -> Filler:
    """Make the filler of a form once."""
    return Filler(convert(catalogue_form(form_id).path).xml, files=files(), today=TODAY)


def missing(made: Filler, filled: list[Filled]) -> set[str]:
    """Name questions that were never put, and conditions that were never true or never false."""
    asked = set().union(*(one.asked for one in filled))
    seen = set().union(*(one.relevance for one in filled))
    places = made.blank.places.values()
    never = {place.path for place in places if place.is_asked and place.path not in asked}
    conditions = [place.path for place in places if place.relevant is not None]
    return never | {
        f"{path}: never {way}"
        for path in conditions
        for way in (True, False)
        if (path, way) not in seen
    }


@EVERY
@settings(
    max_examples=10,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)
@given(chance=st.randoms(use_true_random=False))
def test_filled_form_is_read_back_and_becomes_an_observation(
    form_id: str, chance: random.Random
) -> None:
    made = filler(form_id)
    filled = made.fill(chance)

    reading = read_submission(filled.xml, made.definition)

    answered = {
        answer.path: answer.value
        for answer in reading.answers
        if answer.state is not AnswerState.NOT_ASKED and not answer.path.startswith("/meta")
    }
    notes = {question.path for question in made.definition.questions if question.type == "note"}
    assert answered == {
        path: value
        for path, value in filled.values.items()
        if re.sub(r"\[\d+\]", "", path) not in notes
    }
    assert reading.findings == ()
    assert reading.unexpected == ()
    assert observation_findings(reading, made.definition) == ()
    values = to_observation(reading, made.definition)
    table = observations_table([(str(reading.instance_id), values)])
    row = table.to_pylist()[0]
    for name, value in values.items():
        kept = tuple(row[name]) if isinstance(row[name], list) else row[name]
        assert kept == value, name


@EVERY
def test_every_question_and_every_branch_is_reached(form_id: str) -> None:
    made, chance, tally = filler(form_id), random.Random(form_id), Counter()
    filled: list[Filled] = []
    while len(filled) < MOST_FILLINGS:
        filled.append(made.fill(chance, tally=tally))
        if len(filled) % 20 == 0 and not missing(made, filled):
            break

    assert missing(made, filled) == set()
