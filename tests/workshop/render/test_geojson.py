"""The GeoJSON follows RFC 7946, and no site is lost for want of a position."""

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from tests.workshop.factories import make_report, make_sites

from opendtm.render.columns import site_columns
from opendtm.render.geojson import geojson, position
from opendtm.report.model import SiteNeedsReport


def read(report: SiteNeedsReport, lang: str = "en") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(geojson(report, lang))
    return found


def test_geojson_is_a_collection_of_points_in_lon_lat() -> None:
    report = make_report(n_sites=3)
    found = read(report)
    first = found["features"][0]
    assert found["type"] == "FeatureCollection"
    assert "crs" not in found
    assert first["geometry"] == {
        "type": "Point",
        "coordinates": [report.sites[0].longitude, report.sites[0].latitude],
    }
    assert first["id"] == report.sites[0].site_id


def test_geojson_properties_are_the_columns_of_the_table() -> None:
    report = make_report(n_sites=1)
    names = {column.name for column in site_columns(report)} - {"latitude", "longitude"}
    properties = read(report)["features"][0]["properties"]
    assert set(properties) == names
    assert properties["idp_individuals"] == report.sites[0].numbers["idp_individuals"].value
    assert properties["figure_method"] == "observed"
    assert properties["as_of"].startswith("2026-11-")


def test_geojson_keeps_sites_without_a_position() -> None:
    report = make_report(n_sites=30)
    found = read(report)
    assert len(found["features"]) + len(found["unplaced"]) == 30
    assert [each["site_id"] for each in found["unplaced"]] == ["ZZ-0018"]


def test_geojson_box_holds_every_point() -> None:
    found = read(make_report(n_sites=30))
    west, south, east, north = found["bbox"]
    for feature in found["features"]:
        longitude, latitude = feature["geometry"]["coordinates"]
        assert west <= longitude <= east
        assert south <= latitude <= north


def test_geojson_without_any_position_has_no_box() -> None:
    report = make_report(n_sites=1)
    lost = replace(report.sites[0], latitude=None)
    found = read(replace(report, sites=(lost,)))
    assert "bbox" not in found
    assert found["features"] == []


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(0.0, 0.0), (91.0, 5.0), (5.0, 181.0), (math.nan, 5.0), (5.0, math.inf)],
)
def test_position_that_cannot_be(latitude: float, longitude: float) -> None:
    row = replace(make_sites(1)[0], latitude=latitude, longitude=longitude)
    assert position(row) is None


def test_geojson_names_edition_and_language() -> None:
    found = read(make_report(n_sites=1), "fr")
    assert (found["language"], found["operation"], found["fictional"]) == (
        "fr",
        "Balinga floods",
        True,
    )
    assert found["features"][0]["properties"]["coverage_name"] == "Évalué"
