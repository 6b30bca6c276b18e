"""Where a site is shown to whom: by the operation's rule, displaced by the house's key, inside its area.

There is one displaced position of a site for all who do not see the true one. Two, for two audiences, would let
whoever sees both narrow the truth down.
"""

import hmac
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry

from opendtm.measure.disclosure import How, anywhere, displaced, rule
from opendtm.records import Place
from opendtm.report.positions import PositionKind, Spot
from opendtm.vocab import Sharing
from opendtm_server.govern.access import Reader
from opendtm_server.govern.house_key import key_for
from opendtm_server.places import queries, rules
from opendtm_server.places.models import PositionRule, Site
from opendtm_server.places.problems import PositionKeyChanged, PositionKeyMissing

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

MOVE = rule(Sharing.PUBLIC).move
EVERYWHERE = shapely.box(-180, -90, 180, 90)  # where an operation has no borders at all


class Audience(StrEnum):
    """Who looks at a position."""

    PUBLIC = "public"
    PARTNERS = "partners"
    OFFICE = "office"


class Stand(NamedTuple):
    """A site as it stands: its ID, where it is (None: not known), and the P-code of its smallest area."""

    code: str
    longitude: float | None
    latitude: float | None
    area_code: str


def seen_by(
    reader: Reader, operation: "Operation", sites: Iterable[Site], *, day: date
) -> dict[str, Spot]:
    """Give where a reader of the desk sees some sites, by site ID; those without a position are left out."""
    exact = rules.sees_positions(reader, operation)
    audience = Audience.OFFICE if exact else Audience.PARTNERS
    stands = [Stand(row.code, row.longitude, row.latitude, row.area_code) for row in sites]
    return spots(operation, stands, audience=audience, day=day)


def spots(
    operation: "Operation",
    stands: Iterable[Stand],
    *,
    audience: Audience,
    day: date,
    alone: Collection[str] = (),
) -> dict[str, Spot]:
    """Give where sites are shown to an audience, by site ID, with the borders of a day.

    Those whose ID is in `alone`, and all that are marked sensitive, are shown by their area alone to all but the
    office. Raises PositionKeyMissing where the house's key cannot be read, PositionKeyChanged where it is another
    than before.
    """
    kind = kind_for(operation, audience)
    placed = [stand for stand in stands if stand.longitude is not None]
    if audience is Audience.OFFICE:
        return {stand.code: _exact(stand) for stand in placed}
    hidden = {*alone, *_sensitive(operation)}
    if kind is PositionKind.EXACT and not hidden:
        return {stand.code: _exact(stand) for stand in placed}
    veil = _Veil(_secret(operation), _Borders(operation, day))
    return {
        stand.code: veil.spot(stand, PositionKind.AREA if stand.code in hidden else kind)
        for stand in placed
    }


def kind_for(operation: "Operation", audience: Audience) -> PositionKind:
    """Say how an operation shows positions to an audience, sensitive sites apart."""
    if audience is Audience.OFFICE:
        return PositionKind.EXACT
    decided = position_rule(operation)
    return PositionKind(decided.public if audience is Audience.PUBLIC else decided.partners)


def position_rule(operation: "Operation") -> PositionRule:
    """Give how an operation shows positions; the safe rule where it decided nothing."""
    decided = PositionRule.objects.filter(operation=operation).first()
    return decided or PositionRule(operation=operation)


def _sensitive(operation: "Operation") -> frozenset[str]:
    marked = Site.objects.filter(operation=operation, sensitive=True)
    return frozenset(marked.values_list("code", flat=True))


def key_mark(operation: "Operation") -> str:
    """Give what tells the operation's key from another, and nothing of the key. Raises PositionKeyMissing."""
    return hmac.digest(_key(operation), b"mark", "sha256")[:8].hex()


def key_is_another(operation: "Operation") -> bool:
    """Tell whether positions were displaced by another key until now. Raises PositionKeyMissing."""
    noted = position_rule(operation).key_mark
    return bool(noted) and noted != key_mark(operation)


def _secret(operation: "Operation") -> bytes:
    if key_is_another(operation):
        raise PositionKeyChanged
    return _key(operation)


def _key(operation: "Operation") -> bytes:
    try:
        return key_for(f"positions: {operation.code}")
    except (OSError, ValueError) as failure:
        raise PositionKeyMissing from failure


def _exact(stand: Stand) -> Spot:
    return Spot(PositionKind.EXACT, stand.longitude, stand.latitude)


class _Borders:
    """The areas of a day with their shapes, down to the level inside which a position is moved."""

    def __init__(self, operation: "Operation", day: date) -> None:
        known = queries.areas_on(operation, day)
        self._places: dict[str, Place] = {place.code: place for place, _ in known}
        self._drawn = {place.code: shape for place, shape in known if place.level <= MOVE.level}
        self._shapes: dict[str, BaseGeometry] = {}

    def around(self, code: str) -> Iterator[BaseGeometry]:
        """Give the shapes around an area, its own or the smallest that may be told first."""
        for place in reversed(queries.around(code, self._places)):
            if place.code in self._drawn:
                yield self._shape(place.code)

    def _shape(self, code: str) -> BaseGeometry:
        if code not in self._shapes:
            self._shapes[code] = shapely.geometry.shape(self._drawn[code])
            shapely.prepare(self._shapes[code])
        return self._shapes[code]


@dataclass(frozen=True, slots=True)
class _Veil:
    """Puts sites where they may be shown."""

    secret: bytes
    borders: _Borders

    def spot(self, stand: Stand, kind: PositionKind) -> Spot:
        """Show a site with a position in one of the three ways."""
        if kind is PositionKind.EXACT:
            return _exact(stand)
        shapes = list(self.borders.around(stand.area_code))
        if kind is PositionKind.AREA:
            return self._in_area(stand, shapes)
        return self._displaced(stand, shapes)

    def _displaced(self, stand: Stand, shapes: list[BaseGeometry]) -> Spot:
        """Move a site inside the smallest area that holds it; by its area alone where none of its areas does."""
        longitude, latitude = stand.longitude or 0.0, stand.latitude or 0.0
        holding = (shape for shape in shapes if shape.covers(Point(longitude, latitude)))
        area = next(holding, None) if shapes else EVERYWHERE
        if area is None:
            return self._in_area(stand, shapes)
        shown = displaced(
            longitude, latitude, site=stand.code, area=area, secret=self.secret, move=MOVE
        )
        if shown.how is How.AREA:
            return Spot(PositionKind.AREA, shown.longitude, shown.latitude)
        return Spot(PositionKind.DISPLACED, shown.longitude, shown.latitude, MOVE.most)

    def _in_area(self, stand: Stand, shapes: list[BaseGeometry]) -> Spot:
        if not shapes:
            return Spot(PositionKind.AREA)
        shown = anywhere(site=stand.code, area=shapes[0], secret=self.secret)
        return Spot(PositionKind.AREA, shown.longitude, shown.latitude)
