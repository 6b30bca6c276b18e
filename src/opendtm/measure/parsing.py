"""From the YAML of an indicator's value to the records of `grammar`; everything outside it is refused."""

from collections.abc import Iterable, Mapping

from opendtm.errors.measure import IndicatorInvalid
from opendtm.i18n import Message
from opendtm.measure.columns import STATE
from opendtm.measure.grammar import (
    AnyOf,
    Beyond,
    Bound,
    Clause,
    Condition,
    Count,
    Counted,
    Index,
    Item,
    Mean,
    Ratio,
    Share,
    Sum,
    Value,
    Where,
    unknown_codes,
)
from opendtm.measure.thresholds import threshold
from opendtm.vocab import Concept, Kind, Sharing, code_list, concepts

_COUNTED = (Kind.COUNT, Kind.NUMBER)
_CODED = (Kind.CODE, Kind.CODES)
_CLOSED = (Sharing.SENSITIVE, Sharing.PERSONAL)
_BOUNDS = {"at_least", "at_most"}
ANY, BEYOND = "_any", "_beyond"


def parse(raw: object, *, key: str = "value") -> Value:
    """Read a value as written in YAML.

    Forms: `{sum: concept}` or `{sum: [concept, ...]}`, with or without `where`; `{count: places|records,
    where}`; `{ratio: {numerator, denominator}}` of two sums, with or without `zeros: count`; `{share: where}`,
    with or without `among: where`; `{mean: concept}`, with or without `where`; `{index: items, minimum}`.
    `where` maps a concept, or `_state`, to a list of codes, to `{sector: name}` or to `{at_least, at_most}`;
    `_any` maps to conditions of which one is enough, `_beyond` to a comparison with a threshold. Raises
    IndicatorInvalid for anything else, and for what may not leave the answers: sensitive and personal concepts.
    """
    match raw:
        case {"sum": _, **rest} if set(rest) <= {"where"}:
            return _sum(raw, key=key)
        case {"count": "places" | "records" as what, "where": where, **rest} if not rest:
            return Count(_where(where, key=f"{key}.where"), Counted(what))
        case {"ratio": ratio, **rest} if not rest:
            return _ratio(ratio, key=f"{key}.ratio")
        case {"share": of, **rest} if set(rest) <= {"among"}:
            among = _where(rest["among"], key=f"{key}.among") if rest else ()
            return Share(_where(of, key=f"{key}.share"), among)
        case {"mean": name, **rest} if set(rest) <= {"where"}:
            where = _where(rest["where"], key=f"{key}.where") if rest else ()
            return Mean(_number(name, key=f"{key}.mean"), where)
        case {"index": items, "minimum": float(least), **rest} if not rest and 0 < least <= 1:
            return Index(_items(items, key=f"{key}.index"), least)
    raise IndicatorInvalid(
        key=key, reason=Message("it is none of sum, count, ratio, share, mean, index")
    )


def _ratio(raw: object, *, key: str) -> Ratio:
    match raw:
        case {"numerator": above, "denominator": below, **rest} if rest in ({}, {"zeros": "count"}):
            return Ratio(
                _sum(above, key=f"{key}.numerator"),
                _sum(below, key=f"{key}.denominator"),
                zeros=bool(rest),
            )
    raise IndicatorInvalid(key=key, reason=Message("it has no numerator and denominator"))


def _sum(raw: object, *, key: str) -> Sum:
    if not isinstance(raw, Mapping) or "sum" not in raw:
        raise IndicatorInvalid(key=key, reason=Message("a sum is expected here"))
    named = raw["sum"]
    names = (named,) if isinstance(named, str) else tuple(named or ())
    if not names:
        raise IndicatorInvalid(key=f"{key}.sum", reason=Message("it names no concept"))
    summed = tuple(_number(name, key=f"{key}.sum") for name in names)
    where = _where(raw["where"], key=f"{key}.where") if "where" in raw else ()
    return Sum(summed, where)


def _number(name: object, *, key: str) -> str:
    if _concept(name, key=key).kind not in _COUNTED:
        raise IndicatorInvalid(key=key, reason=Message("{name} is not a number", {"name": name}))
    return str(name)


def _items(raw: object, *, key: str) -> tuple[Item, ...]:
    if not isinstance(raw, list) or not raw:
        raise IndicatorInvalid(key=key, reason=Message("it names no concept"))
    return tuple(_item(one, key=key) for one in raw)


def _item(raw: object, *, key: str) -> Item:
    match raw:
        case {"concept": name, "weight": int() | float() as weight, "scores": Mapping() as scores}:
            concept = _coded(str(name), key=key)
            _check_known(scores, code_list(str(concept.codes)).names(), key=f"{key}.{name}")
            worth = tuple((str(code), float(score)) for code, score in scores.items())
            if weight > 0 and all(0 <= score <= 1 for _, score in worth):
                return Item(concept.name, float(weight), worth)
    raise IndicatorInvalid(
        key=key, reason=Message("an item has a concept, a weight above 0, and scores from 0 to 1")
    )


def _where(raw: object, *, key: str) -> Where:
    if not isinstance(raw, Mapping) or not raw:
        raise IndicatorInvalid(key=key, reason=Message("it maps no concept to codes"))
    return tuple(_clause(str(name), told, key=f"{key}.{name}") for name, told in raw.items())


def _clause(subject: str, raw: object, *, key: str) -> Clause:
    if subject == ANY:
        plain = [each for each in _where(raw, key=key) if isinstance(each, Condition | Bound)]
        return AnyOf(tuple(plain))
    if subject == BEYOND:
        return _beyond(raw, key=key)
    if subject == STATE:
        return Condition(STATE, _codes(raw, "coverage", key=key))
    if isinstance(raw, Mapping) and raw and set(raw) <= _BOUNDS:
        return _bound(subject, raw, key=key)
    concept = _coded(subject, key=key)
    return Condition(
        subject,
        _codes(raw, str(concept.codes), key=key),
        unknown=unknown_codes(str(concept.codes)),
        several=concept.kind is Kind.CODES,
    )


def _bound(subject: str, raw: Mapping[str, object], *, key: str) -> Bound:
    limits = [raw.get(name) for name in ("at_least", "at_most")]
    numbers = [float(each) if isinstance(each, int | float) else None for each in limits]
    if [each is None for each in numbers] != [each is None for each in limits]:
        raise IndicatorInvalid(key=key, reason=Message("a limit is a number"))
    return Bound(_number(subject, key=key), *numbers)


def _beyond(raw: object, *, key: str) -> Beyond:
    match raw:
        case {
            "numerator": above,
            "denominator": below,
            "threshold": str(name),
            "agency": str(agency),
            "phase": str(phase),
            **rest,
        } if not rest:
            threshold(name).limits(agency=agency, phase=phase)
            return Beyond(
                _sum(above, key=f"{key}.numerator"),
                _sum(below, key=f"{key}.denominator"),
                threshold=name,
                agency=agency,
                phase=phase,
            )
    raise IndicatorInvalid(
        key=key,
        reason=Message("numerator, denominator, threshold, agency and phase are expected here"),
    )


def _coded(name: str, *, key: str) -> Concept:
    concept = _concept(name, key=key)
    if concept.kind not in _CODED or concept.codes is None:
        raise IndicatorInvalid(key=key, reason=Message("{name} has no code list", {"name": name}))
    return concept


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
    if found.sharing in _CLOSED:
        raise IndicatorInvalid(
            key=key,
            reason=Message(
                "{name} is sensitive or personal and enters no figure", {"name": str(name)}
            ),
        )
    return found
