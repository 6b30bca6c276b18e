"""The last gate before publication: no small cell leaves the house.

A count of persons between one and four, or of households between one and two, could point at somebody.
It is replaced by a reason; where the hidden cell could be recomputed from a total, its smallest
neighbour is hidden too.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from opendtm.i18n import Label
from opendtm.records import Method
from opendtm.report.model import Number, SiteNeedsReport, SiteRow

if TYPE_CHECKING:
    from opendtm_server.matrix.models import Figure

SMALLEST = {"person": 5, "household": 3}
REASON = "small_count"
COMPLEMENT = "complementary"
Cells = tuple[tuple[Label, Number], ...]


def is_small(number: Number) -> bool:
    """Tell whether a number is too small to publish; zero and unknown are not."""
    smallest = SMALLEST.get(number.unit)
    return smallest is not None and number.value is not None and 0 < number.value < smallest


def protect(report: SiteNeedsReport) -> SiteNeedsReport:
    """Give the report with its small cells suppressed, in the site rows and in the breakdowns."""
    sites = _protect_rows(report.sites)
    by_id = {row.site_id: row for row in sites}
    return replace(
        report,
        sites=sites,
        actions=tuple(replace(action, idps=hide(action.idps)) for action in report.actions),
        sectors=tuple(
            replace(block, sites=tuple(by_id.get(row.site_id, row) for row in block.sites))
            for block in report.sectors
        ),
        map=replace(
            report.map, sites=tuple(by_id.get(row.site_id, row) for row in report.map.sites)
        ),
        breakdowns={name: _protect_cells(cells) for name, cells in report.breakdowns.items()},
    )


def hide(number: Number, reason: str = REASON) -> Number:
    """Suppress a number where it is small; leave it as it is otherwise."""
    return (
        replace(number, value=None, carried=0.0, suppressed=reason) if is_small(number) else number
    )


def _protect_rows(rows: tuple[SiteRow, ...]) -> tuple[SiteRow, ...]:
    hidden: Mapping[str, set[int]] = {
        concept: hidden_places([row.numbers.get(concept) for row in rows])
        for concept in {name for row in rows for name in row.numbers}
    }
    return tuple(
        replace(
            row,
            numbers={
                concept: _suppressed(number) if index in hidden[concept] else number
                for concept, number in row.numbers.items()
            },
        )
        for index, row in enumerate(rows)
    )


def _protect_cells(cells: Cells) -> Cells:
    hidden = hidden_places([number for _, number in cells])
    return tuple(
        (label, _suppressed(number) if index in hidden else number)
        for index, (label, number) in enumerate(cells)
    )


def hidden_places(numbers: list[Number | None]) -> set[int]:
    """Say which of a column's numbers to hide, when the column's total is published.

    A single hidden number would be total minus the rest: then the smallest other positive one is hidden too.
    """
    small = {
        index for index, number in enumerate(numbers) if number is not None and is_small(number)
    }
    if len(small) != 1:
        return small
    others = [
        (number.value, index)
        for index, number in enumerate(numbers)
        if index not in small and number is not None and number.value
    ]
    return small | {min(others)[1]} if others else small


def _suppressed(number: Number) -> Number:
    return replace(
        number, value=None, carried=0.0, suppressed=REASON if is_small(number) else COMPLEMENT
    )


def may_be_shown(figure: "Figure") -> bool:
    """Tell whether a figure's public page may be shown: not a small count, nor one of a small place's parts."""
    return not is_small(Number(figure.value, figure.unit, Method(figure.method)))
