"""Reports from the files that the field really publishes: totals equal a sum made without our reader."""

import csv
import json
from pathlib import Path

import openpyxl
import pytest

from opendtm.cli.making import Wish, make, read
from opendtm.i18n import LANGUAGES
from opendtm.render.csv import csv as render_csv
from opendtm.render.geojson import geojson
from opendtm.render.xlsx import xlsx
from opendtm.report.model import SiteNeedsReport

pytestmark = pytest.mark.shared


def report_of(path: Path) -> SiteNeedsReport:
    wish = Wish(files=(path,))
    return make(read(wish), wish).report


def column_sum(path: Path, name: str, *, skip: int = 0) -> float:
    with path.open(encoding="utf-8-sig", newline="") as file:
        records = list(csv.DictReader(file))[skip:]
    values = (record[name].replace(",", "").strip() for record in records)
    return sum(float(value) for value in values if value.replace(".", "", 1).isdigit())


def check_exports(report: SiteNeedsReport) -> None:
    """Every export of every language holds all sites."""
    for lang in LANGUAGES:
        assert render_csv(report, lang).count(b"\r\n") == len(report.sites) + 2
        found = json.loads(geojson(report, lang))
        assert len(found["features"]) + len(found["unplaced"]) == len(report.sites)
        assert xlsx(report, lang)[:2] == b"PK"


def test_haiti_camps(shared: Path) -> None:
    path = shared / "idp" / "haiti2013" / "iom-haiti-dtm.csv"
    report = report_of(path)
    assert report.totals["idp_individuals"].value == column_sum(
        path, "Number of Individuals", skip=1
    )
    assert report.totals["idp_households"].value == column_sum(path, "Number of Households", skip=1)
    assert report.edition.country_code == "HTI"
    assert not report.has_needs
    check_exports(report)


def test_malawi_location_assessment(shared: Path) -> None:
    path = shared / "idp" / "malawi2024" / "survey.csv"
    report = report_of(path)
    assert report.totals["idp_individuals"].value == column_sum(path, "m0310_loc_num_idp_ind")
    assert report.has_needs
    assert report.sectors[0].sector == "food_security"
    assert all(block.critical.value is None for block in report.sectors)
    check_exports(report)


def test_ukraine_round_of_areas(shared: Path) -> None:
    path = shared / "idp" / "ukraine2022" / "IDP_Estimate_Mar162022.xlsx"
    report = report_of(path)
    page = openpyxl.load_workbook(path, data_only=True)["Current location of IDPs"]
    stated = [row[2].value for row in page.iter_rows(min_row=3, max_row=8)]
    assert report.totals["idp_individuals"].value == sum(float(value or 0) for value in stated)
    assert "areas" in report.lead.text("en")
    check_exports(report)


def test_api_table_never_adds_levels(shared: Path) -> None:
    path = shared / "idp" / "dtm_api" / "global-iom-dtm-from-api-admin-0-to-2.csv"
    report = report_of(path)
    countries = {row.admin_codes[0] for row in report.sites}
    assert countries == {"AFG", "HTI"}
    listed = sum(row.numbers["idp_individuals"].value or 0 for row in report.sites)
    total = report.totals["idp_individuals"].value
    assert total is not None
    assert listed <= total * 1.01
    check_exports(report)


def test_site_list_of_the_world(shared: Path) -> None:
    path = shared / "idp" / "global_unhcr_sites" / "displacement_locations_unhcr.csv"
    report = report_of(path)
    with path.open(encoding="utf-8", newline="") as file:
        codes = {record["pcode"] for record in csv.DictReader(file)}
    assert {row.site_id for row in report.sites} >= codes - {"NA", ""}
    assert not report.has_needs
    assert report.totals == {}
    check_exports(report)
