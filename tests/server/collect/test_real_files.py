"""The real files of the field: every submission is stored or refused in words; every form comes back unchanged."""

import hashlib
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from lxml import etree
from tests.server.phone import Phone

from opendtm import forms as workshop
from opendtm.errors import InputProblem
from opendtm_server.collect import actions, sealed, store
from opendtm_server.collect.errors import NameUnusable, VersionExists
from opendtm_server.collect.models import Quarantine, Submission
from opendtm_server.govern.models import Operation

pytestmark = [pytest.mark.shared, pytest.mark.django_db(transaction=True)]


def _publish_everything(folder: Path, operation: Operation, by: User) -> dict[int, bytes]:
    """Publish every XForm that can be read; give the bytes by the version's number."""
    published: dict[int, bytes] = {}
    for path in sorted(folder.rglob("*.xml")):
        content = path.read_bytes()
        try:
            form = workshop.read_form(content)
            version = actions.publish_xform(
                operation=operation,
                xform=content,
                identity=(form.form_id, form.version, form.title),
                by=by,
            )
        except (InputProblem, VersionExists, NameUnusable):
            continue
        published[version.pk] = content
    return published


def test_every_real_form_that_can_be_read_is_served_unchanged(
    shared: Path, phone: Phone, operation: Operation, manager: User
) -> None:
    published = _publish_everything(shared / "xforms", operation, manager)
    assert len(published) > 100
    listed = etree.fromstring(phone.ask("GET", "/formList").body)
    addresses = [str(node.text) for node in listed.iter("{*}downloadUrl")]
    hashes = [str(node.text) for node in listed.iter("{*}hash")]
    assert len(addresses) == operation.forms.count()
    bodies = set(published.values())
    for address, known in zip(addresses, hashes, strict=True):
        served = phone.ask("GET", address).body
        assert served in bodies
        assert known == "md5:" + hashlib.md5(served, usedforsecurity=False).hexdigest()


def test_every_real_submission_is_stored_byte_for_byte_or_refused_in_words(
    shared: Path, phone: Phone, operation: Operation, manager: User
) -> None:
    _publish_everything(shared / "xforms", operation, manager)
    outcomes: dict[int, int] = {}
    for path in sorted((shared / "submissions").rglob("*.xml")):
        content = path.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        reply = phone.send(content)
        outcomes[reply.status] = outcomes.get(reply.status, 0) + 1
        assert reply.status in {201, 202, 400, 404, 409, 413}, path.name
        if reply.status in {201, 202}:
            assert store.read_kept(operation.code, sha256) == content
            assert Submission.objects.filter(sha256=sha256).exists(), path.name
        else:
            assert b"".join(sealed.unseal(operation.code, sha256)) == content
            assert Quarantine.objects.filter(sha256=sha256).exists(), path.name
        assert "OD7" in reply.text or reply.status in {201, 202}
    assert outcomes[201] > 3
