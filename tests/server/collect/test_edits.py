"""Edits of submissions: chains in every order of arrival, by other phones, into other rounds, and odd ones."""

from datetime import date
from itertools import permutations

import pytest
from django.contrib.auth.models import User
from tests.server.phone import filled

from opendtm_server.collect import actions, queries
from opendtm_server.collect.models import Device, FormVersion, Round, Submission
from opendtm_server.collect.parcel import Parcel, of_bytes

pytestmark = pytest.mark.django_db
CHAIN = (("uuid:1", ""), ("uuid:2", "uuid:1"), ("uuid:3", "uuid:2"))


@pytest.fixture
def next_week(week: Round, manager: User) -> Round:
    """Give the round after the week of the tests' visits."""
    return actions.open_round(
        form=week.form, starts_on=date(2026, 1, 12), ends_on=date(2026, 1, 18), by=manager
    )


def _send(device: Device, instance: str, replaces: str, day: str = "2026-01-06") -> Submission:
    body = of_bytes(filled(instance=instance, replaces=replaces, day=day))
    return actions.receive_submission(device=device, parcel=Parcel(body)).submission


def _live(round_: Round) -> list[str]:
    return [one.instance_id for one in queries.live_submissions(round_)]


@pytest.mark.parametrize("order", list(permutations(CHAIN)))
def test_chain_of_edits_ends_in_the_last_one_in_every_order(
    device: Device, week: Round, order: tuple[tuple[str, str], ...]
) -> None:
    for instance, replaces in order:
        _send(device, instance, replaces)
    assert _live(week) == ["uuid:3"]
    assert Submission.objects.count() == 3


@pytest.mark.parametrize("order", list(permutations(CHAIN)))
def test_chain_sent_twice_stays_as_it_is(
    device: Device, week: Round, order: tuple[tuple[str, str], ...]
) -> None:
    sent = {one: filled(instance=one[0], replaces=one[1]) for one in CHAIN}
    for one in (*order, *reversed(order)):
        actions.receive_submission(device=device, parcel=Parcel(of_bytes(sent[one])))
    assert _live(week) == ["uuid:3"]
    assert Submission.objects.count() == 3


def test_middle_of_a_chain_that_never_came_leaves_the_ends(device: Device, week: Round) -> None:
    _send(device, *CHAIN[0])
    _send(device, *CHAIN[2])
    assert sorted(_live(week)) == ["uuid:1", "uuid:3"]
    _send(device, *CHAIN[1])
    assert _live(week) == ["uuid:3"]


def test_replaced_one_names_the_edit_that_stands_for_it(device: Device, week: Round) -> None:
    first, edit = (_send(device, *one) for one in CHAIN[:2])
    assert queries.replacement_of(first) == edit
    assert queries.replacement_of(edit) is None


def test_edit_by_another_phone_replaces_and_names_its_own_phone(
    device: Device, week: Round, manager: User, facilitator: User
) -> None:
    other = actions.add_device(operation=week.operation, user=facilitator, by=manager).device
    _send(device, "uuid:1", "")
    edit = _send(other, "uuid:2", "uuid:1")
    assert _live(week) == ["uuid:2"]
    assert edit.device == other


def test_submission_that_names_itself_as_replaced_still_counts(device: Device, week: Round) -> None:
    sent = _send(device, "uuid:1", "uuid:1")
    assert _live(week) == ["uuid:1"]
    assert queries.replacement_of(sent) is None


def test_edit_with_a_day_of_another_round_counts_there_alone(
    device: Device, week: Round, next_week: Round
) -> None:
    _send(device, "uuid:1", "")
    _send(device, "uuid:2", "uuid:1", day="2026-01-13")
    assert _live(week) == []
    assert _live(next_week) == ["uuid:2"]


def test_edit_before_its_original_across_rounds_ends_the_same(
    device: Device, week: Round, next_week: Round
) -> None:
    _send(device, "uuid:2", "uuid:1", day="2026-01-13")
    _send(device, "uuid:1", "")
    assert (_live(week), _live(next_week)) == ([], ["uuid:2"])


def test_same_name_in_another_operation_replaces_nothing_here(
    device: Device, week: Round, other_operation: object, published: FormVersion
) -> None:
    _send(device, "uuid:1", "")
    Submission.objects.create(
        operation=other_operation,
        form_version=published,
        instance_id="uuid:9",
        deprecated_id="uuid:1",
        sha256="0" * 64,
    )
    assert _live(week) == ["uuid:1"]
