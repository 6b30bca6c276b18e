"""Changes to entities that phones send: applied, merged, held, in conflict, repeated - and never lost."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.contrib.auth.models import User
from tests.server.collect.entity_forms import households_form, told

from opendtm_server.collect import actions, store
from opendtm_server.collect.actions.entity_work import work_entities
from opendtm_server.collect.errors import NotToDecide, ReasonMissing
from opendtm_server.collect.models import (
    Device,
    Entity,
    EntityChange,
    EntityList,
    EntityTask,
    FormVersion,
    Submission,
)
from opendtm_server.collect.parcel import KeptFile, Parcel
from opendtm_server.govern.models import AuditEvent, Operation

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "24b47424-ccf8-4f4b-b4cd-34ff5c71eddd"
Send = Callable[..., EntityChange]
BRANCH, OTHER = "b-1", "b-2"


@pytest.fixture
def form(operation: Operation, manager: User) -> FormVersion:
    """Give the published form of households."""
    return actions.publish_xform(
        operation=operation, xform=households_form(), identity=("households", "1", "H"), by=manager
    )


@pytest.fixture
def phone_row(form: FormVersion, facilitator: User, manager: User) -> Device:
    """Give a phone's row."""
    return actions.add_device(operation=form.form.operation, user=facilitator, by=manager).device


@pytest.fixture
def send(phone_row: Device) -> Send:
    """Give a sender of one change; it returns what became of it."""

    def sent(key: str, values: Mapping[str, str], **facts: Any) -> EntityChange:
        submission = take(phone_row, told(key, values, **facts))
        return EntityChange.objects.get(submission=submission)

    return sent


def take(device: Device, body: bytes) -> Submission:
    """Take one filled form as the intake does."""
    kept = KeptFile("submission.xml", store.keep(device.operation.code, [body]), len(body))
    return actions.receive_submission(device=device, parcel=Parcel(kept)).submission


def entity(key: str = KEY) -> Entity:
    """Give an entity as it stands."""
    return Entity.objects.get(key=key)


def test_creation_makes_the_entity_with_its_first_version(send: Send) -> None:
    change = send(KEY, {"size": "5", "shelter": "tent"}, create=True, label="Tent 4")
    made = entity()
    assert (made.label, made.values, made.version) == (
        "Tent 4",
        {"size": "5", "shelter": "tent"},
        1,
    )
    assert change.state == "applied"
    assert change.version is not None
    assert change.version.by == change.submission.device.code  # type: ignore[union-attr]


def test_update_changes_what_was_asked_and_leaves_the_rest(send: Send) -> None:
    send(KEY, {"size": "5", "shelter": "tent"}, create=True, label="Tent 4")
    send(KEY, {"size": "6"}, base=1)
    made = entity()
    assert (made.label, made.values, made.version) == (
        "Tent 4",
        {"size": "6", "shelter": "tent"},
        2,
    )


def test_answer_emptied_on_the_phone_empties_the_property(send: Send) -> None:
    send(KEY, {"size": "5"}, create=True, label="Tent 4")
    send(KEY, {"size": ""}, base=1)
    assert entity().values == {"size": ""}


def test_changes_of_a_branch_wait_for_those_they_build_on(send: Send) -> None:
    third = send(KEY, {"size": "7"}, base=2, branch=BRANCH)
    second = send(KEY, {"size": "6"}, base=1, branch=BRANCH)
    assert {third.state, second.state} == {"held"}
    send(KEY, {"size": "5"}, create=True, label="Tent 4")
    assert entity().values == {"size": "7"}
    assert [version.values["size"] for version in entity().versions.all()] == ["5", "6", "7"]
    assert set(EntityChange.objects.values_list("state", flat=True)) == {"applied"}


def test_two_branches_that_write_different_properties_both_stand(send: Send) -> None:
    send(KEY, {"size": "5", "shelter": "tent"}, create=True, label="Tent 4")
    send(KEY, {"size": "6", "shelter": "tent"}, base=1, trunk=1, branch=BRANCH)
    send(KEY, {"size": "5", "shelter": "house"}, base=1, trunk=1, branch=OTHER)
    assert entity().values == {"size": "6", "shelter": "house"}
    assert not EntityChange.objects.filter(state="conflict").exists()


def test_two_branches_that_write_the_same_property_differently_are_a_conflict(send: Send) -> None:
    send(KEY, {"size": "5"}, create=True, label="Tent 4")
    send(KEY, {"size": "6"}, base=1, trunk=1, branch=BRANCH)
    change = send(KEY, {"size": "9"}, base=1, trunk=1, branch=OTHER)
    assert (change.state, change.clashing) == ("conflict", ["size"])
    assert entity().values == {"size": "6"}


def test_two_branches_that_write_the_same_agree(send: Send) -> None:
    send(KEY, {"size": "5"}, create=True, label="Tent 4")
    send(KEY, {"size": "6"}, base=1, trunk=1, branch=BRANCH)
    assert send(KEY, {"size": "6"}, base=1, trunk=1, branch=OTHER).state == "applied"
    assert entity().values == {"size": "6"}


def test_taking_a_conflict_writes_it_and_lets_the_branch_go_on(send: Send, manager: User) -> None:
    send(KEY, {"size": "5"}, create=True, label="Tent 4")
    send(KEY, {"size": "6"}, base=1, trunk=1, branch=BRANCH)
    conflict = send(KEY, {"size": "9"}, base=1, trunk=1, branch=OTHER)
    after = send(KEY, {"size": "10"}, base=2, trunk=1, branch=OTHER)
    assert after.state == "held"
    actions.take_change(change=conflict, by=manager)
    assert entity().values == {"size": "10"}
    assert AuditEvent.objects.filter(action="decide_entity_change").count() == 1


def test_leaving_a_conflict_out_keeps_the_state_under_a_newer_version(
    send: Send, manager: User
) -> None:
    send(KEY, {"size": "5"}, create=True, label="Tent 4")
    send(KEY, {"size": "6"}, base=1, trunk=1, branch=BRANCH)
    conflict = send(KEY, {"size": "9"}, base=1, trunk=1, branch=OTHER)
    with pytest.raises(ReasonMissing):
        actions.leave_change(change=conflict, reason=" ", by=manager)
    actions.leave_change(change=conflict, reason="Counted twice.", by=manager)
    assert (entity().values, entity().version) == ({"size": "6"}, 3)
    with pytest.raises(NotToDecide):
        actions.take_change(change=conflict, by=manager)


def test_held_change_can_be_taken_without_its_creation(send: Send, manager: User) -> None:
    held = send(KEY, {"size": "7"}, base=2, branch=BRANCH, label="Tent 4")
    actions.take_change(change=held, by=manager)
    assert entity().values == {"size": "7"}
    assert EntityChange.objects.get().state == "applied"


def test_held_change_without_a_label_cannot_make_an_entity(send: Send, manager: User) -> None:
    held = send(KEY, {"size": "7"}, base=2, branch=BRANCH)
    with pytest.raises(NotToDecide):
        actions.take_change(change=held, by=manager)
    assert actions.leave_change(change=held, reason="Never came.", by=manager).state == "left_out"
    assert not Entity.objects.exists()


def test_repeated_submission_applies_once(phone_row: Device) -> None:
    body = told(KEY, {"size": "5"}, create=True, label="Tent 4")
    take(phone_row, body)
    take(phone_row, body)
    assert work_entities(phone_row.operation) == 0
    assert (EntityChange.objects.count(), entity().version) == (1, 1)


def test_edit_that_says_the_same_applies_once(send: Send) -> None:
    send(KEY, {"size": "5"}, create=True, label="Tent 4", instance="uuid:one")
    edit = send(KEY, {"size": "5"}, create=True, label="Tent 4", replaces="uuid:one")
    assert (edit.state, entity().version) == ("repeated", 1)


def test_edit_that_says_otherwise_is_decided_at_the_desk(send: Send, manager: User) -> None:
    send(KEY, {"size": "5"}, create=True, label="Tent 4", instance="uuid:one")
    edit = send(KEY, {"size": "8"}, create=True, label="Tent 4", replaces="uuid:one")
    assert (edit.state, edit.clashing, entity().values) == ("conflict", ["size"], {"size": "5"})
    actions.take_change(change=edit, by=manager)
    assert entity().values == {"size": "8"}


def test_edit_that_comes_before_its_original_stands_in_its_place(send: Send) -> None:
    send(KEY, {"size": "8"}, create=True, label="Tent 4", instance="uuid:two", replaces="uuid:one")
    original = send(KEY, {"size": "5"}, create=True, label="Tent 4", instance="uuid:one")
    assert (original.state, entity().values, entity().version) == ("repeated", {"size": "8"}, 1)


def test_second_creation_of_an_entity_is_a_conflict(send: Send) -> None:
    send(KEY, {"size": "5"}, create=True, label="Tent 4")
    assert send(KEY, {"size": "5"}, create=True, label="Tent 4").state == "repeated"
    assert send(KEY, {"size": "6"}, create=True, label="Tent 4").state == "conflict"


def test_update_of_a_deleted_entity_waits_at_the_desk_and_can_bring_it_back(
    send: Send, manager: User
) -> None:
    send(KEY, {"size": "5"}, create=True, label="Tent 4")
    actions.delete_entity(entity=entity(), by=manager)
    change = send(KEY, {"size": "6"}, base=1)
    assert (change.state, change.error_code) == ("problem", "OD733")
    actions.take_change(change=change, by=manager)
    assert (entity().deleted_at, entity().values) == (None, {"size": "6"})


@pytest.mark.parametrize(
    ("key", "label", "code"),
    [("", "Tent 4", "OD732"), (KEY, "", "OD732"), ("x" * 300, "T", "OD732")],
)
def test_faulty_entity_is_a_problem_and_its_submission_is_taken(
    send: Send, key: str, label: str, code: str
) -> None:
    change = send(key, {"size": "5"}, create=True, label=label)
    assert (change.state, change.error_code) == ("problem", code)
    assert Submission.objects.count() == 1


def test_earlier_state_can_be_restored(send: Send, manager: User) -> None:
    send(KEY, {"size": "5"}, create=True, label="Tent 4")
    send(KEY, {"size": "6"}, base=1)
    first = entity().versions.get(number=1)
    actions.restore_version(version=first, by=manager)
    assert (entity().values, entity().version) == ({"size": "5"}, 3)


def test_every_change_raises_the_lists_revision(send: Send, operation: Operation) -> None:
    def revision() -> int:
        return EntityList.objects.get(operation=operation, name="households").revision

    before = revision()
    send(KEY, {"size": "5"}, create=True, label="Tent 4")
    assert revision() > before


def test_form_without_entities_leaves_no_task(device: Device) -> None:
    from tests.server.phone import filled

    take(device, filled())
    assert not EntityTask.objects.exists()


def test_submission_whose_entities_were_not_worked_is_worked_with_the_next(
    send: Send, phone_row: Device
) -> None:
    send(KEY, {"size": "5"}, create=True, label="Tent 4")
    EntityChange.objects.all().delete()
    Entity.objects.all().delete()
    EntityTask.objects.update(done_at=None)
    take(phone_row, told(str(uuid.uuid4()), {"size": "1"}, create=True, label="Tent 9"))
    assert Entity.objects.count() == 2
    assert not EntityTask.objects.filter(done_at=None).exists()
