"""Rounds of a flow registry: each group counts once, in its own round, and leads back to its submission."""

import uuid
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from lxml import etree
from tests.server import weekly

from opendtm.forms import FormDefinition, catalogue_form, convert, read_form
from opendtm_server.collect import actions as collect
from opendtm_server.collect import store
from opendtm_server.collect.parcel import KeptFile, Parcel
from opendtm_server.govern.models import Operation
from opendtm_server.matrix import partition, queries
from opendtm_server.matrix.actions import run_matrix
from opendtm_server.matrix.approved import admissible
from opendtm_server.matrix.models import Figure, Run
from opendtm_server.matrix.recomputation import compute_again
from opendtm_server.matrix.sheet import FigureSheet

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 1, 5)
Group = tuple[int, str, str]
WEEKS: dict[int, dict[str, list[Group]]] = {
    1: {"FMP-01": [(9, "inflow", "MLI")], "FMP-02": [(4, "outflow", "NER")]},
    2: {
        "FMP-01": [(12, "inflow", "MLI"), (3, "outflow", "NER")],
        "FMP-02": [(20, "inflow", "NER"), (2, "inflow", "MLI"), (1, "outflow", "MLI")],
    },
}


def _body(form: FormDefinition, point: str, groups: list[Group], day: date) -> bytes:
    """Write a filled registry: what is asked once, then a pass of the repeat for each group."""
    once = {
        "consent": "yes",
        "adm1_code": "TL1",
        "flow_point_code": point,
        "assessment_date": day.isoformat(),
        "observation_hours": 8,
        "comment": weekly.SECRET,
    }
    root = etree.Element(form.root, id=form.form_id, version=form.version)
    for question in form.questions:
        if question.name == "instanceID":
            _node(root, question.path).text = f"uuid:{uuid.uuid4()}"
        elif not question.repeats and question.concept in once:
            _node(root, question.path).text = str(once[question.concept])
    (repeat,) = form.repeats
    around, _, name = repeat.rpartition("/")
    for persons, way, nation in groups:
        one = etree.SubElement(_node(root, around), name)
        told = {
            "flow_individuals": persons,
            "flow_directions": way,
            "flow_nationalities": nation,
            "flow_in_individuals": persons if way == "inflow" else 0,
        }
        for concept, value in told.items():
            etree.SubElement(one, concept).text = str(value)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _node(root: etree._Element, path: str) -> etree._Element:
    node = root
    for name in path.strip("/").split("/"):
        found = node.find(name)
        node = etree.SubElement(node, name) if found is None else found
    return node


def _field(operation: Operation, manager: User, facilitator: User, name: str) -> weekly.Field:
    form = convert(catalogue_form(name).path)
    version = collect.publish_xform(
        operation=operation,
        xform=form.xml,
        identity=(form.form_id, form.version, form.title),
        by=manager,
    )
    device = collect.add_device(operation=operation, user=facilitator, by=manager).device
    field = weekly.Field(operation, manager, version.form, device)
    for number in WEEKS:
        starts = MONDAY + timedelta(weeks=number - 1)
        field.rounds[number] = collect.open_round(
            form=version.form,
            starts_on=starts,
            ends_on=starts + timedelta(days=6),
            number=number,
            by=manager,
        )
    return field


@pytest.fixture
def flow(operation: Operation, manager: User, facilitator: User) -> weekly.Field:
    """Give two signed-off weeks of a registry at two points."""
    field = _field(operation, manager, facilitator, "flow_registry")
    form = read_form(convert(catalogue_form("flow_registry").path).xml)
    for number, points in WEEKS.items():
        day = field.rounds[number].starts_on + timedelta(days=1)
        for point, groups in points.items():
            body = _body(form, point, groups, day)
            kept = KeptFile("submission.xml", store.keep(operation.code, [body]), len(body))
            receipt = collect.receive_submission(device=field.device, parcel=Parcel(kept))
            field.sent[number, point] = receipt.submission
        field.sign(number)
    return field


def _figure(run: Run, indicator: str, *, by: str = "", point: str = "") -> Figure:
    level = "site" if point else "none"
    return Figure.objects.get(
        run=run, indicator=indicator, by=by, place_level=level, place_code=point
    )


def test_groups_of_a_week_add_up_by_point_direction_and_nationality(flow: weekly.Field) -> None:
    run = run_matrix(flow.round(2), by=flow.manager)
    assert _figure(run, "flow_individuals").value == 12 + 3 + 20 + 2 + 1
    assert _figure(run, "flow_individuals", point="FMP-02").value == 23
    assert _figure(run, "flow_individuals", by="flow_directions=inflow").value == 34
    assert _figure(run, "flow_individuals", by="flow_nationalities=MLI").value == 15
    assert _figure(run, "flow_in_individuals").value == 34
    assert _figure(run, "flow_groups").value == 5
    assert _figure(run, "flow_per_observed_hour").value == 38 / 16


def test_nothing_of_an_earlier_week_is_carried_forward(flow: weekly.Field) -> None:
    run = run_matrix(flow.round(2), by=flow.manager)
    total = _figure(run, "flow_individuals")
    assert (total.carried, total.n_carried, total.method) == (0, 0, "observed")
    assert (total.n_places, total.as_of) == (2, MONDAY + timedelta(days=8))
    assert not Figure.objects.filter(run=run, indicator__startswith="idp_").exists()


def test_figure_leads_to_each_submission_once_with_its_groups_added_up(flow: weekly.Field) -> None:
    run = run_matrix(flow.round(2), by=flow.manager)
    total = _figure(run, "flow_individuals")
    shown = {one.number: one.answers for one in queries.sources_for(flow.manager, total)}
    assert shown.keys() == {flow.sent[2, "FMP-01"].pk, flow.sent[2, "FMP-02"].pk}
    assert shown[flow.sent[2, "FMP-02"].pk]["flow_individuals"] == 23
    assert "2 places" in FigureSheet(total, "en").coverage


def test_run_of_a_registry_is_computed_again_to_the_digit(flow: weekly.Field) -> None:
    run = run_matrix(flow.round(2), by=flow.manager)
    again = compute_again(run)
    assert (again.holds, again.is_current) == (True, True)
    assert again.compared > 50
    assert run_matrix(flow.round(2), by=flow.manager) == run
    assert "/movement/" in run.partition


def test_corrected_registry_counts_as_one_record(flow: weekly.Field) -> None:
    flow.correct(2, "FMP-02", "flow_individuals", 30)
    run = run_matrix(flow.round(2), by=flow.manager)
    assert _figure(run, "flow_individuals").value == 15 + 30
    assert _figure(run, "flow_individuals", by="flow_directions=several").value == 30


def test_nothing_personal_of_a_registry_enters_the_partition(flow: weekly.Field) -> None:
    run = run_matrix(flow.round(2), by=flow.manager)
    table = partition.answers(run.partition)
    assert {"flow_individuals", "flow_point_code", "flow_directions"} <= set(table.column_names)
    assert {"comment", "consent"}.isdisjoint(table.column_names)
    assert set(table.column_names) - {"_source"} <= admissible()
    assert "Canary" not in str(table.to_pylist())
