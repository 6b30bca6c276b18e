"""Change between two rounds, taken apart: a total that moved is not yet people who moved."""

from collections.abc import Mapping
from math import fsum

import pyarrow.compute as pc

from opendtm.errors.measure import ConceptNotCounted
from opendtm.measure.columns import CLOSED, PLACE, STATE
from opendtm.measure.panels import Panel
from opendtm.records import Change
from opendtm.vocab import Kind, concepts

_NUMBERS = (Kind.COUNT, Kind.NUMBER)


def change(
    before: Panel,
    after: Panel,
    *,
    concept: str,
    before_as_published: Mapping[str, float] | None = None,
) -> Change:
    """Take the change of a concept's total between two panels apart.

    Every part is signed as it moves the total: `matched` (places with a value on both sides, carried
    values included), `newly_covered` (a value now, none before), `closed` and `lost_access` (a value
    before, none now; negative), `corrected` (what the earlier round says now, less what was published
    then). The parts add up to `total`, whatever is unknown. `before_as_published` maps the keys of the
    places (site IDs) to the values published for the earlier round; without it nothing is corrected.
    `before` or `after` is None where no place has a value. ConceptNotCounted where the concept is not a
    number, or neither panel holds it.
    """
    _check_number(concept, before, after)
    old, new = _values(before, concept), _values(after, concept)
    published = old if before_as_published is None else dict(before_as_published)
    matched, fresh, gone = old.keys() & new.keys(), new.keys() - old.keys(), old.keys() - new.keys()
    closed = gone & _closed(after)
    lost = gone - closed
    return Change(
        before=fsum(published.values()) if published else None,
        after=fsum(new.values()) if new else None,
        matched=fsum(new[place] - old[place] for place in matched),
        newly_covered=fsum(new[place] for place in fresh),
        closed=-fsum(old[place] for place in closed) + 0.0,
        lost_access=-fsum(old[place] for place in lost) + 0.0,
        corrected=fsum(old.values()) - fsum(published.values()),
        n_matched=len(matched),
        n_new=len(fresh),
        n_closed=len(closed),
        n_lost=len(lost),
    )


def _check_number(concept: str, *panels: Panel) -> None:
    found = concepts().get(concept)
    held = any(concept in panel.table.column_names for panel in panels)
    if found is None or found.kind not in _NUMBERS or not held:
        raise ConceptNotCounted(concept=concept)


def _values(panel: Panel, concept: str) -> dict[str, float]:
    """Add up the known values of each place; a place without any is left out."""
    if concept not in panel.table.column_names:
        return {}
    totals = panel.table.filter(pc.is_valid(panel.table[concept])).group_by(PLACE)
    summed = totals.aggregate([(concept, "sum")])
    pairs = zip(summed[PLACE].to_pylist(), summed[f"{concept}_sum"].to_pylist(), strict=True)
    return dict(pairs)


def _closed(panel: Panel) -> frozenset[str]:
    table = panel.table
    return frozenset(table.filter(pc.equal(table[STATE], CLOSED))[PLACE].to_pylist())
