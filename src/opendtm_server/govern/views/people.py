"""Who works in an operation and as what: a list, a form, and steps that ask before they act."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from opendtm_server.govern import actions, queries, rules
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.forms import NewMember, RoleForm
from opendtm_server.govern.models import Membership, Operation
from opendtm_server.govern.problems import LastHead, RoleAlreadyHeld, SectorNeeded
from opendtm_server.govern.roles import Permission, Role
from opendtm_server.ui.problems import explain
from opendtm_server.ui.tables import Cell, Column, Row, Table, page_of
from opendtm_server.ui.templatetags.words import code


@desk_page(Permission.GOVERN)
def members(request: HttpRequest, operation: Operation) -> HttpResponse:
    """List who holds which role."""
    every = queries.members_for(request.user, operation)
    page = page_of(request, every)
    table = Table(
        caption=_("People and their roles in this operation"),
        columns=(
            Column("username", _("User name")),
            Column("role", _("Role")),
            Column("sector", _("Sector")),
            Column("organisation", _("Organisation")),
            Column("last_login", _("Last signed in"), "moment"),
        ),
        rows=tuple(_row(membership) for membership in page),
        shown=page.paginator.count,
        known=page.paginator.count,
        page=page,
        empty=_("Nobody works here yet."),
    )
    return render(request, "govern/people.html", {"table": table, "crumbs": _crumbs(operation)})


@desk_page(Permission.GOVERN)
def add(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Give somebody a role; an unknown user name becomes a new account with a password shown once."""
    form = NewMember(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with explain(form, RoleAlreadyHeld, SectorNeeded):
            return _added(request, operation, form.cleaned_data)
    context = {
        "form": form,
        "crumbs": _crumbs(operation, _("Add somebody")),
        "operation": operation,
    }
    return render(request, "govern/add_member.html", context)


def _added(request: HttpRequest, operation: Operation, chosen: dict[str, Any]) -> HttpResponse:
    membership, password = actions.invite(
        username=chosen["username"],
        operation=operation,
        role=Role(chosen["role"]),
        organisation=chosen["organisation"],
        sector=chosen["sector"],
        by=actor(request),
    )
    if password:
        return _password_once(request, membership, password)
    messages.success(request, _("The role has been given."))
    return redirect("govern:people", operation.code)


@desk_page(Permission.GOVERN)
def member_page(request: HttpRequest, operation: Operation, member: int) -> HttpResponse:
    """Show one person's role, and change it."""
    membership = _member(request, operation, member)
    form = RoleForm(
        request.POST or None, initial={"role": membership.role, "sector": membership.sector}
    )
    if request.method == "POST" and form.is_valid():
        with explain(form, LastHead, RoleAlreadyHeld, SectorNeeded):
            chosen = form.cleaned_data
            role = Role(chosen["role"])
            actions.change_role(
                membership=membership, role=role, sector=chosen["sector"], by=actor(request)
            )
            messages.success(request, _("The role has been changed."))
            return redirect("govern:people", operation.code)
    context = {
        "membership": membership,
        "form": form,
        "crumbs": _crumbs(operation, membership.user.get_username()),
        "can_remove": rules.can_remove(membership),
    }
    return render(request, "govern/member.html", context)


@desk_page(Permission.GOVERN)
def remove(request: HttpRequest, operation: Operation, member: int) -> HttpResponse:
    """Take a role away, after asking."""
    membership = _member(request, operation, member)
    if request.method == "POST":
        actions.remove_member(membership=membership, by=actor(request))
        messages.success(request, _("The role has been taken away."))
        return redirect("govern:people", operation.code)
    context = {"membership": membership, "crumbs": _crumbs(operation, _("Take the role away"))}
    return render(request, "govern/remove_member.html", context)


@desk_page(Permission.GOVERN)
def password(request: HttpRequest, operation: Operation, member: int) -> HttpResponse:
    """Give somebody a new first password, after asking, and show it once."""
    membership = _member(request, operation, member)
    if request.method == "POST":
        return _password_once(
            request, membership, actions.reset_password(membership=membership, by=actor(request))
        )
    context = {"membership": membership, "crumbs": _crumbs(operation, _("New password"))}
    return render(request, "govern/reset_password.html", context)


def _password_once(request: HttpRequest, membership: Membership, first: str) -> HttpResponse:
    context = {
        "membership": membership,
        "password": first,
        "crumbs": _crumbs(membership.operation, membership.user.get_username()),
    }
    return render(request, "govern/password_once.html", context)


def _member(request: HttpRequest, operation: Operation, member: int) -> Membership:
    found = queries.members_for(request.user, operation).filter(pk=member).first()
    if found is None:
        raise Http404
    return found


def _row(membership: Membership) -> Row:
    return Row(
        (
            Cell(membership.user.get_username()),
            Cell(Role(membership.role).label),
            Cell(code(membership.sector, "sector") if membership.sector else ""),
            Cell(str(membership.organisation or "")),
            Cell(membership.user.last_login),
        ),
        href=reverse("govern:member", args=[membership.operation.code, membership.pk]),
    )


def _crumbs(operation: Operation, here: str = "") -> list[tuple[str, str]]:
    crumbs = [
        (reverse("govern:operation", args=[operation.code]), operation.code),
        (reverse("govern:people", args=[operation.code]) if here else "", _("People")),
    ]
    return [*crumbs, ("", here)] if here else crumbs
