"""Raw answers leave the house as a file: whole, for those allowed, as sent or as corrected, and not for long.

1. What fits the wish when it is asked for stands in the file, and nothing that came later.
2. A row that vanishes in between keeps the file from being handed out.
3. Answers as sent, or with corrections in the place of what was sent; every correction is told.
4. Personal answers only to who may have them, and only where asked for.
5. A file is for who asked for it, and is removed after a day.
"""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opendtm_server.collect.models import Round, Submission
from opendtm_server.govern.models import AuditEvent, Operation
from opendtm_server.govern.roles import Role
from opendtm_server.verify import actions, queries
from opendtm_server.verify.models import Export
from opendtm_server.verify.problems import NothingChosen

Receive = Callable[..., Submission]


def wish(week: Round, **more: Any) -> queries.Wish:
    """Ask for CSV files of the week's form."""
    return queries.Wish(form=week.form_id, kind=more.pop("kind", "csv"), **more)


def rows(export: Export) -> list[dict[str, str]]:
    """Read the main table of an export."""
    with ZipFile(actions.path_of(export)) as archive:
        text = archive.read("submissions.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def made(week: Round, by: User, **more: Any) -> Export:
    """Ask for an export and make it."""
    asked = actions.ask_export(operation=week.operation, wish=wish(week, **more), by=by)
    return actions.make_export(export=asked)


def test_file_holds_what_was_chosen_and_nothing_that_came_later(
    week: Round, receive: Receive, manager: User
) -> None:
    first = receive()
    asked = actions.ask_export(operation=week.operation, wish=wish(week), by=manager)
    receive()
    export = actions.make_export(export=asked)
    assert (export.state, export.expected, export.written) == ("done", 1, 1)
    assert [row["_id"] for row in rows(export)] == [first.instance_id]
    assert export.size > 0
    assert len(export.sha256) == 64


def test_row_that_vanishes_keeps_the_file_back(
    week: Round, receive: Receive, manager: User
) -> None:
    receive()
    asked = actions.ask_export(operation=week.operation, wish=wish(week), by=manager)
    Export.objects.filter(pk=asked.pk).update(expected=2)
    asked.refresh_from_db()
    export = actions.make_export(export=asked)
    assert (export.state, export.problem) == ("failed", "OD782")
    assert not actions.path_of(export).exists()


def test_nothing_chosen_is_said(week: Round, manager: User) -> None:
    with pytest.raises(NothingChosen):
        actions.ask_export(operation=week.operation, wish=wish(week), by=manager)


def test_answers_come_corrected_or_as_sent(week: Round, receive: Receive, manager: User) -> None:
    submission = receive()
    before = rows(made(week, manager))[0]["idp_individuals"]
    actions.correct_answer(
        submission=submission,
        concept="idp_individuals",
        new_value=77,
        reason="Counted again",
        by=manager,
    )
    corrected = rows(made(week, manager))[0]
    assert corrected["idp_individuals"] == "77"
    assert corrected["_corrected"].startswith("idp_individuals=77")
    assert rows(made(week, manager, corrected=False))[0]["idp_individuals"] == before


def test_filters_choose_by_review_round_site_and_day(
    week: Round, receive: Receive, manager: User
) -> None:
    receive()
    today = timezone.localdate()
    operation = week.operation
    for more, count in (
        ({"review": "received"}, 1),
        ({"review": "approved"}, 0),
        ({"round": week.pk}, 1),
        ({"site": "absent"}, 0),
        ({"since": today, "until": today}, 1),
        ({"until": today - timedelta(days=1)}, 0),
    ):
        found = queries.chosen_for_export(operation, wish(week, **more))  # type: ignore[arg-type]
        assert found.count() == count, more


def test_wish_is_kept_and_given_back(week: Round) -> None:
    asked = wish(week, since=timezone.localdate(), round=3, labels=True)
    assert queries.Wish.restored(json.loads(json.dumps(asked.stored()))) == asked


def test_personal_answers_need_the_right(
    week: Round, receive: Receive, person: Callable[..., User]
) -> None:
    receive()
    reader = person(Role.FIELD_COORDINATOR, at=week.operation)
    with pytest.raises(PermissionDenied):
        actions.ask_export(operation=week.operation, wish=wish(week, personal=True), by=reader)
    assert actions.ask_export(operation=week.operation, wish=wish(week), by=reader).pk


def test_export_is_written_into_the_audit_log(week: Round, receive: Receive, manager: User) -> None:
    receive()
    made(week, manager)
    event = AuditEvent.objects.get(action="ask_export")
    assert event.details == {"submissions": 1, "kind": "csv", "personal": False}


def test_page_makes_the_file_and_hands_it_out_to_who_asked(
    week: Round, receive: Receive, manager: User, head: User, browse: Callable[[User], Client]
) -> None:
    receive()
    desk, where = browse(manager), reverse("verify:exports", args=[week.operation.code])
    asked = {"form": week.form_id, "kind": "xlsx", "lang": "en", "corrected": "on"}
    assert desk.post(where, asked).status_code == 302
    export = Export.objects.get()
    assert "Waits for its turn" in desk.get(where).content.decode()
    assert actions.make_waiting_exports(wanted=lambda: True) == 1
    export.refresh_from_db()
    page = desk.get(where).content.decode()
    assert export.filename in page
    file = desk.get(reverse("verify:export_file", args=[week.operation.code, export.pk]))
    assert file["Cache-Control"] == "private, no-store"
    assert b"".join(file.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
    other = browse(head)
    assert (
        other.get(reverse("verify:export_file", args=[week.operation.code, export.pk])).status_code
        == 404
    )
    assert export.filename not in other.get(where).content.decode()


def test_page_without_submissions_says_so(
    operation: Operation, manager: User, browse: Callable[[User], Client]
) -> None:
    page = browse(manager).get(reverse("verify:exports", args=[operation.code])).content.decode()
    assert "You have not asked for a file yet." in page


def test_wish_without_a_form_is_refused_in_words(
    operation: Operation, manager: User, browse: Callable[[User], Client]
) -> None:
    page = browse(manager).post(reverse("verify:exports", args=[operation.code]), {"kind": "xlsx"})
    assert page.status_code == 200
    assert not Export.objects.exists()


def test_removed_file_is_gone_and_the_line_stays(
    week: Round, receive: Receive, manager: User
) -> None:
    receive()
    export = actions.remove_export(export=made(week, manager), by=manager)
    assert export.state == "gone"
    assert not actions.path_of(export).exists()
    assert Export.objects.count() == 1


def test_nobody_removes_another_persons_file(
    week: Round, receive: Receive, manager: User, head: User
) -> None:
    receive()
    export = made(week, manager)
    with pytest.raises(PermissionDenied):
        actions.remove_export(export=export, by=head)


def test_files_go_after_a_day(week: Round, receive: Receive, manager: User) -> None:
    receive()
    done = made(week, manager)
    waits = actions.ask_export(operation=week.operation, wish=wish(week), by=manager)
    long_ago = timezone.now() - timedelta(days=2)
    Export.objects.filter(pk=done.pk).update(done_at=long_ago)
    Export.objects.filter(pk=waits.pk).update(asked_at=long_ago)
    actions.remove_old_exports(week.operation)
    assert set(Export.objects.values_list("pk", "state")) == {
        (done.pk, "gone"),
        (waits.pk, "waiting"),
    }
    assert not actions.path_of(done).exists()


@pytest.mark.parametrize("kind", ["xlsx", "csv", "parquet", "spss", "stata"])
def test_every_format_is_made(kind: str, week: Round, receive: Receive, manager: User) -> None:
    receive()
    assert made(week, manager, kind=kind).state == "done"


def test_map_of_a_form_without_a_position_fails_in_words(
    week: Round, receive: Receive, manager: User, browse: Callable[[User], Client]
) -> None:
    receive()
    export = made(week, manager, kind="geojson")
    assert (export.state, export.problem) == ("failed", "OD121")
    page = browse(manager).get(reverse("verify:exports", args=[week.operation.code]))
    assert "asks for no position" in page.content.decode()
