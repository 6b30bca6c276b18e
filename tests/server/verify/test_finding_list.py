"""The list of findings, however long: the weightiest first, turning its pages, choosing, counting."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.server import factories

from opendtm_server.collect.models import Submission
from opendtm_server.govern.models import Operation
from opendtm_server.ui import tables
from opendtm_server.verify import actions, queries
from opendtm_server.verify.models import Check, Finding

pytestmark = pytest.mark.django_db
HREF = re.compile(r'<a rel="(prev|next)" href="([^"]+)"')
Make = Callable[..., list[int]]
FEW = 4  # rows on a page in these tests


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    """Give the browser of the information manager."""
    client.force_login(manager)
    return client


@pytest.fixture
def found(operation: Operation) -> Make:
    """Give a maker of findings on one submission, one for each severity named; it gives their numbers."""

    def make(*severities: str, **facts: Any) -> list[int]:
        submission = factories.SubmissionFactory.create(
            operation=operation, site=facts.pop("site", None)
        )
        return [
            factories.FindingFactory.create(
                submission=submission, severity=severity, subject=str(number), **facts
            ).pk
            for number, severity in enumerate(severities)
        ]

    return make


@pytest.fixture
def address(operation: Operation) -> str:
    """Give the list's address in English."""
    return f"/en/desk/{operation.code}/findings/"


@pytest.fixture(autouse=True)
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a few rows on a page."""
    monkeypatch.setattr(tables.graded_turn, "__defaults__", (FEW,))


def keys(page: Any) -> list[int]:
    """Read the numbers of the rows on a page."""
    return [int(row.key) for row in page.context["table"].rows]


def turn(desk: Client, address: str, page: Any, way: str) -> Any:
    """Follow the link to the next or the previous page."""
    links = dict(HREF.findall(page.content.decode()))
    return desk.get(address + links[way].replace("&amp;", "&"))


def test_the_weightiest_come_first_and_the_newest_of_a_weight(
    desk: Client, found: Make, address: str
) -> None:
    note, soft, hard, later = found("note", "soft", "hard", "hard")

    assert keys(desk.get(address)) == [later, hard, soft, note]


def test_turning_over_the_weights_shows_every_row_once_and_keeps_the_filters(
    desk: Client, found: Make, address: str
) -> None:
    rows = found("soft", "hard", "note", "soft", "hard", "note", "hard", "soft", "soft")
    found("hard", state="accepted")
    hard, soft, note = (1, 4, 6), (0, 3, 7, 8), (2, 5)
    ordered = [rows[place] for group in (hard, soft, note) for place in reversed(group)]

    first = desk.get(f"{address}?state=open")
    second = turn(desk, address, first, "next")
    third = turn(desk, address, second, "next")

    assert keys(first) + keys(second) + keys(third) == ordered
    assert "state=open" in second.request["QUERY_STRING"]
    assert 'rel="next"' not in third.content.decode()
    assert keys(turn(desk, address, third, "prev")) == keys(second)
    back = turn(desk, address, second, "prev")
    assert keys(back) == keys(first)
    assert 'rel="prev"' not in back.content.decode()


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(queries.SEVERITIES), max_size=14), st.data())
def test_every_turn_is_a_slice_of_the_sorted_list(severities: list[str], data: Any) -> None:
    """Any page asked for by a key holds the rows beyond that key, as sorting everything would give them."""
    operation = factories.OperationFactory.create()
    submission = factories.SubmissionFactory.create(operation=operation)
    made = [
        factories.FindingFactory.create(submission=submission, severity=one, subject=str(number))
        for number, one in enumerate(severities)
    ]
    made.sort(key=lambda one: (queries.SEVERITIES.index(one.severity), -one.pk))
    ordered = [one.pk for one in made]
    place = data.draw(st.integers(0, len(made))) - 1
    way = data.draw(st.sampled_from(["after", "before"]))
    every = Finding.objects.filter(operation=operation)
    asked = _Request({way: str(ordered[place])} if place >= 0 else {})

    rows, turns = tables.graded_turn(asked, every, every, ("severity", queries.SEVERITIES))  # type: ignore[arg-type]

    start = 0 if place < 0 else place + 1 if way == "after" else max(0, place - FEW)
    end = place if place >= 0 and way == "before" else start + FEW
    assert [row.pk for row in rows] == ordered[start:end]
    shown = ordered[start:end]
    assert turns.before == (str(shown[0]) if shown and start else "")
    assert turns.after == (str(shown[-1]) if shown and end < len(ordered) else "")


class _Request:
    """As much of a request as a list reads."""

    def __init__(self, wishes: dict[str, str]) -> None:
        self.GET = wishes


def test_a_finding_that_was_decided_meanwhile_loses_nobodys_place(
    desk: Client, found: Make, address: str
) -> None:
    rows = found(*["soft"] * (FEW + 2))[::-1]
    first = desk.get(address)
    Finding.objects.filter(pk=keys(first)[-1]).update(state=Finding.State.ACCEPTED)

    assert keys(turn(desk, address, first, "next")) == rows[FEW:]


@pytest.mark.parametrize("key", ["0", "999999999", "abc", "9" * 30])
def test_a_key_that_is_no_finding_of_the_operation_gives_the_first_page(
    desk: Client, found: Make, address: str, key: str
) -> None:
    rows = found("hard", "hard")[::-1]

    assert keys(desk.get(address, {"after": key})) == rows
    assert keys(desk.get(address, {"before": key})) == rows


def test_words_find_sites_by_name_and_code(
    desk: Client, found: Make, operation: Operation, address: str
) -> None:
    site = factories.SiteFactory.create(operation=operation, name="Old market", code="TL-A1")
    (own,) = found("soft", site=site)
    found("soft")

    assert keys(desk.get(address, {"q": "market"})) == [own]
    assert keys(desk.get(address, {"q": "tl-a1"})) == [own]
    assert keys(desk.get(address, {"q": "nowhere"})) == []


def test_a_long_list_is_counted_to_a_limit_and_says_so(
    desk: Client, found: Make, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "COUNTED", 2)
    monkeypatch.setattr("opendtm_server.verify.views.findings.COUNTED", 2)
    found("soft", "soft", "hard")

    assert "More than 2" in desk.get(address).content.decode()
    french = desk.get(address.replace("/en/", "/fr/")).content.decode()
    assert "Plus de 2" in french.replace("\u202f", " ").replace("\xa0", " ")
    hard = desk.get(f"{address}?severity=hard").content.decode()
    assert "1 of more than 2 shown" in hard


def test_what_the_checks_write_belongs_to_the_operation_of_the_submission(
    operation: Operation, receive: Callable[..., Submission]
) -> None:
    submission = receive(site="S1", persons=10, households=20)

    (finding,) = actions.check_submission(submission=submission)

    assert finding.operation_id == submission.operation_id == operation.pk
    assert Check.objects.get(submission=submission).operation_id == operation.pk


@pytest.mark.parametrize(
    "wish",
    [{}, {"state": "open"}, {"severity": "soft"}, {"check": "age_sum"}],
    ids="".join,
)
def test_a_page_of_findings_is_found_by_an_index_and_not_by_sorting(
    operation: Operation, manager: User, wish: dict[str, str]
) -> None:
    every = queries.findings_for(manager, operation)
    chosen = queries.chosen_findings(every, operation, queries.Choice(**wish))
    asked = chosen.filter(severity="soft").order_by("-pk").values_list("pk", flat=True)[:51]

    plan = _plan(asked)

    assert "finding_by" in plan
    assert "TEMP B-TREE" not in plan.upper()


def _plan(asked: Any) -> str:
    """Tell how SQLite or PostgreSQL would find rows; PostgreSQL is kept from reading a small table whole."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    return str(asked.explain())
