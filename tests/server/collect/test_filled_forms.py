"""Which forms something was sent with: found in the ordered index, whatever share of the table a form has."""

from typing import Any

import pytest
from tests.server import factories

from opendtm_server.collect import queries
from opendtm_server.govern.models import Operation

pytestmark = pytest.mark.django_db


def test_forms_with_a_submission_of_any_version_are_given_by_title(
    operation: Operation, other_operation: Operation, django_assert_num_queries: Any
) -> None:
    made = {
        title: factories.FormFactory.create(operation=operation, title=title)
        for title in ("Weekly", "Never used", "Baseline", "Newest version unused")
    }
    versions = {
        title: [factories.FormVersionFactory.create(form=form) for _ in range(2)]
        for title, form in made.items()
    }
    elsewhere = factories.FormVersionFactory.create(
        form=factories.FormFactory.create(operation=other_operation)
    )
    for version in (
        versions["Weekly"][0],
        versions["Weekly"][1],
        versions["Baseline"][1],
        versions["Newest version unused"][0],
        elsewhere,
    ):
        factories.SubmissionFactory.create(operation=version.form.operation, form_version=version)

    with django_assert_num_queries(1):
        found = [form.title for form in queries.filled_forms(operation)]

    assert found == ["Baseline", "Newest version unused", "Weekly"]
    assert [form.pk for form in queries.filled_forms(other_operation)] == [elsewhere.form_id]


def test_an_operation_without_submissions_has_no_filled_form(operation: Operation) -> None:
    factories.FormVersionFactory.create(form=factories.FormFactory.create(operation=operation))

    assert list(queries.filled_forms(operation)) == []
