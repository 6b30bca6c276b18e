"""The outlines of the world's countries (Natural Earth, 1:50 million), for neighbours and as a fallback.

They come with the installation as TopoJSON keyed by ISO 3166-1 numeric codes; names come from CLDR, so that
every language has them. Borders here are for orientation only.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import shapely
from babel import Locale
from babel.core import get_global

from opendtm.errors.geo import WorldFileMissing
from opendtm.geo.layers import layers
from opendtm.geo.mending import mended
from opendtm.geo.outlines import Box
from opendtm.geo.shapes import Geometry
from opendtm.i18n import LANGUAGES, Label

WORLD = Path(__file__).parent / "world" / "countries-50m.json"
_NOWHERE = "ZZ"  # CLDR's unknown region; ours for places that do not exist
_PART_OF = {"Somaliland": "SOM", "N. Cyprus": "CYP"}  # as the United Nations maps them
_NAMES = {  # where CLDR's everyday name is not the one that humanitarian maps print
    "CD": Label("Dem. Rep. of the Congo", "Rép. dém. du Congo"),
    "CG": Label("Congo", "Congo"),
    "CF": Label("Central African Republic", "République centrafricaine"),
    "MM": Label("Myanmar", "Myanmar"),
    "PS": Label("State of Palestine", "État de Palestine"),
    "SY": Label("Syrian Arab Republic", "République arabe syrienne"),
    "TR": Label("Türkiye", "Türkiye"),
    "TZ": Label("United Rep. of Tanzania", "Rép.-Unie de Tanzanie"),
}


class Country(NamedTuple):
    """One country: English name, ISO 3166-1 alpha-3 code (empty where there is none), and its shape."""

    name: str
    iso3: str
    geometry: Geometry


def countries_around(bbox: Box, *, margin: float = 1.0) -> list[Country]:
    """List the countries that touch `bbox` (west, south, east, north), widened by `margin` of its size.

    Shapes are whole, not cut. Raises WorldFileMissing.
    """
    west, south, east, north = bbox
    wide, high = (east - west) * margin, (north - south) * margin
    frame = shapely.box(west - wide, south - high, east + wide, north + high)
    return _touching(frame)


def countries_holding(points: Iterable[tuple[float, float]]) -> list[Country]:
    """List the countries in which at least one (longitude, latitude) lies. Raises WorldFileMissing."""
    placed = list(points)
    places = shapely.points(placed) if placed else []
    found = (
        {int(index) for index in _tree().query(places, predicate="intersects")[1]}
        if len(places)
        else set()
    )
    return [world()[index] for index in sorted(found)]


def _touching(frame: Geometry) -> list[Country]:
    return [world()[index] for index in sorted(_tree().query(frame, predicate="intersects"))]


def country_name(code: str, lang: str) -> str | None:
    """Name a country by its ISO 3166-1 code of two or three letters, in `lang`; None where it is unknown."""
    alpha2 = _alpha2(code)
    if alpha2 in _NAMES and lang in LANGUAGES:
        return _NAMES[alpha2].text(lang)
    return None if alpha2 == _NOWHERE else Locale.parse(lang).territories.get(alpha2)


def alpha3(code: str) -> str | None:
    """Give the alpha-3 code of a country whose alpha-2, alpha-3 or numeric code is given."""
    return _alpha3_codes().get(_alpha2(code))


@cache
def world() -> tuple[Country, ...]:
    """Read every country once. Raises WorldFileMissing where the build did not bring the file."""
    if not WORLD.exists():
        raise WorldFileMissing
    layer = next(layer for layer in layers(WORLD) if layer.name == "countries")
    parts: dict[tuple[str, str], list[Geometry]] = defaultdict(list)
    for number, name, shape in zip(
        layer.columns["id"], layer.columns["name"], layer.geometries, strict=True
    ):
        parts[_identity(number, str(name))].append(mended(shape)[0])
    return tuple(_joined(iso3, name, shapes) for (iso3, name), shapes in parts.items())


def _identity(number: object, name: str) -> tuple[str, str]:
    iso3 = _PART_OF.get(name) or (alpha3(str(number)) if number else None) or ""
    return iso3, (country_name(iso3, "en") if iso3 else None) or name


def _joined(iso3: str, name: str, shapes: Sequence[Geometry | None]) -> Country:
    drawn = [shape for shape in shapes if shape is not None]
    return Country(name, iso3, drawn[0] if len(drawn) == 1 else shapely.union_all(drawn))


@cache
def _tree() -> shapely.STRtree:
    return shapely.STRtree([country.geometry for country in world()])


def _alpha2(code: str) -> str:
    aliases = get_global("territory_aliases")
    upper = code.strip().upper()
    return upper if len(upper) == 2 else next(iter(aliases.get(upper, [])), upper)


@cache
def _alpha3_codes() -> dict[str, str]:
    aliases = get_global("territory_aliases")
    return {
        now[0]: old
        for old, now in sorted(aliases.items(), reverse=True)
        if len(old) == 3 and old.isalpha() and len(now) == 1
    }
