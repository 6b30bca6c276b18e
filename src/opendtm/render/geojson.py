"""The sites as points on a map (RFC 7946), with the same names as the site table.

A site without a usable position is not dropped: it stands in the member `unplaced`, with the same
properties.
"""

import json
from datetime import date
from math import isfinite

from opendtm.render.columns import Cell, Column, site_columns
from opendtm.report import caveats
from opendtm.report.model import SiteNeedsReport, SiteRow

Point = tuple[float, float]


def geojson(report: SiteNeedsReport, lang: str) -> bytes:
    """Write a FeatureCollection of points in longitude and latitude, WGS 84."""
    columns = [
        column for column in site_columns(report) if column.name not in ("latitude", "longitude")
    ]
    placed = [(site, point) for site in report.sites if (point := position(site))]
    collection: dict[str, object] = {
        "type": "FeatureCollection",
        **_members(report, lang),
        **_box([point for _, point in placed]),
        "features": [_feature(site, point, columns, lang) for site, point in placed],
        "unplaced": [
            _properties(site, columns, lang) for site in report.sites if not position(site)
        ],
    }
    return json.dumps(collection, ensure_ascii=False, allow_nan=False, indent=1).encode()


def position(site: SiteRow) -> Point | None:
    """Give longitude and latitude of a site; None where they are missing, impossible or both zero."""
    latitude, longitude = site.latitude, site.longitude
    if latitude is None or longitude is None or not (isfinite(latitude) and isfinite(longitude)):
        return None
    if abs(latitude) > 90 or abs(longitude) > 180 or (latitude == 0 and longitude == 0):
        return None
    return round(longitude, 6), round(latitude, 6)


def _members(report: SiteNeedsReport, lang: str) -> dict[str, object]:
    edition = report.edition
    return {
        "product": "site_needs",
        "version": edition.version,
        "language": lang,
        "operation": edition.operation,
        "country": edition.country,
        "country_code": edition.country_code,
        "issue": edition.issue,
        "fictional": edition.fictional,
        "round": edition.round.number,
        "period_start": edition.round.starts_on.isoformat(),
        "period_end": edition.round.ends_on.isoformat(),
        "data_as_of": edition.data_as_of.isoformat(),
        "made_at": edition.made_at.isoformat(),
        "source": edition.source.text(lang),
        "permanent_address": edition.permanent_address,
        "positions": [said.text(lang) for said in caveats.of_positions(report.sites)],
    }


def _box(points: list[Point]) -> dict[str, object]:
    if not points:
        return {}
    longitudes, latitudes = [x for x, _ in points], [y for _, y in points]
    return {"bbox": [min(longitudes), min(latitudes), max(longitudes), max(latitudes)]}


def _feature(site: SiteRow, point: Point, columns: list[Column], lang: str) -> dict[str, object]:
    return {
        "type": "Feature",
        "id": site.site_id,
        "geometry": {"type": "Point", "coordinates": list(point)},
        "properties": _properties(site, columns, lang),
    }


def _properties(site: SiteRow, columns: list[Column], lang: str) -> dict[str, object]:
    return {column.name: _plain(column.read(site, lang)) for column in columns}


def _plain(value: Cell) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
