"""Sites and areas as a browser sees them: filters in the address, downloads, forms that ask back."""

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.server import factories

from opendtm_server.govern.models import Operation
from opendtm_server.places.models import Area, Site

Browse = Callable[[User], Client]


@pytest.fixture
def sites(operation: Operation) -> list[Site]:
    """Give three sites in two areas, one of them closed."""
    areas = factories.BoundarySetFactory.create(operation=operation)
    for code in ("TL01", "TL02"):
        factories.AreaFactory.create(boundary_set=areas, code=code, name=f"Province {code}")
    made = [
        factories.SiteFactory.create(
            operation=operation, code=f"TL-{name}", name=name, area_code=area
        )
        for name, area in (("Amara", "TL01"), ("Belvoir", "TL02"), ("Kesta", "TL02"))
    ]
    for site, status in zip(made, ("open", "open", "closed"), strict=True):
        factories.SiteStatusFactory.create(site=site, status=status)
    factories.SiteAliasFactory.create(site=made[0], name="Old market")
    return made


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"Amara", "Belvoir", "Kesta"}),
        ("q=market", {"Amara"}),
        ("q=TL-B", {"Belvoir"}),
        ("area=TL02", {"Belvoir", "Kesta"}),
        ("status=closed", {"Kesta"}),
        ("area=TL02&status=open", {"Belvoir"}),
        ("q=nothing", set()),
        ("area=absurd&page=-3", {"Amara", "Belvoir", "Kesta"}),
    ],
)
def test_list_shows_what_the_address_asks_for(
    query: str,
    shown: set[str],
    browse: Browse,
    cluster: User,
    operation: Operation,
    sites: list[Site],
) -> None:
    text = browse(cluster).get(f"/en/desk/{operation.code}/places/?{query}").content.decode()
    body = text.split("<tbody>")[1].split("</tbody>")[0] if "<tbody>" in text else ""
    assert {name for name in ("Amara", "Belvoir", "Kesta") if f">{name}<" in body} == shown
    if len(shown) < 3:
        assert f"{len(shown)} of 3 shown, {3 - len(shown)} hidden" in text


def test_csv_has_hxl_row_and_no_formula(
    browse: Browse, coordinator: User, operation: Operation
) -> None:
    site = factories.SiteFactory.create(operation=operation, name='=HYPERLINK("x")', latitude=-1.5)
    factories.SiteStatusFactory.create(site=site)
    answer = browse(coordinator).get(f"/fr/desk/{operation.code}/places/sites.csv")
    head, hxl, row = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
    assert head[0] == "Identifiant du site"
    assert hxl[0] == "#loc+site+code"
    assert row[1].startswith("'=")
    assert row[4] == "-1.5"


def test_geojson_holds_sites_with_positions_only(
    browse: Browse, coordinator: User, operation: Operation
) -> None:
    factories.SiteFactory.create(operation=operation, latitude=None, longitude=None)
    placed = factories.SiteFactory.create(operation=operation, latitude=1.0, longitude=2.0)
    answer = browse(coordinator).get(f"/en/desk/{operation.code}/places/sites.geojson").json()
    assert [feature["properties"]["code"] for feature in answer["features"]] == [placed.code]
    assert answer["features"][0]["geometry"]["coordinates"] == [2.0, 1.0]


def test_site_page_tells_its_history_in_french(
    browse: Browse, coordinator: User, operation: Operation, sites: list[Site]
) -> None:
    client, address = browse(coordinator), f"/fr/desk/{operation.code}/places/site/TL-Amara/"
    client.post(f"{address}rename/", {"name": "Amara II"})
    client.post(
        f"{address}status/", {"status": "closed", "since": "2026-02-01", "reason": "Retours"}
    )
    text = client.get(address).content.decode()
    assert "Renommé de Amara en Amara II" in text
    assert "Statut : fermé. Retours" in text
    assert "Province TL01" in text
    assert 'class="dot chosen"' in text


def test_reader_sees_no_way_to_change_a_site(
    browse: Browse, cluster: User, operation: Operation, sites: list[Site]
) -> None:
    text = browse(cluster).get(f"/en/desk/{operation.code}/places/site/TL-Amara/").content.decode()
    assert "rename/" not in text


def test_site_of_another_operation_does_not_exist(
    browse: Browse, cluster: User, operation: Operation
) -> None:
    other = factories.SiteFactory.create()
    assert (
        browse(cluster).get(f"/en/desk/{operation.code}/places/site/{other.code}/").status_code
        == 404
    )


def test_likely_twin_is_asked_about_before_a_site_is_entered(
    browse: Browse, coordinator: User, operation: Operation, sites: list[Site]
) -> None:
    client, address = browse(coordinator), f"/fr/desk/{operation.code}/places/new/"
    words = {"code": "TL-NEW", "name": "amara", "site_type": "camp", "since": "2026-01-01"}
    asked = client.post(address, words).content.decode()
    assert "Amara (TL-Amara) est peut-être le même lieu." in asked
    assert 'type="checkbox" name="confirmed"' in asked
    assert not Site.objects.filter(code="TL-NEW").exists()
    client.post(address, words | {"confirmed": "on"})
    assert Site.objects.get(code="TL-NEW").statuses.get().since == date(2026, 1, 1)


def test_impossible_position_is_explained_on_the_form(
    browse: Browse, coordinator: User, operation: Operation
) -> None:
    words = {
        "code": "TL-9",
        "name": "x",
        "site_type": "camp",
        "since": "2026-01-01",
        "latitude": "10",
    }
    answer = browse(coordinator).post(f"/en/desk/{operation.code}/places/new/", words)
    assert "A position needs a latitude" in answer.content.decode()


def upload(client: Client, operation: Operation, content: bytes, name: str = "adm1.geojson") -> str:
    answer = client.post(
        f"/en/desk/{operation.code}/places/areas/import/",
        {"file": SimpleUploadedFile(name, content), "source": "Office", "valid_from": "2025-01-01"},
        follow=True,
    )
    return answer.content.decode()


def test_import_shows_the_areas_drawn(
    browse: Browse, coordinator: User, operation: Operation
) -> None:
    feature = {
        "type": "Feature",
        "geometry": factories.square(0, 0),
        "properties": {"ADM0_PCODE": "TL", "ADM1_PCODE": "TL01", "ADM1_EN": "North"},
    }
    content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    client = browse(coordinator)
    upload(client, operation, content)
    text = client.get(f"/en/desk/{operation.code}/places/areas/").content.decode()
    assert 'class="land"' in text
    assert "TL01" in text
    assert client.get(f"/en/desk/{operation.code}/places/areas.geojson").json()["features"]
    assert "imported before" in upload(client, operation, content)


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"not a map", "adm1.geojson", 'role="alert"'),
        (b"MZ", "adm1.exe", "cannot be imported"),
        (b"PK\x03\x04 broken", "adm1.zip", 'role="alert"'),
        (b"", "adm1.geojson", 'role="alert"'),
    ],
)
def test_unusable_file_is_refused_with_a_reason(
    content: bytes, name: str, words: str, browse: Browse, coordinator: User, operation: Operation
) -> None:
    assert words in upload(browse(coordinator), operation, content, name)
    assert Area.objects.count() == 0


def test_too_large_file_is_refused(
    browse: Browse, coordinator: User, operation: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("opendtm_server.places.forms.LARGEST_MB", 0)
    assert "larger than 0 MB" in upload(browse(coordinator), operation, b"x" * 10)


@pytest.mark.shared
@pytest.mark.parametrize("country", ["mli", "caf"])
def test_real_boundaries_are_imported_and_drawn(
    country: str, shared: Path, browse: Browse, coordinator: User, operation: Operation
) -> None:
    path = shared / "geo/cod_ab_topojson" / f"{country}_adm1.topojson.json"
    client = browse(coordinator)
    text = upload(client, operation, path.read_bytes(), path.name)
    assert Area.objects.filter(level=1).count() > 5, text
    drawn = client.get(f"/en/desk/{operation.code}/places/areas/").content.decode()
    assert drawn.count('class="land"') == Area.objects.filter(level=1).count()
