"""Positions that may be shown: moved by a distance and in a direction that only a secret knows.

The move of a site follows from the secret and the site's id alone. It is the same in every release, so that
releases laid over each other say no more than one, and nobody without the secret can undo it.
"""

import hmac
import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from shapely import Point
from shapely.geometry.base import BaseGeometry

from opendtm.errors.measure import DistancesImpossible, PositionOutside, SecretTooShort
from opendtm.measure.disclosure.rules import Move

SECRET_BYTES = 16
DECIMALS = 5  # of a degree, about a metre: more would pretend to be exact
TRIES = 500  # of directions and distances, before the area counts as too small
EQUATOR, POLE = 6_378_137.0, 6_356_752.314  # metres, WGS 84


class How(StrEnum):
    """What was done to a position."""

    MOVED = "moved"
    AREA = "area"  # a point of the area that does not follow from where in it the site is


@dataclass(frozen=True, slots=True)
class Shown:
    """A position as it may be shown, in degrees (WGS 84), and how it was made."""

    longitude: float
    latitude: float
    how: How


def displaced(
    longitude: float,
    latitude: float,
    *,
    site: str,
    area: BaseGeometry,
    secret: bytes,
    move: Move,
    area_name: str = "",
) -> Shown:
    """Move a site inside its area by `move.least` to `move.most` metres, for ever in the same way.

    Give the site's registered position, not that of each visit. Where the area leaves no room, a point inside
    it is shown that does not depend on the site. Raises SecretTooShort, DistancesImpossible or PositionOutside.
    """
    _check_secret(secret)
    if not 0 <= move.least < move.most:
        raise DistancesImpossible(least=move.least, most=move.most)
    if not area.covers(Point(longitude, latitude)):
        raise PositionOutside(site=site, area=area_name or "?")
    for east, north in _moves(site, secret, move):
        point = _rounded(*_moved(longitude, latitude, east, north))
        if area.contains(point):
            return Shown(point.x, point.y, How.MOVED)
    inside = area.representative_point()
    return Shown(inside.x, inside.y, How.AREA)


def anywhere(*, site: str, area: BaseGeometry, secret: bytes) -> Shown:
    """Give a site a point of its area that says nothing of where in it the site is, for ever the same.

    Drawn evenly over the area from the secret and the site's id, not from its position. Raises SecretTooShort.
    """
    _check_secret(secret)
    west, south, east, north = area.bounds
    for number in range(TRIES):
        drawn = hmac.digest(secret, f"anywhere:{number}:{site}".encode(), "sha256")
        point = _rounded(
            west + (east - west) * _share(drawn[:8]), south + (north - south) * _share(drawn[8:16])
        )
        if area.contains(point):
            return Shown(point.x, point.y, How.AREA)
    inside = area.representative_point()
    return Shown(inside.x, inside.y, How.AREA)


def _check_secret(secret: bytes) -> None:
    if len(secret) < SECRET_BYTES:
        raise SecretTooShort(length=len(secret), least=SECRET_BYTES)


def _moves(site: str, secret: bytes, move: Move) -> Iterator[tuple[float, float]]:
    """Give moves in metres east and north, spread evenly over the ring between the two distances."""
    for number in range(TRIES):
        drawn = hmac.digest(secret, f"{number}:{site}".encode(), "sha256")
        angle = 2 * math.pi * _share(drawn[:8])
        ring = move.least**2 + (move.most**2 - move.least**2) * _share(drawn[8:16])
        yield math.sqrt(ring) * math.cos(angle), math.sqrt(ring) * math.sin(angle)


def _rounded(longitude: float, latitude: float) -> Point:
    return Point(round(longitude, DECIMALS), round(latitude, DECIMALS))


def _share(drawn: bytes) -> float:
    return int.from_bytes(drawn) / float(256 ** len(drawn))


def _moved(longitude: float, latitude: float, east: float, north: float) -> tuple[float, float]:
    """Move a point by metres, with the radii of curvature of the ellipsoid at its latitude."""
    phi = math.radians(latitude)
    eccentricity = 1 - (POLE / EQUATOR) ** 2
    bent = 1 - eccentricity * math.sin(phi) ** 2
    across = EQUATOR / math.sqrt(bent)
    along = EQUATOR * (1 - eccentricity) / bent**1.5
    return (
        longitude + math.degrees(east / (across * math.cos(phi))),
        latitude + math.degrees(north / along),
    )
