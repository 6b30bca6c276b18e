"""The shelf of states: what it lays back is what was reached, and only where it was reached from."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from tests.server import factories
from tests.server.shelf import Shelf

from opendtm_server.govern.models import Membership, Operation

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(tmp_path: Path) -> Shelf:
    """Give an empty shelf."""
    return Shelf(tmp_path / "shelf")


@contextmanager
def undone() -> Iterator[None]:
    """Leave no row and no file behind, as at the end of a test."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    for file in settings.DATA_DIR.iterdir():
        file.unlink()


def founded() -> Membership:
    (settings.DATA_DIR / "founded").write_text("by hand", encoding="utf-8")
    return factories.MembershipFactory.create(operation__name="Founded")


def unreachable() -> Membership:
    raise AssertionError("the state was reached again")


def test_state_is_laid_back_with_rows_files_and_what_was_given(own: Shelf) -> None:
    with undone():
        reached = own.give("founded", founded)
    assert not Membership.objects.exists()

    given = own.give("founded", unreachable)

    assert given is not reached
    assert Membership.objects.get() == given == reached
    assert Membership.objects.get().operation.name == given.operation.name == "Founded"
    assert (settings.DATA_DIR / "founded").read_text(encoding="utf-8") == "by hand"
    factories.MembershipFactory.create()  # under a number of its own
    assert Membership.objects.count() == 2


def test_what_was_altered_on_the_way_to_a_state_is_altered_again(own: Shelf) -> None:
    operation = factories.OperationFactory.create(name="Before")

    def rename() -> int:
        return Operation.objects.update(name="After")

    with undone():
        own.give("renamed", rename)
    operation.refresh_from_db()
    assert operation.name == "Before"

    own.give("renamed", unreachable)
    assert [one.name for one in Operation.objects.all()] == ["After"]


def test_state_is_reached_anew_in_another_house(own: Shelf) -> None:
    with undone():
        own.give("founded", founded)
    factories.OrganisationFactory.create()
    with pytest.raises(AssertionError, match="reached again"):
        own.give("founded", unreachable)


def test_state_is_reached_anew_where_other_files_lie(own: Shelf) -> None:
    with undone():
        own.give("founded", founded)
    (settings.DATA_DIR / "stray").touch()
    with pytest.raises(AssertionError, match="reached again"):
        own.give("founded", unreachable)
