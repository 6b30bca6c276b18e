"""The map of a report: areas as plain rings, neighbours in grey, and the sites to place on it.

Outlines are simplified for a printed page, neighbours keeping their common borders.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
import shapely

from opendtm import geo
from opendtm.geo import AreaShape, Country, rings, simplify, tolerance_for
from opendtm.i18n import Message
from opendtm.records import Place
from opendtm.report.model import Area, Edition, MapModel, SiteRow, Words

PAGE_WIDTH_MM = 180.0
DETAIL_MM = 0.25
SMALLEST_FRAME = 0.5  # degrees
FEW_COUNTRIES = 4
STRAY = 0.02  # of the positions
DECIMALS = 4  # about ten metres


def outlines(areas: Iterable[AreaShape | Area]) -> tuple[Area, ...]:
    """Give areas as rings of (longitude, latitude), simplified for a page; plain areas stay as they are."""
    found = list(areas)
    shapes = [area for area in found if isinstance(area, AreaShape)]
    tolerance = tolerance_for(shapes, width_mm=PAGE_WIDTH_MM)
    drawn = [_area(shape) for shape in simplify(shapes, tolerance)] if shapes else []
    return (*drawn, *(area for area in found if isinstance(area, Area)))


def surroundings(
    observations: pa.Table, areas: Sequence[AreaShape], *, margin: float = 0.6
) -> tuple[Area, ...]:
    """Give the countries around everything that is drawn, simplified for a page; none where nothing is.

    Raises WorldFileMissing.
    """
    frame = geo.bounds([area.geometry for area in areas]) if areas else _frame(observations)
    if frame is None:
        return ()
    west, _, east, _ = frame
    tolerance = max(east - west, SMALLEST_FRAME) / PAGE_WIDTH_MM * DETAIL_MM
    countries = geo.countries_around(frame, margin=margin)
    shapes = geo.simplified([country.geometry for country in countries], tolerance)
    return tuple(
        Area(country.iso3, country.name, 0, rings(shape, decimals=3))
        for country, shape in zip(countries, shapes, strict=True)
    )


def homelands(observations: pa.Table) -> tuple[Area, ...]:
    """Give the outlines of the countries in which the positions lie, where no areas are at hand.

    None where they lie in more than a few: the map is then one of the world. Raises WorldFileMissing.
    """
    countries = home_countries(observations)
    if len(countries) > FEW_COUNTRIES:
        return ()
    return outlines(
        AreaShape(Place(country.iso3, country.name, 0), country.geometry) for country in countries
    )


def home_countries(observations: pa.Table) -> tuple[Country, ...]:
    """List the countries that hold the positions; one with a few strays alone is not among them."""
    placed = positions(observations)
    if not placed:
        return ()
    x, y = np.array(placed).T
    shares = {
        country: float(shapely.contains_xy(country.geometry, x, y).mean())
        for country in geo.countries_holding(placed)
    }
    return tuple(country for country, share in shares.items() if share >= STRAY)


def positions(observations: pa.Table) -> list[tuple[float, float]]:
    """List the usable (longitude, latitude) of a table; both zero is not a position."""
    if not {"latitude", "longitude"} <= set(observations.column_names):
        return []
    pairs = zip(
        *(observations[name].to_pylist() for name in ("longitude", "latitude")), strict=True
    )
    return [(x, y) for x, y in pairs if x is not None and y is not None and (x or y)]


def neighbours(countries: Iterable[Country | Area]) -> tuple[Area, ...]:
    """Give the countries around as areas of level 0; plain areas stay as they are."""
    return tuple(
        country
        if isinstance(country, Area)
        else Area(country.iso3, country.name, 0, rings(country.geometry, decimals=3))
        for country in countries
    )


def _frame(observations: pa.Table) -> tuple[float, float, float, float] | None:
    placed = positions(observations)
    if not placed:
        return None
    return (
        min(x for x, _ in placed),
        min(y for _, y in placed),
        max(x for x, _ in placed),
        max(y for _, y in placed),
    )


def map_model(
    rows: Sequence[SiteRow],
    *,
    edition: Edition,
    areas: Iterable[AreaShape | Area],
    context: Iterable[Country | Area],
    boundaries_source: Words | None,
    title: Message,
) -> MapModel:
    """Build the map; without areas of its own it stands on the outlines of the countries around."""
    unplaced = sum(row.latitude is None or row.longitude is None for row in rows)
    return MapModel(
        areas=outlines(areas),
        context=neighbours(context),
        sites=tuple(rows),
        title=title,
        number="-".join(
            part for part in (edition.country_code, "SNR", edition.issue, "01") if part
        ),
        boundaries_source=boundaries_source or Message("Natural Earth, 1:50 million"),
        unplaced=unplaced,
    )


def _area(shape: AreaShape) -> Area:
    place = shape.place
    return Area(place.code, place.name, place.level, rings(shape.geometry, decimals=DECIMALS))
