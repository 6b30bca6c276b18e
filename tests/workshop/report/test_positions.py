"""Where a report shows its sites: what is exchanged, what is said about it, and that nothing else remains."""

import csv
import json
from dataclasses import replace
from io import StringIO

from tests.workshop.factories import make_report

from opendtm import render
from opendtm.render.maps import map_alt, site_map
from opendtm.report.model import SiteNeedsReport
from opendtm.report.positions import PositionKind, Spot, shown_at

MOVED, ALONE, UNSAID = "ZZ-0002", "ZZ-0003", "ZZ-0004"


def shown(report: SiteNeedsReport) -> SiteNeedsReport:
    """Show one site displaced, one by its area alone, and say nothing of the others."""
    spots = {
        MOVED: Spot(PositionKind.DISPLACED, -28.5, 9.5, 2000.0),
        ALONE: Spot(PositionKind.AREA, -28.25, 9.25),
    }
    return shown_at(report, spots)


def table(report: SiteNeedsReport, lang: str) -> dict[str, dict[str, str]]:
    """Read the table of a report as a user's program does, by site."""
    head, _hxl, *rows = csv.reader(StringIO(render.csv(report, lang).decode("utf-8-sig")))
    lines = [dict(zip(head, row, strict=True)) for row in rows]
    return {line["site_id"]: line for line in lines}


def test_table_says_of_each_position_what_it_is() -> None:
    rows = table(shown(make_report()), "fr")
    named = (
        "latitude",
        "longitude",
        "position_kind",
        "position_kind_name",
        "position_moved_up_to_m",
    )
    assert [rows[MOVED][name] for name in named] == [
        "9.5",
        "-28.5",
        "displaced",
        "Déplacée",
        "2000",
    ]
    assert [rows[ALONE][name] for name in named] == ["", "", "area", "Zone seulement", ""]
    assert [rows[UNSAID][name] for name in named] == ["", "", "", "", ""]


def test_site_of_which_nobody_says_where_it_may_be_shown_has_no_position_anywhere() -> None:
    before = make_report()
    true = {row.site_id: row for row in before.sites}[UNSAID]
    after = shown(before)
    lines = [*after.sites, *after.map.sites, *(row for each in after.sectors for row in each.sites)]
    assert {row.latitude for row in lines if row.site_id == UNSAID} == {None}
    assert true.latitude not in {row.latitude for row in lines}
    assert after.map.unplaced == len(before.sites) - 2


def test_site_shown_by_its_area_stands_on_the_map_and_in_no_table() -> None:
    after = shown(make_report())
    drawn = {row.site_id: row for row in after.map.sites}
    collection = json.loads(render.geojson(after, "en"))
    assert (drawn[ALONE].longitude, drawn[ALONE].latitude) == (-28.25, 9.25)
    assert [feature["id"] for feature in collection["features"]] == [MOVED]
    assert ALONE in {row["site_id"] for row in collection["unplaced"]}
    assert collection["positions"][0].startswith(
        "The position of one site is displaced by up to 2 km"
    )


def test_limits_and_the_key_of_the_map_say_it_in_both_languages() -> None:
    after = shown(make_report())
    said = {lang: [limit.text(lang) for limit in after.limits[-2:]] for lang in ("en", "fr")}
    assert "up to 2 km" in said["en"][0]
    assert "2 km au plus" in said["fr"][0]
    assert "anywhere inside its area" in said["en"][1]
    assert "n'importe où dans sa zone" in said["fr"][1]
    for lang, words in (("en", "Anywhere in"), ("fr", "importe où")):
        assert words in site_map(after.map, lang)
        assert "2 km" in map_alt(after.map, lang)
    assert "stroke-dasharray" in site_map(after.map, "en")


def test_report_with_exact_positions_says_nothing_about_them() -> None:
    before = make_report()
    spots = {
        row.site_id: Spot(PositionKind.EXACT, row.longitude, row.latitude)
        for row in before.sites
        if row.latitude is not None
    }
    after = shown_at(before, spots)
    assert after.limits == before.limits
    assert replace(after.map, sites=()) == replace(before.map, sites=())
    assert {row.position_kind for row in after.sites} == {"exact", None}  # one has no position
    assert "stroke-dasharray" not in site_map(after.map, "en")


def test_distance_is_said_in_whole_kilometres_that_it_never_exceeds() -> None:
    before = make_report()
    spots = {MOVED: Spot(PositionKind.DISPLACED, -28.5, 9.5, 2001.0)}
    assert "up to 3 km" in shown_at(before, spots).limits[-1].text("en")
