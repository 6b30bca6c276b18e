"""What competing edits answer differently, question by question, so that a person can choose among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opendtm.forms import SubmissionReading
from opendtm_server.collect import queries as collect
from opendtm_server.verify.answer_rows import AnswerLine, opened_lines

if TYPE_CHECKING:
    from opendtm_server.collect.models import Submission

HOUSEKEEPING = "/meta/"


@dataclass(frozen=True)
class Difference:
    """A question that edits answer differently: its label, where it repeats its path, and what each edit says.

    `values` are pairs of an edit's instance ID and its answer in the reader's language.
    """

    label: str
    path: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Said:
    """What one edit says of a question: the answer itself, and its line for a reader."""

    value: Any
    line: AnswerLine


def differences(edits: Sequence["Submission"]) -> list[Difference]:
    """Give the questions that not all edits answer alike, with the answers in the order of the edits.

    What is personal is compared and not shown. An edit whose answers cannot be read, such as an encrypted one,
    says nothing of any question and differs in none.
    """
    read = [_said(edit, found) for edit, found in collect.readings_of(edits)]
    names = [edit.instance_id for edit in edits]
    return [
        _difference(path, names, [one.get(path) for one in read])
        for path in dict.fromkeys(path for one in read for path in one)
        if len({repr(one[path].value if path in one else None) for one in read if one}) > 1
    ]


def _said(edit: "Submission", found: object) -> dict[str, _Said]:
    if not isinstance(found, SubmissionReading):
        return {}
    lines = opened_lines(found, collect.definition_of(edit.form_version))
    return {
        line.path: _Said(answer.value, line)
        for answer, line in zip(found.answers, lines, strict=True)
        if not line.path.startswith(HOUSEKEEPING)
    }


def _difference(path: str, names: list[str], said: list[_Said | None]) -> Difference:
    line = next(one.line for one in said if one)
    values = tuple(zip(names, map(_shown, said), strict=True))
    return Difference(line.label, path if "[" in path else "", values)


def _shown(said: _Said | None) -> str:
    if said and said.line.personal:
        return _("Personal: not shown")
    return (said.line.value if said else "") or "–"
