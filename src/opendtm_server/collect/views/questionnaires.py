"""Forms: checking and publishing an XLSForm, its versions, taking it off the phones."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opendtm.errors import InputProblem
from opendtm.records import Severity
from opendtm_server.collect import actions, queries
from opendtm_server.collect.forms import XlsFormUpload
from opendtm_server.collect.models import Form, FormVersion
from opendtm_server.collect.views.pages import crumbs, one_or_404
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.ui.problems import explain
from opendtm_server.ui.tables import Cell, Column, Row, Table

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

ORDER = {Severity.HARD: 0, Severity.SOFT: 1, Severity.NOTE: 2}


@desk_page(Permission.MANAGE_COLLECTION)
def listing(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """List the operation's forms."""
    forms = list(queries.forms_for(request.user, operation))
    table = Table(
        caption=_("Forms of this operation"),
        columns=(
            Column("title", _("Form")),
            Column("version", _("Version")),
            Column("published", _("Published"), "moment"),
            Column("versions", _("Versions"), "number"),
            Column("state", _("State"), "badge"),
        ),
        rows=tuple(_row(form) for form in forms),
        shown=len(forms),
        known=len(forms),
        empty=_("No form has been published yet. Publish an XLSForm to begin."),
    )
    context = {"table": table, "crumbs": crumbs(operation, ("", _("Forms")))}
    return render(request, "collect/forms.html", context)


@desk_page(Permission.MANAGE_COLLECTION)
def publish(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """Check an XLSForm, or publish it; either way say what was found."""
    form = XlsFormUpload(request.POST or None, request.FILES or None)
    context = {
        "form": form,
        "crumbs": crumbs(operation, ("collect:forms", _("Forms")), ("", _("Publish a form"))),
    }
    if request.method == "POST" and form.is_valid():
        source = form.cleaned_data["file"].read()
        with explain(form, InputProblem):
            found = sorted(queries.look_over(source), key=lambda finding: ORDER[finding.severity])
            context |= {"findings": found, "checked": form.cleaned_data["file"].name}
        if not form.errors and "publish" in request.POST:
            with explain(form, InputProblem):
                version = actions.publish_form(
                    operation=operation, source=source, by=actor(request)
                )
                return _published(request, version, len(found))
    return render(request, "collect/publish_form.html", context)


def _published(request: HttpRequest, version: FormVersion, remarks: int) -> HttpResponse:
    words = _("Version %(version)s is published. Phones get it when they next ask for blank forms.")
    messages.success(request, words % {"version": version.version or "–"})
    if remarks:
        note = ngettext(
            "The check had %(count)d remark.", "The check had %(count)d remarks.", remarks
        )
        messages.info(request, note % {"count": remarks})
    return redirect("collect:form", version.form.operation.code, version.form_id)


@desk_page(Permission.MANAGE_COLLECTION)
def page(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Show a form's versions."""
    form = one_or_404(queries.forms_for(request.user, operation), pk=key)
    versions = list(form.versions.all())
    table = Table(
        caption=_("Published versions, the newest first"),
        columns=(
            Column("version", _("Version")),
            Column("published", _("Published"), "moment"),
            Column("by", _("By")),
            Column("md5", _("MD5 of the bytes")),
            Column("xlsform", _("Source")),
            Column("paper", _("On paper")),
        ),
        rows=tuple(_version_row(operation, version) for version in versions),
        shown=len(versions),
        known=len(versions),
    )
    path = crumbs(operation, ("collect:forms", _("Forms")), ("", form.title))
    return render(
        request, "collect/form.html", {"form_shown": form, "table": table, "crumbs": path}
    )


@desk_page(Permission.MANAGE_COLLECTION)
def retire(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Take a form off the phones, after asking."""
    form = one_or_404(queries.forms_for(request.user, operation), pk=key)
    if request.method == "POST":
        actions.retire_form(form=form, by=actor(request))
        messages.success(
            request, _("The form is off the phones' list. What was filled with it is still taken.")
        )
        return redirect("collect:forms", operation.code)
    path = crumbs(operation, ("collect:forms", _("Forms")), ("", form.title))
    return render(request, "collect/retire_form.html", {"form_shown": form, "crumbs": path})


@desk_page(Permission.MANAGE_COLLECTION)
def download(request: HttpRequest, operation: "Operation", version: int, kind: str) -> HttpResponse:
    """Give a version's XForm, or the XLSForm that it was made from."""
    wanted = queries.forms_for(request.user, operation).filter(versions__pk=version)
    form = one_or_404(wanted)
    published = one_or_404(form.versions, pk=version)
    content = published.xform if kind == "xml" else published.xlsform
    response = HttpResponse(bytes(content or b""), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="form-{published.pk}.{kind}"'
    return response


def _row(form: Form) -> Row:
    versions = list(form.versions.all())
    newest = versions[0] if versions else None
    retired = form.retired_at is not None
    return Row(
        (
            Cell(form.title, hint=form.form_id),
            Cell(newest.version or "–" if newest else "–"),
            Cell(newest.published_at if newest else None),
            Cell(len(versions)),
            Cell(
                _("Off the phones") if retired else _("In use"), tone="quiet" if retired else "good"
            ),
        ),
        href=reverse("collect:form", args=[form.operation.code, form.pk]),
    )


def _version_row(operation: "Operation", version: FormVersion) -> Row:
    source = (
        reverse("collect:form_file", args=[operation.code, version.pk, "xlsx"])
        if version.xlsform
        else ""
    )
    return Row(
        (
            Cell(
                version.version or "–",
                href=reverse("collect:form_file", args=[operation.code, version.pk, "xml"]),
            ),
            Cell(version.published_at),
            Cell(version.published_by),
            Cell(version.md5),
            Cell(_("XLSForm") if source else "–", href=source),
            Cell(_("PDF"), href=reverse("collect:paper", args=[operation.code, version.pk])),
        )
    )
