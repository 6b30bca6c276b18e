"""What a form asks: its questions with their types, meaning, labels and choices, as the XForm says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from opendtm.forms.names import HOUSEKEEPING
from opendtm.forms.timing import Timing


class QuestionType(StrEnum):
    """What an answer to a question is."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    BOOLEAN = "boolean"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    RANK = "rank"
    GEOPOINT = "geopoint"
    GEOTRACE = "geotrace"
    GEOSHAPE = "geoshape"
    BINARY = "binary"  # an attachment: photo, sound, video, file, the audit log
    BARCODE = "barcode"
    NOTE = "note"  # words to read; it never holds an answer


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a question: the code that is stored, and its label in each language of the form."""

    name: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """One node of the form that can hold an answer.

    `path` runs from below the root (`/visit/site_id`); `repeats` are the paths of the repeats around it,
    outermost first. `labels` has one entry a language, under the name that the form gives that language (``""``
    where the form has no languages). `choices_file` names the file beside the form that holds the choices.
    `codes` gives for a code of the form's own the one of the concept's list, where the two differ.
    `informant` names who can answer: codes of the list `suitable_informant`, with spaces between.
    """

    path: str
    type: QuestionType = QuestionType.TEXT
    labels: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    choices_file: str | None = None
    repeats: tuple[str, ...] = ()
    concept: str | None = None
    hxl: str | None = None
    sector: str | None = None
    sharing: str | None = None
    informant: str | None = None
    relevant: str | None = None
    required: bool = False
    constraint: str | None = None
    calculate: str | None = None
    mediatype: str | None = None
    codes: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Give the last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def is_meta(self) -> bool:
        """Tell whether the node belongs to the form's own bookkeeping (instanceID and the like)."""
        return self.path.startswith("/meta/")


@dataclass(frozen=True)
class FormDefinition:
    """A form as phones know it: identity, languages, and every question in order."""

    form_id: str
    version: str
    title: str
    root: str
    languages: tuple[str, ...]
    default_language: str | None
    questions: tuple[Question, ...]
    repeats: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    encrypted: bool = False
    timing: Timing | None = None

    @cached_property
    def by_path(self) -> Mapping[str, Question]:
        """Find a question by its path without positions of repeats."""
        return {question.path: question for question in self.questions}

    @cached_property
    def asked(self) -> tuple[Question, ...]:
        """Give the questions that somebody answers: no notes, and nothing that only identifies a submission."""
        return tuple(
            question
            for question in self.questions
            if question.type is not QuestionType.NOTE and question.path not in HOUSEKEEPING
        )

    @cached_property
    def foreign_codes(self) -> Mapping[str, Mapping[str, str]]:
        """Give, by path, the codes of questions whose choices are not named as in our lists."""
        return {question.path: question.codes for question in self.questions if question.codes}

    def measuring(self, concept: str) -> tuple[Question, ...]:
        """List the questions that measure a concept."""
        return tuple(question for question in self.questions if question.concept == concept)
