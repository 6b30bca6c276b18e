"""How a form was filled in, as the phone's own log tells: minutes, the longest questions, answers changed afterwards.

No answer of the log and none of its positions leaves this module; answers are only counted.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opendtm.forms import FormDefinition
from opendtm_server.collect import queries as collect
from opendtm_server.verify.answer_rows import in_language

if TYPE_CHECKING:
    from opendtm_server.collect.models import Submission

LONGEST = 10
_POSITION = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class QuestionTime:
    """One question: its label, seconds spent at it, how often it was opened, how often its answer was changed."""

    label: str
    seconds: float
    visits: int
    changes: int


@dataclass(frozen=True)
class Filling:
    """The filling-in of one form: minutes at questions and from beginning to end, and the longest questions."""

    minutes: float
    elapsed_minutes: float
    changes: int
    questions: tuple[QuestionTime, ...]


def filling_of(submission: "Submission", definition: FormDefinition) -> Filling | None:
    """Read how a submission was filled in; None where the form asks for no log or none has come."""
    trail = collect.trail_of(submission)
    if trail is None or not trail.events:
        return None
    seconds, visits = trail.seconds_by_question, trail.visits_by_question
    changes = trail.changes_by_question
    longest = sorted(seconds, key=lambda path: -seconds[path])[:LONGEST]
    return Filling(
        minutes=trail.seconds / 60,
        elapsed_minutes=trail.elapsed / 60,
        changes=sum(changes.values()),
        questions=tuple(
            QuestionTime(
                _label(path, definition), seconds[path], visits[path], changes.get(path, 0)
            )
            for path in longest
        ),
    )


def _label(path: str, definition: FormDefinition) -> str:
    """Find the label of a question that the log names with the form's root before it."""
    plain = _POSITION.sub("", path)
    _root, _slash, below = plain.removeprefix("/").partition("/")
    question = definition.by_path.get(f"/{below}") or definition.by_path.get(plain)
    return (in_language(question.labels) if question else "") or plain.rpartition("/")[2]
