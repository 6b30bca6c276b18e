"""The desk pages of collect and verify: who may open which, what they say, and that they change things."""

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from opendtm_server.collect.actions import put_in_quarantine
from opendtm_server.collect.errors import FormUnknown
from opendtm_server.collect.models import Device, Quarantine, Round, Submission
from opendtm_server.collect.parcel import of_bytes
from opendtm_server.govern.models import Operation
from opendtm_server.verify import actions
from opendtm_server.verify.models import Correction, Finding

Browse = Callable[[User], Client]
Receive = Callable[..., Submission]
pytestmark = pytest.mark.django_db
READING = {"head": 200, "manager": 200, "coordinator": 200, "facilitator": 403, "cluster": 403}
MANAGING = {"head": 200, "manager": 200, "coordinator": 403, "facilitator": 403, "cluster": 403}
FIGURES = {"head": 200, "manager": 200, "coordinator": 200, "facilitator": 403, "cluster": 200}


@pytest.fixture
def visit(receive: Receive) -> Submission:
    """Give a checked visit with an open hard finding and an answer that names somebody."""
    submission = receive(site="S1", persons=10, households=20, contact="Canary Person")
    actions.check_submission(submission=submission)
    return submission


def _address(visit: Submission, path: str, lang: str = "en") -> str:
    finding = visit.findings.get(check_code="individuals_below_households")
    words = {
        "s": visit.pk,
        "r": visit.round_id,
        "f": visit.form_version.form_id,
        "v": visit.form_version_id,
        "n": finding.pk,
    }
    return f"/{lang}/desk/{visit.operation.code}/" + path.format(**words)


@pytest.mark.parametrize(
    ("path", "rights"),
    [
        ("rounds/", FIGURES),
        ("rounds/open/", MANAGING),
        ("submissions/", READING),
        ("submissions/?q=S1&placed=missing", READING),
        ("submissions/{s}/", READING),
        ("submissions/{s}/original.xml", MANAGING),
        ("submissions/{s}/correct/idp_individuals/", READING),
        ("submissions/{s}/findings/{n}/accept/", READING),
        ("submissions/{s}/review/", READING),
        ("rounds/{r}/?state=assessed&q=s1", READING),
        ("rounds/{r}/sites/S2/", READING),
        ("rounds/{r}/verification/", READING),
        ("rounds/{r}/verification/sign-off/", MANAGING),
        ("rounds/{r}/verification/reopen/", MANAGING),
        ("rounds/{r}/verification/cleaning-log.csv", READING),
        ("findings/", READING),
        ("findings/?severity=hard&state=open&check=individuals_below_households", READING),
        ("quarantine/", READING),
        ("forms/", MANAGING),
        ("forms/publish/", MANAGING),
        ("forms/{f}/", MANAGING),
        ("forms/{f}/retire/", MANAGING),
        ("forms/versions/{v}.xml", MANAGING),
        ("devices/", MANAGING),
        ("devices/add/", MANAGING),
    ],
)
def test_page_opens_to_those_who_may_in_both_languages(
    visit: Submission,
    browse: Browse,
    request: pytest.FixtureRequest,
    path: str,
    rights: dict[str, int],
) -> None:
    for name, status in rights.items():
        client = browse(request.getfixturevalue(name))
        for lang in ("en", "fr"):
            reply = client.get(_address(visit, path, lang))
            b"".join(reply)
            got = reply.status_code
            cluster_and_open_round = name == "cluster" and path.startswith("rounds/{r}/?")
            assert got == (404 if cluster_and_open_round else status), (name, lang)


@pytest.mark.parametrize(
    "path", ["submissions/{s}/", "rounds/{r}/", "findings/", "devices/", "quarantine/"]
)
def test_person_of_another_operation_finds_nothing(
    visit: Submission,
    browse: Browse,
    other_operation: Operation,
    person: Callable[..., User],
    path: str,
) -> None:
    from opendtm_server.govern.roles import Role

    stranger = person(Role.HEAD_OF_MISSION, at=other_operation)
    client = browse(stranger)
    own = _address(visit, path).replace(f"/{visit.operation.code}/", f"/{other_operation.code}/")
    assert client.get(_address(visit, path)).status_code == 404
    if "{" in path:
        assert client.get(own).status_code == 404


def test_submission_page_shows_labels_states_and_findings_in_the_language(
    visit: Submission, browse: Browse, coordinator: User
) -> None:
    client = browse(coordinator)
    english = client.get(_address(visit, "submissions/{s}/")).content.decode()
    french = client.get(_address(visit, "submissions/{s}/", "fr")).content.decode()
    assert "How many displaced persons live here?" in english
    assert "Combien de personnes déplacées vivent ici" in french
    assert "Asked, left empty" in english
    assert "fewer than the" in english
    assert "Canary" not in english + french


def test_correction_is_made_on_its_page(
    visit: Submission, browse: Browse, coordinator: User
) -> None:
    client = browse(coordinator)
    address = _address(visit, "submissions/{s}/correct/idp_individuals/")
    assert "A reason" not in client.get(address).content.decode()
    refused = client.post(address, {"value": "-3", "reason": "x"})
    assert refused.status_code == 200
    assert not Correction.objects.exists()
    done = client.post(address, {"value": "0", "reason": "All have left"})
    assert done.status_code == 302
    assert Correction.objects.get().new_value == 0


def test_findings_are_accepted_together_with_a_reason(
    visit: Submission, browse: Browse, coordinator: User
) -> None:
    client = browse(coordinator)
    number = str(visit.findings.get(check_code="individuals_below_households").pk)
    asked = client.post(_address(visit, "findings/accept/"), {"chosen": [number]})
    assert asked.status_code == 200
    address = _address(visit, "findings/accept/")
    client.post(address, {"chosen": [number, "x"], "reason": "Counted by household"})
    assert Finding.objects.get(pk=number).state == "accepted"


def test_sign_off_says_what_stands_in_the_way(
    visit: Submission, browse: Browse, manager: User
) -> None:
    client = browse(manager)
    reply = client.post(_address(visit, "rounds/{r}/verification/sign-off/"), follow=True)
    text = reply.content.decode()
    assert "cannot be signed off" in text
    assert "What stands in the way" in text
    assert not Round.objects.get(pk=visit.round_id).signed_off_at


def test_original_comes_back_byte_for_byte_and_cannot_run(
    visit: Submission, browse: Browse, manager: User
) -> None:
    reply: Any = browse(manager).get(_address(visit, "submissions/{s}/original.xml"))
    body = b"".join(reply.streaming_content)
    assert b"<idp_individuals>10</idp_individuals>" in body
    assert reply["Content-Disposition"].startswith("attachment")
    assert "sandbox" in reply["Content-Security-Policy"]
    assert reply["X-Content-Type-Options"] == "nosniff"


def test_cleaning_log_holds_no_formula(
    visit: Submission, browse: Browse, coordinator: User
) -> None:
    actions.correct_answer(
        submission=visit,
        concept="idp_individuals",
        new_value=90,
        reason='=HYPERLINK("x")',
        by=coordinator,
    )
    reply = browse(coordinator).get(_address(visit, "rounds/{r}/verification/cleaning-log.csv"))
    (line,) = csv.DictReader(StringIO(reply.content.decode("utf-8-sig")))
    assert list(line)[:5] == ["uuid", "question", "old_value", "new_value", "change_type"]
    assert line["reason"].startswith("'=")
    assert (line["old_value"], line["new_value"]) == ("10", "90")


def test_device_address_is_shown_once(
    visit: Submission, browse: Browse, manager: User, facilitator: User
) -> None:
    client = browse(manager)
    reply = client.post(
        _address(visit, "devices/add/"), {"user": facilitator.pk, "code": "tablet-1"}
    )
    text = reply.content.decode()
    device = Device.objects.get(code="tablet-1")
    assert "/openrosa/key/" in text
    assert device.token_sha256 not in text
    assert "/openrosa/key/" not in client.get(_address(visit, "devices/")).content.decode()
    client.post(_address(visit, f"devices/{device.pk}/revoke/"))
    device.refresh_from_db()
    assert device.revoked_at is not None


def test_quarantine_is_decided_once_with_a_reason(
    visit: Submission, browse: Browse, coordinator: User
) -> None:
    device = Device.objects.get()
    held = put_in_quarantine(device=device, body=of_bytes(b"x"), reason=FormUnknown(form_id="x"))
    client = browse(coordinator)
    address = _address(visit, f"quarantine/{held.pk}/", "fr")
    assert "Cette maison ne connaît pas le formulaire" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 200
    assert client.post(address, {"reason": "Old test form"}).status_code == 302
    assert Quarantine.objects.get().decision == "Old test form"


def test_unreadable_xlsform_is_explained_and_not_published(
    visit: Submission, browse: Browse, manager: User, tmp_path: Any
) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(b"not a workbook")
    with path.open("rb") as file:
        reply = browse(manager).post(
            _address(visit, "forms/publish/"), {"file": file, "publish": "1"}
        )
    assert reply.status_code == 200
    assert "form-errors" in reply.content.decode() or "findings" in reply.content.decode()
    assert visit.operation.forms.count() == 1
