"""From the versions of a form to tables: which columns there are, of which type, under which names.

One table holds what is asked once a submission; every repeat has a table of its own. A question that
changed its type between versions becomes text. A geopoint becomes four numbers, a choice of several a
column with all codes and one with 0 or 1 for each choice.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from opendtm.forms import Choice, FormDefinition, Question, QuestionType
from opendtm.vocab import Sharing, concepts

MAIN = ""
POINT_PARTS = ("latitude", "longitude", "altitude", "accuracy")
META = ("_id", "_version", "_received", "_phone", "_round", "_site", "_review")
KEYS = ("_id", "_row", "_parent")
NOTES = ("_corrected", "_not_of_type")
_TYPES: Mapping[QuestionType, pa.DataType] = {
    QuestionType.INTEGER: pa.int64(),
    QuestionType.DECIMAL: pa.float64(),
    QuestionType.DATE: pa.date32(),
    QuestionType.BOOLEAN: pa.bool_(),
}
_LEFT_OUT = {QuestionType.NOTE}


@dataclass(frozen=True, slots=True)
class RawColumn:
    """One column: the question it comes from, its name in the table, its type in Arrow.

    `part` is a part of a geopoint, or `choice/CODE` for the 0 or 1 of a choice; `path` is empty for what the
    house adds itself.
    """

    name: str
    type: pa.DataType
    path: str = ""
    part: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    question: Question | None = None

    @property
    def sharing(self) -> str:
        """Give the sharing class of the answer: of its concept, else of the question; empty where none says."""
        return sharing_of(self.question) if self.question else ""


@dataclass(frozen=True, slots=True)
class RawTable:
    """One table: the path of its repeat (empty for the main one), its title and its columns."""

    repeat: str
    title: str
    columns: tuple[RawColumn, ...]

    @property
    def schema(self) -> pa.Schema:
        """Give the Arrow schema of the rows."""
        return pa.schema([pa.field(column.name, column.type) for column in self.columns])


@dataclass(frozen=True, slots=True)
class Layout:
    """All tables of an export, the main one first, and how many personal questions were left out."""

    title: str
    tables: tuple[RawTable, ...]
    left_out: int


def layout(forms: Sequence[FormDefinition], *, personal: bool = False) -> Layout:
    """Unite the versions of one form, the newest first, into tables."""
    united = _united(forms)
    kept = [each for each in united if personal or sharing_of(each) != Sharing.PERSONAL]
    repeats = dict.fromkeys(repeat for form in forms for repeat in form.repeats)
    tables = [_table(MAIN, kept, META, NOTES)]
    tables += [_table(repeat, kept, KEYS, ()) for repeat in repeats]
    return Layout(forms[0].title, tuple(tables), len(united) - len(kept))


def sharing_of(question: Question) -> str:
    """Give the stricter of what the question's concept and the question itself say."""
    concept = concepts().get(question.concept or "")
    said = {question.sharing or "", concept.sharing.value if concept else ""}
    order = [Sharing.PERSONAL, Sharing.SENSITIVE, Sharing.RESTRICTED, Sharing.PUBLIC]
    return next((level.value for level in order if level.value in said), "")


def label_in(labels: Mapping[str, str], lang: str) -> str:
    """Give the label in a language, which forms name `French (fr)`, `fr` or not at all; else any label."""
    for name, words in labels.items():
        if words and (name == lang or name.endswith(f"({lang})")):
            return words
    return next((words for words in labels.values() if words), "")


def _united(forms: Sequence[FormDefinition]) -> list[Question]:
    found: dict[str, Question] = {}
    for form in forms:
        for question in form.questions:
            if question.type not in _LEFT_OUT and not question.is_meta:
                found[question.path] = _both(found.get(question.path), question)
    return list(found.values())


def _both(newer: Question | None, older: Question) -> Question:
    """Unite a question of two versions: the newer words, all choices; text where the types differ."""
    if newer is None:
        return older
    codes = {choice.name for choice in newer.choices}
    more = tuple(choice for choice in older.choices if choice.name not in codes)
    same = newer.type is older.type
    return replace(
        newer,
        type=newer.type if same else QuestionType.TEXT,
        choices=newer.choices + more,
    )


def _table(
    repeat: str, questions: Iterable[Question], before: Sequence[str], after: Sequence[str]
) -> RawTable:
    own = [each for each in questions if (each.repeats[-1] if each.repeats else MAIN) == repeat]
    columns = [RawColumn(name, pa.string()) for name in before]
    columns += [column for each in own for column in _columns(each)]
    columns += [RawColumn(name, pa.string()) for name in after]
    title = repeat.rpartition("/")[2] if repeat else "submissions"
    return RawTable(repeat, title, _named(columns))


def _columns(question: Question) -> Iterable[RawColumn]:
    base = RawColumn(
        question.name,
        _TYPES.get(question.type, pa.string()),
        path=question.path,
        labels=question.labels,
        choices=question.choices,
        question=question,
    )
    if question.type is QuestionType.GEOPOINT:
        for part in POINT_PARTS:
            yield replace(base, name=f"{base.name}_{part}", type=pa.float64(), part=part)
        return
    yield base
    if question.type is QuestionType.SELECT_MULTIPLE:
        for choice in question.choices:
            part, name = f"choice/{choice.name}", f"{base.name}/{choice.name}"
            yield replace(base, name=name, type=pa.int8(), part=part)


def _named(columns: Sequence[RawColumn]) -> tuple[RawColumn, ...]:
    """Give every column a name of its own: the short one, where two share it the whole path."""
    short = Counter(column.name.casefold() for column in columns)
    named = [
        replace(
            column, name=column.path.strip("/") + column.name[len(column.path.rpartition("/")[2]) :]
        )
        if short[column.name.casefold()] > 1 and column.path
        else column
        for column in columns
    ]
    seen: Counter[str] = Counter()
    result = []
    for column in named:
        seen[column.name.casefold()] += 1
        count = seen[column.name.casefold()]
        result.append(replace(column, name=f"{column.name}__{count}") if count > 1 else column)
    return tuple(result)
