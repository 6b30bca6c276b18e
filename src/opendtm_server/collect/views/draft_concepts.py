"""What the questions of a draft measure: suggested, chosen by a person, written into the draft."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from opendtm.errors import InputProblem
from opendtm.forms import FormDefinition, Question, QuestionType, Suggestion, suggest
from opendtm.i18n import Message
from opendtm.vocab import concepts
from opendtm_server.collect import actions, queries
from opendtm_server.collect.draft_forms import ConceptFilters
from opendtm_server.collect.views.draft_tables import draft_crumbs
from opendtm_server.collect.views.drafts import base_of, draft_or_404
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.ui.templatetags.words import language

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

NOT_ASKED = frozenset({QuestionType.NOTE, QuestionType.BINARY})


@dataclass(frozen=True)
class QuestionLine:
    """A question on the page: its words, what it measures, and what it might."""

    path: str
    name: str
    label: str
    chosen: str
    suggested: str
    confidence: float
    reason: Message | None


@desk_page(Permission.MANAGE_COLLECTION)
def page(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Show every question with a suggestion; keep what a person chose."""
    draft = draft_or_404(request, operation, key)
    revision = queries.newest_revision(draft)
    form = queries.form_of_draft(draft)
    problem = ""
    if request.method == "POST" and form:
        try:
            actions.map_draft(
                draft=draft,
                concepts=_chosen(form, request.POST),
                base=base_of(request),
                by=actor(request),
            )
        except InputProblem as unfit:
            problem = f"{unfit.text(language())} {unfit.remedy_text(language())}".strip()
        else:
            messages.success(request, _("The concepts are kept in the draft."))
            return redirect("collect:draft_concepts", operation.code, draft.pk)
    filters = ConceptFilters(request.GET or None)
    lines = question_lines(form, request.POST) if form else []
    shown = [line for line in lines if filters.keeps(line.chosen, line.suggested)]
    context = {
        "draft": draft,
        "revision": revision,
        "filters": filters,
        "lines": shown,
        "known": len(lines),
        "hidden": len(lines) - len(shown),
        "measuring": sum(bool(line.chosen) for line in lines),
        "dictionary": [(one.name, one.label) for one in concepts().values()],
        "problem": problem,
        "crumbs": draft_crumbs(draft, _("Concepts")),
    }
    return render(request, "collect/draft_concepts.html", context)


def question_lines(form: FormDefinition, posted: Mapping[str, str]) -> list[QuestionLine]:
    """List the questions that can measure something; what was just posted stands in its field."""
    found = suggest(form)
    return [_line(one, found.get(one.path), posted) for one in _asked(form)]


def _asked(form: FormDefinition) -> list[Question]:
    """Give what can measure something: not notes and files, nor what a phone notes by itself."""
    return [
        one
        for one in form.questions
        if not one.is_meta
        and one.type not in NOT_ASKED
        and (one.labels or one.calculate or one.concept)
    ]


def _line(question: Question, found: Suggestion | None, posted: Mapping[str, str]) -> QuestionLine:
    mine = f"({language()})"
    labels = sorted(question.labels.items(), key=lambda pair: mine not in pair[0].lower())
    return QuestionLine(
        path=question.path,
        name=question.name,
        label=labels[0][1] if labels else "",
        chosen=posted.get(question.path, question.concept or ""),
        suggested=found.concept.name if found else "",
        confidence=found.confidence if found else 0,
        reason=found.reason if found else None,
    )


def _chosen(form: FormDefinition, posted: Mapping[str, str]) -> dict[str, str]:
    """Give what was chosen for each question on the page; `accept` takes every suggestion for the empty ones."""
    said = {one.path: posted.get(one.path, one.concept or "").strip() for one in _asked(form)}
    if "accept" in posted:
        for path, one in suggest(form).items():
            if not said.get(path):
                said[path] = one.concept.name
    return said
