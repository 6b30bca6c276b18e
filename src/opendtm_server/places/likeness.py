"""Says which known sites a reported one may be, how likely that is, and why, in words.

Only sites nearby and sites that share the beginning of a word of the name are compared in full.
The score runs from 0 to 1: the name counts six tenths, the distance four; without a position the name alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain, islice
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from opendtm.geo import distance_km
from opendtm.i18n import Message
from opendtm.vocab import fold
from opendtm_server.places.models import Site, SiteAlias
from opendtm_server.places.twins import COMMON_WORDS

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

NEAR_KM = 1.0
FAR_KM = 10.0
AROUND_DEGREES = 0.1
LIKELY = 0.45
MOST_ALIKE = 5
MOST_READ = 300
SAME_NAME = 0.85


@dataclass(frozen=True, slots=True)
class Likeness:
    """A known site that may be the one: how likely from 0 to 1, how far in km where known, and why."""

    site: Site
    score: float
    km: float | None
    reasons: tuple[Message, ...]


class Names:
    """The beginnings of the words in every name and alias of an operation's sites, read once for many questions."""

    def __init__(self, operation: "Operation") -> None:
        """Read the names."""
        self.operation = operation
        self._beginning: dict[str, list[int]] = defaultdict(list)
        names = chain(
            Site.objects.filter(operation=operation).values_list("pk", "name"),
            SiteAlias.objects.filter(site__operation=operation).values_list("site_id", "name"),
        )
        for key, name in names:
            for beginning in _beginnings(name):
                self._beginning[beginning].append(key)

    def sharing(self, name: str) -> Iterator[int]:
        """Go through the sites with a word that begins as one of the name's does, whatever the accents."""
        return (key for beginning in _beginnings(name) for key in self._beginning[beginning])


def likely_same(
    names: Names, name: str, latitude: float | None, longitude: float | None
) -> list[Likeness]:
    """Give the sites that a reported one may be, the likeliest first; at most five."""
    every = Site.objects.filter(operation=names.operation)
    near = _around(every, latitude, longitude).values_list("pk", flat=True)[:MOST_READ]
    keys = {*near, *islice(names.sharing(name), MOST_READ)}
    candidates = every.filter(pk__in=keys).prefetch_related("aliases").order_by("code")
    found = (_likeness(site, name, latitude, longitude) for site in candidates)
    likely = [one for one in found if one.score >= LIKELY or _near(one)]
    return sorted(likely, key=lambda one: (-one.score, one.site.code))[:MOST_ALIKE]


def _near(one: Likeness) -> bool:
    return one.km is not None and one.km < NEAR_KM


def _around(
    every: QuerySet[Site], latitude: float | None, longitude: float | None
) -> QuerySet[Site]:
    if latitude is None or longitude is None:
        return every.none()
    return every.filter(
        latitude__range=(latitude - AROUND_DEGREES, latitude + AROUND_DEGREES),
        longitude__range=(longitude - AROUND_DEGREES, longitude + AROUND_DEGREES),
    )


def _beginnings(name: str) -> set[str]:
    words = fold(name).split()
    return {word[:4] for word in words if len(word) > 2 and word not in COMMON_WORDS}


def _likeness(site: Site, name: str, latitude: float | None, longitude: float | None) -> Likeness:
    km = _distance(site, latitude, longitude)
    names = [site.name, *(alias.name for alias in site.aliases.all())]
    alike, nearest = max((_alike(name, known), known) for known in names)
    score = alike if km is None else 0.6 * alike + 0.4 * max(0.0, 1 - km / FAR_KM)
    return Likeness(site, round(score, 2), km, tuple(_reasons(alike, nearest, km)))


def _alike(one: str, other: str) -> float:
    """Compare two names without accents, case and words that every site has, from 0 to 1."""
    return SequenceMatcher(None, _core(one), _core(other)).ratio()


def _core(name: str) -> str:
    words = fold(name).split()
    return " ".join([word for word in words if word not in COMMON_WORDS] or words)


def _distance(site: Site, latitude: float | None, longitude: float | None) -> float | None:
    if latitude is None or longitude is None or site.latitude is None or site.longitude is None:
        return None
    return distance_km((longitude, latitude), (site.longitude, site.latitude))


def _reasons(alike: float, nearest: str, km: float | None) -> Iterable[Message]:
    if alike >= 1:
        yield Message(gettext_noop("same name ({name})"), {"name": nearest})
    elif alike >= SAME_NAME:
        yield Message(gettext_noop("nearly the same name ({name})"), {"name": nearest})
    elif alike >= LIKELY:
        yield Message(gettext_noop("similar name ({name})"), {"name": nearest})
    else:
        yield Message(gettext_noop("another name ({name})"), {"name": nearest})
    if km is None:
        yield Message(gettext_noop("no distance: one of them has no position"))
    elif km < NEAR_KM:
        yield Message(gettext_noop("{metres} m away"), {"metres": round(km * 1000)})
    else:
        yield Message(gettext_noop("{km} km away"), {"km": round(km, 1)})
