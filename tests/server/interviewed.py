"""A small survey of intentions: two strata of two sites, nine interviews and a refusal, small enough for paper.

`INTERVIEWS` is what was answered; the tests do their sums from it. The form carries weight and stratum as hidden
questions, as a form does whose list of sites was drawn with them.
"""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib.auth.models import User
from tests.server import weekly

from opendtm.forms import FormDefinition, catalogue_form, convert, read_form
from opendtm_server.collect import actions as collect
from opendtm_server.collect import store
from opendtm_server.collect.models import Round
from opendtm_server.collect.parcel import KeptFile, Parcel
from opendtm_server.govern.models import Operation

SURVEY = """
| survey |
| | type | name | label::English (en) | label::French (fr) | opendtm::concept | opendtm::sharing |
| | select_one yes_or_no | consent | Do you agree? | Acceptez-vous ? | consent | restricted |
| | date | day | Day | Jour | assessment_date | public |
| | text | province | Province | Province | adm1_code | public |
| | text | site | Site | Site | site_id | public |
| | text | cluster | Cluster | Grappe | sample_cluster | restricted |
| | decimal | weight | Weight | Poids | sample_weight | restricted |
| | integer | villages | Villages | Villages | population_clusters | restricted |
| | select_one sex | head_sex | Sex of the head | Sexe du chef | head_sex | restricted |
| | text | origin | Origin | Origine | origin_adm1_code | public |
| | select_one plan | plan | Plan | Projet | move_plan | restricted |
| | select_one longterm | longterm | In the long run | À long terme | longterm_intention | restricted |
| | select_one free | free | Is it your choice? | Est-ce votre choix ? | move_free | sensitive |
| | text | comment | Comment | Commentaire | comment | restricted |
| choices |
| | list_name | name | label::English (en) | label::French (fr) |
| | yes_or_no | yes | Yes | Oui |
| | yes_or_no | no | No | Non |
| | sex | female | Female | Féminin |
| | sex | male | Male | Masculin |
| | plan | return | Return | Retourner |
| | plan | stay | Stay | Rester |
| | longterm | return | Return | Retourner |
| | longterm | integrate | Stay | Rester |
| | longterm | dnk | Does not know | Ne sait pas |
| | free | yes | Yes | Oui |
| | free | no | No | Non |
| settings |
| | form_title | form_id | version | default_language |
| | Intentions | intentions | 1 | English (en) |
"""
Row = tuple[str, str, str, float, str, str, str]
# province, site, cluster, weight, sex of the head, plan, in the long run
INTERVIEWS: list[Row] = [
    ("TL1", "S1", "A1", 10, "female", "return", "return"),
    ("TL1", "S1", "A1", 10, "male", "return", "return"),
    ("TL1", "S2", "A2", 10, "female", "stay", "integrate"),
    ("TL1", "S2", "A2", 10, "male", "stay", "integrate"),
    ("TL2", "S3", "B1", 30, "female", "return", "return"),
    ("TL2", "S3", "B1", 30, "male", "stay", "dnk"),
    ("TL2", "S4", "B2", 30, "female", "stay", "integrate"),
    ("TL2", "S4", "B2", 30, "male", "stay", "integrate"),
]
STARTS = date(2026, 1, 5)


@cache
def survey_form() -> tuple[bytes, FormDefinition]:
    """Convert the small survey once."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "intentions.md"
        path.write_text(SURVEY, encoding="utf-8")
        xml = convert(path).xml
    return xml, read_form(xml)


@cache
def registration_form() -> tuple[bytes, FormDefinition]:
    """Convert the household registration of the catalogue once."""
    xml = convert(catalogue_form("household_registration").path).xml
    return xml, read_form(xml)


def prepare(
    operation: Operation,
    manager: User,
    facilitator: User,
    form: tuple[bytes, FormDefinition],
) -> weekly.Field:
    """Set a form up with one round of a week, sites and areas."""
    xml, definition = form
    version = collect.publish_xform(
        operation=operation,
        xform=xml,
        identity=(definition.form_id, definition.version, definition.title),
        by=manager,
    )
    device = collect.add_device(operation=operation, user=facilitator, by=manager).device
    field = weekly.Field(operation, manager, version.form, device)
    field.rounds[1] = open_round(field, 1)
    return field


def open_round(field: weekly.Field, number: int) -> Round:
    """Open a week's round of the form."""
    starts = STARTS + timedelta(weeks=number - 1)
    return collect.open_round(
        form=field.form,
        starts_on=starts,
        ends_on=starts + timedelta(days=6),
        number=number,
        by=field.manager,
    )


def send(field: weekly.Field, key: str, definition: FormDefinition, values: Any) -> None:
    """Send one filled form, kept under `key`."""
    body = weekly.submission({"assessment_date": "2026-01-06", **values}, definition)
    kept = KeptFile("submission.xml", store.keep(field.operation.code, [body]), len(body))
    receipt = collect.receive_submission(device=field.device, parcel=Parcel(kept))
    field.sent[1, key] = receipt.submission


def hold(operation: Operation, manager: User, facilitator: User) -> weekly.Field:
    """Hold the interviews of `INTERVIEWS` and one refusal, and sign the round off."""
    weekly.prepare_places(operation)
    field = prepare(operation, manager, facilitator, survey_form())
    definition = survey_form()[1]
    for number, (province, site, cluster, weight, sex, plan, longterm) in enumerate(INTERVIEWS):
        answers = {
            "consent": "yes",
            "adm1_code": province,
            "site_id": site,
            "sample_cluster": cluster,
            "sample_weight": weight,
            "population_clusters": 20,
            "head_sex": sex,
            "origin_adm1_code": "TL2",
            "move_plan": plan,
            "longterm_intention": longterm,
            "move_free": "no",
            "comment": weekly.SECRET,
        }
        send(field, f"I{number}", definition, answers)
    send(field, "refused", definition, {"consent": "no"})
    field.sign(1)
    return field
