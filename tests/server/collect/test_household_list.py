"""From registration to distribution: a registered household stands on the list that the distribution chooses from."""

import uuid

import pytest
from django.contrib.auth.models import User

from opendtm.forms import catalogue_form
from opendtm_server.collect import actions, store
from opendtm_server.collect.errors import PersonalColumn
from opendtm_server.collect.models import Entity, FormVersion
from opendtm_server.collect.parcel import KeptFile, Parcel
from opendtm_server.govern.models import Operation

pytestmark = pytest.mark.django_db(transaction=True)
KEY = str(uuid.UUID(int=7))
REGISTERED = f"""<data id="household_registration" version="VERSION"><consent>yes</consent>
<registration><registration_kind>new</registration_kind><adm1_code>TL1</adm1_code><adm2_code>TL101</adm2_code>
<site_id>S1</site_id><card_typed>C-0042</card_typed><card_number>C-0042</card_number></registration>
<member><member_name>Somebody</member_name><member_sex>female</member_sex><member_age>40</member_age></member>
<household_members>1</household_members>
<meta><instanceID>uuid:{KEY}</instanceID>
<entity dataset="households" id="{KEY}" create="1"><label>C-0042 (1)</label></entity></meta></data>"""


def publish(operation: Operation, manager: User, form_id: str) -> FormVersion:
    return actions.publish_form(
        operation=operation, source=catalogue_form(form_id).path, by=manager
    )


def test_registration_is_published_only_beside_a_list_for_personal_data(
    operation: Operation, manager: User
) -> None:
    with pytest.raises(PersonalColumn):
        publish(operation, manager, "household_registration")


def test_registered_household_stands_on_the_list_of_the_distribution(
    operation: Operation, manager: User, facilitator: User
) -> None:
    made = actions.create_list(operation=operation, name="households", personal=True, by=manager)
    version = publish(operation, manager, "household_registration")
    distribution = publish(operation, manager, "distribution")
    device = actions.add_device(operation=operation, user=facilitator, by=manager).device
    body = REGISTERED.replace("VERSION", version.version).encode()
    kept = KeptFile("submission.xml", store.keep(operation.code, [body]), len(body))

    actions.receive_submission(device=device, parcel=Parcel(kept))

    entity = Entity.objects.get(key=KEY)
    assert entity.entity_list == made
    assert entity.label == "C-0042 (1)"
    assert entity.values == {
        "adm1": "TL1",
        "adm2": "TL101",
        "site": "S1",
        "card": "C-0042",
        "members": "1",
    }
    assert b"households.csv" in bytes(distribution.xform)
    assert b"Somebody" not in str(entity.values).encode()
