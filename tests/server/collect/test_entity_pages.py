"""The desk's pages of lists, entities, changes, spreadsheets, proposed sites, and what a phone carries."""

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.server import factories

from opendtm_server.collect import actions
from opendtm_server.collect.entity_writing import Origin, write_entity
from opendtm_server.collect.models import (
    Device,
    DeviceArea,
    DeviceList,
    Entity,
    EntityChange,
    EntityList,
    SiteProposal,
)
from opendtm_server.govern.models import Operation
from opendtm_server.govern.roles import Role
from opendtm_server.places.models import Site
from opendtm_server.ui.tables import PER_PAGE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    """Give the manager's browser."""
    client.force_login(manager)
    return client


@pytest.fixture
def points(operation: Operation, manager: User) -> EntityList:
    """Give a list with two points."""
    made = actions.create_list(operation=operation, name="points", personal=False, by=manager)
    for key, label in [("k1", "Ford"), ("k2", "Bridge")]:
        put(made, key, label, river="Ouham")
    return made


def put(entity_list: EntityList, key: str, label: str, **values: str) -> Entity:
    """Put one entity into a list."""
    return write_entity(
        entity_list=entity_list,
        key=key,
        state={"label": label, **values},
        touched=values,
        origin=Origin("decision", "test"),
    ).entity


def change_of(points: EntityList, **facts: object) -> EntityChange:
    """Make a change in conflict."""
    submission = factories.SubmissionFactory.create(operation=points.operation)
    given: dict[str, object] = {
        "submission": submission,
        "position": 0,
        "operation": points.operation,
        "dataset": points.name,
        "key": "k1",
        "update": True,
        "label": "Deep ford",
        "values": {"river": "Lobaye"},
        "state": "conflict",
        "clashing": ["river"],
    }
    return EntityChange.objects.create(**{**given, **facts})


def proposal_of(operation: Operation, **facts: object) -> SiteProposal:
    """Make a proposal that waits."""
    submission = factories.SubmissionFactory.create(operation=operation)
    given: dict[str, object] = {
        "operation": operation,
        "submission": submission,
        "key": "9e32d18f",
        "name": "Old markett",
        "latitude": 5.001,
        "longitude": 20.0,
    }
    return SiteProposal.objects.create(**{**given, **facts})


def test_overview_lists_derived_and_own_lists(desk: Client, points: EntityList) -> None:
    text = desk.get(reverse("collect:lists", args=[points.operation.code])).content.decode()
    assert all(name in text for name in ("sites", "adm1", "adm2", "adm3", "points"))


def test_overview_tells_how_many_changes_wait(desk: Client, points: EntityList) -> None:
    change_of(points)
    text = desk.get(reverse("collect:lists", args=[points.operation.code])).content.decode()
    assert "1 change from a phone waits for a decision" in text


def test_new_list_is_set_up_or_says_why_not(desk: Client, operation: Operation) -> None:
    address = reverse("collect:new_list", args=[operation.code])
    assert "OD730" not in desk.post(address, {"name": "sites"}).content.decode()
    assert not EntityList.objects.exists()
    assert desk.post(address, {"name": "points"}).status_code == 302
    assert EntityList.objects.get().name == "points"


def test_list_is_searched_and_turned_without_counting_on(desk: Client, points: EntityList) -> None:
    for number in range(PER_PAGE):
        put(points, f"n{number}", f"Well {number:03}")
    address = reverse("collect:entity_list", args=[points.operation.code, "points"])
    first = desk.get(address).context["table"]
    second = desk.get(address, {"after": first.turns.after}).context["table"]
    back = desk.get(address, {"before": second.turns.before}).context["table"]
    found = desk.get(address, {"q": "bridg"}).context["table"]
    assert (len(first.rows), len(second.rows), first.shown) == (PER_PAGE, 2, PER_PAGE + 2)
    assert (first.turns.before, second.turns.after) == ("", "")
    assert back.rows == first.rows
    assert [row.cells[0].value for row in found.rows] == ["Bridge"]


@pytest.mark.parametrize("turn", [{"after": "x"}, {"before": "999999"}, {"after": "9" * 40}])
def test_absurd_turn_gives_the_beginning(
    desk: Client, points: EntityList, turn: dict[str, str]
) -> None:
    address = reverse("collect:entity_list", args=[points.operation.code, "points"])
    assert len(desk.get(address, turn).context["table"].rows) == 2


def test_sites_and_areas_are_shown_as_lists(desk: Client, operation: Operation, site: Site) -> None:
    factories.AreaFactory.create(boundary_set__operation=operation, code="TL1", name="North")
    sites = desk.get(reverse("collect:entity_list", args=[operation.code, "sites"]))
    areas = desk.get(reverse("collect:entity_list", args=[operation.code, "adm1"]), {"q": "nor"})
    assert "Old market" in sites.content.decode()
    assert "North" in areas.content.decode()


def test_list_can_be_downloaded(desk: Client, points: EntityList) -> None:
    address = reverse("collect:entity_list_csv", args=[points.operation.code, "points"])
    assert desk.get(address).content.startswith(b"name,label,river,__version\n")
    missing = reverse("collect:entity_list_csv", args=[points.operation.code, "none"])
    assert desk.get(missing).status_code == 404


def test_personal_list_is_hidden_from_those_who_only_review(
    client: Client, operation: Operation, manager: User
) -> None:
    people = actions.create_list(operation=operation, name="people", personal=True, by=manager)
    entity = put(people, "h1", "Canary Person")
    change = change_of(people, key="h1")
    reviewer = factories.MembershipFactory.create(
        operation=operation, role=Role.FIELD_COORDINATOR.value
    ).user
    client.force_login(reviewer)
    code = operation.code
    assert "people" not in client.get(reverse("collect:lists", args=[code])).content.decode()
    for name, argument in [
        ("entity_list", "people"),
        ("entity_list_csv", "people"),
        ("entity", entity.pk),
        ("entity_change", change.pk),
    ]:
        answer = client.get(reverse(f"collect:{name}", args=[code, argument]))
        assert answer.status_code in {403, 404}, name


def test_entity_shows_its_history_and_goes_back(desk: Client, points: EntityList) -> None:
    entity = put(points, "k1", "Ford", river="Lobaye")
    code = points.operation.code
    text = desk.get(reverse("collect:entity", args=[code, entity.pk])).content.decode()
    assert "river: Ouham → Lobaye" in text
    restore = reverse("collect:restore_entity", args=[code, entity.pk, 1])
    assert desk.get(restore).status_code == 200
    desk.post(restore)
    entity.refresh_from_db()
    assert (entity.values["river"], entity.version) == ("Ouham", 3)


def test_entity_is_deleted_after_asking(desk: Client, points: EntityList) -> None:
    entity = points.entities.get(key="k1")
    address = reverse("collect:delete_entity", args=[points.operation.code, entity.pk])
    assert desk.get(address).status_code == 200
    desk.post(address)
    assert points.entities.filter(deleted_at=None).count() == 1
    assert desk.post(address).status_code == 404


def test_conflict_is_shown_side_by_side_and_decided(desk: Client, points: EntityList) -> None:
    change = change_of(points)
    code = points.operation.code
    assert "Deep ford" in desk.get(reverse("collect:entity_changes", args=[code])).content.decode()
    entity = points.entities.get(key="k1")
    assert (
        "In conflict"
        in desk.get(reverse("collect:entity", args=[code, entity.pk])).content.decode()
    )
    address = reverse("collect:entity_change", args=[code, change.pk])
    text = desk.get(address).content.decode()
    assert "Ouham" in text
    assert "Lobaye" in text
    refused = desk.post(address, {"leave": "1", "reason": ""})
    assert "A reason is needed" in refused.content.decode()
    assert desk.post(address, {"take": "1"}).status_code == 302
    entity.refresh_from_db()
    assert entity.values["river"] == "Lobaye"


@pytest.mark.parametrize("state", ["all", "held", "problem", "applied"])
def test_changes_can_be_filtered(desk: Client, points: EntityList, state: str) -> None:
    change_of(points, state="held")
    change_of(points, state="problem", error_code="OD732", clashing=[])
    address = reverse("collect:entity_changes", args=[points.operation.code])
    shown = {"all": 2, "held": 1, "problem": 1, "applied": 0}[state]
    assert desk.get(address, {"state": state}).context["table"].shown == shown


def test_spreadsheet_is_seen_before_it_is_taken_and_can_be_taken_back(
    desk: Client, points: EntityList
) -> None:
    code = points.operation.code
    file = SimpleUploadedFile("p.csv", b"name,label,river\nk1,Ford,Lobaye\nk9,Ferry,Mpoko\nk8,,\n")
    bring = reverse("collect:bring_entities", args=[code, "points"])
    answer = desk.post(bring, {"file": file})
    address = answer["Location"]
    text = desk.get(address).content.decode()
    assert "river: Ouham → Lobaye" in text
    assert "No label." in text
    assert points.entities.count() == 2
    desk.post(address, {"take": "1"})
    assert points.entities.get(key="k9").label == "Ferry"
    assert "Take it back" in desk.get(address).content.decode()
    desk.post(address, {"undo": "1"})
    assert points.entities.get(key="k1").values["river"] == "Ouham"
    assert "taken back" in desk.get(address).content.decode()


def test_spreadsheet_can_be_forgotten(desk: Client, points: EntityList, manager: User) -> None:
    kept = actions.keep_upload(entity_list=points, filename="p", content=b"label\nX\n", by=manager)
    address = reverse("collect:entity_upload", args=[points.operation.code, kept.pk])
    assert desk.post(address, {"drop": "1"}).status_code == 302
    assert desk.get(address).status_code == 404


def test_spreadsheet_that_cannot_be_read_says_why_in_french(
    desk: Client, points: EntityList
) -> None:
    file = SimpleUploadedFile("p.csv", b"name\nk1\n")
    bring = reverse("collect:bring_entities", args=[points.operation.code, "points"])
    answer = desk.post(bring.replace("/en/", "/fr/"), {"file": file})
    assert "il n&#x27;a pas de colonne" in answer.content.decode()


def test_proposed_site_is_listed_with_what_it_is_most_like(
    desk: Client, operation: Operation, site: Site
) -> None:
    Site.objects.update(latitude=5.0, longitude=20.0)
    proposal = proposal_of(operation)
    address = reverse("collect:proposals", args=[operation.code])
    (row,) = desk.get(address).context["table"].rows
    assert [cell.value for cell in row.cells[:4]] == [
        "Old markett",
        "A new site",
        "Old market",
        "111 m",
    ]
    assert desk.get(address, {"q": "nothing"}).context["table"].shown == 0
    page = desk.get(reverse("collect:proposal", args=[operation.code, proposal.pk]))
    assert "nearly the same name (Old market)" in page.content.decode()
    assert "<circle" in page.content.decode()


def test_proposed_site_is_entered_as_new_and_undone(desk: Client, operation: Operation) -> None:
    proposal = proposal_of(operation)
    address = reverse("collect:proposal", args=[operation.code, proposal.pk])
    facts = {
        "deed": "new",
        "new-code": "TL-S0900",
        "new-name": "Old market",
        "new-since": "2026-01-06",
    }
    assert desk.post(address, {**facts, "new-code": "a b"}).status_code == 200
    assert desk.post(address, facts).status_code == 302
    assert Site.objects.get().code == "TL-S0900"
    assert desk.post(address, {"deed": "undo"}).status_code == 302
    assert not Site.objects.exists()


def test_proposed_site_is_a_known_one_or_refused(
    desk: Client, operation: Operation, site: Site
) -> None:
    same = proposal_of(operation)
    other = proposal_of(operation, key="other")
    desk.post(
        reverse("collect:proposal", args=[operation.code, same.pk]),
        {"deed": "same", "same-code": "S1"},
    )
    address = reverse("collect:proposal", args=[operation.code, other.pk])
    assert desk.post(address, {"deed": "same", "same-code": "none"}).status_code == 200
    assert desk.post(address, {"deed": "refuse", "refuse-reason": ""}).status_code == 200
    assert desk.post(address, {"deed": "unheard"}).status_code == 200
    desk.post(address, {"deed": "refuse", "refuse-reason": "A school."})
    assert dict(SiteProposal.objects.values_list("key", "state")) == {
        "9e32d18f": "same",
        "other": "refused",
    }


def test_phone_is_cut_to_areas_and_given_a_personal_list(
    desk: Client, operation: Operation, site: Site, manager: User, facilitator: User
) -> None:
    device: Device = actions.add_device(operation=operation, user=facilitator, by=manager).device
    people = actions.create_list(operation=operation, name="people", personal=True, by=manager)
    address = reverse("collect:device_scope", args=[operation.code, device.pk])
    assert "nowhere" in desk.post(address, {"areas": "nowhere"}).content.decode()
    assert desk.post(address, {"areas": "S1,", "lists": [people.pk]}).status_code == 302
    assert DeviceArea.objects.get().code == "S1"
    assert DeviceList.objects.get().entity_list == people
    assert "S1" in desk.get(address).content.decode()
