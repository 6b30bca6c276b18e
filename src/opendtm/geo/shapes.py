"""An administrative area with its shape, and what a reading of a boundary file hands back."""

from dataclasses import dataclass
from typing import TypeAlias

import shapely

from opendtm.records import Finding, Place

Geometry: TypeAlias = shapely.Geometry


@dataclass(frozen=True, slots=True)
class AreaShape:
    """A place and its polygon or multipolygon: (longitude, latitude) in degrees, WGS 84, always valid."""

    place: Place
    geometry: Geometry


@dataclass(frozen=True, slots=True)
class AreaReading:
    """The areas of a file and every doubt about them. What is not among `areas` stands in `findings`."""

    areas: tuple[AreaShape, ...]
    findings: tuple[Finding, ...]
