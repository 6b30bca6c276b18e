"""A known site that a phone found changed: proposed beside what is listed, accepted part by part, and undone."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from tests.server.collect.entity_forms import households_form, told
from tests.server.collect.test_site_proposals import KEY, take

from opendtm_server.collect import actions
from opendtm_server.collect.errors import NotToDecide, ReasonMissing, SiteChangedSince
from opendtm_server.collect.models import Device, EntityChange, SiteProposal
from opendtm_server.places import actions as places
from opendtm_server.places import queries as known
from opendtm_server.places.models import Site, SiteStatus
from opendtm_server.places.problems import StatusAlreadySet

pytestmark = pytest.mark.django_db(transaction=True)
SINCE = date(2026, 1, 20)
EVERYTHING = ("name", "position", "type", "status")


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    """Give the manager's browser."""
    client.force_login(manager)
    return client


@pytest.fixture
def phone(device: Device, manager: User, site: Site) -> Device:
    """Publish a form that changes sites, at a site in degrees; give the phone."""
    form = households_form(dataset="sites")
    form = form.replace(b'saveto="shelter"', b'saveto="geometry"')
    form = form.replace(b'saveto="size"', b'saveto="type"').replace(b'"adm2"', b'"status"')
    actions.publish_xform(
        operation=device.operation, xform=form, identity=("households", "1", "H"), by=manager
    )
    Site.objects.update(latitude=5.0, longitude=20.0, site_type="camp")
    return device


@pytest.fixture
def proposal(phone: Device) -> SiteProposal:
    """Give a change of everything: three kilometres away, another name, type and status."""
    return change(phone, label="New market", size="collective_centre", where="5.027 20.0 0 4")


def change(
    phone: Device, *, key: str = "S1", label: str = "", size: str = "", where: str = "", **more: str
) -> SiteProposal:
    """Send a change and give the newest proposal."""
    values = {"size": size, "shelter": where, "adm2": more.pop("status", "closed")}
    take(phone, told(key, values, base=1, label=label, dataset="sites", **more))  # type: ignore[arg-type]
    return SiteProposal.objects.latest("pk")


def facts(site: Site) -> tuple[object, ...]:
    """Give what a change may touch."""
    site = Site.objects.get(pk=site.pk)
    return (
        site.name,
        (site.latitude, site.longitude),
        site.area_code,
        site.site_type,
        known.status_on(site, SINCE),
        sorted(alias.name for alias in site.aliases.all()),
    )


def test_change_is_proposed_and_changes_nothing_yet(proposal: SiteProposal, site: Site) -> None:
    assert (proposal.about, proposal.state, proposal.site) == (site, "waiting", None)
    assert EntityChange.objects.get().state == "proposed"
    assert facts(site)[0] == "Old market"


def test_accepted_change_is_made_part_by_part_and_undone(
    proposal: SiteProposal, site: Site, manager: User
) -> None:
    before = facts(site)
    actions.accept_change(proposal=proposal, parts=EVERYTHING, since=SINCE, by=manager)
    after = facts(site)
    assert after[:2] == ("New market", (5.027, 20.0))
    assert after[3:] == ("collective_centre", "closed", ["Old market"])
    actions.undo_decision(proposal=proposal, by=manager)
    proposal.refresh_from_db()
    assert facts(site) == before
    assert (proposal.state, proposal.site, proposal.before) == ("waiting", None, {})
    actions.accept_change(proposal=proposal, parts=EVERYTHING, since=SINCE, by=manager)
    assert facts(site) == after


def test_only_the_chosen_parts_are_changed(
    proposal: SiteProposal, site: Site, manager: User
) -> None:
    before = facts(site)
    actions.accept_change(proposal=proposal, parts=["name"], since=SINCE, by=manager)
    assert facts(site)[1:5] == before[1:5]
    actions.undo_decision(proposal=proposal, by=manager)
    assert facts(site) == before


def test_alias_that_was_there_before_stays_when_undone(
    proposal: SiteProposal, site: Site, manager: User
) -> None:
    places.add_alias(site=site, name="New market", by=manager)
    actions.accept_change(proposal=proposal, parts=["name"], since=SINCE, by=manager)
    actions.undo_decision(proposal=proposal, by=manager)
    assert (facts(site)[0], facts(site)[-1]) == ("Old market", ["New market"])


def test_site_without_a_position_has_none_again_when_undone(
    phone: Device, site: Site, manager: User
) -> None:
    Site.objects.update(latitude=None, longitude=None, area_code="TL101")
    proposal = change(phone, where="5.5 20.5 0 4", status="")
    actions.accept_change(proposal=proposal, parts=["position"], since=SINCE, by=manager)
    assert facts(site)[1] == (5.5, 20.5)
    actions.undo_decision(proposal=proposal, by=manager)
    assert facts(site)[1:3] == ((None, None), "TL101")


def test_change_made_again_at_the_desk_is_not_undone(
    proposal: SiteProposal, site: Site, manager: User
) -> None:
    actions.accept_change(proposal=proposal, parts=EVERYTHING, since=SINCE, by=manager)
    places.rename_site(site=Site.objects.get(), name="Third name", by=manager)
    with pytest.raises(SiteChangedSince):
        actions.undo_decision(proposal=proposal, by=manager)
    assert facts(site)[0] == "Third name"


def test_day_that_has_a_status_refuses_the_whole_change(
    proposal: SiteProposal, site: Site, manager: User
) -> None:
    SiteStatus.objects.create(site=site, status="unknown", since=SINCE)
    before = facts(site)
    with pytest.raises(StatusAlreadySet):
        actions.accept_change(proposal=proposal, parts=EVERYTHING, since=SINCE, by=manager)
    assert facts(site) == before


def test_decisions_that_do_not_fit_are_refused(proposal: SiteProposal, manager: User) -> None:
    for parts in ([], ["colour"]):
        with pytest.raises(NotToDecide):
            actions.accept_change(proposal=proposal, parts=parts, since=SINCE, by=manager)
    with pytest.raises(NotToDecide):
        actions.accept_as_new(proposal=proposal, code="S7", name="X", since=SINCE, by=manager)
    with pytest.raises(NotToDecide):
        actions.accept_as_same(proposal=proposal, code="S1", by=manager)
    with pytest.raises(ReasonMissing):
        actions.refuse_proposal(proposal=proposal, reason="", by=manager)
    actions.refuse_proposal(proposal=proposal, reason="The sign was wrong.", by=manager)
    actions.undo_decision(proposal=proposal, by=manager)
    proposal.refresh_from_db()
    assert proposal.state == "waiting"


@pytest.mark.parametrize(
    ("says", "state", "code"),
    [
        ({"status": ""}, "problem", "OD890"),
        ({"size": "a palace", "where": "99 20", "status": "gone"}, "problem", "OD890"),
        ({"label": "Old market", "size": "camp", "status": "open"}, "repeated", ""),
        ({"where": "5.0001 20.0 0 4", "status": ""}, "repeated", ""),
    ],
)
def test_what_changes_nothing_is_no_proposal(
    phone: Device, says: dict[str, str], state: str, code: str
) -> None:
    with pytest.raises(SiteProposal.DoesNotExist):
        change(phone, **says)
    made = EntityChange.objects.get()
    assert (made.state, made.error_code) == (state, code)


def test_edited_form_changes_its_own_proposal(phone: Device) -> None:
    first, second = "uuid:11111111-0000-4000-8000-000000000001", "uuid:2222"
    change(phone, label="New markett", instance=first)
    made = change(phone, label="New market", instance=second, replaces=first)
    assert SiteProposal.objects.get() == made
    assert (made.name, made.submission.instance_id) == ("New market", second)


def test_form_that_was_edited_before_it_came_is_not_proposed(phone: Device) -> None:
    first, second = "uuid:11111111-0000-4000-8000-000000000001", "uuid:2222"
    change(phone, label="New market", instance=second, replaces=first)
    assert change(phone, label="New markett", instance=first).name == "New market"
    assert SiteProposal.objects.count() == 1


def test_change_of_a_site_still_to_come_waits_and_is_added_to_its_proposal(phone: Device) -> None:
    take(phone, told(KEY, {"shelter": "5.5 20.5"}, base=1, label="Béa two", dataset="sites"))
    assert EntityChange.objects.get().state == "held"
    take(phone, told(KEY, {"size": "camp"}, create=True, label="Béa", dataset="sites"))
    made = SiteProposal.objects.get()
    assert (made.about, made.name, made.latitude, made.site_type) == (None, "Béa two", 5.5, "camp")
    assert set(EntityChange.objects.values_list("state", flat=True)) == {"proposed"}


def test_change_under_the_phones_own_id_is_about_the_site_it_became(
    phone: Device, manager: User
) -> None:
    take(phone, told(KEY, {}, create=True, label="Béa", dataset="sites"))
    new = SiteProposal.objects.get()
    actions.accept_as_new(proposal=new, code="S7", name="Béa", since=SINCE, by=manager)
    made = change(phone, key=KEY, label="Béa camp")
    assert made.about == Site.objects.get(code="S7")


def test_change_of_a_site_that_was_refused_waits_as_a_problem(phone: Device, manager: User) -> None:
    take(phone, told(KEY, {}, create=True, label="Béa", dataset="sites"))
    actions.refuse_proposal(proposal=SiteProposal.objects.get(), reason="A school.", by=manager)
    change(phone, key=KEY, label="Béa camp")
    assert EntityChange.objects.latest("pk").error_code == "OD891"


def test_page_shows_old_and_new_warns_of_the_distance_and_decides(
    desk: Client, proposal: SiteProposal, site: Site
) -> None:
    address = reverse("collect:proposal", args=[site.operation.code, proposal.pk])
    text = desk.get(address).content.decode()
    assert all(
        word in text for word in ("Old market", "New market", "5.02700", "The site moves by")
    )
    sent = {"deed": "change", "change-parts": ["name", "position"], "change-since": "2026-01-20"}
    assert desk.post(address, {**sent, "change-parts": []}).status_code == 200
    assert desk.post(address, sent).status_code == 302
    assert facts(site)[0] == "New market"
    assert "What was changed" in desk.get(address).content.decode()
    places_page = reverse("places:site", args=[site.operation.code, site.code])
    assert desk.get(places_page).status_code == 200
    assert desk.post(address, {"deed": "undo"}).status_code == 302
    assert facts(site)[0] == "Old market"
    assert desk.get(places_page).status_code == 200


def test_page_of_a_short_move_does_not_warn(desk: Client, phone: Device, site: Site) -> None:
    made = change(phone, where="5.01 20.0 0 4", status="")
    address = reverse("collect:proposal", args=[site.operation.code, made.pk])
    text = desk.get(address).content.decode()
    assert "The site moves by" not in text
    assert "1.1 km" in text


def test_list_names_the_site_and_what_would_change(
    desk: Client, proposal: SiteProposal, site: Site
) -> None:
    address = reverse("collect:proposals", args=[site.operation.code])
    (row,) = desk.get(address, {"q": "old mark"}).context["table"].rows
    assert [cell.value for cell in row.cells[:4]] == [
        "Old market",
        "A known site has changed",
        "Name, Position, Type, Status",
        "3.0 km",
    ]
    assert row.cells[3].tone == "alert"


def test_status_history_says_what_was_taken_back(
    proposal: SiteProposal, site: Site, manager: User, desk: Client
) -> None:
    actions.accept_change(proposal=proposal, parts=["status", "type"], since=SINCE, by=manager)
    assert known.status_on(Site.objects.get(), SINCE + timedelta(days=1)) == "closed"
    actions.undo_decision(proposal=proposal, by=manager)
    page = desk.get(reverse("places:site", args=[site.operation.code, site.code]))
    assert "The status of this day was taken back" in page.content.decode()
    assert "Type: collective centre" in page.content.decode()
