"""The desk's pages of figures: who may open which, what stands on them, and the way down to submissions."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from tests.server import factories
from tests.server.weekly import Field

from opendtm_server.matrix.models import Figure, Run

Browse = Callable[[User], Client]
pytestmark = pytest.mark.django_db


def figure(run: Run, indicator: str = "idp_individuals", place: str = "S4") -> Figure:
    """Find one figure of a run."""
    return Figure.objects.get(run=run, indicator=indicator, place_code=place, by="")


def address(run: Run, found: Figure, lang: str = "en") -> str:
    """Give the address of a figure's page."""
    return f"/{lang}/desk/{run.round.operation.code}/figures/{found.pk}/"


def test_figures_open_by_right(
    browse: Browse, run: Run, cluster: User, facilitator: User, coordinator: User
) -> None:
    found = figure(run)
    answers = {
        user.username: browse(user).get(address(run, found)).status_code
        for user in (cluster, coordinator, facilitator, factories.UserFactory.create(username="x"))
    }
    assert answers == {"cluster": 200, "coordinator": 200, "facilitator": 403, "x": 404}


def test_figure_of_another_operation_does_not_exist(browse: Browse, run: Run, keeper: User) -> None:
    other = factories.OperationFactory.create()
    path = f"/en/desk/{other.code}/figures/{figure(run).pk}/"
    assert browse(keeper).get(path).status_code == 404


def test_figure_page_answers_for_the_figure(
    browse: Browse, work: Field, run: Run, coordinator: User
) -> None:
    page = browse(coordinator).get(address(run, figure(run))).content.decode()
    for words in (
        "<strong>120</strong> persons",
        "Partly carried forward",
        "Persons forced to leave their home",
        "13 Jan 2026",
        "Delta (S4)",
    ):
        assert words in page
    link = reverse("verify:submission", args=[work.operation.code, work.sent[2, "S4"].pk])
    assert f'href="{link}"' in page


def test_values_shown_beside_the_submissions_add_up_to_the_figure(
    browse: Browse, run: Run, coordinator: User
) -> None:
    total = figure(run, place="")
    table = browse(coordinator).get(address(run, total)).context["table"]
    column = next(n for n, each in enumerate(table.columns) if each.name == "idp_individuals")
    assert sum(row.cells[column].value or 0 for row in table.rows) == total.value == 773


def test_value_shown_is_the_corrected_one(
    browse: Browse, work: Field, run: Run, coordinator: User
) -> None:
    from opendtm_server.matrix.actions import run_matrix

    second = run_matrix(work.correct(3, "S1", "idp_individuals", 410), by=work.manager)
    page = browse(coordinator).get(address(second, figure(second, place="S1"))).content.decode()
    assert "410" in page
    assert ">400<" not in page


def test_cluster_viewer_sees_the_figure_without_submissions(
    browse: Browse, work: Field, run: Run, cluster: User
) -> None:
    page = browse(cluster).get(address(run, figure(run))).content.decode()
    assert "<strong>120</strong>" in page
    assert "/submissions/" not in page
    assert "Open to those who may read submissions." in page


def test_unknown_figure_is_said_in_words(browse: Browse, run: Run, cluster: User) -> None:
    page = browse(cluster).get(address(run, figure(run, place="S6"), "fr")).content.decode()
    assert "inconnu" in page
    assert "<strong>0</strong>" not in page


def test_list_begins_with_the_whole_operation(browse: Browse, run: Run, cluster: User) -> None:
    answer = browse(cluster).get(f"/en/desk/{run.round.operation.code}/figures/")
    first = answer.context["table"].rows[0]
    assert first.cells[1].value == "Whole operation"
    assert answer.context["table"].known == run.figures.count()


def test_list_writes_an_average_with_its_decimal_and_an_unknown_as_a_dash(
    browse: Browse, run: Run, cluster: User
) -> None:
    base = f"/fr/desk/{run.round.operation.code}/figures/"
    rows = browse(cluster).get(base + "?indicator=household_size").context["table"].rows
    shown = {row.cells[3].value for row in rows}
    found = run.figures.filter(indicator="household_size")
    known = {figure.value for figure in found} - {None}
    assert any(value % 1 for value in known)
    assert shown - {None} == {
        f"{value:.1f}".replace(".", ",") if value % 1 else f"{value:.0f}" for value in known
    }


def test_list_is_narrowed_by_the_address(browse: Browse, run: Run, cluster: User) -> None:
    base = f"/en/desk/{run.round.operation.code}/figures/"
    wishes = f"?round={run.round_id}&indicator=idp_individuals&level=site&search=del&totals_only=on"
    table = browse(cluster).get(base + wishes).context["table"]
    assert [row.cells[1].value for row in table.rows] == ["Delta (S4)"]
    assert table.hidden == table.known - 1
    odd = browse(cluster).get(base + "?round=x&level=moon&indicator=%00&page=999&search=%27")
    assert odd.status_code == 200


def test_computing_from_the_desk_asks_first_and_then_says_so(
    browse: Browse, work: Field, manager: User
) -> None:
    path = f"/en/desk/{work.operation.code}/figures/compute/{work.round(3).pk}/"
    client = browse(manager)
    assert client.get(path).status_code == 200
    assert not Run.objects.exists()
    answer = client.post(path, follow=True)
    assert "The figures have been computed." in answer.content.decode()
    again = client.post(path, follow=True).content.decode()
    assert "Nothing has changed since the last computation" in again
    assert Run.objects.count() == 1


def test_computing_an_open_round_says_why_not(browse: Browse, work: Field, manager: User) -> None:
    from opendtm_server.verify.actions import reopen_round

    reopen_round(round_=work.round(3), reason="A late message.", by=manager)
    path = f"/fr/desk/{work.operation.code}/figures/compute/{work.round(3).pk}/"
    page = browse(manager).post(path, follow=True).content.decode()
    assert "tour 3" in page
    assert not Run.objects.exists()
