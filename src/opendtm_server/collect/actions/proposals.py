"""Decides what a site that was met in the field is: a new one, one that is known, or none. Each can be undone.

A known site that was found changed is changed as far as somebody accepts it, or the change is refused.
"""

from collections.abc import Collection
from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from opendtm import records
from opendtm_server.collect import rules
from opendtm_server.collect.actions.site_changes import make_change, take_back_change
from opendtm_server.collect.errors import NotToDecide
from opendtm_server.collect.models import RoundPlace, SiteProposal, Submission
from opendtm_server.govern import audit
from opendtm_server.places import actions as places
from opendtm_server.places import listed
from opendtm_server.places import queries as known
from opendtm_server.places.problems import SiteHasHistory

State = SiteProposal.State


@transaction.atomic
def accept_as_new(
    *, proposal: SiteProposal, code: str, name: str, since: date, by: User
) -> SiteProposal:
    """Enter the proposed site under a code, open from `since` on; what was sent about it is about that site.

    PermissionDenied, NotToDecide, and whatever `places.create_site` refuses.
    """
    proposal = _unknown(_waiting(proposal, by))
    site = places.create_site(
        site=records.Site(
            site_id=code,
            name=name,
            status="open",
            site_type=proposal.site_type or None,
            latitude=proposal.latitude,
            longitude=proposal.longitude,
            admins=(_known_area(proposal),),
            aliases=(proposal.name,) if proposal.name != name else (),
        ),
        since=since,
        operation=proposal.operation,
        by=by,
    )
    proposal.site = site
    return _decided(proposal, State.NEW, by)


@transaction.atomic
def accept_as_same(*, proposal: SiteProposal, code: str, by: User) -> SiteProposal:
    """Say that the proposed site is one that is known; the name it was met under becomes an alias.

    PermissionDenied, NotToDecide where the decision was taken or the operation has no such site.
    """
    proposal = _unknown(_waiting(proposal, by))
    site = known.sites(proposal.operation).filter(code=code).first()
    if site is None:
        raise NotToDecide
    names = {site.name, *(alias.name for alias in site.aliases.all())}
    if proposal.name not in names:
        places.add_alias(site=site, name=proposal.name, by=by)
        proposal.alias_added = True
    proposal.site = site
    return _decided(proposal, State.SAME, by)


@transaction.atomic
def accept_change(
    *, proposal: SiteProposal, parts: Collection[str], since: date, by: User
) -> SiteProposal:
    """Change a known site as the form says, in the parts named (name, position, type, status), from a day on.

    PermissionDenied, NotToDecide, and whatever the actions of `places` refuse.
    """
    proposal = _waiting(proposal, by)
    proposal.before = make_change(proposal, parts=parts, since=since, by=by)
    proposal.site = proposal.about
    return _decided(proposal, State.CHANGED, by)


@transaction.atomic
def refuse_proposal(*, proposal: SiteProposal, reason: str, by: User) -> SiteProposal:
    """Say that there is no such site, or no such change, with a reason. PermissionDenied, ReasonMissing, NotToDecide."""
    proposal = _waiting(proposal, by)
    proposal.reason = rules.check_reason(reason)[:300]
    return _decided(proposal, State.REFUSED, by)


@transaction.atomic
def undo_decision(*, proposal: SiteProposal, by: User) -> SiteProposal:
    """Let a decided proposal wait again; what was entered, added or changed for it is taken back.

    PermissionDenied; NotToDecide where it waits; SiteHasHistory where the new site is used by now;
    SiteChangedSince where a changed one has been changed again.
    """
    rules.check_follow(by, proposal.operation)
    proposal = SiteProposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.state == State.WAITING:
        raise NotToDecide
    site, was = proposal.site, proposal.state
    if was == State.CHANGED:
        take_back_change(proposal, by=by)
        proposal.before = {}
    proposal.site, proposal.state, proposal.reason = None, State.WAITING, ""
    proposal.decided_at, proposal.decided_by = None, ""
    Submission.objects.filter(operation=proposal.operation, site_code=proposal.key).update(
        site=None
    )
    if site and was == State.NEW:
        if RoundPlace.objects.filter(site=site).exists():
            raise SiteHasHistory(site=site.code)
        places.withdraw_site(site=site, by=by)
    elif site and proposal.alias_added:
        places.remove_alias(site=site, name=proposal.name, by=by)
    proposal.alias_added = False
    proposal.save()
    _record(proposal, "undo_site_proposal", by, {"was": was})
    return proposal


def _known_area(proposal: SiteProposal) -> str | None:
    """Give the area that the form named where there is one of that code; the position tells otherwise."""
    code, today = proposal.area_code, timezone.localdate()
    unknown = listed.unknown_codes(proposal.operation, today, frozenset({code}))
    return None if code in unknown else code


def _waiting(proposal: SiteProposal, by: User) -> SiteProposal:
    rules.check_follow(by, proposal.operation)
    proposal = SiteProposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.state != State.WAITING:
        raise NotToDecide
    return proposal


def _unknown(proposal: SiteProposal) -> SiteProposal:
    if proposal.about is not None:
        raise NotToDecide
    return proposal


def _decided(proposal: SiteProposal, state: str, by: User) -> SiteProposal:
    proposal.state, proposal.decided_by = state, by.get_username()
    proposal.decided_at = timezone.now()
    proposal.save()
    sent = Submission.objects.filter(
        operation=proposal.operation, site_code=proposal.key, site=None
    )
    about = sent.update(site=proposal.site) if proposal.site else 0
    code = proposal.site.code if proposal.site else ""
    _record(
        proposal,
        "decide_site_proposal",
        by,
        {"decision": state, "site": code, "submissions": about},
    )
    return proposal


def _record(proposal: SiteProposal, action: str, by: User, details: dict[str, object]) -> None:
    audit.record(
        by.get_username(),
        action,
        operation=proposal.operation.code,
        subject=proposal.key,
        details=details,
    )
