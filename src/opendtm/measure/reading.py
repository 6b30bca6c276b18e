"""From the YAML files of the catalogue to indicators: every file is checked key by key."""

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from opendtm import catalogue
from opendtm.errors import Where
from opendtm.errors.measure import IndicatorInvalid, IndicatorUnknown
from opendtm.i18n import Label, Message
from opendtm.measure.definitions import UNITS, Disaggregation, Example, Indicator
from opendtm.measure.grammar import Averaged, Sum
from opendtm.measure.parsing import parse
from opendtm.measure.scope import Component, Measured, OverPlaces, OverTime, Record
from opendtm.measure.thresholds import threshold
from opendtm.vocab import Kind, concepts

_KEYS = frozenset(
    [
        "id",
        "component",
        "record",
        "label",
        "definition",
        "unit",
        "kind",
        "value",
        "add",
        "disaggregations",
        "suppression",
        "thresholds",
        "source",
        "review",
        "examples",
    ]
)
_OPTIONAL = frozenset({"disaggregations", "suppression", "thresholds"})


@cache
def indicators() -> tuple[Indicator, ...]:
    """Read every indicator of the catalogue, by id; IndicatorInvalid where a file breaks the schema."""
    return tuple(_named(name) for name in identifiers())


@cache
def identifiers() -> tuple[str, ...]:
    """List the ids of the catalogue's indicators, which are the names of their files, in order."""
    return tuple(sorted(Path(file).stem for file in catalogue.names("indicators")))


def indicator(name: str) -> Indicator:
    """Give one indicator by id; IndicatorUnknown where the catalogue has none."""
    return choose([name])[0]


def choose(names: Collection[str]) -> tuple[Indicator, ...]:
    """Give the indicators of those ids in the order asked; IndicatorUnknown for a name of none."""
    known = frozenset(identifiers())
    for name in names:
        if name not in known:
            raise IndicatorUnknown(indicator=name, known=", ".join(identifiers()))
    return tuple(_named(name) for name in names)


def read_indicator(raw: object, *, file: str | None = None) -> Indicator:
    """Check the content of one indicator file and make the indicator of it.

    Raises IndicatorInvalid naming the file, the key and what is wrong there.
    """
    try:
        return _indicator(_mapping(raw, key="the file"))
    except IndicatorInvalid as problem:
        raise IndicatorInvalid(where=Where(file=file), **problem.details) from None


@cache
def _named(name: str) -> Indicator:
    file = f"indicators/{name}.yaml"
    found = read_indicator(catalogue.read_yaml(file), file=file)
    if found.id != name:
        raise IndicatorInvalid(
            where=Where(file=file), key="id", reason=Message("it differs from the file's name")
        )
    return found


def _indicator(raw: Mapping[str, Any]) -> Indicator:
    _check_keys(raw)
    add = _mapping(raw["add"], key="add")
    made = Indicator(
        id=str(raw["id"]),
        component=Component(_one_of(raw["component"], list(Component), key="component")),
        record=Record(_one_of(raw["record"], list(Record), key="record")),
        label=_label(raw["label"], key="label"),
        definition=_label(raw["definition"], key="definition"),
        unit=_one_of(raw["unit"], UNITS, key="unit"),
        kind=Measured(_one_of(raw["kind"], list(Measured), key="kind")),
        value=parse(raw["value"]),
        over_places=OverPlaces(_one_of(add.get("places"), list(OverPlaces), key="add.places")),
        over_time=OverTime(_one_of(add.get("time"), list(OverTime), key="add.time")),
        source=_label(raw["source"], key="source"),
        disaggregations=tuple(_disaggregation(each) for each in raw.get("disaggregations") or ()),
        suppress_below=_suppression(raw.get("suppression")),
        thresholds=tuple(threshold(name).id for name in raw.get("thresholds") or ()),
        review=tuple(raw["review"] or ()),
        examples=tuple(_example(each) for each in raw.get("examples") or ()),
    )
    _check_adding(made)
    return made


def _check_keys(raw: Mapping[str, Any]) -> None:
    missing = sorted(_KEYS - _OPTIONAL - set(raw))
    if missing:
        raise IndicatorInvalid(key=missing[0], reason=Message("the key is missing"))
    strange = sorted(set(raw) - _KEYS)
    if strange:
        raise IndicatorInvalid(key=strange[0], reason=Message("there is no such key"))


def _check_adding(made: Indicator) -> None:
    if isinstance(made.value, Averaged) != (made.over_places is OverPlaces.NONE):
        raise IndicatorInvalid(
            key="add.places", reason=Message("an average, and nothing else, is never added up")
        )
    allowed = OverTime.SUM if made.kind is Measured.FLOW else OverTime.LATEST
    if made.over_time not in (allowed, OverTime.NONE):
        raise IndicatorInvalid(
            key="add.time", reason=Message("a flow is summed over time, a stock is not")
        )
    if not made.examples:
        raise IndicatorInvalid(
            key="examples", reason=Message("at least one worked example is needed")
        )


def _disaggregation(raw: object) -> Disaggregation:
    if isinstance(raw, str):
        found = concepts().get(raw)
        if found is None or found.kind not in {Kind.CODE, Kind.CODES, Kind.DATE}:
            raise IndicatorInvalid(
                key="disaggregations",
                reason=Message("{name} is not a concept with codes", {"name": raw}),
            )
        return Disaggregation(raw)
    both = _mapping(raw, key="disaggregations")
    name = str(both.get("by"))
    parts = _mapping(both.get("parts"), key=f"disaggregations.{name}.parts")
    return Disaggregation(
        name,
        tuple((_cell(name, str(code)), _part(name, code, part)) for code, part in parts.items()),
    )


def _cell(name: str, codes: str) -> tuple[tuple[str, str], ...]:
    dimensions, values = name.split("+"), codes.split("+")
    if len(dimensions) != len(values):
        raise IndicatorInvalid(
            key=f"disaggregations.{name}",
            reason=Message("{codes} has not one code a dimension", {"codes": codes}),
        )
    return tuple(zip(dimensions, values, strict=True))


def _part(name: str, code: object, raw: object) -> Sum:
    part = parse({"sum": raw}, key=f"disaggregations.{name}.{code}")
    if not isinstance(part, Sum):
        raise IndicatorInvalid(
            key=f"disaggregations.{name}", reason=Message("a part is a sum of concepts")
        )
    return part


def _example(raw: object) -> Example:
    one = _mapping(raw, key="examples")
    if not one.get("expect"):
        raise IndicatorInvalid(key="examples.expect", reason=Message("it names no figure"))
    return Example(
        note=_label(one.get("note"), key="examples.note"),
        rows=tuple(_mapping(row, key="examples.rows") for row in one.get("rows") or ()),
        expect=tuple(_mapping(row, key="examples.expect") for row in one["expect"]),
        by=str(one.get("by", "none")),
        disaggregate=bool(one.get("disaggregate", False)),
    )


def _suppression(raw: object) -> int | None:
    if raw is None:
        return None
    match raw:
        case {"below": int(least), **rest} if not rest and least > 0:
            return least
    raise IndicatorInvalid(
        key="suppression", reason=Message("it is neither empty nor below: with a number above 0")
    )


def _mapping(raw: object, *, key: str) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise IndicatorInvalid(key=key, reason=Message("keys with values are expected here"))
    return raw


def _label(raw: object, *, key: str) -> Label:
    match raw:
        case {"en": str(english), "fr": str(french), **rest} if english and french and not rest:
            return Label(english.strip(), french.strip())
    raise IndicatorInvalid(
        key=key, reason=Message("one text in en and one in fr are expected here")
    )


def _one_of(raw: object, allowed: Collection[str], *, key: str) -> str:
    if raw not in allowed:
        raise IndicatorInvalid(
            key=key, reason=Message("it must be one of {allowed}", {"allowed": ", ".join(allowed)})
        )
    return str(raw)
