"""Totals and changes of every area and of the whole, from places that know their area."""

from collections.abc import Mapping
from itertools import groupby

from opendtm import records
from opendtm.errors import Where
from opendtm.errors.measure_stock import StockTableInvalid
from opendtm.i18n import Message
from opendtm.measure.changes import Part, change, values_of
from opendtm.measure.panels import Panel
from opendtm.measure.stock.imputation import Held, Way
from opendtm.measure.stock.site_rounds import Area
from opendtm.measure.stock.totals import LIMIT, ImputedTotal, total

WHOLE = ""


def totals_by_area(
    places: tuple[Held, ...],
    *,
    areas: Mapping[str, Area],
    way: Way,
    rounds: int,
    limit: float = LIMIT,
    seed: int = 1,
) -> dict[Area | None, ImputedTotal]:
    """Give the total of all places (None) and of each area, in the order of the areas; see `total`.

    Places are imputed with the ratio of their own area in both, so that areas add up to the whole. The whole
    may be refused where an area is not, and the other way round.
    """
    found: dict[Area | None, ImputedTotal] = {
        None: total(places, way=way, rounds=rounds, limit=limit, seed=seed)
    }
    known = {area.key: area for area in sorted(areas.values())}
    if len(known) > 1 or any(known):
        ordered = sorted(places, key=lambda place: place.group)
        for key, its in groupby(ordered, key=lambda place: place.group):
            found[known[key]] = total(tuple(its), way=way, rounds=rounds, limit=limit, seed=seed)
    return found


def changes_by_area(
    before: Panel,
    after: Panel,
    *,
    concept: str,
    level: str | None,
    published: Panel | None = None,
) -> dict[str, records.Change]:
    """Take the change of the whole (WHOLE) and of each area of `level` apart; see `change`.

    Areas go by code where both rounds have codes, else by name. StockTableInvalid where the rounds have neither
    in common.
    """
    parts: dict[str, Part | None] = {WHOLE: None}
    if level is not None:
        column = _shared(before, after, level)
        told = (panel.table[column].drop_null().to_pylist() for panel in (before, after))
        parts |= {
            code: Part(column, code) for code in sorted({one for each in told for one in each})
        }
    return {
        name: change(
            before,
            after,
            concept=concept,
            before_as_published=values_of(published, concept=concept, part=part)
            if published
            else None,
            part=part,
        )
        for name, part in parts.items()
    }


def _shared(before: Panel, after: Panel, level: str) -> str:
    for column in (f"{level}_code", f"{level}_name"):
        if before.has(column) and after.has(column):
            return column
    reason = Message(
        "the two rounds do not both state their areas of this level by code or by name"
    )
    raise StockTableInvalid(column=level, reason=reason, where=Where(column=level))
