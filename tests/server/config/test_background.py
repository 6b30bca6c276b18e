"""What the house does by itself: it checks what came, goes on after trouble, and ends with its main process."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.utils import timezone
from tests.postgres import free_port
from tests.server import weekly
from tests.server.phone import Phone, filled
from tests.server.weekly import Field, answered

from opendtm.errors import InputProblem
from opendtm_server.collect import store
from opendtm_server.collect.models import Submission
from opendtm_server.config import background, duties
from opendtm_server.verify import actions as verify
from opendtm_server.verify import queries
from opendtm_server.verify.models import Export, Finding
from soak import processes

PATIENCE = 90.0
FOUND = """
import os
from pathlib import Path
from opendtm_server.config import serving
serving.prepare(Path(os.environ["OPENDTM_DATA"]), keep_static=False)
from django.contrib.auth.models import User
from opendtm_server.collect.actions import add_device, publish_xform
from opendtm_server.govern.actions import create_operation
from tests.server.phone import xform
keeper = User.objects.create_superuser("keeper")
operation = create_operation(code="one", name="One", name_fr="Un", country="", country_code="", by=keeper)
publish_xform(operation=operation, xform=xform(), identity=("site_visit", "1", "Visit"), by=keeper)
print(add_device(operation=operation, user=keeper, by=keeper).token)
"""
ALONE = """
import os, time
import django
from opendtm_server.config.background import Background
django.setup()
Background().start()
print("ready", flush=True)
time.sleep(120)
"""


@pytest.fixture
def field(operation: Any, manager: User, facilitator: User) -> Field:
    """Give an operation with its form, phone and rounds."""
    return weekly.prepare(operation, manager, facilitator)


@pytest.mark.django_db
def test_everything_that_waits_is_checked_each_once(field: Field) -> None:
    for site in ("S1", "S2", "S3"):
        field.send(1, site, answered(10, 20))
    checks = duties.Checks()

    assert checks(Event()) == 3
    assert checks(Event()) == 0

    assert Finding.objects.filter(severity="hard").values("submission").distinct().count() == 3


@pytest.mark.django_db
def test_told_to_stop_it_checks_nothing_more(field: Field) -> None:
    field.send(1, "S1", answered(10, 20))
    stop = Event()
    stop.set()

    assert duties.Checks()(stop) == 0
    assert duties.entities(stop) == 0


@pytest.mark.django_db
def test_one_that_cannot_be_checked_holds_nobody_up(field: Field) -> None:
    lost = field.send(1, "S2", answered(10, 20))
    store.path_of(field.operation.code, lost.sha256).unlink()
    for site in ("S1", "S3"):
        field.send(1, site, answered(10, 20))
    checks = duties.Checks()

    with pytest.raises(FileNotFoundError):
        checks(Event())  # the lot of all three
    with pytest.raises(FileNotFoundError):
        checks(Event())  # each by itself, up to the lost one
    checks(Event())  # the lost one is set aside
    assert checks(Event()) == 0

    assert set(Submission.objects.filter(checked=None)) == {lost}
    assert checks.aside == {lost.pk}


@pytest.mark.django_db
def test_database_that_was_away_throws_doubt_on_nobody(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    field.send(1, "S1", answered(10, 20))
    checks = duties.Checks()
    with monkeypatch.context() as away:
        away.setattr(duties.verify, "check_some", _away)
        with pytest.raises(OperationalError):
            checks(Event())

    assert checks(Event()) == 1
    assert not checks.doubtful


def _away(**_what: object) -> None:
    raise OperationalError("the connection is closed")


@pytest.mark.django_db
def test_nothing_is_due_where_nothing_is_set_up(keeper: User) -> None:
    assert duties.pulls(Event()) == 0


@pytest.mark.django_db
def test_file_that_somebody_waits_for_is_made(field: Field) -> None:
    field.send(1, "S1", answered(10, 20))
    wish = queries.Wish(form=field.form.pk, kind="csv")
    asked = verify.ask_export(operation=field.operation, wish=wish, by=field.manager)
    assert duties.exports(Event()) == 1
    asked.refresh_from_db()
    assert asked.state == "done"
    assert verify.path_of(asked).is_file()
    assert duties.exports(Event()) == 0


@pytest.mark.django_db
def test_file_of_an_export_goes_after_a_day_though_nobody_looks(field: Field) -> None:
    field.send(1, "S1", answered(10, 20))
    wish = queries.Wish(form=field.form.pk, kind="csv")
    asked = verify.ask_export(operation=field.operation, wish=wish, by=field.manager)
    export = verify.make_export(export=asked)
    duties.old_files(Event())
    assert verify.path_of(export).is_file()

    Export.objects.update(done_at=timezone.now() - timedelta(hours=25))
    duties.old_files(Event())

    assert not verify.path_of(export).exists()


def test_trouble_is_told_once_by_kind_and_place_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    trouble = background.Trouble("checks")
    for _ in range(2):
        with trouble:
            raise InputProblem(name="Canary Person")

    (told,) = caplog.records
    assert "InputProblem test_background.py:" in told.getMessage()
    assert "Canary" not in told.getMessage()


def test_being_told_to_end_is_no_trouble() -> None:
    with pytest.raises(SystemExit), background.Trouble("checks"):
        raise SystemExit(0)


def test_duty_goes_on_after_trouble_and_ends_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "AFTER_TROUBLE", 0.0)
    calls: list[int] = []

    def duty(stop: Event) -> int:
        calls.append(1)
        if len(calls) == 1:
            raise OSError("away")
        stop.set()
        return 1

    going_on = Thread(target=background.repeat, args=("checks", duty, Event()))
    going_on.start()
    going_on.join(PATIENCE)

    assert len(calls) == 2


def test_submission_is_checked_without_anybody_and_the_house_stops_cleanly(tmp_path: Path) -> None:
    with served(tmp_path) as (main, phone):
        assert phone.send(filled(persons=10, households=20)).status == 201
        until(lambda: "individuals_below_households" in checked(tmp_path)[0])

        beside = set(processes.family(main.pid)[1:]) - set(processes.children(main.pid))
        assert len(beside) == 1
        processes.kill(list(beside))
        assert phone.send(filled(persons=10, households=20)).status == 201
        until(lambda: len(checked(tmp_path)) == 2)

        every = processes.family(main.pid)
        main.terminate()
        assert main.wait(PATIENCE) == 0
        until(lambda: not any(processes.alive(pid) for pid in every))
        said = main.communicate()[0].decode()
    assert "background_died" in said
    assert "Traceback" not in said


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tie a process to its parent")
def test_background_ends_with_a_main_process_that_is_killed(tmp_path: Path) -> None:
    environment = os.environ | {
        "OPENDTM_DATA": str(tmp_path),
        "OPENDTM_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "opendtm_server.config.settings",
    }
    parent = subprocess.Popen(
        [sys.executable, "-c", ALONE], env=environment, stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"ready\n"

    parent.send_signal(signal.SIGKILL)

    # The pipe ends only when the process beside, which inherited it, is gone, too.
    assert parent.communicate(timeout=PATIENCE)[0] == b""


@contextmanager
def served(data: Path) -> Iterator[tuple[subprocess.Popen[bytes], Phone]]:
    """Serve a new house on SQLite; give its main process and a phone."""
    root = Path(__file__).parents[3]
    environment = os.environ | {
        "OPENDTM_DATA": str(data),
        "OPENDTM_DATABASE_URL": "",
        "PYTHONPATH": os.pathsep.join([str(root / "src"), str(root)]),
    }
    python = [sys.executable]
    founded = subprocess.run(
        [*python, "-c", FOUND], env=environment, capture_output=True, text=True, check=False
    )
    assert founded.returncode == 0, founded.stderr
    port = free_port()
    command = ["-m", "opendtm.cli.main", "serve", "--data", str(data), "--port", str(port)]
    main = subprocess.Popen(
        [*python, *command], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    phone = Phone(f"http://127.0.0.1:{port}/openrosa/key/{founded.stdout.strip()}")
    try:
        until(lambda: _answers(phone))
        yield main, phone
    finally:
        main.kill()
        main.wait()
        if main.stdout:
            main.stdout.close()


def until(true: Callable[[], bool]) -> None:
    """Wait until something is true; fail after a bounded time."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.05)


def checked(data: Path) -> list[str]:
    """Give what was found in each checked submission of a house on SQLite."""
    asked = (
        "SELECT coalesce(group_concat(f.check_code), '') FROM verify_check c"
        " LEFT JOIN verify_finding f ON f.submission_id = c.submission_id GROUP BY c.submission_id"
    )
    with closing(sqlite3.connect(f"file:{data / 'house.sqlite3'}?mode=ro", uri=True)) as house:
        return [row[0] for row in house.execute(asked)] or [""]


def _answers(phone: Phone) -> bool:
    with suppress(OSError):
        return phone.ask("GET", "/formList").status == 200
    return False
