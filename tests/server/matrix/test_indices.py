"""The page of composite indices: areas by rank, what holds an index down, what is not known, and what is missing.

Localities are answered at their best or at their worst, scale by scale, so that every score is 100 or 0.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from tests.server import factories, interviewed, weekly
from tests.server.matrix.kept import Year

from opendtm.forms import FormDefinition, catalogue_form, convert, read_form
from opendtm.measure import indicator
from opendtm.measure.grammar import Index
from opendtm_server.govern.models import Operation
from opendtm_server.matrix.actions import run_matrix
from opendtm_server.matrix.models import Figure

Browse = Callable[[User], Client]
pytestmark = pytest.mark.django_db
LIVING, SAFETY, COHESION = (
    "stability_livelihoods_services",
    "stability_safety_security",
    "stability_social_cohesion",
)
PLACES = {  # whether each scale is at its best; a scale that is not there was not answered
    "S1": {LIVING: True, SAFETY: True, COHESION: True},
    "S2": {LIVING: True, SAFETY: False, COHESION: True},
    "S3": {LIVING: False, SAFETY: True, COHESION: False},
    "S4": {LIVING: True, COHESION: True},
}


@cache
def form() -> tuple[bytes, FormDefinition]:
    """Convert the form of solutions and stability once."""
    xml = convert(catalogue_form("solutions_index").path).xml
    return xml, read_form(xml)


def answers(scales: dict[str, bool]) -> dict[str, str]:
    """Give the answers that score 100 or 0 on each scale."""
    found = {}
    for name, best in scales.items():
        value = indicator(name).value
        assert isinstance(value, Index)
        for item in value.items:
            by_score = sorted(item.scores, key=lambda each: each[1])
            found[item.concept] = by_score[-1 if best else 0][0]
    return found


@pytest.fixture
def asked(operation: Operation, manager: User, facilitator: User) -> weekly.Field:
    """Give a signed-off and computed round of four localities."""
    weekly.prepare_places(operation)
    field = interviewed.prepare(operation, manager, facilitator, form())
    for site, scales in PLACES.items():
        said = {"consent": "yes", "access": "yes", "site_id": site, **answers(scales)}
        interviewed.send(field, site, form()[1], said)
    field.sign(1)
    run_matrix(field.round(1), by=manager)
    return field


def page(client: Client, operation: Operation, query: str = "", lang: str = "en") -> Any:
    """Open the page of indices."""
    answer = client.get(f"/{lang}/desk/{operation.code}/warning/index/{query}")
    assert answer.status_code == 200
    return answer


def test_places_stand_by_rank_with_what_holds_them_down_and_what_is_missing(
    asked: weekly.Field, browse: Browse, cluster: User, facilitator: User
) -> None:
    client, operation = browse(cluster), asked.operation
    found = page(client, operation, "?level=site")
    areas = {each.of.scored.place: each for each in found.context["found"].areas}
    told = {place: (each.index, each.of.rank) for place, each in areas.items()}
    # S2: (100 + 0 + 100) / 3, held at 0 by safety; S4 has no safety, which is required; two sites were not visited
    assert told == {
        "S1": ("100.0", 1),
        "S3": ("33.3", 2),
        "S2": ("0.0", 3),
        "S4": ("not known", None),
        "S5": ("not known", None),
        "S6": ("not known", None),
    }
    assert (areas["S1"].of.low, areas["S1"].of.high) == (1, 1)
    words = found.content.decode()
    for expected in (
        "Mobility and stability index",
        "Held down by: Safety and security. The mean alone would be 66.7.",
        "Safety and security is not known, and it is required.",
        "3 of 6 places have an index in round 1",
        "3 of 3 (100% of the weight)",
        "2 of 3 (67% of the weight)",
        "1 of 1 place has a value",
        "Alpha (S1): index 100.0, rank 1, between 1 and 1",
        "2,000 draws from the seed 2008",
        "critical: at 25 or below, the index is at most its value",
    ):
        assert expected in words
    safety = Figure.objects.get(indicator=SAFETY, place_code="S2", place_level="site", by="")
    assert f"/figures/{safety.pk}/" in words

    areas = {each.of.scored.place: each for each in page(client, operation).context["found"].areas}
    # TL1: safety (100 + 0) / 2; TL2: living (0 + 100) / 2, safety of S3 alone, cohesion (0 + 100) / 2
    assert {place: each.index for place, each in areas.items()} == {"TL1": "83.3", "TL2": "66.7"}
    assert areas["TL2"].coverage == "1 of 3 places have a value"

    french = page(client, operation, "?level=site", "fr").content.decode()
    assert "Plafonné par : Sécurité. La moyenne seule serait de 66,7." in french
    other = page(client, operation, "?index=solutions").content.decode()
    assert "has no figure that this index is made of" in other
    assert "Access to justice" in other
    assert page(client, operation, "?index=none&level=none").context["level"] == "adm1"
    address = f"/en/desk/{operation.code}/warning/index/"
    assert browse(facilitator).get(address).status_code == 403
    assert browse(factories.UserFactory.create()).get(address).status_code == 404


def test_operation_without_the_indicators_says_which_form_asks_for_them(
    browse: Browse, operation: Operation, cluster: User
) -> None:
    client = browse(cluster)
    assert "Sign a round off, then compute it." in page(client, operation).content.decode()
    Year(operation).add({"S1": 100, "S2": 200})
    words = page(client, operation).content.decode()
    for expected in (
        "has no figure that this index is made of",
        "Safety and security",
        "Solutions and stability index",
        "Early warning",
    ):
        assert expected in words
