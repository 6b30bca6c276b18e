"""Reading runs and figures: each query takes the reader and gives only what that reader may see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from opendtm.forms.informants import ranges
from opendtm.measure import indicator
from opendtm.measure.segments import METHOD
from opendtm.records import source_column
from opendtm.vocab import concept
from opendtm_server.collect import queries as collect
from opendtm_server.govern.access import Reader, may
from opendtm_server.govern.roles import Permission
from opendtm_server.matrix import partition, rules
from opendtm_server.matrix.basis import Basis, basis_from
from opendtm_server.matrix.kinds import VISITS
from opendtm_server.matrix.models import Figure, Replaced, Run, RunSource
from opendtm_server.matrix.sample import Sample, sample_from

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round, Submission
    from opendtm_server.govern.models import Operation

SOURCE = source_column()
AT_ONCE = 500  # submissions that are asked for by name in one question
_WIDEST_FIRST = Case(
    *(When(place_level=level, then=order) for order, level in enumerate(("none", "adm1", "adm2"))),
    default=9,
)


def runs_for(reader: Reader, operation: "Operation") -> QuerySet[Run]:
    """Give the runs of an operation, newest round first; PermissionDenied for who may not read figures."""
    rules.check_read(reader, operation)
    return (
        Run.objects.filter(round__operation=operation)
        .select_related("round__form", "round__operation")
        .order_by("-round__starts_on", "-round_id", "-revision")
    )


def run_of_visits_for(reader: Reader, operation: "Operation", number: int) -> Run | None:
    """Give the newest run of round `number` of visits to places."""
    return _of_visits(runs_for(reader, operation), operation).filter(round__number=number).first()


def _of_visits(runs: QuerySet[Run], operation: "Operation") -> QuerySet[Run]:
    return runs.filter(partition__startswith=f"{operation.code}/{VISITS}/")


def figures_of(run: Run) -> QuerySet[Figure]:
    """Give the figures of a run: its own, and those of its base that it did not replace."""
    if run.base_id is None:
        return Figure.objects.filter(run=run)
    gone = Replaced.objects.filter(run=run, figure=OuterRef("pk"))
    return Figure.objects.filter(Q(run=run) | (Q(run=run.base_id) & ~Exists(gone)))


def figures_for(
    reader: Reader,
    run: Run,
    *,
    level: str = "",
    indicator: str = "",
    search: str = "",
    totals_only: bool = False,
) -> QuerySet[Figure]:
    """Give the figures of a run, narrowed by place level, indicator, and words in the place's name or code."""
    rules.check_read(reader, run.round.operation)
    figures = (
        figures_of(run)
        .select_related("run__round")
        .order_by(_WIDEST_FIRST, "by", "indicator", "place_code", "place_name")
    )
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
    indicator, place_code, by = [*key.split("|"), "", ""][:3]
    level = "site" if place_code else "none"
    found = figures_of(run).filter(
        indicator=indicator, place_level=level, place_code=place_code, by=by
    )
    return found.select_related("run__round__operation").first()


def figure_for(reader: Reader, operation: "Operation", key: int) -> Figure | None:
    """Give one figure of an operation; PermissionDenied for who may not read figures."""
    rules.check_read(reader, operation)
    found = Figure.objects.filter(pk=key, run__round__operation=operation)
    return found.select_related("run__round__operation").first()


@dataclass(frozen=True)
class Source:
    """A submission behind a figure: where and when, and the answers that the figure was computed from."""

    number: int
    site_name: str
    visited_on: date | None
    round_number: int | None
    answers: Mapping[str, Any]
    submission: "Submission"


def sources_for(reader: Reader, figure: Figure) -> list[Source]:
    """Give the submissions behind a figure, by site; none for who may not read submissions."""
    if not may(reader, Permission.READ_SUBMISSIONS, figure.run.round.operation):
        return []
    used = _used_answers(figure)
    return [
        Source(
            number=row.submission_id,
            site_name=str(row.submission.site or ""),
            visited_on=row.submission.visited_on,
            round_number=row.submission.round.number if row.submission.round else None,
            answers=used.get(row.submission.instance_id, {}),
            submission=row.submission,
        )
        for row in _behind(figure)
    ]


def _behind(figure: Figure) -> list[RunSource]:
    """Give the rows of the submissions behind a figure, by site."""
    runs = [each for each in (figure.run_id, figure.run.base_id) if each]
    names = _names_behind(figure)
    rows: list[RunSource] = []
    for start in range(0, len(names), AT_ONCE):
        some = RunSource.objects.filter(
            run__in=runs, submission__instance_id__in=names[start : start + AT_ONCE]
        )
        rows.extend(some.select_related("submission__site", "submission__round"))
    return sorted(rows, key=lambda row: row.submission.site.code if row.submission.site else "")


def _names_behind(figure: Figure) -> list[str]:
    key = (figure.indicator, figure.place_level, figure.place_code, figure.place_name, figure.by)
    return partition.sources(figure.run.partition, key)


def _used_answers(figure: Figure) -> Mapping[str, Mapping[str, Any]]:
    table = partition.answers(figure.run.partition)
    wanted = (*indicator(figure.indicator).concepts, METHOD, *sorted(ranges()))
    names = [name for name in dict.fromkeys(wanted) if name in table.column_names]
    used: dict[str, dict[str, Any]] = {}
    for row in table.select([SOURCE, *names]).to_pylist():
        before = used.setdefault(row[SOURCE], row)
        if before is not row:
            used[row[SOURCE]] = {name: _together(before[name], row[name]) for name in row}
    return used


def answers_behind(figure: Figure, columns: Collection[str]) -> pa.Table:
    """Read columns of the answers that a figure of places was computed from, as far as they were asked."""
    table = partition.answers(figure.run.partition, only={SOURCE, *columns})
    behind = pa.array(_names_behind(figure), pa.string())
    return table.filter(pc.is_in(table[SOURCE], value_set=behind))


def _together(one: Any, other: Any) -> Any:
    """Put the answers of two records of one submission together: numbers add up, of others the first stays."""
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return one + other if numbers else (one if one is not None else other)


def concepts_of(figure: Figure, lang: str) -> list[tuple[str, str]]:
    """Name the concepts that a figure is computed from, with their labels."""
    return [(name, concept(name).label.text(lang)) for name in indicator(figure.indicator).concepts]


def rounds_without_run(operation: "Operation") -> "list[Round]":
    """Give the signed-off rounds whose figures were not computed, oldest first."""
    signed = collect.rounds_of(operation).filter(signed_off_at__isnull=False, runs=None)
    return list(signed.order_by("starts_on", "pk"))


def sample_behind(run: Run) -> Sample | None:
    """Give the design that a run's estimates used; None where it held no interviews."""
    return sample_from(partition.basis(run.partition).get("sample"))


def newest_run(round_: "Round") -> Run | None:
    """Give the newest run of a round."""
    return Run.objects.filter(round=round_).order_by("-revision").first()


def run_before(run: Run) -> Run | None:
    """Give the newest run of the computed round before that of `run`, of the same form."""
    round_ = run.round
    earlier = Run.objects.filter(
        round__operation=round_.operation_id,
        round__form=round_.form_id,
        round__starts_on__lt=round_.starts_on,
    )
    return earlier.select_related("round").order_by("-round__starts_on", "-revision").first()


def basis_for(run: Run) -> Basis:
    """Give what a run was computed from, read from its own partition."""
    return basis_from(partition.answers(run.partition), partition.basis(run.partition))


def printed(run: Run) -> dict[str, tuple[str, float | None]]:
    """Give place name and value of the figures that reports print, by `indicator|place_code|by`."""
    rows = (
        figures_of(run)
        .filter(place_level__in=("none", "site"))
        .values_list("indicator", "place_code", "by", "place_name", "value")
    )
    return {
        f"{indicator}|{code}|{by}": (name if code else "", value)
        for indicator, code, by, name, value in rows
    }


def newest_runs_of_visits(operation: "Operation") -> list[Run]:
    """Give the newest run of every round of visits to places, newest round first, for the house's own work."""
    runs = Run.objects.filter(round__operation=operation).select_related("round")
    newest: dict[int, Run] = {}
    for run in _of_visits(runs, operation).order_by("revision"):
        newest[run.round.number] = run
    return [newest[number] for number in sorted(newest, reverse=True)]


def totals_of_round(operation: "Operation", number: int) -> dict[str, float | None]:
    """Give the totals of the whole operation in a round of visits, by indicator; empty where it was not computed."""
    runs = Run.objects.filter(round__operation=operation, round__number=number)
    found = _of_visits(runs, operation)
    run = found.order_by("-revision").first()
    if run is None:
        return {}
    rows = figures_of(run).filter(place_level="none", by="")
    return dict(rows.values_list("indicator", "value"))


def headline_figures(run: Run, names: Sequence[str]) -> list[Figure]:
    """Give the totals of the whole operation for the indicators named, in that order."""
    wanted = figures_of(run).filter(place_level="none", by="", indicator__in=names)
    rows = wanted.select_related("run__round")
    found = {figure.indicator: figure for figure in rows}
    return [found[name] for name in names if name in found]


def observed_at_sites(run: Run, name: str) -> dict[str, float]:
    """Give the values of an indicator at the sites that were assessed in the round of a run, by site."""
    found = figures_of(run).filter(
        indicator=name, place_level="site", by="", value__isnull=False, n_assessed__gt=0
    )
    rows = found.values_list("place_code", "value")
    return {code: value for code, value in rows if value is not None}


def number_of_sources(figure: Figure) -> int:
    """Count the submissions behind a figure."""
    return len(_names_behind(figure))


def submissions_behind(run: Run) -> frozenset[str]:
    """Name the submissions behind the figures of a run, as the database has them."""
    runs = [each for each in (run.pk, run.base_id) if each]
    rows = RunSource.objects.filter(run__in=runs)
    return frozenset(rows.values_list("submission__instance_id", flat=True))
