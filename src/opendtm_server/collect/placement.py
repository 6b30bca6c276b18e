"""Where and when a submission belongs: its site by code, its round by the day of the visit.

What cannot be told stays empty; the checks upstairs make a finding of it. Nothing is refused for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from opendtm_server.collect.models import Form, Round
from opendtm_server.places import queries as places

if TYPE_CHECKING:
    from opendtm_server.places.models import Site


@dataclass(frozen=True)
class Placement:
    """The facts of a submission by which lists and coverage find it."""

    site: "Site | None"
    round: Round | None
    visited_on: date | None
    site_code: str
    access: str


def place(form: Form, values: Mapping[str, Any]) -> Placement:
    """Find the site and the round of an observation (concept -> value) sent with a form."""
    code = _text(values.get("site_id"))
    day = values.get("assessment_date")
    visited_on = day if isinstance(day, date) else None
    return Placement(
        site=places.sites(form.operation).filter(code=code).first() if code else None,
        round=round_on(form, visited_on) if visited_on else None,
        visited_on=visited_on,
        site_code=code,
        access=_text(values.get("access"))[:40],
    )


def round_on(form: Form, day: date) -> Round | None:
    """Find the round of a form that covers a day; a campaign is meant before the week it falls in."""
    covering = Round.objects.filter(form=form, starts_on__lte=day, ends_on__gte=day)
    return covering.order_by("kind", "-starts_on").first()


def _text(value: object) -> str:
    return "" if value is None else str(value).replace("\x00", "")[:200]
