"""Every form of the catalogue through the house: published, listed to a phone, filled, sent, kept, observed."""

import random
from datetime import date

import pytest
from django.contrib.auth.models import User
from tests.server.phone import Phone
from tests.workshop.forms.lists import files

from opendtm.forms import catalogue_form, catalogue_forms, read_submission, to_observation
from opendtm.forms.filling import Filled, Filler
from opendtm_server.collect import actions
from opendtm_server.collect.models import FormVersion, Submission
from opendtm_server.govern.models import Operation
from opendtm_server.places.models import Site
from opendtm_server.verify import queries as verify

DAY = date(2026, 1, 6)
AGREED = {"consent": "yes", "access": "yes", "assessment_date": DAY.isoformat(), "site_id": "S1"}
IDS = [form.form_id for form in catalogue_forms()]

pytestmark = pytest.mark.django_db(transaction=True)


def fill(version: FormVersion) -> tuple[Filler, Filled]:
    """Fill a published form in as somebody who agrees, on the day of the tests."""
    filler = Filler(bytes(version.xform), files=files(), today=DAY)
    answers = {
        question.path: text
        for concept, text in AGREED.items()
        for question in filler.definition.measuring(concept)
    }
    return filler, filler.fill(random.Random(version.form.form_id), answers=answers)


@pytest.mark.parametrize("form_id", IDS)
def test_catalogue_form_goes_through_the_house(
    form_id: str, operation: Operation, manager: User, site: Site, phone: Phone
) -> None:
    actions.create_list(operation=operation, name="households", personal=True, by=manager)
    version = actions.publish_form(
        operation=operation, source=catalogue_form(form_id).path, by=manager
    )
    week = actions.open_round(
        form=version.form, starts_on=date(2026, 1, 5), ends_on=date(2026, 1, 11), by=manager
    )
    listed = phone.ask("GET", "/formList").text
    filler, filled = fill(version)

    reply = phone.send(filled.xml)

    assert form_id in listed
    assert reply.status == 201, reply.text
    expected = to_observation(read_submission(filled.xml, filler.definition), filler.definition)
    stored = Submission.objects.get(form_version=version)
    assert verify.corrected_values(stored) == expected
    if filler.definition.measuring("assessment_date"):
        (row,) = verify.approved_observations(week, provisional=True).to_pylist()
        assert row["_source"] == stored.instance_id
        for name, value in expected.items():
            assert (tuple(row[name]) if isinstance(row[name], list) else row[name]) == value, name
