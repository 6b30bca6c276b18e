"""Where things are: areas with P-codes out of boundary files, positions in areas, outlines for maps.

Shapes are shapely polygons in (longitude, latitude) degrees on WGS 84. A P-code is the key of an area;
names are for people.
"""

from opendtm.geo.countries import Country, alpha3, countries_around, countries_holding, country_name
from opendtm.geo.outlines import bounds, centroid, distance_km, from_rings, label_point, rings
from opendtm.geo.placing import Locator, locate
from opendtm.geo.reading import read_areas
from opendtm.geo.shapes import AreaReading, AreaShape, Geometry
from opendtm.geo.simplifying import simplified, simplify, tolerance_for

__all__ = [
    "AreaReading",
    "AreaShape",
    "Country",
    "Geometry",
    "Locator",
    "alpha3",
    "bounds",
    "centroid",
    "countries_around",
    "countries_holding",
    "country_name",
    "distance_km",
    "from_rings",
    "label_point",
    "locate",
    "read_areas",
    "rings",
    "simplified",
    "simplify",
    "tolerance_for",
]
