"""Computing the figures of a round."""

from importlib.metadata import version
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction

from opendtm import catalogue, measure
from opendtm.records import Figure as FigureRecord
from opendtm_server.collect import queries as collect
from opendtm_server.govern import audit
from opendtm_server.matrix import partition, rules
from opendtm_server.matrix.basis import Basis, basis_of
from opendtm_server.matrix.models import Figure, FigureSource, Run

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round

COMPONENT = "mobility"
ENGINE = "duckdb"
LEVELS = (("none", True), ("adm1", True), ("adm2", False), ("site", False))
PACKAGES = ("opendtm", "duckdb", "ibis-framework", "pyarrow")


def run_matrix(round_: "Round", *, by: User) -> Run:
    """Compute the figures of a signed-off round and keep them; the same input gives the run that is there.

    Raises PermissionDenied or RoundNotSignedOff.
    """
    rules.check_run(by, round_)
    basis = basis_of(round_)
    figures = compute(basis)
    definitions = catalogue.fingerprint()
    table = measure.figures_table(figures)
    latest = Run.objects.filter(round=round_).first()
    revision = latest.revision + 1 if latest else 1
    name = f"{round_.operation.code}/{COMPONENT}/round-{round_.number}/revision-{revision}"
    record = {
        "definitions_sha256": definitions,
        "engine": ENGINE,
        "versions": versions(),
        "by": by.get_username(),
    }
    written = partition.write(name, answers=basis.observations, figures=table, record=record)
    if latest and _same(latest, written, definitions):
        partition.remove(name)
        return latest
    try:
        return _keep(round_, revision, written, figures, by=by)
    except BaseException:
        partition.remove(name)
        raise


def compute(basis: Basis) -> list[FigureRecord]:
    """Compute every indicator at every level of the matrix."""
    panel = basis.panel()
    figures: list[FigureRecord] = []
    for level, disaggregate in LEVELS:
        figures += measure.figures(panel, by=level, disaggregate=disaggregate)
    return figures


def versions() -> dict[str, str]:
    """Name the packages that computed, with their versions."""
    return {package: version(package) for package in PACKAGES}


def _same(run: Run, written: partition.Written, definitions: str) -> bool:
    return (run.answers_sha256, run.figures_sha256, run.definitions_sha256, run.versions) == (
        written.answers_sha256,
        written.figures_sha256,
        definitions,
        versions(),
    )


@transaction.atomic
def _keep(
    round_: "Round",
    revision: int,
    written: partition.Written,
    figures: list[FigureRecord],
    *,
    by: User,
) -> Run:
    run = Run.objects.create(
        round=round_,
        revision=revision,
        partition=written.folder,
        answers_sha256=written.answers_sha256,
        figures_sha256=written.figures_sha256,
        definitions_sha256=catalogue.fingerprint(),
        engine=ENGINE,
        versions=versions(),
        made_by=by.get_username(),
    )
    rows = Figure.objects.bulk_create([_row(run, figure) for figure in figures], batch_size=500)
    submissions = collect.submission_numbers(
        round_.operation, {source for figure in figures for source in figure.sources}
    )
    FigureSource.objects.bulk_create(
        (
            FigureSource(figure=row, submission_id=submissions[source])
            for row, figure in zip(rows, figures, strict=True)
            for source in figure.sources
        ),
        batch_size=5000,
    )
    audit.record(
        by.get_username(),
        "run_matrix",
        operation=round_.operation.code,
        subject=f"round {round_.number} revision {revision}",
        details={"figures": len(rows)},
    )
    return run


def _row(run: Run, figure: FigureRecord) -> Figure:
    return Figure(
        run=run,
        indicator=figure.indicator,
        place_level=figure.place_level,
        place_code=figure.place_code or "",
        place_name=figure.place_name or "",
        by=";".join(f"{dimension}={code}" for dimension, code in figure.by),
        value=figure.value,
        unit=figure.unit,
        as_of=figure.as_of,
        method=figure.method.value,
        n_places=figure.n_places,
        n_known=figure.coverage.n_known,
        n_assessed=figure.coverage.n_assessed,
        n_carried=figure.coverage.n_carried,
        n_inaccessible=figure.coverage.n_inaccessible,
        carried=figure.carried,
    )
