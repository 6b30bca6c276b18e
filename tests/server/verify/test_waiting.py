"""What waits for the checks: counted without looking through everything, and nothing forgotten."""

import importlib
from datetime import timedelta

from django.apps import apps
from django.utils import timezone
from tests.server import factories

from opendtm_server.govern.models import Operation
from opendtm_server.verify import queries
from opendtm_server.verify.models import Check

carry_over = importlib.import_module("opendtm_server.verify.migrations.0003_checks_counted")


def waiting(operation: Operation) -> set[int]:
    """Give the numbers of what waits."""
    return {one.pk for one in queries.waiting(operation)}


def test_what_was_checked_before_does_not_wait_unless_files_came_since(
    operation: Operation,
) -> None:
    checked, grown, never = (
        factories.SubmissionFactory.create(operation=operation) for _ in range(3)
    )
    now = timezone.now()
    for one in (checked, grown):
        Check.objects.create(operation=operation, submission=one, at=now)
    before, after = now - timedelta(days=1), now + timedelta(days=1)
    factories.AttachmentFactory.create(submission=checked, received_at=before)
    factories.AttachmentFactory.create(submission=grown, received_at=after)

    carry_over.note_checked(apps, None)

    assert waiting(operation) == {grown.pk, never.pk}


def test_checks_that_found_something_are_listed_once_and_in_order(
    operation: Operation,
) -> None:
    submission = factories.SubmissionFactory.create(operation=operation)
    for concept, code in enumerate(("population_jump", "age_sum", "population_jump")):
        factories.FindingFactory.create(
            submission=submission, check_code=code, concept=str(concept)
        )
    factories.FindingFactory.create(check_code="elsewhere")

    assert queries.check_codes(operation) == ["age_sum", "population_jump"]
