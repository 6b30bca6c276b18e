"""How far a figure can be relied on: a grade, and beside it the parts that it was derived from."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """The confidence in a figure."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Rating(StrEnum):
    """How one part of a confidence grade stands."""

    GOOD = "good"
    FAIR = "fair"
    WEAK = "weak"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a grade: its name in the rule table, its rating, and the number behind it.

    `measured` is a share (0 to 1): of the places whose rating is good, of the places assessed, or of the
    figure that was carried forward or imputed. None where it is not known.
    """

    name: str
    rating: Rating
    measured: float | None = None


@dataclass(frozen=True, slots=True)
class Confidence:
    """A grade with its parts, in the order of the rule table."""

    grade: Grade
    parts: tuple[Part, ...]

    def text(self) -> str:
        """Write the parts as `name=rating:measured;...`, for keeping beside a figure."""
        return ";".join(_part_text(part) for part in self.parts)

    @classmethod
    def read(cls, grade: str | None, parts: str | None) -> "Confidence | None":
        """Read what was kept; None where a figure has no grade."""
        if not grade:
            return None
        return cls(Grade(grade), tuple(_part(each) for each in (parts or "").split(";") if each))


def _part_text(part: Part) -> str:
    measured = "" if part.measured is None else f":{part.measured:.4g}"
    return f"{part.name}={part.rating.value}{measured}"


def _part(text: str) -> Part:
    name, _, rest = text.partition("=")
    rating, _, measured = rest.partition(":")
    return Part(name, Rating(rating), float(measured) if measured else None)
