"""A declared index over the figures of the newest round: areas with their scores, the ranks they may take, and what is missing.

Computed on request from kept figures, nothing stored: the figures of a run never change, and the draws have a seed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pyarrow as pa
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from opendtm.i18n import number, percent
from opendtm.measure.index import (
    Aggregation,
    Declaration,
    Ingredient,
    Ranked,
    declarations,
    places_from,
    ranks,
)
from opendtm.render.chart_ranks import RankDot, rank_dots
from opendtm_server.matrix import queries
from opendtm_server.matrix.courses import Course
from opendtm_server.matrix.models import Run

LEVELS = {
    "adm1": gettext_lazy("Areas of the first level"),
    "adm2": gettext_lazy("Areas of the second level"),
    "site": gettext_lazy("Sites"),
}
AGGREGATIONS = {
    Aggregation.ARITHMETIC: gettext_lazy("Weighted mean: a good indicator makes up for a bad one."),
    Aggregation.GEOMETRIC: gettext_lazy(
        "Weighted geometric mean: a good indicator hardly makes up for a bad one."
    ),
}


class Total(NamedTuple):
    """One kept figure that an index is made of."""

    pk: int
    indicator: str
    place_code: str
    place_name: str
    value: float | None
    n_places: int
    n_known: int
    n_carried: int


@dataclass(frozen=True)
class IngredientRow:
    """One indicator of an index as declared: its weight and what becomes of its values; where it is known."""

    label: str
    weight: str
    scale: str
    rule: str
    known: str


@dataclass(frozen=True)
class PartRow:
    """One indicator of one area: its figure (None where there is none), and its value in words."""

    label: str
    figure: int | None
    value: str


@dataclass(frozen=True)
class AreaIndex:
    """One area with everything that the page says of it."""

    of: Ranked
    declared: Declaration
    totals: Mapping[str, Total]
    name: str
    lang: str

    @property
    def index(self) -> str:
        """Write the index, or that it is not known."""
        value = self.of.scored.value
        return _("not known") if value is None else number(value, self.lang, decimals=1)

    @property
    def ranks(self) -> str:
        """Write the ranks that the place takes in 90 % of the draws; empty where it has none."""
        if self.of.low == self.of.high:
            return str(self.of.low or "")
        return f"{self.of.low}–{self.of.high}"

    @property
    def remark(self) -> str:
        """Say why there is no index, or what is critical."""
        reason = self.of.scored.reason
        return reason.text(self.lang) if reason else self.held

    @property
    def held(self) -> str:
        """Name the critical indicators that are low, and the mean where they hold the index below it; else empty."""
        scored = self.of.scored
        if not scored.critical or scored.value is None:
            return ""
        mean = getattr(scored, self.declared.aggregation.value)
        low = [each for each in self.declared.ingredients if each.column in scored.critical]
        names = ", ".join(each.label.text(self.lang) for each in low)
        if mean <= scored.value:
            return _("Critical: %(names)s.") % {"names": names}
        told = {"names": names, "mean": number(mean, self.lang, decimals=1)}
        return _("Held down by: %(names)s. The mean alone would be %(mean)s.") % told

    @property
    def known(self) -> str:
        """Say how many indicators are known, and how much of the weight."""
        scored = self.of.scored
        return _("%(known)s of %(declared)s (%(share)s of the weight)") % {
            "known": scored.known,
            "declared": scored.declared,
            "share": percent(scored.weight_known, self.lang),
        }

    @property
    def coverage(self) -> str:
        """Say of how many places of the area the least covered indicator tells, and what was carried forward."""
        told = [each for each in self.totals.values() if each.value is not None]
        if not told:
            return _("No place of it has a value.")
        least = min(told, key=lambda each: each.n_places)
        words = ngettext(
            "%(n)s of %(all)s place has a value",
            "%(n)s of %(all)s places have a value",
            least.n_known,
        ) % {"n": least.n_places, "all": least.n_known}
        carried = max(each.n_carried for each in told)
        if not carried:
            return words
        return words + _("; carried forward at %(n)s") % {"n": carried}

    @property
    def parts(self) -> list[PartRow]:
        """List the indicators with the figures that they are read from."""
        return [self._part(each) for each in self.declared.ingredients]

    def _part(self, each: Ingredient) -> PartRow:
        total = self.totals.get(each.column)
        value = total.value if total else None
        words = _("not known") if value is None else number(value, self.lang, decimals=1)
        return PartRow(each.label.text(self.lang), total.pk if total else None, words)


@dataclass(frozen=True)
class AreaIndices:
    """An index of the areas of one level in the newest round of a course, the highest first, those without one last."""

    declared: Declaration
    areas: Sequence[AreaIndex]
    lang: str

    @cached_property
    def ranked(self) -> list[AreaIndex]:
        """List the areas that have an index."""
        return [each for each in self.areas if each.of.rank is not None]

    def picture(self, shown: Sequence[AreaIndex]) -> str:
        """Draw the areas of a page that have an index, on the axis of all ranks; empty where none has."""
        dots = [
            RankDot(each.name, each.of.scored.value, each.of.rank, each.of.low, each.of.high)
            for each in shown
            if each.of.scored.value is not None
            and each.of.rank is not None
            and each.of.low is not None
            and each.of.high is not None
        ]
        if not dots:
            return ""
        drawn = rank_dots(dots, self.lang, places=len(self.ranked))
        return mark_safe(drawn)  # noqa: S308 - drawn here, words escaped

    @property
    def ingredients(self) -> list[IngredientRow]:
        """List what the index is made of, and in how many areas each indicator is known."""
        whole = sum(each.weight for each in self.declared.ingredients)
        return [self._ingredient(each, whole) for each in self.declared.ingredients]

    def _ingredient(self, each: Ingredient, whole: float) -> IngredientRow:
        known = sum(each.column not in area.of.scored.missing for area in self.areas)
        return IngredientRow(
            label=each.label.text(self.lang),
            weight=percent(each.weight / whole, self.lang),
            scale=_("%(worst)s counts as 0, %(best)s as 100")
            % {"worst": number(each.worst, self.lang), "best": number(each.best, self.lang)},
            rule=_rule(each, self.lang),
            known=_("%(known)s of %(areas)s") % {"known": known, "areas": len(self.areas)},
        )

    @property
    def labels(self) -> str:
        """Name the indicators in one line."""
        return ", ".join(each.label.text(self.lang) for each in self.declared.ingredients)

    @property
    def aggregation(self) -> str:
        """Say how the indicators add up."""
        return str(AGGREGATIONS[self.declared.aggregation])


def has_index(course: Course, declared: Declaration) -> bool:
    """Tell whether the newest round of a course has any figure that an index is made of."""
    columns = [each.column for each in declared.ingredients]
    found = queries.figures_of(course.newest).filter(indicator__in=columns, by="")
    return bool(found.filter(value__isnull=False).exists())


def indices_of(course: Course, declared: Declaration, *, level: str, lang: str) -> AreaIndices:
    """Compute an index for the areas of a level from the figures of the newest run of a course."""
    totals = _totals(course.newest, declared, level)
    by_area: dict[str, dict[str, Total]] = {}
    for each in totals:
        if key := each.place_code or each.place_name:
            by_area.setdefault(key, {})[each.indicator] = each
    columns = {name: [getattr(each, name) for each in totals] for name in _LAID}
    found = ranks(places_from(pa.table(columns, schema=_SCHEMA)), declared=declared)
    areas = [
        AreaIndex(each, declared, by_area[each.scored.place], _name(by_area, each), lang)
        for each in sorted(found, key=lambda each: (each.rank or len(found) + 1, each.scored.place))
    ]
    return AreaIndices(declared, areas, lang)


_SCHEMA = pa.schema(
    [
        ("indicator", pa.string()),
        ("place_code", pa.string()),
        ("place_name", pa.string()),
        ("value", pa.float64()),
    ]
)
_LAID = tuple(_SCHEMA.names)


def _totals(run: Run, declared: Declaration, level: str) -> list[Total]:
    found = queries.figures_of(run).filter(
        indicator__in=[each.column for each in declared.ingredients], place_level=level, by=""
    )
    return [Total(*row) for row in found.order_by("pk").values_list(*Total._fields)]


def _name(by_area: Mapping[str, Mapping[str, Total]], each: Ranked) -> str:
    total = next(iter(by_area[each.scored.place].values()))
    code, name = total.place_code, total.place_name
    return f"{name} ({code})" if name and code else name or code


def _rule(each: Ingredient, lang: str) -> str:
    rules = [_("without it there is no index")] if each.required else []
    if each.critical is not None:
        words = _("critical: at %(limit)s or below, the index is at most its value")
        rules.append(words % {"limit": number(each.critical, lang)})
    return _("; ").join(rules)


def named(name: str) -> Declaration | None:
    """Give the index of the catalogue that the address names; None where there is none of that id."""
    return next((each for each in declarations() if each.id == name), None)
