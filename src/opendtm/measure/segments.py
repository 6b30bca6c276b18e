"""One method, one line: where a series must not be joined, because its figures came about in another way.

A registration that follows key-informant estimates moves the figure without a single person moving. What is
told here is the method by which most of the people of a round were counted; where it changes the line breaks.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import pyarrow.compute as pc

from opendtm.measure.panels import Panel

METHOD = (
    "method"  # the concept: how a population figure was established, a code of `estimate_method`
)
MIXED = "mixed"
MOST = 0.5


def basis(panel: Panel, concept: str) -> str | None:
    """Name the method by which more than half of the people of a panel were counted.

    `mixed` where none has more than half of them; None where nobody was counted, or nothing is said of the
    method. People at places without a method count as a method of their own.
    """
    held = {METHOD, concept}.issubset(panel.table.column_names)
    if not held:
        return None
    counted = panel.table.filter(pc.is_valid(panel.table[concept]))
    summed = counted.group_by(METHOD).aggregate([(concept, "sum")])
    by_method = dict(
        zip(summed[METHOD].to_pylist(), summed[f"{concept}_sum"].to_pylist(), strict=True)
    )
    return most_used(by_method)


def most_used(by_method: Mapping[str | None, float]) -> str | None:
    """Name the method of more than half of the people, `mixed` where there is none, None where nobody was counted."""
    whole = sum(by_method.values())
    if not whole:
        return None
    method, most = max(by_method.items(), key=lambda item: (item[1], item[0] or ""))
    return method if most > MOST * whole else MIXED


def breaks(bases: Sequence[str | None]) -> tuple[bool, ...]:
    """Tell for each round whether the line breaks before it; `bases` has None for a round that says nothing.

    Rounds that say nothing of their method never break a line of such rounds, but one that does say breaks
    with them: nobody knows that it is the same method.
    """
    return (False, *(one != other for one, other in pairwise(bases))) if bases else ()
