"""The closed grammar of an indicator's value: what may be added up or counted, and under which condition.

A value is data, never code: a sum of concepts, a count of places, a sum over some places, or a ratio of
two sums. `parse` turns the YAML of an indicator into these records and refuses everything else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from opendtm.errors.measure import IndicatorInvalid
from opendtm.i18n import Message
from opendtm.measure.columns import STATE
from opendtm.vocab import Concept, Kind, code_list, concepts

_COUNTED = (Kind.COUNT, Kind.NUMBER)
_CODED = (Kind.CODE, Kind.CODES)


@dataclass(frozen=True, slots=True)
class Condition:
    """A place meets it when its answer to `subject` is one of `codes`.

    An empty answer, or one that the code list marks as unknown (`unknown` names those), is neither met
    nor unmet: the place is then not counted at all. `several` marks a question with several answers,
    met by any of them. `subject` is a concept, or `_state` for the coverage of the place.
    """

    subject: str
    codes: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    several: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of one or more concepts, over the places that meet every condition of `where`.

    A place that does not meet them adds 0; a place where a condition or a concept is unknown adds
    nothing and is not counted among the places with a value.
    """

    concepts: tuple[str, ...]
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """The number of places that meet every condition of `where`."""

    where: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Ratio:
    """One sum over another, over the places where both are known and the denominator is above 0."""

    numerator: Sum
    denominator: Sum


Value = Sum | Count | Ratio


def parse(raw: object, *, key: str = "value") -> Value:
    """Read a value as written in YAML.

    Forms: `{sum: concept}` or `{sum: [concept, ...]}`, with or without `where`; `{count: places, where}`;
    `{ratio: {numerator, denominator}}` of two sums. `where` maps a concept, or `_state`, to a list of
    codes or to `{sector: name}`. Raises IndicatorInvalid for anything else.
    """
    match raw:
        case {"sum": _, **rest} if set(rest) <= {"where"}:
            return _sum(raw, key=key)
        case {"count": "places", "where": where, **rest} if not rest:
            return Count(_where(where, key=f"{key}.where"))
        case {"ratio": {"numerator": above, "denominator": below, **more}, **rest} if not (
            rest or more
        ):
            return Ratio(
                _sum(above, key=f"{key}.ratio.numerator"),
                _sum(below, key=f"{key}.ratio.denominator"),
            )
    raise IndicatorInvalid(key=key, reason=Message("it is none of sum, count: places, ratio"))


def subjects(value: Value) -> tuple[str, ...]:
    """List the concepts that a value reads, each once, without the coverage of the place."""
    match value:
        case Sum(names, where):
            found = [*names, *(condition.subject for condition in where)]
        case Count(where):
            found = [condition.subject for condition in where]
        case Ratio(above, below):
            found = [*subjects(above), *subjects(below)]
    return tuple(dict.fromkeys(name for name in found if name != STATE))


def _sum(raw: object, *, key: str) -> Sum:
    if not isinstance(raw, Mapping) or "sum" not in raw:
        raise IndicatorInvalid(key=key, reason=Message("a sum is expected here"))
    named = raw["sum"]
    names = (named,) if isinstance(named, str) else tuple(named or ())
    if not names:
        raise IndicatorInvalid(key=f"{key}.sum", reason=Message("it names no concept"))
    for name in names:
        if _concept(name, key=f"{key}.sum").kind not in _COUNTED:
            raise IndicatorInvalid(
                key=f"{key}.sum", reason=Message("{name} is not a number", {"name": name})
            )
    where = _where(raw["where"], key=f"{key}.where") if "where" in raw else ()
    return Sum(names, where)


def _where(raw: object, *, key: str) -> tuple[Condition, ...]:
    if not isinstance(raw, Mapping) or not raw:
        raise IndicatorInvalid(key=key, reason=Message("it maps no concept to codes"))
    return tuple(_condition(str(name), codes, key=f"{key}.{name}") for name, codes in raw.items())


def _condition(subject: str, raw: object, *, key: str) -> Condition:
    if subject == STATE:
        return Condition(STATE, _codes(raw, "coverage", key=key))
    concept = _concept(subject, key=key)
    if concept.kind not in _CODED or concept.codes is None:
        raise IndicatorInvalid(
            key=key, reason=Message("{name} has no code list", {"name": subject})
        )
    return Condition(
        subject,
        _codes(raw, concept.codes, key=key),
        unknown=unknown_codes(concept.codes),
        several=concept.kind is Kind.CODES,
    )


def _codes(raw: object, listed: str, *, key: str) -> tuple[str, ...]:
    if isinstance(raw, Mapping) and set(raw) == {"sector"}:
        found = tuple(
            code.name for code in code_list(listed) if code.facts.get("sector") == raw["sector"]
        )
        if not found:
            raise IndicatorInvalid(
                key=key,
                reason=Message("the list {list} has no code of that sector", {"list": listed}),
            )
        return found
    if not isinstance(raw, list) or not raw:
        raise IndicatorInvalid(key=key, reason=Message("a list of codes is expected here"))
    _check_known(raw, code_list(listed).names(), key=key)
    return tuple(raw)


def _check_known(names: Iterable[object], known: Iterable[str], *, key: str) -> None:
    strange = [str(name) for name in names if name not in set(known)]
    if strange:
        raise IndicatorInvalid(
            key=key, reason=Message("not in the code list: {codes}", {"codes": ", ".join(strange)})
        )


def _concept(name: object, *, key: str) -> Concept:
    found = concepts().get(str(name))
    if found is None:
        raise IndicatorInvalid(
            key=key, reason=Message("the data dictionary has no concept {name}", {"name": name})
        )
    return found


@cache
def unknown_codes(listed: str) -> tuple[str, ...]:
    """List the codes of a code list that say "not known"."""
    return tuple(code.name for code in code_list(listed) if code.facts.get("unknown"))
