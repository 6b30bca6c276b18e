"""The sweep takes away what belongs to nothing, after a day and an hour, and never what a row names."""

import hashlib
import os
import time
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.apps import apps
from tests.server.phone import Phone, filled

from opendtm_server.collect import actions, orphans, store
from opendtm_server.collect.models import Attachment, FormVersion, Submission
from opendtm_server.collect.orphans import ASIDE_FOR, SAFE_AGE, Swept
from opendtm_server.config.duties import SWEEP_EVERY, Sweep
from opendtm_server.govern.models import AuditEvent, Operation

pytestmark = pytest.mark.django_db
CONTENT = b"left behind"
NOW = 2_000_000_000.0
LATER = NOW + ASIDE_FOR + 1


def _orphan(operation: Operation, content: bytes = CONTENT, *, age: float = SAFE_AGE + 1) -> Path:
    path = store.path_of(operation.code, store.keep(operation.code, [content]))
    os.utime(path, (NOW - age, NOW - age))
    return path


def _sweep(operation: Operation, now: float = NOW) -> Swept:
    return actions.sweep_files(operation=operation, now=now)


def test_old_file_of_nobody_is_laid_aside_and_taken_away_an_hour_later(
    operation: Operation,
) -> None:
    path = _orphan(operation)
    assert _sweep(operation) == Swept(aside=1)
    assert not path.exists()
    assert _sweep(operation, NOW + ASIDE_FOR - 1) == Swept()
    assert _sweep(operation, LATER) == Swept(away=1)
    assert not any(one.is_file() for one in store.folder_of(operation.code).rglob("*"))
    said = AuditEvent.objects.filter(action="sweep_files").order_by("id")
    assert [one.details["aside"] + 10 * one.details["away"] for one in said] == [1, 10]


def test_file_younger_than_a_day_stays(operation: Operation) -> None:
    path = _orphan(operation, age=SAFE_AGE - 1)
    assert _sweep(operation) == Swept()
    assert path.read_bytes() == CONTENT


def test_every_file_that_a_phone_was_told_is_safe_stays(
    phone: Phone, published: FormVersion, operation: Operation
) -> None:
    large = filled(contact="x" * 70_000)
    phone.send(filled(photo="a.jpg"), [("a.jpg", b"picture")])
    phone.send(large)
    lying = [path for path in store.folder_of(operation.code).rglob("*") if path.is_file()]
    assert len(lying) == 2
    for path in lying:
        os.utime(path, (NOW - 10 * SAFE_AGE, NOW - 10 * SAFE_AGE))
    for now in (NOW, LATER):
        assert _sweep(operation, now) == Swept()
    assert store.read_kept(operation.code, hashlib.sha256(large).hexdigest()) == large
    assert store.read_kept(operation.code, Attachment.objects.get().sha256) == b"picture"


def test_file_that_a_row_names_after_all_comes_back(
    phone: Phone, published: FormVersion, operation: Operation
) -> None:
    path = _orphan(operation)
    _sweep(operation)
    phone.send(filled())
    Attachment.objects.create(
        submission=Submission.objects.get(), filename="a.jpg", sha256=path.name, size=len(CONTENT)
    )
    assert _sweep(operation, LATER) == Swept(back=1)
    assert path.read_bytes() == CONTENT


def test_file_sent_again_while_the_old_one_lies_aside_is_kept(
    phone: Phone, published: FormVersion, operation: Operation
) -> None:
    path = _orphan(operation)
    _sweep(operation)
    assert phone.send(filled(photo="a.jpg"), [("a.jpg", CONTENT)]).status == 201
    assert path.read_bytes() == CONTENT
    assert _sweep(operation, LATER) == Swept(back=1)
    assert path.read_bytes() == CONTENT
    assert _sweep(operation, LATER) == Swept()


def test_file_written_afresh_between_the_look_and_the_move_is_put_back(
    operation: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _orphan(operation)
    known = orphans._known

    def meanwhile(hashes: list[str]) -> set[str]:
        path.unlink()
        _orphan(operation, age=0)
        return known(hashes)

    monkeypatch.setattr(orphans, "_known", meanwhile)
    assert _sweep(operation) == Swept()
    assert path.read_bytes() == CONTENT
    assert list((store.folder_of(operation.code) / "aside").iterdir()) == []


def test_unfinished_file_is_taken_away_after_a_day(operation: Operation) -> None:
    incoming = store.Incoming(operation.code)
    incoming.write(CONTENT)
    (path,) = (store.folder_of(operation.code) / "incoming").iterdir()
    os.utime(path, (NOW - SAFE_AGE + 1, NOW - SAFE_AGE + 1))
    assert _sweep(operation) == Swept()
    os.utime(path, (NOW - SAFE_AGE - 1, NOW - SAFE_AGE - 1))
    assert _sweep(operation) == Swept(unfinished=1)
    incoming.discard()


def test_quarantine_and_foreign_names_are_left_alone(operation: Operation) -> None:
    folder = store.folder_of(operation.code)
    for name in ("quarantine/ab/" + "ab" * 32, "ab/readme", "ab/.hidden"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(CONTENT)
        os.utime(path, (0, 0))
    assert _sweep(operation) == Swept()
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 3


def test_every_table_that_names_files_of_the_store_is_asked() -> None:
    asked = {table.model for table in orphans._tables()}
    named = {
        table
        for table in apps.get_models()
        if table.__name__ in {"Submission", "Attachment", "Upload", "ReleaseFile", "KeptBody"}
    }
    assert len(named) == 5
    assert named <= asked


def test_what_the_intake_trusts_is_younger_than_what_the_sweep_takes() -> None:
    assert store.RECENT + ASIDE_FOR < SAFE_AGE


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    moment = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: moment[0])
    return moment


def test_duty_sweeps_some_hours_after_the_start_and_again(
    operation: Operation, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    swept: list[str] = []

    def sweep(**known: Any) -> Swept:
        swept.append(known["operation"].code)
        return Swept(away=2)

    monkeypatch.setattr(actions, "sweep_files", sweep)
    duty = Sweep()
    assert duty(Event()) == 0
    clock[0] += SWEEP_EVERY
    assert duty(Event()) == 2
    assert duty(Event()) == 0
    assert swept == [operation.code]
