"""A round in which some places were asked of several informants: the figure, its method line, and the way down.

Alpha was asked of three informants (100, 120 and, with a list, 300: 4 weights, median 210), Bravo was counted by
heads (80), Charlie was asked of two who agree (50 and 60: 55).
"""

from collections.abc import Callable
from functools import cache

import pytest
from django.contrib.auth.models import User
from django.test import Client
from tests.server import interviewed, weekly

from opendtm.forms import FormDefinition, catalogue_form, convert, read_form, write_submission
from opendtm.records.answers import Value
from opendtm_server.collect import actions as collect
from opendtm_server.collect import store
from opendtm_server.collect.parcel import KeptFile, Parcel
from opendtm_server.govern.models import Operation
from opendtm_server.matrix import partition
from opendtm_server.matrix.actions import run_matrix
from opendtm_server.matrix.informed import methods_behind
from opendtm_server.matrix.models import Figure, Run
from opendtm_server.matrix.recomputation import compute_again

Browse = Callable[[User], Client]
pytestmark = pytest.mark.django_db
ONE = {"/source/separate_informants": "no", "/source/method": "head_count"}
SEVERAL = {"/source/separate_informants": "yes"}


def informants(*said: tuple[int, str]) -> dict[str, Value]:
    """Give the passes of informants from (persons, has a list)."""
    found: dict[str, Value] = dict(SEVERAL)
    for number, (persons, listed) in enumerate(said, start=1):
        found |= {
            f"/ki[{number}]/ki_role": "site_manager",
            f"/ki[{number}]/ki_list": listed,
            f"/ki[{number}]/ki_idp_individuals": persons,
            f"/ki[{number}]/ki_seen": "yes",
        }
    return found


PLACES: dict[str, dict[str, Value]] = {
    "S1": informants((120, "no"), (100, "no"), (300, "yes")),
    "S2": {**ONE, "/displaced/idp_individuals": 80},
    "S3": informants((50, "yes"), (60, "yes")),
}


@cache
def assessment() -> tuple[bytes, FormDefinition]:
    """Convert the site and location assessment once."""
    xml = convert(catalogue_form("site_assessment").path).xml
    return xml, read_form(xml)


@pytest.fixture
def asked(operation: Operation, manager: User, facilitator: User) -> weekly.Field:
    """Give a signed-off round of three places."""
    weekly.prepare_places(operation)
    field = interviewed.prepare(operation, manager, facilitator, assessment())
    for site, said in PLACES.items():
        values: dict[str, Value] = {
            "/consent": "yes",
            "/visit/site_id": site,
            "/visit/assessment_date": "2026-01-06",
            "/visit/access": "yes",
            "/displaced/idps_present": "yes",
            "/comment": weekly.SECRET,
            **said,
        }
        body = write_submission(assessment()[1], values, instance_id=f"uuid:{site}")
        kept = KeptFile("submission.xml", store.keep(operation.code, [body]), len(body))
        receipt = collect.receive_submission(device=field.device, parcel=Parcel(kept))
        field.sent[1, site] = receipt.submission
    field.sign(1)
    return field


def figure(run: Run, place: str = "", indicator: str = "idp_individuals") -> Figure:
    """Find one figure of a run."""
    level = "site" if place else "none"
    return Figure.objects.get(
        run=run, indicator=indicator, place_level=level, place_code=place, by=""
    )


def test_informants_of_a_place_give_one_figure_that_answers_for_itself_until_corrected(
    asked: weekly.Field, browse: Browse, manager: User, cluster: User
) -> None:
    run = run_matrix(asked.round(1), by=manager)

    assert [figure(run, site).value for site in PLACES] == [210, 80, 55]
    assert figure(run).value == 345
    assert "agreement=weak" in figure(run, "S1").confidence_parts  # 300 over 100
    assert "informants=good" in figure(run, "S1").confidence_parts
    assert "agreement=good" in figure(run, "S3").confidence_parts  # 60 over 50
    assert methods_behind(figure(run), "en") == [
        ("Median of the estimates of several key informants", "2 places"),
        ("Head count", "1 place"),
    ]
    held = partition.answers(run.partition)
    kept = {
        row["site_id"]: (row["idp_individuals_lowest"], row["idp_individuals_highest"])
        for row in held.to_pylist()
    }
    assert kept == {"S1": (100, 300), "S2": (None, None), "S3": (50, 60)}
    assert not {"informant_type", "comment"} & set(held.column_names)
    assert compute_again(run).holds

    page = _page(browse(manager), run, figure(run))
    for words in (
        "Not all places were counted by the same method.",
        "2 places",
        "100; 120; 300 (weight 2) · highest over lowest 3.00: ask again",
        "50 (weight 2); 60 (weight 2) · highest over lowest 1.20",
        "Head count",
    ):
        assert words in page
    assert "Site manager" not in page
    french = _page(browse(manager), run, figure(run, "S1"), "fr")
    assert "100 ; 120 ; 300 (poids 2)" in french
    assert "Médiane des estimations de plusieurs informateurs clés" in french
    closed = _page(browse(cluster), run, figure(run))
    assert "Median of the estimates" in closed
    assert "300 (weight 2)" not in closed

    again = run_matrix(asked.correct(1, "S1", "idp_individuals", 150), by=manager)
    assert figure(again, "S1").value == 150
    page = _page(browse(manager), again, figure(again, "S1"))
    assert "300 (weight 2)" in page
    assert "it was corrected, or given beside" in page
    assert "it was corrected" not in _page(browse(manager), again, figure(run, "S3"))


def _page(reader: Client, run: Run, found: Figure, lang: str = "en") -> str:
    path = f"/{lang}/desk/{run.round.operation.code}/figures/{found.pk}/"
    return reader.get(path).content.decode()
