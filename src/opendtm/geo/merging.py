"""Brings together the rows that carry one P-code: parts of one area, or one code under two spellings."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import shapely

from opendtm.geo import doubts
from opendtm.geo.shapes import AreaShape
from opendtm.records import Finding
from opendtm.vocab import fold


def merged(areas: Iterable[AreaShape]) -> tuple[list[AreaShape], list[Finding]]:
    """Give one area for each level, P-code and valid-from date, sorted, with what was brought together.

    P-codes that differ only in case or spaces are one; the spelling that occurs first is kept.
    """
    groups: dict[tuple[int, str, str], list[AreaShape]] = defaultdict(list)
    for area in areas:
        groups[area.place.level, _key(area.place.code), str(area.place.valid_from)].append(area)
    findings: list[Finding] = []
    result = []
    for group in groups.values():
        findings += _differences(group)
        result.append(_one(group))
    result.sort(key=lambda area: (area.place.level, area.place.code, str(area.place.valid_from)))
    return result, findings


def _key(code: str) -> str:
    return "".join(code.split()).upper()


def _one(group: Sequence[AreaShape]) -> AreaShape:
    if len(group) == 1:
        return group[0]
    whole = shapely.union_all([area.geometry for area in group])
    return AreaShape(group[0].place, shapely.orient_polygons(shapely.normalize(whole)))


def _differences(group: Sequence[AreaShape]) -> list[Finding]:
    found = []
    codes = sorted({area.place.code for area in group})
    if len(codes) > 1:
        found.append(doubts.code_spellings(group[0].place, codes))
    names = {fold(area.place.name): area.place.name for area in group}
    if len(names) > 1:
        found.append(doubts.two_names(group[0].place, sorted(names.values())))
    elif len(group) > 1:
        found.append(doubts.parts_joined(group[0].place, len(group)))
    return found
