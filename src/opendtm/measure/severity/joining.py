"""How sectors become one figure of an area: a rule kept as versioned configuration, because it changes.

`catalogue/severity/aggregation/*.yaml`; an operation may bring its own of the same schema.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from opendtm import catalogue
from opendtm.errors.measure_severity import SeverityRulesInvalid
from opendtm.i18n import Label, Message


class Way(StrEnum):
    """Where the figure of an area comes from."""

    HIGHEST = "highest_sector"
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Choice:
    """The way of one figure, and for a given one the name of the row that holds it."""

    way: Way
    row: str | None = None


@dataclass(frozen=True, slots=True)
class Joining:
    """A rule of aggregation; `confirmed` is false until the operation has confirmed it."""

    id: str
    version: int
    confirmed: bool
    label: Label
    source: Label
    review: tuple[Any, ...]
    minimum_sectors: int
    pin: Choice
    severity: Choice

    @property
    def joint_rows(self) -> frozenset[str]:
        """Name the rows that are no sectors but the joint analysis."""
        return frozenset(each.row for each in (self.pin, self.severity) if each.row is not None)


@cache
def joining(name: str) -> Joining:
    """Give a rule of the catalogue by id; SeverityRulesInvalid where it is absent or breaks the schema."""
    file = f"severity/aggregation/{name}.yaml"
    if file not in catalogue.names("severity/aggregation"):
        raise SeverityRulesInvalid(
            file=file, key="id", reason=Message("the catalogue has no such file")
        )
    return read_joining(catalogue.read_yaml(file), file=file)


def read_joining(raw: Mapping[str, Any], *, file: str) -> Joining:
    """Read a rule from its YAML; SeverityRulesInvalid names the cause."""
    try:
        return Joining(
            id=raw["id"],
            version=int(raw["version"]),
            confirmed=bool(raw["confirmed"]),
            label=Label.read(raw["label"]),
            source=Label.read(raw["source"]),
            review=tuple(raw["review"]),
            minimum_sectors=int(raw["minimum_sectors"]),
            pin=_choice(raw["pin"]),
            severity=_choice(raw["severity"]),
        )
    except KeyError as missing:
        reason = Message("{name} is missing", {"name": str(missing.args[0])})
        raise SeverityRulesInvalid(file=file, key="*", reason=reason) from missing
    except (TypeError, ValueError) as wrong:
        reason = Message("a value is of the wrong kind ({detail})", {"detail": str(wrong)})
        raise SeverityRulesInvalid(file=file, key="*", reason=reason) from wrong


def _choice(raw: Mapping[str, Any]) -> Choice:
    way = Way(raw["way"])
    return Choice(way, raw["row"] if way is Way.GIVEN else None)
