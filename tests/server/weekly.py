"""A small operation with the weekly form: six sites, three rounds, visits received as phones send them.

`VISITS` is what was answered; the tests do their sums from it, independently of the engine. A round's
missing site was not visited; a missing answer is unknown.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.contrib.auth.models import User
from lxml import etree
from tests.server import factories

from opendtm import catalogue
from opendtm.forms import ConvertedForm, FormDefinition, convert, read_form
from opendtm_server.collect import actions as collect
from opendtm_server.collect import queries as rounds
from opendtm_server.collect import store
from opendtm_server.collect.models import Device, Form, Round, Submission
from opendtm_server.collect.parcel import KeptFile, Parcel
from opendtm_server.govern.models import Operation
from opendtm_server.verify import actions as verify
from opendtm_server.verify import queries as doubts

SECTORS = (
    "protection",
    "wash",
    "health",
    "food_security",
    "shelter",
    "security",
    "education",
    "nfi",
    "nutrition",
    "livelihood",
)
SITES = {
    "S1": ("Alpha", "camp", "TL101"),
    "S2": ("Bravo", "spontaneous_site", "TL101"),
    "S3": ("Charlie", "camp", "TL201"),
    "S4": ("Delta", "spontaneous_site", "TL201"),
    "S5": ("Echo", "collective_centre", "TL201"),
    "S6": ("Foxtrot", "collective_centre", "TL101"),
}
SECRET = "Call Canary Person on 555 0100"
Answers = Mapping[str, Any]


def answered(persons: int | None, households: int | None, **more: Any) -> Answers:
    """Give the answers of one visit; every need is `some` unless said."""
    counts = {"idp_individuals": persons, "idp_households": households}
    return {
        "consent": "yes",
        "access": "yes",
        "informant_type": "site_manager",
        "method": "head_count",
        **{name: value for name, value in counts.items() if value is not None},
        **{f"need_{sector}": "some" for sector in SECTORS},
        "comment": SECRET,
        "action_needed": SECRET,
        **more,
    }


VISITS: dict[int, dict[str, Answers]] = {
    1: {
        "S1": answered(380, 76),
        "S2": answered(240, 48, need_wash="critical"),
        "S3": answered(30, 6),
        "S4": answered(110, 22),
        "S5": answered(12, 3),
    },
    2: {
        "S1": answered(390, 78, arrivals_individuals=10, arrivals_households=2),
        "S2": answered(250, 50, need_wash="critical"),
        "S3": answered(20, 4),
        "S4": answered(120, 24, need_health="serious"),
        "S5": answered(6, 2),
    },
    3: {
        "S1": answered(
            400,
            80,
            arrivals_individuals=60,
            arrivals_households=12,
            idp_females=210,
            idp_males=190,
            need_wash="serious",
        ),
        "S2": answered(250, 50, need_wash="critical", need_shelter="serious"),
        "S3": answered(3, 1, need_shelter="critical", need_protection="serious"),
        "S5": answered(0, 0),
        "S6": answered(None, None),
    },
}
CARRIED = {"S4": VISITS[2]["S4"]}  # not visited in the third round


@cache
def weekly_form() -> ConvertedForm:
    """Convert the weekly form of the catalogue once."""
    return convert(catalogue.ROOT / "forms" / "weekly_site_update.md")


@cache
def _definition() -> FormDefinition:
    return read_form(weekly_form().xml)


@dataclass
class Field:
    """The operation at work: its manager, its phone, its form, and the submissions by round and site."""

    operation: Operation
    manager: User
    form: Form
    device: Device
    rounds: dict[int, Round] = field(default_factory=dict)
    sent: dict[tuple[int, str], Submission] = field(default_factory=dict)

    def round(self, number: int) -> Round:
        """Give a round as it stands now."""
        return rounds.rounds_of(self.operation).get(number=number)

    def send(self, number: int, site: str, answers: Answers) -> Submission:
        """Send one visit."""
        day = self.rounds[number].starts_on + timedelta(days=1)
        body = submission({"site_id": site, "assessment_date": day.isoformat(), **answers})
        kept = KeptFile("submission.xml", store.keep(self.operation.code, [body]), len(body))
        receipt = collect.receive_submission(device=self.device, parcel=Parcel(kept))
        self.sent[number, site] = receipt.submission
        return receipt.submission

    def sign(self, number: int) -> Round:
        """Accept every doubt and sign a round off."""
        round_ = self.round(number)
        verify.check_round(round_=round_, by=self.manager)
        found = doubts.findings_for(self.manager, self.operation)
        owed = list(found.filter(submission__round=round_, state="open"))
        verify.decide_findings(findings=owed, reason="Asked back: right as sent.", by=self.manager)
        verify.sign_off_round(round_=round_, by=self.manager)
        return self.round(number)

    def correct(self, number: int, site: str, concept: str, value: float | str) -> Round:
        """Open a round again, correct one answer, and sign it off again."""
        verify.reopen_round(round_=self.round(number), reason="A late message.", by=self.manager)
        found = Submission.objects.get(pk=self.sent[number, site].pk)
        verify.correct_answer(
            submission=found,
            concept=concept,
            new_value=value,
            reason="Counted again.",
            by=self.manager,
        )
        return self.sign(number)


def submission(values: Answers, form: FormDefinition | None = None) -> bytes:
    """Write a filled form as XML, the weekly one unless said, under the `instance_id` given or a new one."""
    form = form or _definition()
    root = etree.Element(form.root, id=form.form_id, version=form.version)
    for question in form.questions:
        text = values.get(question.concept or "")
        if question.name == "instanceID":
            text = values.get("instance_id", f"uuid:{uuid.uuid4()}")
        if text is None:
            continue
        node = root
        for name in question.path.strip("/").split("/"):
            found = node.find(name)
            node = etree.SubElement(node, name) if found is None else found
        node.text = str(text)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def prepare(operation: Operation, manager: User, facilitator: User) -> Field:
    """Set the operation up: areas, sites, form, phone, three rounds."""
    prepare_places(operation)
    form = weekly_form()
    version = collect.publish_xform(
        operation=operation,
        xform=form.xml,
        identity=(form.form_id, form.version, form.title),
        by=manager,
    )
    device = collect.add_device(operation=operation, user=facilitator, by=manager).device
    work = Field(operation, manager, version.form, device)
    for number in VISITS:
        starts = date(2026, 1, 5) + timedelta(weeks=number - 1)
        work.rounds[number] = collect.open_round(
            form=version.form,
            starts_on=starts,
            ends_on=starts + timedelta(days=6),
            number=number,
            by=manager,
        )
    return work


def visited(field: Field) -> Field:
    """Send the visits of all rounds, and sign each off."""
    for number, visits in VISITS.items():
        for site, answers in visits.items():
            field.send(number, site, answers)
        field.sign(number)
    return field


def prepare_places(operation: Operation) -> None:
    """Set up the areas and sites."""
    held = factories.BoundarySetFactory.create(operation=operation)
    levels = {"TL": (0, ""), "TL1": (1, "TL"), "TL2": (1, "TL")}
    levels |= {"TL101": (2, "TL1"), "TL201": (2, "TL2")}
    for code, (level, parent) in levels.items():
        west = 20.0 if code in {"TL", "TL1", "TL101"} else 21.0
        factories.AreaFactory.create(
            boundary_set=held,
            code=code,
            name=f"Area {code}",
            level=level,
            parent_code=parent,
            geometry=factories.square(west, 5.0, 2.0 if code == "TL" else 1.0),
        )
    for position, (code, (name, kind, area)) in enumerate(SITES.items()):
        west = 20.0 if area == "TL101" else 21.0
        site = factories.SiteFactory.create(
            operation=operation,
            code=code,
            name=name,
            site_type=kind,
            area_code=area,
            latitude=5.1 + position / 10,
            longitude=west + 0.2 + position / 10,
        )
        factories.SiteStatusFactory.create(site=site)
