"""Change between two rounds, taken apart: a total that moved is not yet people who moved."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from math import fsum

import pyarrow.compute as pc

from opendtm.errors.measure import ConceptNotCounted
from opendtm.measure.columns import CLOSED, PLACE, STATE
from opendtm.measure.panels import Panel
from opendtm.records import Change
from opendtm.vocab import Kind, concepts

_NUMBERS = (Kind.COUNT, Kind.NUMBER)


@dataclass(frozen=True, slots=True)
class Part:
    """The places of one class: those whose `column` holds `code`, such as `site_type` and `camp`."""

    column: str
    code: str


def change(
    before: Panel,
    after: Panel,
    *,
    concept: str,
    before_as_published: Mapping[str, float] | None = None,
    part: Part | None = None,
) -> Change:
    """Take the change of a concept's total between two panels apart.

    Every part is signed as it moves the total: `matched` (places with a value on both sides, carried
    values included), `newly_covered` (a value now, none before), `closed` and `lost_access` (a value
    before, none now; negative), `corrected` (what the earlier round says now, less what was published
    then). The parts add up to `total`, whatever is unknown. `before_as_published` maps the keys of the
    places (site IDs) to the values published for the earlier round; without it nothing is corrected.

    `part` asks for the total of one class of places. A place that has come into it brings its earlier value
    and one that has left takes it away: `reclassified`, which cancels out over all classes.

    `before` or `after` is None where no place has a value. ConceptNotCounted where the concept is not a
    number, or neither panel holds it.
    """
    _check_number(concept, before, after)
    old, new = _values(before, concept), _values(after, concept)
    was = frozenset(old) if part is None else old.keys() & _members(before, part)
    is_now = frozenset(new) if part is None else new.keys() & _members(after, part)
    published = _only(old, was) if before_as_published is None else dict(before_as_published)
    came, left = (is_now - was) & old.keys(), (was - is_now) & new.keys()
    matched, fresh = (was & is_now) | came, is_now - old.keys()
    gone = was - new.keys()
    closed = gone & _closed(after)
    lost = gone - closed
    return Change(
        before=fsum(published.values()) if published else None,
        after=fsum(new[place] for place in is_now) if is_now else None,
        matched=fsum(new[place] - old[place] for place in matched),
        newly_covered=fsum(new[place] for place in fresh),
        closed=-fsum(old[place] for place in closed) + 0.0,
        lost_access=-fsum(old[place] for place in lost) + 0.0,
        corrected=fsum(old[place] for place in was) - fsum(published.values()),
        n_matched=len(matched),
        n_new=len(fresh),
        n_closed=len(closed),
        n_lost=len(lost),
        reclassified=fsum(old[place] for place in came) - fsum(old[place] for place in left),
        n_reclassified=len(came) + len(left),
    )


def values_of(panel: Panel, *, concept: str, part: Part | None = None) -> dict[str, float]:
    """Give the value of each place of a panel, or of one class of them, as `before_as_published` wants it."""
    held = _values(panel, concept)
    return held if part is None else _only(held, held.keys() & _members(panel, part))


def _only(values: Mapping[str, float], places: AbstractSet[str]) -> dict[str, float]:
    return {place: values[place] for place in places}


def _members(panel: Panel, part: Part) -> frozenset[str]:
    """Name the places of a class; none where the panel does not hold its column."""
    if part.column not in panel.table.column_names:
        return frozenset()
    held = pc.equal(panel.table[part.column], part.code)
    return frozenset(panel.table.filter(held)[PLACE].to_pylist())


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
