"""Grades the figures of a panel: each part is rated place by place, then for the figure.

A part of the places has the best rating that a stated share of the places behind the figure reaches; the
places are found through the figure's sources. The rule table says everything else (`grading`).
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from opendtm.measure.columns import SOURCE, STATE
from opendtm.measure.confidence.grading import PartRule, rules
from opendtm.measure.grammar import subjects
from opendtm.measure.panels import Panel
from opendtm.measure.reading import indicators
from opendtm.records import Confidence, Part, Rating

Ratings = npt.NDArray[np.int64]
GRADES = (pa.field("confidence", pa.string()), pa.field("confidence_parts", pa.string()))
_RATINGS = (Rating.GOOD, Rating.FAIR, Rating.WEAK, Rating.UNKNOWN)
_FROM_THE_LIST = frozenset({"site_status", "site_type", STATE})


def graded(figures: pa.Table, panel: Panel) -> pa.Table:
    """Add the columns `confidence` and `confidence_parts` to figures that were computed with their sources.

    Null where a figure has no value, and where it counts the list of sites itself (how many are open, or
    assessed). The parts are written as `records.Confidence.text` does.
    """
    found = list(confidences(figures, panel))
    grades = [each.grade.value if each else None for each in found]
    parts = [each.text() if each else None for each in found]
    for field, values in zip(GRADES, (grades, parts), strict=True):
        figures = figures.append_column(field, pa.array(values, field.type))
    return figures


def confidences(figures: pa.Table, panel: Panel) -> Iterator[Confidence | None]:
    """Give the confidence of each figure of a table of `Figure.SCHEMA`, in order; None where it has none."""
    by_places = _counts(figures, panel)
    columns = [figures[name].to_pylist() for name in ("indicator", "unit", "value", "n_places")]
    told = zip(*columns, _shares(figures), strict=True)
    for row, (indicator, unit, value, places, shares) in enumerate(told):
        if value is None or not places or indicator not in _gradable():
            yield None
            continue
        counts = tuple(tuple(each[row].tolist()) for each in by_places)
        yield _confidence(unit, counts, shares)


@lru_cache(maxsize=100_000)
def _confidence(
    unit: str, counts: tuple[tuple[int, ...], ...], shares: tuple[float | None, float | None]
) -> Confidence:
    parts = tuple(_parts(unit, counts, shares))
    return Confidence(rules().grade(parts), parts)


def _parts(
    unit: str, counts: Sequence[tuple[int, ...]], shares: Sequence[float | None]
) -> Iterator[Part]:
    of_places, of_figure = iter(counts), iter(shares)
    for rule in rules().parts:
        if rule.column is None:
            share = next(of_figure)
            yield Part(rule.name, rule.rate(share), share)
            continue
        part = _reached(rule, next(of_places))
        asked = not rule.units or unit in rule.units
        if asked and not (rule.optional and part.rating is Rating.UNKNOWN):
            yield part


def _reached(rule: PartRule, counts: tuple[int, ...]) -> Part:
    """Give the best rating that enough of the places reach; unknown where too few say anything."""
    known, whole = sum(counts[:3]), sum(counts)
    if not whole or known < rules().known_for * whole:
        return Part(rule.name, Rating.UNKNOWN)
    reached = 0
    for rating, count in zip(_RATINGS, counts, strict=True):
        reached += count
        if reached >= rules().reached_by * known:
            return Part(rule.name, rating, counts[0] / known)
    return Part(rule.name, Rating.WEAK, counts[0] / known)


def _shares(figures: pa.Table) -> Iterator[tuple[float | None, float | None]]:
    """Give for each figure the share of places assessed, and the share of it that is not of this round."""
    names = ("value", "carried", "n_places", "n_known", "n_assessed", "n_carried")
    for value, carried, places, known, assessed, repeated in zip(
        *(figures[name].to_pylist() for name in names), strict=True
    ):
        coverage = assessed / known if known else None
        if value and carried is not None:
            yield coverage, carried / value
        else:
            yield coverage, repeated / places if places else None


def _counts(figures: pa.Table, panel: Panel) -> list[Ratings]:
    """Count for each part of the places, figure by figure, the places of each rating."""
    sources = figures["sources"].combine_chunks()
    rows = pc.index_in(sources.flatten(), value_set=panel.table[SOURCE].combine_chunks())
    of = pc.list_parent_indices(sources).to_numpy()
    known = pc.is_valid(rows).to_numpy(zero_copy_only=False)
    rows, of = rows.drop_null().to_numpy(), of[known]
    size = len(_RATINGS)
    return [
        np.bincount(
            of * size + _rated(rule, panel)[rows], minlength=figures.num_rows * size
        ).reshape(-1, size)
        for rule in rules().parts
        if rule.column is not None
    ]


def _rated(rule: PartRule, panel: Panel) -> Ratings:
    """Rate each place of the panel, as the position of the rating; unknown where the column is absent."""
    if rule.column not in panel.table.column_names:
        return np.full(panel.table.num_rows, _RATINGS.index(Rating.UNKNOWN))
    values = pc.dictionary_encode(panel.table[rule.column].combine_chunks(), null_encoding="encode")
    ratings = [_RATINGS.index(rule.rate(value)) for value in values.dictionary.to_pylist()]
    rated: Ratings = np.array(ratings, np.int64)[values.indices.to_numpy()]
    return rated


@lru_cache(maxsize=1)
def _gradable() -> frozenset[str]:
    """Name the indicators that rest on answers, not on the list of sites alone."""
    return frozenset(
        each.id for each in indicators() if not _FROM_THE_LIST.issuperset(subjects(each.value))
    )
