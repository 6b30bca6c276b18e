"""A figure in words: its label, definition, method, coverage and date, for a page in the reader's language."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from opendtm import measure
from opendtm.i18n import day, number, percent, translate
from opendtm.measure import confidence
from opendtm.measure.exchange import by_pairs
from opendtm.measure.reasons import Reason
from opendtm.measure.scope import Record
from opendtm.measure.telling import UNITS
from opendtm.records import Confidence
from opendtm.vocab import code_list, concepts
from opendtm_server.matrix import queries
from opendtm_server.matrix.models import Figure
from opendtm_server.matrix.reviews import standing

METHODS = {
    "observed": gettext_lazy("Observed in this round"),
    "derived": gettext_lazy("Derived from another answer by a stated factor"),
    "carried_forward": gettext_lazy("Partly carried forward from an earlier round"),
    "estimated": gettext_lazy("Estimated from a sample drawn by chance"),
    "asked": gettext_lazy("Of those asked alone: they were not drawn by chance"),
    "unknown": gettext_lazy("Not known"),
}


def indicator_label(name: str, lang: str) -> str:
    """Give an indicator's label; its id where the catalogue has none of that name any more."""
    known = name in measure.identifiers()
    return measure.indicator(name).label.text(lang) if known else name


def place_of(figure: Figure) -> str:
    """Name the place of a figure with its code."""
    if figure.place_level == "none":
        return figure.place_name or _("Whole operation")
    named = figure.place_name and figure.place_code
    return (
        f"{figure.place_name} ({figure.place_code})"
        if named
        else figure.place_name or figure.place_code
    )


def split_words(figure: Figure, lang: str) -> str:
    """Say what part of the whole a disaggregated figure is; empty for a total."""
    return ", ".join(_code_words(dimension, code, lang) for dimension, code in by_pairs(figure.by))


def _code_words(dimension: str, code: str, lang: str) -> str:
    concept = concepts().get(dimension)
    listed = concept.codes if concept and concept.codes else dimension
    try:
        return code_list(listed).get(code).label.text(lang)
    except KeyError:
        return code


@dataclass(frozen=True)
class FigureSheet:
    """One figure with everything that its page says."""

    figure: Figure
    lang: str

    @cached_property
    def indicator(self) -> "measure.Indicator":
        """Give the indicator as the catalogue has it."""
        return measure.indicator(self.figure.indicator)

    @property
    def label(self) -> str:
        """Name the indicator, with the part of it where the figure is one."""
        label = indicator_label(self.figure.indicator, self.lang)
        part = split_words(self.figure, self.lang)
        return f"{label}: {part}" if part else label

    @property
    def place(self) -> str:
        """Name the place."""
        return place_of(self.figure)

    @property
    def unit(self) -> str:
        """Name the unit."""
        return translate(UNITS.get(self.figure.unit, self.figure.unit), self.lang)

    @property
    def method(self) -> str:
        """Say how the figure came about."""
        return str(METHODS.get(self.figure.method, self.figure.method))

    @property
    def value(self) -> str:
        """Write the value, or say that it is not known or withheld."""
        if self.figure.value is None:
            known = self.figure.withheld in {None, Reason.NOBODY}
            return _("not known") if known else _("withheld")
        return self._written(self.figure.value)

    def _written(self, value: float) -> str:
        if self.figure.unit == "share":
            return percent(value, self.lang)
        return number(value, self.lang, decimals=0 if float(value).is_integer() else 1)

    @property
    def estimate(self) -> bool:
        """Tell whether the figure is of interviews, so that places do not stand behind it."""
        return self.indicator.record is Record.INTERVIEW

    @property
    def interval(self) -> str:
        """Write the limits of the 95 % interval; empty where there is none."""
        low, high = self.figure.low, self.figure.high
        return (
            "" if low is None or high is None else f"{self._written(low)} – {self._written(high)}"
        )

    @property
    def without_interval(self) -> str:
        """Say why an estimate has no interval."""
        if self.figure.withheld:
            return Reason(self.figure.withheld).text(self.lang)
        if self.figure.df is None:
            return _("None: those asked were not drawn by chance.")
        return _("None: all those asked answered alike.")

    @property
    def coverage(self) -> str:
        """Say how many places stand behind the figure."""
        figure = self.figure
        if self.estimate:
            return self._answered()
        if not figure.n_known:
            return _("No place is known.")
        if self.indicator.record is not Record.PLACE:
            return self._recorded() % {"n": figure.n_known}
        share = percent(figure.n_assessed / figure.n_known, self.lang)
        parts = [
            ngettext(
                "%(assessed)s of %(known)s known site answered in this round (%(share)s)",
                "%(assessed)s of %(known)s known sites answered in this round (%(share)s)",
                figure.n_known,
            )
            % {"assessed": figure.n_assessed, "known": figure.n_known, "share": share}
        ]
        if figure.n_carried:
            carried = ngettext("%(n)s carried forward", "%(n)s carried forward", figure.n_carried)
            parts.append(carried % {"n": figure.n_carried})
        if figure.n_inaccessible:
            lost = ngettext("%(n)s inaccessible", "%(n)s inaccessible", figure.n_inaccessible)
            parts.append(lost % {"n": figure.n_inaccessible})
        return "; ".join(parts)

    def _recorded(self) -> str:
        """Say what records of a period are of, and whom they leave out."""
        n = self.figure.n_known
        if self.indicator.record is Record.HOUSEHOLD:
            return ngettext(
                "Households registered at %(n)s place; who was not registered is not counted.",
                "Households registered at %(n)s places; who was not registered is not counted.",
                n,
            )
        if self.indicator.record is Record.PERSON:
            return ngettext(
                "Persons registered at %(n)s place; who was not registered is not counted.",
                "Persons registered at %(n)s places; who was not registered is not counted.",
                n,
            )
        return ngettext(
            "Records of %(n)s place; nobody knows what passed elsewhere or at other hours.",
            "Records of %(n)s places; nobody knows what passed elsewhere or at other hours.",
            n,
        )

    def _answered(self) -> str:
        counts = {"n": self.figure.n_places, "all": self.figure.n_known}
        words = ngettext(
            "%(n)s of %(all)s interview has a known answer",
            "%(n)s of %(all)s interviews have a known answer",
            self.figure.n_known,
        )
        return words % counts

    @property
    def sample_facts(self) -> list[tuple[str, str]]:
        """Say how the interviews behind an estimate were chosen; empty for other figures."""
        sample = queries.sample_behind(self.figure.run) if self.estimate else None
        return sample.facts(self.lang) if sample else []

    @cached_property
    def kept(self) -> Confidence | None:
        """Give the confidence that was kept with the figure; None where it was not graded."""
        return Confidence.read(self.figure.confidence, self.figure.confidence_parts)

    @property
    def confidence(self) -> str:
        """Name the grade; empty where the figure was not graded."""
        return confidence.grade_label(self.kept.grade).text(self.lang) if self.kept else ""

    @property
    def parts(self) -> list[tuple[str, str]]:
        """Say what the grade follows from, part by part."""
        return (
            [confidence.part_words(part, self.lang) for part in self.kept.parts]
            if self.kept
            else []
        )

    @property
    def public_parts(self) -> list[tuple[str, str]]:
        """Say the parts that anybody may read.

        How many informants spoke at a place stays in the house, and a share carried forward is not told where
        the part carried forward is withheld.
        """
        if self.kept is None:
            return []
        told = []
        for part in self.kept.parts:
            if part.name in confidence.withheld():
                continue
            withheld = part.name == "imputed" and self.figure.carried is None
            told.append(
                confidence.part_words(replace(part, measured=None) if withheld else part, self.lang)
            )
        return told

    @property
    def facts(self) -> list[tuple[str, Any]]:
        """List what the page says of the figure, in order."""
        figure = self.figure
        round_ = figure.run.round
        period = f"{day(round_.starts_on, self.lang, short=True)} – {day(round_.ends_on, self.lang, short=True)}"
        facts: list[tuple[str, Any]] = [
            (_("Place"), self.place),
            (_("Round"), f"{round_.number} ({period})"),
            (_("As of"), figure.as_of),
            (_("Definition"), self.indicator.definition.text(self.lang)),
            (_("Review of the definition"), self._review()),
            (_("Method"), self.method),
            *([(_("Confidence"), self.confidence)] if self.kept else []),
            (_("Coverage"), self.coverage),
            *(self._error() if self.estimate else [(_("Sites with a value"), figure.n_places)]),
            (_("Source of the definition"), self.indicator.source.text(self.lang)),
            (_("Computed"), figure.run.made_at),
            (_("Revision"), figure.run.revision),
            (_("Fingerprint of the answers"), figure.run.answers_sha256[:16]),
        ]
        if figure.carried:
            carried = f"{number(figure.carried, self.lang)} {self.unit}"
            facts.insert(6, (_("Of which carried forward"), carried))
        return facts

    def _review(self) -> str:
        return standing(self.figure.run.round.operation, self.indicator.id).words(self.lang)

    def _error(self) -> list[tuple[str, Any]]:
        """List what an estimate says of its error, as far as there is any."""
        figure = self.figure
        told: list[tuple[str, Any]] = [
            (_("Interval of 95 %"), self.interval or self.without_interval),
        ]
        if figure.standard_error is not None:
            points = _("%(n)s percentage points")
            share = points % {"n": number(100 * figure.standard_error, self.lang, decimals=1)}
            error = number(figure.standard_error, self.lang, decimals=2)
            told.append((_("Standard error"), share if figure.unit == "share" else error))
        if figure.df is not None:
            told.append((_("Degrees of freedom"), figure.df))
        if figure.deff is not None:
            told.append((_("Design effect"), number(figure.deff, self.lang, decimals=2)))
        return told
