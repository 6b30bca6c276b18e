"""Every route, for every role, in one's own operation and in another: the rows of `routes.py` decide."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.server import factories
from tests.server.routes import KEEPER, OPEN, PHONE, ROUTES, SIGNED_IN

from opendtm_server.govern.models import Operation
from opendtm_server.govern.roles import DESCRIPTIONS, Permission, Role

ROLES = [role.value for role in Role if role != Role.PUBLIC]
VALUES = {"int": 999_999, "string": "none", "slug": "none", "path": "none", "uuid": "0" * 32}
DONE, DOES_NOT_EXIST, REFUSED = {200, 302, 405, 422}, 404, 403


def patterns(
    found: list[URLPattern | URLResolver], space: tuple[str, ...] = ()
) -> Iterator[tuple[str, URLPattern]]:
    """Go through every route of the house with its full name."""
    for pattern in found:
        if isinstance(pattern, URLResolver):
            inner = (*space, pattern.namespace) if pattern.namespace else space
            yield from patterns(pattern.url_patterns, inner)
        else:
            yield ":".join([*space, pattern.name or str(pattern.pattern)]), pattern


EVERY = dict(patterns(get_resolver().url_patterns))
DESK = {name: right for name, right in ROUTES.items() if isinstance(right, Permission)}


def arguments(name: str, operation: Operation) -> dict[str, object]:
    """Fill a route's named places: the operation's code, and things that do not exist."""
    places = EVERY[name].pattern.converters
    filled = {
        place: VALUES[type(kind).__name__.removesuffix("Converter").lower()]
        for place, kind in places.items()
    }
    return filled | ({"operation": operation.code} if "operation" in places else {})


def status(client: Client, name: str, operation: Operation) -> int:
    """Ask for a route; by POST where it does not answer to GET."""
    address = reverse(name, kwargs=arguments(name, operation))
    answer = client.get(address)
    return (client.post(address) if answer.status_code == 405 else answer).status_code


def test_every_route_has_a_row() -> None:
    assert sorted(EVERY) == sorted(ROUTES)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_desk_route_opens_only_to_roles_with_the_right(
    role: str, client: Client, operation: Operation
) -> None:
    user = factories.MembershipFactory.create(operation=operation, role=role).user
    client.force_login(user)
    wrong = []
    for name, right in DESK.items():
        code = status(client, name, operation)
        things = set(EVERY[name].pattern.converters) - {"operation"}
        expected = DONE | ({DOES_NOT_EXIST} if things else set())
        expected = expected if right in DESCRIPTIONS[role].allows else {REFUSED}
        if code not in expected:
            wrong.append((name, code, expected))
    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_desk_route_of_another_operation_does_not_exist(
    role: str, client: Client, operation: Operation, other_operation: Operation
) -> None:
    client.force_login(factories.MembershipFactory.create(operation=operation, role=role).user)
    assert {name: status(client, name, other_operation) for name in DESK} == dict.fromkeys(
        DESK, DOES_NOT_EXIST
    )


@pytest.mark.django_db
def test_desk_route_sends_strangers_to_the_login(client: Client, operation: Operation) -> None:
    closed = [name for name, right in ROUTES.items() if right not in (OPEN, PHONE)]
    for name in closed:
        answer = client.get(reverse(name, kwargs=arguments(name, operation)))
        assert answer.status_code == 405 or answer["Location"].startswith(
            reverse("govern:login")
        ), name


@pytest.mark.django_db
def test_keeper_route_refuses_a_head_of_mission(client: Client, operation: Operation) -> None:
    head = factories.MembershipFactory.create(
        operation=operation, role=Role.HEAD_OF_MISSION.value
    ).user
    client.force_login(head)
    for name in (name for name, right in ROUTES.items() if right == KEEPER):
        assert status(client, name, operation) == REFUSED, name


@pytest.mark.django_db
def test_signed_in_route_opens_to_everybody_with_an_account(
    client: Client, operation: Operation
) -> None:
    client.force_login(factories.UserFactory.create())
    for name in (name for name, right in ROUTES.items() if right == SIGNED_IN):
        assert status(client, name, operation) == 200, name


@pytest.mark.django_db
def test_form_without_its_token_is_refused_on_every_desk_route(
    operation: Operation, keeper: object
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(factories.UserFactory.create(is_superuser=True))
    for name in DESK:
        answer = strict.post(reverse(name, kwargs=arguments(name, operation)), {"a": "b"})
        assert answer.status_code in {403, 405}, name
