"""Pages of figures: the list of a round, one figure with all that stands behind it, and computing a round."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from opendtm.errors import InputProblem
from opendtm.measure import confidence
from opendtm.measure.scope import Record
from opendtm_server.collect import queries as collect
from opendtm_server.govern.access import may
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.matrix import actions, queries, rules
from opendtm_server.matrix.change import change_facts, change_of
from opendtm_server.matrix.designs import declared, declared_before
from opendtm_server.matrix.figure_tables import table_of, table_of_sources
from opendtm_server.matrix.forms import FigureFilters, SampleForm
from opendtm_server.matrix.informed import methods_behind
from opendtm_server.matrix.kinds import asked_once, record_in
from opendtm_server.matrix.models import Run
from opendtm_server.matrix.problems import DesignUnfit, SampleNotDeclared
from opendtm_server.matrix.sample import usual
from opendtm_server.matrix.sheet import FigureSheet
from opendtm_server.ui.problems import explain
from opendtm_server.ui.templatetags.words import language

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round
    from opendtm_server.govern.models import Operation


@desk_page(Permission.READ_FIGURES)
def listing(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """List the figures of a round, the newest computed one unless the address names another."""
    runs = list(queries.runs_for(request.user, operation))
    form = FigureFilters(request.GET or None, runs=runs)
    run = form.run()
    waiting = _waiting(request, operation)
    context = {
        "form": form,
        "run": run,
        "table": table_of(request, run, form) if run else None,
        "waiting": waiting,
        "several_forms": len({round_.form_id for round_ in waiting}) > 1,
        "sampled": _sampled(request, run),
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
        "methods": methods_behind(found, language()),
        "rule": confidence.rules().source.text(language()),
        "change": changed,
        "change_facts": change_facts(changed.change, language()) if changed else [],
        "table": table_of_sources(request, operation, found),
        "sample_facts": sheet.sample_facts,
        "may_open": may(request.user, Permission.READ_SUBMISSIONS, operation),
        "crumbs": _crumbs(operation, sheet.label),
    }
    return render(request, "matrix/figure.html", context)


@desk_page(Permission.RUN_MATRIX)
def compute(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Compute a signed-off round, after saying what will be done."""
    round_ = _round_or_404(request, operation, key)
    before = queries.newest_run(round_)
    if request.method == "POST":
        try:
            run = actions.run_matrix(round_, by=actor(request))
        except SampleNotDeclared as problem:
            _say(request, problem)
            return redirect("matrix:sample", operation.code, round_.pk)
        except InputProblem as problem:
            _say(request, problem)
            return redirect("matrix:figures", operation.code)
        messages.success(
            request,
            _("Nothing has changed since the last computation; its figures stand.")
            if run == before
            else _("The figures have been computed."),
        )
        return redirect(f"{reverse('matrix:figures', args=[operation.code])}?round={run.round_id}")
    known = declared(round_)
    context = {
        "round": round_,
        "sample_facts": known.facts(language()) if known else [],
        "can_declare": record_in(round_) is Record.INTERVIEW,
        "crumbs": _crumbs(operation, _("Compute")),
    }
    return render(request, "matrix/compute.html", context)


@desk_page(Permission.RUN_MATRIX)
def sample(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Say how the interviews of a round were chosen, beginning with what is there or usual."""
    round_ = _round_or_404(request, operation, key)
    rules.check_declare(request.user, round_)
    asked = asked_once(round_)
    known = declared(round_)
    offered = known or declared_before(round_) or usual(asked)
    form = SampleForm(request.POST or None, asked=asked, sample=offered)
    if request.method == "POST" and form.is_valid():
        with explain(form, DesignUnfit):
            actions.declare_sample(round_=round_, sample=form.sample(), by=actor(request))
            messages.success(request, _("The sample is declared."))
            return redirect("matrix:compute", operation.code, round_.pk)
    context = {
        "form": form,
        "round": round_,
        "known": known,
        "crumbs": _crumbs(operation, _("Sample")),
    }
    return render(request, "matrix/sample.html", context)


def _sampled(request: HttpRequest, run: Run | None) -> "Round | None":
    """Give the round whose sample the reader may declare anew; None where it holds no interviews."""
    if run is None or run.record != Record.INTERVIEW.value:
        return None
    return run.round if may(request.user, Permission.RUN_MATRIX, run.round.operation) else None


def _round_or_404(request: HttpRequest, operation: "Operation", key: int) -> "Round":
    round_ = collect.rounds_for(request.user, operation).filter(pk=key).first()
    if round_ is None:
        raise Http404
    return round_


def _say(request: HttpRequest, problem: InputProblem) -> None:
    lang = language()
    messages.error(request, f"{problem.text(lang)} {problem.remedy_text(lang)}".strip())


def _waiting(request: HttpRequest, operation: "Operation") -> "list[Round]":
    if not may(request.user, Permission.RUN_MATRIX, operation):
        return []
    return queries.rounds_without_run(operation)


def _crumbs(operation: "Operation", here: str = "") -> list[tuple[str, str]]:
    crumbs = [
        (reverse("govern:operation", args=[operation.code]), operation.code),
        (reverse("matrix:figures", args=[operation.code]) if here else "", _("Figures")),
    ]
    return [*crumbs, ("", here)] if here else crumbs
