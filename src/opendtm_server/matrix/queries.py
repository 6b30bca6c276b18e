"""Reading runs and figures: each query takes the reader and gives only what that reader may see."""

from dataclasses import replace
from typing import TYPE_CHECKING

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Q, QuerySet

from opendtm_server.govern.access import may
from opendtm_server.govern.roles import Permission
from opendtm_server.matrix import partition, rules
from opendtm_server.matrix.basis import Basis, basis_of
from opendtm_server.matrix.models import Figure, Run

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round, Submission
    from opendtm_server.govern.models import Operation

Reader = AbstractBaseUser | AnonymousUser


def runs_for(reader: Reader, operation: "Operation") -> QuerySet[Run]:
    """Give the runs of an operation, newest round first; PermissionDenied for who may not read figures."""
    rules.check_read(reader, operation)
    return Run.objects.filter(round__operation=operation).select_related("round").order_by("-round__number", "-revision")


def run_for(reader: Reader, operation: "Operation", number: int) -> Run | None:
    """Give the newest run of round `number`."""
    return runs_for(reader, operation).filter(round__number=number).first()


def figures_for(
    reader: Reader, run: Run, *, level: str = "", indicator: str = "", search: str = "", totals_only: bool = False
) -> QuerySet[Figure]:
    """Give the figures of a run, narrowed by place level, indicator, and words in the place's name or code."""
    rules.check_read(reader, run.round.operation)
    figures = Figure.objects.filter(run=run).order_by("indicator", "place_level", "place_code", "by")
    if level:
        figures = figures.filter(place_level=level)
    if indicator:
        figures = figures.filter(indicator=indicator)
    if search:
        figures = figures.filter(Q(place_name__icontains=search) | Q(place_code__iexact=search))
    return figures.filter(by="") if totals_only else figures


def figure_by_key(run: Run, key: str) -> Figure | None:
    """Find a figure by the key that reports print, `indicator|place_code|by`; None where there is none.

    For published runs: whoever may see the run's release may see its figures.
    """
    indicator, place_code, by = (key.split("|") + ["", ""])[:3]
    return (
        Figure.objects.filter(run=run, indicator=indicator, place_code=place_code, by=by)
        .order_by("place_level")
        .first()
    )


def sources_for(reader: Reader, figure: Figure) -> "list[Submission]":
    """Give the submissions behind a figure, none for who may not read submissions."""
    operation = figure.run.round.operation
    if not may(reader, Permission.READ_SUBMISSIONS, operation):
        return []
    rows = figure.sources.select_related("submission__site", "submission__round").order_by("submission__site__code")
    return [row.submission for row in rows]


def newest_run(round_: "Round") -> Run | None:
    """Give the newest run of a round."""
    return Run.objects.filter(round=round_).first()


def basis_for(run: Run) -> Basis:
    """Give what a run was computed from, its answers read from its own partition."""
    return replace(basis_of(run.round), observations=partition.answers(run.partition))


def totals(run: Run) -> dict[tuple[str, str], float | None]:
    """Give the value of every figure that is not disaggregated, by indicator and place code."""
    rows = Figure.objects.filter(run=run, by="").values_list("indicator", "place_code", "value")
    return {(indicator, place_code): value for indicator, place_code, value in rows}
