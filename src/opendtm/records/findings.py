"""Doubt and its remedy: a finding says what looks wrong, a correction stands beside the answer."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import pyarrow as pa

from opendtm.errors import Where
from opendtm.i18n import Message


class Severity(StrEnum):
    """How much a finding weighs. A hard one must be decided before a round is signed off."""

    HARD = "hard"
    SOFT = "soft"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that looks wrong in one record, in words for a person.

    `check` is the stable code of the check that found it; `source` names the record (an instance ID or
    `file#sheet!row`); `remedy` says what to do next.
    """

    check: str
    severity: Severity
    message: Message
    source: str | None = None
    concept: str | None = None
    value: object = None
    remedy: Message = field(default_factory=lambda: Message(""))
    where: Where = field(default_factory=Where)

    SCHEMA = pa.schema(
        [
            pa.field("check", pa.string(), nullable=False),
            pa.field("severity", pa.string(), nullable=False),
            pa.field("source", pa.string()),
            pa.field("concept", pa.string()),
            pa.field("value", pa.string()),
        ]
    )


@dataclass(frozen=True, slots=True)
class Correction:
    """A decision about one answer: the old value stays, the new one is used from now on.

    `new_value` None blanks the answer (unknown). `reason`, `by` and `at` are never empty.
    """

    source: str
    concept: str
    old_value: object
    new_value: object
    reason: str
    by: str
    at: datetime

    SCHEMA = pa.schema(
        [
            pa.field("source", pa.string(), nullable=False),
            pa.field("concept", pa.string(), nullable=False),
            pa.field("old_value", pa.string()),
            pa.field("new_value", pa.string()),
            pa.field("reason", pa.string(), nullable=False),
            pa.field("by", pa.string(), nullable=False),
            pa.field("at", pa.timestamp("us", tz="UTC"), nullable=False),
        ]
    )
