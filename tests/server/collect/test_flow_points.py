"""Monitoring points are a list of the house: a profile adds one, the forms of the next phones choose it.

1. The profile of a point sets the list up when it is published, and adds the point that was met.
2. A second visit to the point changes its entry and adds none.
3. Registry, survey, points of entry and transhumance carry the list; what was chosen is the point's code.
4. A list kept at the desk with codes as names is enough.
"""

import csv
import io
import random
from datetime import date

import pytest
from django.contrib.auth.models import User
from tests.server.phone import Phone
from tests.workshop.forms.lists import files

from opendtm.forms import catalogue_form, convert
from opendtm.forms.filling import Filler
from opendtm_server.collect import actions, queries
from opendtm_server.collect.list_files import list_file
from opendtm_server.collect.media import media_of
from opendtm_server.collect.models import Entity, FormVersion, Submission
from opendtm_server.govern.models import Operation

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 1, 6)
CHOOSING = ("flow_registry", "flow_survey", "point_of_entry", "transhumance_count")
KEY = "4b7f3f0e-6a0c-4d53-9d0a-0d4b1f6f9a01"
CREATED = 'create="1"'
CHANGED = 'update="1" baseVersion="1"'
NEW = {
    "/visit/flow_point": "",
    "/visit/flow_point_typed": "FMP-07",
    "/visit/flow_point_name_typed": "Old ferry",
    "/profile/flow_point_kind": "port",
}


def publish(operation: Operation, manager: User, form_id: str) -> FormVersion:
    return actions.publish_form(
        operation=operation, source=catalogue_form(form_id).path, by=manager
    )


def points(operation: Operation) -> bytes:
    kept = list_file(operation, "flow_points")
    assert kept is not None
    return kept.content()


def visited(
    phone: Phone, version: FormVersion, answers: dict[str, str], marks: str, listed: bytes = b""
) -> Submission:
    """Send one profile, filled in by somebody who agrees and reaches the point; `marks` as a phone sets them."""
    lists = dict(files()) | ({"flow_points.csv": listed} if listed else {})
    filler = Filler(bytes(version.xform), files=lists, today=DAY)
    agreed = {"/consent": "yes", "/visit/access": "yes", **answers}
    filled = filler.fill(random.Random(marks), answers=agreed)
    named = f"{filled.values['/visit/flow_point_code']} {filled.values['/visit/flow_point_name']}"
    entity = f'<entity dataset="flow_points" id="{KEY}" {marks}><label>{named}</label></entity>'
    body = filled.xml.replace(b"</orx:meta>", f"{entity}</orx:meta>".encode())
    assert phone.send(body).status == 201
    found = Submission.objects.order_by("-id").first()
    assert found is not None
    return found


def test_profile_adds_the_point_that_was_met_and_changes_it_the_next_time(
    operation: Operation, manager: User, phone: Phone
) -> None:
    version = publish(operation, manager, "flow_point_profile")
    first = visited(phone, version, NEW, CREATED)

    entity = Entity.objects.get()
    assert entity.label == "FMP-07 Old ferry"
    assert entity.values["code"] == "FMP-07"
    assert entity.values["place"] == "Old ferry"
    assert entity.values["kind"] == "port"
    assert queries.observation_of(first)["flow_point_code"] == "FMP-07"

    again = {
        "/visit/adm1_code": entity.values["adm1"],
        "/visit/adm2_code": entity.values["adm2"],
        "/visit/flow_point": entity.key,
        "/profile/flow_point_kind": "market",
    }
    second = visited(phone, version, again, CHANGED, points(operation))

    entity = Entity.objects.get()
    assert entity.label == "FMP-07 Old ferry"
    assert entity.values["kind"] == "market"
    told = queries.observation_of(second)
    assert (told["flow_point_code"], told["flow_point_name"]) == ("FMP-07", "Old ferry")


@pytest.mark.parametrize("form_id", CHOOSING)
def test_form_of_a_point_carries_the_list(
    form_id: str, operation: Operation, manager: User, phone: Phone
) -> None:
    visited(phone, publish(operation, manager, "flow_point_profile"), NEW, CREATED)
    version = publish(operation, manager, form_id)

    assert "flow_points.csv" in {file.filename for file in media_of(version)}
    (row,) = csv.DictReader(io.StringIO(points(operation).decode()))
    assert (row["label"], row["code"]) == ("FMP-07 Old ferry", "FMP-07")


@pytest.mark.parametrize(
    ("listed", "answers", "expected"),
    [
        ("name,label,adm2,code\nk1,Bridge,TL101,FMP-1\n", {"flow_point": "k1"}, "FMP-1"),
        ("name,label,adm2\nFMP-2,Bridge,TL101\n", {"flow_point": "FMP-2"}, "FMP-2"),
        (
            "name,label,adm2\nFMP-2,Bridge,TL101\n",
            {"flow_point": "", "flow_point_typed": "FMP-9"},
            "FMP-9",
        ),
    ],
)
@pytest.mark.parametrize("form_id", CHOOSING)
def test_code_of_the_point_is_that_of_the_list_or_what_was_typed(
    form_id: str, listed: str, answers: dict[str, str], expected: str
) -> None:
    xml = convert(catalogue_form(form_id).path).xml
    filler = Filler(xml, files=dict(files()) | {"flow_points.csv": listed.encode()}, today=DAY)
    (code,) = filler.definition.measuring("flow_point_code")
    group = code.path.rpartition("/")[0]
    said = {"adm1_code": "TL1", "adm2_code": "TL101", **answers}
    known = {f"{group}/{name}": text for name, text in said.items()} | {"/consent": "yes"}

    filled = filler.fill(random.Random("code"), answers=known)

    assert filled.values[code.path] == expected
