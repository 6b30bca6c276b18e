"""Sites and areas as entity lists: what stands in them, when they are written anew, what phones may forget."""

import csv
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from lxml import etree
from tests.server import factories
from tests.server.phone import Phone, xform

from opendtm_server.collect import actions, queries
from opendtm_server.collect.list_files import list_file
from opendtm_server.collect.media import media_of
from opendtm_server.collect.models import FormVersion, ListFile
from opendtm_server.govern.models import Operation
from opendtm_server.places import actions as places
from opendtm_server.places.models import Site

pytestmark = pytest.mark.django_db(transaction=True)
CASCADE = "".join(
    f'<instance id="{name}" src="jr://file-csv/{name}.csv"/>'
    for name in ("adm1", "adm2", "adm3", "sites")
)
Lines = list[dict[str, str]]


def lines(operation: Operation, name: str = "sites") -> Lines:
    """Read a list as a phone would."""
    kept = list_file(operation, name)
    assert kept is not None
    return list(csv.DictReader(kept.content().decode().splitlines()))


@pytest.fixture
def areas(operation: Operation) -> None:
    """Give the country, a province, a district and a commune around the site's position."""
    held = factories.BoundarySetFactory.create(operation=operation)
    chain = {"TL": ("", 0), "TL1": ("TL", 1), "TL101": ("TL1", 2), "TL10101": ("TL101", 3)}
    for code, (parent, level) in chain.items():
        factories.AreaFactory.create(
            boundary_set=held,
            code=code,
            name=f"Area {code}",
            name_fr=f"Zone {code}" if level == 1 else "",
            level=level,
            parent_code=parent,
            geometry=factories.square(20, 5),
        )


@pytest.fixture
def placed(site: Site, areas: None) -> Site:
    """Give the site within all three levels."""
    Site.objects.filter(pk=site.pk).update(area_code="TL10101", latitude=5.5, longitude=20.25)
    site.refresh_from_db()
    return site


def test_sites_carry_their_areas_position_status_and_type(
    operation: Operation, placed: Site
) -> None:
    (line,) = lines(operation)
    assert (line["name"], line["label"], line["area"]) == ("S1", "Old market", "Area TL10101")
    assert [line[f"adm{level}"] for level in (1, 2, 3)] == ["TL1", "TL101", "TL10101"]
    assert line["adm1_name"] == "Area TL1"
    assert (line["latitude"], line["longitude"]) == ("5.5", "20.25")
    assert (line["status"], line["type"]) == ("open", "camp")


def test_areas_name_their_parents_and_both_languages(operation: Operation, areas: None) -> None:
    (first,) = lines(operation, "adm1")
    (second,) = lines(operation, "adm2")
    (third,) = lines(operation, "adm3")
    assert (first["label"], first["label_fr"], first["parent"]) == ("Area TL1", "Zone TL1", "TL")
    assert (second["label_fr"], second["adm1"], second["parent"]) == ("Area TL101", "TL1", "TL1")
    assert (third["adm1"], third["adm2"], third["parent"]) == ("TL1", "TL101", "TL101")


def test_every_list_has_the_columns_of_an_entity_list(operation: Operation, placed: Site) -> None:
    for name in ("sites", "adm1", "adm2", "adm3"):
        (line,) = lines(operation, name)
        assert list(line)[:2] == ["name", "label"]
        assert int(line["__version"]) >= 1


def test_empty_list_is_its_columns_alone(operation: Operation) -> None:
    kept = list_file(operation, "adm3")
    assert kept is not None
    assert kept.content() == b"name,label,label_fr,adm1,adm2,parent,__version\n"


def test_list_that_nobody_defined_does_not_exist(operation: Operation) -> None:
    assert list_file(operation, "villages") is None


def test_unchanged_list_is_not_written_again(operation: Operation, placed: Site) -> None:
    first = list_file(operation, "sites")
    ListFile.objects.update(packed=b"kept")
    assert list_file(operation, "sites") == first
    assert bytes(ListFile.objects.get().packed) == b"kept"


@pytest.mark.parametrize("change", ["rename", "move", "status", "alias"])
def test_changed_site_is_in_the_list_with_a_higher_version(
    operation: Operation, placed: Site, manager: User, change: str
) -> None:
    (before,) = lines(operation)
    today = timezone.localdate()
    if change == "rename":
        places.rename_site(site=placed, name="New market", by=manager)
    elif change == "move":
        places.move_site(site=placed, latitude=5.6, longitude=20.6, on=today, by=manager)
    elif change == "status":
        places.set_site_status(site=placed, status="planned", since=today, by=manager)
    else:
        places.add_alias(site=placed, name="Vieux marché", by=manager)
    (after,) = lines(operation)
    assert int(after["__version"]) > int(before["__version"])
    assert change == "alias" or after != {**before, "__version": after["__version"]}


def test_closed_site_leaves_the_list_and_is_to_be_forgotten(
    operation: Operation, placed: Site, manager: User
) -> None:
    assert queries.gone_entities(operation, "sites", ["S1", "never-heard"]) == set()
    today = timezone.localdate()
    places.set_site_status(site=placed, status="closed", since=today, by=manager)
    assert lines(operation) == []
    assert queries.gone_entities(operation, "sites", ["S1", "never-heard"]) == {"S1"}
    assert queries.gone_entities(operation, "adm1", ["S1"]) == set()


def test_site_to_come_is_not_listed_yet(operation: Operation) -> None:
    coming = factories.SiteFactory.create(operation=operation, code="S9")
    tomorrow = timezone.localdate() + timedelta(days=1)
    factories.SiteStatusFactory.create(site=coming, since=tomorrow)
    assert lines(operation) == []


def test_site_without_any_status_is_listed_as_unknown(operation: Operation) -> None:
    factories.SiteFactory.create(operation=operation, code="S9")
    assert [line["status"] for line in lines(operation)] == ["unknown"]


def test_site_closes_on_its_day_without_another_change(operation: Operation, site: Site) -> None:
    assert len(lines(operation)) == 1
    factories.SiteStatusFactory.create(site=site, status="closed", since=date(2026, 1, 2))
    ListFile.objects.update(edition="20260101.0.0.0")
    assert lines(operation) == []


def test_new_borders_raise_every_version(operation: Operation, placed: Site) -> None:
    (before,) = lines(operation)
    factories.BoundarySetFactory.create(operation=operation)
    (after,) = lines(operation)
    assert int(after["__version"]) == int(before["__version"]) + 1


def test_manifest_names_every_list_that_a_form_reads(
    phone: Phone, operation: Operation, placed: Site, manager: User
) -> None:
    actions.publish_xform(
        operation=operation, xform=xform(more=CASCADE), identity=("f", "1", "F"), by=manager
    )
    files = etree.fromstring(phone.ask("GET", "/manifest/f/1").body)
    assert [file[0].text for file in files] == ["adm1.csv", "adm2.csv", "adm3.csv", "sites.csv"]
    assert all(file.get("type") == "entityList" for file in files)
    addresses = [str(file[3].text) for file in files]
    assert all("/integrity/" in address for address in addresses)
    answer = etree.fromstring(phone.ask("GET", f"{addresses[3]}?id=S1,other").body)
    assert [(one.get("id"), one[0].text) for one in answer[0]] == [
        ("S1", "false"),
        ("other", "false"),
    ]


def test_file_published_with_a_form_comes_before_the_list(
    operation: Operation, areas: None, manager: User
) -> None:
    version: FormVersion = actions.publish_xform(
        operation=operation,
        xform=xform(more=CASCADE),
        identity=("f", "1", "F"),
        media={"adm1.csv": b"name,label\nX,Own\n"},
        by=manager,
    )
    own = next(file for file in media_of(version) if file.filename == "adm1.csv")
    assert (own.content, own.entity_list) == (b"name,label\nX,Own\n", "")
