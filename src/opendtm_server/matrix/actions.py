"""Computing the figures of a round."""

from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

import pyarrow as pa
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from opendtm import catalogue, measure
from opendtm.measure import confidence
from opendtm.measure.engines import DUCKDB
from opendtm_server.govern import audit
from opendtm_server.matrix import partition, rows, rules
from opendtm_server.matrix.approved import folder_of
from opendtm_server.matrix.basis import Basis, basis_of
from opendtm_server.matrix.models import Run
from opendtm_server.matrix.queries import newest_run
from opendtm_server.matrix.renewals import Computed, computed_since, same_figures

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round

LEVELS = (("none", True), ("adm1", True), ("adm2", False), ("site", False))
PACKAGES = ("opendtm", DUCKDB.package, "ibis-framework", "pyarrow")
TRIES = 5


def run_matrix(round_: "Round", *, by: User) -> Run:
    """Compute the figures of a signed-off round and keep them; the same input gives the run that is there.

    Raises PermissionDenied or RoundNotSignedOff.
    """
    rules.check_run(by, round_)
    basis = basis_of(round_)
    folder, beside = folder_of(round_), basis.beside_answers()
    with partition.prepared(folder, answers=basis.observations, basis=beside) as given:
        computed = _computed(basis, given, newest_run(round_))
        ready = partition.with_figures(given, computed.figures, instead=computed.instead)
        for _ in range(TRIES - 1):
            try:
                return _same_or_new(round_, ready, computed, by=by)
            except IntegrityError:  # somebody else took this revision at the same moment
                continue
        return _same_or_new(round_, ready, computed, by=by)


def _computed(basis: Basis, ready: partition.Prepared, latest: Run | None) -> Computed:
    """Compute what has changed since the newest run; everything where that is much, or where nothing has."""
    made = _input_of(ready)
    unchanged = latest and all(getattr(latest, name) == value for name, value in made.items())
    since = None if unchanged else computed_since(latest, basis, LEVELS, made=made)
    return since or Computed(compute(basis))


def compute(basis: Basis) -> pa.Table:
    """Compute every indicator at every level of the matrix, with the confidence in each figure.

    A table of `records.Figure.SCHEMA` and the columns `confidence.GRADES`.
    """
    panel = basis.panel()
    return confidence.graded(measure.compute_levels(panel, LEVELS, sources=True), panel)


@cache
def versions() -> dict[str, str]:
    """Name the packages that computed, with their versions."""
    return {package: version(package) for package in PACKAGES}


def _same_or_new(
    round_: "Round", ready: partition.Prepared, computed: Computed, *, by: User
) -> Run:
    latest, made = newest_run(round_), _input_of(ready)
    alike = latest and all(getattr(latest, name) == value for name, value in made.items())
    if latest and alike and (computed.base or same_figures(latest, computed.figures)):
        return latest
    revision = latest.revision + 1 if latest else 1
    name = f"{folder_of(round_)}/revision-{revision}"
    run = Run(round=round_, revision=revision, partition=name, made_by=by.get_username(), **made)
    run.base, run.figures_sha256 = computed.base, ready.sha256[partition.FIGURES]
    with transaction.atomic():
        run.save(force_insert=True)
        return _keep(run, ready, computed)


def _input_of(ready: partition.Prepared) -> "dict[str, str | dict[str, str]]":
    return {
        "answers_sha256": ready.sha256[partition.ANSWERS],
        "basis_sha256": ready.sha256[partition.BASIS],
        "definitions_sha256": catalogue.fingerprint(),
        "engine": DUCKDB.name,
        "versions": versions(),
    }


def _keep(run: Run, ready: partition.Prepared, computed: Computed) -> Run:
    round_ = run.round
    rows.keep_figures(run, computed.figures, instead=computed.instead)
    audit.record(
        run.made_by,
        "run_matrix",
        operation=round_.operation.code,
        subject=f"round {round_.number} revision {run.revision}",
        details={"figures": computed.figures.num_rows},
    )
    record = _input_of(ready) | {
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
