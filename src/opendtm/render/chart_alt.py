"""A trend in words, for whoever cannot see the chart: from where to where, the highest, and what is missing."""

from collections.abc import Sequence

from opendtm.i18n import Message, day, number
from opendtm.render.chart_breaks import last_method
from opendtm.report.model import Number, TrendPoint


def known_value(figure: Number) -> float | None:
    """Give what may be shown of a number; None where it is unknown or withheld."""
    return None if figure.suppressed else figure.value


def trend_alt(points: Sequence[TrendPoint], lang: str, *, of_areas: bool = False) -> str:
    """Say what the chart of a trend shows, with its numbers; `of_areas` where lines are areas, not sites."""
    if not points:
        return Message("No round is known, so there is no trend to show.").text(lang)
    known = [(point, value) for point in points if (value := known_value(point.idps)) is not None]
    sentences = [
        *_course([each for each in known if each[0] in last_method(points)], lang),
        *_breaks(points, lang),
        *_missing(points, known),
        _coverage(points[-1], of_areas=of_areas),
        *_movements(points[-1]),
    ]
    return " ".join(sentence.text(lang) for sentence in sentences)


def _course(known: Sequence[tuple[TrendPoint, float]], lang: str) -> list[Message]:
    if not known:
        return [Message("The number of IDPs is not known for any of these rounds.")]
    (first, before), (last, after) = known[0], known[-1]
    values = {
        "before": before, "first": _day(first, lang), "after": after, "last": _day(last, lang),
        "n": len(known),
    }  # fmt: skip
    if len(known) == 1:
        return [Message("IDPs: {after} on {last}.", values)]
    said = [Message("IDPs in {n} rounds: from {before} on {first} to {after} on {last}.", values)]
    top, most = max(known, key=lambda item: item[1])
    if most > max(before, after):
        said.append(Message("Highest: {most} on {day}.", {"most": most, "day": _day(top, lang)}))
    carried = min(last.idps.carried or 0, after)
    if carried:
        said.append(
            Message(
                "Of the last figure, {n} were carried forward from an earlier visit.",
                {"n": carried},
            )
        )
    return said


def _breaks(points: Sequence[TrendPoint], lang: str) -> list[Message]:
    """Say from which rounds on another method counts, so that nobody compares across."""
    return [
        Message(
            "From {day} on IDPs are counted by another method; earlier rounds do not compare.",
            {"day": _day(point, lang)},
        )
        for point in points
        if point.breaks
    ]


def _missing(
    points: Sequence[TrendPoint], known: Sequence[tuple[TrendPoint, float]]
) -> list[Message]:
    missing = len(points) - len(known)
    return [Message("Rounds without a figure: {n}.", {"n": missing})] if known and missing else []


def _coverage(point: TrendPoint, *, of_areas: bool) -> Message:
    values = {"n": point.coverage.n_assessed, "known": point.coverage.n_known}
    if of_areas:
        return Message("Areas visited in the last round: {n} of {known}.", values)
    return Message("Sites visited in the last round: {n} of {known}.", values)


def _movements(point: TrendPoint) -> list[Message]:
    found = []
    if point.arrivals is not None:
        found.append(Message("Arrivals in the last round: {n}.", {"n": point.arrivals}))
    if point.departures is not None:
        found.append(Message("Departures in the last round: {n}.", {"n": point.departures}))
    return found


def _day(point: TrendPoint, lang: str) -> str:
    return day(point.round.ends_on, lang, short=True)


def told(point: TrendPoint, lang: str) -> str:
    """Say one round in words: its day, its figure, and what of it was carried forward."""
    value = known_value(point.idps)
    values = {
        "day": _day(point, lang),
        "n": value,
        "carried": min(point.idps.carried or 0, value or 0),
    }
    if value is None:
        return Message("{day}: no figure", values).text(lang)
    if not values["carried"]:
        return f"{values['day']}: {number(value, lang)}"
    return Message("{day}: {n}, of them {carried} carried forward", values).text(lang)
