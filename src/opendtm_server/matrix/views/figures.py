"""Pages of figures: the list of a round, one figure with all that stands behind it, and computing a round."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from opendtm.measure import confidence
from opendtm_server.collect import queries as collect
from opendtm_server.govern.access import may
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.matrix import actions, queries
from opendtm_server.matrix.change import change_facts, change_of
from opendtm_server.matrix.forms import FigureFilters
from opendtm_server.matrix.models import Figure, Run
from opendtm_server.matrix.problems import RoundNotSignedOff
from opendtm_server.matrix.sheet import FigureSheet, indicator_label, place_of, split_words
from opendtm_server.ui.tables import Cell, Column, Row, Table, page_of
from opendtm_server.ui.templatetags.words import language

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


@desk_page(Permission.READ_FIGURES)
def listing(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """List the figures of a round, the newest computed one unless the address names another."""
    runs = list(queries.runs_for(request.user, operation))
    form = FigureFilters(request.GET or None, runs=runs)
    run = form.run()
    context = {
        "form": form,
        "run": run,
        "table": _table(request, run, form) if run else None,
        "waiting": _waiting(request, operation),
        "crumbs": _crumbs(operation),
    }
    return render(request, "matrix/figures.html", context)


@desk_page(Permission.READ_FIGURES)
def page(request: HttpRequest, operation: "Operation", figure: int) -> HttpResponse:
    """Show one figure: value, definition, method, date, coverage, and the submissions behind it."""
    found = queries.figure_for(request.user, operation, figure)
    if found is None:
        raise Http404
    sheet = FigureSheet(found, language())
    changed = change_of(found)
    context = {
        "figure": found,
        "sheet": sheet,
        "rule": confidence.rules().source.text(language()),
        "change": changed,
        "change_facts": change_facts(changed.change, language()) if changed else [],
        "table": _sources(request, operation, found),
        "may_open": may(request.user, Permission.READ_SUBMISSIONS, operation),
        "crumbs": _crumbs(operation, sheet.label),
    }
    return render(request, "matrix/figure.html", context)


@desk_page(Permission.RUN_MATRIX)
def compute(request: HttpRequest, operation: "Operation", number: int) -> HttpResponse:
    """Compute a signed-off round, after saying what will be done."""
    round_ = collect.rounds_for(request.user, operation).filter(number=number).first()
    if round_ is None:
        raise Http404
    before = queries.newest_run(round_)
    if request.method == "POST":
        try:
            run = actions.run_matrix(round_, by=actor(request))
        except RoundNotSignedOff as problem:
            messages.error(request, f"{problem.text(language())} {problem.remedy_text(language())}")
            return redirect("matrix:figures", operation.code)
        messages.success(
            request,
            _("Nothing has changed since the last computation; its figures stand.")
            if run == before
            else _("The figures have been computed."),
        )
        return redirect(
            f"{reverse('matrix:figures', args=[operation.code])}?round={run.round.number}"
        )
    return render(
        request,
        "matrix/compute.html",
        {"round": round_, "crumbs": _crumbs(operation, _("Compute"))},
    )


def _waiting(request: HttpRequest, operation: "Operation") -> list[int]:
    if not may(request.user, Permission.RUN_MATRIX, operation):
        return []
    return queries.rounds_without_run(operation)


def _table(request: HttpRequest, run: Run, form: FigureFilters) -> Table:
    figures = queries.figures_for(request.user, run, **form.narrowed())
    shown = page_of(request, figures)
    return Table(
        caption=_("Figures of round %(number)s") % {"number": run.round.number},
        columns=(
            Column("indicator", _("Indicator")),
            Column("place", _("Place")),
            Column("by", _("Of which")),
            Column("value", _("Value"), "number"),
            Column("unit", _("Unit")),
            Column("method", _("Method")),
            Column("confidence", _("Confidence")),
            Column("coverage", _("Places"), "number"),
            Column("as_of", _("As of"), "day"),
        ),
        rows=tuple(_row(run, figure) for figure in shown),
        shown=shown.paginator.count,
        known=queries.figures_for(request.user, run).count(),
        page=shown,
        empty=_("This round has no figures."),
    )


def _row(run: Run, figure: Figure) -> Row:
    sheet = FigureSheet(figure, language())
    return Row(
        (
            Cell(indicator_label(figure.indicator, language())),
            Cell(place_of(figure)),
            Cell(split_words(figure, language())),
            Cell(figure.value),
            Cell(sheet.unit),
            Cell(sheet.method),
            Cell(sheet.confidence),
            Cell(figure.n_places),
            Cell(figure.as_of),
        ),
        href=reverse("matrix:figure", args=[run.round.operation.code, figure.pk]),
    )


def _sources(request: HttpRequest, operation: "Operation", figure: Figure) -> Table:
    sources = queries.sources_for(request.user, figure)
    shown = page_of(request, sources)
    return Table(
        caption=_("Submissions behind this figure"),
        columns=(
            Column("site", _("Site")),
            Column("visited", _("Visited on"), "day"),
            Column("round", _("Round"), "number"),
            *(
                Column(name, label, "number", _sum(sources, name))
                for name, label in queries.concepts_of(figure, language())
            ),
        ),
        rows=tuple(_source_row(operation, figure, source) for source in shown),
        shown=len(sources),
        known=len(sources),
        page=shown,
        empty=_("Open to those who may read submissions."),
    )


def _sum(sources: Sequence[queries.Source], name: str) -> float | None:
    """Add the answers up that can be added; None where they are not numbers."""
    numbers = [source.answers.get(name) for source in sources]
    known = [number for number in numbers if isinstance(number, int | float)]
    return sum(known) if known and len(sources) > 1 else None


def _source_row(operation: "Operation", figure: Figure, source: queries.Source) -> Row:
    values = tuple(
        Cell(source.answers.get(name)) for name, _label in queries.concepts_of(figure, language())
    )
    return Row(
        (
            Cell(source.site_name),
            Cell(source.visited_on),
            Cell(source.round_number),
            *values,
        ),
        href=reverse("verify:submission", args=[operation.code, source.number]),
    )


def _crumbs(operation: "Operation", here: str = "") -> list[tuple[str, str]]:
    crumbs = [
        (reverse("govern:operation", args=[operation.code]), operation.code),
        (reverse("matrix:figures", args=[operation.code]) if here else "", _("Figures")),
    ]
    return [*crumbs, ("", here)] if here else crumbs
