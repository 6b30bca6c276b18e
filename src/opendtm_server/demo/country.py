"""Draws the fictional country: an island in the open ocean with provinces, districts and P-codes.

Borders are cells around seeded points, bent by one smooth field, so that neighbours share every vertex.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from random import Random
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPoint, Point, Polygon, mapping
from shapely.geometry.base import BaseGeometry

CODE = "ZZ"
NAME = "Kelundi"
VALID_FROM = date(2024, 1, 1)
CENTRE = (-22.0, 4.2)  # longitude, latitude: open ocean, far from any coast
RADII = (2.6, 1.9)  # degrees
PROVINCES = ("Ambéla", "Haut-Kéru", "Lac-Sana", "Moyen-Tindé", "Ouandéa", "Rives-du-Sud")
SYLLABLES = (
    (
        "Ba",
        "Da",
        "Go",
        "Ka",
        "Ke",
        "Lo",
        "Ma",
        "Mbo",
        "Na",
        "Ngo",
        "Sa",
        "Ta",
        "Wa",
        "Za",
        "Bou",
        "Kou",
    ),
    ("ra", "li", "ndo", "mba", "ri", "ga", "lo", "nga", "ssi", "dou", "yo", "ki"),
    ("", "", "ka", "ro", "ba", "ti", "la", "na"),
)


@dataclass(frozen=True)
class District:
    """A district of the fictional country, with its province and its shape."""

    code: str
    name: str
    province: int
    shape: BaseGeometry

    def names(self) -> dict[str, str]:
        """Give the codes and names of the district and its province as a boundary file states them."""
        return _province(self.province) | {
            "ADM2_PCODE": self.code,
            "ADM2_EN": self.name,
            "ADM2_FR": self.name,
        }


class Country:
    """The whole island: provinces (level 1) and districts (level 2), the same for the same seed."""

    def __init__(self, *, seed: int, districts: int = 18) -> None:
        """Draw the borders; `districts` is the number of second-level areas."""
        self._random = Random(seed)
        self._phases = [self._random.uniform(0, 2 * math.pi) for _ in range(8)]
        self.districts = self._draw(districts)

    def new_name(self) -> str:
        """Make up a place name that was not used before."""
        used = self.__dict__.setdefault("_used", set())
        while True:
            name = "".join(self._random.choice(part) for part in SYLLABLES)
            if name not in used:
                used.add(name)
                return name

    @cached_property
    def provinces(self) -> list[BaseGeometry]:
        """Give the shapes of the provinces, in the order of their codes."""
        return [
            shapely.union_all(
                [district.shape for district in self.districts if district.province == number]
            )
            for number in range(len(PROVINCES))
        ]

    def boundaries(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Give the boundaries of each level as the field gets them: file name and GeoJSON, country first."""
        top = {"ADM0_PCODE": CODE, "ADM0_EN": NAME}
        country = [_feature(top, shapely.union_all(self.provinces))]
        yield _file(0, country)
        yield _file(
            1,
            [
                _feature(top | _province(number), shape)
                for number, shape in enumerate(self.provinces)
            ],
        )
        yield _file(
            2, [_feature(top | district.names(), district.shape) for district in self.districts]
        )

    def _draw(self, count: int) -> list[District]:
        outline = Polygon(
            (CENTRE[0] + RADII[0] * math.cos(angle), CENTRE[1] + RADII[1] * math.sin(angle))
            for angle in np.linspace(0, 2 * math.pi, 180, endpoint=False)
        )
        seeds = self._spread(outline, count)
        cells = shapely.voronoi_polygons(MultiPoint(seeds), extend_to=outline, ordered=True)
        shapes = [self._bend(cell.intersection(outline)) for cell in cells.geoms]
        province_of = _provinces_of(seeds)
        numbers = [0] * len(PROVINCES)
        districts = []
        for seed, shape in sorted(
            zip(seeds, shapes, strict=True), key=lambda pair: province_of[pair[0]]
        ):
            province = province_of[seed]
            numbers[province] += 1
            code = f"{CODE}{province + 1}{numbers[province]:02d}"
            districts.append(District(code, self.new_name(), province, shape))
        return districts

    def _spread(self, outline: Polygon, count: int) -> list[tuple[float, float]]:
        """Choose points far from each other: of many tries, each time the loneliest."""
        west, south, east, north = outline.bounds
        chosen: list[tuple[float, float]] = []
        while len(chosen) < count:
            tries = [
                (self._random.uniform(west, east), self._random.uniform(south, north))
                for _ in range(40)
            ]
            inside = [point for point in tries if outline.contains(Point(point))]
            if inside:
                chosen.append(max(inside, key=lambda point: _loneliness(point, chosen)))
        return chosen

    def _bend(self, shape: BaseGeometry) -> BaseGeometry:
        return shapely.transform(shapely.segmentize(shape, 0.05), self._shift)

    def _shift(self, points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Move points by a sum of waves; their slopes stay below one, so that no border folds over itself."""
        x, y = points[:, 0], points[:, 1]
        a, b, c, d, e, f, g, h = self._phases
        dx = 0.13 * np.sin(2.1 * y + a) + 0.03 * np.sin(6.3 * y + b)
        dx += 0.008 * np.sin(17 * y + 9 * x + c) + 0.003 * np.sin(41 * y + d)
        dy = 0.12 * np.sin(1.9 * x + e) + 0.03 * np.sin(5.7 * x + f)
        dy += 0.008 * np.sin(19 * x - 7 * y + g) + 0.003 * np.sin(37 * x + h)
        return np.round(np.column_stack([x + dx, y + dy]), 4)


def _loneliness(point: tuple[float, float], others: list[tuple[float, float]]) -> float:
    return min((math.dist(point, other) for other in others), default=math.inf)


def _provinces_of(seeds: list[tuple[float, float]]) -> dict[tuple[float, float], int]:
    """Group the districts into provinces by their direction from the middle, evenly."""
    around = sorted(seeds, key=lambda point: math.atan2(point[1] - CENTRE[1], point[0] - CENTRE[0]))
    share = len(around) / len(PROVINCES)
    return {
        seed: min(int(number / share), len(PROVINCES) - 1) for number, seed in enumerate(around)
    }


def _province(number: int) -> dict[str, str]:
    return {
        "ADM1_PCODE": f"{CODE}{number + 1}",
        "ADM1_EN": PROVINCES[number],
        "ADM1_FR": PROVINCES[number],
    }


def _feature(names: dict[str, str], shape: BaseGeometry) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": names | {"validOn": str(VALID_FROM)},
        "geometry": mapping(shape),
    }


def _file(level: int, features: list[dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    return f"kelundi_admbnda_adm{level}.geojson", {
        "type": "FeatureCollection",
        "features": features,
    }
