"""Rounds: how far each has come, place by place, and the reasons why some could not be reached."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from opendtm_server.collect import actions, queries, rules
from opendtm_server.collect.errors import DaysReversed, RoundIsClosed, RoundOverlaps
from opendtm_server.collect.forms import CoverageFilters, NewRound, OptionalReason
from opendtm_server.collect.models import Round
from opendtm_server.collect.views.pages import crumbs, round_crumbs, round_name, round_or_404
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.places import queries as places
from opendtm_server.ui.problems import explain
from opendtm_server.ui.tables import Cell, Column, Row, Table, page_of
from opendtm_server.ui.templatetags.words import code

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

EARLIER_SHOWN = 100
TONES = {"assessed": "good", "inaccessible": "alert", "closed": "quiet", "not_covered": ""}


@desk_page(Permission.READ_FIGURES)
def listing(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """List the rounds, each with a bar of how far it has come."""
    page = page_of(request, queries.rounds_for(request.user, operation), per_page=12)
    counts = queries.coverage_counts(list(page))
    rounds = [(round_, counts[round_.pk]) for round_ in page]
    context = {
        "rounds": rounds,
        "page": page,
        "can_manage": rules.can_manage(request.user, operation),
        "crumbs": crumbs(operation, ("", _("Rounds"))),
    }
    return render(request, "collect/rounds.html", context)


@desk_page(Permission.MANAGE_COLLECTION)
def open_new(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """Open a round over the sites that are open in its days."""
    form = NewRound(request.POST or None, operation=operation, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        with explain(form, DaysReversed, RoundOverlaps):
            chosen = form.cleaned_data
            round_ = actions.open_round(
                form=chosen["form"],
                kind=chosen["kind"],
                starts_on=chosen["starts_on"],
                ends_on=chosen["ends_on"],
                by=actor(request),
            )
            messages.success(request, _("The round is open."))
            return redirect("collect:round", operation.code, round_.pk)
    path = crumbs(operation, ("collect:rounds", _("Rounds")), ("", _("Open a round")))
    return render(request, "collect/open_round.html", {"form": form, "crumbs": path})


@desk_page(Permission.READ_FIGURES)
def page(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Show a round site by site, with filters in the address."""
    round_ = round_or_404(request, operation, key)
    coverage = queries.coverage(round_)
    form = CoverageFilters(request.GET or None)
    wishes = form.cleaned_data if form.is_valid() else {}
    shown = [place for place in coverage.places if _matches(place, wishes)]
    listed = page_of(request, shown, per_page=100)
    table = Table(
        caption=_("Sites of this round"),
        columns=(
            Column("site", _("Site")),
            Column("state", _("Coverage"), "badge"),
            Column("visit", _("Last visit"), "day"),
            Column(
                "visits", _("Submissions"), "number", total=sum(place.visits for place in shown)
            ),
            Column("reason", _("Reason")),
        ),
        rows=tuple(_rows(request, round_, listed)),
        shown=len(shown),
        known=coverage.known,
        page=listed,
        empty=_("No site was open in these days, and none was visited."),
    )
    earlier_known, earlier = queries.known_from_earlier(
        round_, coverage.elsewhere, most=EARLIER_SHOWN
    )
    context = _context(request, round_) | {
        "coverage": coverage,
        "table": table,
        "form": form,
        "earlier": earlier,
        "earlier_known": earlier_known,
    }
    return render(request, "collect/round.html", context)


@desk_page(Permission.REVIEW)
def inaccessible(request: HttpRequest, operation: "Operation", key: int, site: str) -> HttpResponse:
    """Say why a site could not be reached, or take that back."""
    round_ = round_or_404(request, operation, key)
    place = next((one for one in queries.coverage(round_).places if one.site.code == site), None)
    if place is None:
        raise Http404
    form = OptionalReason(request.POST or None, initial={"reason": place.reason})
    if request.method == "POST" and form.is_valid():
        with explain(form, RoundIsClosed):
            actions.mark_inaccessible(
                round_=round_,
                site=places.site(operation, site),
                reason=form.cleaned_data["reason"],
                by=actor(request),
            )
            messages.success(request, _("Written down."))
            return redirect("collect:round", operation.code, round_.pk)
    context = {
        "form": form,
        "place": place,
        "round": round_,
        "crumbs": round_crumbs(round_, place.site.name),
    }
    return render(request, "collect/inaccessible.html", context)


def _context(request: HttpRequest, round_: Round) -> dict[str, Any]:
    return {
        "round": round_,
        "name": round_name(round_),
        "previous": queries.previous_round(round_),
        "next": queries.next_round(round_),
        "crumbs": round_crumbs(round_),
        "can_read": rules.can_read_submissions(request.user, round_.operation),
    }


def _matches(place: queries.PlaceCoverage, wishes: dict[str, Any]) -> bool:
    words = str(wishes.get("q") or "").casefold()
    named = words in place.site.name.casefold() or words in place.site.code.casefold()
    return named and wishes.get("state") in {None, "", place.state}


def _rows(
    request: HttpRequest, round_: Round, listed: Iterable[queries.PlaceCoverage]
) -> Iterator[Row]:
    operation = round_.operation
    may_read = rules.can_read_submissions(request.user, operation)
    may_follow = round_.signed_off_at is None and rules.can_follow(request.user, operation)
    for place in listed:
        href = ""
        if place.submission and may_read:
            href = reverse("verify:submission", args=[operation.code, place.submission])
        elif may_follow:
            where = [operation.code, round_.pk, place.site.code]
            href = reverse("collect:inaccessible", args=where)
        yield _row(place, href)


def _row(place: queries.PlaceCoverage, href: str) -> Row:
    return Row(
        (
            Cell(place.site.name, hint=place.site.code),
            Cell(code(place.state, "coverage"), tone=TONES[place.state]),
            Cell(place.last_visit),
            Cell(place.visits),
            Cell(place.reason),
        ),
        href=href,
        key=place.site.code,
    )
