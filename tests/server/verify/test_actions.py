"""Findings, corrections beside the answers, reviews, and the signature under a round."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied

from opendtm_server.collect import actions as collect_actions
from opendtm_server.collect import queries as collect
from opendtm_server.collect.errors import ReasonMissing, RoundIsClosed
from opendtm_server.collect.models import Round, Submission
from opendtm_server.govern.models import AuditEvent
from opendtm_server.verify import actions, queries
from opendtm_server.verify.models import Finding, Review
from opendtm_server.verify.problems import (
    AlreadyUndone,
    ConceptUnknown,
    FindingsOpen,
    NothingChanged,
    NotOpen,
    RoundNotReady,
    RoundNotSigned,
    ValueUnusable,
)

Receive = Callable[..., Submission]
pytestmark = pytest.mark.django_db


def _wrong(receive: Receive, **answers: object) -> Submission:
    """Receive a visit with fewer persons than households, and check it."""
    submission = receive(**{"site": "S1", "persons": 10, "households": 20} | answers)
    actions.check_submission(submission=submission)
    return submission


def _states(submission: Submission, check: str = "individuals_below_households") -> list[str]:
    return list(submission.findings.filter(check_code=check).values_list("state", flat=True))


def test_check_of_a_good_visit_finds_nothing(receive: Receive) -> None:
    assert actions.check_submission(submission=receive()) == []


def test_check_twice_writes_a_finding_once(receive: Receive) -> None:
    submission = _wrong(receive)
    actions.check_submission(submission=submission)
    assert _states(submission) == ["open"]


def test_check_knows_what_only_the_house_can_know(receive: Receive) -> None:
    lost = receive(site="", day="1999-01-01", photo="a.jpg")
    first, second = receive(site="S1"), receive(site="S1")
    found = {
        submission.pk: {
            finding.check_code for finding in actions.check_submission(submission=submission)
        }
        for submission in (lost, first, second)
    }
    assert {"site_missing", "round_unknown", "files_missing"} <= found[lost.pk]
    assert "site_not_given" not in found[lost.pk]
    assert "visit_reported_twice" in found[first.pk]
    assert "visit_reported_twice" in found[second.pk]


def test_surroundings_are_one_visit_a_round_newest_first(
    receive: Receive, next_week: Round, manager: User
) -> None:
    receive(persons=1, day="2026-01-05")
    receive(persons=2, day="2026-01-06")
    rejected = receive(persons=3, day="2026-01-07")
    actions.review(submission=rejected, state="rejected", reason="Test form", by=manager)
    receive(site="S2", persons=9)
    receive(persons=4, day="2026-01-13")
    third = collect_actions.open_round(
        form=next_week.form, starts_on=date(2026, 1, 19), ends_on=date(2026, 1, 25), by=manager
    )
    visit, stray = receive(persons=5, day="2026-01-20"), receive(site="", day="2026-01-20")
    found = queries.surroundings(queries.to_check(third.operation, [visit.pk, stray.pk]))
    persons = [values["idp_individuals"] for values in found[visit.pk].earlier]
    assert persons == [4, 2]
    assert (found[stray.pk].earlier, found[visit.pk].reported_twice) == ((), False)


def test_replaced_visit_is_not_reported_twice_by_its_edit(receive: Receive, week: Round) -> None:
    receive(persons=100, instance="uuid:a")
    edit = receive(persons=110, instance="uuid:b", replaces="uuid:a")
    found = queries.surroundings(queries.to_check(week.operation, [edit.pk]))
    assert not found[edit.pk].reported_twice


def test_checking_a_round_writes_for_each_visit_and_reads_for_all_at_once(
    receive: Receive, week: Round, django_assert_max_num_queries: Any
) -> None:
    for site in ("S1", "S2", "S1", "S2", "S1", "S2"):
        receive(site=site)
    actions.check_round(round_=week)
    with django_assert_max_num_queries(15 + 2 * 6):  # a finding and a line of the log each
        actions.check_round(round_=week)


def test_check_compares_with_the_corrected_visit_of_the_round_before(
    receive: Receive, next_week: Round, coordinator: User
) -> None:
    before = receive(persons=100, households=20)
    later = receive(persons=1000, households=200, day="2026-01-13")
    assert any(
        one.check_code == "sudden_change" for one in actions.check_submission(submission=later)
    )
    actions.correct_answer(
        submission=before,
        concept="idp_individuals",
        new_value=980,
        reason="Typing error",
        by=coordinator,
    )
    actions.correct_answer(
        submission=before,
        concept="idp_households",
        new_value=198,
        reason="Typing error",
        by=coordinator,
    )
    assert "open" not in _states(later, "sudden_change")


def test_waiting_counts_what_was_never_checked(
    receive: Receive, week: Round, coordinator: User
) -> None:
    receive(), receive(site="S2")
    steps: list[tuple[int, int]] = []
    assert queries.waiting(week.operation).count() == 2
    checked = actions.check_waiting(
        operation=week.operation,
        by=coordinator,
        progress=lambda done, known: steps.append((done, known)),
    )
    assert checked == 2
    assert steps == [(2, 2)]
    assert queries.waiting(week.operation).count() == 0


def test_correction_stands_beside_the_answer_and_closes_the_finding(
    receive: Receive, coordinator: User
) -> None:
    submission = _wrong(receive)
    correction = actions.correct_answer(
        submission=submission,
        concept="idp_individuals",
        new_value="100",
        reason="Facilitator called",
        by=coordinator,
    )
    assert (correction.old_value, correction.new_value) == (10, 100)
    assert queries.corrected_values(submission)["idp_individuals"] == 100
    assert collect.observation_of(submission)["idp_individuals"] == 10
    assert _states(submission) == ["corrected"]
    finding = submission.findings.get(check_code="individuals_below_households")
    assert (finding.decided_by, finding.decision) == ("coordinator", "Facilitator called")


def test_undone_correction_opens_the_finding_again(receive: Receive, coordinator: User) -> None:
    submission = _wrong(receive)
    correction = actions.correct_answer(
        submission=submission, concept="idp_individuals", new_value=100, reason="x", by=coordinator
    )
    actions.undo_correction(correction=correction, by=coordinator)
    assert queries.corrected_values(submission)["idp_individuals"] == 10
    assert _states(submission) == ["open"]
    with pytest.raises(AlreadyUndone):
        actions.undo_correction(correction=correction, by=coordinator)


def test_correction_to_nothing_makes_the_answer_unknown(
    receive: Receive, coordinator: User
) -> None:
    submission = _wrong(receive)
    actions.correct_answer(
        submission=submission,
        concept="idp_individuals",
        new_value=None,
        reason="Nobody knows",
        by=coordinator,
    )
    assert queries.corrected_values(submission)["idp_individuals"] is None


def test_correction_to_zero_is_an_observed_zero(receive: Receive, coordinator: User) -> None:
    submission = _wrong(receive)
    actions.correct_answer(
        submission=submission,
        concept="idp_individuals",
        new_value=0,
        reason="All left",
        by=coordinator,
    )
    assert queries.corrected_values(submission)["idp_individuals"] == 0


@pytest.mark.parametrize(
    ("concept", "value", "problem"),
    [
        ("idp_individuals", "many", ValueUnusable),
        ("idp_individuals", -5, ValueUnusable),
        ("access", "perhaps", ValueUnusable),
        ("assessment_date", "soon", ValueUnusable),
        ("idp_individuals", 10, NothingChanged),
        ("no_such_concept", 1, ConceptUnknown),
        ("contact_name", "Somebody", ConceptUnknown),
    ],
)
def test_correction_that_cannot_be_is_refused(
    receive: Receive, coordinator: User, concept: str, value: object, problem: type[Exception]
) -> None:
    submission = _wrong(receive)
    with pytest.raises(problem):
        actions.correct_answer(
            submission=submission, concept=concept, new_value=value, reason="x", by=coordinator
        )
    assert not submission.corrections.exists()


def test_correction_without_a_reason_is_refused(receive: Receive, coordinator: User) -> None:
    with pytest.raises(ReasonMissing):
        actions.correct_answer(
            submission=receive(),
            concept="idp_individuals",
            new_value=1,
            reason="  ",
            by=coordinator,
        )


def test_corrected_site_moves_the_submission_to_it(receive: Receive, coordinator: User) -> None:
    submission = receive(site="S9")
    actions.check_submission(submission=submission)
    actions.correct_answer(
        submission=submission,
        concept="site_id",
        new_value="S2",
        reason="Misread code",
        by=coordinator,
    )
    submission.refresh_from_db()
    assert submission.site is not None
    assert submission.site.code == "S2"
    assert submission.site_code == "S9"
    assert _states(submission, "site_unknown") == ["corrected"]


def test_corrected_day_moves_the_submission_to_its_round(
    receive: Receive, next_week: Round, coordinator: User
) -> None:
    submission = receive(day="1970-01-01")
    assert submission.round is None
    actions.correct_answer(
        submission=submission,
        concept="assessment_date",
        new_value="2026-01-14",
        reason="Wrong clock",
        by=coordinator,
    )
    submission.refresh_from_db()
    assert submission.round == next_week


def test_accepted_finding_stays_accepted_until_its_numbers_change(
    receive: Receive, coordinator: User
) -> None:
    submission = _wrong(receive)
    finding = submission.findings.get(check_code="individuals_below_households")
    actions.decide_finding(
        finding=finding, reason="Only heads of household were counted", by=coordinator
    )
    actions.check_submission(submission=submission)
    assert _states(submission) == ["accepted"]
    with pytest.raises(NotOpen):
        actions.decide_finding(finding=finding, reason="again", by=coordinator)
    actions.correct_answer(
        submission=submission,
        concept="idp_individuals",
        new_value=12,
        reason="Recount",
        by=coordinator,
    )
    assert _states(submission) == ["open"]


def test_several_findings_are_accepted_for_one_reason(receive: Receive, coordinator: User) -> None:
    _wrong(receive), _wrong(receive, site="S2")
    wanted = Finding.objects.filter(check_code="individuals_below_households")
    assert actions.decide_findings(findings=wanted, reason="Known", by=coordinator) == 2
    assert actions.decide_findings(findings=wanted.all(), reason="Known", by=coordinator) == 0


def test_round_with_open_hard_findings_cannot_be_signed_off(
    receive: Receive, week: Round, manager: User
) -> None:
    submission = receive(site="S1", persons=10, households=20)
    with pytest.raises(RoundNotReady) as refusal:
        actions.sign_off_round(round_=week, by=manager)
    assert refusal.value.details["hard"] == 1
    week.refresh_from_db()
    assert week.signed_off_at is None
    assert _states(submission) == ["open"]


def test_round_with_issues_cannot_be_signed_off(
    receive: Receive, week: Round, manager: User
) -> None:
    actions.review(
        submission=receive(), state="has_issues", reason="Photo of another site", by=manager
    )
    with pytest.raises(RoundNotReady):
        actions.sign_off_round(round_=week, by=manager)


def test_signature_approves_what_nobody_rejected_and_closes_the_round(
    receive: Receive, week: Round, manager: User
) -> None:
    good, bad = receive(site="S1"), receive(site="S2")
    actions.review(submission=bad, state="rejected", reason="Test form", by=manager)
    actions.sign_off_round(round_=week, by=manager)
    week.refresh_from_db()
    table = queries.approved_observations(week)
    assert week.signed_off_by == "manager"
    assert table["_source"].to_pylist() == [good.instance_id]
    with pytest.raises(RoundIsClosed):
        actions.correct_answer(
            submission=good, concept="idp_individuals", new_value=1, reason="x", by=manager
        )
    with pytest.raises(RoundIsClosed):
        actions.sign_off_round(round_=week, by=manager)


def test_late_submission_counts_only_after_the_round_was_reopened(
    receive: Receive, week: Round, manager: User
) -> None:
    receive(site="S1")
    actions.sign_off_round(round_=week, by=manager)
    late = receive(site="S2")
    week.refresh_from_db()
    assert queries.approved_observations(week).num_rows == 1
    assert queries.standing_of(week).late == 1
    week = actions.reopen_round(round_=week, reason="A late phone", by=manager)
    actions.sign_off_round(round_=week, by=manager)
    week.refresh_from_db()
    assert late.instance_id in queries.approved_observations(week)["_source"].to_pylist()


def test_edit_counts_instead_of_what_it_replaces(
    receive: Receive, week: Round, manager: User
) -> None:
    first = receive(persons=100, instance="uuid:a")
    edit = receive(persons=110, instance="uuid:b", replaces="uuid:a")
    table = queries.approved_observations(week, provisional=True)
    assert table["_source"].to_pylist() == [edit.instance_id]
    actions.review(submission=edit, state="rejected", reason="Sent by mistake", by=manager)
    table = queries.approved_observations(week, provisional=True)
    assert table["_source"].to_pylist() == [first.instance_id]


def test_edit_after_the_signature_leaves_the_signed_answer(
    receive: Receive, week: Round, manager: User
) -> None:
    first = receive(persons=100, instance="uuid:a")
    actions.sign_off_round(round_=week, by=manager)
    receive(persons=110, instance="uuid:b", replaces="uuid:a")
    week.refresh_from_db()
    assert queries.approved_observations(week)["_source"].to_pylist() == [first.instance_id]


def test_observations_of_an_open_round_must_be_asked_for(receive: Receive, week: Round) -> None:
    receive()
    with pytest.raises(RoundNotSigned):
        queries.approved_observations(week)
    assert queries.approved_observations(week, provisional=True).num_rows == 1


def test_approved_observations_hold_the_corrected_values_and_nothing_personal(
    receive: Receive, week: Round, coordinator: User, manager: User
) -> None:
    submission = _wrong(receive, contact="Canary Person")
    actions.correct_answer(
        submission=submission, concept="idp_individuals", new_value=100, reason="x", by=coordinator
    )
    actions.sign_off_round(round_=week, by=manager)
    week.refresh_from_db()
    (row,) = queries.approved_observations(week).to_pylist()
    assert (row["idp_individuals"], row["site_id"]) == (100, "S1")
    assert "Canary" not in str(row)


def test_approving_with_open_hard_findings_is_refused(
    receive: Receive, week: Round, coordinator: User
) -> None:
    wrong = _wrong(receive)
    right = receive(site="S2")
    with pytest.raises(FindingsOpen):
        actions.review(submission=wrong, state="approved", by=coordinator)
    assert actions.approve_all(round_=week, by=coordinator) == 1
    assert Review.objects.get().submission == right


def test_rejecting_needs_a_reason(receive: Receive, coordinator: User) -> None:
    with pytest.raises(ReasonMissing):
        actions.review(submission=receive(), state="rejected", by=coordinator)


@pytest.mark.parametrize("name", ["facilitator", "cluster"])
def test_nobody_decides_without_the_role(
    receive: Receive, week: Round, request: pytest.FixtureRequest, name: str
) -> None:
    submission = _wrong(receive)
    person = request.getfixturevalue(name)
    finding = submission.findings.get(check_code="individuals_below_households")
    attempts: list[Callable[[], object]] = [
        lambda: actions.check_submission(submission=submission, by=person),
        lambda: actions.correct_answer(
            submission=submission, concept="idp_individuals", new_value=1, reason="x", by=person
        ),
        lambda: actions.decide_finding(finding=finding, reason="x", by=person),
        lambda: actions.review(submission=submission, state="approved", by=person),
        lambda: actions.approve_all(round_=week, by=person),
        lambda: actions.sign_off_round(round_=week, by=person),
        lambda: actions.reopen_round(round_=week, reason="x", by=person),
    ]
    for attempt in attempts:
        with pytest.raises(PermissionDenied):
            attempt()


def test_coordinator_cannot_sign_off(receive: Receive, week: Round, coordinator: User) -> None:
    with pytest.raises(PermissionDenied):
        actions.sign_off_round(round_=week, by=coordinator)


def test_decisions_write_audit_lines_without_values(
    receive: Receive, week: Round, coordinator: User, manager: User
) -> None:
    submission = _wrong(receive)
    actions.correct_answer(
        submission=submission,
        concept="idp_individuals",
        new_value=4321,
        reason="secret words",
        by=coordinator,
    )
    actions.sign_off_round(round_=week, by=manager)
    written = list(AuditEvent.objects.values_list("action", flat=True))
    assert {"check_submission", "correct_answer", "close_round", "sign_off_round"} <= set(written)
    assert "4321" not in json.dumps(list(AuditEvent.objects.values_list("details", flat=True)))


def test_cleaning_log_says_every_decision_in_the_columns_of_impact(
    receive: Receive, week: Round, coordinator: User, manager: User
) -> None:
    first, second, third = (
        receive(site="S1", persons=10),
        receive(site="S2", persons=3),
        receive(site="S9"),
    )
    actions.check_round(round_=week)
    actions.correct_answer(
        submission=first,
        concept="idp_individuals",
        new_value=90,
        reason="=HYPERLINK()",
        by=coordinator,
    )
    actions.correct_answer(
        submission=first, concept="idp_households", new_value=None, reason="x", by=coordinator
    )
    finding = second.findings.get(check_code="individuals_below_households")
    actions.decide_finding(finding=finding, reason="Right", by=coordinator)
    actions.review(submission=third, state="rejected", reason="Test", by=manager)
    lines = list(queries.cleaning_log(manager, week))
    kinds = {(line["uuid"], line["change_type"]) for line in lines}
    assert (first.instance_id, "change_response") in kinds
    assert (first.instance_id, "blank_response") in kinds
    assert (second.instance_id, "no_action") in kinds
    assert (third.instance_id, "remove_survey") in kinds
    assert all(set(line) <= set(queries.LOG_COLUMNS) for line in lines)
