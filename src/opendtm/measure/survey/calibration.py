"""Weights brought to known totals: post-stratification, raking, and calibration (GREG, raking, logit, with bounds).

Each gives a new sample whose weights are adjusted, and whose variances are those of what the known totals
leave unexplained. Sources: Deville & Särndal 1992; Deming & Stephan 1940 (raking); as R `postStratify`,
`rake` and `calibrate`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from opendtm.errors.measure_survey import ChoiceUnknown, TargetsUnfit
from opendtm.i18n import Message, mark
from opendtm.measure.survey.adjustment import Adjustment
from opendtm.measure.survey.arrays import Codes, Floats, encode, numbers
from opendtm.measure.survey.binding import Bound
from opendtm.measure.survey.bounded import Way
from opendtm.measure.survey.design import WEIGHT
from opendtm.measure.survey.distances import Distance, Limits
from opendtm.measure.survey.sample import Sample

POSTSTRATIFIED = mark("post-stratified by {variables}")
RAKED = mark("raked to {variables}")
CALIBRATED = mark("calibrated to {variables}")
NEAREST = mark("calibrated to {variables} by {distance} ({rounds} rounds to {tolerance})")
BOUNDED = mark(
    "calibrated to {variables} by {distance}, each weight {low} to {high} times what it was "
    "({rounds} rounds to {tolerance})"
)
MISSING = mark("{count} rows have no value of {variable}")
NO_TOTAL = mark("{variable} has no total for {categories}")
NO_ROWS = mark("the sample has nobody of {categories} in {variable}")
NOT_SETTLED = mark("raking did not settle in {count} rounds")
DISAGREE = mark("its margins add up to different sizes: {sizes}")
UNREACHABLE = mark("its margins cannot be reached together")
DEPENDENT = mark("some of the totals follow from others")

Totals = Mapping[str, float]


def poststratify(
    sample: Sample, by: str | Sequence[str], totals: Mapping[str | tuple[str, ...], float]
) -> Sample:
    """Bring the weights to the known size of each cell that the variables of `by` form together.

    `totals` maps each cell (a value, or a tuple of values in the order of `by`) to its size in the
    population. TargetsUnfit where a row is in no cell, or a cell of one side is not in the other.
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    read = _read(sample, names)
    codes, cells = _cells(read.table, names)
    goal = {key if isinstance(key, tuple) else (key,): float(size) for key, size in totals.items()}
    wanted = _wanted(" x ".join(names), cells, goal)
    base = read.weights
    reached = np.bincount(codes, base, minlength=len(cells))
    weights = base * (wanted / reached)[codes]
    step = Adjustment(POSTSTRATIFIED, names, "")
    return _adjusted(sample, read, step, margins=[(codes, weights)])


def rake(
    sample: Sample,
    margins: Mapping[str, Totals],
    *,
    rounds: int = 100,
    tolerance: float = 1e-9,
) -> Sample:
    """Bring the weights to the known margins of several variables, one after another until all hold.

    `margins` maps each variable to the sizes of its categories. Stops when no cell of the table of all
    variables moves by more than `tolerance` persons in a round. TargetsUnfit where that never happens, where
    the margins add up to different sizes, and as `poststratify`.
    """
    sums = [sum(sizes.values()) for sizes in margins.values()]
    if max(sums) - min(sums) > 1e-6 * max(sums):
        listed = "; ".join(f"{each:g}" for each in sums)
        raise TargetsUnfit(reason=Message(DISAGREE, {"sizes": listed}))
    read = _read(sample, tuple(margins))
    each = [(name, *_cells(read.table, (name,))) for name in margins]
    wanted = [
        _wanted(name, cells, {(key,): float(size) for key, size in margins[name].items()})
        for name, _, cells in each
    ]
    codes = [code for _, code, _ in each]
    whole, _ = _cells(read.table, tuple(margins))
    pairs = list(zip(codes, wanted, strict=True))
    weights = _raked(read.weights, pairs, whole, (rounds, tolerance))
    _check_reached(weights[-1], pairs, max(10 * tolerance, 1e-6 * sums[0]))
    step = Adjustment(RAKED, tuple(margins), "")
    return _adjusted(sample, read, step, margins=list(zip(codes, weights, strict=True)))


def _raked(
    weights: Floats, margins: Sequence[tuple[Codes, Floats]], whole: Codes, stop: tuple[int, float]
) -> list[Floats]:
    """Give the weights after each margin of the last round."""
    before = np.bincount(whole, weights)
    for _ in range(stop[0]):
        steps = []
        for codes, wanted in margins:
            weights = weights * (wanted / np.bincount(codes, weights, minlength=len(wanted)))[codes]
            steps.append(weights)
        after = np.bincount(whole, weights)
        if np.abs(after - before).max() < stop[1]:
            return steps
        before = after
    raise TargetsUnfit(reason=Message(NOT_SETTLED, {"count": stop[0]}))


def _check_reached(
    weights: Floats, margins: Sequence[tuple[Codes, Floats]], tolerance: float
) -> None:
    """Raise TargetsUnfit where a margin does not hold: rounds that change nothing need not have reached it."""
    for codes, wanted in margins:
        reached = np.bincount(codes, weights, minlength=len(wanted))
        if np.abs(reached - wanted).max() > tolerance:
            raise TargetsUnfit(reason=Message(UNREACHABLE))


def calibrate(
    sample: Sample,
    totals: Mapping[str, float | Totals],
    *,
    distance: Distance = Distance.LINEAR,
    bounds: Limits | None = None,
    rounds: int = 50,
    tolerance: float = 1e-10,
) -> Sample:
    """Bring the weights to known totals of numbers and of categories at once, moving them as little as that takes.

    `totals` maps a column of numbers to its total in the population, and a column of categories to the
    sizes of all its categories. `distance` says how far new weights are from old: linear (regression, GREG),
    raking (its weights are never negative) or logit; `bounds` within how many times the old one each weight stays,
    such as (0.5, 2); logit needs them. Without bounds the linear one is solved at once, and weights may become
    negative where the sample is far from the totals; else `rounds` of Newton's method at most, until every total
    holds to `tolerance`, relative. Errors: TargetsUnfit, ChoiceUnknown, BoundsUnfit; BoundsTooNarrow where no weights
    within the bounds reach the totals.
    """
    way = Way(_distance(distance), bounds, rounds, tolerance)
    read = _read(sample, tuple(totals))
    measures, goal = _measures(read.table, totals)
    base, wanted = read.weights, np.array(goal)
    known = np.stack(measures, axis=1)
    rank, columns = np.linalg.matrix_rank(known * np.sqrt(base)[:, None]), known.shape[1]
    if rank < columns:
        raise TargetsUnfit(reason=Message(DEPENDENT))
    if way.distance is Distance.LINEAR and bounds is None:
        square = known.T @ (base[:, None] * known)
        weights = base * (1 + known @ np.linalg.solve(square, wanted - base @ known))
        step = Adjustment(CALIBRATED, tuple(totals), "")
    else:
        found = way.factors(known, base, wanted, tuple(totals))
        sentence = NEAREST if bounds is None else BOUNDED
        weights = base * found.factors
        step = Adjustment(sentence, tuple(totals), "", values=way.values(found))
    return _adjusted(sample, read, step, measures=measures, weights=weights)


def _distance(name: str) -> Distance:
    try:
        return Distance(name)
    except ValueError as error:
        raise ChoiceUnknown(option="distance", value=name, known=", ".join(Distance)) from error


def _measures(
    table: pa.Table, totals: Mapping[str, float | Totals]
) -> tuple[list[Floats], list[float]]:
    """Give a column of numbers for every total: a measure as it is, an indicator for each category.

    Of every classification but the first one category is left out, since its size follows from the others.
    """
    measures: list[Floats] = []
    goal: list[float] = []
    classified = False
    for name, known in totals.items():
        if not isinstance(known, Mapping):
            measures.append(numbers(table[name]))
            goal.append(float(known))
            continue
        codes, cells = _cells(table, (name,))
        wanted = _wanted(name, cells, {(key,): float(size) for key, size in known.items()})
        for code in range(1 if classified else 0, len(cells)):
            measures.append((codes == code).astype(np.float64))
            goal.append(float(wanted[code]))
        classified = True
    return measures, goal


@dataclass(frozen=True, slots=True)
class _Read:
    """The interviews of a sample, and beside them the columns of our own."""

    table: pa.Table
    own: pa.Table

    @property
    def weights(self) -> Floats:
        return numbers(self.own[WEIGHT])


def _read(sample: Sample, names: Sequence[str]) -> _Read:
    sample.check_columns(names)
    table, own = sample.bound.read()
    for name in names:
        codes, _ = encode(table[name])
        if missing := int((codes < 0).sum()):
            raise TargetsUnfit(reason=Message(MISSING, {"count": missing, "variable": name}))
    return _Read(table, own)


def _cells(table: pa.Table, names: Sequence[str]) -> tuple[Codes, list[tuple[str, ...]]]:
    """Give each row the number of its cell among those that variables form, and the values of each cell."""
    whole: Codes = np.zeros(table.num_rows, dtype=np.int64)
    named: list[tuple[str, ...]] = [()]
    for name in names:
        codes, values = encode(table[name])
        whole = whole * len(values) + codes
        named = [(*cell, str(value)) for cell in named for value in values]
    found, codes = np.unique(whole, return_inverse=True)
    return codes.astype(np.int64), [named[cell] for cell in found]


def _wanted(
    variable: str, cells: Sequence[tuple[str, ...]], goal: Mapping[tuple[str, ...], float]
) -> Floats:
    for sentence, lacking in (
        (NO_TOTAL, [cell for cell in cells if cell not in goal]),
        (NO_ROWS, [cell for cell in goal if cell not in cells]),
    ):
        if lacking:
            listed = "; ".join(", ".join(cell) for cell in lacking)
            raise TargetsUnfit(
                reason=Message(sentence, {"variable": variable, "categories": listed})
            )
    return np.array([goal[cell] for cell in cells])


def _adjusted(
    sample: Sample,
    read: _Read,
    step: Adjustment,
    *,
    margins: Sequence[tuple[Codes, Floats]] = (),
    measures: Sequence[Floats] = (),
    weights: Floats | None = None,
) -> Sample:
    """Give the sample with new weights (those after the last margin, where not given) and what residuals need."""
    new = margins[-1][1] if weights is None else weights
    prefix = f"__step{len(sample.adjustments)}_"
    base = f"{prefix}base"
    parts: dict[str, dict[str, npt.NDArray[Any]]] = {
        "margins": {f"{prefix}margin{n}": codes for n, (codes, _) in enumerate(margins)},
        "weighted": {f"{prefix}weights{n}": after for n, (_, after) in enumerate(margins)},
        "measures": {f"{prefix}measure{n}": values for n, values in enumerate(measures)},
    }
    added = {name: pa.array(values) for part in parts.values() for name, values in part.items()}
    columns = {name: read.own[name] for name in read.own.column_names}
    columns |= {base: read.own[WEIGHT], WEIGHT: pa.array(new), **added}
    step = replace(
        step,
        base=base,
        margins=tuple(parts["margins"]),
        weighted=tuple(parts["weighted"]),
        measures=tuple(parts["measures"]),
    )
    return replace(
        sample,
        bound=Bound(read.table, sample.design, pa.table(columns)),
        facts=replace(sample.facts, weighted=float(new.sum())),
        adjustments=(*sample.adjustments, step),
    )
