"""Rounds: opening one with the sites it should cover, saying which could not be reached, closing it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from opendtm_server.collect import rules
from opendtm_server.collect.errors import RoundOverlaps
from opendtm_server.collect.models import Form, Round, RoundPlace, Submission
from opendtm_server.collect.placement import place
from opendtm_server.govern import audit
from opendtm_server.govern.access import check_may
from opendtm_server.govern.roles import Permission
from opendtm_server.places import queries as places

if TYPE_CHECKING:
    from opendtm_server.places.models import Site


@transaction.atomic
def open_round(
    *,
    form: Form,
    starts_on: date,
    ends_on: date,
    kind: str = Round.Kind.WEEKLY,
    number: int | None = None,
    by: User,
) -> Round:
    """Open a round of a form over the sites that are open at any time in it.

    Submissions of those days that came before the round was opened are taken into it. Raises
    PermissionDenied, DaysReversed, or RoundOverlaps.
    """
    rules.check_manage(by, form.operation)
    rules.check_days(starts_on=starts_on, ends_on=ends_on)
    _check_overlap(form, kind, starts_on, ends_on)
    round_ = Round.objects.create(
        operation=form.operation,
        form=form,
        kind=kind,
        number=number or _next_number(form),
        starts_on=starts_on,
        ends_on=ends_on,
    )
    expected = _expected(round_)
    RoundPlace.objects.bulk_create(RoundPlace(round=round_, site=site) for site in expected)
    early = Submission.objects.filter(
        form_version__form=form,
        round=None,
        withdrawn_at=None,
        visited_on__range=(starts_on, ends_on),
    )
    early.update(round=round_)
    _note(by, "open_round", round_, {"places": len(expected)})
    return round_


@transaction.atomic
def mark_inaccessible(*, round_: Round, site: "Site", reason: str, by: User) -> RoundPlace:
    """Say why a site could not be visited in a round; an empty reason takes it back.

    Raises PermissionDenied or RoundIsClosed.
    """
    rules.check_follow(by, round_.operation)
    rules.check_round_open(round_)
    expected, _ = RoundPlace.objects.get_or_create(round=round_, site=site)
    expected.inaccessible_reason = reason.strip()[:300]
    expected.save(update_fields=["inaccessible_reason"])
    _note(
        by,
        "mark_inaccessible",
        round_,
        {"site": site.code, "inaccessible": bool(expected.inaccessible_reason)},
    )
    return expected


@transaction.atomic
def close_round(*, round_: Round, by: User) -> Round:
    """Put the signature under a round. What must be decided before is `verify`'s to know.

    Raises PermissionDenied or RoundIsClosed.
    """
    check_may(by, Permission.SIGN_OFF, round_.operation)
    round_ = Round.objects.select_for_update().get(pk=round_.pk)
    rules.check_round_open(round_)
    round_.signed_off_at = timezone.now()
    round_.signed_off_by = by.get_username()
    round_.save(update_fields=["signed_off_at", "signed_off_by"])
    _note(by, "close_round", round_, {})
    return round_


@transaction.atomic
def reopen_round(*, round_: Round, reason: str, by: User) -> Round:
    """Take the signature back, with a reason. Raises PermissionDenied or ReasonMissing."""
    check_may(by, Permission.SIGN_OFF, round_.operation)
    reason = rules.check_reason(reason)
    round_ = Round.objects.select_for_update().get(pk=round_.pk)
    round_.signed_off_at, round_.signed_off_by = None, ""
    round_.save(update_fields=["signed_off_at", "signed_off_by"])
    _note(by, "reopen_round", round_, {"reason": reason[:300]})
    return round_


@transaction.atomic
def place_submission(*, submission: Submission, values: Mapping[str, Any], by: User) -> Submission:
    """Find a submission's site and round anew after an answer was corrected; `values` are the corrected ones."""
    check_may(by, Permission.CORRECT, submission.operation)
    placed = place(submission.form_version.form, values)
    if submission.withdrawn_at:
        placed = replace(placed, round=None)
    moved = (placed.site != submission.site) or (placed.round != submission.round)
    submission.site, submission.round = placed.site, placed.round
    submission.visited_on, submission.access = placed.visited_on, placed.access
    submission.save(update_fields=["site", "round", "visited_on", "access"])
    if moved:
        audit.record(
            by.get_username(),
            "place_submission",
            operation=submission.operation.code,
            subject=submission.instance_id,
            details={
                "site": placed.site.code if placed.site else "",
                "round": _number(placed.round),
            },
        )
    return submission


def _number(round_: Round | None) -> int | None:
    return round_.number if round_ else None


def _check_overlap(form: Form, kind: str, starts_on: date, ends_on: date) -> None:
    other = Round.objects.filter(
        form=form, kind=kind, starts_on__lte=ends_on, ends_on__gte=starts_on
    ).first()
    if other:
        raise RoundOverlaps(number=other.number, starts_on=other.starts_on, ends_on=other.ends_on)


def _next_number(form: Form) -> int:
    last = Round.objects.filter(form=form).aggregate(last=Max("number"))["last"]
    return int(last or 0) + 1


def _expected(round_: Round) -> "list[Site]":
    first, last = (
        places.sites_on(round_.operation, day) for day in (round_.starts_on, round_.ends_on)
    )
    codes = {site.site_id for site in (*first, *last) if site.status == "open"}
    return list(places.sites(round_.operation).filter(code__in=codes))


def _note(by: User, action: str, round_: Round, details: dict[str, Any]) -> None:
    audit.record(
        by.get_username(),
        action,
        operation=round_.operation.code,
        subject=f"{round_.form.form_id}/{round_.number}",
        details=details,
    )
