"""What phones read: the list of forms, the forms themselves, their files, and who is let in."""

import csv
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from lxml import etree
from tests.server import factories
from tests.server.phone import Phone, filled, xform

from opendtm_server.collect import actions, openrosa
from opendtm_server.collect.models import Device, FormVersion
from opendtm_server.govern.models import Operation
from opendtm_server.places.models import Site

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
WITH_SITES = '<instance id="sites" src="jr://file-csv/sites.csv"/>'


def _entries(phone: Phone, query: str = "") -> list[dict[str, str]]:
    root = etree.fromstring(phone.ask("GET", f"/formList{query}").body)
    return [{child.tag.removeprefix(LIST): child.text or "" for child in entry} for entry in root]


def _publish(
    operation: Operation, by: User, *, form_id: str = "site_visit", **form: str
) -> FormVersion:
    content = xform(**form)
    identity = (form_id, form.get("version", "1"), "Site visit")
    return actions.publish_xform(operation=operation, xform=content, identity=identity, by=by)


def test_form_list_names_the_newest_version_with_the_hash_of_its_bytes(
    phone: Phone, published: FormVersion, operation: Operation, manager: User
) -> None:
    _publish(operation, manager, version="2")
    (entry,) = _entries(phone)
    form = phone.ask("GET", entry["downloadUrl"])
    assert (entry["formID"], entry["version"]) == ("site_visit", "2")
    assert entry["hash"] == "md5:" + hashlib.md5(form.body, usedforsecurity=False).hexdigest()
    assert form.body == xform("2")
    assert "manifestUrl" not in entry


def test_form_list_can_be_asked_for_one_form_and_keeps_its_order(
    phone: Phone, published: FormVersion, operation: Operation, manager: User
) -> None:
    _publish(operation, manager, form_id="a_first")
    assert [entry["formID"] for entry in _entries(phone)] == ["a_first", "site_visit"]
    assert [entry["formID"] for entry in _entries(phone, "?formID=site_visit")] == ["site_visit"]
    assert _entries(phone, "?formID=none") == []


@pytest.mark.parametrize(
    ("form_id", "version"),
    [("http://example.org/a/b", ""), ("with space", "2024/01 é"), ("a%2Fb", "1?x#y")],
)
def test_form_with_an_awkward_name_can_be_downloaded(
    phone: Phone, operation: Operation, manager: User, form_id: str, version: str
) -> None:
    actions.publish_xform(
        operation=operation, xform=b"<x/>", identity=(form_id, version, "X"), by=manager
    )
    (entry,) = _entries(phone)
    assert phone.ask("GET", entry["downloadUrl"]).body == b"<x/>"


def test_retired_form_leaves_the_list_and_its_submissions_are_still_taken(
    phone: Phone, published: FormVersion, manager: User
) -> None:
    actions.retire_form(form=published.form, by=manager)
    assert _entries(phone) == []
    assert phone.send(filled()).status == 201


def test_list_that_was_kept_is_written_anew_for_a_new_version_and_for_another_phone(
    phone: Phone, published: FormVersion, manager: User, new_phone: Callable[[], tuple[Phone, Any]]
) -> None:
    before = phone.ask("GET", "/formList").text
    assert phone.ask("GET", "/formList").text == before
    actions.publish_xform(
        operation=published.form.operation,
        xform=xform(version="2"),
        identity=("site_visit", "2", "Visit & <more>"),
        by=manager,
    )

    after = phone.ask("GET", "/formList")
    other, _ = new_phone()
    others = other.ask("GET", "/formList").text

    (listed,) = etree.fromstring(after.body)
    facts = {etree.QName(fact).localname: fact.text for fact in listed}
    assert facts["version"] == "2"
    assert facts["name"] == "Visit & <more>"
    assert facts["downloadUrl"] == f"{phone.address}/forms/site_visit/2"
    assert phone.address not in others
    assert others == after.text.replace(phone.address, other.address)
    assert "below-" not in others


def test_manifest_gives_the_sites_of_the_operation(
    phone: Phone, operation: Operation, manager: User, site: Site
) -> None:
    factories.SiteFactory.create(code="elsewhere")
    _publish(operation, manager, more=WITH_SITES)
    (entry,) = _entries(phone)
    (file,) = etree.fromstring(phone.ask("GET", entry["manifestUrl"]).body)
    facts = {child.tag.removeprefix(MANIFEST): child.text for child in file}
    assert file.get("type") == "entityList"
    reply = phone.ask("GET", str(facts["downloadUrl"]))
    assert facts["filename"] == "sites.csv"
    assert facts["hash"] == "md5:" + hashlib.md5(reply.body, usedforsecurity=False).hexdigest()
    (line,) = csv.DictReader(reply.text.splitlines())
    assert list(line)[:3] == ["name", "label", "area"]
    assert (line["name"], line["label"], line["status"]) == ("S1", "Old market", "open")


def test_unchanged_file_answers_304(
    phone: Phone, operation: Operation, manager: User, site: Site
) -> None:
    version = _publish(operation, manager, more=WITH_SITES)
    first = phone.ask("GET", f"/media/{version.pk}/sites.csv")
    again = phone.ask("GET", f"/media/{version.pk}/sites.csv", If_None_Match=first.headers["ETag"])
    factories.SiteFactory.create(operation=operation, code="S2")
    changed = phone.ask(
        "GET", f"/media/{version.pk}/sites.csv", If_None_Match=first.headers["ETag"]
    )
    assert (again.status, again.body) == (304, b"")
    assert changed.status == 200


def test_media_published_with_a_form_comes_back_unchanged(
    phone: Phone, operation: Operation, manager: User
) -> None:
    version = actions.publish_xform(
        operation=operation,
        xform=xform(),
        identity=("f", "1", "F"),
        media={"map.png": b"\x89PNG"},
        by=manager,
    )
    assert phone.ask("GET", f"/media/{version.pk}/map.png").body == b"\x89PNG"
    assert phone.ask("GET", f"/media/{version.pk}/other.png").status == 404
    assert phone.ask("GET", "/media/x/map.png").status == 404


def test_form_of_another_operation_cannot_be_had(
    phone: Phone, other_operation: Operation, keeper: User
) -> None:
    other = _publish(other_operation, keeper, form_id="theirs", more=WITH_SITES)
    assert _entries(phone) == []
    assert phone.ask("GET", "/forms/theirs/1").status == 404
    assert phone.ask("GET", "/manifest/theirs/1").status == 404
    assert phone.ask("GET", f"/media/{other.pk}/sites.csv").status == 404
    assert phone.send(filled(form="theirs")).status == 404


@pytest.mark.parametrize("path", ["/formList", "/forms/site_visit/1", "/submission", "/receipt"])
def test_unknown_and_revoked_phones_get_the_same_refusal(
    new_phone: Any, published: FormVersion, manager: User, path: str
) -> None:
    phone, device = new_phone()
    actions.revoke_device(device=device, by=manager)
    stranger = Phone(phone.address.rpartition("/")[0] + "/never-given")
    method = "POST" if path == "/submission" else "GET"
    revoked, unknown = (one.ask(method, path, b"") for one in (phone, stranger))
    assert revoked.status == unknown.status == 403
    assert revoked.body == unknown.body


def test_phone_of_somebody_who_left_gets_nothing(
    phone: Phone, published: FormVersion, facilitator: User
) -> None:
    facilitator.is_active = False
    facilitator.save()
    assert phone.ask("GET", "/formList").status == 403


def test_token_is_kept_as_its_hash_only_and_contact_is_noted(
    new_phone: Any, published: FormVersion
) -> None:
    phone, device = new_phone()
    token = phone.address.rpartition("/")[2]
    phone.ask("GET", "/formList")
    row = Device.objects.get(pk=device.pk)
    assert row.token_sha256 == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(Device.objects.values().get(pk=device.pk))
    assert row.last_contact_at is not None


def test_receipt_page_lists_what_the_house_holds_of_this_phone_alone(
    new_phone: Any, published: FormVersion, site: Site
) -> None:
    mine, _ = new_phone()
    other, _ = new_phone()
    mine.send(filled(photo="a.jpg", contact="Canary Person"))
    english = mine.ask("GET", "/receipt", Accept_Language="en").text
    french = mine.ask("GET", "/receipt", Accept_Language="fr").text
    assert "Old market" in english
    assert "Files missing" in english
    assert "Fichiers manquants" in french
    assert "Canary" not in english
    assert "Old market" not in other.ask("GET", "/receipt").text


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/submission"), ("POST", "/formList"), ("DELETE", "/receipt")]
)
def test_other_methods_are_not_allowed(phone: Phone, method: str, path: str) -> None:
    assert phone.ask(method, path, b"").status == 405


def test_list_of_many_forms_asks_the_database_a_few_times_only(
    phone: Phone,
    operation: Operation,
    manager: User,
    django_assert_max_num_queries: Any,
    client: Any,
) -> None:
    for number in range(12):
        _publish(operation, manager, form_id=f"f{number:02}")
    path = "/openrosa/" + phone.address.partition("/openrosa/")[2] + "/formList"
    client.get(path)
    with django_assert_max_num_queries(5):
        assert client.get(path).content.count(b"<xform>") == 12


def test_headers_of_an_answer_are_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    dates = iter(("first", "second"))
    monkeypatch.setattr(openrosa, "formatdate", lambda **_kind: next(dates))

    made = openrosa.with_headers(openrosa.respond(b"<a/>", status=201))

    assert (made["Date"], made["Content-Length"], made.status_code) == ("first", "4", 201)
