"""Makes a proposal of a site that a form reports: by an entity of the list `sites`, or by its answers' concepts."""

import re
from collections.abc import Mapping
from typing import Any

from opendtm import forms as workshop
from opendtm.forms import SubmissionReading
from opendtm.records.answers import GeoPoint
from opendtm.vocab import code_list
from opendtm_server.collect import store
from opendtm_server.collect.models import EntityChange, SiteProposal, Submission
from opendtm_server.collect.queries.forms import definition_of

_POINT = re.compile(r"\s*(-?\d+(?:\.\d+)?)[\s,]+(-?\d+(?:\.\d+)?)")
POINTS = ("geometry", "location", "gps", "position")
AREAS = ("adm3", "adm2", "adm1")


def propose_from_entity(change: EntityChange) -> None:
    """Propose the site that an entity of the list `sites` describes; its id stands for it from then on."""
    values = {**change.values, "name": change.label}
    made = _propose(change.submission, change.key, values)
    change.state = EntityChange.State.PROPOSED if made else EntityChange.State.REPEATED
    change.save(update_fields=["state"])


def propose_from_answers(submission: Submission) -> None:
    """Propose the site that a form's answers describe by their concepts; nothing where it has no name."""
    definition = definition_of(submission.form_version)
    body = store.read_kept(submission.operation.code, submission.sha256)
    reading = workshop.read_submission(body, definition)
    observed = workshop.to_observation(reading, definition)
    name = str(observed.get("site_name") or "").strip()
    if not name or submission.deprecated_id:
        return
    point = _point_of(reading)
    _propose(
        submission,
        submission.instance_id,
        {
            "name": name,
            "type": observed.get("site_type"),
            "latitude": observed.get("latitude") or point[0],
            "longitude": observed.get("longitude") or point[1],
            **{f"adm{level}": observed.get(f"adm{level}_code") for level in (1, 2, 3)},
        },
    )


def _propose(submission: Submission, key: str, values: Mapping[str, Any]) -> bool:
    """Keep a proposal once; tell whether it is new."""
    latitude, longitude = position_in(values)
    kind = str(values.get("type") or values.get("site_type") or "")
    _made, new = SiteProposal.objects.get_or_create(
        operation=submission.operation,
        key=key[:200],
        defaults={
            "submission": submission,
            "name": str(values["name"])[:200],
            "site_type": kind if kind in code_list("site_type") else "",
            "area_code": str(next((values[one] for one in AREAS if values.get(one)), ""))[:40],
            "latitude": latitude,
            "longitude": longitude,
        },
    )
    return new


def position_in(values: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Read a position from two properties, or from a geopoint; nothing where it is none on the globe."""
    pair = (values.get("latitude"), values.get("longitude"))
    written = f"{pair[0]} {pair[1]}" if all(part not in (None, "") for part in pair) else ""
    points = [written, *(str(values.get(name) or "") for name in POINTS)]
    match = next((found for text in points if (found := _POINT.match(text))), None)
    if match is None:
        return None, None
    latitude, longitude = float(match[1]), float(match[2])
    inside = abs(latitude) <= 90 and abs(longitude) <= 180
    return (latitude, longitude) if inside else (None, None)


def _point_of(reading: SubmissionReading) -> tuple[float | None, float | None]:
    """Give the first position among the answers, whatever question it answers."""
    points = (one.value for one in reading.answers if isinstance(one.value, GeoPoint))
    point = next(points, None)
    return (point.latitude, point.longitude) if point else (None, None)
