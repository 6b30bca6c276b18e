"""Thresholds of the field as dated, sourced parameters: what an agency asks for in a phase, since when.

Agencies and editions disagree, so a comparison is never made with "the" standard: it names agency, phase,
edition and day. The files stand in `catalogue/thresholds`, one a measure; a new edition adds a line and
changes none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from opendtm import catalogue
from opendtm.errors import Where
from opendtm.errors.measure import ThresholdInvalid, ThresholdUnknown
from opendtm.i18n import Label


class Rule(StrEnum):
    """On which side of the limit a value meets a threshold; the limit itself meets it."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"


@dataclass(frozen=True, slots=True)
class Limit:
    """What an agency asks for in a phase from `valid_from` on, and where it is written."""

    agency: str
    phase: str
    value: float
    valid_from: date
    edition: Label
    source: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """A measure with the limits that agencies set to it, in the order of the file."""

    id: str
    label: Label
    unit: str
    rule: Rule
    lines: tuple[Limit, ...]

    def limits(self, *, agency: str, phase: str) -> tuple[Limit, ...]:
        """Give the limits of an agency in a phase, newest first; ThresholdUnknown where it has none."""
        found = [line for line in self.lines if (line.agency, line.phase) == (agency, phase)]
        if not found:
            raise ThresholdUnknown(threshold=self.id, agency=agency, phase=phase)
        return tuple(sorted(found, key=lambda line: line.valid_from, reverse=True))

    def met(self, value: float, limit: Limit) -> bool:
        """Tell whether a value meets a limit."""
        return value <= limit.value if self.rule is Rule.AT_MOST else value >= limit.value


@dataclass(frozen=True, slots=True)
class Comparison:
    """A value beside one limit. `met` is None where the value is unknown."""

    threshold: Threshold
    limit: Limit
    value: float | None
    met: bool | None


def compare(value: float | None, name: str, *, on: date) -> tuple[Comparison, ...]:
    """Compare a value with every limit of a threshold that was in force on a day, one an agency and phase.

    Raises ThresholdUnknown where the catalogue has no threshold of that name.
    """
    found = threshold(name)
    newest: dict[tuple[str, str], Limit] = {}
    for line in sorted(found.lines, key=lambda line: line.valid_from):
        if line.valid_from <= on:
            newest[line.agency, line.phase] = line
    return tuple(
        Comparison(found, line, value, None if value is None else found.met(value, line))
        for line in newest.values()
    )


@cache
def thresholds() -> Mapping[str, Threshold]:
    """Read every threshold of the catalogue, by id."""
    return {one.id: one for one in map(_read, catalogue.names("thresholds"))}


def threshold(name: str) -> Threshold:
    """Give one threshold by id; ThresholdUnknown where the catalogue has none."""
    if name not in thresholds():
        raise ThresholdUnknown(threshold=name, agency="-", phase="-")
    return thresholds()[name]


def _read(file: str) -> Threshold:
    return read_threshold(catalogue.read_yaml(file), file=file)


def read_threshold(raw: object, *, file: str | None = None) -> Threshold:
    """Check the content of a threshold file and make the threshold of it; ThresholdInvalid where it is none."""
    match raw:
        case {
            "id": str(name),
            "label": {"en": str(), "fr": str()} as label,
            "unit": str(unit),
            "rule": "at_most" | "at_least" as rule,
            "limits": [*lines],
            **rest,
        } if lines and not rest:
            limits = tuple(_limit(line, file) for line in lines)
            return Threshold(name, Label(**label), unit, Rule(rule), limits)
    raise ThresholdInvalid(where=Where(file=file))


def _limit(raw: Any, file: str | None) -> Limit:
    match raw:
        case {
            "agency": str(agency),
            "phase": "emergency" | "post_emergency" as phase,
            "value": int() | float() as value,
            "valid_from": date() as valid_from,
            "edition": {"en": str(), "fr": str()} as edition,
            "source": str(source),
            **rest,
        } if not rest:
            return Limit(agency, phase, float(value), valid_from, Label(**edition), source)
    raise ThresholdInvalid(where=Where(file=file))
