"""What people do to operations and roles. Each action is one transaction with its line in the audit log.

Passwords are made here, shown once to whoever made the account, and replaced at first login.
"""

import secrets

from django.contrib.auth.models import User
from django.db import transaction

from opendtm_server.govern import rules
from opendtm_server.govern.audit import record
from opendtm_server.govern.models import InitialPassword, Membership, Operation, Organisation
from opendtm_server.govern.problems import NameTaken
from opendtm_server.govern.roles import Role


@transaction.atomic
def create_operation(
    *,
    code: str,
    name: str,
    name_fr: str,
    country: str,
    country_code: str,
    by: User,
    **more: str | int | bool,
) -> Operation:
    """Open an operation. `more`: contact_office, contact_address, carry_rounds, fictional.

    PermissionDenied unless `by` keeps the house; NameTaken where the code is in use.
    """
    rules.check_open_operation(by)
    if Operation.objects.filter(code=code).exists():
        raise NameTaken(name=code)
    operation = Operation.objects.create(
        code=code, name=name, name_fr=name_fr, country=country, country_code=country_code, **more
    )
    record(by.get_username(), "create_operation", operation=code, subject=code)
    return operation


@transaction.atomic
def create_organisation(
    *, name: str, acronym: str = "", operation: Operation, by: User
) -> Organisation:
    """Enter an organisation that people of the operation belong to. NameTaken where it exists."""
    rules.check_change_people(by, operation)
    if Organisation.objects.filter(name=name).exists():
        raise NameTaken(name=name)
    organisation = Organisation.objects.create(name=name, acronym=acronym)
    record(by.get_username(), "create_organisation", operation=operation.code, subject=name)
    return organisation


@transaction.atomic
def create_user(
    *, username: str, operation: Operation, by: User, password: str | None = None
) -> tuple[User, str]:
    """Make an account for somebody of the operation; give it with its password, to be shown once.

    A password made here must be replaced at first login; one given by the caller stays. NameTaken where
    the name is in use.
    """
    rules.check_change_people(by, operation)
    if User.objects.filter(username=username).exists():
        raise NameTaken(name=username)
    first = password or new_password()
    user = User.objects.create_user(username=username, password=first)
    if password is None:
        InitialPassword.objects.create(user=user)
    record(by.get_username(), "create_user", operation=operation.code, subject=username)
    return user, first


@transaction.atomic
def reset_password(*, membership: Membership, by: User) -> str:
    """Give somebody of the operation a new first password, to be shown once; the old one is void."""
    rules.check_change_people(by, membership.operation)
    user, first = membership.user, new_password()
    user.set_password(first)
    user.save(update_fields=["password"])
    InitialPassword.objects.get_or_create(user=user)
    record(
        by.get_username(),
        "reset_password",
        operation=membership.operation.code,
        subject=user.get_username(),
    )
    return first


@transaction.atomic
def add_member(
    *,
    user: User,
    operation: Operation,
    role: Role,
    by: User,
    organisation: Organisation | None = None,
    sector: str = "",
) -> Membership:
    """Give a person a role in the operation. A cluster viewer needs the code of a sector."""
    rules.check_change_people(by, operation)
    rules.check_role_free(user, operation, role)
    rules.check_sector(role, sector)
    membership = Membership.objects.create(
        user=user, operation=operation, role=role.value, organisation=organisation, sector=sector
    )
    record(
        by.get_username(),
        "add_member",
        operation=operation.code,
        subject=user.get_username(),
        details={"role": role.value, "sector": sector},
    )
    return membership


@transaction.atomic
def invite(
    *,
    username: str,
    operation: Operation,
    role: Role,
    by: User,
    organisation: Organisation | None = None,
    sector: str = "",
) -> tuple[Membership, str | None]:
    """Give a role to the account of that name, made first where there is none.

    Gives the membership, and the first password of a new account (None for a known one).
    """
    rules.check_change_people(by, operation)
    user, password = User.objects.filter(username=username).first(), None
    if user is None:
        user, password = create_user(username=username, operation=operation, by=by)
    membership = add_member(
        user=user, operation=operation, role=role, organisation=organisation, sector=sector, by=by
    )
    record(by.get_username(), "invite", operation=operation.code, subject=username)
    return membership, password


@transaction.atomic
def enrol_facilitator(*, username: str, operation: Operation, by: User) -> Membership:
    """Make an account for a site facilitator, by whoever hands out phones. NameTaken where it exists.

    Its password is known to nobody: the phone's token is enough in the field, and who governs the operation
    can make a new password for the desk.
    """
    rules.check_enrol_facilitator(by, operation)
    if User.objects.filter(username=username).exists():
        raise NameTaken(name=username)
    user = User.objects.create_user(username=username)
    InitialPassword.objects.create(user=user)
    membership = Membership.objects.create(
        user=user, operation=operation, role=Role.SITE_FACILITATOR.value
    )
    record(by.get_username(), "enrol_facilitator", operation=operation.code, subject=username)
    return membership


@transaction.atomic
def change_role(*, membership: Membership, role: Role, by: User, sector: str = "") -> Membership:
    """Give a person another role instead of the one held. LastHead where nobody would head the operation."""
    rules.check_change_people(by, membership.operation)
    rules.check_sector(role, sector)
    before = membership.role
    if role.value != before:
        rules.check_head_remains(membership)
        rules.check_role_free(membership.user, membership.operation, role)
    membership.role, membership.sector = role.value, sector
    membership.save(update_fields=["role", "sector"])
    record(
        by.get_username(),
        "change_role",
        operation=membership.operation.code,
        subject=membership.user.get_username(),
        details={"from": before, "to": role.value, "sector": sector},
    )
    return membership


@transaction.atomic
def remove_member(*, membership: Membership, by: User) -> None:
    """Take a role away. The account stays, and so does everything the person did."""
    rules.check_change_people(by, membership.operation)
    rules.check_head_remains(membership)
    record(
        by.get_username(),
        "remove_member",
        operation=membership.operation.code,
        subject=membership.user.get_username(),
        details={"role": membership.role},
    )
    membership.delete()


@transaction.atomic
def replace_password(*, user: User) -> None:
    """Note that a person has chosen an own password; the first one no longer has to be replaced."""
    InitialPassword.objects.filter(user=user).delete()
    record(user.get_username(), "replace_password", subject=user.get_username())


@transaction.atomic
def open_house(*, username: str = "keeper") -> tuple[User, str]:
    """Make the first account of an empty house, which keeps it, with its password, to be shown once."""
    first = new_password()
    user = User.objects.create_superuser(username=username, password=first)
    InitialPassword.objects.create(user=user)
    record("house", "open_house", subject=username)
    return user, first


def new_password() -> str:
    """Make a password of four groups of letters and digits that cannot be mistaken for one another."""
    signs = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(signs) for _ in range(5)) for _ in range(4))
