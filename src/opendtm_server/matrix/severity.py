"""The severity of the places of a round by the rule table of sites: what was answered, scored, and what was not measured."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opendtm.i18n import number
from opendtm.measure.severity import Rules, SectorScore, rule_table
from opendtm.measure.warning import Answered, answered
from opendtm.render.chart_scores import SCORES, ScoreBar
from opendtm.vocab import code_list, concepts
from opendtm_server.matrix import queries
from opendtm_server.matrix.courses import Course

TABLE = "site_conditions"
COMPUTED = "persons_per_latrine"  # a column of the table that is an indicator, not an answer


@dataclass(frozen=True)
class ScoreRow:
    """One sector of one place: its score as a sign and in words, and the answers that it comes from."""

    label: str
    tone: int  # the score, 0 where it was not measured
    sign: str
    score: str
    measured: str
    why: str


@dataclass(frozen=True)
class PlaceSeverity:
    """One place with everything that the page says of it."""

    of: Answered
    name: str
    rules: Rules
    lang: str

    @property
    def code(self) -> str:
        """Give the code of the site."""
        return self.of.severity.place

    @property
    def tone(self) -> int:
        """Give the overall score, 0 where there is none."""
        return self.of.severity.overall or 0

    @property
    def overall(self) -> str:
        """Write the overall score, or the reason why there is none."""
        found = self.of.severity
        if found.overall is None:
            return found.reason.text(self.lang) if found.reason else ""
        return _at_least(found.overall, at_least=found.at_least)

    @property
    def in_need(self) -> str:
        """Say in how many of the measured sectors the place is in need."""
        found = self.of.severity
        sentence = ngettext("%(n)s sector in need", "%(n)s sectors in need", found.in_need)
        return sentence % {"n": found.in_need}

    @property
    def measured(self) -> str:
        """Say how many sectors were measured."""
        found = self.of.severity
        return _("%(measured)s of %(declared)s sectors measured") % {
            "measured": found.measured,
            "declared": found.declared,
        }

    @property
    def sectors(self) -> list[ScoreRow]:
        """List the sectors, the worst first, those not measured last."""
        found = sorted(self.of.severity.sectors, key=lambda each: -(each.score or 0))
        return [self._sector(each) for each in found]

    def _sector(self, sector: SectorScore) -> ScoreRow:
        score = _("not measured")
        if sector.score is not None:
            score = _at_least(sector.score, at_least=sector.at_least)
        measured = _("%(measured)s of %(declared)s") % {
            "measured": sector.measured,
            "declared": sector.declared,
        }
        why = "; ".join(self._answer(column) for column in sector.deciding)
        label = sector_label(sector.sector, self.lang)
        return ScoreRow(label, sector.score or 0, _sign(sector), score, measured, why)

    def _answer(self, column: str) -> str:
        value, label = self.of.answers[column], self._label(column)
        return _("%(question)s: %(answer)s") % {
            "question": label,
            "answer": answer_words(column, value, self.lang),
        }

    def _label(self, column: str) -> str:
        every = (each for sector in self.rules.sectors for each in sector.indicators)
        return next(each.label.text(self.lang) for each in every if each.column == column)


def severity_of(course: Course, *, sites: Collection[str] | None = None) -> tuple[Answered, ...]:
    """Score the places visited in the newest round, the worst first; `sites` narrows them to some.

    Errors as in `measure.severity.severities`.
    """
    rules = rule_table(TABLE)
    columns = [each.column for sector in rules.sectors for each in sector.indicators]
    found = answered(
        course.answers(columns),
        rounds=course.record_rounds,
        at=course.at,
        rules=rules,
        beside={COMPUTED: queries.observed_at_sites(course.newest, COMPUTED)},
    )
    return tuple(each for each in found if sites is None or each.severity.place in sites)


def by_sector(places: Sequence[Answered], lang: str) -> list[ScoreBar]:
    """Count the places by score in each sector of the table, the sector with the highest scores first."""
    rows = [
        _bar([place.severity.sectors[at] for place in places], sector_label(sector.name, lang))
        for at, sector in enumerate(rule_table(TABLE).sectors)
    ]
    return sorted(rows, key=lambda row: ([-places for places in row.places], row.label))


def sector_label(name: str, lang: str) -> str:
    """Name a sector."""
    return code_list("sector").get(name).label.text(lang)


def answer_words(column: str, value: Any, lang: str) -> str:
    """Write an answer as a person reads it."""
    if isinstance(value, int | float):
        return number(value, lang, decimals=0 if float(value).is_integer() else 1)
    listed = concepts()[column].codes
    return code_list(listed).get(value).label.text(lang) if listed else str(value)


def _bar(scores: Sequence[SectorScore], label: str) -> ScoreBar:
    counted = tuple(sum(each.score == score for each in scores) for score in SCORES)
    return ScoreBar(label, counted, sum(each.score is None for each in scores))


def _sign(sector: SectorScore) -> str:
    if sector.score is None:
        return "–"
    return f"≥ {sector.score}" if sector.at_least else str(sector.score)


def _at_least(score: int, *, at_least: bool) -> str:
    return _("at least %(score)s") % {"score": score} if at_least else str(score)
