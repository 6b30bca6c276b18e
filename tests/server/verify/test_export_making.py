"""Making files beside those that answer: taken over where a process dies, stopped where nobody wants them.

1. What a dead process left is begun anew and becomes whole; nothing of the first try stays on the disk.
2. After three deaths it is given up, with a word.
3. Who asked may stop it at any moment; no file and no rows are left.
4. A process that is to end puts it back.
5. Two processes never make the same file.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opendtm_server.collect.models import Round, Submission
from opendtm_server.govern.workers import this_worker
from opendtm_server.verify import actions, queries
from opendtm_server.verify.actions import export_making
from opendtm_server.verify.actions.export_files import making_of
from opendtm_server.verify.models import Export

Receive = Callable[..., Submission]
NOBODY = this_worker().rpartition(":")[0] + ":4194999"  # beyond the largest process number of Linux


@pytest.fixture
def asked(week: Round, receive: Receive, manager: User, monkeypatch: pytest.MonkeyPatch) -> Export:
    """Give an export of five submissions that waits; lots are of two."""
    monkeypatch.setattr("opendtm_server.verify.queries.exports.LOT", 2)
    for _ in range(5):
        receive()
    wish = queries.Wish(form=week.form_id, kind="csv")
    return actions.ask_export(operation=week.operation, wish=wish, by=manager)


def left() -> list[str]:
    """List what lies where exports are made."""
    return sorted(one.name for one in (Path(settings.DATA_DIR) / "exports").glob("*"))


def abandon(export: Export, **facts: Any) -> None:
    """Leave an export as a process does that is killed in the middle."""
    folder = making_of(export)
    folder.mkdir(parents=True)
    (folder / "table-0.parquet").write_bytes(b"half")
    actions.path_of(export).write_bytes(b"half")
    known = {"state": "working", "worker": NOBODY, "tries": 1, "last_sign_at": timezone.now()}
    Export.objects.filter(pk=export.pk).update(**{**known, **facts})


def work(times: int = 1_000) -> int:
    """Have the waiting exports made as the process beside does, for so many questions whether to go on."""
    answers = iter([True] * times)
    return actions.make_waiting_exports(wanted=lambda: next(answers, False))


def test_what_a_killed_process_left_is_made_anew_and_whole(asked: Export) -> None:
    abandon(asked, written=2)

    assert work() == 1

    asked.refresh_from_db()
    assert (asked.state, asked.written, asked.tries, asked.worker) == ("done", 5, 2, "")
    assert left() == [actions.path_of(asked).name]


def test_a_process_of_another_machine_is_waited_for_as_long_as_it_gives_signs(
    asked: Export,
) -> None:
    abandon(asked, worker="elsewhere:7")
    assert work() == 0
    Export.objects.update(last_sign_at=timezone.now() - timedelta(minutes=16))

    assert work() == 1

    asked.refresh_from_db()
    assert asked.state == "done"


def test_what_was_under_way_before_processes_were_named_is_made_anew(asked: Export) -> None:
    abandon(asked, worker="", last_sign_at=None, tries=0)

    assert work() == 1

    asked.refresh_from_db()
    assert (asked.state, asked.tries) == ("done", 1)


def test_a_process_that_lives_is_left_alone(asked: Export) -> None:
    abandon(asked, worker=NOBODY.rpartition(":")[0] + f":{os.getppid()}")

    assert work() == 0
    assert len(left()) == 2


def test_a_making_that_breaks_off_again_and_again_is_given_up_in_words(
    asked: Export, manager: User, client: Client
) -> None:
    abandon(asked, tries=3)

    assert work() == 0

    asked.refresh_from_db()
    assert (asked.state, asked.problem, left()) == ("failed", "OD796", [])
    client.force_login(manager)
    for lang, words in (("en", "broke off 3 times"), ("fr", "a été interrompue 3 fois")):
        page = client.get(f"/{lang}/desk/{asked.operation.code}/exports/").content.decode()
        assert words in page.replace("\xa0", " ")


def test_who_asked_stops_it_while_it_is_read(
    asked: Export, manager: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(manager)
    address = reverse("verify:remove_export", args=[asked.operation.code, asked.pk])
    lots = []

    def stopped_after_a_lot(*args: Any, **facts: Any) -> Any:
        for lot in real(*args, **facts):
            lots.append(lot)
            client.post(address)
            yield lot

    real = queries.in_lots
    monkeypatch.setattr(queries, "in_lots", stopped_after_a_lot)

    work()

    asked.refresh_from_db()
    assert (asked.state, len(lots), left()) == ("gone", 1, [])
    assert work() == 0


def test_who_asked_stops_it_while_the_file_is_written(
    asked: Export, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(rows: Any, target: Path, *_: Any) -> None:
        target.write_bytes(b"half")
        actions.remove_export(export=asked, by=manager)
        list(rows.again(rows.plan.tables[0]))
        raise AssertionError("went on")

    monkeypatch.setattr(export_making, "write", stopped)

    work()

    asked.refresh_from_db()
    assert (asked.state, left()) == ("gone", [])


def test_a_process_that_is_to_end_puts_it_back_without_a_try(asked: Export) -> None:
    work(times=2)

    asked.refresh_from_db()
    assert (asked.state, asked.tries, left()) == ("waiting", 0, [])
    work()
    asked.refresh_from_db()
    assert (asked.state, asked.tries) == ("done", 1)


def test_one_that_somebody_else_took_is_not_made_twice(asked: Export) -> None:
    same = Export.objects.get(pk=asked.pk)
    abandon(asked, worker="elsewhere:7")

    again = actions.make_export(export=same)

    assert (again.state, again.worker) == ("working", "elsewhere:7")
    assert len(left()) == 2


def test_an_error_of_the_machine_is_tried_again_and_leaves_nothing(
    asked: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(export_making, "write", _disk_full)
        with pytest.raises(OSError, match="full"):
            work()

    work()

    asked.refresh_from_db()
    assert (asked.state, asked.tries) == ("done", 2)
    assert left() == [actions.path_of(asked).name]


def _disk_full(*_: Any) -> None:
    raise OSError(28, "disk full")


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_in_the_middle_loses_nothing(
    asked: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's database of the tests lies in the memory of one process")
    connections.close_all()
    child = os.fork()
    if child == 0:
        real, lots = export_making.add_rows, iter(range(1))
        export_making.add_rows = (  # type: ignore[assignment]
            lambda *a, **k: (
                real(*a, **k) if next(lots, None) is not None else os.kill(os.getpid(), 9)
            )
        )
        work()
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -9
    asked.refresh_from_db()
    assert (asked.state, asked.written, len(left())) == ("working", 2, 1)

    work()

    asked.refresh_from_db()
    assert (asked.state, asked.written, asked.tries) == ("done", 5, 2)
