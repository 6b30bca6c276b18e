"""The rule table behind confidence grades, read once and checked: `catalogue/rules/confidence.yaml`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from opendtm import catalogue
from opendtm.errors.measure_stock import GradeRulesInvalid
from opendtm.i18n import Label, Message, percent
from opendtm.records import Grade, Part, Rating
from opendtm.vocab import Sharing, concept, concepts

FILE = "rules/confidence.yaml"
ORDER = (Rating.GOOD, Rating.FAIR, Rating.WEAK)


@dataclass(frozen=True, slots=True)
class Limit:
    """What earns a rating: one of some codes, or a number that is large or small enough."""

    label: Label
    codes: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None

    def meets(self, value: object) -> bool:
        """Tell whether a value earns the rating."""
        if self.at_least is not None:
            return isinstance(value, int | float) and value >= self.at_least
        if self.at_most is not None:
            return isinstance(value, int | float) and value <= self.at_most
        return value in self.codes


@dataclass(frozen=True, slots=True)
class PartRule:
    """How one part is rated, from which column of the places (None: from the figure itself).

    `units` limits the part to figures of these units; `optional` leaves it out where nothing is known of it;
    `deciding` makes a weak one decide; `spared_by` names the part that, when good, makes it unnecessary.
    """

    name: str
    label: Label
    limits: Mapping[Rating, Limit]
    column: str | None = None
    units: tuple[str, ...] = ()
    optional: bool = False
    deciding: bool = False
    spared_by: str | None = None

    def rate(self, value: object) -> Rating:
        """Rate one value; unknown where it is None or earns nothing."""
        if value is None:
            return Rating.UNKNOWN
        met = (rating for rating, limit in self.limits.items() if limit.meets(value))
        return next(met, Rating.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Rules:
    """The whole table: parts in order, shares, and what each grade allows."""

    source: Label
    parts: tuple[PartRule, ...]
    reached_by: float
    known_for: float
    grades: Mapping[Grade, Label]
    high: Mapping[str, int]
    medium: Mapping[str, int]

    def grade(self, parts: Sequence[Part]) -> Grade:
        """Derive the grade: an unknown part counts as fair, unless another good one makes it unnecessary."""
        rated = {part.name: part.rating for part in parts}
        kept = [rule for rule in self.parts if rule.name in rated and not _spared(rule, rated)]
        weak = [rule for rule in kept if rated[rule.name] is Rating.WEAK]
        fair = sum(rated[rule.name] in {Rating.FAIR, Rating.UNKNOWN} for rule in kept)
        if len(weak) <= self.high["weak"] and fair <= self.high["fair"]:
            return Grade.HIGH
        deciding = sum(rule.deciding for rule in weak)
        few = len(weak) <= self.medium["weak"] and deciding <= self.medium["deciding"]
        return Grade.MEDIUM if few else Grade.LOW


def _spared(rule: PartRule, rated: Mapping[str, Rating]) -> bool:
    if rated[rule.name] is not Rating.UNKNOWN or rule.spared_by is None:
        return False
    return rated.get(rule.spared_by) is Rating.GOOD


@cache
def rules() -> Rules:
    """Read the rule table of the catalogue; GradeRulesInvalid where it does not follow its schema."""
    return read_rules(catalogue.read_yaml(FILE))


def read_rules(raw: Mapping[str, Any], *, file: str = FILE) -> Rules:
    """Read a rule table from its YAML; GradeRulesInvalid names the key and the cause."""
    key = "parts"
    try:
        parts = []
        for each in raw["parts"]:
            key = f"parts.{each['name']}"
            parts.append(_part_rule(each))
        key = "grades"
        grades = {grade: Label.read(raw["grades"][grade.value]) for grade in Grade}
        high, medium = raw["grades"]["high"], raw["grades"]["medium"]
        return Rules(
            source=Label.read(raw["source"]),
            parts=tuple(parts),
            reached_by=float(raw["reached_by"]),
            known_for=float(raw["known_for"]),
            grades=grades,
            high={name: int(high[name]) for name in ("weak", "fair")},
            medium={name: int(medium[name]) for name in ("weak", "deciding")},
        )
    except KeyError as missing:
        reason = Message("{name} is missing", {"name": missing.args[0]})
        raise GradeRulesInvalid(file=file, key=key, reason=reason) from missing


def concepts_read() -> frozenset[str]:
    """Name the concepts that parts are rated from, so that whoever leaves answers behind keeps these."""
    named = {rule.column for rule in rules().parts if rule.column}
    return frozenset(named & concepts().keys())


def withheld() -> frozenset[str]:
    """Name the parts that rest on answers which are not public, such as how many informants spoke."""
    closed = {name for name in concepts_read() if concept(name).sharing is not Sharing.PUBLIC}
    return frozenset(rule.name for rule in rules().parts if rule.column in closed)


def part_words(part: Part, lang: str) -> tuple[str, str]:
    """Say a part in words: its name, and how it stands with the share behind it."""
    rule = next(rule for rule in rules().parts if rule.name == part.name)
    if part.rating is Rating.UNKNOWN:
        return rule.label.text(lang), Message("not known").text(lang)
    words = rule.limits[part.rating].label
    if part.measured is None or (rule.column and part.measured in {0, 1}):
        return rule.label.text(lang), words.text(lang)
    values: dict[str, object] = {"words": words, "share": percent(part.measured, lang)}
    if rule.column:
        said = Message("{words} (best rating at {share} of the places)", values)
    else:
        said = Message("{words} ({share})", values)
    return rule.label.text(lang), said.text(lang)


def grade_label(grade: Grade) -> Label:
    """Name a grade."""
    return rules().grades[grade]


def _part_rule(raw: Mapping[str, Any]) -> PartRule:
    limits = {rating: _limit(raw[rating.value]) for rating in ORDER if rating.value in raw}
    if not limits:
        raise KeyError("good")
    return PartRule(
        name=raw["name"],
        label=Label.read(raw),
        limits=limits,
        column=raw.get("column"),
        units=tuple(raw.get("units", ())),
        optional=raw.get("optional", False),
        deciding=raw.get("deciding", False),
        spared_by=raw.get("spared_by"),
    )


def _limit(raw: Mapping[str, Any]) -> Limit:
    return Limit(
        Label.read(raw), tuple(raw.get("codes", ())), raw.get("at_least"), raw.get("at_most")
    )
