"""The rule tables of severity, `catalogue/severity/*.yaml`, read once and checked key by key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

from opendtm import catalogue
from opendtm.errors.measure_severity import SeverityRulesInvalid
from opendtm.i18n import Label, Message

LEAST, MOST = 1, 5


@dataclass(frozen=True, slots=True)
class Indicator:
    """One critical indicator: the column it is read from, and the score that a code or a number earns.

    `codes` maps answers to scores, None for those that say that nobody knows. `at_least` and `at_most` map
    scores to the limits from which a number earns them; a number within none of them scores 1.
    """

    column: str
    label: Label
    codes: Mapping[str, int | None] = field(default_factory=dict)
    at_least: Mapping[int, float] = field(default_factory=dict)
    at_most: Mapping[int, float] = field(default_factory=dict)

    def score(self, value: object) -> int | None:
        """Score one answer, 1 to 5; None where it is not known. ValueError for what cannot be scored."""
        if value is None:
            return None
        if self.codes:
            if not isinstance(value, str) or value not in self.codes:
                raise ValueError(str(value))
            return self.codes[value]
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise ValueError(str(value))
        above = [score for score, limit in self.at_least.items() if value >= limit]
        below = [score for score, limit in self.at_most.items() if value <= limit]
        return max([LEAST, *above, *below])


@dataclass(frozen=True, slots=True)
class Sector:
    """A sector with its indicators; measured where at least `minimum` of them are known."""

    name: str
    minimum: int
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """A rule table: its sectors, the score from which a sector is in need, and the sectors that must be measured."""

    id: str
    version: int
    label: Label
    source: Label
    review: tuple[Any, ...]
    in_need_from: int
    minimum_sectors: int
    sectors: tuple[Sector, ...]


@cache
def rule_table(name: str) -> Rules:
    """Give a rule table of the catalogue by id; SeverityRulesInvalid where it is absent or breaks the schema."""
    file = f"severity/{name}.yaml"
    if file not in catalogue.names("severity"):
        raise SeverityRulesInvalid(
            file=file, key="id", reason=Message("the catalogue has no such file")
        )
    return read_rules(catalogue.read_yaml(file), file=file)


def rule_tables() -> tuple[Rules, ...]:
    """Give every rule table of the catalogue, by id."""
    return tuple(rule_table(Path(file).stem) for file in catalogue.names("severity"))


def read_rules(raw: Mapping[str, Any], *, file: str) -> Rules:
    """Read a rule table from its YAML; SeverityRulesInvalid names the key and the cause."""
    key = "sectors"
    try:
        sectors = []
        for each in raw["sectors"]:
            key = f"sectors.{each['sector']}"
            sectors.append(_sector(each))
        key = "*"
        found = Rules(
            id=raw["id"],
            version=int(raw["version"]),
            label=Label.read(raw["label"]),
            source=Label.read(raw["source"]),
            review=tuple(raw["review"]),
            in_need_from=int(raw["in_need_from"]),
            minimum_sectors=int(raw["minimum_sectors"]),
            sectors=tuple(sectors),
        )
    except KeyError as missing:
        reason = Message("{name} is missing", {"name": str(missing.args[0])})
        raise SeverityRulesInvalid(file=file, key=key, reason=reason) from missing
    except (TypeError, ValueError) as wrong:
        reason = Message("a value is of the wrong kind ({detail})", {"detail": str(wrong)})
        raise SeverityRulesInvalid(file=file, key=key, reason=reason) from wrong
    _check(found, file)
    return found


def _sector(raw: Mapping[str, Any]) -> Sector:
    indicators = tuple(_indicator(each) for each in raw["indicators"])
    return Sector(raw["sector"], int(raw["minimum"]), indicators)


def _indicator(raw: Mapping[str, Any]) -> Indicator:
    return Indicator(
        column=raw["column"],
        label=Label.read(raw),
        codes=dict(raw.get("codes", {})),
        at_least={int(score): float(limit) for score, limit in raw.get("at_least", {}).items()},
        at_most={int(score): float(limit) for score, limit in raw.get("at_most", {}).items()},
    )


def _check(found: Rules, file: str) -> None:
    names = [sector.name for sector in found.sectors]
    fits = {
        "in_need_from": LEAST < found.in_need_from <= MOST,
        "minimum_sectors": 0 < found.minimum_sectors <= len(names),
        "sectors": len(set(names)) == len(names),
    }
    for sector in found.sectors:
        fits[f"{sector.name}.minimum"] = 0 < sector.minimum <= len(sector.indicators)
        for each in sector.indicators:
            fits[each.column] = _scores(each)
    for key, good in fits.items():
        if not good:
            reason = Message("the number is out of its range")
            raise SeverityRulesInvalid(file=file, key=key, reason=reason)


def _scores(indicator: Indicator) -> bool:
    """Tell whether an indicator has scores from 1 to 5, of codes or of limits that rise or fall with them."""
    ladder = [*indicator.at_least, *indicator.at_most]
    told = [*(score for score in indicator.codes.values() if score is not None), *ladder]
    up = [indicator.at_least[score] for score in sorted(indicator.at_least)]
    down = [indicator.at_most[score] for score in sorted(indicator.at_most, reverse=True)]
    steps = up == sorted(set(up)) and down == sorted(set(down))
    inside = all(isinstance(score, int) and LEAST <= score <= MOST for score in told)
    return bool(told) and inside and steps and not (indicator.codes and ladder)
