"""The matrix of origins in words and shades, as the page of movements behind the stock shows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opendtm.i18n import number
from opendtm.measure.stock import (
    NOT_STATED,
    Margin,
    Origins,
    cells_of,
    diversity,
    with_margins,
)
from opendtm_server.matrix.movements import share_words

SHADES = 5


@dataclass(frozen=True)
class Shaded:
    """People of one origin in one area, and how dark the cell is: 0 not at all, SHADES the largest cell."""

    words: str
    shade: int = 0


@dataclass(frozen=True)
class OriginRow:
    """One origin, or all: its people by area, and their sum."""

    name: str
    cells: tuple[Shaded, ...]
    total: str


@dataclass(frozen=True)
class OriginGrid:
    """Areas as columns, origins as rows; those of unknown origin, the sums and the evenness of each area apart."""

    places: tuple[str, ...]
    rows: tuple[OriginRow, ...]
    unknown: OriginRow | None
    total: OriginRow
    evenness: tuple[str, ...]
    sentences: tuple[str, ...]


def origin_grid(found: Origins, *, names: Mapping[str, str], lang: str) -> OriginGrid:
    """Write a matrix in words; `names` are those of areas, for origins that the list does not name."""
    known = {**names, **found.names}
    sums = with_margins(cells_of(found))
    places = sorted({*found.matrix.places, *found.unknown})
    largest = float(found.matrix.persons.max(initial=0.0))

    def row(origin: str | Margin, name: str, *, dark: float = 0.0) -> OriginRow:
        cells = [_shaded(sums[origin, place], dark, lang) for place in places]
        return OriginRow(name, tuple(cells), number(sums[origin, Margin.ALL], lang))

    origins = [row(one, _named(one, known), dark=largest) for one in found.matrix.origins]
    return OriginGrid(
        places=tuple(_named(place, known) for place in places),
        rows=tuple(origins),
        unknown=row(NOT_STATED, _("Origin not known")) if found.unknown else None,
        total=row(Margin.ALL, _("All")),
        evenness=tuple(_evenness(found, place, lang) for place in places),
        sentences=tuple(_sentences(found, known, lang)),
    )


def _shaded(persons: float, largest: float, lang: str) -> Shaded:
    """Shade by steps of the largest cell; nobody is never shaded."""
    return Shaded(number(persons, lang), ceil(SHADES * persons / largest) if largest else 0)


def _named(key: str, names: Mapping[str, str]) -> str:
    name = names.get(key, "")
    if not key:
        return _("Area not stated")
    return f"{name} ({key})" if name and name != key else key


def _evenness(found: Origins, place: str, lang: str) -> str:
    if place not in found.matrix.places:
        return "–"
    column = np.asarray(found.matrix.persons[:, found.matrix.places.index(place)], float)
    told = diversity(column)
    if told is None:
        return "–"
    return _("one origin") if told.evenness is None else number(told.evenness, lang, decimals=2)


def _sentences(found: Origins, names: Mapping[str, str], lang: str) -> Iterator[str]:
    """Say how mixed the whole is, which origin is the largest, and of how many it is not known."""
    persons = found.matrix.out_of()
    told = diversity(persons)
    if told is not None:
        first = int(persons.argmax())
        values = {
            "n": number(told.origins, lang),
            "name": _named(found.matrix.origins[first], names),
            "share": share_words(float(persons[first] / persons.sum()), lang),
        }
        sentence = ngettext(
            "People of %(n)s origin: %(name)s, with %(share)s of those whose origin is known.",
            "People of %(n)s origins. The largest group, %(share)s of those whose origin is known, comes from %(name)s.",
            told.origins,
        )
        yield sentence % values
        if told.evenness is not None:
            evenness = number(told.evenness, lang, decimals=2)
            yield _(
                "Evenness %(evenness)s: 1 would be as many from every origin, 0 all from one."
            ) % {"evenness": evenness}
    if found.unknown:
        counted = {
            "n": number(sum(found.unknown.values()), lang),
            "share": share_words(found.unknown_share, lang),
        }
        yield _("Origin not known: %(n)s, %(share)s of all.") % counted
