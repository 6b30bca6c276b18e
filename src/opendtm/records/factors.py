"""The factor by which persons were derived from households: with its source and its date, or it is not used."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class HouseholdSize:
    """Persons per household, who stated it, and of when it is.

    `source` names a survey, a census or an office; both it and `on` travel with every figure derived.
    """

    persons: float
    source: str
    on: date

    def text(self) -> str:
        """Write the factor for keeping beside a figure; `read` gives it back."""
        return f"{self.persons:g} | {self.on.isoformat()} | {self.source}"

    @classmethod
    def read(cls, text: str) -> "HouseholdSize | None":
        """Read what `text` wrote; None where it was written by hand as a bare source."""
        persons, _, rest = text.partition(" | ")
        on, _, source = rest.partition(" | ")
        try:
            return cls(float(persons), source, date.fromisoformat(on))
        except ValueError:
            return None
