"""Where and when a submission belongs: its site by code, its round by the day of the visit.

What cannot be told stays empty; the checks upstairs make a finding of it. Nothing is refused for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from opendtm_server.collect.models import Form, Round, SiteProposal
from opendtm_server.places import queries as places

if TYPE_CHECKING:
    from opendtm_server.places.models import Site

CONCEPTS = frozenset({"site_id", "assessment_date", "access"})
# The same two searches as `place` makes, for the statement that does everything at once.
SITE_SQL = """SELECT COALESCE(
    (SELECT id FROM places_site
     WHERE operation_id = %(operation_id)s AND code = %(site_code)s AND %(site_code)s <> ''),
    (SELECT site_id FROM collect_siteproposal
     WHERE operation_id = %(operation_id)s AND key = %(site_code)s AND %(site_code)s <> ''))"""
ROUND_SQL = """SELECT id FROM collect_round
    WHERE form_id = %(form_id)s AND %(day)s::date BETWEEN starts_on AND ends_on
    ORDER BY kind, starts_on DESC LIMIT 1"""


@dataclass(frozen=True)
class Told:
    """What a submission itself says of its place and day."""

    site_code: str
    visited_on: date | None
    access: str


@dataclass(frozen=True)
class Placement:
    """The facts of a submission by which lists and coverage find it."""

    site: "Site | None"
    round: Round | None
    visited_on: date | None
    site_code: str
    access: str


def told(values: Mapping[str, Any]) -> Told:
    """Take place and day from an observation (concept -> value)."""
    day = values.get("assessment_date")
    return Told(
        site_code=_text(values.get("site_id")),
        visited_on=day if isinstance(day, date) else None,
        access=_text(values.get("access"))[:40],
    )


def place(form: Form, values: Mapping[str, Any]) -> Placement:
    """Find the site and the round of an observation (concept -> value) sent with a form."""
    said = told(values)
    return Placement(
        site=site_of(form, said.site_code),
        round=round_on(form, said.visited_on) if said.visited_on else None,
        visited_on=said.visited_on,
        site_code=said.site_code,
        access=said.access,
    )


def site_of(form: Form, code: str) -> "Site | None":
    """Find the site with that code, or the one that a phone gave that id before the desk knew it."""
    if not code:
        return None
    found = places.sites(form.operation).prefetch_related(None).filter(code=code).first()
    if found:
        return found
    met = SiteProposal.objects.filter(operation=form.operation, key=code).select_related("site")
    return next((proposal.site for proposal in met), None)


def round_on(form: Form, day: date) -> Round | None:
    """Find the round of a form that covers a day; a campaign is meant before the week it falls in."""
    covering = Round.objects.filter(form=form, starts_on__lte=day, ends_on__gte=day)
    return covering.order_by("kind", "-starts_on").first()


def _text(value: object) -> str:
    return "" if value is None else str(value).replace("\x00", "")[:200]
