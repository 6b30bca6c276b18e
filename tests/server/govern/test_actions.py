"""People and their roles: who may change them, what must stay true, and the line that every action leaves."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from tests.server import factories

from opendtm_server.govern import actions, queries
from opendtm_server.govern.models import AuditEvent, InitialPassword, Membership, Operation
from opendtm_server.govern.problems import LastHead, NameTaken, RoleAlreadyHeld, SectorNeeded
from opendtm_server.govern.roles import Role

OPENED = {
    "code": "north",
    "name": "North",
    "name_fr": "Nord",
    "country": "Testland",
    "country_code": "TL",
}


def lines() -> list[tuple[str, str, str, str]]:
    """List the audit log, oldest first."""
    return list(
        AuditEvent.objects.order_by("id").values_list("by", "action", "operation", "subject")
    )


def test_operation_is_opened_by_the_keeper_only(keeper: User, head: User) -> None:
    operation = actions.create_operation(**OPENED, fictional=True, by=keeper)
    assert operation.fictional
    assert lines() == [("keeper", "create_operation", "north", "north")]
    with pytest.raises(PermissionDenied):
        actions.create_operation(**OPENED | {"code": "south"}, by=head)
    with pytest.raises(NameTaken):
        actions.create_operation(**OPENED, by=keeper)


def test_invite_makes_an_account_with_a_password_shown_once(
    head: User, operation: Operation
) -> None:
    membership, password = actions.invite(
        username="im-1", operation=operation, role=Role.INFORMATION_MANAGER, by=head
    )
    assert password is not None
    assert membership.user.check_password(password)
    assert InitialPassword.objects.filter(user=membership.user).exists()
    assert password not in str(list(AuditEvent.objects.values()))


def test_invite_gives_a_role_to_a_known_account(head: User, operation: Operation) -> None:
    known = factories.UserFactory.create()
    membership, password = actions.invite(
        username=known.username, operation=operation, role=Role.FIELD_COORDINATOR, by=head
    )
    assert (membership.user, password) == (known, None)


def test_same_role_twice_is_refused(head: User, coordinator: User, operation: Operation) -> None:
    with pytest.raises(RoleAlreadyHeld):
        actions.add_member(
            user=coordinator, operation=operation, role=Role.FIELD_COORDINATOR, by=head
        )


@pytest.mark.parametrize(
    ("role", "sector"), [(Role.CLUSTER_VIEWER, ""), (Role.FIELD_COORDINATOR, "wash")]
)
def test_sector_belongs_to_cluster_viewers(
    head: User, operation: Operation, role: Role, sector: str
) -> None:
    with pytest.raises(SectorNeeded):
        actions.add_member(
            user=factories.UserFactory.create(),
            operation=operation,
            role=role,
            sector=sector,
            by=head,
        )


def test_refused_action_leaves_nothing_behind(head: User, operation: Operation) -> None:
    with pytest.raises(SectorNeeded), transaction.atomic():
        actions.invite(username="ghost", operation=operation, role=Role.CLUSTER_VIEWER, by=head)
    assert not User.objects.filter(username="ghost").exists()
    assert lines() == []


def test_role_change_is_noted_with_both_roles(
    head: User, coordinator: User, operation: Operation
) -> None:
    membership = Membership.objects.get(user=coordinator)
    actions.change_role(membership=membership, role=Role.INFORMATION_MANAGER, by=head)
    membership.refresh_from_db()
    assert membership.role == "information_manager"
    assert AuditEvent.objects.get().details["from"] == "field_coordinator"


def test_last_head_of_mission_stays(head: User, operation: Operation) -> None:
    membership = Membership.objects.get(user=head)
    with pytest.raises(LastHead):
        actions.remove_member(membership=membership, by=head)
    with pytest.raises(LastHead):
        actions.change_role(membership=membership, role=Role.INFORMATION_MANAGER, by=head)


def test_head_of_mission_leaves_when_another_remains(
    head: User, person: Callable[..., User], operation: Operation
) -> None:
    person(Role.HEAD_OF_MISSION)
    actions.remove_member(membership=Membership.objects.get(user=head), by=head)
    assert not Membership.objects.filter(user=head).exists()


@pytest.mark.parametrize("name", ["manager", "coordinator", "facilitator", "cluster"])
def test_people_are_changed_by_the_head_only(
    name: str, request: pytest.FixtureRequest, operation: Operation
) -> None:
    user = request.getfixturevalue(name)
    membership = Membership.objects.get(user=user)
    for change in (
        lambda: actions.create_user(username="x", operation=operation, by=user),
        lambda: actions.create_organisation(name="x", operation=operation, by=user),
        lambda: actions.add_member(
            user=user, operation=operation, role=Role.HEAD_OF_MISSION, by=user
        ),
        lambda: actions.change_role(membership=membership, role=Role.HEAD_OF_MISSION, by=user),
        lambda: actions.remove_member(membership=membership, by=user),
        lambda: actions.reset_password(membership=membership, by=user),
    ):
        with pytest.raises(PermissionDenied):
            change()
    assert lines() == []


def test_head_of_one_operation_has_no_say_in_another(
    head: User, other_operation: Operation
) -> None:
    with pytest.raises(PermissionDenied):
        actions.add_member(user=head, operation=other_operation, role=Role.HEAD_OF_MISSION, by=head)


def test_organisation_is_entered_once(head: User, operation: Operation) -> None:
    actions.create_organisation(name="Water ministry", operation=operation, by=head)
    with pytest.raises(NameTaken):
        actions.create_organisation(name="Water ministry", operation=operation, by=head)


def test_reset_password_voids_the_old_one(head: User, coordinator: User) -> None:
    first = actions.reset_password(membership=Membership.objects.get(user=coordinator), by=head)
    coordinator.refresh_from_db()
    assert coordinator.check_password(first)
    assert not coordinator.check_password(factories.PASSWORD)


def test_passwords_are_long_and_never_the_same() -> None:
    made = {actions.new_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(password) == 23 for password in made)


def test_inactive_account_may_do_nothing(person: Callable[..., User], operation: Operation) -> None:
    gone = person(Role.HEAD_OF_MISSION, is_active=False)
    assert list(queries.operations_for(gone)) == []
    with pytest.raises(PermissionDenied):
        queries.members_for(gone, operation)
