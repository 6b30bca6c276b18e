"""The Taylor variance over arrays: the formula of `taylor`, with covariances, and after calibration.

A calibrated weight is an estimate itself. Each adjustment therefore takes from the linearised values what
the known totals explain (`Adjustment.residual`), and the variance is that of what remains.
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from opendtm.measure.survey.arrays import Codes, Domains, Floats, Frame, Stage
from opendtm.measure.survey.design import Lonely

Inside = npt.NDArray[np.bool_] | None

WHOLE = 1 - 1e-7  # a stratum drawn whole, up to rounding of its stated size


def covariance(frame: Frame, linear: Floats) -> Floats:
    """Give the covariance matrix of totals of linearised values.

    `linear` (rows x statistics) holds the values with weights multiplied in. NaN where nothing shows the
    variance: every stratum of the sample is lonely under the rule AVERAGE.
    """
    everything = np.zeros(frame.rows, dtype=np.int64)
    adjusted: Floats = linear
    for each in frame.adjustments:
        adjusted = each.residual(frame, adjusted)
    return np.asarray(_matrices(frame, adjusted, everything, 1)[0])


def domain_variances(frame: Frame, linear: Floats, domains: Domains) -> Floats:
    """Give the variance of a total in each domain, from one linearised value a row (weights included)."""
    if not frame.adjustments:
        inside = domains.of >= 0
        found = _matrices(frame, linear[:, None], domains.of, len(domains), inside)
        return np.asarray(found[:, 0, 0])
    parts = [np.where(domains.of == number, linear, 0.0) for number in range(len(domains))]
    return np.array([covariance(frame, part[:, None])[0, 0] for part in parts])


def _matrices(frame: Frame, linear: Floats, of: Codes, count: int, inside: Inside = None) -> Floats:
    result = np.zeros((count, linear.shape[1], linear.shape[1]))
    for stage in frame.stages:
        result += _stage(stage, frame.lonely, (linear, of, inside), count)
    return result


def _stage(
    stage: Stage, lonely: Lonely, values: tuple[Floats, Codes, Inside], count: int
) -> Floats:
    linear, of, inside = values
    units = stage.unit
    if inside is not None:
        linear, of, units = linear[inside], of[inside], units[inside]
    totals, domain, unit = _sums(linear, of, units, len(stage.place))
    sums, wide, place = _sums(totals, domain, stage.place[unit], len(stage.drawn))
    key = domain * len(stage.drawn) + stage.place[unit]
    row = np.searchsorted(wide * len(stage.drawn) + place, key)
    present = np.bincount(row, minlength=len(wide)).astype(np.float64)
    drawn = stage.drawn[place]
    centre = sums / drawn[:, None]
    if lonely is Lonely.ADJUST:
        centre[drawn == 1] = 0.0
    scale = _scale(stage, lonely, place)
    known = np.nan_to_num(scale)
    spread = (totals - centre[row]) * np.sqrt(known[row])[:, None]
    absent = (sums / drawn[:, None]) * np.sqrt(known * (drawn - present))[:, None]
    result = _products(spread, domain, count) + _products(absent, wide, count)
    return result * _share(scale, wide, count)[:, None, None]


def _sums(
    values: Floats, domain: Codes, within: Codes, breadth: int
) -> tuple[Floats, Codes, Codes]:
    """Add rows up by domain and place; give the sums with their domain and place, domain by domain."""
    found, inverse = np.unique(domain * breadth + within, return_inverse=True)
    sums: Floats = np.stack(
        [
            np.bincount(inverse, values[:, column], minlength=len(found)).astype(np.float64)
            for column in range(values.shape[1])
        ],
        axis=1,
    )
    return sums, found // breadth, found % breadth


def _scale(stage: Stage, lonely: Lonely, place: Codes) -> Floats:
    """Give the factor of each place: 0 for one drawn whole, NaN for a lonely one under AVERAGE."""
    drawn, rest = stage.drawn[place], stage.above[place] * (1 - stage.fraction[place])
    alone = {Lonely.ADJUST: 1.0, Lonely.AVERAGE: np.nan}.get(lonely, 0.0)
    factor = np.where(drawn > 1, drawn / np.maximum(drawn - 1, 1), alone)
    whole = stage.fraction[place] >= WHOLE
    return np.where(whole, 0.0, rest * factor)


def _products(values: Floats, domain: Codes, count: int) -> Floats:
    """Sum the outer products of rows, domain by domain; rows come in the order of domains."""
    if values.shape[1] == 1:
        squares = np.bincount(domain, values[:, 0] ** 2, minlength=count)
        return squares.astype(np.float64)[:, None, None]
    edges = np.searchsorted(domain, np.arange(count + 1))
    return np.stack([values[start:end].T @ values[start:end] for start, end in pairwise(edges)])


def _share(scale: Floats, domain: Codes, count: int) -> Floats:
    """Give by how much a domain is multiplied so that its lonely strata get the mean of the others."""
    every = np.bincount(domain, minlength=count).astype(np.float64)
    known = np.bincount(domain, ~np.isnan(scale), minlength=count)
    share: Floats = np.divide(every, known, out=np.full(count, np.nan), where=known > 0)
    return share
