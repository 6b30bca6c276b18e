"""The flow registry is fast: the page of the next group opens with what was said of the last one."""

from datetime import date

import pytest
from tests.workshop.forms.lists import files

from opendtm.forms import FormDefinition, catalogue_form, convert, read_form
from opendtm.forms.filling.blank import BlankForm
from opendtm.forms.filling.session import Session

GROUP = "/groups/travel_group"
KEPT = ("flow_directions", "flow_nationalities", "flow_departures", "flow_destinations")
KEPT = (*KEPT, "flow_transport", "flow_reasons")


@pytest.fixture(scope="module")
def xml() -> bytes:
    """Give the form as phones get it."""
    return convert(catalogue_form("flow_registry").path).xml


@pytest.fixture(scope="module")
def form(xml: bytes) -> FormDefinition:
    """Give the form as the house reads it."""
    return read_form(xml)


def test_next_group_opens_with_the_answers_of_the_last_but_not_its_size(xml: bytes) -> None:
    session = Session(BlankForm(xml, files()), date(2026, 11, 25))
    place = session.form.places[GROUP]
    session.answer(session.top.named("consent")[0], "yes")
    (groups,) = session.top.named("groups")
    first = session.open_pass(place, groups)
    for name in (*KEPT, "flow_individuals"):
        session.answer(first.named(name)[0], f"answer to {name}")

    second = session.open_pass(place, groups)

    assert [second.named(name)[0].text for name in KEPT] == [f"answer to {name}" for name in KEPT]
    assert second.named("flow_individuals")[0].text == ""
    assert [first.named(name)[0].text for name in KEPT] == [f"answer to {name}" for name in KEPT]


def test_page_of_a_group_has_few_questions_and_details_are_behind_one(
    form: FormDefinition,
) -> None:
    inside = [question for question in form.questions if question.repeats and question.labels]
    details = [question for question in inside if "/details/" in question.path]

    assert len(inside) - len(details) == 8
    assert all(not question.required or question.choices for question in details)


def test_totals_of_the_day_are_counted(form: FormDefinition) -> None:
    wanted = {"flow_individuals", "flow_in_individuals", "flow_out_individuals"}

    assert wanted <= {question.concept for question in form.questions}
