"""Rounds of interviews: estimated with the declared design as by hand, told with their error, computed again."""

import json
import math
import re
import subprocess
import sys
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.server import factories, interviewed, weekly
from tests.server.interviewed import INTERVIEWS

from opendtm.measure.survey import Design, Lonely, declare, proportion
from opendtm_server.collect.actions import create_list
from opendtm_server.govern.models import AuditEvent, Operation
from opendtm_server.matrix import partition, queries
from opendtm_server.matrix.actions import declare_sample, run_matrix
from opendtm_server.matrix.models import Figure, Run, SampleDesign
from opendtm_server.matrix.problems import (
    DesignUnfit,
    NotInterviews,
    SampleNotDeclared,
)
from opendtm_server.matrix.recomputation import compute_again
from opendtm_server.matrix.sample import ASKED, DRAWN, Sample, usual
from opendtm_server.matrix.sheet import FigureSheet
from opendtm_server.publish.actions import release_site_needs
from opendtm_server.publish.problems import NotOfVisits
from opendtm_server.publish.queries import unreleased_rounds

Browse = Callable[[User], Client]
pytestmark = pytest.mark.django_db
STRATIFIED = Sample(DRAWN, strata="adm1_code", weights="sample_weight")
CLUSTERED = Sample(
    DRAWN,
    strata="adm1_code",
    clusters=("sample_cluster",),
    weights="sample_weight",
    finite=("population_clusters",),
)


@pytest.fixture
def survey(operation: Operation, manager: User, facilitator: User) -> weekly.Field:
    """Give the signed-off round of eight interviews and a refusal."""
    return interviewed.hold(operation, manager, facilitator)


def computed(survey: weekly.Field, sample: Sample) -> Run:
    """Declare a design and compute the round."""
    declare_sample(round_=survey.round(1), sample=sample, by=survey.manager)
    return run_matrix(survey.round(1), by=survey.manager)


def figure(run: Run, indicator: str = "intend_return", place: str = "", by: str = "") -> Figure:
    """Find one figure of a run, of the whole operation unless a place is named."""
    level = {} if place else {"place_level": "none"}
    return Figure.objects.select_related("run__round").get(
        run=run, indicator=indicator, place_code=place, by=by, **level
    )


def test_stratified_sample_is_estimated_as_by_hand(survey: weekly.Field) -> None:
    run = computed(survey, STRATIFIED)
    found = figure(run)
    # 2 of 4 return in the first province (weight 10), 1 of 4 in the second (weight 30)
    share = (10 * 2 + 30 * 1) / (10 * 4 + 30 * 4)
    # by stratum: (weight / sum of weights)^2 x sum of squares around its mean x n / (n - 1)
    variance = (10 / 160) ** 2 * 1 * 4 / 3 + (30 / 160) ** 2 * 0.75 * 4 / 3
    error, t6 = math.sqrt(variance), 2.4469118511449692
    half = t6 * error / (share * (1 - share))
    limits = [1 / (1 + math.exp(-(math.log(share / (1 - share)) + way * half))) for way in (-1, 1)]
    assert found.value == pytest.approx(share, rel=1e-12) == 0.3125
    assert found.standard_error == pytest.approx(error, rel=1e-12)
    assert [found.low, found.high] == pytest.approx(limits, rel=1e-9)
    assert (found.df, found.method, found.withheld) == (8 - 2, "estimated", None)
    assert (found.n_known, found.n_places, found.confidence) == (8, 8, None)
    # the variance of a simple random sample of 8 out of 160: p q / 7 x (1 - 8 / 160)
    simple = share * (1 - share) / 7 * (1 - 8 / 160)
    assert found.deff == pytest.approx(variance / simple, rel=1e-12)
    assert figure(run, "longterm_return").n_places == 7  # one does not know


def test_clusters_of_a_finite_population_give_what_the_estimator_gives(
    survey: weekly.Field,
) -> None:
    run = computed(survey, CLUSTERED)
    names = ("stratum", "site", "cluster", "weight", "sex", "plan", "longterm")
    rows = [dict(zip(names, row, strict=True)) | {"villages": 20} for row in INTERVIEWS]
    design = Design(
        weights="weight",
        strata="stratum",
        clusters=("cluster",),
        finite=("villages",),
        lonely=Lonely.ADJUST,
    )
    sample = declare(pa.Table.from_pylist(rows), design)
    for indicator, by, place, column in (
        ("intend_return", "", "", None),
        ("intend_return", "head_sex=female", "", "sex"),
        ("intend_return", "", "TL1", "stratum"),
    ):
        found = figure(run, indicator, place, by)
        code = by.partition("=")[2] or place
        (alone,) = (
            one
            for one in proportion(sample, "plan", by=[column] if column else [])
            if one.level == "return" and (not code or one.group[0][1] == code)
        )
        same = (found.value, found.standard_error, found.df, found.n_places)
        assert found.withheld == ("few" if alone.n_total < 5 else None)
        if not found.withheld:
            assert same == (alone.value, alone.se, alone.df, alone.n_total)
            assert (found.low, found.high, found.deff) == (alone.low, alone.high, alone.deff)


def test_figure_leads_to_its_interviews_and_nothing_else_enters_or_leaves(
    survey: weekly.Field,
) -> None:
    run = computed(survey, STRATIFIED)
    sources = queries.sources_for(survey.manager, figure(run, "longterm_return"))
    known = [n for n, row in enumerate(INTERVIEWS) if row[6] != "dnk"]
    assert {one.number for one in sources} == {survey.sent[1, f"I{number}"].pk for number in known}
    first = figure(run, place="TL1")
    assert first.place_name == "Area TL1"
    sources = queries.sources_for(survey.manager, first)
    assert [one.answers["move_plan"] for one in sources] == ["return", "return", "stay", "stay"]
    named = figure(run, place="S1")
    assert (named.place_name, named.n_places) == ("Alpha", 2)
    _few_are_withheld_with_the_reason_in_words(named)
    _only_what_figures_need_entered(survey, run)
    assert unreleased_rounds(survey.operation) == []
    with pytest.raises(NotOfVisits):
        release_site_needs(run, by=survey.manager)


def _few_are_withheld_with_the_reason_in_words(few: Figure) -> None:
    assert (few.value, few.standard_error, few.low, few.withheld) == (None, None, None, "few")
    told = {lang: FigureSheet(few, lang) for lang in ("en", "fr")}
    assert told["en"].value == "withheld"
    assert told["en"].without_interval == "Too few interviews stand behind it."
    assert told["fr"].without_interval == "Trop peu d'entretiens la fondent."


def test_those_asked_get_no_interval_and_it_is_said(survey: weekly.Field) -> None:
    run = computed(survey, Sample(ASKED))
    found = figure(run)
    assert found.value == 3 / 8  # weights are not used
    assert {found.standard_error, found.low, found.high, found.df, found.deff} == {None}
    assert found.method == "asked"
    sheet = FigureSheet(found, "en")
    assert sheet.interval == ""
    assert sheet.without_interval == "None: those asked were not drawn by chance."
    assert not Figure.objects.filter(run=run).exclude(low=None, high=None, df=None).exists()


def test_run_is_computed_again_to_the_digit_and_knows_its_design(survey: weekly.Field) -> None:
    run = computed(survey, CLUSTERED)
    again = compute_again(run)
    assert (again.holds, again.is_current, again.different) == (True, True, ())
    assert again.compared == Figure.objects.filter(run=run).count() > 20
    assert run_matrix(survey.round(1), by=survey.manager) == run
    assert queries.sample_behind(run) == CLUSTERED
    assert {"numpy", "scipy"} <= set(run.versions)
    declare_sample(round_=survey.round(1), sample=STRATIFIED, by=survey.manager)
    again = compute_again(run)
    assert (again.holds, again.changed_setting, again.is_current) == (True, True, False)
    assert AuditEvent.objects.filter(action="declare_sample").count() == 2
    assert SampleDesign.objects.count() == 1
    second = run_matrix(survey.round(1), by=survey.manager)
    assert second.revision == 2
    assert figure(second).standard_error != figure(run).standard_error
    assert (compute_again(run).holds, queries.sample_behind(run)) == (True, CLUSTERED)


def test_error_altered_in_a_file_of_the_database_is_found(survey: weekly.Field) -> None:
    run = computed(survey, STRATIFIED)
    _put_back(figure(run))
    assert compute_again(run).holds
    _put_back(figure(run), standard_error=0.1)
    (different,) = compute_again(run).different
    assert (different.link, different.key[0]) == ("database", "intend_return")


def _put_back(found: Figure, **changed: float) -> None:
    """Take a figure out and put it back as somebody could who writes into the database."""
    names = [field.attname for field in found._meta.concrete_fields if field.attname != "id"]
    kept = {name: getattr(found, name) for name in names}
    found.delete()
    Figure.objects.create(**kept | changed)


def _only_what_figures_need_entered(survey: weekly.Field, run: Run) -> None:
    table = partition.answers(run.partition)
    assert set(table.column_names) == {
        "_source",
        "adm1_code",
        "site_id",
        "assessment_date",
        "sample_weight",
        "head_sex",
        "origin_adm1_code",
        "move_plan",
        "longterm_intention",
    }
    assert survey.sent[1, "refused"].instance_id not in table["_source"].to_pylist()
    folder = Path(partition.settings.MATRIX_DIR) / run.partition
    written = json.dumps(table.to_pylist(), default=str) + (folder / "basis.json").read_text()
    assert "Canary" not in written


UNFIT = [
    (Sample(DRAWN, strata="residence_setting"), "does not ask residence_setting"),
    (Sample(DRAWN, strata="move_free"), "does not ask move_free"),
    (Sample(DRAWN, weights="adm1_code"), "does not ask adm1_code"),
    (Sample(DRAWN, strata="site_id", clusters=("site_id",)), "two places"),
    (Sample(DRAWN, finite=("population_clusters", "sample_weight")), "more sizes"),
    (Sample(ASKED, weights="sample_weight"), "neither strata nor weights"),
    (Sample(ASKED, least=1), "fewer than 5"),
]


def test_design_that_contradicts_itself_or_the_form_is_refused(
    operation: Operation, manager: User, facilitator: User, coordinator: User
) -> None:
    form = interviewed.survey_form()
    round_ = interviewed.prepare(operation, manager, facilitator, form).round(1)
    for sample, reason in UNFIT:
        with pytest.raises(DesignUnfit, match=reason):
            declare_sample(round_=round_, sample=sample, by=manager)
    with pytest.raises(PermissionDenied):
        declare_sample(round_=round_, sample=STRATIFIED, by=coordinator)
    assert not SampleDesign.objects.exists()


def test_usual_design_is_suggested_by_the_questions() -> None:
    assert usual({"adm1_code", "site_id"}) == Sample(
        DRAWN, strata="adm1_code", clusters=("site_id",)
    )
    asked = {"adm1_code", "site_id", "sample_stratum", "sample_cluster", "sample_weight"}
    assert usual(asked) == Sample(
        DRAWN, strata="sample_stratum", clusters=("sample_cluster",), weights="sample_weight"
    )
    assert usual(set()) == Sample(DRAWN)


def test_sample_is_declared_at_the_desk_and_the_round_computed(
    browse: Browse, survey: weekly.Field, manager: User
) -> None:
    with pytest.raises(SampleNotDeclared) as problem:
        run_matrix(survey.round(1), by=manager)
    assert problem.value.code == "OD970"
    assert "tour 1" in problem.value.text("fr")
    client, round_ = browse(manager), survey.round(1)
    desk = f"/en/desk/{survey.operation.code}/figures/"
    listing = client.get(desk).content.decode()
    assert f"compute/{round_.pk}/" in listing
    assert "Compute round 1</a>" in listing
    other = factories.FormFactory.create(operation=survey.operation, title="Weekly")
    factories.RoundFactory.create(
        operation=survey.operation, form=other, number=1, signed_off_at=timezone.now()
    )
    listing = client.get(desk).content.decode()
    assert {"Compute round 1 · Intentions", "Compute round 1 · Weekly"} == set(
        re.findall(r"Compute round 1 · \w+", listing)
    )
    sent = client.post(f"{desk}compute/{round_.pk}/", follow=True)
    assert "Nobody has said yet how the interviews of round 1 were chosen." in sent.content.decode()
    form = sent.context["form"]
    assert (form["strata"].initial, form["cluster"].initial) == ("adm1_code", "sample_cluster")
    wrong = {"kind": "drawn", "second_cluster": "site_id", "least": "2"}
    page = client.post(f"{desk}sample/{round_.pk}/", wrong).content.decode()
    assert "Name the first stage as well." in page
    right = {"kind": "drawn", "strata": "adm1_code", "weights": "sample_weight", "least": "5"}
    page = client.post(f"{desk}sample/{round_.pk}/", right, follow=True).content.decode()
    assert "The sample is declared." in page
    done = client.post(f"{desk}compute/{round_.pk}/", follow=True).content.decode()
    assert "The figures have been computed." in done
    row = SampleDesign.objects.get()
    assert (row.strata, row.cluster, row.weights, row.declared_by) == (
        "adm1_code",
        "",
        "sample_weight",
        "manager",
    )


def test_design_that_does_not_fit_the_answers_is_told_on_the_page(
    browse: Browse, survey: weekly.Field, manager: User
) -> None:
    lonely = Sample(DRAWN, strata="sample_cluster", clusters=("site_id",), lonely="fail")
    declare_sample(round_=survey.round(1), sample=lonely, by=manager)
    address = f"/en/desk/{survey.operation.code}/figures/compute/{survey.round(1).pk}/"
    page = browse(manager).post(address, follow=True).content.decode()
    assert "has only one sampled cluster" in page
    assert not Run.objects.exists()


WORDS = {
    "en": (
        "8 of 8 interviews have a known answer",
        "Estimated from a sample drawn by chance",
        "Interval of 95 %",
        "20.1 percentage points",
        "First administrative level",
    ),
    "fr": (
        "8 entretiens sur 8 ont une réponse connue",
        "Estimé à partir d'un échantillon aléatoire",
        "Intervalle à 95 %",
        "20,1 points de pourcentage",
        "Premier niveau administratif",
    ),
}


def test_pages_tell_the_error_and_the_design(
    browse: Browse, survey: weekly.Field, coordinator: User
) -> None:
    run = computed(survey, STRATIFIED)
    client, found = browse(coordinator), figure(run)
    for lang, words in WORDS.items():
        desk = f"/{lang}/desk/{survey.operation.code}/figures/"
        page = unescape(client.get(f"{desk}{found.pk}/").content.decode()).replace("\xa0", " ")
        assert [each for each in words if each not in page] == []
        chosen = f"?round={run.round_id}&indicator=intend_return&totals_only=on"
        first = client.get(desk + chosen).context["table"].rows[0]
        value, interval, answers = (cell.value for cell in first.cells[3:6])
        assert (value, answers) == (FigureSheet(found, lang).value, 8)
        assert re.findall(r"\d+", interval) == ["4", "82"]
    link = reverse("verify:submission", args=[survey.operation.code, survey.sent[1, "I0"].pk])
    assert link.partition("/desk/")[2] in page


def test_round_of_visits_has_no_sample(
    operation: Operation, manager: User, facilitator: User
) -> None:
    field = weekly.prepare(operation, manager, facilitator)
    with pytest.raises(NotInterviews):
        declare_sample(round_=field.round(1), sample=STRATIFIED, by=manager)


def test_registered_households_are_counted_without_a_sample(
    operation: Operation, manager: User, facilitator: User
) -> None:
    weekly.prepare_places(operation)
    form = interviewed.registration_form()
    create_list(operation=operation, name="households", personal=True, by=manager)
    field = interviewed.prepare(operation, manager, facilitator, form)
    households: list[dict[str, Any]] = [
        {"site_id": "S1", "household_members": 6, "registration_kind": "new", "head_female": 1},
        {"site_id": "S1", "household_members": 3, "registration_kind": "new", "head_female": 0},
        {"site_id": "S3", "household_members": 4, "registration_kind": "split", "head_female": 0},
    ]
    for number, answers in enumerate(households):
        shared = {"consent": "yes", "adm1_code": "TL1", "contact_phone": "555 0100"}
        interviewed.send(field, f"H{number}", form[1], shared | answers)
    interviewed.send(field, "refused", form[1], {"consent": "no"})
    field.sign(1)
    run = run_matrix(field.round(1), by=manager)
    assert figure(run, "registered_households").value == 2
    assert figure(run, "registered_persons").value == 6 + 3 + 4
    assert figure(run, "registered_persons", place="S1").value == 9
    assert figure(run, "registered_persons", by="registration_kind=split").value == 4
    assert figure(run, "registered_household_size").value == pytest.approx(13 / 3)
    total = figure(run, "registered_persons")
    assert (total.low, total.df, total.confidence, total.method) == (None, None, None, "observed")
    assert queries.number_of_sources(total) == 3
    assert "Households registered at 2 places" in FigureSheet(total, "en").coverage
    table = partition.answers(run.partition)
    closed = {
        "contact_phone",
        "person_name",
        "card_number",
        "household_id",
        "birth_date",
        "consent",
    }
    assert closed.isdisjoint(table.column_names)
    assert (compute_again(run).holds, compute_again(run).is_current) == (True, True)


def test_runs_of_other_records_do_not_load_the_statistics_library() -> None:
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'opendtm_server.config.settings';"
        "django.setup(); import opendtm_server.matrix.recomputation;"
        "print('scipy' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
