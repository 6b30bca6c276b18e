"""The pages of early warning and of severity: kept figures round by round, and what may be said of them.

1. Totals come from the newest revision of each signed-off round; others leave their place empty.
2. Change, alert and forecast are said in words, and why there is none.
3. Who may read figures may read the pages; a figure's page is a link away.
4. However many rounds there are, the database is asked as often.
5. Severity: the highest answer, the worst place first, "not measured" where nothing was asked.
"""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.server import factories
from tests.server.matrix.kept import Year
from tests.workshop.measure.warning.growth import MOVED

from opendtm_server.govern.models import Operation
from opendtm_server.matrix.courses import course_of_places, courses_for
from opendtm_server.matrix.models import Figure, Replaced

Browse = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def year(operation: Operation) -> Year:
    """Give an operation whose rounds a test adds."""
    return Year(operation)


def swing(year: Year, rounds: int) -> None:
    """Add rounds in which every site goes up and down by a tenth."""
    for at in range(rounds):
        up = at % 2
        year.add({"S1": 100 + 10 * up, "S2": 200 + 20 * up, "S3": 300 + 30 * up})


def page(client: Client, operation: Operation, path: str = "", lang: str = "en") -> str:
    """Read a page of early warning."""
    answer = client.get(f"/{lang}/desk/{operation.code}/warning/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_pages_open_by_right(
    browse: Browse, year: Year, cluster: User, facilitator: User, operation: Operation
) -> None:
    swing(year, 2)
    for path in ("", "areas/TL1/", "severity/", "severity/areas/TL1/"):
        address = f"/en/desk/{operation.code}/warning/{path}"
        stranger = factories.UserFactory.create()
        found = [browse(user).get(address).status_code for user in (cluster, facilitator, stranger)]
        assert found == [200, 403, 404]
    for path in ("areas/TL9/", "severity/areas/TL9/"):
        assert browse(cluster).get(f"/en/desk/{operation.code}/warning/{path}").status_code == 404
    with pytest.raises(PermissionDenied):
        courses_for(facilitator, operation)


def test_operation_without_figures_says_what_to_do(
    browse: Browse, operation: Operation, cluster: User
) -> None:
    for path in ("", "severity/"):
        assert "Sign a round off, then compute it." in page(browse(cluster), operation, path)


def test_each_form_of_places_has_a_course_of_its_own(
    browse: Browse, year: Year, cluster: User, operation: Operation
) -> None:
    year.add({"S1": 100})
    other = Year(operation, before=3)
    other.add({"S3": 70})
    client = browse(cluster)
    first = client.get(f"/en/desk/{operation.code}/warning/")
    assert [one.form for one in first.context["courses"]] == [other.form, year.form]
    assert first.context["course"].form == other.form
    asked = client.get(f"/en/desk/{operation.code}/warning/?form={year.form.pk}-weekly")
    assert asked.context["course"].numbers == [1]
    assert f"?form={other.form.pk}-weekly" in asked.content.decode()
    odd = client.get(f"/en/desk/{operation.code}/warning/?form=%00&of=x&page=-1")
    assert odd.context["course"].form == other.form


def test_newest_revision_counts_and_open_rounds_leave_their_place_empty(
    year: Year, cluster: User, operation: Operation
) -> None:
    first = year.add({"S1": 100, "S3": 40})
    year.skip()
    year.add({"S1": 120, "S3": 40}, signed=None)
    year.add({"S1": 130, "S3": 45})
    again = factories.RunFactory.create(round=first.round, revision=2, partition="kept/again")
    for figure in Figure.objects.filter(run=first):
        figure.pk, figure.run, figure.value = None, again, (figure.value or 0) + 1
        figure.save(force_insert=True)

    (course,) = courses_for(cluster, operation)

    assert course.numbers == [1, 2, 3, 4]
    assert course.missing == [2, 3]
    (whole,) = course_of_places(course, indicator="idp_individuals", levels=("none",))
    assert [one and one.value for one in whole.kept] == [141, None, None, 175]


def test_figures_of_a_base_hold_where_the_newest_run_did_not_replace_them(
    year: Year, cluster: User, operation: Operation
) -> None:
    base = year.add({"S1": 100, "S3": 40})
    newer = factories.RunFactory.create(
        round=base.round, revision=2, base=base, partition=base.partition
    )
    old = Figure.objects.get(run=base, place_code="S1")
    Replaced.objects.create(run=newer, figure=old)
    old.pk, old.run, old.value = None, newer, 90
    old.save(force_insert=True)

    (course,) = courses_for(cluster, operation)

    sites = course_of_places(course, indicator="idp_individuals", levels=("site",))
    assert [(one.place.code, one.kept[-1] and one.kept[-1].value) for one in sites] == [
        ("S1", 90),
        ("S3", 40),
    ]


def test_page_says_change_alert_and_forecast_in_words(
    browse: Browse, year: Year, cluster: User, operation: Operation
) -> None:
    year.add({"S1": 100, "S2": 200, "S3": 300})
    year.add({"S1": 110, "S2": 200, "S3": 290})
    client = browse(cluster)
    text = page(client, operation)
    total = Figure.objects.get(run__round__number=2, place_level="none")
    assert f'href="/en/desk/{operation.code}/figures/{total.pk}/">600</a>' in text
    assert "+10 (+3%)" in text  # the north, 300 to 310
    assert "needs 19 known changes from round to round, and has 0." in text
    assert "The trial needs 22 known rounds in a row, and has 2." in text
    assert 'aria-label="1: 600; 2: 600"' in text
    inside = page(client, operation, "areas/TL1/")
    assert "Site S1 (S1)" in inside
    assert "Site S3" not in inside
    french = page(client, operation, lang="fr")
    assert "Alerte précoce" in french
    assert "Not judged" not in french


def test_alert_is_raised_by_the_area_that_jumped_and_tuned_without_its_jump(
    browse: Browse, year: Year, cluster: User, operation: Operation
) -> None:
    swing(year, 12)
    year.add({"S1": 100, "S2": 200, "S3": 900})
    answer = browse(cluster).get(f"/en/desk/{operation.code}/warning/")
    first, second = answer.context["below"].places
    assert (first.name, "Sudden rise" in first.alerts) == ("South (TL2)", True)
    assert (second.name, second.alerts) == ("North (TL1)", [])
    text = answer.content.decode()
    assert "no more than 5% of the changes" in text
    assert "of the 2 places judged here, 0.1 in a round" in text
    assert "tuned on 22 past changes over 11 rounds, of 2 places" in text
    assert answer.context["head"].places[0].verdict.judged is False  # 11 changes of one place
    alone = browse(cluster).get(f"/en/desk/{operation.code}/warning/areas/TL2/")
    assert "Sudden rise" in alone.context["head"].places[0].alerts


def test_copied_figures_leave_one_detector_untuned_and_say_so(
    browse: Browse, year: Year, cluster: User, operation: Operation
) -> None:
    for _ in range(21):
        year.add({"S1": 100})
    text = page(browse(cluster), operation)
    assert "One of the two detectors cannot be tuned. All 19 changes" in text
    assert "No alert can be given yet" not in text
    assert "None: the last change is within what was usual." in text


def test_other_method_carried_values_and_missing_rounds_break_the_line(
    browse: Browse, year: Year, cluster: User, operation: Operation
) -> None:
    year.add({"S1": 100, "S2": 200, "S3": 300})
    year.add({"S1": 100, "S2": 200, "S3": 300}, carried={"S3": 300})
    year.skip()
    year.add({"S1": 150, "S2": 250, "S3": 350}, method="registration")
    answer = browse(cluster).get(f"/en/desk/{operation.code}/warning/")
    text = answer.content.decode()
    assert "Not computed, or not signed off: round 3." in text
    north, south = answer.context["below"].places
    assert [row.note for row in north.rows] == [
        "counted by another method, so the difference is not movement",
        "Not computed, or not signed off",
        "",
        "",
    ]
    assert south.rows[2].note == "mostly carried forward"
    assert north.change == "Not known: one of the two rounds has no figure."
    assert "not judged" in text.lower()


def test_forecast_stands_with_its_interval_and_its_trial_or_with_the_reason(
    browse: Browse, year: Year, cluster: User, operation: Operation
) -> None:
    """Growth by 10 to 30 a round, for which drift does better than the last count (see test_judging)."""
    year.add({"S1": 200})
    total = 200
    for moved in MOVED:
        total += moved
        year.add({"S1": total})
    answer = browse(cluster).get(f"/en/desk/{operation.code}/warning/")
    (whole,) = answer.context["head"].places
    assert whole.outlook == "786 (80% interval: 775 to 796)"
    text = answer.content.decode()
    assert whole.outlook in text
    assert [one.reason for one in whole.trials][:2] == [
        "Never offered: what others must beat.",
        "Offered",
    ]
    assert 'data-label="MASE">0.34<' in text
    households = page(browse(cluster), operation, "?of=idp_households")
    assert "This indicator is in no figure of the newest round." in households


def test_pages_ask_as_often_for_many_rounds_as_for_few(
    browse: Browse, year: Year, cluster: User, operation: Operation
) -> None:
    client = browse(cluster)
    paths = ("", "areas/TL1/", "severity/", "severity/areas/TL1/")
    swing(year, 2)
    few = [_asked(client, operation, path) for path in paths]
    swing(year, 6)
    assert [_asked(client, operation, path) for path in paths] == few
    assert max(few) <= 20


def _asked(client: Client, operation: Operation, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page(client, operation, path)
    return len(asked)


SIX = ("protection", "health", "food_security", "shelter", "education", "nfi")


def test_severity_tells_its_reasons_from_the_round_alone(
    browse: Browse, year: Year, cluster: User, operation: Operation
) -> None:
    year.add({"S1": 100, "S3": 50}, wash="critical", **dict.fromkeys(SIX, "some"))
    year.add({"S1": 100}, wash="some", **dict.fromkeys(SIX, "some"))
    client = browse(cluster)
    text = page(client, operation, "severity/")
    assert "1 place visited in round 2" in text  # S3 was not visited: nothing is carried forward
    assert "7 of 9 sectors measured" in text
    assert "0 sectors in need" in text
    assert "at least 2" in text
    assert "not measured" in text
    assert '<span class="score s2">at least 2</span> 0 sectors in need' in text
    assert (
        text.count('<span class="score s0">–</span>') == 2
    )  # the sectors that were not asked about
    assert 'aria-label="' in text[text.index('<div class="picture"><svg') :][:400]
    assert "Level of need: water, sanitation and hygiene: " in text


def test_worst_place_stands_first_and_sectors_are_counted(
    browse: Browse, year: Year, cluster: User, operation: Operation
) -> None:
    year.add({"S3": 50, "S1": 100}, **dict.fromkeys(SIX, "some"))
    for row in year.rows:
        row["need_wash"] = "critical" if row["site_id"] == "S3" else "unknown"
    year._partition(
        factories.RunFactory.create(
            round=year.form.rounds.get(), revision=2, partition="kept/worse"
        )
    )
    answer = browse(cluster).get(f"/en/desk/{operation.code}/warning/severity/")
    places, sectors = answer.context["places"], answer.context["sectors"]
    assert [(one.code, one.overall) for one in places] == [
        ("S3", "at least 4"),
        ("S1", "at least 2"),
    ]
    assert (sectors[0].places, sectors[0].not_measured) == ((0, 1, 0, 0, 0), 1)
    assert places[0].sectors[0].why == "Level of need: water, sanitation and hygiene: Critical need"
    assert places[0].in_need == "1 sector in need"
    inside = browse(cluster).get(f"/fr/desk/{operation.code}/warning/severity/areas/TL1/")
    assert [one.code for one in inside.context["places"]] == ["S1"]
    assert "secteurs mesurés" in inside.content.decode()


def test_answer_without_a_score_is_said_instead_of_scores(
    browse: Browse, year: Year, cluster: User, operation: Operation
) -> None:
    year.add({"S1": 100}, wash="enormous")
    text = page(browse(cluster), operation, "severity/")
    assert "enormous" in text
    assert "Overall score" not in text
