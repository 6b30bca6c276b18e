"""Confidence and change in the house: kept with each figure, shown with their parts, and guarded in public."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from tests.server.weekly import Field

from opendtm_server.matrix import partition
from opendtm_server.matrix.actions import run_matrix
from opendtm_server.matrix.approved import admissible
from opendtm_server.matrix.change import SinceBefore, change_of
from opendtm_server.matrix.models import Figure, Run
from opendtm_server.matrix.sheet import FigureSheet

Browse = Callable[[User], Client]
pytestmark = pytest.mark.django_db


def figure(
    run: Run, place: str = "", *, by: str = "", indicator: str = "idp_individuals"
) -> Figure:
    """Find one figure of a run."""
    level = {0: "none", 2: "site", 3: "adm1"}[len(place)]
    return Figure.objects.get(
        run=run, indicator=indicator, place_level=level, place_code=place, by=by
    )


def since(found: Figure) -> SinceBefore:
    """Give the change of a figure, which must have one."""
    changed = change_of(found)
    assert changed is not None
    return changed


def test_figures_are_kept_with_their_confidence(run: Run) -> None:
    total, site = figure(run), figure(run, "S1")
    # 4 of 6 sites were assessed and 120 of 773 persons are carried forward: both weak, each decides
    assert total.confidence == "low"
    assert "coverage=weak:0.6667" in total.confidence_parts
    assert "imputed=weak:0.1552" in total.confidence_parts
    assert site.confidence == "high"  # counted in this round
    assert site.confidence_parts.startswith("method=good:1;informants=unknown;")


def test_unknown_figure_and_list_of_sites_have_no_grade(run: Run) -> None:
    assert figure(run, "S6").confidence is None
    assert figure(run, indicator="sites_open").confidence is None


def test_partition_holds_the_grades_and_the_number_of_informants(run: Run) -> None:
    assert {"confidence", "confidence_parts"} <= set(partition.figures(run.partition).column_names)
    assert "informants" in admissible()
    assert "informant_type" not in admissible()


def test_figure_made_before_grades_existed_says_nothing_of_them(run: Run) -> None:
    bare = figure(run)
    bare.confidence = bare.confidence_parts = None
    sheet = FigureSheet(bare, "en")
    assert (sheet.confidence, sheet.parts, sheet.public_parts) == ("", [], [])
    assert "Confidence" not in {str(name) for name, _ in sheet.facts}


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("Low", "fewer than seven in ten places assessed (67%)", "Proposal of OpenDTM")),
        ("fr", ("Faible", "moins de sept lieux sur dix évalués", "Proposition d&#x27;OpenDTM")),
    ],
)
def test_desk_page_shows_grade_parts_and_whose_rule_it_is(
    browse: Browse, run: Run, coordinator: User, lang: str, words: tuple[str, ...]
) -> None:
    path = f"/{lang}/desk/{run.round.operation.code}/figures/{figure(run).pk}/"
    page = browse(coordinator).get(path).content.decode()
    assert [each for each in words if each not in page] == []


def test_public_parts_do_not_tell_informants_nor_a_withheld_share(run: Run) -> None:
    total = figure(run)
    open_words = " ".join(" ".join(part) for part in FigureSheet(total, "en").public_parts)
    assert "16%" in open_words
    total.carried = None
    closed_words = " ".join(" ".join(part) for part in FigureSheet(total, "en").public_parts)
    assert "16%" not in closed_words
    assert "more than one tenth" in closed_words
    assert "informants" not in closed_words.split("Agreement")[0]


def test_change_since_the_round_before_by_hand(work: Field, run: Run) -> None:
    run_matrix(work.round(2), by=work.manager)
    changed = since(figure(run))
    assert changed.before.round.number == 2
    change = changed.change
    # round 2: 390 + 250 + 20 + 120 + 6; round 3: 400 + 250 + 3 + 120 carried + 0
    assert (change.before, change.after, change.matched, change.n_matched) == (786, 773, -13, 5)
    assert (change.newly_covered, change.closed, change.lost_access, change.corrected) == (0,) * 4
    assert not changed.other_method


def test_changes_of_areas_and_types_add_up_to_the_whole(work: Field, run: Run) -> None:
    run_matrix(work.round(2), by=work.manager)
    areas = [since(figure(run, place)).change.total for place in ("TL1", "TL2")]
    assert areas == [10, -23]
    types = Figure.objects.filter(
        run=run, indicator="idp_individuals", place_level="none", by__startswith="site_type="
    )
    assert sum(since(each).change.total or 0 for each in types) == -13


def test_correction_of_the_round_before_is_told_apart_from_movement(work: Field, run: Run) -> None:
    run_matrix(work.round(2), by=work.manager)
    work.correct(2, "S1", "idp_individuals", 300)
    again = run_matrix(work.correct(3, "S2", "idp_individuals", 251), by=work.manager)
    change = since(figure(again)).change
    assert change.before == 786  # as published
    assert (change.corrected, change.matched) == (-90, 78)  # S1 300 to 400, S2 +1, S3 -17, S5 -6


def test_change_of_method_is_said(work: Field, browse: Browse, coordinator: User) -> None:
    run_matrix(work.round(2), by=work.manager)
    work.correct(3, "S1", "method", "registration_list")
    run = run_matrix(work.correct(3, "S1", "idp_individuals", 900), by=work.manager)
    assert since(figure(run)).other_method
    path = f"/en/desk/{run.round.operation.code}/figures/{figure(run).pk}/"
    page = browse(coordinator).get(path).content.decode()
    assert "counted by another method" in page
    assert "Change since round 2" in page


@pytest.mark.parametrize(
    ("indicator", "place"),
    [("idp_individuals", "S1"), ("arrivals_individuals", ""), ("need_sites_wash", "")],
)
def test_what_adds_no_people_up_over_places_has_no_change(
    work: Field, run: Run, indicator: str, place: str
) -> None:
    run_matrix(work.round(2), by=work.manager)
    assert change_of(figure(run, place, indicator=indicator)) is None


def test_first_computed_round_has_no_change(run: Run) -> None:
    assert change_of(figure(run)) is None
