"""The publication rule of each sharing class, as the catalogue's `disclosure.yaml` states it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from opendtm.catalogue import read_yaml
from opendtm.errors.measure import ClassNotRuled
from opendtm.i18n import Label
from opendtm.vocab import Sharing

FILE = "disclosure.yaml"


class Zero(StrEnum):
    """What happens to an observed zero."""

    SHOWN = "shown"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Threshold:
    """Counts from 1 to `smallest` - 1 are small; a reader must be left a range of `width`."""

    smallest: int
    width: int


@dataclass(frozen=True, slots=True)
class Move:
    """How far a position is displaced, in metres, and the level of the area that it stays in."""

    least: float
    most: float
    level: int


@dataclass(frozen=True, slots=True)
class Rule:
    """What may be published of one sharing class. `thresholds` by unit; a unit without one is never small."""

    sharing: Sharing
    label: Label
    thresholds: Mapping[str, Threshold]
    zero: Zero
    k: int
    l: int  # noqa: E741 - the name in the literature: l-diversity
    global_risk: float
    move: Move

    def is_small(self, value: float | None, unit: str) -> bool:
        """Tell whether a count is too small to publish; unknown and, where it is shown, zero are not."""
        threshold = self.thresholds.get(unit)
        if threshold is None or value is None:
            return False
        return (0 if self.zero is Zero.SHOWN else -1) < value < threshold.smallest


@cache
def rule(sharing: Sharing) -> Rule:
    """Give the rule of a sharing class; ClassNotRuled for personal data, which are never published."""
    found: Mapping[str, Any] | None = read_yaml(FILE)["classes"].get(sharing.value)
    if found is None:
        raise ClassNotRuled(sharing=sharing.value)
    return Rule(
        sharing=sharing,
        label=Label(**found["label"]),
        thresholds={unit: Threshold(**values) for unit, values in found["units"].items()},
        zero=Zero(found["zero"]),
        k=found["k"],
        l=found["l"],
        global_risk=found["global_risk"],
        move=Move(**found["move"]),
    )


def source() -> Label:
    """Say where the thresholds come from."""
    return Label(**read_yaml(FILE)["source"])
