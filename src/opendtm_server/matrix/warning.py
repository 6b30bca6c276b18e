"""What the page of early warning says of a place: its last figure, the change, the alert, and what may come next."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from opendtm.i18n import number, percent, signed
from opendtm.measure.alerts import Direction
from opendtm.measure.warning import Break, Verdict, Watched, breaks_of, since
from opendtm.measure.warning.judging import Kind
from opendtm.render.chart_history import Ahead, history_chart
from opendtm_server.matrix.courses import Course, Kept, PlaceCourse

if TYPE_CHECKING:
    from opendtm.measure.forecast import Backtest, Forecast

ALERTS = {
    (Kind.SUDDEN, Direction.RISE): gettext_lazy("Sudden rise"),
    (Kind.SUDDEN, Direction.FALL): gettext_lazy("Sudden fall"),
    (Kind.GRADUAL, Direction.RISE): gettext_lazy("Rise that builds up over rounds"),
    (Kind.GRADUAL, Direction.FALL): gettext_lazy("Fall that builds up over rounds"),
}
BREAKS = {
    Break.METHOD: gettext_lazy("counted by another method, so the difference is not movement"),
    Break.COVERAGE: gettext_lazy(
        "over a tenth more or fewer places counted, so the difference is not movement"
    ),
}
MODELS = {
    "naive": gettext_lazy("Last count repeated"),
    "drift": gettext_lazy("Mean change goes on"),
    "seasonal_naive": gettext_lazy("Last season repeated"),
    "smoothed": gettext_lazy("Smoothed level"),
}


@dataclass(frozen=True)
class RoundRow:
    """One round of a place: its number, the kept figure (None where there is none), and what is to be said of it."""

    number: int
    kept: Kept | None
    note: str


@dataclass(frozen=True)
class Trial:
    """One model of a forecast with its trial on the past, and why it is not offered; empty where it is."""

    model: str
    backtest: "Backtest"
    reason: str


@dataclass(frozen=True)
class PlaceWarning:
    """One place with everything that the page says of it."""

    course: Course
    of: PlaceCourse
    verdict: Verdict
    lang: str

    @property
    def name(self) -> str:
        """Name the place with its code."""
        if self.of.place.level == "none":
            return self.of.name or _("Whole operation")
        return f"{self.of.name} ({self.of.place.code})" if self.of.place.code else self.of.name

    @property
    def key(self) -> str:
        """Give what an area is called in addresses: its code, or its name where it has none."""
        return self.of.key

    @property
    def last(self) -> Kept | None:
        """Give the kept figure of the newest round."""
        return self.of.kept[-1]

    @property
    def change(self) -> str:
        """Say how the figure differs from that of the round before, and whether that may be read as a change."""
        found, before = since(self.of.history), self.of.kept[-2:][0]
        if found is None:
            return _("Not known: one of the two rounds has no figure.")
        words = signed(found.difference, self.lang)
        if before and before.value:
            words += f" ({_signed_share(found.difference / before.value, self.lang)})"
        notes = [str(BREAKS[found.breaks])] if found.breaks else []
        notes += [_("mostly carried forward in one of the two rounds")] if found.is_repeated else []
        return "; ".join([words, *notes])

    @property
    def alerts(self) -> list[str]:
        """Name the alerts that the last change raised."""
        return [str(ALERTS[kind, alert.direction]) for kind, alert in self.verdict.alerts.items()]

    @property
    def calm(self) -> str:
        """Say why there is no alert."""
        if self.verdict.judged:
            return _("None: the last change is within what was usual.")
        if self.verdict.tuned:
            return _("Not judged: the change is not known, or may not be read as one.")
        return _("Not judged: too few past changes are known.")

    @cached_property
    def forecast(self) -> "Forecast":
        """Give the forecast of the next round, or the reason why there is none."""
        from opendtm.measure.warning.outlook import outlook  # noqa: PLC0415 - brings scipy with it

        return outlook(self.of.history)

    @property
    def ahead(self) -> Ahead | None:
        """Give the forecast that may be shown, as the chart draws it."""
        offered = self.forecast.offered
        if offered is None:
            return None
        step = offered.steps[0]
        return Ahead(step.value, step.low, step.high)

    @property
    def outlook(self) -> str:
        """Write the forecast with its interval; empty where none is offered."""
        found = self.ahead
        if found is None:
            return ""
        return _("%(value)s (%(level)s interval: %(low)s to %(high)s)") % {
            "value": number(found.value, self.lang),
            "level": percent(self.forecast.plan.level, self.lang),
            "low": number(found.low, self.lang),
            "high": number(found.high, self.lang),
        }

    @property
    def why_none(self) -> str:
        """Say why no forecast is offered."""
        return self.forecast.reason.text(self.lang) if self.forecast.reason else ""

    @property
    def trials(self) -> list[Trial]:
        """List the models with their trial on the past, the last count repeated first."""
        if self.forecast.baseline is None:
            return []
        baseline = Trial(
            str(MODELS["naive"]), self.forecast.baseline, _("Never offered: what others must beat.")
        )
        return [baseline] + [
            Trial(
                str(MODELS[each.backtest.model]),
                each.backtest,
                each.reason.text(self.lang) if each.reason else _("Offered"),
            )
            for each in self.forecast.judged
        ]

    @property
    def svg(self) -> str:
        """Draw the rounds; the picture escapes every word in it."""
        numbers = self.course.numbers
        drawn = history_chart(self.of.history, self.lang, rounds=numbers, ahead=self.ahead)
        return mark_safe(drawn)  # noqa: S308

    @property
    def rows(self) -> list[RoundRow]:
        """List the rounds, the newest first."""
        breaks = breaks_of(self.of.history)
        rows = [
            RoundRow(self.course.numbers[at], kept, self._note(at, breaks[at]))
            for at, kept in enumerate(self.of.kept)
        ]
        return rows[::-1]

    def _note(self, at: int, breaks: Break | None) -> str:
        reading = self.of.history.readings[at]
        if reading is None:
            return _("Not computed, or not signed off")
        notes = [str(BREAKS[breaks])] if breaks else []
        notes += [_("mostly carried forward")] if reading.is_repeated else []
        return "; ".join(notes)


def warnings(
    course: Course, places: Sequence[PlaceCourse], watch: Watched, lang: str
) -> list[PlaceWarning]:
    """Join places with the verdicts on them, those with an alert first."""
    found = [
        PlaceWarning(course, place, verdict, lang)
        for place, verdict in zip(places, watch.verdicts, strict=True)
    ]
    return sorted(found, key=lambda each: not each.verdict.alerts)


def tuning_words(watch: Watched, lang: str) -> list[str]:
    """Say how many false alarms are to be expected, what the detectors were tuned on, or why they could not be."""
    able = any(each.detector for each in watch.tuned)
    said = [_rate_words(watch, lang), _history_words(watch)] if able else []
    reasons = {each.reason.text(lang): None for each in watch.tuned if each.reason is not None}
    sentence = (
        _("One of the two detectors cannot be tuned. %(reason)s")
        if able
        else _("No alert can be given yet. %(reason)s")
    )
    return [*said, *(sentence % {"reason": one} for one in reasons)]


def _rate_words(watch: Watched, lang: str) -> str:
    sentence = ngettext(
        "Each detector raises a false alarm at no more than %(rate)s of the changes that it judges: of the %(n)s place judged here, %(expected)s in a round where nothing unusual happens.",
        "Each detector raises a false alarm at no more than %(rate)s of the changes that it judges: of the %(n)s places judged here, %(expected)s in a round where nothing unusual happens.",
        watch.judged,
    )
    expected = number(watch.rate * watch.judged, lang, decimals=1)
    return sentence % {"rate": percent(watch.rate, lang), "n": watch.judged, "expected": expected}


def _history_words(watch: Watched) -> str:
    sentence = ngettext(
        "They were tuned on %(changes)s past changes over %(rounds)s rounds, of %(n)s place; the last round is not among them.",
        "They were tuned on %(changes)s past changes over %(rounds)s rounds, of %(n)s places; the last round is not among them.",
        watch.places,
    )
    return sentence % {"changes": watch.changes, "rounds": watch.rounds, "n": watch.places}


def _signed_share(share: float, lang: str) -> str:
    """Write a share with its sign, a true minus; what rounds to nothing has none."""
    whole = round(100 * share)
    return ("+" if whole > 0 else "−" * (whole < 0)) + percent(abs(share), lang)
