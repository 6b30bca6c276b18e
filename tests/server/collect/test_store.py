"""The store: what lies under a hash is whole and on the disk; what lies there already is not written again."""

import hashlib
import os
from pathlib import Path

import pytest
from django.db import connection

from opendtm_server.collect import store
from opendtm_server.collect.errors import StoreFailed
from opendtm_server.collect.models import Attachment, KeptBody

CONTENT = b"a picture" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
CODE = "test-op"


@pytest.fixture(autouse=True)
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note in order what the disk was asked to confirm, folders by name."""
    noted: list[str] = []
    real = store.sync

    def sync(descriptor: int) -> None:
        real(descriptor)
        noted.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)

    monkeypatch.setattr(store, "sync", sync)
    return noted


def _keep() -> Path:
    store.keep_hashed(CODE, SHA256, len(CONTENT), [CONTENT[:10], memoryview(CONTENT)[10:]])
    return store.path_of(CODE, SHA256)


def test_file_is_synced_before_it_has_its_name_and_its_folder_after(steps: list[str]) -> None:
    path = _keep()
    assert path.read_bytes() == CONTENT
    assert steps[-1] == path.parent.name
    written = [step for step in steps if len(step) == 32]  # the name that a file is written under
    assert len(written) == 1
    assert steps.index(written[0]) < len(steps) - 1
    assert list((store.folder_of(CODE) / "incoming").iterdir()) == []


def test_file_kept_a_moment_ago_is_not_written_again_but_its_name_is_made_durable(
    steps: list[str],
) -> None:
    path = _keep()
    before = path.stat().st_ino
    steps.clear()
    assert _keep().stat().st_ino == before
    assert steps == [path.parent.name]


@pytest.mark.parametrize("damage", ["old", "short"])
def test_file_that_is_old_or_of_another_size_is_written_afresh(damage: str) -> None:
    path = _keep()
    if damage == "short":
        path.write_bytes(CONTENT[:5])
    else:
        moment = path.stat().st_mtime - store.RECENT - 1
        os.utime(path, (moment, moment))
    before = path.stat().st_ino
    assert _keep().stat().st_ino != before
    assert path.read_bytes() == CONTENT


def test_name_that_the_disk_does_not_confirm_is_not_promised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _keep()

    def refuse(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(store, "sync", refuse)
    with pytest.raises(StoreFailed):
        _keep()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "column"), [(Attachment, "submission_id"), (KeptBody, "operation_id")]
)
def test_one_index_finds_what_belongs_to_a_row_and_no_second_has_to_be_written(
    table: type[Attachment] | type[KeptBody], column: str
) -> None:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table._meta.db_table)
    beginning = [
        one["columns"]
        for one in found.values()
        if one["columns"][:1] == [column] and not one["foreign_key"]
    ]
    assert len(beginning) == 1
    assert len(beginning[0]) == 2


def test_same_bytes_in_another_operation_are_kept_apart() -> None:
    _keep()
    store.keep_hashed("other-op", SHA256, len(CONTENT), [CONTENT])
    assert store.path_of("other-op", SHA256).read_bytes() == CONTENT
    assert store.keep("third-op", [CONTENT]) == SHA256
