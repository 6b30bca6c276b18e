"""Versions of a form: compared, retired and brought back, and none of them ever strands a phone."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from tests.server.phone import Phone, filled, xform

from opendtm_server.collect import actions, queries
from opendtm_server.collect.models import Form, FormVersion, Submission
from opendtm_server.govern.models import AuditEvent

Browse = Callable[[User], Client]


@pytest.fixture
def second(published: FormVersion, manager: User) -> FormVersion:
    """Publish a second version in which nobody asks who told it, and households are text."""
    changed = xform(version="2")
    changed = changed.replace(b"<contact_name/>", b"").replace(
        b'<input ref="/data/contact_name"><label>Who told you?</label></input>', b""
    )
    changed = changed.replace(
        b'<bind nodeset="/data/contact_name" type="string" opendtm:concept="contact_name"/>', b""
    )
    changed = changed.replace(
        b'nodeset="/data/idp_households" type="int"',
        b'nodeset="/data/idp_households" type="string"',
    )
    return actions.publish_xform(
        operation=published.form.operation,
        xform=changed,
        identity=("site_visit", "2", "Site visit"),
        by=manager,
    )


def changes_page(client: Client, form: Form, **chosen: int) -> str:
    """Open the page of changes."""
    address = reverse("collect:form_changes", args=[form.operation.code, form.pk])
    return client.get(address, chosen).content.decode()


def test_changes_page_compares_the_newest_two_versions(
    browse: Browse, manager: User, second: FormVersion
) -> None:
    page = changes_page(browse(manager), second.form)
    assert "Nothing measures contact_name any more: its series ends." in page
    assert "Type changed: whole number → text." in page
    assert "2 in all" in page


def test_changes_page_compares_any_two_versions(
    browse: Browse, manager: User, published: FormVersion, second: FormVersion
) -> None:
    page = changes_page(browse(manager), second.form, before=second.pk, after=published.pk)
    assert "Type changed: text → whole number." in page
    assert "measures contact_name" in page


def test_changes_page_of_a_version_with_itself_says_that_nothing_differs(
    browse: Browse, manager: User, second: FormVersion
) -> None:
    page = changes_page(browse(manager), second.form, before=second.pk, after=second.pk)
    assert "The two versions ask the same." in page


def test_changes_page_of_one_version_is_empty_in_words(
    browse: Browse, manager: User, published: FormVersion
) -> None:
    assert "one version only" in changes_page(browse(manager), published.form)


def test_changes_page_with_an_unknown_version_falls_back_to_the_newest(
    browse: Browse, manager: User, second: FormVersion
) -> None:
    assert "Type changed" in changes_page(browse(manager), second.form, before=999_999)


def test_older_version_is_still_taken_and_downloaded_but_not_offered(
    browse: Browse, manager: User, phone: Phone, published: FormVersion, second: FormVersion
) -> None:
    operation = published.form.operation
    listed = phone.ask("GET", "/formList").text
    old, new = phone.send(filled(version="1")), phone.send(filled(version="2"))

    assert (old.status, new.status) == (201, 201)
    assert Submission.objects.filter(form_version=published).count() == 1
    assert "<version>2</version>" in listed
    assert "<version>1</version>" not in listed
    address = reverse("collect:form_file", args=[operation.code, published.pk, "xml"])
    assert browse(manager).get(address).content == xform()


def test_retired_form_is_brought_back(browse: Browse, manager: User, second: FormVersion) -> None:
    form, operation = second.form, second.form.operation
    actions.retire_form(form=form, by=manager)
    assert queries.listed_versions(operation) == []
    client = browse(manager)
    address = reverse("collect:bring_back_form", args=[operation.code, form.pk])
    assert (
        address
        in client.get(reverse("collect:form", args=[operation.code, form.pk])).content.decode()
    )
    assert client.get(address).status_code == 200

    client.post(address)

    assert queries.listed_versions(operation) == [second]
    assert AuditEvent.objects.filter(action="bring_back_form", subject="site_visit").count() == 1


def test_facilitator_brings_no_form_back(facilitator: User, published: FormVersion) -> None:
    with pytest.raises(PermissionDenied):
        actions.bring_back_form(form=published.form, by=facilitator)
