"""Runs: the figures are the independent sums of what was sent, immutable, and computed again to the same digit."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from tests.server import weekly
from tests.server.weekly import CARRIED, SITES, VISITS, Field

from opendtm import measure
from opendtm.measure.scope import Record
from opendtm_server.collect.models import Submission
from opendtm_server.govern.models import AuditEvent, Operation
from opendtm_server.govern.roles import Role
from opendtm_server.matrix import actions, partition, queries
from opendtm_server.matrix.actions import run_matrix
from opendtm_server.matrix.approved import admissible, folder_of
from opendtm_server.matrix.models import Figure, Run, RunSource
from opendtm_server.matrix.problems import RoundNotSignedOff

pytestmark = pytest.mark.django_db


def value(run: Run, indicator: str, place: str = "", by: str = "") -> float | None:
    """Read one figure of a run."""
    level = "site" if place in SITES else "adm1" if len(place) == 3 else "adm2" if place else "none"
    found = Figure.objects.get(
        run=run, indicator=indicator, place_level=level, place_code=place, by=by
    )
    return found.value


def expected(concept: str, *, area: str = "", carry: bool = True) -> float | None:
    """Add up what was sent for the third round, with what is carried forward; None where nothing is known."""
    visits: Mapping[str, Any] = {**(CARRIED if carry else {}), **VISITS[3]}
    known = [
        answers[concept]
        for site, answers in visits.items()
        if concept in answers and SITES[site][2].startswith(area)
    ]
    return sum(known) if known else None


def test_stock_equals_an_independent_sum_at_every_level(run: Run) -> None:
    for concept in ("idp_individuals", "idp_households"):
        for area in ("", "TL1", "TL2", "TL101", "TL201"):
            assert value(run, concept, area) == expected(concept, area=area)


def test_arrivals_are_not_carried_forward(run: Run) -> None:
    assert value(run, "arrivals_individuals") == expected("arrivals_individuals", carry=False) == 60


def test_zero_is_observed_and_unknown_stays_null(run: Run) -> None:
    assert value(run, "idp_individuals", "S5") == 0
    assert value(run, "idp_individuals", "S6") is None
    unknown = Figure.objects.get(run=run, indicator="idp_individuals", place_code="S6")
    assert (unknown.method, unknown.n_places) == ("unknown", 0)


def test_carried_figure_says_so(run: Run) -> None:
    site = Figure.objects.get(run=run, indicator="idp_individuals", place_code="S4")
    total = Figure.objects.get(run=run, indicator="idp_individuals", place_level="none", by="")
    assert (site.value, site.carried, site.method) == (120, 120, "carried_forward")
    assert (total.carried, total.n_known, total.n_assessed, total.n_carried) == (
        120,
        6,
        4,
        1,
    )


def test_needs_count_the_sites_that_said_so(run: Run) -> None:
    visits = {**CARRIED, **VISITS[3]}
    in_need = [s for s, a in visits.items() if a["need_wash"] in {"serious", "critical"}]
    assert value(run, "need_sites_wash") == len(in_need) == 2
    persons = sum(visits[site]["idp_individuals"] for site in in_need)
    assert value(run, "need_idps_wash") == persons == 650


def test_females_are_known_only_where_they_were_counted(run: Run) -> None:
    assert value(run, "idp_females") == 210
    assert value(run, "idp_females", "S2") is None


def test_sources_are_exactly_the_submissions_behind_a_figure(work: Field, run: Run) -> None:
    behind = {"S1": {(3, "S1")}, "S4": {(2, "S4")}, "TL101": {(3, "S1"), (3, "S2")}}
    for place, visits in behind.items():
        figure = Figure.objects.get(run=run, indicator="idp_individuals", place_code=place, by="")
        found = {one.number for one in queries.sources_for(work.manager, figure)}
        assert found == {work.sent[each].pk for each in visits}


def test_same_input_gives_the_same_run(work: Field, run: Run) -> None:
    again = run_matrix(work.round(3), by=work.manager)
    assert again == run
    assert Run.objects.count() == 1
    assert _partitions(run) == ["revision-1"]
    assert AuditEvent.objects.filter(action="run_matrix").count() == 1


def test_order_of_arrival_leaves_no_trace_in_the_partition(
    operation: Operation, other_operation: Operation, person: Callable[..., User]
) -> None:
    first = _arrived(operation, person, sorted)
    second = _arrived(other_operation, person, lambda visits: sorted(visits, reverse=True))
    assert first.answers_sha256 == second.answers_sha256
    assert first.figures_sha256 == second.figures_sha256
    sources = partition.answers(first.partition)["_source"].to_pylist()
    assert sources[:2] == ["uuid:1-S1", "uuid:1-S2"]
    assert sources[-2:] == ["uuid:3-S6", "uuid:3-S6-again"]


def _arrived(
    operation: Operation, person: Callable[..., User], order: Callable[[Iterable[str]], list[str]]
) -> Run:
    """Give the run of the third round, whose visits arrived in some order; one site was reported twice."""
    manager = person(Role.INFORMATION_MANAGER, at=operation)
    field = weekly.prepare(operation, manager, person(Role.SITE_FACILITATOR, at=operation))
    for number, visits in VISITS.items():
        named = {f"uuid:{number}-{site}": site for site in visits}
        if number == 3:
            named["uuid:3-S6-again"] = "S6"
        for instance in order(named):
            site = named[instance]
            field.send(number, site, {**visits[site], "instance_id": instance})
        field.sign(number)
    return run_matrix(field.round(3), by=manager)


def test_correction_after_reopening_makes_revision_two(work: Field, run: Run) -> None:
    before = _files(run)
    corrected = run_matrix(work.correct(3, "S1", "idp_individuals", 410), by=work.manager)
    assert (corrected.revision, value(corrected, "idp_individuals", "S1")) == (2, 410)
    assert value(run, "idp_individuals", "S1") == 400
    assert _files(run) == before
    assert queries.newest_run(work.round(3)) == corrected


def test_figures_are_computed_again_from_the_partition_alone(work: Field, run: Run) -> None:
    kept = partition.figures(run.partition)
    work.correct(2, "S4", "idp_individuals", 999)
    again = actions.compute(queries.basis_for(run))
    assert again.equals(kept)
    stored = Figure.objects.filter(run=run).order_by("id").values_list("value", flat=True)
    assert list(stored) == kept["value"].to_pylist()


def test_run_and_figures_refuse_to_be_changed(run: Run) -> None:
    for table in (Run, Figure, RunSource):
        row = table.objects.first()
        assert row is not None
        with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
            row.save(force_update=True)
        with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
            table.objects.filter(pk=row.pk).update(id=row.pk)


def test_failure_leaves_neither_rows_nor_partition(
    work: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(partition, "_sync", full)
    with pytest.raises(OSError, match="No space"):
        run_matrix(work.round(3), by=work.manager)
    folder = Path(partition.settings.MATRIX_DIR) / folder_of(work.round(3), Record.PLACE)
    assert (Run.objects.count(), Figure.objects.count(), list(folder.iterdir())) == (0, 0, [])


def test_partition_of_a_run_that_was_never_committed_is_replaced(work: Field) -> None:
    orphan = (
        Path(partition.settings.MATRIX_DIR) / folder_of(work.round(3), Record.PLACE) / "revision-1"
    )
    orphan.mkdir(parents=True)
    (orphan / "answers.parquet").write_bytes(b"half")
    run = run_matrix(work.round(3), by=work.manager)
    assert pq.read_table(orphan / "figures.parquet").num_rows == run.figures.count()


def test_revision_taken_at_the_same_moment_is_tried_again(
    work: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, others = actions._keep, []

    def late(run: Run, *args: Any, **more: Any) -> Run:
        if not others:
            others.append(run.revision)
            raise actions.IntegrityError("run_revision_once")
        return keep(run, *args, **more)

    monkeypatch.setattr(actions, "_keep", late)
    assert run_matrix(work.round(3), by=work.manager).revision == 1


def test_nothing_personal_and_no_free_text_enters_the_partition(run: Run) -> None:
    table = partition.answers(run.partition)
    assert {"idp_individuals", "need_wash", "site_id", "access"} <= set(table.column_names)
    left = {"comment", "action_needed", "informant_type", "consent", "latitude", "contact_name"}
    assert left.isdisjoint(table.column_names)
    folder = Path(partition.settings.MATRIX_DIR) / run.partition
    names = set(table["_source"].to_pylist())  # drawn by lot, so that any digits may stand in them
    assert names == set(Submission.objects.values_list("instance_id", flat=True))
    said = table.drop_columns("_source").to_pylist()
    written = json.dumps(said, default=str) + (folder / "basis.json").read_text(encoding="utf-8")
    assert [part for part in ("Canary", "Person", "555", "0100") if part in written] == []


def test_admissible_concepts_hold_everything_that_indicators_of_places_read() -> None:
    places = [each for each in measure.indicators() if each.record is Record.PLACE]
    read = {name for each in places for name in each.concepts}
    assert read - admissible() <= {"_state", "_method"}


def test_answers_of_one_household_or_interview_are_not_admissible() -> None:
    closed = {"move_plan", "household_members", "head_female", "person_age", "fcs_score"}
    assert closed.isdisjoint(admissible())


def test_partition_names_what_made_it(work: Field, run: Run) -> None:
    folder = Path(partition.settings.MATRIX_DIR) / run.partition
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert record["answers_sha256"] == run.answers_sha256
    assert record["made_by"] == work.manager.get_username()
    assert set(record["versions"]) == {"opendtm", "duckdb", "ibis-framework", "pyarrow"}


def test_round_that_is_not_signed_off_is_not_computed(
    operation: Any, manager: User, facilitator: User
) -> None:
    field = weekly.prepare(operation, manager, facilitator)
    with pytest.raises(RoundNotSignedOff) as problem:
        run_matrix(field.round(1), by=manager)
    assert problem.value.code == "OD850"
    assert problem.value.text("en") == "Round 1 is not signed off yet."
    assert "tour 1" in problem.value.text("fr")


def test_who_may_not_compute_is_refused(work: Field, coordinator: User, cluster: User) -> None:
    for user in (coordinator, cluster):
        with pytest.raises(PermissionDenied):
            run_matrix(work.round(3), by=user)
    assert not Run.objects.exists()


def test_rejected_submission_is_not_a_source(work: Field, run: Run) -> None:
    sources = set(RunSource.objects.filter(run=run).values_list("submission", flat=True))
    assert sources <= set(
        Submission.objects.filter(operation=work.operation).values_list("pk", flat=True)
    )


def _partitions(run: Run) -> list[str]:
    folder = (Path(partition.settings.MATRIX_DIR) / run.partition).parent
    return sorted(path.name for path in folder.iterdir())


def _files(run: Run) -> dict[str, bytes]:
    folder = Path(partition.settings.MATRIX_DIR) / run.partition
    return {path.name: path.read_bytes() for path in folder.iterdir()}
