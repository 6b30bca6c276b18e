"""One visit as the checks see it: its values, the earlier visits, the site and the round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from opendtm.records import Round, Site

GROUPS = ("idp", "returnee", "host", "arrivals", "departures")
BANDS = tuple(f"idp_{sex}_{band}" for sex in "fm" for band in ("0_4", "5_17", "18_59", "60_plus"))


@dataclass(frozen=True, slots=True)
class Visit:
    """Everything that the checks of one visit may look at.

    `earlier` holds the earlier visits to the same site, newest first. `site` is None where the site is not known;
    `site_is_looked_up` is false where nobody had a list of sites to look it up in. `today` is the last day that a
    visit can bear. `another_that_day` tells that the site has another visit on the same day.
    """

    values: Mapping[str, object]
    earlier: Sequence[Mapping[str, object]] = ()
    site: Site | None = None
    site_is_looked_up: bool = True
    round_: Round | None = None
    today: date | None = None
    source: str | None = None
    another_that_day: bool = False

    def number(self, concept: str) -> float | None:
        """Give a count or number of this visit; None where unknown."""
        return as_number(self.values.get(concept))

    def numbers(self, concepts: Sequence[str]) -> list[float] | None:
        """Give several counts; None as soon as one of them is unknown."""
        known: list[float] = []
        for concept in concepts:
            if (number := self.number(concept)) is None:
                return None
            known.append(number)
        return known

    def day(self) -> date | None:
        """Give the date of the visit; None where unknown."""
        value = self.values.get("assessment_date")
        return value if isinstance(value, date) else None


def as_number(value: object) -> float | None:
    """Give a number as it is; None for anything else."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
