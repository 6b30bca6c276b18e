"""How the interviews of a round were chosen, as the operation's manager declares it, before any library sees it.

Plain names of concepts and rules: what is kept with a run, offered on a form, and told on a page. The estimators
are given their own `Design` only where figures are computed.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opendtm.vocab import Kind, Sharing, concept, concepts

DRAWN, ASKED = "drawn", "asked"
POPULATION, FRACTION = "population", "fraction"
LEAST = 5  # households of restricted data: the smallest cell of the catalogue's disclosure rules

LONELY = {
    "adjust": gettext_lazy("Centre it on zero, which rather overstates the error"),
    "average": gettext_lazy("Give it the mean variance of the other strata"),
    "certainty": gettext_lazy("It was sure to be drawn: it adds no error"),
    "remove": gettext_lazy("Leave it out of the error"),
    "fail": gettext_lazy("Compute nothing until the strata are joined"),
}
_CODES = (Kind.CODE,)
_NUMBERS = (Kind.NUMBER, Kind.COUNT)
_OPEN = (Sharing.PUBLIC, Sharing.RESTRICTED)


@dataclass(frozen=True)
class Sample:
    """The design of a round's sample by names of concepts, outermost stage first.

    `kind` is DRAWN, or ASKED where chance did not choose: then nothing else is said. `finite` holds sizes of the
    population or fractions, as `finite_holds` says. `lonely` is a rule of LONELY. What fewer interviews than
    `least` stand behind is withheld.
    """

    kind: str
    strata: str = ""
    clusters: tuple[str, ...] = ()
    weights: str = ""
    finite: tuple[str, ...] = ()
    finite_holds: str = POPULATION
    lonely: str = "adjust"
    nested: bool = False
    least: int = LEAST

    @property
    def drawn(self) -> bool:
        """Tell whether chance chose the interviews, so that their error is known."""
        return self.kind == DRAWN

    def columns(self) -> tuple[str, ...]:
        """Name the concepts that the design reads."""
        named = (self.strata, *self.clusters, self.weights, *self.finite)
        return tuple(name for name in named if name)

    def kept(self) -> dict[str, Any]:
        """Give the design as plain values, for the partition of a run."""
        return asdict(self) | {"clusters": list(self.clusters), "finite": list(self.finite)}

    def facts(self, lang: str) -> list[tuple[str, str]]:
        """Say the design in words, part by part."""
        if not self.drawn:
            return [
                (
                    _("How interviews were chosen"),
                    _("Not by chance: the figures are of those asked"),
                )
            ]
        clusters = _names(self.clusters, lang) or _("none: households were drawn directly")
        facts = [
            (_("How interviews were chosen"), _("By chance")),
            (_("Strata"), _names([self.strata], lang) or _("none")),
            (_("Clusters"), clusters),
            (_("Weights"), _names([self.weights], lang) or _("every interview counts the same")),
        ]
        if self.finite:
            holds = SIZES[self.finite_holds]
            facts.append((str(holds), _names(self.finite, lang)))
        return [*facts, (_("A stratum with one cluster"), str(LONELY[self.lonely]))]


SIZES = {
    POPULATION: gettext_lazy("Sizes of the population"),
    FRACTION: gettext_lazy("Fractions drawn"),
}


def sample_from(kept: Mapping[str, Any] | None) -> Sample | None:
    """Give a design back from what `Sample.kept` wrote."""
    if kept is None:
        return None
    return Sample(**{**kept, "clusters": tuple(kept["clusters"]), "finite": tuple(kept["finite"])})


def offered_codes(asked: Collection[str]) -> list[str]:
    """Name the concepts asked that can be strata or clusters, in the order of the dictionary."""
    return _offered(asked, _CODES)


def offered_numbers(asked: Collection[str]) -> list[str]:
    """Name the concepts asked that can be weights or sizes."""
    return _offered(asked, _NUMBERS)


def usual(asked: Collection[str]) -> Sample:
    """Give the design that a form's questions suggest, for a person to confirm or change."""
    return Sample(
        DRAWN,
        strata=_first(asked, ("sample_stratum", "adm1_code")),
        clusters=tuple(filter(None, [_first(asked, ("sample_cluster", "site_id"))])),
        weights=_first(asked, ("sample_weight",)),
    )


def _offered(asked: Collection[str], kinds: tuple[Kind, ...]) -> list[str]:
    return [
        name
        for name, one in concepts().items()
        if name in asked and one.kind in kinds and one.sharing in _OPEN
    ]


def _first(asked: Collection[str], names: tuple[str, ...]) -> str:
    return next((name for name in names if name in asked), "")


def _names(names: Collection[str], lang: str) -> str:
    return " › ".join(concept(name).label.text(lang) for name in names if name)
