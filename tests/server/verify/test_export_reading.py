"""Reading submissions for an export: bodies with one question a lot, and what cannot be read said for each."""

from collections.abc import Callable
from typing import Any

import pytest

from opendtm.errors import InputProblem
from opendtm.forms import SubmissionReading
from opendtm_server.collect import queries, store
from opendtm_server.collect.models import KeptBody, Submission

Receive = Callable[..., Submission]


@pytest.fixture
def lot(receive: Receive) -> list[Submission]:
    """Give five submissions with their forms, as a lot of an export has them."""
    made = [receive(persons=number).pk for number in range(5)]
    related = ("operation", "form_version__form")
    return list(Submission.objects.filter(pk__in=made).select_related(*related).order_by("pk"))


def _persons(reading: Any) -> Any:
    assert isinstance(reading, SubmissionReading)
    return next(one.value for one in reading.answers if one.concept == "idp_individuals")


def test_bodies_in_the_database_take_one_question_however_many(
    lot: list[Submission], django_assert_num_queries: Any
) -> None:
    for submission in lot:
        content = store.read_kept(submission.operation.code, submission.sha256)
        KeptBody.objects.get_or_create(
            operation=submission.operation, sha256=submission.sha256, defaults={"content": content}
        )
        store.path_of(submission.operation.code, submission.sha256).unlink(missing_ok=True)
    list(queries.readings_of(lot[:1]))

    with django_assert_num_queries(1):
        found = [(one.pk, _persons(reading)) for one, reading in queries.readings_of(lot)]

    assert found == [(one.pk, persons) for persons, one in enumerate(lot)]


def test_body_on_the_disk_is_read_and_what_is_lost_or_broken_is_said(
    lot: list[Submission],
) -> None:
    code = lot[0].operation.code
    KeptBody.objects.all().delete()
    on_disk = store.keep(code, [b"no form at all"])
    lot[1].sha256, lot[2].sha256 = on_disk, "0" * 64
    whole = store.keep(code, [b'<data id="site_visit" version="1"><meta/></data>'])
    lot[0].sha256 = whole

    first, second, third = (reading for _, reading in queries.readings_of(lot[:3]))

    assert isinstance(first, SubmissionReading)
    assert isinstance(second, InputProblem)
    assert isinstance(third, FileNotFoundError)


def test_no_submissions_ask_nothing(django_assert_num_queries: Any, db: None) -> None:
    with django_assert_num_queries(0):
        assert list(queries.readings_of([])) == []


def test_what_a_lot_shares_is_read_once(
    lot: list[Submission], django_assert_num_queries: Any
) -> None:
    chosen = queries.submissions_of(lot[0].operation).order_by("pk")
    list(queries.with_shared(chosen))

    with django_assert_num_queries(
        6
    ) as asked:  # the lot, its operation, versions, rounds, phones, sites
        read = list(queries.with_shared(chosen))
        versions = {id(one.form_version) for one in read}
        codes = {(one.operation.code, one.form_version.form.operation.code) for one in read}

    assert [one.pk for one in read] == [one.pk for one in lot]
    assert len(versions) == 1
    assert codes == {(lot[0].operation.code, lot[0].operation.code)}
    assert all("xform" not in one["sql"] for one in asked.captured_queries)
