"""The paper of a form on the desk."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from tests.server.phone import xform

from opendtm_server.collect import actions
from opendtm_server.collect.models import FormVersion
from opendtm_server.govern.models import Operation


@pytest.fixture
def version(operation: Operation, manager: User) -> FormVersion:
    """Publish the small form of the tests."""
    identity = ("site_visit", "1", "Site visit")
    return actions.publish_xform(operation=operation, xform=xform(), identity=identity, by=manager)


def test_form_page_leads_to_the_paper(
    browse: Callable[[User], Client], manager: User, version: FormVersion
) -> None:
    client = browse(manager)
    operation = version.form.operation
    address = reverse("collect:paper", args=[operation.code, version.pk])
    page = client.get(reverse("collect:form", args=[operation.code, version.form_id]))
    answer = client.get(address)
    assert address in page.content.decode()
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_paper_is_the_same_bytes_each_time(
    browse: Callable[[User], Client], manager: User, version: FormVersion
) -> None:
    address = reverse("collect:paper", args=[version.form.operation.code, version.pk])
    client = browse(manager)
    assert client.get(address).content == client.get(address).content


def test_paper_of_another_operation_does_not_exist(
    browse: Callable[[User], Client],
    manager: User,
    operation: Operation,
    other_operation: Operation,
    version: FormVersion,
) -> None:
    version.form.operation = other_operation
    version.form.save()
    address = reverse("collect:paper", args=[operation.code, version.pk])
    assert browse(manager).get(address).status_code == 404
