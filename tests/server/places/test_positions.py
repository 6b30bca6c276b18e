"""Positions outside the office: by the operation's rule, inside the area, once and for all, by the house's key."""

import csv
import math
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.test import Client
from shapely import Point
from shapely.geometry import shape
from tests.server import factories

from opendtm.report.positions import PositionKind, Spot
from opendtm_server.govern.house_key import KEY_FILE
from opendtm_server.govern.models import AuditEvent, Operation
from opendtm_server.places import actions
from opendtm_server.places.models import PositionRule, Site
from opendtm_server.places.positions import Audience, Stand, seen_by, spots
from opendtm_server.places.problems import (
    PartnersSeeLess,
    PositionKeyChanged,
    PositionKeyMissing,
)

Browse = Callable[[User], Client]
DAY = date(2026, 2, 1)
TRUE = (20.51937, 5.48261)
LAKE = {
    "type": "Polygon",
    "coordinates": [
        [[20, 5], [21, 5], [21, 6], [20, 6], [20, 5]],
        [[20.522, 5.47], [20.54, 5.47], [20.54, 5.49], [20.522, 5.49], [20.522, 5.47]],
    ],
}


@pytest.fixture
def site(operation: Operation, house_folders: Path) -> Site:
    """Give a site beside a lake of its district, in a province around it; the key of the house is a fixed one."""
    (house_folders / KEY_FILE).write_text("5a" * 32, encoding="ascii")
    areas = factories.BoundarySetFactory.create(operation=operation)
    for code, level, parent, geometry in (
        ("TL1", 1, "", factories.square(20, 5, 2.0)),
        ("TL101", 2, "TL1", LAKE),
    ):
        factories.AreaFactory.create(
            boundary_set=areas, code=code, level=level, parent_code=parent, geometry=geometry
        )
    made: Site = factories.SiteFactory.create(
        operation=operation, code="TL-1", area_code="TL101", longitude=TRUE[0], latitude=TRUE[1]
    )
    factories.SiteStatusFactory.create(site=made)
    return made


def shown(site: Site, audience: Audience = Audience.PUBLIC) -> Spot:
    """Show one site to an audience."""
    stand = Stand(site.code, site.longitude, site.latitude, site.area_code)
    return spots(site.operation, [stand], audience=audience, day=DAY)[site.code]


def metres(spot: Spot) -> float:
    """Give how far a spot lies from the true position, on a flat ground, good to a percent here."""
    east = ((spot.longitude or 0) - TRUE[0]) * math.cos(math.radians(TRUE[1])) * 111_320
    return math.hypot(east, ((spot.latitude or 0) - TRUE[1]) * 110_600)


def test_public_and_partners_see_the_same_displaced_point_and_the_office_the_true_one(
    site: Site,
) -> None:
    public = shown(site)
    assert public.kind is PositionKind.DISPLACED
    assert 490 <= metres(public) <= 2020
    assert shown(site, Audience.PARTNERS) == public
    assert shown(site, Audience.OFFICE) == Spot(PositionKind.EXACT, *TRUE)


def test_points_stay_in_the_district_and_out_of_its_lake(site: Site) -> None:
    stands = [Stand(f"N{n}", *TRUE, "TL101") for n in range(200)]
    found = spots(site.operation, stands, audience=Audience.PUBLIC, day=DAY)
    assert all(shape(LAKE).contains(Point(at.longitude, at.latitude)) for at in found.values())
    assert len(set(found.values())) == 200


def test_other_house_or_operation_moves_the_same_site_elsewhere(
    site: Site, other_operation: Operation, house_folders: Path
) -> None:
    first = shown(site)
    stand = Stand(site.code, *TRUE, "")
    (elsewhere,) = spots(other_operation, [stand], audience=Audience.PUBLIC, day=DAY).values()
    (house_folders / KEY_FILE).write_text("00" * 32, encoding="ascii")
    assert len({first, elsewhere, shown(site)}) == 3
    assert elsewhere.kind is PositionKind.DISPLACED  # an operation without borders


def test_position_outside_its_district_moves_inside_the_area_that_holds_it(site: Site) -> None:
    stand = Stand("TL-2", 21.5, 6.5, "TL101")
    outside = Stand("TL-3", 40.0, 6.5, "TL101")
    found = spots(site.operation, [stand, outside], audience=Audience.PUBLIC, day=DAY)
    assert found["TL-2"].kind is PositionKind.DISPLACED
    assert found["TL-3"].kind is PositionKind.AREA
    assert shape(LAKE).contains(Point(found["TL-3"].longitude, found["TL-3"].latitude))


def test_sensitive_site_is_shown_by_its_area_whatever_the_rule(
    site: Site, head: User, manager: User
) -> None:
    exact = PositionKind.EXACT
    actions.set_position_rule(operation=site.operation, public=exact, partners=exact, by=head)
    assert shown(site) == Spot(exact, *TRUE)
    actions.mark_sensitive(site=site, by=manager)
    alone = shown(site, Audience.PARTNERS)
    moved = Stand(site.code, 20.1, 5.1, site.area_code)
    (after,) = spots(site.operation, [moved], audience=Audience.PUBLIC, day=DAY).values()
    assert alone.kind is PositionKind.AREA
    assert after == alone  # it does not follow from where the site is
    assert shown(site, Audience.OFFICE) == Spot(exact, *TRUE)
    actions.unmark_sensitive(site=site, by=manager)
    assert shown(site) == Spot(exact, *TRUE)
    assert {"mark_sensitive", "unmark_sensitive", "set_position_rule"} <= set(
        AuditEvent.objects.values_list("action", flat=True)
    )


def test_rule_is_decided_by_who_governs_and_partners_see_no_less(
    operation: Operation, head: User, manager: User
) -> None:
    area, displaced = PositionKind.AREA, PositionKind.DISPLACED
    with pytest.raises(PermissionDenied):
        actions.set_position_rule(operation=operation, public=area, partners=area, by=manager)
    with pytest.raises(PartnersSeeLess) as problem:
        actions.set_position_rule(operation=operation, public=displaced, partners=area, by=head)
    assert problem.value.code == "OD990"
    assert not PositionRule.objects.exists()


def test_without_the_key_no_position_is_shown(site: Site, house_folders: Path) -> None:
    (house_folders / KEY_FILE).unlink()
    (house_folders / KEY_FILE).mkdir()
    with pytest.raises(PositionKeyMissing) as problem:
        shown(site)
    assert problem.value.code == "OD991"
    assert shown(site, Audience.OFFICE).kind is PositionKind.EXACT


def test_desk_shows_the_true_position_to_the_office_alone(
    site: Site, browse: Browse, cluster: User, manager: User
) -> None:
    actions.move_site(site=site, latitude=TRUE[1], longitude=TRUE[0], on=DAY, by=manager)
    root = f"/en/desk/{site.operation.code}/places/"
    for user, exact in ((manager, True), (cluster, False)):
        client = browse(user)
        pages = {
            name: client.get(f"{root}{name}").content.decode()
            for name in ("site/TL-1/", "sites.csv", "sites.geojson")
        }
        assert [("20.5193" in text, "5.4826" in text) for text in pages.values()] == [
            (exact, exact)
        ] * 3
    spot = seen_by(cluster, site.operation, [site], day=DAY)["TL-1"]
    assert "Position displaced by up to 2 km" in pages["site/TL-1/"]
    assert str(spot.longitude) in pages["sites.geojson"]
    row = list(csv.reader(pages["sites.csv"].lstrip("\ufeff").splitlines()))[2]
    assert row[4:6] == [str(spot.latitude), str(spot.longitude)]
    assert row[8:] == ["Displaced", "2000"]


def test_rule_and_mark_are_changed_on_pages(
    site: Site, browse: Browse, head: User, cluster: User
) -> None:
    root = f"/fr/desk/{site.operation.code}/places/"
    client = browse(head)
    page = client.get(f"{root}positions/").content.decode()
    assert "décalée de 2 km au plus" in page
    refused = client.post(f"{root}positions/", {"public": "exact", "partners": "area"})
    assert "moins exactement" in refused.content.decode()
    kept = {"public": "area", "partners": "displaced", "small_below": "50"}
    assert client.post(f"{root}positions/", kept).status_code == 302
    rule = PositionRule.objects.get()
    assert (rule.public, rule.partners, rule.small_below) == ("area", "displaced", 50)
    assert client.post(f"{root}site/TL-1/sensitive/").status_code == 302
    assert Site.objects.get().sensitive
    partner = browse(cluster)
    assert "Indiqué par sa seule zone" in partner.get(f"{root}site/TL-1/").content.decode()
    assert partner.get(f"{root}positions/").status_code == 403
    assert partner.post(f"{root}site/TL-1/sensitive/").status_code == 403


def test_lost_key_is_told_on_the_page_and_another_taken_there(
    site: Site, browse: Browse, head: User, cluster: User, manager: User, house_folders: Path
) -> None:
    actions.note_position_key(operation=site.operation, by=manager)
    root = f"/en/desk/{site.operation.code}/places/"
    assert "use the new one" not in browse(head).get(f"{root}positions/").content.decode()
    (house_folders / KEY_FILE).write_text("00" * 32, encoding="ascii")
    actions.note_position_key(operation=site.operation, by=manager)  # noted once
    assert "use the new one" in browse(head).get(f"{root}positions/").content.decode()
    with pytest.raises(PositionKeyChanged):
        shown(site, Audience.PARTNERS)
    refused = browse(cluster).get(f"{root}sites.geojson")
    assert "every site would move" in refused.content.decode()
    assert browse(head).post(f"{root}positions/new-key/").status_code == 302
    assert shown(site, Audience.PARTNERS).kind is PositionKind.DISPLACED
    assert AuditEvent.objects.filter(action="note_position_key").count() == 1
    assert AuditEvent.objects.filter(action="accept_new_key").count() == 1
