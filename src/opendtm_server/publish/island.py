"""The two layers of the map that can be moved: the areas, and the sites as circles with their words.

They are made with the release from the same protected report, so that the map on screen never says more
than the files.
"""

import json
import math
from typing import Any

from opendtm.i18n import Label, number
from opendtm.render.geojson import position
from opendtm.report import caveats
from opendtm.report.model import Area, MapModel, SiteNeedsReport, SiteRow
from opendtm.report.positions import PositionKind
from opendtm.vocab import concept

SUBJECT = "idp_individuals"
WITHHELD = Label("withheld", "non publié")
ANYWHERE = Label("Anywhere in its area", "N'importe où dans sa zone")
UNKNOWN = Label("not known", "inconnu")
LARGEST, LEAST = 26.0, 4.0  # pixels


def areas(drawn: MapModel) -> bytes:
    """Write the areas of a map as GeoJSON, the lowest level of them."""
    level = max((area.level for area in drawn.areas), default=0)
    return _collection([_area(area) for area in drawn.areas if area.level == level])


def points(report: SiteNeedsReport, lang: str) -> bytes:
    """Write the sites as GeoJSON: code, radius by number of persons, and the words of the tooltip in `lang`."""
    largest = max((_persons(row) or 0 for row in report.map.sites), default=0)
    placed = ((row, position(row)) for row in report.map.sites)
    return _collection([_point(row, place, largest, lang) for row, place in placed if place])


def _point(row: SiteRow, place: tuple[float, float], largest: float, lang: str) -> dict[str, Any]:
    persons, label = _persons(row), concept(SUBJECT).label.text(lang)
    share = math.sqrt(persons / largest) if persons and largest else 0.0
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": list(place)},
        "properties": {
            "code": row.site_id,
            "radius": round(max(LEAST, share * LARGEST), 1),
            "words": "\n".join(
                [row.name, f"{label}: {_words(row, persons, lang)}", *_where(row, lang)]
            ),
        },
    }


def _where(row: SiteRow, lang: str) -> list[str]:
    """Say of a circle what its place is worth, where it is not the site's own."""
    if row.position_kind == PositionKind.AREA:
        return [ANYWHERE.text(lang)]
    if row.moved_up_to is None:
        return []
    return [caveats.one_displaced_by_up_to(row.moved_up_to).text(lang)]


def _words(row: SiteRow, persons: float | None, lang: str) -> str:
    known = row.numbers.get(SUBJECT)
    if known is not None and known.suppressed:
        return WITHHELD.text(lang)
    return UNKNOWN.text(lang) if persons is None else number(persons, lang)


def _persons(row: SiteRow) -> float | None:
    known = row.numbers.get(SUBJECT)
    return known.value if known else None


def _area(area: Area) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {
            "type": "MultiPolygon",
            "coordinates": [[[list(point) for point in ring]] for ring in area.rings],
        },
        "properties": {"code": area.code, "words": f"{area.name} ({area.code})"},
    }


def _collection(features: list[dict[str, Any]]) -> bytes:
    found = {"type": "FeatureCollection", "features": features}
    return json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
