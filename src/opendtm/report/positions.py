"""Where a report shows its sites: the one place at which true positions are exchanged for those that may go out.

Tables, files and pictures are all made from the lines of a report, so that what is taken out here is nowhere in
them. A site of which nobody says where it may be shown loses its position.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from opendtm.report import caveats
from opendtm.report.model import SectorBlock, SiteNeedsReport, SiteRow


class PositionKind(StrEnum):
    """What a position in a product is."""

    EXACT = "exact"
    DISPLACED = "displaced"
    AREA = "area"  # none in tables; on the map a point that says no more than the area


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a site is shown, in degrees (WGS 84); `up_to` is how far it was moved at most, in metres."""

    kind: PositionKind
    longitude: float | None = None
    latitude: float | None = None
    up_to: float | None = None


def shown_at(report: SiteNeedsReport, spots: Mapping[str, Spot]) -> SiteNeedsReport:
    """Give a report with its sites where `spots` (by site ID) say, and with the limits that say so."""
    sites = tuple(_in_table(row, spots) for row in report.sites)
    drawn = tuple(_on_map(row, spots) for row in report.map.sites)
    unplaced = sum(row.latitude is None or row.longitude is None for row in drawn)
    return replace(
        report,
        sites=sites,
        sectors=tuple(_sector(block, spots) for block in report.sectors),
        map=replace(report.map, sites=drawn, unplaced=unplaced),
        limits=(*report.limits, *caveats.of_positions(sites)),
    )


def _sector(block: SectorBlock, spots: Mapping[str, Spot]) -> SectorBlock:
    return replace(block, sites=tuple(_in_table(row, spots) for row in block.sites))


def _in_table(row: SiteRow, spots: Mapping[str, Spot]) -> SiteRow:
    shown = _on_map(row, spots)
    if shown.position_kind != PositionKind.AREA:
        return shown
    return replace(shown, longitude=None, latitude=None)


def _on_map(row: SiteRow, spots: Mapping[str, Spot]) -> SiteRow:
    spot = spots.get(row.site_id)
    if spot is None:
        return replace(row, longitude=None, latitude=None, position_kind=None, moved_up_to=None)
    return replace(
        row,
        longitude=spot.longitude,
        latitude=spot.latitude,
        position_kind=spot.kind.value,
        moved_up_to=spot.up_to,
    )
