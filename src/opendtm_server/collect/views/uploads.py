"""Uploads of old rounds: sending a file, seeing how it is read, changing that, taking its rows, withdrawing them."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from opendtm.errors import InputProblem
from opendtm_server.collect import actions, queries
from opendtm_server.collect.forms import Reason
from opendtm_server.collect.models import Upload
from opendtm_server.collect.old_rounds import FileReading, read_upload, recognise, site_lines
from opendtm_server.collect.upload_forms import (
    NewUpload,
    UploadReading,
    column_choices,
    mapping_of,
    readable_concepts,
)
from opendtm_server.collect.views.pages import crumbs, one_or_404
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.ui.problems import explain
from opendtm_server.ui.tables import Cell, Column, Row, Table, page_of
from opendtm_server.ui.templatetags.words import language

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

FINDINGS_SHOWN = UNKNOWN_SHOWN = 50


@desk_page(Permission.MANAGE_COLLECTION)
def listing(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """List the operation's uploads."""
    page = page_of(request, queries.old_rounds_for(request.user, operation))
    table = Table(
        caption=_("Files of old rounds"),
        columns=(
            Column("file", _("File")),
            Column("name", _("Origin")),
            Column("uploaded", _("Uploaded"), "moment"),
            Column("rows", _("Rows taken"), "number"),
            Column("state", _("State"), "badge"),
        ),
        rows=tuple(_row(operation, upload) for upload in page),
        shown=page.paginator.count,
        known=page.paginator.count,
        page=page,
        empty=_("No file yet. Upload the spreadsheet of an old round to begin."),
    )
    context = {"table": table, "crumbs": crumbs(operation, ("", _("Uploads")))}
    return render(request, "collect/uploads.html", context)


@desk_page(Permission.MANAGE_COLLECTION)
def add(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """Keep a file; its page then says how it would be read."""
    form = NewUpload(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        with explain(form, InputProblem):
            upload = actions.keep_old_round(
                operation=operation,
                name=form.cleaned_data["name"],
                filename=file.name,
                chunks=file.chunks(),
                by=actor(request),
            )
            return redirect("collect:upload", operation.code, upload.pk)
    path = crumbs(operation, ("collect:uploads", _("Uploads")), ("", _("Upload a file")))
    return render(request, "collect/add_upload.html", {"form": form, "crumbs": path})


@desk_page(Permission.MANAGE_COLLECTION)
def page(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Show how a file is read, keep what somebody changes about that, and take its rows when told to."""
    upload = one_or_404(queries.old_rounds_for(request.user, operation), pk=key)
    form = UploadReading(request.POST or None, initial=_initial(upload))
    done = False
    if request.method == "POST" and form.is_valid():
        with explain(form, InputProblem):
            done = _change(request, upload, form)
    if done:
        return redirect("collect:upload", operation.code, upload.pk)
    context = {"upload": upload, "form": form, "crumbs": _crumbs(operation, upload)}
    if upload.taken_at is None:
        context |= _preview(request, upload)
    return render(request, "collect/upload.html", context)


@desk_page(Permission.MANAGE_COLLECTION)
def withdraw(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Let the rows of a file count for nothing, after asking why."""
    upload = one_or_404(queries.old_rounds_for(request.user, operation), pk=key)
    form = Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with explain(form, InputProblem):
            actions.withdraw_old_round(
                upload=upload, reason=form.cleaned_data["reason"], by=actor(request)
            )
            messages.success(request, _("The rows count for nothing any more. They stay readable."))
            return redirect("collect:upload", operation.code, upload.pk)
    context = {"upload": upload, "form": form, "crumbs": _crumbs(operation, upload, _("Withdraw"))}
    return render(request, "collect/withdraw_upload.html", context)


def _change(request: HttpRequest, upload: Upload, form: UploadReading) -> bool:
    """Keep how the file is read, and take its rows where the button says so."""
    actions.map_old_round(
        upload=upload,
        mapping=mapping_of(recognise(upload), request.POST),
        places=site_lines(upload, form.cleaned_data["sites"]),
        days=form.days(),
        by=actor(request),
    )
    if "take" in request.POST:
        taken = actions.take_old_round(upload=upload, by=actor(request))
        words = _("%(count)s rows have been taken. They wait for their checks like any submission.")
        messages.success(request, words % {"count": taken.rows})
    return True


def _preview(request: HttpRequest, upload: Upload) -> dict[str, Any]:
    """Read the file as it would be taken; what keeps it from being read is said."""
    posted = request.POST if request.method == "POST" else None
    reading, problem = _read(upload)
    unknown = list(reading.unknown.items())[:UNKNOWN_SHOWN] if reading else []
    days = reading.days if reading else None
    if upload.starts_on and upload.ends_on:
        days = (upload.starts_on, upload.ends_on)
    return {
        "columns": column_choices(recognise(upload), upload.mapping, posted),
        "concepts": readable_concepts(),
        "reading": reading,
        "problem": problem,
        "unplaced": len(reading.rows) - reading.placed if reading else 0,
        "unknown": unknown,
        "days": days,
        "outside": reading.outside(*days) if reading and days else 0,
        "findings": list(reading.findings)[:FINDINGS_SHOWN] if reading else [],
    }


def _read(upload: Upload) -> tuple[FileReading | None, str]:
    """Read the file, or say in the reader's language why it cannot be."""
    try:
        return read_upload(upload), ""
    except InputProblem as problem:
        lang = language()
        return None, f"{problem.text(lang)} {problem.remedy_text(lang)}".strip()


def _initial(upload: Upload) -> dict[str, Any]:
    lines = [f"{name} = {code}" for name, code in upload.places.items()]
    return {
        "starts_on": upload.starts_on,
        "ends_on": upload.ends_on,
        "sites": "\n".join(lines),
    }


def _crumbs(operation: "Operation", upload: Upload, here: str = "") -> list[tuple[str, str]]:
    path = crumbs(operation, ("collect:uploads", _("Uploads")), ("", upload.filename))
    if here:
        path[-1] = (reverse("collect:upload", args=[operation.code, upload.pk]), upload.filename)
        path.append(("", here))
    return path


def _state(upload: Upload) -> tuple[str, str]:
    if upload.withdrawn_at:
        return _("Withdrawn"), "quiet"
    return (_("Taken"), "good") if upload.taken_at else (_("To be looked at"), "alert")


def _row(operation: "Operation", upload: Upload) -> Row:
    words, tone = _state(upload)
    return Row(
        (
            Cell(upload.filename),
            Cell(upload.name),
            Cell(upload.uploaded_at),
            Cell(upload.rows if upload.taken_at else None),
            Cell(words, tone=tone),
        ),
        href=reverse("collect:upload", args=[operation.code, upload.pk]),
    )
