"""Computing the figures of a round, and signing the definitions that they follow."""

from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

import pyarrow as pa
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from opendtm import catalogue, measure
from opendtm.measure import confidence
from opendtm.measure.engines import DUCKDB
from opendtm.measure.levels import stated_levels
from opendtm.measure.scope import Record
from opendtm_server.govern import audit
from opendtm_server.matrix import partition, rows, rules
from opendtm_server.matrix.approved import folder_of
from opendtm_server.matrix.basis import Basis, basis_of
from opendtm_server.matrix.designs import declared
from opendtm_server.matrix.kinds import record_in
from opendtm_server.matrix.models import DefinitionReview, Run, SampleDesign
from opendtm_server.matrix.problems import NothingToCompute
from opendtm_server.matrix.queries import newest_run
from opendtm_server.matrix.renewals import Computed, computed_since, same_figures
from opendtm_server.matrix.sample import Sample

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round
    from opendtm_server.govern.models import Operation

LEVELS = (("none", True), ("adm1", True), ("adm2", False), ("site", False))
PACKAGES = ("opendtm", DUCKDB.package, "ibis-framework", "pyarrow")
LIBRARIES = ("numpy", "scipy")  # which estimates are computed with as well
TRIES = 5
Input = dict[str, str | dict[str, str]]


def run_matrix(round_: "Round", *, by: User) -> Run:
    """Compute the figures of a signed-off round and keep them; the same input gives the run that is there.

    Raises PermissionDenied, RoundNotSignedOff, SampleNotDeclared, NothingToCompute, and what
    `measure.survey.declare` raises where a design does not fit the answers.
    """
    record = record_in(round_)
    rules.check_run(by, round_, record, declared(round_))
    basis, folder = basis_of(round_, record), folder_of(round_, record)
    beside = basis.beside_answers()
    with partition.prepared(folder, answers=basis.observations, basis=beside) as given:
        made = _input_of(given, basis)
        computed = _computed(basis, made, newest_run(round_))
        if not computed.figures.num_rows and not computed.base:
            raise NothingToCompute(number=round_.number)
        ready = partition.with_figures(given, computed.figures, instead=computed.instead)
        for _ in range(TRIES - 1):
            try:
                return _same_or_new(round_, ready, computed, made=made, by=by)
            except IntegrityError:  # somebody else took this revision at the same moment
                continue
        return _same_or_new(round_, ready, computed, made=made, by=by)


def _computed(basis: Basis, made: Input, latest: Run | None) -> Computed:
    """Compute what has changed since the newest run; everything where that is much, or where nothing has."""
    unchanged = latest and all(getattr(latest, name) == value for name, value in made.items())
    since = None if unchanged else computed_since(latest, basis, LEVELS, made=made)
    return since or Computed(compute(basis))


@transaction.atomic
def declare_sample(*, round_: "Round", sample: Sample, by: User) -> SampleDesign:
    """Say how the interviews of a round were chosen; said again, it replaces what was said.

    Raises PermissionDenied, NotInterviews or DesignUnfit.
    """
    rules.check_declare(by, round_)
    rules.check_sample(sample, round_)
    first, second = (*sample.clusters, "", "")[:2]
    finite, second_finite = (*sample.finite, "", "")[:2]
    row, _ = SampleDesign.objects.update_or_create(
        round=round_,
        defaults={
            "kind": sample.kind,
            "strata": sample.strata,
            "cluster": first,
            "second_cluster": second,
            "weights": sample.weights,
            "finite": finite,
            "second_finite": second_finite,
            "finite_holds": sample.finite_holds,
            "lonely": sample.lonely,
            "nested": sample.nested,
            "least": sample.least,
            "declared_by": by.get_username(),
        },
    )
    audit.record(
        by.get_username(),
        "declare_sample",
        operation=round_.operation.code,
        subject=f"round {round_.number}",
        details=sample.kept(),
    )
    return row


@transaction.atomic
def sign_definition(
    indicator: measure.Indicator, *, operation: "Operation", note: str, by: User
) -> DefinitionReview:
    """Sign that an indicator's definition was read and holds for the operation; signed twice, it is signed once.

    Raises PermissionDenied.
    """
    rules.check_review(by, operation)
    signed, made = DefinitionReview.objects.get_or_create(
        operation=operation,
        indicator=indicator.id,
        definition_sha256=catalogue.fingerprints()[indicator.id],
        signed_by=by.get_username(),
        withdrawn_at=None,
        defaults={"note": note},
    )
    if made:
        _tell_of(signed, "sign_definition", by)
    return signed


@transaction.atomic
def withdraw_review(review: DefinitionReview, *, by: User) -> None:
    """Take a review back; it stays to be read, and counts no more. Withdrawn already, nothing happens.

    Raises PermissionDenied.
    """
    rules.check_withdraw(by, review)
    name = by.get_username()
    open_reviews = DefinitionReview.objects.filter(pk=review.pk, withdrawn_at=None)
    if open_reviews.update(withdrawn_at=timezone.now(), withdrawn_by=name):
        _tell_of(review, "withdraw_definition_review", by)


def _tell_of(review: DefinitionReview, deed: str, by: User) -> None:
    audit.record(
        by.get_username(),
        deed,
        operation=review.operation.code,
        subject=review.indicator,
        details={"definition": review.definition_sha256},
    )


def compute(basis: Basis) -> pa.Table:
    """Compute every indicator at every level of the matrix, with the confidence in each figure.

    A table of `records.Figure.SCHEMA` and the columns `confidence.GRADES`; interviews are estimated, with the
    columns `exchange.ESTIMATES`.
    """
    if basis.sample:
        from opendtm_server.matrix.estimated import estimates  # noqa: PLC0415 - loads statistics

        return _ungraded(estimates(basis, basis.sample))
    panel = basis.panel()
    stated = stated_levels(panel.table)
    levels = [level for level in LEVELS if level[0] != "site" or "site" in stated]
    figures = measure.compute_levels(panel, levels, sources=True)
    if basis.record in {Record.HOUSEHOLD, Record.PERSON}:
        return _ungraded(figures)
    return confidence.graded(figures, panel)


def _ungraded(figures: pa.Table) -> pa.Table:
    """Add empty grades: they rate visits to places, not interviews or a register."""
    for field in confidence.GRADES:
        figures = figures.append_column(field, pa.nulls(figures.num_rows, field.type))
    return figures


@cache
def versions(packages: tuple[str, ...]) -> dict[str, str]:
    """Give the versions of the packages that computed."""
    return {package: version(package) for package in packages}


def _same_or_new(
    round_: "Round", ready: partition.Prepared, computed: Computed, *, made: Input, by: User
) -> Run:
    latest = newest_run(round_)
    alike = latest and all(getattr(latest, name) == value for name, value in made.items())
    if latest and alike and (computed.base or same_figures(latest, computed.figures)):
        return latest
    revision = latest.revision + 1 if latest else 1
    name = f"{ready.within}/revision-{revision}"
    run = Run(round=round_, revision=revision, partition=name, made_by=by.get_username(), **made)
    run.base, run.figures_sha256 = computed.base, ready.sha256[partition.FIGURES]
    with transaction.atomic():
        run.save(force_insert=True)
        return _keep(run, ready, computed, made=made)


def _input_of(ready: partition.Prepared, basis: Basis) -> Input:
    return {
        "answers_sha256": ready.sha256[partition.ANSWERS],
        "basis_sha256": ready.sha256[partition.BASIS],
        "definitions_sha256": catalogue.fingerprint(),
        "engine": DUCKDB.name,
        "versions": versions((*PACKAGES, *LIBRARIES) if basis.sample else PACKAGES),
    }


def _keep(run: Run, ready: partition.Prepared, computed: Computed, *, made: Input) -> Run:
    round_ = run.round
    rows.keep_figures(run, computed.figures, instead=computed.instead)
    audit.record(
        run.made_by,
        "run_matrix",
        operation=round_.operation.code,
        subject=f"round {round_.number} revision {run.revision}",
        details={"figures": computed.figures.num_rows},
    )
    record = made | {
        "figures_sha256": run.figures_sha256,
        "base": run.base.partition if run.base else None,
        "definitions": catalogue.fingerprints(),
        "made_by": run.made_by,
        "made_at": run.made_at.isoformat(),
    }
    try:
        partition.settle(ready, run.partition, record=record)
    except BaseException:
        partition.remove(run.partition)
        raise
    return run
