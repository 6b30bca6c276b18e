"""A source in words: its facts, its runs as a table, and what could not be taken with cause and remedy."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opendtm.errors.base import every_error
from opendtm_server.collect import queries
from opendtm_server.collect.errors import Refusal, remedy_of, sentence_of
from opendtm_server.collect.models import NotTaken, Pull, Source
from opendtm_server.ui.tables import Cell, Column, Row, Table, page_of
from opendtm_server.ui.templatetags.words import language

RUNS_SHOWN, KEPT_OUT_SHOWN = 20, 200


def state_of(source: Source, last: Pull | None) -> tuple[str, str]:
    """Say in a word how a source stands, with the tone of its badge."""
    if source.paused_at:
        return _("Paused"), "quiet"
    return run_state(last) if last else (_("Never pulled"), "quiet")


def run_state(run: Pull) -> tuple[str, str]:
    """Say in a word how a run stands or ended, with the tone of its badge."""
    return {
        Pull.State.WAITING.value: (_("Waits"), ""),
        Pull.State.RUNNING.value: (_("Under way"), ""),
        Pull.State.DONE.value: (_("Done"), "good"),
        Pull.State.FAILED.value: (_("Failed"), "alert"),
        Pull.State.STOPPED.value: (_("Broken off"), "alert"),
    }[run.state]


def facts_of(source: Any) -> list[tuple[str, Any]]:
    """Give what is known of a source; never its secret."""
    minutes = source.every_minutes
    every = (
        ngettext("every %(n)d minute", "every %(n)d minutes", minutes) % {"n": minutes}
        if minutes
        else _("by hand")
    )
    return [
        (_("Server"), source.get_kind_display()),
        (_("Address"), source.url),
        (_("Project"), source.project or "–"),
        (_("Form"), source.remote_form),
        (_("Pulled"), every),
        (_("Submissions that came"), source.arrived),
        (_("Seen until"), source.seen_until or "–"),
        (_("Webhook"), _("open") if source.hook_sha256 else "–"),
    ]


def runs_table(request: HttpRequest, source: Source) -> Table:
    """List the last runs."""
    every = queries.pulls_of(source)
    page = page_of(request, every, RUNS_SHOWN)
    return Table(
        caption=_("Runs, the newest first"),
        columns=(
            Column("started", _("Began"), "moment"),
            Column("by", _("By")),
            Column("seen", _("Seen"), "number"),
            Column("taken", _("Taken"), "number"),
            Column("not_taken", _("Not taken"), "number"),
            Column("state", _("State"), "badge"),
            Column("cause", _("Cause")),
        ),
        rows=tuple(_run_row(run) for run in page),
        shown=page.paginator.count,
        known=page.paginator.count,
        page=page,
        empty=_("It has never been pulled."),
    )


@dataclass(frozen=True)
class KeptOut:
    """A submission that could not be taken, in the reader's words."""

    key: str
    cause: str
    remedy: str
    code: str
    tries: int
    last_at: datetime


def kept_out(source: Source) -> list[KeptOut]:
    """List what could not be taken, with cause and remedy, the last tried first; at most two hundred."""
    return [_kept_out(row) for row in queries.not_taken_of(source)[:KEPT_OUT_SHOWN]]


def _run_row(run: Pull) -> Row:
    words, tone = run_state(run)
    cause = sentence_of(run.error_code, run.details, language(), otherwise=run.reason)
    return Row(
        (
            Cell(run.started_at),
            Cell(run.by),
            Cell(run.seen),
            Cell(run.taken),
            Cell(run.not_taken),
            Cell(words, tone=tone),
            Cell(cause or "–"),
        )
    )


def _kept_out(row: NotTaken) -> KeptOut:
    lang = language()
    return KeptOut(
        key=row.remote_key,
        cause=sentence_of(row.error_code, row.details, lang, otherwise=row.reason),
        remedy=_remedy(row, lang),
        code=row.error_code,
        tries=row.tries,
        last_at=row.last_at,
    )


def _remedy(row: NotTaken, lang: str) -> str:
    """Say what to do; what a refusal says of it is meant for an enumerator with a phone in hand."""
    if row.error_code in {kind.code for kind in every_error(Refusal)}:
        return _("It stays on the other server. Have it corrected there, then try it again.")
    return remedy_of(row.error_code, row.details, lang)
