"""Lists that an operation keeps: set up by a form or at the desk, served whole, cut to areas, or not at all."""

import csv

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from tests.server import factories
from tests.server.collect.entity_forms import households_form
from tests.server.phone import Phone

from opendtm_server.collect import actions, queries
from opendtm_server.collect.entity_writing import Origin, write_entity
from opendtm_server.collect.errors import ListExists, ListNameUnusable, PersonalColumn, UnknownScope
from opendtm_server.collect.list_files import list_file
from opendtm_server.collect.models import Device, EntityList, FormVersion, ListFile
from opendtm_server.collect.queries.scopes import Scope, scope_of
from opendtm_server.govern.models import Operation

pytestmark = pytest.mark.django_db(transaction=True)


def publish(operation: Operation, by: User, **form: str) -> FormVersion:
    """Publish the form of households."""
    return actions.publish_xform(
        operation=operation,
        xform=households_form(**form),
        identity=("households", form.get("version", "1"), "H"),
        by=by,
    )


def put(entity_list: EntityList, key: str, **values: str) -> None:
    """Put one entity into a list."""
    write_entity(
        entity_list=entity_list,
        key=key,
        state={"label": f"Label {key}", **values},
        touched=values,
        origin=Origin("decision", "test"),
    )


def names(operation: Operation, name: str, scope: Scope = Scope()) -> list[str]:  # noqa: B008 - frozen
    """Give the ids that a list's file holds."""
    kept = list_file(operation, name, scope)
    assert kept is not None
    return [line["name"] for line in csv.DictReader(kept.content().decode().splitlines())]


@pytest.fixture
def points(operation: Operation, manager: User) -> EntityList:
    """Give an empty list of monitoring points."""
    return actions.create_list(operation=operation, name="points", personal=False, by=manager)


@pytest.fixture
def two_provinces(operation: Operation) -> None:
    """Give two provinces with a district each, and a site in the second."""
    held = factories.BoundarySetFactory.create(operation=operation)
    for code, parent, level in [("A", "", 1), ("B", "", 1), ("A1", "A", 2), ("B1", "B", 2)]:
        factories.AreaFactory.create(
            boundary_set=held, code=code, level=level, parent_code=parent, name=f"Area {code}"
        )
    for code, area in [("SA", "A1"), ("SB", "B1")]:
        factories.SiteFactory.create(operation=operation, code=code, area_code=area)


def test_publishing_a_form_sets_its_list_up(operation: Operation, manager: User) -> None:
    publish(operation, manager)
    made = EntityList.objects.get(operation=operation, name="households")
    assert [one.name for one in made.properties.all()] == ["size", "shelter", "adm2"]
    publish(operation, manager, version="2")
    assert EntityList.objects.count() == 1


def test_personal_answer_goes_into_a_personal_list_only(
    operation: Operation, manager: User
) -> None:
    with pytest.raises(PersonalColumn):
        publish(operation, manager, sharing="personal")
    assert not FormVersion.objects.exists()
    actions.create_list(operation=operation, name="households", personal=True, by=manager)
    publish(operation, manager, sharing="personal")
    assert FormVersion.objects.count() == 1


@pytest.mark.parametrize("name", ["", "1st", "a.b", "__x", "sites", "adm2", "with space", "label"])
def test_name_that_forms_could_not_use_is_refused(
    operation: Operation, manager: User, name: str
) -> None:
    with pytest.raises(ListNameUnusable):
        actions.create_list(operation=operation, name=name, personal=False, by=manager)


def test_second_list_of_a_name_is_refused(points: EntityList, manager: User) -> None:
    with pytest.raises(ListExists):
        actions.create_list(operation=points.operation, name="points", personal=False, by=manager)


def test_facilitator_sets_no_list_up(operation: Operation, facilitator: User) -> None:
    with pytest.raises(PermissionDenied):
        actions.create_list(operation=operation, name="points", personal=False, by=facilitator)


def test_file_has_the_columns_in_order_and_the_version(points: EntityList) -> None:
    put(points, "k2", river="Ouham")
    put(points, "k1", depth="3")
    kept = list_file(points.operation, "points")
    assert kept is not None
    assert kept.content().decode() == (
        "name,label,river,depth,__version\nk1,Label k1,,3,1\nk2,Label k2,Ouham,,1\n"
    )


def test_file_is_written_anew_after_a_change_alone(points: EntityList) -> None:
    put(points, "k1")
    first = list_file(points.operation, "points")
    assert list_file(points.operation, "points") == first
    put(points, "k2")
    assert list_file(points.operation, "points") != first
    assert ListFile.objects.count() == 1


def test_deleted_entity_leaves_the_file_and_is_to_be_forgotten(
    points: EntityList, manager: User
) -> None:
    put(points, "k1")
    put(points, "k2")
    actions.delete_entity(entity=points.entities.get(key="k1"), by=manager)
    assert names(points.operation, "points") == ["k2"]
    assert queries.gone_entities(points.operation, "points", ["k1", "k2", "k3"]) == {"k1"}


def test_lists_are_cut_to_the_areas_of_a_phone(
    points: EntityList, two_provinces: None, device: Device, manager: User
) -> None:
    put(points, "in", adm2="B1")
    put(points, "at_site", site="SB")
    put(points, "out", adm1="A")
    put(points, "anywhere")
    actions.set_scope(device=device, codes=["B"], lists=[], by=manager)
    scope = scope_of(device)
    assert sorted(names(points.operation, "points", scope)) == ["anywhere", "at_site", "in"]
    assert names(points.operation, "sites", scope) == ["SB"]
    assert names(points.operation, "adm1", scope) == ["B"]
    assert names(points.operation, "adm2", scope) == ["B1"]
    assert names(points.operation, "sites") == ["SA", "SB"]


def test_phone_of_one_site_gets_that_site_and_the_areas_above_it(
    operation: Operation, two_provinces: None, device: Device, manager: User
) -> None:
    actions.set_scope(device=device, codes=["SA"], lists=[], by=manager)
    scope = scope_of(device)
    assert names(operation, "sites", scope) == ["SA"]
    assert names(operation, "adm1", scope) == ["A"]


def test_scope_of_unknown_places_is_refused(device: Device, manager: User) -> None:
    with pytest.raises(UnknownScope):
        actions.set_scope(device=device, codes=["nowhere"], lists=[], by=manager)


def test_scope_can_be_taken_back(device: Device, two_provinces: None, manager: User) -> None:
    actions.set_scope(device=device, codes=["A", "SB"], lists=[], by=manager)
    actions.set_scope(device=device, codes=[], lists=[], by=manager)
    assert scope_of(device) == Scope()


def test_personal_list_goes_to_phones_that_were_given_it_alone(
    operation: Operation, device: Device, two_provinces: None, manager: User
) -> None:
    people = actions.create_list(operation=operation, name="people", personal=True, by=manager)
    put(people, "k1", adm1="A")
    put(people, "k2")
    assert list_file(operation, "people", scope_of(device)) is None
    actions.set_scope(device=device, codes=[], lists=[people], by=manager)
    assert names(operation, "people", scope_of(device)) == ["k1", "k2"]
    actions.set_scope(device=device, codes=["A"], lists=[people], by=manager)
    assert names(operation, "people", scope_of(device)) == ["k1"]


def test_manifest_of_a_form_leaves_a_personal_list_out(
    phone: Phone, operation: Operation, manager: User
) -> None:
    actions.create_list(operation=operation, name="households", personal=True, by=manager)
    version = publish(operation, manager)
    assert b"households.csv" not in phone.ask("GET", "/manifest/households/1").body
    assert phone.ask("GET", f"/media/{version.pk}/households.csv").status == 404
