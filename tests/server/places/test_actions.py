"""Areas with their days, sites with their history: actions, queries, and what they refuse."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.server import factories

from opendtm import records
from opendtm.errors import InputProblem
from opendtm_server.govern.models import AuditEvent, Operation
from opendtm_server.places import actions, queries
from opendtm_server.places.drawing import Plane, draw
from opendtm_server.places.models import Area, BoundarySet, Site, SiteAlias
from opendtm_server.places.problems import (
    AreasOverlap,
    AreaUnknown,
    NameUnchanged,
    PositionIncomplete,
    SiteCodeTaken,
    StatusAlreadySet,
    UnknownCode,
)
from opendtm_server.places.twins import likely_twins

DAY, LATER = date(2025, 1, 1), date(2026, 1, 1)


@pytest.fixture
def boundary(tmp_path: Path) -> Callable[..., Path]:
    """Give a writer of boundary files: provinces by code, each a square beginning at a longitude."""

    def write(name: str = "areas", **provinces: float) -> Path:
        features = [
            {
                "type": "Feature",
                "geometry": factories.square(west, 0.0),
                "properties": {
                    "ADM0_PCODE": "TL",
                    "ADM1_PCODE": code,
                    "ADM1_EN": f"P {code}",
                    "ADM1_FR": f"P {code}",
                },
            }
            for code, west in provinces.items()
        ]
        path = tmp_path / f"{name}_adm1.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        return path

    return write


def bring_in(path: Path, operation: Operation, by: User, day: date = DAY) -> actions.Import:
    return actions.import_areas(
        path=path, source="Mapping office", valid_from=day, operation=operation, by=by
    )


def new_site(operation: Operation, by: User, **facts: object) -> Site:
    site = records.Site(**{"site_id": "TL-1", "name": "Belvoir", "site_type": "camp"} | facts)
    return actions.create_site(site=site, since=DAY, operation=operation, by=by)


def test_import_keeps_areas_with_codes_and_day(
    boundary: Callable[..., Path], operation: Operation, manager: User
) -> None:
    done = bring_in(boundary(TL01=0.0, TL02=1.0), operation, manager)
    assert (done.areas, done.new) == (2, True)
    assert [area.code for area in queries.area_rows_on(operation, DAY)] == ["TL01", "TL02"]
    assert list(queries.area_rows_on(operation, date(2024, 12, 31))) == []
    assert AuditEvent.objects.get().details["areas"] == 2


def test_same_bytes_twice_change_nothing(
    boundary: Callable[..., Path], operation: Operation, manager: User
) -> None:
    path = boundary(TL01=0.0)
    bring_in(path, operation, manager)
    again = bring_in(path, operation, manager, LATER)
    assert (again.new, again.areas) == (False, 1)
    assert BoundarySet.objects.count() == AuditEvent.objects.count() == 1


def test_new_borders_end_the_old_ones_on_their_day(
    boundary: Callable[..., Path], operation: Operation, manager: User
) -> None:
    bring_in(boundary("old", TL01=0.0), operation, manager)
    bring_in(boundary("new", TL01=0.0, TL02=1.0), operation, manager, LATER)
    assert [place.code for place, _shape in queries.areas_on(operation, date(2025, 12, 31))] == [
        "TL01"
    ]
    assert [place.code for place, _shape in queries.areas_on(operation, LATER)] == ["TL01", "TL02"]
    assert Area.objects.get(code="TL01", valid_from=DAY).valid_to == LATER


def test_older_borders_brought_in_later_end_where_the_newer_begin(
    boundary: Callable[..., Path], operation: Operation, manager: User
) -> None:
    bring_in(boundary("new", TL02=0.0), operation, manager, LATER)
    bring_in(boundary("old", TL01=0.0), operation, manager, DAY)
    assert [place.code for place, _shape in queries.areas_on(operation, LATER)] == ["TL02"]


def test_second_file_of_the_same_day_is_refused_whole(
    boundary: Callable[..., Path], operation: Operation, manager: User
) -> None:
    bring_in(boundary("one", TL01=0.0), operation, manager)
    with pytest.raises(AreasOverlap) as caught:
        bring_in(boundary("two", TL02=0.0), operation, manager)
    assert "2025" in caught.value.text("fr")
    assert Area.objects.count() == BoundarySet.objects.count() == 1


def test_file_without_areas_leaves_nothing(
    tmp_path: Path, operation: Operation, manager: User
) -> None:
    path = tmp_path / "empty.geojson"
    path.write_text('{"type": "FeatureCollection", "features": []}')
    with pytest.raises(InputProblem):
        bring_in(path, operation, manager)
    assert BoundarySet.objects.count() == AuditEvent.objects.count() == 0


def test_import_places_sites_that_had_no_area(
    boundary: Callable[..., Path], operation: Operation, manager: User
) -> None:
    site = new_site(operation, manager, latitude=0.5, longitude=1.5)
    bring_in(boundary(TL01=0.0, TL02=1.0), operation, manager)
    site.refresh_from_db()
    assert site.area_code == "TL02"


def test_site_finds_its_area_by_position(
    boundary: Callable[..., Path], operation: Operation, manager: User
) -> None:
    bring_in(boundary(TL01=0.0), operation, manager)
    assert new_site(operation, manager, latitude=0.5, longitude=0.5).area_code == "TL01"


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ({"site_type": "castle"}, UnknownCode),
        ({"status": "haunted"}, UnknownCode),
        ({"latitude": 1.0}, PositionIncomplete),
        ({"latitude": 91.0, "longitude": 0.0}, PositionIncomplete),
        ({"admins": ("TL", "TL99")}, AreaUnknown),
    ],
)
def test_impossible_site_is_refused(
    facts: dict[str, object], problem: type[Exception], operation: Operation, manager: User
) -> None:
    with pytest.raises(problem):
        new_site(operation, manager, **facts)
    assert Site.objects.count() == 0


def test_site_code_is_never_given_twice(
    operation: Operation, other_operation: Operation, manager: User
) -> None:
    new_site(operation, manager)
    with pytest.raises(SiteCodeTaken):
        new_site(operation, manager, name="Other")


def test_renamed_site_keeps_its_old_name_as_alias(operation: Operation, manager: User) -> None:
    site = new_site(operation, manager)
    actions.rename_site(site=site, name="Belvoir II", by=manager)
    actions.rename_site(site=site, name="Belvoir", by=manager)
    assert site.name == "Belvoir"
    assert [alias.name for alias in SiteAlias.objects.all()] == ["Belvoir II"]
    with pytest.raises(NameUnchanged):
        actions.rename_site(site=site, name="Belvoir", by=manager)


def test_alias_is_added_once(operation: Operation, manager: User) -> None:
    site = new_site(operation, manager)
    actions.add_alias(site=site, name="Bel", by=manager)
    with pytest.raises(NameUnchanged):
        actions.add_alias(site=site, name="Bel", by=manager)


def test_status_holds_from_its_day(operation: Operation, manager: User) -> None:
    site = new_site(operation, manager)
    actions.set_site_status(
        site=site, status="closed", since=LATER, reason="Everybody returned.", by=manager
    )
    (before,), (after,) = (
        queries.sites_on(operation, date(2025, 12, 31)),
        queries.sites_on(operation, LATER),
    )
    assert (before.status, before.opened_on, before.closed_on) == ("open", DAY, None)
    assert (after.status, after.opened_on, after.closed_on) == ("closed", DAY, LATER)
    assert queries.sites_on(operation, date(2024, 12, 31)) == []
    with pytest.raises(StatusAlreadySet):
        actions.set_site_status(site=site, status="open", since=LATER, by=manager)


def test_site_without_status_is_known_and_unknown(operation: Operation) -> None:
    factories.SiteFactory.create(operation=operation)
    assert [site.status for site in queries.sites_on(operation, DAY)] == ["unknown"]


def test_site_record_names_the_areas_of_the_day(operation: Operation) -> None:
    country = factories.AreaFactory.create(
        boundary_set__operation=operation, code="TL", level=0, parent_code=""
    )
    factories.AreaFactory.create(
        boundary_set=country.boundary_set, code="TL01", name="North", parent_code="TL"
    )
    factories.SiteFactory.create(operation=operation, area_code="TL01")
    (site,) = queries.sites_on(operation, DAY)
    assert site.admins == ("TL", "TL01")
    assert site.admin_names == (country.name, "North")


def test_moved_site_leaves_both_positions_in_the_history(
    operation: Operation, manager: User
) -> None:
    site = new_site(operation, manager, latitude=1.0, longitude=2.0)
    actions.move_site(site=site, latitude=3.0, longitude=4.0, on=LATER, by=manager)
    event = queries.history(operation, site)[-1]
    assert (event.on, event.details["from"], event.details["to"]) == (LATER, [1.0, 2.0], [3.0, 4.0])


def test_history_tells_each_status_once(operation: Operation, manager: User) -> None:
    site = new_site(operation, manager)
    actions.set_site_status(site=site, status="closed", since=LATER, by=manager)
    factories.SiteStatusFactory.create(site=site, status="planned", since=date(2024, 1, 1))
    told = [(event.on, event.action, event.by) for event in queries.history(operation, site)]
    assert told == [
        (date(2024, 1, 1), "set_site_status", ""),
        (DAY, "create_site", "manager"),
        (LATER, "set_site_status", "manager"),
    ]


@pytest.mark.parametrize("name", ["facilitator", "cluster"])
def test_places_are_kept_by_those_with_the_right(
    name: str, request: pytest.FixtureRequest, operation: Operation, tmp_path: Path
) -> None:
    user, site = request.getfixturevalue(name), factories.SiteFactory.create(operation=operation)
    for change in (
        lambda: new_site(operation, user),
        lambda: bring_in(tmp_path / "any.geojson", operation, user),
        lambda: actions.rename_site(site=site, name="x", by=user),
        lambda: actions.add_alias(site=site, name="x", by=user),
        lambda: actions.move_site(site=site, latitude=0, longitude=0, on=DAY, by=user),
        lambda: actions.set_site_status(site=site, status="closed", since=DAY, by=user),
    ):
        with pytest.raises(PermissionDenied):
            change()
    assert AuditEvent.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "latitude", "longitude", "alike"),
    [
        ("BELVOIR  camp", None, None, False),
        ("École  Belvoir", None, None, True),
        ("Ecole Belvoir", 9.0, 9.0, True),
        ("Kesta", 1.001, 2.0, True),
        ("Belvoir north", 1.03, 2.0, True),
        ("Kesta", 1.03, 2.0, False),
        ("School camp", 1.03, 2.0, False),
    ],
)
def test_likely_twins_by_name_and_distance(
    name: str, latitude: float | None, longitude: float | None, alike: bool, operation: Operation
) -> None:
    factories.SiteFactory.create(
        operation=operation, name="École Belvoir", latitude=1.0, longitude=2.0
    )
    assert bool(likely_twins(name, latitude, longitude, queries.sites(operation))) is alike


def test_drawing_without_positions_is_none(operation: Operation) -> None:
    site = factories.SiteFactory.create(operation=operation, latitude=None, longitude=None)
    assert draw([], [(site, "open")]) is None


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.floats(-170, 160), st.floats(-80, 70), st.floats(0.01, 9), st.floats(0, 1), st.floats(0, 1)
)
def test_drawing_keeps_every_position_inside(
    west: float, south: float, size: float, x: float, y: float
) -> None:
    plane = Plane((west, south, west + size, south + size))
    left, top = plane.place(west + x * size, south + y * size)
    assert -0.1 <= left <= 640.1
    assert -0.1 <= top <= plane.height + 0.1
