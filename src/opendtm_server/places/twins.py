"""Finds sites that may be the same place under two names, before a second one is created.

Two sites are likely twins when their names fold to the same words, or when they lie within 300 metres; a
shared word in the name counts up to five kilometres.
"""

from collections.abc import Iterable

from django.utils.translation import gettext_noop

from opendtm.geo import distance_km
from opendtm.i18n import Message
from opendtm.records import Finding, Severity
from opendtm.vocab import fold
from opendtm_server.places.models import Site

NEAR_KM = 0.3
NEIGHBOUR_KM = 5.0
COMMON_WORDS = frozenset(
    {"camp", "site", "centre", "center", "ecole", "school", "de", "du", "la", "le", "des", "idp"}
)
SENTENCE = gettext_noop("{name} ({code}) may be the same place.")


def likely_twins(
    name: str, latitude: float | None, longitude: float | None, among: Iterable[Site]
) -> list[Finding]:
    """Give one finding for every site that may be the same place; `among` has aliases at hand."""
    return [_finding(site) for site in among if _alike(name, latitude, longitude, site)]


def _alike(name: str, latitude: float | None, longitude: float | None, site: Site) -> bool:
    names = [site.name, *(alias.name for alias in site.aliases.all())]
    km = _distance(latitude, longitude, site)
    if km is None:
        return any(fold(known) == fold(name) for known in names)
    if km <= NEAR_KM:
        return True
    same = any(fold(known) == fold(name) for known in names)
    shared = any(_words(known) & _words(name) for known in names)
    return same or (shared and km <= NEIGHBOUR_KM)


def _words(name: str) -> set[str]:
    return {word for word in fold(name).split() if len(word) > 2 and word not in COMMON_WORDS}


def _distance(latitude: float | None, longitude: float | None, site: Site) -> float | None:
    if latitude is None or longitude is None or site.latitude is None or site.longitude is None:
        return None
    return distance_km((longitude, latitude), (site.longitude, site.latitude))


def _finding(site: Site) -> Finding:
    message = Message(SENTENCE, {"name": site.name, "code": site.code})
    return Finding("likely_twin_site", Severity.SOFT, message, source=site.code)
