"""Notes what a phone says of a known site as a proposal, makes the change when it is accepted, takes it back."""

from collections.abc import Callable, Collection
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User

from opendtm.vocab import code_list
from opendtm_server.collect.actions.proposing import position_in, propose_from_entity
from opendtm_server.collect.actions.settling import note_problem
from opendtm_server.collect.errors import (
    EntityIncomplete,
    NotToDecide,
    SiteChangedSince,
    SiteChangeEmpty,
    SiteWasRefused,
)
from opendtm_server.collect.models import EntityChange, SiteProposal, Submission
from opendtm_server.collect.queries.site_changes import PARTS, differences, told
from opendtm_server.places import actions as places
from opendtm_server.places import queries as known

if TYPE_CHECKING:
    from opendtm_server.places.models import Site

State = EntityChange.State


def note_site(change: EntityChange) -> None:
    """Propose a new site, or a change to one that is known. A change to one still to come waits for it."""
    site = _known_site(change)
    if change.create and not (change.update and site):
        if not change.key or not change.label:
            return note_problem(change, EntityIncomplete())
        propose_from_entity(change)
        return _release(change)
    if not change.key:
        return note_problem(change, EntityIncomplete())
    return _propose_change(change, site) if site else _amend_or_hold(change)


def make_change(
    proposal: SiteProposal, *, parts: Collection[str], since: date, by: User
) -> dict[str, Any]:
    """Change the chosen parts of the known site; give what they were before, as `SiteProposal.before` keeps it.

    NotToDecide where a part would not change; what `places` refuses is raised.
    """
    found = {one.part: one for one in differences(proposal)}
    if proposal.about is None or not parts or not found.keys() >= set(parts):
        raise NotToDecide
    site = proposal.about
    deeds: dict[str, Callable[[Any], object]] = {
        "name": lambda new: places.rename_site(site=site, name=new, by=by),
        "position": lambda new: places.move_site(
            site=site, latitude=new[0], longitude=new[1], on=since, by=by
        ),
        "type": lambda new: places.change_site_type(site=site, site_type=new, by=by),
        "status": lambda new: places.set_site_status(site=site, status=new, since=since, by=by),
    }
    before: dict[str, Any] = {"since": since.isoformat()}
    for part in (one for one in found if one in parts):
        before |= _before(site, part, found[part].old, proposal)
        deeds[part](found[part].new)
    return before


def take_back_change(proposal: SiteProposal, *, by: User) -> None:
    """Give the site back what it was. SiteChangedSince where somebody has changed it again."""
    site, before = proposal.about, proposal.before
    if site is None:
        raise NotToDecide
    since = date.fromisoformat(before["since"])
    made = [part for part in PARTS if part in before]
    if any(_standing(site, part, since) != told(proposal, part) for part in made):
        raise SiteChangedSince(site=site.code)
    if "name" in before:
        places.rename_site(site=site, name=before["name"], by=by)
        if not before["alias"]:
            places.remove_alias(site=site, name=proposal.name, by=by)
    if "position" in before:
        latitude, longitude = before["position"] or (None, None)
        places.put_site(
            site=site,
            position=(latitude, longitude),
            area_code=before["area"],
            since=since,
            by=by,
        )
    if "type" in before:
        places.change_site_type(site=site, site_type=before["type"], by=by)
    if "status" in before:
        places.withdraw_site_status(site=site, since=since, by=by)


def _known_site(change: EntityChange) -> "Site | None":
    """Find the site by its code, or by the id that a phone gave it before the desk knew it."""
    found = known.sites(change.operation).filter(code=change.key).first()
    if found or not change.key:
        return found
    met = SiteProposal.objects.filter(operation=change.operation, key=change.key)
    return next((one.site for one in met.select_related("site")), None)


def _propose_change(change: EntityChange, site: "Site") -> None:
    says = _says(change)
    if not any(value not in ("", None) for value in says.values()):
        return note_problem(change, SiteChangeEmpty())
    sent = change.submission
    proposal = SiteProposal(
        operation=change.operation,
        submission=sent,
        key=f"{site.code}#{change.pk}",
        about=site,
        **says,
    )
    replaced = Submission.objects.filter(
        operation=change.operation, deprecated_id=sent.instance_id
    ).exists()
    if replaced or not differences(proposal):
        return _become(change, State.REPEATED)
    earlier = SiteProposal.objects.filter(
        operation=change.operation, about=site, state=SiteProposal.State.WAITING
    ).filter(submission__instance_id=sent.deprecated_id or None)
    if not earlier.update(submission=sent, **says):
        proposal.save()
    return _become(change, State.PROPOSED)


def _amend_or_hold(change: EntityChange) -> None:
    """Add what a phone says of a site that it proposed itself; without a proposal so far the change waits."""
    met = SiteProposal.objects.select_for_update().filter(
        operation=change.operation, key=change.key
    )
    proposal = met.first()
    if proposal is None:
        return _become(change, State.HELD)
    if proposal.state != SiteProposal.State.WAITING:
        return note_problem(change, SiteWasRefused())
    for name, value in _says(change).items():
        if value not in ("", None):
            setattr(proposal, name, value)
    proposal.save()
    return _become(change, State.PROPOSED)


def _release(change: EntityChange) -> None:
    """Take up the changes that came before the site that they are about."""
    waiting = EntityChange.objects.filter(
        operation=change.operation, dataset=change.dataset, key=change.key, state=State.HELD
    ).exclude(pk=change.pk)
    for one in waiting.order_by("base_version", "pk"):
        note_site(one)


def _become(change: EntityChange, state: str) -> None:
    change.state = state
    change.save(update_fields=["state"])


def _says(change: EntityChange) -> dict[str, Any]:
    latitude, longitude = position_in(change.values)
    kind = str(change.values.get("type") or change.values.get("site_type") or "")
    status = str(change.values.get("status") or change.values.get("site_status") or "")
    return {
        "name": change.label[:200],
        "site_type": kind if kind in code_list("site_type") else "",
        "status": status if status in code_list("site_status") else "",
        "latitude": latitude,
        "longitude": longitude,
    }


def _before(site: "Site", part: str, old: Any, proposal: SiteProposal) -> dict[str, Any]:
    if part == "name":
        return {part: old, "alias": site.aliases.filter(name=proposal.name).exists()}
    return {part: old, "area": site.area_code} if part == "position" else {part: old}


def _standing(site: "Site", part: str, since: date) -> Any:
    """Give what the site is now, of the parts that a decision changed from a day on."""
    if part == "status":
        return next((one.status for one in site.statuses.all() if one.since == since), None)
    return {
        "name": site.name,
        "position": (site.latitude, site.longitude),
        "type": site.site_type,
    }[part]
