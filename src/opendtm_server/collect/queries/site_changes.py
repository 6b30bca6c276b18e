"""What a form would change of a known site: part by part, as it is and as it would be, and how far it moves."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from opendtm.geo import distance_km
from opendtm_server.collect.models import SiteProposal
from opendtm_server.places import queries as places

PARTS = ("name", "position", "type", "status")
SAME_SPOT_KM = 0.02  # less than a phone can be wrong by
FAR_KM = 2.0


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of a site that would change. A position is a pair of degrees, latitude first, or None."""

    part: str
    old: Any
    new: Any

    @property
    def km(self) -> float | None:
        """Give how far the site moves; None for other parts and where it had no position."""
        if self.part != "position" or self.old is None:
            return None
        return distance_km(self.old[::-1], self.new[::-1])

    @property
    def far(self) -> bool:
        """Tell whether the site moves further than one expects of the same site."""
        return self.km is not None and self.km > FAR_KM


def differences(proposal: SiteProposal) -> list[Difference]:
    """Give what would change of the known site; of a decided proposal what it has changed, or would have."""
    return [one for part in PARTS if (one := _difference(proposal, part))]


def told(proposal: SiteProposal, part: str) -> Any:
    """Give what the form says of a part; nothing where it does not speak of it."""
    if part == "position":
        return _pair(proposal.latitude, proposal.longitude)
    return {"name": proposal.name, "type": proposal.site_type, "status": proposal.status}[part]


def present(proposal: SiteProposal, part: str) -> Any:
    """Give what the known site is today."""
    site = proposal.about
    if site is None:
        return None
    if part == "position":
        return _pair(site.latitude, site.longitude)
    if part == "status":
        return places.status_on(site, timezone.localdate())
    return site.name if part == "name" else site.site_type


def _difference(proposal: SiteProposal, part: str) -> Difference | None:
    new = told(proposal, part)
    if not new:
        return None
    if proposal.state == SiteProposal.State.CHANGED:
        kept = proposal.before.get(part)
        if part not in proposal.before:
            return None
        return Difference(part, tuple(kept) if isinstance(kept, list) else kept, new)
    found = Difference(part, present(proposal, part), new)
    same = found.old == new or (found.km is not None and found.km < SAME_SPOT_KM)
    return None if same else found


def _pair(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    return None if latitude is None or longitude is None else (latitude, longitude)
