"""Competing edits: requirements.

1. Two edits of one submission, or edits that name each other, are all kept; exactly one counts.
2. Which one does not depend on the order of arrival: the latest visit, then the greatest instance ID.
3. A line of edits competes with nothing.
4. A person's choice holds, also for an edit of the chosen one; it can be undone, and is in the audit log.
5. A rejected edit gives way to the next.
"""

from collections.abc import Generator, Sequence
from contextlib import closing
from datetime import date
from itertools import permutations
from threading import Barrier, Thread
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.server.phone import Phone, filled

from opendtm_server.collect import actions, queries
from opendtm_server.collect.competing import Edit, Ranking, ranking
from opendtm_server.collect.errors import (
    NothingToChoose,
    NothingToUndo,
    ReasonMissing,
    RoundIsClosed,
)
from opendtm_server.collect.models import Device, EditChoice, Round, Submission
from opendtm_server.collect.parcel import Parcel, of_bytes
from opendtm_server.govern.models import AuditEvent
from opendtm_server.verify import actions as verify
from opendtm_server.verify.models import Finding
from opendtm_server.verify.queries import standing_submissions

pytestmark = pytest.mark.django_db
Sent = tuple[str, str, str]  # instance ID, what it replaces, day
FORK: tuple[Sent, ...] = (
    ("uuid:a", "", "2026-01-05"),
    ("uuid:b", "uuid:a", "2026-01-07"),
    ("uuid:c", "uuid:a", "2026-01-06"),
)
CIRCLE: tuple[Sent, ...] = (
    ("uuid:a", "uuid:b", "2026-01-06"),
    ("uuid:b", "uuid:a", "2026-01-06"),
)
BRANCHES: tuple[Sent, ...] = (*FORK, ("uuid:d", "uuid:c", "2026-01-06"))


def _send(device: Device, sent: Sent) -> Submission:
    body = of_bytes(filled(instance=sent[0], replaces=sent[1], day=sent[2]))
    return actions.receive_submission(device=device, parcel=Parcel(body)).submission


def _live(round_: Round) -> list[str]:
    return [one.instance_id for one in queries.live_submissions(round_)]


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([("b", "a"), ("c", "b")], Ranking()),
        ([("b", "a")], Ranking()),
        ([("b", "a"), ("c", "a")], Ranking(("c", "b"), ("c", "b"))),
        ([("a", "b"), ("b", "a")], Ranking(("b", "a"), ("b", "a"))),
        ([("b", "a"), ("c", "a"), ("d", "c")], Ranking(("d", "b", "c"), ("d", "b"))),
        ([("a", "b"), ("b", "a"), ("c", "a")], Ranking()),
    ],
)
def test_ranking_by_hand(edits: list[tuple[str, str]], expected: Ranking) -> None:
    assert ranking([Edit(*one) for one in edits]) == expected


def test_latest_visit_comes_before_the_greater_name_and_no_day_last() -> None:
    edits = [
        Edit("b", "a", date(2026, 1, 7)),
        Edit("c", "a", date(2026, 1, 6)),
        Edit("d", "a"),
    ]
    assert ranking(edits).order == ("b", "c", "d")


def test_choice_holds_for_what_continues_it() -> None:
    edits = [Edit("b", "a"), Edit("c", "a"), Edit("d", "b")]
    assert ranking(edits[:2], chosen="b").order == ("b", "c")
    assert ranking(edits, chosen="b").order[0] == "d"
    assert ranking([Edit("a", "b"), Edit("b", "a")], chosen="a").order == ("a", "b")


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    links=st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"), min_size=1),
    seed=st.randoms(use_true_random=False),
)
def test_any_links_in_any_order_give_one_ranking_of_all(links: dict[str, str], seed: Any) -> None:
    edits = [Edit(name, to) for name, to in links.items() if name != to]
    if not edits:
        return
    found = ranking(edits)
    shuffled = list(edits)
    seed.shuffle(shuffled)
    assert ranking(shuffled) == found
    if found.order:
        assert sorted(found.order) == sorted(one.instance_id for one in edits)
        assert found.order[: len(found.candidates)] == found.candidates
        assert len(found.candidates) > 1


@pytest.mark.parametrize(
    ("family", "expected"), [(FORK, "uuid:b"), (CIRCLE, "uuid:b"), (BRANCHES, "uuid:b")]
)
def test_one_counts_whatever_the_order_of_arrival(
    device: Device, week: Round, family: Sequence[Sent], expected: str
) -> None:
    for order in permutations(family):
        with closing(_undone()) as world:
            next(world)
            for sent in (*order, *reversed(order)):
                _send(device, sent)
            assert _live(week) == [expected]
            assert [one.instance_id for one in standing_submissions(week)] == [expected]
            assert Submission.objects.count() == len(family)


def _undone() -> Generator[None]:
    """Do what follows in a world of its own."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=12,
    deadline=None,
)
@given(
    links=st.lists(st.sampled_from(["", "a", "b", "c", "d"]), min_size=4, max_size=4),
    order=st.permutations([0, 1, 2, 3]),
)
def test_any_family_counts_the_same_in_any_order(
    device: Device, week: Round, links: list[str], order: list[int]
) -> None:
    family = [
        (f"uuid:{name}", f"uuid:{to}" if to else "", f"2026-01-0{5 + place}")
        for place, (name, to) in enumerate(zip("abcd", links, strict=True))
    ]
    results = []
    for way in (range(4), order):
        with closing(_undone()) as world:
            next(world)
            for place in way:
                _send(device, family[place])
            results.append((sorted(_live(week)), Submission.objects.count()))
    assert results[0] == results[1]
    assert results[0][0]


def test_competing_edits_are_found_once_and_named_on_the_page(
    device: Device, week: Round, browse: Any, coordinator: User
) -> None:
    for sent in FORK:
        _send(device, sent)
    verify.check_waiting(operation=week.operation)
    found = Finding.objects.get(check_code="edits_compete")
    assert (found.submission.instance_id, found.values) == ("uuid:b", {"count": 2})
    page = browse(coordinator).get(
        f"/en/desk/{week.operation.code}/submissions/{found.submission_id}/"
    )
    words = page.content.decode()
    assert "Competing edits" in words
    assert "uuid:c" in words


def test_choice_on_the_desk_counts_closes_the_finding_and_is_undone(
    device: Device, week: Round, browse: Any, coordinator: User
) -> None:
    _first, _later, chosen = (_send(device, sent) for sent in FORK)
    verify.check_waiting(operation=week.operation)
    desk = f"/en/desk/{week.operation.code}/submissions/{chosen.pk}/"
    client = browse(coordinator)
    answer = client.post(f"{desk}choose/", {"reason": "asked the facilitator"})
    assert (answer.status_code, answer.headers.get("Location")) == (302, desk)
    assert _live(week) == ["uuid:c"]
    assert not Finding.objects.filter(check_code="edits_compete", state="open").exists()
    made = EditChoice.objects.get()
    assert client.post(f"{desk}choices/{made.pk}/undo/").status_code == 302
    assert _live(week) == ["uuid:b"]
    assert Finding.objects.filter(check_code="edits_compete", state="open").count() == 1
    said = AuditEvent.objects.filter(action__in=["choose_edit", "undo_choice"]).order_by("id")
    assert [(one.action, one.by, one.subject) for one in said] == [
        ("choose_edit", "coordinator", "uuid:c"),
        ("undo_choice", "coordinator", "uuid:c"),
    ]


def test_edit_of_the_chosen_one_counts_and_is_asked_about_again(
    device: Device, week: Round, coordinator: User
) -> None:
    _first, _later, chosen = (_send(device, sent) for sent in FORK)
    actions.choose_edit(submission=chosen, reason="asked", by=coordinator)
    newer = _send(device, ("uuid:d", "uuid:c", "2026-01-06"))
    assert _live(week) == ["uuid:d"]
    newer.refresh_from_db()
    competition = queries.competition_of(newer)
    assert competition is not None
    assert [one.instance_id for one in competition.candidates] == ["uuid:d", "uuid:b"]
    assert not competition.decided


def test_rejected_edit_gives_way_to_the_other_and_then_to_the_original(
    device: Device, week: Round, coordinator: User
) -> None:
    sent = {one[0]: _send(device, one) for one in FORK}
    expected = ["uuid:c", "uuid:a"]
    for rejected, counts in zip(["uuid:b", "uuid:c"], expected, strict=True):
        verify.review(
            submission=sent[rejected], state="rejected", reason="wrong site", by=coordinator
        )
        assert [one.instance_id for one in standing_submissions(week)] == [counts]


def test_what_cannot_be_chosen_or_undone_is_refused(
    device: Device, week: Round, coordinator: User, facilitator: User, head: User
) -> None:
    first, later, other = (_send(device, sent) for sent in FORK)
    with pytest.raises(NothingToChoose):
        actions.choose_edit(submission=first, reason="x", by=coordinator)
    with pytest.raises(ReasonMissing):
        actions.choose_edit(submission=other, reason=" ", by=coordinator)
    with pytest.raises(PermissionDenied):
        actions.choose_edit(submission=other, reason="x", by=facilitator)
    choice = actions.choose_edit(submission=other, reason="x", by=coordinator)
    actions.undo_choice(choice=choice, by=coordinator)
    with pytest.raises(NothingToUndo):
        actions.undo_choice(choice=choice, by=coordinator)
    actions.close_round(round_=week, by=head)
    with pytest.raises(RoundIsClosed):
        actions.choose_edit(submission=later, reason="x", by=coordinator)


def test_list_of_what_was_replaced_holds_all_but_the_one_that_counts(
    device: Device, week: Round, manager: User
) -> None:
    for sent in FORK:
        _send(device, sent)
    every = queries.submissions_in(manager, week.operation)
    wanted = queries.SubmissionChoice(placed="replaced")
    chosen = queries.chosen_submissions(every, week.operation, wanted)
    assert chosen.near is not None
    for rows in (chosen.rows, chosen.near):
        assert sorted(one.instance_id for one in rows) == ["uuid:a", "uuid:c"]
    shown = {one.instance_id: one.replaced for one in every}
    assert shown == {"uuid:a": True, "uuid:b": False, "uuid:c": True}
    assert queries.replacement_of(Submission.objects.get(instance_id="uuid:a")) == (
        Submission.objects.get(instance_id="uuid:b")
    )


@pytest.mark.django_db(transaction=True)
def test_two_edits_at_once_see_each_other(phone: Phone, device: Device, week: Round) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one write at a time")
    _send(device, FORK[0])
    together = Barrier(2)

    def send(sent: Sent) -> None:
        together.wait()
        try:
            _send(device, sent)
        finally:
            connections.close_all()

    threads = [Thread(target=send, args=(sent,)) for sent in FORK[1:]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert _live(week) == ["uuid:b"]
