"""The indicator catalogue: one YAML file an indicator, read once, checked key by key in `reading`.

An indicator says in two languages what is counted, from which concepts, over which records, and how its
figures may be added up. Its worked examples are tables small enough to check by hand; they run as tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from opendtm.i18n import Label
from opendtm.measure.grammar import Sum, Value, subjects
from opendtm.measure.scope import Component, Measured, OverPlaces, OverTime, Record

UNITS = (
    "person",
    "household",
    "site",
    "point",
    "item",
    "animal",
    "report",
    "share",
    "score",
    "minute",
    "year",
    "person per household",
    "person per latrine",
    "person per shower",
    "person per water point",
    "person per hour",
)


@dataclass(frozen=True, slots=True)
class Disaggregation:
    """A way to take a figure apart: by the codes of one concept, or into parts that are concepts.

    `name` is the concept, or the dimensions joined by `+` (`sex`, `sex+age`). `parts` pairs the codes of
    those dimensions with the value of the part; empty where the concept itself is the dimension.
    """

    name: str
    parts: tuple[tuple[tuple[tuple[str, str], ...], Sum], ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: rows of a small table, and the figures that must come out.

    `expect` holds one mapping a figure: `value`, and where it matters `n_places`, `place_code`,
    `by` (`dimension=code;...`), `method`, `carried`.
    """

    note: Label
    rows: tuple[Mapping[str, Any], ...]
    expect: tuple[Mapping[str, Any], ...]
    by: str = "none"
    disaggregate: bool = False


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator, as its file says.

    `unit` is one of UNITS. `suppress_below` is the smallest value above 0 that a disaggregated cell may
    show in public, None where the rule is empty. `thresholds` names those with which a figure is compared.
    `review` lists the reviews signed in a house, empty until somebody did.
    """

    id: str
    component: Component
    record: Record
    label: Label
    definition: Label
    unit: str
    kind: Measured
    value: Value
    over_places: OverPlaces
    over_time: OverTime
    source: Label
    disaggregations: tuple[Disaggregation, ...] = ()
    suppress_below: int | None = None
    thresholds: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    examples: tuple[Example, ...] = field(default=(), repr=False)

    def __hash__(self) -> int:
        """Hash by id, which the catalogue gives once."""
        return hash(self.id)

    @property
    def concepts(self) -> tuple[str, ...]:
        """List the concepts from which the total is computed."""
        return subjects(self.value)
