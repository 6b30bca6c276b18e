"""From answers to observations: one row a visit, one column a concept, nothing personal.

What differs from pass to pass of a repeat, such as the age of each member, is no fact of the visit: `repeats`
makes rows of it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

import pyarrow as pa

from opendtm.forms.definition import FormDefinition
from opendtm.forms.informants import ROLE, Informant, informant, together
from opendtm.forms.submission import SubmissionReading
from opendtm.i18n import Message, mark
from opendtm.records import (
    Answer,
    AnswerState,
    Finding,
    Severity,
    observations_schema,
    source_column,
)
from opendtm.records.answers import GeoPoint, Value
from opendtm.vocab import Kind, Sharing, concepts

_ADDING_UP = frozenset({Kind.COUNT, Kind.CODES})
Observed = str | float | date | tuple[str, ...] | None


def to_observation(
    reading: SubmissionReading, form: FormDefinition | None = None
) -> dict[str, Observed]:
    """Give what one submission says, by concept; a question left empty gives None, one not asked no entry.

    A point whose question measures `latitude` or `longitude` gives both. In the passes of a repeat counts add up
    (one unknown makes the sum unknown), codes gather, and what else differs gives None, as it belongs to its pass.
    Counts in a repeat of informants do not add up: see `forms.informants`.
    Other answers to one concept that differ give None too: see `observation_findings`. Personal concepts never come along. `form` is needed only for a reading made without it.
    """
    found = {name: agreed(values) for name, values in _said(reading, form).items()}
    if asked := informants_in(reading, form):
        found.update(together(asked, found))
    return found


def informants_in(
    reading: SubmissionReading, form: FormDefinition | None = None
) -> tuple[Informant, ...]:
    """Give what each informant of one submission answered, in its order; empty where no repeat is of informants."""
    found: dict[str, dict[str, Observed]] = {}
    for answer in _inside(reading):
        found.setdefault(_pass_of(answer.path), {}).update(measured(answer, form))
    return tuple(
        informant(said)
        for said in found.values()
        if ROLE in said and any(value is not None for value in said.values())
    )


def observation_findings(
    reading: SubmissionReading, form: FormDefinition | None = None
) -> tuple[Finding, ...]:
    """Tell the doubts of one submission: answers of another type, and concepts answered twice differently."""
    said = _said(reading, form).items()
    differing = (name for name, values in said if len({*values} - {None}) > 1)
    return (*reading.findings, *(_twice(reading.instance_id, name) for name in differing))


def observations_table(
    observations: Iterable[tuple[str, Mapping[str, object]]], *, asked: Iterable[str] = ()
) -> pa.Table:
    """Make the observations table from (source, values by concept), columns in the order of the dictionary.

    `asked` names concepts that have a column even where nobody answered. A value that is not of its
    concept's kind becomes null, as it is unknown.
    """
    rows = list(observations)
    used = {name for _source, values in rows for name in values}.union(asked)
    kinds = {
        name: entry.kind
        for name, entry in concepts().items()
        if name in used and entry.sharing is not Sharing.PERSONAL
    }
    schema = observations_schema(kinds)
    columns: dict[str, list[object]] = {source_column(): [source for source, _values in rows]}
    for name, kind in kinds.items():
        columns[name] = [arrow_cell(of_kind(values.get(name), kind)) for _source, values in rows]
    return pa.table(columns, schema=schema)


def of_kind(value: object, kind: Kind) -> Observed:
    """Give a value as its concept's kind wants it; None where it cannot be that."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    if kind in {Kind.COUNT, Kind.NUMBER}:
        return _number(value)
    if kind is Kind.DATE:
        return _day(value)
    if kind is Kind.CODES:
        codes = (
            tuple(str(code) for code in value)
            if isinstance(value, tuple | list)
            else tuple(str(value).split())
        )
        return codes or None
    return " ".join(value) if isinstance(value, tuple | list) else _plain(value)


def measured(
    answer: Answer, form: FormDefinition | None, *, personal: bool = False
) -> list[tuple[str, Observed]]:
    """Give what one answer measures, as (concept, value); nothing where it was not asked or is personal.

    `personal` lets personal concepts through: only for the locked room of registration.
    """
    name = answer.concept or _concept_at(answer.path, form)
    concept = concepts().get(name or "")
    if concept is None or answer.state is AnswerState.NOT_ASKED:
        return []
    if concept.sharing is Sharing.PERSONAL and not personal:
        return []
    if concept.name in {"latitude", "longitude"} and (
        answer.value is None or isinstance(answer.value, GeoPoint)
    ):
        point = answer.value
        return [
            ("latitude", point.latitude if point else None),
            ("longitude", point.longitude if point else None),
        ]
    return [(concept.name, of_kind(_in_our_codes(answer, form), concept.kind))]


def _in_our_codes(answer: Answer, form: FormDefinition | None) -> object:
    """Give an answer's value in the codes of the dictionary; a code that nobody translated stays as it is."""
    codes = form.foreign_codes.get(plain_path(answer.path)) if form and form.foreign_codes else None
    if not codes:
        return answer.value
    if isinstance(answer.value, tuple):
        return tuple(codes.get(str(code), str(code)) for code in answer.value)
    return codes.get(str(answer.value), answer.value)


def _said(
    reading: SubmissionReading, form: FormDefinition | None
) -> Mapping[str, Sequence[Observed]]:
    """Give what each concept was answered with, all passes of a repeat as one answer."""
    found: dict[str, list[Observed]] = {}
    passes: dict[str, list[Observed]] = {}
    of_informants = _repeats_of_informants(reading, form)
    for answer in reading.answers:
        repeated = "[" in answer.path
        of_one = repeated and plain_path(_pass_of(answer.path)) in of_informants
        for name, value in measured(answer, form):
            if not (of_one and concepts()[name].kind is Kind.COUNT):
                (passes if repeated else found).setdefault(name, []).append(value)
    for name, values in passes.items():
        adds_up = concepts()[name].kind in _ADDING_UP
        found.setdefault(name, []).append(_together(values) if adds_up else agreed(values))
    return found


def _repeats_of_informants(
    reading: SubmissionReading, form: FormDefinition | None
) -> frozenset[str]:
    """Name the repeats whose passes say who gives the information."""
    return frozenset(
        plain_path(_pass_of(answer.path))
        for answer in _inside(reading)
        if (answer.concept or _concept_at(answer.path, form)) == ROLE
    )


def _inside(reading: SubmissionReading) -> Iterator[Answer]:
    """Give the answers that stand in a pass of a repeat."""
    return (answer for answer in reading.answers if "[" in answer.path)


def _pass_of(path: str) -> str:
    """Name the innermost pass that an answer inside a repeat stands in: `/informant[2]` of `/informant[2]/number`."""
    return path[: path.rindex("]") + 1]


def _together(values: Sequence[Observed]) -> Observed:
    numbers = [value for value in values if isinstance(value, float)]
    if numbers:
        return sum(numbers) if len(numbers) == len(values) else None
    codes = (code for value in values if isinstance(value, tuple) for code in value)
    return tuple(dict.fromkeys(codes)) or None


def plain_path(path: str) -> str:
    """Take the positions out of a path: `/member[2]/age` becomes `/member/age`."""
    return re.sub(r"\[\d+\]", "", path)


def _concept_at(path: str, form: FormDefinition | None) -> str | None:
    question = form.by_path.get(plain_path(path)) if form else None
    return question.concept if question else None


def agreed(values: Sequence[Observed]) -> Observed:
    """Give the one value that all known answers share; None where there is none, or several."""
    known = {value for value in values if value is not None}
    return known.pop() if len(known) == 1 else None


def _number(value: object) -> float | None:
    try:
        number = float(value) if isinstance(value, int | float | str) else None
    except ValueError:
        return None
    return number if number is not None and abs(number) < float("inf") else None


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _plain(value: object) -> str | None:
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip() or None


def arrow_cell(value: Observed) -> Value | list[str]:
    """Give a value as Arrow takes it."""
    return list(value) if isinstance(value, tuple) else value


def _twice(source: str | None, name: str) -> Finding:
    return Finding(
        check="concept_answered_twice",
        severity=Severity.HARD,
        message=Message(
            mark("“{concept}” has several different answers in this submission, so none is used."),
            {"concept": concepts()[name].label},
        ),
        source=source,
        concept=name,
        remedy=Message(
            mark("Correct the answer, or give each question of the form its own concept.")
        ),
    )
