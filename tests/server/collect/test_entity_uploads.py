"""Spreadsheets of entities: looked at first, taken in whole, taken back as far as nothing was built on them."""

import pytest
from django.contrib.auth.models import User

from opendtm_server.collect import actions
from opendtm_server.collect.entity_sheets import read_sheet
from opendtm_server.collect.errors import NotToDecide, PersonalColumn, UploadUnreadable
from opendtm_server.collect.models import EntityList, EntityUpload
from opendtm_server.govern.models import AuditEvent, Operation

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = "name,label,river,depth\nk1,Ford,Ouham,1\nk2,Bridge,Lobaye,3\n"


@pytest.fixture
def points(operation: Operation, manager: User) -> EntityList:
    """Give an empty list."""
    return actions.create_list(operation=operation, name="points", personal=False, by=manager)


def keep(points: EntityList, text: str, by: User) -> EntityUpload:
    """Keep a file."""
    return actions.keep_upload(
        entity_list=points, filename="points.csv", content=text.encode(), by=by
    )


def take(points: EntityList, text: str, by: User) -> EntityUpload:
    """Keep a file and take it in."""
    return actions.take_upload(upload=keep(points, text, by), by=by)


def rows(points: EntityList) -> dict[str, tuple[str, dict[str, str], int]]:
    """Give what stands in the list."""
    held = points.entities.filter(deleted_at=None)
    return {one.key: (one.label, one.values, one.version) for one in held}


def test_kept_file_changes_nothing_until_it_is_taken(points: EntityList, manager: User) -> None:
    upload = keep(points, FIRST, manager)
    assert rows(points) == {}
    taken = actions.take_upload(upload=upload, by=manager)
    assert (taken.created, taken.changed, bytes(taken.content)) == (2, 0, b"")
    assert rows(points)["k1"] == ("Ford", {"river": "Ouham", "depth": "1"}, 1)
    with pytest.raises(NotToDecide):
        actions.take_upload(upload=upload, by=manager)


def test_second_file_changes_what_differs_and_keeps_the_rest(
    points: EntityList, manager: User
) -> None:
    take(points, FIRST, manager)
    taken = take(points, "name;label;depth\nk1;Ford;1\nk2;Bridge;4\nk3;Ferry;9\n", manager)
    assert (taken.created, taken.changed) == (1, 1)
    assert rows(points)["k2"] == ("Bridge", {"river": "Lobaye", "depth": "4"}, 2)
    assert rows(points)["k1"][2] == 1


def test_file_without_ids_gives_each_row_one(points: EntityList, manager: User) -> None:
    take(points, "label\nFord\nBridge\n", manager)
    assert sorted(label for label, _values, _version in rows(points).values()) == ["Bridge", "Ford"]
    assert all(len(key) == 36 for key in rows(points))


def test_own_download_can_be_taken_again_and_changes_nothing(
    points: EntityList, manager: User
) -> None:
    take(points, FIRST, manager)
    again = take(points, "name,label,river,depth,__version\nk1,Ford,Ouham,1,1\n", manager)
    assert (again.created, again.changed) == (0, 0)


def test_taking_back_deletes_what_was_created_and_restores_what_was_changed(
    points: EntityList, manager: User
) -> None:
    take(points, FIRST, manager)
    before = {key: state[:2] for key, state in rows(points).items()}
    second = take(points, "name,label,depth\nk1,Deep ford,2\nk3,Ferry,9\n", manager)
    assert actions.undo_upload(upload=second, by=manager) == 0
    assert {key: state[:2] for key, state in rows(points).items()} == before
    with pytest.raises(NotToDecide):
        actions.undo_upload(upload=second, by=manager)


def test_taking_back_leaves_what_was_changed_since(points: EntityList, manager: User) -> None:
    first = take(points, FIRST, manager)
    take(points, "name,label,depth\nk1,Ford,7\n", manager)
    assert actions.undo_upload(upload=first, by=manager) == 1
    assert list(rows(points)) == ["k1"]
    assert rows(points)["k1"][1]["depth"] == "7"


def test_deleted_entity_comes_back_with_a_file(points: EntityList, manager: User) -> None:
    take(points, FIRST, manager)
    actions.delete_entity(entity=points.entities.get(key="k1"), by=manager)
    assert take(points, FIRST, manager).changed == 1
    assert "k1" in rows(points)


def test_dropped_file_is_gone(points: EntityList, manager: User) -> None:
    actions.drop_upload(upload=keep(points, FIRST, manager), by=manager)
    assert not EntityUpload.objects.exists()


@pytest.mark.parametrize(
    "column", ["phone", ["Numéro", "de", "téléphone"][2], "head_name", "first_name", "email"]
)
def test_personal_column_is_refused_in_an_open_list(
    points: EntityList, manager: User, column: str
) -> None:
    with pytest.raises(PersonalColumn):
        keep(points, f"label,{column}\nFord,x\n".replace("é", "e"), manager)


def test_personal_column_is_taken_into_a_personal_list(operation: Operation, manager: User) -> None:
    people = actions.create_list(operation=operation, name="people", personal=True, by=manager)
    take(people, "name,label,head_name\nh1,Household 1,Canary Person\n", manager)
    assert rows(people)["h1"][1] == {"head_name": "Canary Person"}
    assert "Canary" not in str(list(AuditEvent.objects.values_list("details", "subject")))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"name,river\nk,x\n",
        b"label,a,a\nx,1,2\n",
        "label\nété\n".encode("latin-1"),
        b'label\n"x',
    ],
)
def test_file_that_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(UploadUnreadable):
        read_sheet(content)


def test_faulty_rows_are_named_and_the_others_read() -> None:
    sheet = read_sheet(b"name,label\nk1,Ford\nk1,Again\nk2,\nk3,x,y\n\nk4,Ferry\n")
    assert [row.key for row in sheet.rows] == ["k1", "k4"]
    assert [number for number, _ in sheet.faults] == [3, 4, 5]
    assert sheet.faults[0][1].text("en") == "The same id stands in an earlier row."
