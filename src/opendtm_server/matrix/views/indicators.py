"""Pages of indicators: what each counts, with its worked examples, and the reviews that an operation has signed."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from opendtm import catalogue, measure
from opendtm.i18n import translate
from opendtm.measure.telling import COMPONENTS, UNITS
from opendtm.render.indicator_words import facts, worked
from opendtm_server.govern.access import may
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.matrix import actions
from opendtm_server.matrix.forms import IndicatorFilters, ReviewForm
from opendtm_server.matrix.models import DefinitionReview
from opendtm_server.matrix.reviews import STATES, Standing, State, standing, standings
from opendtm_server.ui.tables import Cell, Column, Row, Table, page_of
from opendtm_server.ui.templatetags.words import language

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

TONES = {State.REVIEWED: "good", State.CHANGED: "alert", State.UNREVIEWED: "quiet"}


@desk_page(Permission.READ_FIGURES)
def listing(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """List the indicators of the catalogue by label, each with where its review stands."""
    form = IndicatorFilters(request.GET or None)
    context = {
        "form": form,
        "table": _table(request, operation, form),
        "crumbs": _crumbs(operation),
    }
    return render(request, "matrix/indicators.html", context)


@desk_page(Permission.READ_FIGURES)
def page(request: HttpRequest, operation: "Operation", name: str) -> HttpResponse:
    """Show one indicator, and take a review of it."""
    if name not in measure.identifiers():
        raise Http404
    one, lang = measure.indicator(name), language()
    form = ReviewForm(request.POST or None, definition=catalogue.fingerprints()[name])
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        actions.sign_definition(one, operation=operation, note=note, by=actor(request))
        messages.success(request, _("Your review is signed."))
        return redirect("matrix:indicator", operation.code, name)
    known = standing(operation, name)
    context = {
        "label": one.label.text(lang),
        "definition": one.definition.text(lang),
        "facts": facts(one, lang),
        "examples": [worked(each, lang) for each in one.examples],
        "reviews": _reviews(request, known),
        "state": STATES[known.state],
        "form": form if _may_sign(request, operation, known) else None,
        "name": name,
        "crumbs": _crumbs(operation, one.label.text(lang)),
    }
    return render(request, "matrix/indicator.html", context)


@require_POST
@desk_page(Permission.READ_FIGURES)
def withdraw(request: HttpRequest, operation: "Operation", name: str, key: int) -> HttpResponse:
    """Take a review back."""
    review = get_object_or_404(operation.definition_reviews, pk=key, indicator=name)
    actions.withdraw_review(review, by=actor(request))
    messages.success(request, _("The review is withdrawn."))
    return redirect("matrix:indicator", operation.code, name)


def _reviews(request: HttpRequest, known: Standing) -> list[tuple[DefinitionReview, bool, bool]]:
    """List the reviews, each with whether it is of today's definition and whether the reader may take it back."""
    current = known.current
    return [(each, each in current, _may_withdraw(request, each)) for each in known.reviews]


def _may_withdraw(request: HttpRequest, review: DefinitionReview) -> bool:
    own = review.signed_by == request.user.get_username()
    return own or may(request.user, Permission.GOVERN, review.operation)


def _may_sign(request: HttpRequest, operation: "Operation", known: Standing) -> bool:
    name = request.user.get_username()
    if any(each.signed_by == name for each in known.current):
        return False
    return may(request.user, Permission.RUN_MATRIX, operation)


def _table(request: HttpRequest, operation: "Operation", form: IndicatorFilters) -> Table:
    lang, known = language(), standings(request.user, operation)
    every = sorted(measure.indicators(), key=lambda one: one.label.text(lang).casefold())
    found = [one for one in every if form.admits(one, known.get(one.id, Standing(one.id)).state)]
    shown = page_of(request, found)
    return Table(
        caption=_("Indicators"),
        columns=(
            Column("indicator", _("Indicator")),
            Column("component", _("Component")),
            Column("unit", _("Unit")),
            Column("code", _("Code")),
            Column("review", _("Review of the definition"), "badge"),
        ),
        rows=tuple(_row(operation, one, known.get(one.id, Standing(one.id))) for one in shown),
        shown=len(found),
        known=len(every),
        page=shown,
        empty=_("No indicator is of that kind."),
    )


def _row(operation: "Operation", one: measure.Indicator, known: Standing) -> Row:
    lang = language()
    return Row(
        (
            Cell(one.label.text(lang)),
            Cell(translate(COMPONENTS[one.component], lang)),
            Cell(translate(UNITS[one.unit], lang)),
            Cell(one.id),
            Cell(str(STATES[known.state]), tone=TONES[known.state]),
        ),
        href=reverse("matrix:indicator", args=[operation.code, one.id]),
    )


def _crumbs(operation: "Operation", here: str = "") -> list[tuple[str, str]]:
    crumbs = [
        (reverse("govern:operation", args=[operation.code]), operation.code),
        (reverse("matrix:indicators", args=[operation.code]) if here else "", _("Indicators")),
    ]
    return [*crumbs, ("", here)] if here else crumbs
