"""An indicator's formula and rules in words, as the handbook prints them and a page of the house may show them."""

from collections.abc import Iterable

from opendtm.i18n import Label, Message, mark, number, translate
from opendtm.measure.columns import STATE
from opendtm.measure.definitions import Indicator
from opendtm.measure.grammar import (
    AnyOf,
    Beyond,
    Bound,
    Clause,
    Condition,
    Count,
    Index,
    Item,
    Mean,
    Ratio,
    Share,
    Sum,
    Value,
    Where,
)
from opendtm.measure.scope import Component, Measured, OverPlaces, OverTime, Record
from opendtm.measure.thresholds import Limit, threshold
from opendtm.vocab import code_list, concepts

COMPONENTS = {
    Component.MOBILITY_TRACKING: mark("Mobility tracking"),
    Component.FLOW_MONITORING: mark("Flow monitoring"),
    Component.REGISTRATION: mark("Registration"),
    Component.SURVEYS: mark("Surveys"),
    Component.RESPONSE: mark("Response"),
}
RECORDS = {
    Record.PLACE: mark("places, as their newest visit tells; carried forward for some rounds"),
    Record.MOVEMENT: mark("movements seen in the period: a group at a point, a herd, an event"),
    Record.HOUSEHOLD: mark("households registered in the period"),
    Record.PERSON: mark("persons registered one by one in the period, each card once"),
    Record.INTERVIEW: mark("interviews of the survey, with their weights"),
    Record.ACTIVITY: mark("reports of the period: interventions, distributions, complaints"),
    Record.ITEM: mark("kinds of goods in the reports of the period"),
}
MOVED = mark("places, as their newest visit of the round tells; never carried forward")
UNITS = {
    "person": mark("persons"),
    "household": mark("households"),
    "site": mark("sites"),
    "point": mark("monitoring points"),
    "item": mark("items"),
    "animal": mark("animals"),
    "report": mark("reports"),
    "share": mark("share, 0 to 1"),
    "score": mark("score"),
    "minute": mark("minutes"),
    "year": mark("years"),
    "litre": mark("litres"),
    "metre": mark("metres"),
    "person per household": mark("persons per household"),
    "person per latrine": mark("persons per latrine"),
    "person per shower": mark("persons per shower"),
    "person per water point": mark("persons per water point"),
    "person per hour": mark("persons per hour"),
}
OVER_PLACES = {
    OverPlaces.SUM: mark("figures of several places are added up"),
    OverPlaces.MAX: mark("of several places the largest figure counts"),
    OverPlaces.NONE: mark("never added up: computed anew from the records at each level"),
}
OVER_TIME = {
    OverTime.LATEST: mark("the latest figure counts; rounds are never added up"),
    OverTime.SUM: mark("figures of several rounds are added up"),
    OverTime.NONE: mark("figures of several rounds are never put together"),
}
KINDS = {
    Measured.STOCK: mark("stock: what is there on a day"),
    Measured.FLOW: mark("flow: what happened in a period"),
}
AGENCIES = {"unhcr": Label("UNHCR", "HCR"), "sphere": Label("Sphere", "Sphère")}
_SEMICOLON = {"en": "; ", "fr": " ; "}
_QUOTED = {"en": "“{word}”", "fr": "« {word} »"}
PHASES = {"emergency": mark("emergency phase"), "post_emergency": mark("post-emergency phase")}


def formula(value: Value, lang: str) -> str:
    """Say in one sentence what is computed from which answers."""
    match value:
        case Sum(names, where):
            return _say(mark("Sum of {what}{where}."), lang, what=_labels(names, lang), where=where)
        case Count(where):
            told = mark("Number of places{where}."), mark("Number of records{where}.")
            return _say(told[0 if value.of_places else 1], lang, where=where)
        case Mean(name, where):
            return _say(
                mark("Mean of {what}{where}."), lang, what=_labels([name], lang), where=where
            )
        case Share(of, among):
            share = mark("Share of records{where}, of those that are known{among}.")
            return _say(share, lang, where=of, among=among)
        case Ratio(above, below):
            divided = mark("{above}, divided by: {below}.")
            parts = {"above": _bare(above, lang), "below": _bare(below, lang)}
            return Message(divided, parts).text(lang) + _zeros(value, lang)
        case Index():
            return _index(value, lang)


def counted_over(one: Indicator, lang: str) -> str:
    """Say what an indicator is counted over; what moved between visits is never carried forward."""
    moved = (one.record, one.kind) == (Record.PLACE, Measured.FLOW)
    return translate(MOVED if moved else RECORDS[one.record], lang)


def rules(one: Indicator, lang: str) -> tuple[str, str]:
    """Say how figures add up over places and over time."""
    return translate(OVER_PLACES[one.over_places], lang), translate(OVER_TIME[one.over_time], lang)


def limit(name: str, line: Limit, lang: str) -> str:
    """Say one limit of a threshold with its agency, phase, first year and edition."""
    found = threshold(name)
    told = {
        "at_most": mark("{agency}, {phase}: at most {value} {unit}, since {year}; {edition}"),
        "at_least": mark("{agency}, {phase}: at least {value} {unit}, since {year}; {edition}"),
    }
    values = {
        "agency": AGENCIES[line.agency],
        "phase": Message(PHASES[line.phase]),
        "value": _plain(line.value, lang),
        "unit": Message(UNITS[found.unit]),
        "year": str(line.valid_from.year),
        "edition": line.edition,
    }
    return Message(told[found.rule.value], values).text(lang)


def _say(sentence: str, lang: str, **parts: str | Where) -> str:
    told = {
        name: part if isinstance(part, str) else _where(part, lang) for name, part in parts.items()
    }
    return Message(sentence, {"what": "", "where": "", "among": ""} | told).text(lang)


def _bare(total: Sum, lang: str) -> str:
    return _labels(total.concepts, lang) + _where(total.where, lang)


def _zeros(value: Ratio, lang: str) -> str:
    told = mark("Places where the divisor is 0 count too.")
    return " " + translate(told, lang) if value.zeros else ""


def _index(index: Index, lang: str) -> str:
    told = mark(
        "Weighted mean of {count} answers, 0 to 100, where those known hold at least {share} % of the weight: "
        "{items}."
    )
    whole = sum(item.weight for item in index.items)
    items = _SEMICOLON[lang].join(_item(item, whole, lang) for item in index.items)
    share = _plain(index.minimum * 100, lang)
    return Message(told, {"count": len(index.items), "share": share, "items": items}).text(lang)


def _item(item: Item, whole: float, lang: str) -> str:
    listed = code_list(str(concepts()[item.concept].codes))
    worth = ", ".join(
        f"{listed.get(code).label.text(lang)} = {_plain(score * 100, lang)}"
        for code, score in item.scores
    )
    weight = _plain(100 * item.weight / whole, lang)
    return f"{_labels([item.concept], lang)} ({weight} %{_SEMICOLON[lang]}{worth})"


def _where(where: Where, lang: str) -> str:
    if not where:
        return ""
    join = translate(mark(" and "), lang)
    told = join.join(_clause(clause, lang) for clause in where)
    return Message(mark(", where {conditions}"), {"conditions": told}).text(lang)


def _clause(clause: Clause, lang: str) -> str:
    match clause:
        case Condition(subject, codes):
            return f"{_subject(subject, lang)} = {_codes(subject, codes, lang)}"
        case Bound(subject, least, most):
            limits = [f"≥ {_plain(least, lang)}"] if least is not None else []
            limits += [f"≤ {_plain(most, lang)}"] if most is not None else []
            return f"{_labels([subject], lang)} {' '.join(limits)}"
        case AnyOf(clauses):
            told = _SEMICOLON[lang].join(_clause(each, lang) for each in clauses)
            return Message(
                mark("at least one of these is met ({conditions})"), {"conditions": told}
            ).text(lang)
        case Beyond():
            return _beyond(clause, lang)


def _beyond(clause: Beyond, lang: str) -> str:
    found = threshold(clause.threshold)
    told = mark(
        "{above}, divided by {below}, does not meet the threshold “{threshold}” ({agency}, {phase})"
    )
    values = {
        "above": _bare(clause.numerator, lang),
        "below": _bare(clause.denominator, lang),
        "threshold": found.label,
        "agency": AGENCIES[clause.agency],
        "phase": Message(PHASES[clause.phase]),
    }
    return Message(told, values).text(lang)


def _subject(subject: str, lang: str) -> str:
    if subject == STATE:
        return translate(mark("coverage of the place"), lang)
    return _labels([subject], lang)


def _codes(subject: str, codes: Iterable[str], lang: str) -> str:
    listed = code_list("coverage" if subject == STATE else str(concepts()[subject].codes))
    join = translate(mark(" or "), lang)
    return join.join(_QUOTED[lang].format(word=listed.get(code).label.text(lang)) for code in codes)


def _labels(names: Iterable[str], lang: str) -> str:
    return " + ".join(concepts()[name].label.text(lang) for name in names)


def _plain(value: float, lang: str) -> str:
    for decimals in (0, 1, 2):
        if round(value, decimals) == round(value, 6):
            return number(value, lang, decimals=decimals)
    return number(value, lang, decimals=2)
