"""Pulling from KoBoToolbox: the original XML where the server gives it, else the JSON written as XML."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from lxml import etree
from tests.server.collect.elsewhere import ASSET, KoboServer, as_json
from tests.server.phone import filled

from opendtm.forms import read_form, read_submission
from opendtm_server.collect import actions, queries, store
from opendtm_server.collect.models import Arrival, Attachment, NotTaken, Pull, Source, Submission
from opendtm_server.collect.sources.kobo import Kobo, _asked_at
from opendtm_server.collect.sources.rebuilding import xml_of
from opendtm_server.collect.sources.web import Web
from opendtm_server.govern.models import Operation
from opendtm_server.verify import actions as verify

NOW = "vQ6 (2026-01-04 10:05:00)"
Runner = Callable[..., Pull]


def sent(**wishes: Any) -> bytes:
    """Write what a phone sends to KoBoToolbox."""
    return filled(form=ASSET, version="vQ6 (2026-01-04 10:05:00)", **wishes)


@pytest.fixture
def source(kobo: KoboServer, operation: Operation, manager: User) -> Source:
    """Give the source that names it."""
    place = actions.Place("kobo", kobo.url, ASSET)
    return actions.add_source(
        operation=operation, name="kobo", place=place, secret=kobo.token, by=manager
    )


@pytest.fixture
def pull(source: Source, kobo: KoboServer, manager: User) -> Runner:
    """Give a runner of pulls that never really waits."""

    def run(**wishes: Any) -> Pull:
        source.refresh_from_db()
        web = Web(kobo.url, wait=[].append)
        remote = Kobo(web, asset=ASSET, secret=kobo.token)
        return actions.pull_source(source=source, by=manager, remote=remote, **wishes)

    return run


def test_pull_takes_the_original_xml(kobo: KoboServer, pull: Runner, operation: Operation) -> None:
    xml = sent(instance="uuid:a")
    kobo.send(451, xml)

    run = pull()

    assert (run.state, run.expected, run.taken) == ("done", 1, 1)
    held = Submission.objects.get()
    assert store.read_kept(operation.code, held.sha256) == xml
    assert held.form_version.version == "vQ6 (2026-01-04 10:05:00)"
    assert bytes(held.form_version.xform) == kobo.xform
    assert not Arrival.objects.get().rebuilt


def test_pull_goes_through_all_pages_by_number(
    kobo: KoboServer, pull: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("opendtm_server.collect.sources.kobo.PAGE", 2)
    for number in range(5):
        kobo.send(450 + number, sent(instance=f"uuid:{number}"))

    assert pull().taken == 5


def test_pull_without_xml_there_writes_it_from_the_json_and_says_so(
    kobo: KoboServer, pull: Runner, operation: Operation
) -> None:
    kobo.gives_xml = False
    kobo.send(451, sent(instance="uuid:a"), idp_individuals="123")

    run = pull()

    assert run.taken == 1
    held = Submission.objects.get()
    assert held.instance_id == "uuid:a"
    assert queries.observation_of(held)["idp_individuals"] == 123
    assert Arrival.objects.get().rebuilt


def test_pull_brings_the_files_by_this_servers_address(
    kobo: KoboServer, pull: Runner, operation: Operation
) -> None:
    row = kobo.send(451, sent(instance="uuid:a", photo="my photo.jpg"))
    kobo.attach(row, "my_photo.jpg", b"picture")

    pull()

    kept = Attachment.objects.get()
    assert kept.filename == "my photo.jpg"
    assert store.read_kept(operation.code, kept.sha256) == b"picture"


@pytest.mark.parametrize(
    ("stored", "question", "complete"),
    [
        ("photo_x7GhQ2d.jpg", "photo", True),
        ("photo_x7GhQ2d.jpg", "visit[2]/photo", False),
        ("other.jpg", "photo", False),
        ("photo_x7GhQ2d.png", "photo", False),
    ],
)
def test_pull_knows_a_file_that_was_renamed_there_by_its_question(
    kobo: KoboServer, pull: Runner, stored: str, question: str, complete: bool
) -> None:
    row = kobo.send(451, sent(instance="uuid:a", photo="photo.jpg"), photo="photo.jpg")
    kobo.attach(row, stored, b"picture")
    row["_attachments"][0]["question_xpath"] = question

    pull()

    assert Submission.objects.get().complete == complete


def test_pull_of_a_file_name_that_no_server_can_store_goes_on(
    kobo: KoboServer, pull: Runner
) -> None:
    kobo.send(451, sent(instance="uuid:a", photo="(?)"))
    kobo.send(452, sent(instance="uuid:b"))

    run = pull()

    assert (run.state, Submission.objects.count(), run.not_taken) == ("done", 2, 1)


def test_question_of_a_file_counts_the_passes_of_repeats() -> None:
    row = {
        "visit/site": "S1",
        "visit/rooms": [
            {"visit/rooms/walls": [{"visit/rooms/walls/view/photo": "a.jpg"}]},
            {"visit/rooms/walls": [{}, {"visit/rooms/walls/view/photo": "b.jpg"}]},
        ],
        "_attachments": [{"media_file_basename": "b.jpg"}],
    }
    assert list(_asked_at(row, "b.jpg")) == ["visit/rooms[2]/walls[2]/view/photo"]
    assert list(_asked_at(row, "S1")) == ["visit/site"]


def test_pull_with_a_file_deleted_there_takes_the_answers(kobo: KoboServer, pull: Runner) -> None:
    row = kobo.send(451, sent(instance="uuid:a", photo="photo.jpg"))
    kobo.attach(row, "photo.jpg", None)

    run = pull()

    assert run.not_taken == 1
    assert NotTaken.objects.get().error_code == "OD771"
    assert Submission.objects.count() == 1


def test_pull_takes_an_edit_as_an_edit_though_its_time_is_old(
    kobo: KoboServer, pull: Runner, operation: Operation
) -> None:
    kobo.send(451, sent(instance="uuid:a", persons=10), _submission_time="2026-01-02T09:00:00")
    kobo.send(452, sent(instance="uuid:x"), _submission_time="2026-03-01T09:00:00")
    pull()
    edited = sent(instance="uuid:b", replaces="uuid:a", persons=11)
    kobo.send(
        451,
        edited,
        _submission_time="2026-01-02T09:00:00",
        **{"meta/deprecatedID": "uuid:a", "meta/rootUuid": "uuid:a"},
    )

    run = pull()

    assert run.taken == 1
    live = queries.submissions_of(operation).filter(replaced=False)
    assert {one.instance_id for one in live} == {"uuid:b", "uuid:x"}


def test_pull_of_a_submission_edited_twice_in_between_leaves_one_standing(
    kobo: KoboServer, pull: Runner, operation: Operation
) -> None:
    kobo.send(451, sent(instance="uuid:a"))
    pull()
    kobo.send(
        451,
        sent(instance="uuid:c", replaces="uuid:b"),
        **{"meta/deprecatedID": "uuid:b", "meta/rootUuid": "uuid:a"},
    )

    pull()

    live = queries.submissions_of(operation).filter(replaced=False)
    assert [one.instance_id for one in live] == ["uuid:c"]


def test_pull_notes_what_was_decided_there(kobo: KoboServer, pull: Runner) -> None:
    row = kobo.send(451, sent(instance="uuid:a"))
    pull()
    row["_validation_status"] = {
        "timestamp": 1900000000,
        "uid": "validation_status_on_hold",
        "by_whom": "reviewer",
        "label": "On Hold",
    }

    assert pull().taken == 0
    assert Arrival.objects.get().review_state == "on_hold"


def test_pull_from_a_server_that_refuses_the_query_for_decisions_goes_on(
    kobo: KoboServer, pull: Runner
) -> None:
    kobo.send(451, sent(instance="uuid:a"))
    pull()
    kobo.send(452, sent(instance="uuid:b"))
    answers = kobo.answer

    def refusing(request: Any) -> Any:
        if "_validation_status.timestamp" in request.params.get("query", ""):
            return as_json(["Unsupported query"], 400)
        return answers(request)

    kobo.answer = refusing  # type: ignore[method-assign]

    run = pull()

    assert (run.state, run.taken) == ("done", 1)


def test_pull_with_a_wrong_token_fails_with_the_cause(kobo: KoboServer, pull: Runner) -> None:
    kobo.fail("/data/", as_json({"detail": "Invalid token."}, 401))

    run = pull()

    assert (run.state, run.error_code) == ("failed", "OD756")


def test_pull_of_another_body_with_a_known_number_is_not_taken(
    kobo: KoboServer, pull: Runner
) -> None:
    kobo.send(451, sent(instance="uuid:a", persons=1))
    kobo.send(452, sent(instance="uuid:a", persons=2))

    run = pull()

    assert (run.taken, run.not_taken) == (1, 1)
    assert NotTaken.objects.get().error_code == "OD707"


def test_rebuilt_xml_has_groups_repeats_and_nothing_of_the_servers_own() -> None:
    row = {
        "_id": 1,
        "formhub/uuid": "f",
        "visit/site": "S1",
        "visit/people/count": 3,
        "visit/family": [
            {"visit/family/name": "A & B", "visit/family/child": [{"visit/family/child/age": "4"}]},
            {"visit/family/name": "C"},
        ],
        "needs": "water food",
        "__version__": "v1",
        "meta/instanceID": "uuid:a",
        "meta/deprecatedID": "uuid:0",
        "_xform_id_string": "form1",
        "_attachments": [],
        "_geolocation": [1, 2],
    }

    root = etree.fromstring(xml_of(row, version="v1"))

    assert root.tag == "form1"
    assert root.get("version") == "v1"
    assert [one.findtext("name") for one in root.findall("visit/family")] == ["A & B", "C"]
    assert root.findtext("visit/family/child/age") == "4"
    assert root.findtext("visit/people/count") == "3"
    assert root.findtext("needs") == "water food"
    assert root.findtext("meta/deprecatedID") == "uuid:0"
    assert root.find("_id") is None
    assert root.find("_attachments") is None


def test_rebuilt_xml_of_odd_json_is_readable() -> None:
    row = {"a b/c": "x", "q": "bell\x07", "list": [1, None], "_uuid": "u", "_xform_id_string": "1f"}

    reading = read_submission(xml_of(row, version=""))

    assert reading.instance_id == "uuid:u"
    assert reading.form_id == "1f"
    assert {answer.value for answer in reading.answers} >= {"bell", "1"}


@pytest.mark.shared
def test_real_submissions_of_kobotoolbox_written_anew_say_the_same(shared: Path) -> None:
    folder = shared / "submissions" / "kobotoolbox_kpi"
    compared = 0
    for path in sorted(folder.glob("*new_repeats_0*.xml")):
        original = read_submission(path.read_bytes())
        row = _as_json(etree.fromstring(path.read_bytes()))
        again = read_submission(xml_of(row, version=original.version))
        assert {(one.path, one.value) for one in again.answers} == {
            (one.path, one.value) for one in original.answers
        }
        compared += 1
    assert compared == 3


def _as_json(root: etree._Element) -> dict[str, Any]:
    """Write a submission as KoBoToolbox does: paths as keys, repeats as lists."""
    row: dict[str, Any] = {"_xform_id_string": root.get("id")}

    def walk(node: etree._Element, path: str, into: dict[str, Any]) -> None:
        names = [child.tag for child in node]
        for child in node:
            here = f"{path}{child.tag}"
            if child.tag == "kids_details" or names.count(child.tag) > 1:
                one: dict[str, Any] = {}
                walk(child, f"{here}/", one)
                into.setdefault(here, []).append(one)
            elif len(child):
                walk(child, f"{here}/", into)
            else:
                into[here] = child.text

    walk(root, "", row)
    return row


def test_submission_of_a_version_that_the_server_keeps_no_longer_is_a_finding(
    kobo: KoboServer, pull: Runner, manager: User
) -> None:
    asked = f'" version="{read_form(kobo.xform).version}"'
    kobo.xform = kobo.xform.replace(asked.encode(), f'" version="{NOW}"'.encode(), 1)
    assert read_form(kobo.xform).version == NOW
    kobo.send(451, filled(form=ASSET, version=NOW, instance="uuid:now"))
    kobo.send(452, filled(form=ASSET, version="vOld (2025-01-01 00:00:00)", instance="uuid:old"))
    pull()

    told = {
        held.instance_id: [
            one.values
            for one in verify.check_submission(submission=held, by=manager)
            if one.check_code == "version_not_kept"
        ]
        for held in Submission.objects.all()
    }

    old = {"version": "vOld (2025-01-01 00:00:00)", "other": NOW}
    assert told == {"uuid:now": [], "uuid:old": [old]}


def test_codes_of_a_source_are_read_as_ours_and_placed(
    kobo: KoboServer, source: Source, pull: Runner, manager: User
) -> None:
    kobo.xform = kobo.xform.replace(b' opendtm:concept="access"', b"")
    lines = "access: access 1=yes 0=no"
    actions.change_source(source=source, habits=actions.Habits(mapping=lines), by=manager)
    kobo.send(451, sent(instance="uuid:a", access="0"))
    kobo.send(452, sent(instance="uuid:b", access="1"))

    pull()

    held = {one.instance_id: one for one in Submission.objects.all()}
    assert [held[key].access for key in ("uuid:a", "uuid:b")] == ["no", "yes"]
    assert queries.observation_of(held["uuid:a"])["access"] == "no"
