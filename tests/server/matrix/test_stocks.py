"""The page of movements behind the stock, with values computed by hand.

1. Residual by area, the largest share first; places that did not answer all are left out with their reason.
2. The total with places out of reach both ways, refused above the cap, beside the kept figure.
3. Origins by area, those not known apart, mixed how much in words.
4. Who may read figures may read the page; what is missing says what to do.
"""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.server import factories
from tests.server.matrix.kept import Year

from opendtm.measure.stock import Way
from opendtm_server.govern.models import Operation
from opendtm_server.matrix.courses import courses_for
from opendtm_server.matrix.models import Figure, Run
from opendtm_server.matrix.stocks import Stock, stock_of

Browse = Callable[[User], Client]
pytestmark = pytest.mark.django_db

MOVES = ("arrivals_individuals", "departures_individuals")


def moved(came: float | None, left: float | None) -> dict[str, float | None]:
    """Give the answers on arrivals and departures."""
    return dict(zip(MOVES, (came, left), strict=True))


@pytest.fixture
def year(operation: Operation) -> Year:
    """Give two rounds: in the North S1 is seen twice and S2 out of reach, in the South S3 is seen twice."""
    found = Year(operation)
    found.add(
        {"S1": 100, "S2": 30, "S3": 280},
        told={site: moved(None, None) for site in ("S1", "S2", "S3")},
    )
    found.add(
        {"S1": 110, "S2": 30, "S3": 300},
        carried={"S2": 30},
        told={
            "S1": moved(20, 5) | {"origin_adm1_code": "TL2"},
            "S3": moved(20, 0) | {"origin_adm1_code": None},
        },
    )
    return found


def stock(reader: User, operation: Operation, concept: str = "idp_individuals") -> Stock:
    """Read what stands behind the stock of the only course."""
    (course,) = courses_for(reader, operation)
    return stock_of(course, concept=concept)


def page(client: Client, operation: Operation, path: str = "", lang: str = "en") -> str:
    """Read a page of movements."""
    answer = client.get(f"/{lang}/desk/{operation.code}/warning/movements/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_accounts_stand_by_area_with_the_largest_residual_share_first(
    year: Year, cluster: User, operation: Operation
) -> None:
    """S1: 100 + 20 - 5 = 115, and 110 were seen. S3: 280 + 20 = 300, and 300 were seen."""
    whole, north, south = stock(cluster, operation).movements()
    assert (whole.opening, whole.arrivals, whole.departures) == (380, 40, 5)
    assert (whole.expected, whole.closing, whole.residual) == (415, 410, -5)
    assert (whole.n, whole.n_known) == (2, 3)
    assert (north.area and north.area.key, north.residual, north.n, north.n_known) == (
        "TL1",
        -5,
        1,
        2,
    )
    assert north.residual_share == pytest.approx(-5 / 110)
    assert north.left_out == {"inaccessible": 1}
    assert (south.area and south.area.key, south.residual, south.left_out) == ("TL2", 0, {})


def test_total_takes_places_out_of_reach_both_ways_and_is_refused_above_the_cap(
    year: Year, cluster: User, operation: Operation
) -> None:
    """The North went from 100 to 110, so 30 become 33; 33 of 443 are imputed. Of the North alone 30 of 140."""
    found = stock(cluster, operation)
    totals = found.totals()
    assert totals[Way.CARRY].value == 440
    assert totals[Way.RATIO].value == pytest.approx(443)
    assert totals[Way.RATIO].share == pytest.approx(33 / 443)
    assert (totals[Way.RATIO].low, totals[Way.RATIO].high) == pytest.approx((443, 443))
    north = found.totals("TL1")
    assert (north[Way.CARRY].value, north[Way.CARRY].imputed) == (None, 30)
    assert "21.4 %" in (north[Way.CARRY].refused.text("en") if north[Way.CARRY].refused else "")


def test_planned_site_is_not_known_until_somebody_is_counted_there(
    year: Year, cluster: User, operation: Operation
) -> None:
    found = stock(cluster, operation)
    sites = tuple(
        replace(site, status="planned") if site.site_id in {"S1", "S2"} else site
        for site in found.course.sites
    )
    course = SimpleNamespace(sites=sites, areas=found.course.areas, area_of=found.course.area_of)
    assert sorted(replace(found, course=course).areas()) == ["S1", "S3"]


def test_page_says_all_of_it_with_the_ways_to_figures(
    browse: Browse, year: Year, cluster: User, operation: Operation
) -> None:
    client = browse(cluster)
    text = page(client, operation)
    assert "From round 1 to round 2" in text
    assert '<td class="is-number" data-label="Residual share">−1.2%</td>' in text
    assert '<td class="is-number" data-label="Residual share">−4.5%</td>' in text
    assert '1 of 2 <span class="hint">inaccessible: 1</span>' in text
    assert "443 to 443 (at 90%)" in text
    kept = Figure.objects.get(run__round__number=2, place_level="none")
    assert f'<a href="/en/desk/{operation.code}/figures/{kept.pk}/">440</a>' in text
    assert f'href="/en/desk/{operation.code}/warning/movements/areas/TL1/?form=' in text
    assert "&amp;level=adm1&amp;indicator=idp_individuals&amp;search=TL1" in text
    assert "People of 1 origin: South (TL2), with 100.0% of those whose origin is known." in text
    assert "Origin not known: 300, 73.2% of all." in text
    assert '<td class="is-number shade s5">110</td>' in text
    assert '<tr class="apart"><th scope="row">Origin not known</th>' in text
    french = page(client, operation, lang="fr")
    assert "Mouvements derrière l" in french
    assert "pas d&#x27;accès : 1" in french
    assert "Origine inconnue : 300, soit 73,2" in french


def test_page_of_an_area_lists_its_sites_and_opens_submissions_for_those_who_may_read_them(
    browse: Browse, year: Year, cluster: User, manager: User, operation: Operation
) -> None:
    text = page(browse(manager), operation, "areas/TL1/")
    assert "Site S1 (S1)" in text
    assert "Site S3" not in text
    assert '<td data-label="Compared">no: inaccessible</td>' in text
    assert "21.4 % of this total would be carried forward or imputed" in text
    assert "Where they came from" not in text
    address = f"/en/desk/{operation.code}/submissions/?round="
    assert address in text
    assert address not in page(browse(cluster), operation, "areas/TL1/")


def test_page_opens_by_right(
    browse: Browse, year: Year, cluster: User, facilitator: User, operation: Operation
) -> None:
    address = f"/en/desk/{operation.code}/warning/movements/"
    stranger = factories.UserFactory.create()
    found = [browse(user).get(address).status_code for user in (cluster, facilitator, stranger)]
    assert found == [200, 403, 404]
    assert browse(cluster).get(f"{address}areas/TL9/").status_code == 404


def test_what_is_missing_says_what_to_do(
    browse: Browse, cluster: User, operation: Operation
) -> None:
    client = browse(cluster)
    assert "Sign a round off, then compute it." in page(client, operation)
    year = Year(operation)
    year.add({"S1": 100})
    text = page(client, operation)
    assert "No round before round 1 was signed off" in text
    assert "No answer of this round says where people came from." in text
    year.add({"S1": 110})
    assert "does not ask how many arrived and departed" in page(client, operation)
    assert "Nobody was counted so" in page(client, operation, "?of=idp_households")


def test_page_asks_as_often_for_many_rounds_as_for_few(
    browse: Browse, year: Year, cluster: User, operation: Operation
) -> None:
    client = browse(cluster)
    asked = []
    page(client, operation)
    for _ in range(2):
        with CaptureQueriesContext(connection) as questions:
            page(client, operation)
        asked.append(len(questions))
        for _more in range(3):
            year.add({"S1": 100, "S3": 280}, told={"S1": moved(0, 0) | {"origin_adm1_code": "TL2"}})
    assert asked[0] == asked[1] <= 20


def test_visits_as_phones_sent_them_are_left_out_where_they_did_not_say(
    run: Run, cluster: User, operation: Operation
) -> None:
    """Round 3 of `weekly.VISITS`: only S1 says how many arrived, and nobody how many left. 400 + 250 + 3 + 0 were seen."""
    found = stock(cluster, operation)
    whole = found.movements()[0]
    assert (whole.n, whole.n_known, whole.residual) == (0, 6, None)
    assert whole.left_out == {
        "not_covered": 1,
        "no_stock": 1,
        "no_arrivals": 3,
        "no_departures": 1,
    }
    total = found.totals()[Way.CARRY]
    assert (total.value, total.imputed, total.n_unknown) == (653, 0, 2)
    assert total.last_of_unknown == 120  # S4 in round 2; nobody has said how many are at S6
