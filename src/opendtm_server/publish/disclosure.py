"""The last gate before publication: no small cell leaves the house, and none can be worked out.

A count of persons between one and four, or of households between one and two, could point at somebody.
It is replaced by a reason. The smallest larger neighbour is hidden with it, so that the total minus the
rest tells nothing. Every other sum that is published over the same sites (by sector, by type of site,
carried forward) is then tried in order: one that would pin a hidden cell down, alone or together with
those before it, is hidden too.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from opendtm.i18n import Label
from opendtm.records import Change
from opendtm.report.model import (
    Action,
    Headline,
    Number,
    SectorBlock,
    SiteNeedsReport,
    SiteRow,
    TrendPoint,
)
from opendtm_server.publish.rewording import reworded

SMALLEST = {"person": 5, "household": 3}
REASON = "small_count"
COMPLEMENT = "complementary"
IDPS = "idp_individuals"
IN_NEED = 2  # serious; the levels run from 0 to 3
Cells = tuple[tuple[Label, Number], ...]
Chosen = Callable[[SiteRow], bool]


def is_small(number: Number) -> bool:
    """Tell whether a number is too small to publish; zero and unknown are not."""
    smallest = SMALLEST.get(number.unit)
    return smallest is not None and number.value is not None and 0 < number.value < smallest


def protect(report: SiteNeedsReport) -> SiteNeedsReport:
    """Give the report with its small cells suppressed, and all from which they could be worked out."""
    guards = {name: Guard(name, report.sites) for name in _concepts(report.sites)}
    nobody = guards.get(IDPS) or Guard(IDPS, ())
    sites = tuple(_row(row, guards) for row in report.sites)
    by_id = {row.site_id: row for row in sites}
    totals = {
        name: guards[name].cleared(number, _all) if name in guards else hide(number)
        for name, number in report.totals.items()
    }
    protected = replace(
        report,
        sites=sites,
        totals=totals,
        headlines=tuple(_headline(each, totals) for each in report.headlines),
        sectors=tuple(_sector(block, nobody, by_id) for block in report.sectors),
        breakdowns={
            name: _breakdown(name, cells, nobody) for name, cells in report.breakdowns.items()
        },
        actions=tuple(_action(each, by_id) for each in report.actions),
        trend=tuple(_point(point, report, totals, nobody) for point in report.trend),
        map=replace(report.map, sites=tuple(by_id[row.site_id] for row in report.map.sites)),
    )
    return reworded(report, protected)


class Guard:
    """Watches over one concept of the site table: which cells are hidden, which sums may be said."""

    def __init__(self, concept: str, rows: Sequence[SiteRow]) -> None:
        """Choose the cells to hide; the total of all rows is taken as published."""
        self._concept = concept
        self._rows = rows
        self._numbers = [row.numbers.get(concept) for row in rows]
        self.hidden = hidden_places(self._numbers)
        self._order = sorted(self.hidden)
        self._said = np.zeros((0, len(self._order)))
        self.may_say(_all)

    def hides(self, row: SiteRow) -> bool:
        """Tell whether the cell of a site is hidden."""
        return any(self._rows[index].site_id == row.site_id for index in self.hidden)

    def may_say(self, chosen: Chosen) -> bool:
        """Tell whether the sum over the chosen sites may be published, and remember it if so."""
        if not self.hidden:
            return True
        line = [float(chosen(self._rows[index])) for index in self._order]
        together = np.vstack([self._said, line])
        if _pins_down(together):
            return False
        self._said = together
        return True

    def cleared(self, number: Number, chosen: Chosen) -> Number:
        """Give the sum over the chosen sites as far as it may be published, and what of it was carried forward."""
        if is_small(number) or not self.may_say(chosen):
            return suppressed(number)
        if number.carried and not self.may_say(lambda row: chosen(row) and self._is_carried(row)):
            return replace(number, carried=None)
        return number

    def _is_carried(self, row: SiteRow) -> bool:
        number = row.numbers.get(self._concept)
        return number is not None and bool(number.carried)


def _all(_row: SiteRow) -> bool:
    return True


def _pins_down(sums: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> bool:
    """Tell whether known sums (lines) over hidden cells (columns) give any single cell away."""
    rank = np.linalg.matrix_rank(sums)
    alone = np.eye(sums.shape[1])
    return any(np.linalg.matrix_rank(np.vstack([sums, cell])) == rank for cell in alone)


def hidden_places(numbers: Sequence[Number | None]) -> set[int]:
    """Say which of a column's numbers to hide, when the column's total is published.

    With the small ones goes the smallest other positive one: total minus the rest then gives a sum in
    which a small one cannot be told apart.
    """
    small = {
        index
        for index, number in enumerate(numbers)
        if number is not None and (is_small(number) or number.suppressed)
    }
    others = [
        (number.value, index)
        for index, number in enumerate(numbers)
        if index not in small and number is not None and number.value
    ]
    return small | {min(others)[1]} if small and others else small


def hide(number: Number) -> Number:
    """Suppress a number where it is small; leave it as it is otherwise."""
    return suppressed(number) if is_small(number) else number


def shown_figures(report: SiteNeedsReport) -> dict[str, float | None]:
    """Give the keys of the figures that a protected report prints, with the part that was carried forward.

    These and no others have a public page; None is a carried part that is withheld.
    """
    return {
        number.key: number.carried
        for number in _numbers(report)
        if number.key and not number.suppressed
    }


def _numbers(report: SiteNeedsReport) -> Iterator[Number]:
    yield from report.totals.values()
    yield from (headline.number for headline in report.headlines)
    for block in report.sectors:
        yield from (block.in_need, block.critical, block.idps_in_need)
    yield from (number for cells in report.breakdowns.values() for _, number in cells)
    yield from (number for row in report.sites for number in row.numbers.values())


def _concepts(rows: Sequence[SiteRow]) -> dict[str, None]:
    return dict.fromkeys(name for row in rows for name in row.numbers)


def _row(row: SiteRow, guards: Mapping[str, Guard]) -> SiteRow:
    numbers = {
        name: suppressed(number) if guards[name].hides(row) else number
        for name, number in row.numbers.items()
    }
    return replace(row, numbers=numbers)


def _headline(headline: Headline, totals: Mapping[str, Number]) -> Headline:
    number = totals.get(headline.indicator, headline.number)
    change = headline.change
    hidden = number.suppressed or (change is not None and _is_telling(change, number.unit))
    return replace(headline, number=number, change=None if hidden else change)


def _is_telling(change: Change, unit: str) -> bool:
    """Tell whether a part of a change is a small count of the people of few sites."""
    parts = (change.newly_covered, change.closed, change.lost_access)
    return any(0 < abs(part) < SMALLEST.get(unit, 0) for part in parts)


def _sector(block: SectorBlock, guard: Guard, by_id: Mapping[str, SiteRow]) -> SectorBlock:
    sites = tuple(by_id.get(row.site_id, row) for row in block.sites)
    people = guard.cleared(block.idps_in_need, lambda row: _in_need(row, block.sector))
    return replace(block, sites=sites, idps_in_need=people)


def _in_need(row: SiteRow, sector: str) -> bool:
    return (row.needs.get(sector) or 0) >= IN_NEED


def _breakdown(name: str, cells: Cells, guard: Guard) -> Cells:
    hidden = hidden_places([number for _, number in cells])
    checked = [
        (label, suppressed(number) if index in hidden else number)
        for index, (label, number) in enumerate(cells)
    ]
    if name != "site_type":
        return tuple((label, _without_carried(number)) for label, number in checked)
    return tuple((label, _cleared_type(number, guard)) for label, number in checked)


def _cleared_type(number: Number, guard: Guard) -> Number:
    code = (number.key or "").rpartition("site_type=")[2]
    if number.suppressed:
        return number
    return guard.cleared(number, lambda row: (row.site_type or "unknown") == code)


def _without_carried(number: Number) -> Number:
    """Withhold the carried part of a number of persons where it is small."""
    small = 0 < (number.carried or 0) < SMALLEST.get(number.unit, 0)
    return replace(number, carried=None) if small else number


def _action(action: Action, by_id: Mapping[str, SiteRow]) -> Action:
    row = by_id.get(action.site_id)
    return replace(
        action, idps=hide(action.idps) if row is None else row.numbers.get(IDPS, action.idps)
    )


def _point(
    point: TrendPoint, report: SiteNeedsReport, totals: Mapping[str, Number], guard: Guard
) -> TrendPoint:
    """Let the trend say of this round what the totals say, and of earlier ones no carried part where cells are hidden."""
    idps = hide(point.idps)
    if point.round == report.edition.round and IDPS in totals:
        total = totals[IDPS]
        idps = replace(idps, value=total.value, carried=total.carried, suppressed=total.suppressed)
    elif guard.hidden and idps.carried:
        idps = replace(idps, carried=None)
    return replace(
        point,
        idps=idps,
        arrivals=_unless_small(point.arrivals),
        departures=_unless_small(point.departures),
    )


def _unless_small(persons: float | None) -> float | None:
    return None if persons is not None and 0 < persons < SMALLEST["person"] else persons


def suppressed(number: Number) -> Number:
    """Take the value away and say why."""
    reason = REASON if is_small(number) else number.suppressed or COMPLEMENT
    return replace(number, value=None, carried=None, suppressed=reason)
