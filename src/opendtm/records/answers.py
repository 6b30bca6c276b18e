"""One answer of one submission, typed, with what was asked and what was not."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import pyarrow as pa


class AnswerState(StrEnum):
    """Whether a question was put and answered. Missing is asked and left empty; both are unknown, not zero."""

    ANSWERED = "answered"
    MISSING = "missing"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class GeoPoint:
    """A position: degrees (WGS 84), metres above the ellipsoid, accuracy in metres."""

    latitude: float
    longitude: float
    altitude: float | None = None
    accuracy: float | None = None


Value = str | int | float | bool | date | datetime | tuple[str, ...] | GeoPoint | None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question of one submission.

    `path` is the question's XPath below the root, with 1-based positions for repeats
    (`/households[2]/size`); `concept` is what it measures, None where the form does not say.
    """

    path: str
    value: Value
    state: AnswerState = AnswerState.ANSWERED
    concept: str | None = None

    SCHEMA = pa.schema(
        [
            pa.field("submission", pa.string(), nullable=False),
            pa.field("path", pa.string(), nullable=False),
            pa.field("concept", pa.string()),
            pa.field("state", pa.string(), nullable=False),
            pa.field("value", pa.string()),
        ]
    )
