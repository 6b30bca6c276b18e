"""Drafts in words: their lists, what the check says beside the rows it says it of, and their earlier states."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from opendtm.forms import Component, XlsForm
from opendtm.records import Finding, Severity
from opendtm_server.collect.models import DraftRevision, FormDraft
from opendtm_server.collect.queries import DraftReading
from opendtm_server.collect.views.pages import Crumbs, crumbs
from opendtm_server.ui.tables import Cell, Column, Row, Table, page_of
from opendtm_server.ui.templatetags.words import language

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

FINDINGS_SHOWN = 100
ROW_WORDS = 80


def draft_crumbs(draft: FormDraft, here: str = "") -> Crumbs:
    """Give the path of a page about a draft."""
    steps = (("collect:forms", _("Forms")), ("collect:drafts", _("Form studio")), ("", draft.title))
    path = crumbs(draft.operation, *steps)
    if here:
        path[-1] = (reverse("collect:draft", args=[draft.operation.code, draft.pk]), draft.title)
        path.append(("", here))
    return path


def drafts_table(
    request: HttpRequest, operation: "Operation", drafts: QuerySet[FormDraft]
) -> Table:
    """List drafts that are open."""
    page = page_of(request, drafts)
    return Table(
        caption=_("Drafts that are being worked on"),
        columns=(
            Column("title", _("Draft")),
            Column("file", _("File")),
            Column("made", _("Begun"), "moment"),
            Column("by", _("By")),
        ),
        rows=tuple(
            Row(
                (
                    Cell(draft.title),
                    Cell(draft.filename),
                    Cell(draft.made_at),
                    Cell(draft.made_by),
                ),
                href=reverse("collect:draft", args=[operation.code, draft.pk]),
            )
            for draft in page
        ),
        shown=page.paginator.count,
        known=page.paginator.count,
        page=page,
        empty=_("No draft is open. Begin one from a file, the catalogue or a published form."),
    )


def findings_table(request: HttpRequest, reading: DraftReading, severity: Severity | None) -> Table:
    """Lay out what the check says, each beside the row that it is about, hard findings first."""
    found = [one for one in reading.findings if severity in {None, one.severity}]
    page = page_of(request, found, FINDINGS_SHOWN)
    return Table(
        caption=_("What the check says, the weightiest first"),
        columns=(
            Column("place", _("Place")),
            Column("weight", _("Weight"), "badge"),
            Column("cause", _("Cause")),
            Column("remedy", _("Remedy")),
        ),
        rows=tuple(_finding(reading.book, finding) for finding in page),
        shown=len(found),
        known=len(reading.findings),
        page=page,
        empty=_("The check finds nothing to mend."),
    )


def revisions_table(
    operation: "Operation", draft: FormDraft, revisions: list[DraftRevision]
) -> Table:
    """List the states of a draft, the newest first."""
    return Table(
        caption=_("States of the draft, the newest first"),
        columns=(
            Column("number", _("Number")),
            Column("change", _("What made it")),
            Column("made", _("When"), "moment"),
            Column("by", _("By")),
        ),
        rows=tuple(
            Row(
                (
                    Cell(
                        str(one.number),
                        href=reverse(
                            "collect:draft_file", args=[operation.code, draft.pk, one.number]
                        ),
                    ),
                    Cell(change_words(one.change)),
                    Cell(one.made_at),
                    Cell(one.made_by),
                )
            )
            for one in revisions
        ),
        shown=len(revisions),
        known=len(revisions),
    )


def change_words(change: str) -> str:
    """Say what made a state of a draft."""
    return {
        "begun": _("Begun"),
        "replaced": _("Another file"),
        "restored": _("Went back to an earlier state"),
        "concepts": _("Concepts chosen"),
        "version": _("Version written for publishing"),
        "all": _("Every safe mend made"),
    }.get(change, _("Mended"))


def component_words(component: Component) -> str:
    """Name a part of displacement tracking."""
    return {
        Component.MOBILITY: _("Mobility tracking"),
        Component.FLOW: _("Flow monitoring"),
        Component.REGISTRATION: _("Registration"),
        Component.SURVEY: _("Surveys"),
        Component.RESPONSE: _("Response"),
    }[component]


def weight_words(severity: Severity) -> str:
    """Say how much a finding weighs."""
    return {
        Severity.HARD: _("Must be mended"),
        Severity.SOFT: _("Better mended"),
        Severity.NOTE: _("Remark"),
    }[severity]


def _finding(book: XlsForm | None, finding: Finding) -> Row:
    lang = language()
    tones = {Severity.HARD: "alert", Severity.SOFT: "", Severity.NOTE: "quiet"}
    where = finding.where
    place = ", ".join(str(part) for part in (where.sheet, where.row, where.column) if part)
    return Row(
        (
            Cell(place or "–", hint=_row_words(book, finding)),
            Cell(weight_words(finding.severity), tone=tones[finding.severity]),
            Cell(finding.message.text(lang)),
            Cell(finding.remedy.text(lang) or "–"),
        )
    )


def _row_words(book: XlsForm | None, finding: Finding) -> str:
    """Give the beginning of the row that a finding is about."""
    where = finding.where
    rows = book.sheets.get(where.sheet or "", ()) if book else ()
    if where.row is None or not 2 <= where.row <= len(rows) + 1:
        return ""
    words = " · ".join(value for value in rows[where.row - 2].values() if value)
    return words[:ROW_WORDS] + ("…" if len(words) > ROW_WORDS else "")
