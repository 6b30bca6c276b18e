"""Fixtures of the server's tests: a data folder of their own, quick passwords, people and an operation.

The same tests run on SQLite and, through `python -m tests.postgres`, on PostgreSQL.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management.commands import flush
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client
from django.utils import translation
from tests.server import factories, weekly
from tests.server.shelf import Shelf

from opendtm_server.govern.models import Operation
from opendtm_server.govern.roles import Role
from opendtm_server.matrix.actions import run_matrix
from opendtm_server.matrix.models import Run


@pytest.fixture(scope="session", autouse=True)
def quick_flush() -> Iterator[None]:
    """Empty PostgreSQL's tables row by row: truncating fifty of them syncs hundreds of files, for few rows.

    What is immutable has triggers against it, which stand back as they do for a replica. Django's own table of
    permissions is not filled again after every test, on either database: the house has roles of its own.
    """

    def emptied(
        self: DatabaseOperations, _style: Any, tables: Iterable[str], **_: Any
    ) -> list[str]:
        rows = [f"DELETE FROM {self.quote_name(each)};" for each in tables]  # noqa: S608 - our own tables
        return ["SET LOCAL session_replication_role = replica;", *rows] if rows else []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", emptied)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_args, **_more: None)
        yield


@pytest.fixture(autouse=True)
def house_folders(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Keep files of a test below its own folder, hash passwords quickly, and begin in English."""
    data = tmp_path / "house"
    data.mkdir()
    settings.DATA_DIR = data
    settings.STORE_DIR = data / "store"
    settings.MATRIX_DIR = data / "matrix"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with translation.override("en"):
        yield data


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Keep the states of the house that several tests begin with."""
    return Shelf(tmp_path_factory.mktemp("shelf"))


@pytest.fixture
def work(db: None, house_folders: Path, shelf: Shelf) -> weekly.Field:
    """Give an operation whose three rounds were visited and signed off; `operation` and its people are of it."""
    return shelf.give("work", _work)


def _work() -> weekly.Field:
    operation = factories.OperationFactory.create()
    roles = {"manager": Role.INFORMATION_MANAGER, "facilitator": Role.SITE_FACILITATOR}
    people = {name: _person(role, operation, username=name) for name, role in roles.items()}
    return weekly.visited(weekly.prepare(operation, people["manager"], people["facilitator"]))


@pytest.fixture
def run(work: weekly.Field, shelf: Shelf) -> Run:
    """Give the run of the third round."""
    return shelf.give("run", lambda: run_matrix(work.round(3), by=work.manager))


@pytest.fixture
def operation(request: pytest.FixtureRequest, db: None) -> Operation:
    """Give one operation."""
    if "work" in request.fixturenames:
        work: weekly.Field = request.getfixturevalue("work")
        return work.operation
    return factories.OperationFactory.create()


@pytest.fixture
def other_operation(db: None) -> Operation:
    """Give a second operation, in which the people of the first hold no role."""
    return factories.OperationFactory.create()


@pytest.fixture
def person(operation: Operation) -> Callable[..., User]:
    """Give a maker of people: `person(Role.X)` holds that role in the operation."""

    def make(role: Role, *, at: Operation | None = None, **fields: Any) -> User:
        return _person(role, at or operation, **fields)

    return make


def _person(role: Role, operation: Operation, **fields: Any) -> User:
    user = factories.UserFactory.create(**fields)
    factories.MembershipFactory.create(user=user, operation=operation, role=role.value)
    return user


@pytest.fixture
def head(person: Callable[..., User]) -> User:
    """Give the head of mission of the operation."""
    return person(Role.HEAD_OF_MISSION, username="head")


@pytest.fixture
def manager(request: pytest.FixtureRequest, person: Callable[..., User]) -> User:
    """Give the information manager of the operation."""
    if "work" in request.fixturenames:
        work: weekly.Field = request.getfixturevalue("work")
        return work.manager
    return person(Role.INFORMATION_MANAGER, username="manager")


@pytest.fixture
def coordinator(person: Callable[..., User]) -> User:
    """Give a field coordinator of the operation."""
    return person(Role.FIELD_COORDINATOR, username="coordinator")


@pytest.fixture
def facilitator(request: pytest.FixtureRequest, person: Callable[..., User]) -> User:
    """Give a site facilitator of the operation."""
    if "work" in request.fixturenames:
        work: weekly.Field = request.getfixturevalue("work")
        return work.device.user
    return person(Role.SITE_FACILITATOR, username="facilitator")


@pytest.fixture
def cluster(person: Callable[..., User]) -> User:
    """Give a cluster viewer of the operation."""
    return person(Role.CLUSTER_VIEWER, username="cluster")


@pytest.fixture
def keeper(db: None) -> User:
    """Give the keeper of the house."""
    return factories.UserFactory.create(username="keeper", is_superuser=True)


@pytest.fixture
def browse(client: Client) -> Callable[[User], Client]:
    """Give a maker of signed-in clients: `browse(user).get(...)`."""

    def sign_in(user: User) -> Client:
        client.force_login(user)
        return client

    return sign_in
