"""What an index is made of, declared before anything is computed: `catalogue/index/*.yaml`, checked key by key."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

import yaml

from opendtm import catalogue
from opendtm.errors.measure_index import IndexInvalid
from opendtm.i18n import Label, Message


class Aggregation(StrEnum):
    """How normalised indicators become one number."""

    ARITHMETIC = "arithmetic"
    GEOMETRIC = "geometric"


@dataclass(frozen=True, slots=True)
class Ingredient:
    """One indicator: its column, its weight, and the frozen cut-offs that become 0 (`worst`) and 100 (`best`).

    Without a `required` one a place has no index. At or below `critical` (0 to 100) it is not averaged away: the
    index of the place is then at most its own value.
    """

    column: str
    label: Label
    weight: float
    worst: float
    best: float
    required: bool = False
    critical: float | None = None


@dataclass(frozen=True, slots=True)
class Declaration:
    """An index: its indicators, how they add up, what must be known, and what the test of its ranks moves.

    `least_weight` is the share of the weight that must be known; `floor` the least normalised value in a
    geometric mean; `moved` the share by which each weight moves in `draws` draws from `seed`.
    """

    id: str
    version: int
    label: Label
    definition: Label
    source: Label
    review: tuple[Any, ...]
    aggregation: Aggregation
    least_weight: float
    floor: float
    moved: float
    draws: int
    seed: int
    ingredients: tuple[Ingredient, ...]


@cache
def declaration(name: str) -> Declaration:
    """Give an index of the catalogue by id; IndexInvalid where there is none or its file breaks the schema."""
    file = f"index/{name}.yaml"
    if file not in catalogue.names("index"):
        reason = Message("{name} is missing", {"name": file})
        raise IndexInvalid(file=file, key="id", reason=reason)
    return read_declaration(catalogue.read_yaml(file), file=file)


def declarations() -> tuple[Declaration, ...]:
    """Give every index of the catalogue, by id."""
    return tuple(declaration(Path(file).stem) for file in catalogue.names("index"))


def declaration_in(file: Path) -> Declaration:
    """Read an index from a YAML file of one's own; IndexInvalid where it is no YAML or breaks the schema."""
    try:
        raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as wrong:
        reason = Message("it is no YAML file ({detail})", {"detail": " ".join(str(wrong).split())})
        raise IndexInvalid(file=file.name, key="*", reason=reason) from wrong
    return read_declaration(raw, file=file.name)


def read_declaration(raw: Mapping[str, Any], *, file: str) -> Declaration:
    """Read an index from its YAML; IndexInvalid names the key and the cause."""
    try:
        moving = raw["uncertainty"]
        found = Declaration(
            id=raw["id"],
            version=int(raw["version"]),
            label=Label.read(raw["label"]),
            definition=Label.read(raw["definition"]),
            source=Label.read(raw["source"]),
            review=tuple(raw["review"]),
            aggregation=Aggregation(raw["aggregation"]),
            least_weight=float(raw["least_weight"]),
            floor=float(raw["floor"]),
            moved=float(moving["weights"]),
            draws=int(moving["draws"]),
            seed=int(moving["seed"]),
            ingredients=tuple(_ingredient(each) for each in raw["indicators"]),
        )
    except KeyError as missing:
        key = str(missing.args[0])
        raise IndexInvalid(file=file, key=key, reason=Message("the value is missing")) from missing
    except (TypeError, ValueError) as wrong:
        reason = Message("a value is of the wrong kind ({detail})", {"detail": str(wrong)})
        raise IndexInvalid(file=file, key="*", reason=reason) from wrong
    _check(found, file)
    return found


def _check(found: Declaration, file: str) -> None:
    bad = Message("the number is out of its range")
    fits = {
        "least_weight": 0 < found.least_weight <= 1,
        "floor": 0 < found.floor < 100,
        "uncertainty.weights": 0 <= found.moved < 1,
        "uncertainty.draws": found.draws >= 1,
        "indicators": len({each.column for each in found.ingredients})
        == len(found.ingredients)
        > 0,
    }
    for each in found.ingredients:
        fits[f"{each.column}.weight"] = 0 < each.weight < float("inf")
        ends = isfinite(each.worst) and isfinite(each.best)
        fits[f"{each.column}.best"] = ends and each.worst != each.best
        fits[f"{each.column}.critical"] = each.critical is None or 0 <= each.critical < 100
    for key, good in fits.items():
        if not good:
            raise IndexInvalid(file=file, key=key, reason=bad)


def _ingredient(raw: Mapping[str, Any]) -> Ingredient:
    return Ingredient(
        column=raw["column"],
        label=Label.read(raw),
        weight=float(raw["weight"]),
        worst=float(raw["worst"]),
        best=float(raw["best"]),
        required=bool(raw.get("required", False)),
        critical=None if raw.get("critical") is None else float(raw["critical"]),
    )
