"""Computing the figures of a round."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from opendtm import catalogue, measure
from opendtm.records import Figure as FigureRecord
from opendtm_server.collect import queries as collect
from opendtm_server.govern import audit
from opendtm_server.matrix import partition, rules
from opendtm_server.matrix.basis import Basis, basis_of
from opendtm_server.matrix.models import Figure, Run

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round

COMPONENT = "mobility"
ENGINE = "duckdb"
LEVELS = (("none", True), ("adm1", True), ("adm2", False), ("site", False))
PACKAGES = ("opendtm", "duckdb", "ibis-framework", "pyarrow")
TRIES = 5
SOURCES = "INSERT INTO matrix_figuresource (figure_id, submission_id) VALUES (%s, %s)"


def run_matrix(round_: "Round", *, by: User) -> Run:
    """Compute the figures of a signed-off round and keep them; the same input gives the run that is there.

    Raises PermissionDenied or RoundNotSignedOff.
    """
    rules.check_run(by, round_)
    basis = basis_of(round_)
    figures = compute(basis)
    with partition.prepared(
        folder_of(round_),
        answers=basis.observations,
        figures=measure.figures_table(figures),
        basis=basis.beside_answers(),
    ) as ready:
        for _ in range(TRIES - 1):
            try:
                return _same_or_new(round_, ready, figures, by=by)
            except IntegrityError:  # somebody else took this revision at the same moment
                continue
        return _same_or_new(round_, ready, figures, by=by)


def compute(basis: Basis) -> list[FigureRecord]:
    """Compute every indicator at every level of the matrix."""
    panel = basis.panel()
    figures: list[FigureRecord] = []
    for level, disaggregate in LEVELS:
        figures += measure.figures(panel, by=level, disaggregate=disaggregate)
    return figures


def folder_of(round_: "Round") -> str:
    """Name the folder of a round's partitions, below the matrix folder."""
    return f"{round_.operation.code}/{COMPONENT}/form-{round_.form_id}/round-{round_.number}"


def versions() -> dict[str, str]:
    """Name the packages that computed, with their versions."""
    return {package: version(package) for package in PACKAGES}


def _same_or_new(
    round_: "Round", ready: partition.Prepared, figures: Sequence[FigureRecord], *, by: User
) -> Run:
    latest = Run.objects.filter(round=round_).order_by("-revision").first()
    made = _made_of(ready)
    if latest and all(getattr(latest, name) == value for name, value in made.items()):
        return latest
    revision = latest.revision + 1 if latest else 1
    name = f"{folder_of(round_)}/revision-{revision}"
    run = Run(round=round_, revision=revision, partition=name, made_by=by.get_username(), **made)
    with transaction.atomic():
        run.save(force_insert=True)
        return _keep(run, ready, figures)


def _made_of(ready: partition.Prepared) -> "dict[str, str | dict[str, str]]":
    return {
        "answers_sha256": ready.sha256[partition.ANSWERS],
        "figures_sha256": ready.sha256[partition.FIGURES],
        "basis_sha256": ready.sha256[partition.BASIS],
        "definitions_sha256": catalogue.fingerprint(),
        "engine": ENGINE,
        "versions": versions(),
    }


def _keep(run: Run, ready: partition.Prepared, figures: Sequence[FigureRecord]) -> Run:
    round_ = run.round
    rows = Figure.objects.bulk_create([_row(run, figure) for figure in figures], batch_size=1000)
    _keep_sources(round_, rows, figures)
    audit.record(
        run.made_by,
        "run_matrix",
        operation=round_.operation.code,
        subject=f"round {round_.number} revision {run.revision}",
        details={"figures": len(rows)},
    )
    record = _made_of(ready) | {"made_by": run.made_by, "made_at": run.made_at.isoformat()}
    try:
        partition.settle(ready, run.partition, record=record)
    except BaseException:
        partition.remove(run.partition)
        raise
    return run


def _keep_sources(round_: "Round", rows: Sequence[Figure], figures: Sequence[FigureRecord]) -> None:
    every = {source for figure in figures for source in figure.sources}
    submissions = collect.submission_numbers(round_.operation, every)
    pairs = [
        (row.pk, submissions[source])
        for row, figure in zip(rows, figures, strict=True)
        for source in figure.sources
    ]
    with (
        connection.cursor() as cursor
    ):  # tens of thousands of bare pairs: rows as objects take three times as long
        cursor.executemany(SOURCES, pairs)


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
