"""The engine: all indicators of a panel in one aggregate query a level, over Ibis.

Each indicator becomes a column of the row (what the place adds, null where unknown). One query then
gives for every place its value, the number of places behind it, the part carried forward and the date.
`compute` answers as an Arrow table, fit for a hundred thousand sites; `figures` as records.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from opendtm.errors.measure import IndicatorOfOtherRecord, InterviewsAddedUp
from opendtm.measure.answers import cell_figures
from opendtm.measure.columns import INACCESSIBLE, LEVEL, NOT_COVERED, SITE_LEVEL, STATE
from opendtm.measure.definitions import Indicator
from opendtm.measure.engines import DUCKDB, Engine
from opendtm.measure.exchange import figures_from_table
from opendtm.measure.expressions import readable
from opendtm.measure.grammar import Condition, Count
from opendtm.measure.levels import check_level
from opendtm.measure.panels import Panel
from opendtm.measure.queries import answers
from opendtm.measure.query import Cell, Query
from opendtm.measure.reading import choose
from opendtm.measure.reading import indicators as every_indicator
from opendtm.measure.scope import Record
from opendtm.measure.tall import Groups, is_small, tall_answers
from opendtm.measure.tall_figures import tall_figures
from opendtm.records import Figure

Block = tuple[Query, str, pa.Table]  # the figures of one indicator that a query answered


def figures(
    panel: Panel,
    *,
    indicators: Collection[str] | None = None,
    by: str = "none",
    disaggregate: bool = False,
    sources: bool = True,
    engine: Engine = DUCKDB,
) -> list[Figure]:
    """Compute figures from a panel, as records.

    `indicators` are ids; None means all that the panel's columns can answer. `by` is a level: `none`
    (everything together), `adm0` to `adm3`, or `site`; it becomes the figures' `place_level`. With
    `disaggregate` the cells of every disaggregation follow their total. `sources` False leaves out the
    list of records behind each figure, which is long for a whole country. `engine` says where it is computed.

    A place is grouped by its P-code; where there is none by its name within the areas above it, and the
    figure then has no `place_code`. What names no area at that level forms a group without code and
    name, so that the total stays whole. Value None means that nothing is known; `n_places` counts the
    places with a known value, and `coverage` those among the places known. `as_of` is the newest day
    among them, `method` the weakest.
    IndicatorUnknown for an id of none; LevelNotStated for a level of none, and for sites where the panel
    holds areas alone.
    """
    levels = ((by, disaggregate),)
    return figures_from_table(
        compute_levels(panel, levels, indicators=indicators, sources=sources, engine=engine)
    )


def compute(
    panel: Panel,
    *,
    indicators: Collection[str] | None = None,
    by: str = "none",
    disaggregate: bool = False,
    sources: bool = False,
    engine: Engine = DUCKDB,
) -> pa.Table:
    """Compute figures from a panel, as a table of `Figure.SCHEMA`; arguments as in `figures`."""
    levels = ((by, disaggregate),)
    return compute_levels(panel, levels, indicators=indicators, sources=sources, engine=engine)


def compute_levels(
    panel: Panel,
    levels: Sequence[tuple[str, bool]],
    *,
    indicators: Collection[str] | None = None,
    sources: bool = False,
    groups: Groups | None = None,
    engine: Engine = DUCKDB,
) -> pa.Table:
    """Compute figures at several levels in one go, each given with whether it is disaggregated.

    The same as the tables of `compute` one after another, in the order of `levels`; quicker for few sites.
    `groups` are the keys of those whose figures are wanted, by level (`tall.standing` tells them); None means all,
    and where `tall.is_small` is not true of the panel nothing else is possible. Small panels are added up here, in
    arrays; another engine than DuckDB computes all that it is asked.
    """
    plan = planned(panel, levels, indicators=indicators, sources=sources)
    return plan.arranged(_blocks(panel, plan.queries, groups, engine))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of a panel: levels in their order, indicators in theirs, and the queries that answer."""

    levels: tuple[str, ...]
    indicators: tuple[str, ...]
    queries: tuple[Query, ...]

    def arranged(self, blocks: Iterable[Block]) -> pa.Table:
        """Lay figures by query and indicator in the order of levels and indicators."""
        position = {name: number for number, name in enumerate(self.indicators)}
        order = {by: number for number, by in enumerate(self.levels)}
        laid = sorted(blocks, key=lambda block: (order[block[0].by], position[block[1]]))
        tables = [table for _, _, table in laid]
        return pa.concat_tables(tables).combine_chunks() if tables else Figure.SCHEMA.empty_table()


def planned(
    panel: Panel,
    levels: Sequence[tuple[str, bool]],
    *,
    indicators: Collection[str] | None = None,
    sources: bool = False,
) -> Plan:
    """Plan what to ask of a panel; errors and arguments as in `compute_levels`."""
    if panel.record is Record.INTERVIEW:
        raise InterviewsAddedUp
    for by, _ in levels:
        check_level(panel.table, by)
    chosen = _chosen(panel, indicators)
    queries = tuple(
        query
        for by, disaggregate in levels
        for query in _queries(panel, chosen, by, disaggregate=disaggregate, sources=sources)
    )
    return Plan(tuple(by for by, _ in levels), tuple(each.id for each in chosen), queries)


def _queries(
    panel: Panel, chosen: Sequence[Indicator], by: str, *, disaggregate: bool, sources: bool
) -> Iterator[Query]:
    totals = tuple(_totals(chosen, panel, disaggregate=disaggregate))
    if totals:
        yield Query(by, totals, sources=sources)
    if disaggregate:
        for name, cells in _along(chosen, panel):
            yield Query(by, cells, along=name, sources=sources)


def _blocks(
    panel: Panel, queries: Sequence[Query], groups: Groups | None, engine: Engine
) -> Iterator[Block]:
    """Give the figures of each query by indicator."""
    if not queries:
        return
    if engine is DUCKDB and is_small(panel):
        for query, sums in tall_answers(panel, queries, groups=groups):
            for indicator, table in tall_figures(sums, query, panel):
                yield query, indicator, table
        return
    for query, found in answers(panel, queries, engine=engine):
        for indicator, table in cell_figures(found, query, panel):
            yield query, indicator, table


def _chosen(panel: Panel, names: Collection[str] | None) -> tuple[Indicator, ...]:
    if names is not None:
        return tuple(_fitting(each, panel) for each in choose(names))
    return answerable(panel)


def answerable(panel: Panel) -> tuple[Indicator, ...]:
    """Give the indicators that a panel's columns can say anything about, in the order of the catalogue."""
    columns = frozenset(panel.table.column_names)
    sites, stated = _has_sites(panel), frozenset(panel.table[STATE].unique().to_pylist())
    return tuple(
        each
        for each in every_indicator()
        if each.record is panel.record
        and readable(each.value, columns)
        and (each.unit != "site" or (sites and _can_count(each, panel, stated)))
    )


def _fitting(asked: Indicator, panel: Panel) -> Indicator:
    if asked.record is not panel.record:
        raise IndicatorOfOtherRecord(
            indicator=asked.id, wanted=asked.record.value, given=panel.record.value
        )
    return asked


def _can_count(asked: Indicator, panel: Panel, stated: Collection[str]) -> bool:
    """Tell whether the panel can say how many sites were not reached, where that is asked."""
    states = {code for each in _conditions(asked) if each.subject == STATE for code in each.codes}
    unreached = bool(states) and states <= {INACCESSIBLE, NOT_COVERED}
    return panel.register or not unreached or not states.isdisjoint(stated)


def _conditions(asked: Indicator) -> tuple[Condition, ...]:
    where = asked.value.where if isinstance(asked.value, Count) else ()
    return tuple(each for each in where if isinstance(each, Condition))


def _has_sites(panel: Panel) -> bool:
    """Tell whether rows of the panel are sites; administrative areas are not counted as such."""
    if LEVEL not in panel.table.column_names:
        return True
    return SITE_LEVEL in panel.table[LEVEL].unique().to_pylist()


def _totals(chosen: Sequence[Indicator], panel: Panel, *, disaggregate: bool) -> Iterator[Cell]:
    columns = frozenset(panel.table.column_names)
    for each in chosen:
        yield Cell(each, each.value)
        if disaggregate:
            for cut in each.disaggregations:
                yield from (
                    Cell(each, part, by) for by, part in cut.parts if readable(part, columns)
                )


def _along(chosen: Sequence[Indicator], panel: Panel) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    """Pair each concept that figures are taken apart by with its indicators."""
    names = dict.fromkeys(
        cut.name for each in chosen for cut in each.disaggregations if not cut.parts
    )
    for name in names:
        if panel.has(name):
            concerned = (
                each for each in chosen if name in {cut.name for cut in each.disaggregations}
            )
            yield name, tuple(Cell(each, each.value) for each in concerned)
