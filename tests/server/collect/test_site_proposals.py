"""A site met in the field: proposed once, compared with those known, decided at the desk, and undone."""

import csv
import uuid
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from tests.server import factories
from tests.server.collect.entity_forms import NAMESPACE, households_form, told
from tests.server.phone import filled

from opendtm_server.collect import actions, queries, store
from opendtm_server.collect.errors import NotToDecide, ReasonMissing
from opendtm_server.collect.list_files import list_file
from opendtm_server.collect.models import Device, EntityChange, SiteProposal, Submission
from opendtm_server.collect.parcel import KeptFile, Parcel
from opendtm_server.govern.models import Operation
from opendtm_server.places.likeness import Names, likely_same
from opendtm_server.places.models import Site
from opendtm_server.places.problems import SiteCodeTaken, SiteHasHistory

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "9e32d18f-d51a-4826-a8b2-e9b1c6d10b58"
SINCE = date(2026, 1, 6)
BY_CONCEPT = f"""<?xml version="1.0"?><h:html xmlns="http://www.w3.org/2002/xforms"
 xmlns:h="http://www.w3.org/1999/xhtml" xmlns:opendtm="urn:opendtm:xforms" xmlns:entities="{NAMESPACE}">
<h:head><h:title>New site</h:title><model><instance><data id="new_site" version="1">
<called/><where/><kind/><meta><instanceID/></meta></data></instance>
<bind nodeset="/data/called" type="string" opendtm:concept="site_name"/>
<bind nodeset="/data/kind" type="string" opendtm:concept="site_type"/>
<bind nodeset="/data/where" type="geopoint"/></model></h:head><h:body>
<input ref="/data/called"><label>Name</label></input></h:body></h:html>""".encode()


def take(device: Device, body: bytes) -> Submission:
    """Take one filled form as the intake does."""
    kept = KeptFile("submission.xml", store.keep(device.operation.code, [body]), len(body))
    return actions.receive_submission(device=device, parcel=Parcel(kept)).submission


@pytest.fixture
def sites_form(device: Device, manager: User) -> Device:
    """Publish a form that adds sites; give the phone."""
    form = households_form(dataset="sites").replace(b'saveto="shelter"', b'saveto="geometry"')
    actions.publish_xform(
        operation=device.operation, xform=form, identity=("households", "1", "H"), by=manager
    )
    return device


@pytest.fixture
def proposal(sites_form: Device) -> SiteProposal:
    """Give a proposal with a position in degrees."""
    values = {"size": "5", "shelter": "5.001 20.001 0 5", "adm2": "nowhere"}
    take(sites_form, told(KEY, values, create=True, label="Old markett", dataset="sites"))
    return SiteProposal.objects.get(key=KEY)


def test_site_created_on_a_phone_is_a_proposal_and_no_site(proposal: SiteProposal) -> None:
    assert (proposal.name, proposal.latitude, proposal.longitude) == ("Old markett", 5.001, 20.001)
    assert (proposal.state, proposal.site) == ("waiting", None)
    assert EntityChange.objects.get().state == "proposed"
    assert not Site.objects.exists()


def test_same_site_sent_twice_is_one_proposal(proposal: SiteProposal, sites_form: Device) -> None:
    take(sites_form, told(KEY, {"size": "6"}, create=True, label="Old market", dataset="sites"))
    assert SiteProposal.objects.count() == 1
    assert sorted(EntityChange.objects.values_list("state", flat=True)) == ["proposed", "repeated"]


def test_change_of_a_site_that_nobody_knows_waits_at_the_desk(sites_form: Device) -> None:
    take(sites_form, told("S1", {"size": "6"}, base=1, dataset="sites"))
    change = EntityChange.objects.get()
    assert (change.state, change.error_code) == ("held", "")


def test_form_that_asks_for_a_name_and_no_known_site_makes_a_proposal(
    device: Device, manager: User
) -> None:
    actions.publish_xform(
        operation=device.operation, xform=BY_CONCEPT, identity=("new_site", "1", "N"), by=manager
    )
    instance = f"uuid:{uuid.uuid4()}"
    take(
        device,
        (
            '<data id="new_site" version="1"><called>Camp Béa</called><where>4.5 18.5 0 3</where>'
            f"<kind>camp</kind><meta><instanceID>{instance}</instanceID></meta></data>"
        ).encode(),
    )
    made = SiteProposal.objects.get()
    assert (made.key, made.name, made.site_type) == (instance, "Camp Béa", "camp")
    assert (made.latitude, made.longitude) == (4.5, 18.5)


def test_accepted_as_new_is_a_site_on_every_phone(
    proposal: SiteProposal, operation: Operation, manager: User
) -> None:
    actions.accept_as_new(proposal=proposal, code="S7", name="Old market", since=SINCE, by=manager)
    made = Site.objects.get(code="S7")
    assert (made.name, made.latitude) == ("Old market", 5.001)
    assert [alias.name for alias in made.aliases.all()] == ["Old markett"]
    kept = list_file(operation, "sites")
    assert kept is not None
    assert "S7" in [line["name"] for line in csv.DictReader(kept.content().decode().splitlines())]
    assert queries.gone_entities(operation, "sites", [KEY, "other"]) == {KEY}


def test_code_in_use_is_refused_and_the_proposal_waits_on(
    proposal: SiteProposal, site: Site, manager: User
) -> None:
    with pytest.raises(SiteCodeTaken):
        actions.accept_as_new(proposal=proposal, code="S1", name="X", since=SINCE, by=manager)
    proposal.refresh_from_db()
    assert proposal.state == "waiting"


def test_phones_own_id_stands_for_the_site_before_and_after_the_decision(
    proposal: SiteProposal, sites_form: Device, published: object, site: Site, manager: User
) -> None:
    early = take(sites_form, filled(site=KEY))
    assert early.site is None
    actions.accept_as_same(proposal=proposal, code="S1", by=manager)
    early.refresh_from_db()
    assert early.site == site
    assert take(sites_form, filled(site=KEY)).site == site


def test_same_as_a_known_site_adds_the_name_as_an_alias(
    proposal: SiteProposal, site: Site, manager: User
) -> None:
    actions.accept_as_same(proposal=proposal, code="S1", by=manager)
    assert [alias.name for alias in site.aliases.all()] == ["Old markett"]
    actions.undo_decision(proposal=proposal, by=manager)
    assert not site.aliases.exists()
    proposal.refresh_from_db()
    assert (proposal.state, proposal.site) == ("waiting", None)


def test_alias_that_was_there_before_stays_when_undone(
    proposal: SiteProposal, site: Site, manager: User
) -> None:
    factories.SiteAliasFactory.create(site=site, name="Old markett")
    actions.accept_as_same(proposal=proposal, code="S1", by=manager)
    actions.undo_decision(proposal=proposal, by=manager)
    assert site.aliases.count() == 1


def test_same_as_a_site_that_nobody_knows_is_refused(proposal: SiteProposal, manager: User) -> None:
    with pytest.raises(NotToDecide):
        actions.accept_as_same(proposal=proposal, code="S99", by=manager)


def test_refusal_needs_a_reason_and_a_decision_is_taken_once(
    proposal: SiteProposal, manager: User
) -> None:
    with pytest.raises(ReasonMissing):
        actions.refuse_proposal(proposal=proposal, reason=" ", by=manager)
    actions.refuse_proposal(proposal=proposal, reason="A school, nobody stays.", by=manager)
    with pytest.raises(NotToDecide):
        actions.refuse_proposal(proposal=proposal, reason="Again.", by=manager)


def test_new_site_is_withdrawn_when_undone(proposal: SiteProposal, manager: User) -> None:
    actions.accept_as_new(proposal=proposal, code="S7", name="Old market", since=SINCE, by=manager)
    actions.undo_decision(proposal=proposal, by=manager)
    assert not Site.objects.exists()
    with pytest.raises(NotToDecide):
        actions.undo_decision(proposal=proposal, by=manager)


def test_new_site_that_was_visited_since_is_not_withdrawn(
    proposal: SiteProposal, sites_form: Device, published: object, manager: User
) -> None:
    actions.accept_as_new(proposal=proposal, code="S7", name="Old market", since=SINCE, by=manager)
    take(sites_form, filled(site="S7"))
    with pytest.raises(SiteHasHistory):
        actions.undo_decision(proposal=proposal, by=manager)
    assert Site.objects.filter(code="S7").exists()
    proposal.refresh_from_db()
    assert proposal.state == "new"


def test_facilitator_decides_nothing(proposal: SiteProposal, facilitator: User) -> None:
    with pytest.raises(PermissionDenied):
        actions.refuse_proposal(proposal=proposal, reason="No.", by=facilitator)


def test_likely_sites_are_ranked_with_their_reasons(operation: Operation) -> None:
    near = factories.SiteFactory.create(
        operation=operation, code="N", name="Camp Alpha", latitude=5.0, longitude=20.0
    )
    factories.SiteAliasFactory.create(site=near, name="Vieux marché")
    factories.SiteFactory.create(
        operation=operation, code="F", name="Vieux marché", latitude=9.0, longitude=25.0
    )
    factories.SiteFactory.create(
        operation=operation, code="Z", name="Zongo", latitude=5.005, longitude=20.0
    )
    factories.SiteFactory.create(
        operation=operation, code="X", name="Elsewhere", latitude=8.0, longitude=21.0
    )
    found = likely_same(Names(operation), "Vieux Marche", 5.001, 20.0)
    assert [one.site.code for one in found] == ["N", "F", "Z"]
    assert found[0].score > 0.95
    assert [reason.text("en") for reason in found[0].reasons] == [
        "same name (Vieux marché)",
        "111 m away",
    ]
    assert found[2].km is not None
    assert found[2].km < 1


def test_likely_sites_without_a_position_go_by_the_name(operation: Operation) -> None:
    factories.SiteFactory.create(operation=operation, code="A", name="Site Gbadolite 2")
    factories.SiteFactory.create(operation=operation, code="B", name="Site Bouar")
    found = likely_same(Names(operation), "Gbadolité 2", None, None)
    assert [(one.site.code, one.km) for one in found] == [("A", None)]
    assert likely_same(Names(operation), "Site", None, None) == []
