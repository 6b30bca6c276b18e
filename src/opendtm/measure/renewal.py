"""Which figures are others where a few places of a panel are, and those figures alone.

A figure depends on the answers that its indicator reads and on the places of its group. After the correction of one
answer only the figures of that place, of the areas around it and of the whole can be others, and of those only the
indicators that read the answer. They are added up from all places of their groups, in the same order, so they have
every digit that computing everything would give them.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from opendtm.measure.columns import AS_OF, METHOD, PLACE, SOURCE, STATE
from opendtm.measure.confidence import rules
from opendtm.measure.definitions import Indicator
from opendtm.measure.engine import answerable, compute_levels
from opendtm.measure.grammar import subjects
from opendtm.measure.panels import Panel
from opendtm.measure.tall import Groups, is_small, standing

Place = tuple[str, str, str]  # level, code and name, empty where there is none
SOME = 0.05  # of the places: beyond, computing everything is as quick
FEW = 3
_BETWEEN = "\x1f"
_OF_ALL = frozenset(
    {PLACE, STATE, METHOD, AS_OF, SOURCE, "site_id", "site_name", "site_status", "_age"}
)
_OF_AREAS = ("adm0_", "adm1_", "adm2_", "adm3_")
_STANDS_BY = frozenset({PLACE, "site_id"})  # beside the areas around it


@dataclass(frozen=True, slots=True)
class Renewal:
    """Figures that stand for earlier ones: those of some indicators at some places, and none of the others.

    `figures` is a table of `records.Figure.SCHEMA`, with sources. `indicators` and `places` say which of the earlier
    figures do not hold any more; places are called as they were then.
    """

    figures: pa.Table
    indicators: frozenset[str]
    places: frozenset[Place]


@dataclass(frozen=True)
class Earlier:
    """A panel whose figures were computed before, at some levels (each with whether they are taken apart)."""

    panel: Panel
    levels: tuple[tuple[str, bool], ...]

    @cached_property
    def stands(self) -> Mapping[str, pa.Table]:
        """Tell at each level where each place stands; see `tall.standing`."""
        return standing(self.panel, [by for by, _ in self.levels])


def renewal(earlier: Earlier, now: Panel) -> Renewal | None:
    """Compute the figures of `now` that may differ from those of an earlier panel.

    None where so many places differ, or so much, that everything has to be computed: other columns or indicators,
    another order of the places, a panel that is not for `tall`.
    """
    before = earlier.panel
    if not _comparable(before, now):
        return None
    places, columns = _different(before.table, now.table)
    if len(places) > max(FEW, SOME * now.table.num_rows):
        return None
    chosen = [each.id for each in answerable(now) if _reads(each, columns)]
    groups = _groups(earlier, now, places, columns)
    return Renewal(
        compute_levels(now, earlier.levels, indicators=chosen, sources=True, groups=groups),
        frozenset(chosen),
        frozenset(
            place for by, keys in groups.items() for place in _called(by, earlier.stands[by], keys)
        ),
    )


def _groups(
    earlier: Earlier, now: Panel, places: Collection[str], columns: Collection[str]
) -> Groups:
    """Give at each level the groups in which one of the places stood before, or stands now."""
    before = {by: _keys(stands, places) for by, stands in earlier.stands.items()}
    if not any(name in _STANDS_BY or name.startswith(_OF_AREAS) for name in columns):
        return before
    there = now.table.filter(pc.is_in(now.table[PLACE], value_set=pa.array(places, pa.string())))
    today = standing(replace(now, table=there), [by for by, _ in earlier.levels])
    return {by: before[by] | _keys(today[by], places) for by in today}


def _keys(stands: pa.Table, places: Collection[str]) -> frozenset[str]:
    """Give the groups in which one of the places stands."""
    one_of = pc.is_in(stands["place"], value_set=pa.array(places, pa.string()))
    return frozenset(stands.filter(one_of)["key"].to_pylist())


def _called(by: str, stands: pa.Table, keys: Collection[str]) -> Iterator[Place]:
    one_of = pc.is_in(stands["key"], value_set=pa.array(keys, pa.string()))
    some = stands.filter(one_of)
    for code, name in zip(some["code"].to_pylist(), some["name"].to_pylist(), strict=True):
        yield by, code or "", name or ""


def _comparable(before: Panel, now: Panel) -> bool:
    told = [
        (panel.table.schema, panel.round, panel.derived, panel.register, panel.record)
        for panel in (before, now)
    ]
    return (
        told[0] == told[1]
        and all(is_small(panel) and not panel.split for panel in (before, now))
        and all(before.has(name) == now.has(name) for name in _taken_apart_by(now))
        and answerable(before) == answerable(now)
        and _same_order(before.table[PLACE], now.table[PLACE])
    )


def _taken_apart_by(panel: Panel) -> frozenset[str]:
    return frozenset(
        cut.name for each in answerable(panel) for cut in each.disaggregations if not cut.parts
    )


def _same_order(before: pa.ChunkedArray, now: pa.ChunkedArray) -> bool:
    """Tell whether the places of both stand in one order."""
    found = pc.index_in(now, value_set=before.combine_chunks()).drop_null().to_numpy()
    return bool((found[1:] > found[:-1]).all())


def _different(before: pa.Table, now: pa.Table) -> tuple[frozenset[str], frozenset[str]]:
    """Name the places whose rows are others, come or gone, and the columns that are."""
    there = pc.index_in(now[PLACE], value_set=before[PLACE].combine_chunks())
    lost = pc.is_in(before[PLACE], value_set=now[PLACE].combine_chunks())
    places = {*before[PLACE].filter(pc.invert(lost)).to_pylist()}
    places |= {*now[PLACE].filter(pc.is_null(there)).to_pylist()}
    columns = {PLACE} if places else set()
    old, new = before.take(there.drop_null()), now.filter(pc.is_valid(there))
    for name in new.column_names:
        if not old[name].equals(new[name]):
            columns.add(name)
            places |= set(_others(new[PLACE], old[name], new[name]))
    return frozenset(places), frozenset(columns)


def _others(places: pa.ChunkedArray, old: pa.ChunkedArray, new: pa.ChunkedArray) -> Iterator[Any]:
    rows = zip(places.to_pylist(), old.to_pylist(), new.to_pylist(), strict=True)
    return (place for place, one, other in rows if one != other)


def _reads(indicator: Indicator, columns: Collection[str]) -> bool:
    """Tell whether figures of an indicator may be others where these columns are."""
    if any(name in _of_all() or name.startswith(_OF_AREAS) for name in columns):
        return True
    cuts = indicator.disaggregations
    read = {*indicator.concepts, *(cut.name for cut in cuts)}
    read |= {name for cut in cuts for _, part in cut.parts for name in subjects(part)}
    return not read.isdisjoint(columns)


def _of_all() -> frozenset[str]:
    """Name the columns that every figure rests on, its confidence among them."""
    return _OF_ALL | {rule.column for rule in rules().parts if rule.column}


def superseded(
    figures: pa.Table, *, indicators: Collection[str], places: Collection[Place]
) -> pa.ChunkedArray:
    """Tell of each of the earlier figures whether a renewal of these indicators and places stands for it."""
    named = pc.is_in(figures["indicator"], value_set=pa.array(sorted(indicators), pa.string()))
    at = [pc.fill_null(figures[name], "") for name in ("place_level", "place_code", "place_name")]
    keys = pc.binary_join_element_wise(*at, _BETWEEN)
    joined = pa.array([_BETWEEN.join(place) for place in sorted(places)], pa.string())
    return pc.and_(named, pc.is_in(keys, value_set=joined))
