"""What the page of movements behind the stock says: accounts of areas and sites, and the total with places out of reach."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opendtm.i18n import number, percent, signed
from opendtm.measure.stock import LEFT_OUT, ImputedTotal, Movement, Way, reasons

WAYS = {
    Way.CARRY: gettext_lazy("Carried forward"),
    Way.RATIO: gettext_lazy("Imputed by the ratio of the area"),
}


@dataclass(frozen=True)
class MovementRow:
    """One account in words; what is not known is a dash, and `left_out` says why."""

    of: Movement
    lang: str

    @property
    def key(self) -> str:
        """Give what the area or site is called in addresses; empty for the whole and where no area is stated."""
        return self.of.area.key if self.of.area else ""

    @property
    def name(self) -> str:
        """Name the area or site with its code."""
        area = self.of.area
        if area is None:
            return _("All")
        if not area.key:
            return _("Area not stated")
        told = area.name and area.name != area.key
        return f"{area.name} ({area.code})" if told else area.key

    @property
    def opening(self) -> str:
        """Write the stock of the round before."""
        return _people(self.of.opening, self.lang)

    @property
    def arrivals(self) -> str:
        """Write those who arrived."""
        return _people(self.of.arrivals, self.lang)

    @property
    def departures(self) -> str:
        """Write those who departed."""
        return _people(self.of.departures, self.lang)

    @property
    def expected(self) -> str:
        """Write the stock that these lead to."""
        return _people(self.of.expected, self.lang)

    @property
    def closing(self) -> str:
        """Write the stock observed."""
        return _people(self.of.closing, self.lang)

    @property
    def residual(self) -> str:
        """Write the residual with its sign."""
        found = self.of.residual
        return _("not known") if found is None else signed(round(found), self.lang)

    @property
    def share(self) -> str:
        """Write the residual as a share of the observed stock."""
        return share_words(self.of.residual_share, self.lang)

    @property
    def compared(self) -> str:
        """Say how many places are compared of those known."""
        values = {"n": number(self.of.n, self.lang), "known": number(self.of.n_known, self.lang)}
        return _("%(n)s of %(known)s") % values

    @property
    def whether(self) -> str:
        """Say whether a single site is compared, or why not."""
        found = next(iter(self.of.left_out), None)
        return (
            _("yes")
            if found is None
            else _("no: %(why)s") % {"why": LEFT_OUT[found].text(self.lang)}
        )

    @property
    def left_out(self) -> str:
        """Say why places are left out, and how many."""
        return reasons(self.of, self.lang)


@dataclass(frozen=True)
class TotalRow:
    """A total with places out of reach counted in one way, in words."""

    way: Way
    of: ImputedTotal
    lang: str

    @property
    def label(self) -> str:
        """Name the way."""
        return str(WAYS[self.way])

    @property
    def value(self) -> str:
        """Write the total; refused where more would be imputed than may be."""
        return _("refused") if self.of.refused else _people(self.of.value, self.lang)

    @property
    def why(self) -> str:
        """Say why the total is refused; empty where it is not."""
        return self.of.refused.text(self.lang) if self.of.refused else ""

    @property
    def range(self) -> str:
        """Write the range that imputation adds."""
        if self.of.low is None or self.of.high is None or self.of.level is None:
            return "–"
        ends = {"low": _people(self.of.low, self.lang), "high": _people(self.of.high, self.lang)}
        return _("%(low)s to %(high)s (at %(level)s)") % {
            **ends,
            "level": percent(self.of.level, self.lang),
        }

    @property
    def observed(self) -> str:
        """Write what was observed in the round."""
        return _people(self.of.observed, self.lang)

    @property
    def imputed(self) -> str:
        """Write what was given to places out of reach."""
        return _people(self.of.imputed, self.lang)

    @property
    def share(self) -> str:
        """Write the imputed part as a share of the total."""
        return share_words(self.of.share, self.lang)

    @property
    def unknown(self) -> str:
        """Say what the unknown places held when they were last observed; empty where none is unknown."""
        if not self.of.n_unknown:
            return ""
        if self.of.last_of_unknown is None:
            return _("none of the unknown was ever observed")
        return _("of the unknown, observed before: %(seen)s, which last held %(last)s") % {
            "seen": number(len(self.of.seen_before), self.lang),
            "last": _people(self.of.last_of_unknown, self.lang),
        }

    @property
    def places(self) -> tuple[int, int, int]:
        """Count the places observed, imputed, and unknown."""
        return self.of.n_observed, self.of.n_imputed, self.of.n_unknown


def total_rows(totals: Mapping[Way, ImputedTotal], lang: str) -> list[TotalRow]:
    """Give the totals in the order of WAYS."""
    return [TotalRow(way, totals[way], lang) for way in WAYS]


def share_words(share: float | None, lang: str) -> str:
    """Write a share as a percentage with one decimal and a true minus; a dash where it is not known."""
    if share is None:
        return "–"
    sign = "−" if round(share, 3) < 0 else ""
    return sign + number(abs(100 * share), lang, decimals=1) + ("%" if lang == "en" else "\u202f%")


def _people(value: float | None, lang: str) -> str:
    return "–" if value is None else number(round(value), lang)
