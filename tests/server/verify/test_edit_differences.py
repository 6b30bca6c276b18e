"""Competing edits side by side: what they answer differently, and nothing personal."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from opendtm_server.collect import queries as collect
from opendtm_server.collect.models import Submission
from opendtm_server.verify.edit_differences import differences

Browse = Callable[[User], Client]
Receive = Callable[..., Submission]
pytestmark = pytest.mark.django_db
FIRST, SECOND = "uuid:first", "uuid:second"


@pytest.fixture
def competing(receive: Receive) -> Submission:
    """Give one of two edits that replace the same visit: persons, access and a personal name differ."""
    receive(instance="uuid:visit")
    receive(instance=FIRST, replaces="uuid:visit", persons=140, contact="Canary One")
    return receive(
        instance=SECOND, replaces="uuid:visit", persons=90, access="no", contact="Canary Two"
    )


def _rows(submission: Submission) -> dict[str, dict[str, str]]:
    competition = collect.competition_of(Submission.objects.get(pk=submission.pk))
    assert competition is not None
    return {row.label: dict(row.values) for row in differences(competition.candidates)}


def test_differences_are_the_questions_that_edits_answer_differently(competing: Submission) -> None:
    assert _rows(competing) == {
        "How many displaced persons live here?": {FIRST: "140", SECOND: "90"},
        "Access": {FIRST: "Accessible", SECOND: "Not accessible"},
        "Who told you?": {FIRST: "Personal: not shown", SECOND: "Personal: not shown"},
    }


def test_edit_that_cannot_be_read_differs_in_nothing(
    competing: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    edits = list(Submission.objects.filter(deprecated_id="uuid:visit"))
    readings = [(edits[0], collect.answers_of(edits[0])), (edits[1], FileNotFoundError())]
    monkeypatch.setattr(collect, "readings_of", lambda _edits: readings)
    assert differences(edits) == []


def test_page_of_an_edit_shows_the_differences_in_both_languages(
    competing: Submission, browse: Browse, manager: User
) -> None:
    desk = browse(manager)
    address = f"/en/desk/{competing.operation.code}/submissions/{competing.pk}/"
    page = desk.get(address).content.decode()
    assert "Where they differ" in page
    assert "140" in page
    assert "Canary" not in page
    assert "Ce qui diffère" in desk.get(address.replace("/en/", "/fr/")).content.decode()
