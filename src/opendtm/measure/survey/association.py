"""Are two questions associated? Pearson's chi-square with the corrections of Rao and Scott, and Wald tests.

Sources: Rao & Scott 1981, 1984 (F, Chisq, saddlepoint); Koch, Freeman & Freeman 1975 (Wald), with the
adjusted form of Thomas & Rao 1987. As R `svychisq`.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import stats

from opendtm.errors.measure_survey import ChoiceUnknown, NothingToCompare
from opendtm.measure.reasons import Reason
from opendtm.measure.survey.arrays import Floats, Frame, encode, frame
from opendtm.measure.survey.quadratic import upper_tail
from opendtm.measure.survey.sample import Sample
from opendtm.measure.survey.variance import covariance


class ChiSquare(StrEnum):
    """The test statistics. LINCOM and SADDLEPOINT give the same p-value, from the same distribution."""

    F = "F"
    CHISQ = "Chisq"
    WALD = "Wald"
    ADJUSTED_WALD = "adjWald"
    LINCOM = "lincom"
    SADDLEPOINT = "saddlepoint"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a test found: statistic, degrees of freedom (numerator, denominator), p, and interviews behind it.

    `design_df` are those of the whole design. All is None where `suppressed_reason` says why.
    """

    test: str
    variables: tuple[str, str]
    statistic: float | None
    df: tuple[float, ...]
    p: float | None
    n: int
    n_missing: int
    design_df: int
    difference: float | None = None
    suppressed_reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two questions crossed: rows of the sample by cell (rows of the table run fastest), and shares."""

    frame: Frame
    across: int
    down: int
    known: Floats
    cells: Floats  # rows x cells, 0 or 1
    shares: Floats

    @property
    def weights(self) -> Floats:
        """Give the weights of interviews that answered both, 0 for others."""
        return self.frame.weights * self.known


def chi_square(sample: Sample, down: str, across: str, *, test: ChiSquare = ChiSquare.F) -> Outcome:
    """Test whether two questions are independent of each other, among interviews that answered both.

    Errors: SurveyColumnMissing, ChoiceUnknown, and NothingToCompare where a question has one category only.
    """
    sample.check_columns([down, across])
    if test not in set(ChiSquare):
        raise ChoiceUnknown(option="test", value=str(test), known=", ".join(ChiSquare))
    crossing = _crossing(sample, down, across)
    known = int(crossing.known.sum())
    found = _decided(crossing, ChiSquare(test), sample.facts.df)
    return Outcome(
        test=ChiSquare(test).value,
        variables=(down, across),
        statistic=found[0],
        df=found[1],
        p=found[2],
        n=known,
        n_missing=crossing.frame.rows - known,
        design_df=sample.facts.df,
        suppressed_reason=found[3],
    )


Found = tuple[float | None, tuple[float, ...], float | None, Reason | None]


def _decided(crossing: Crossing, test: ChiSquare, df: int) -> Found:
    if df < 1:
        return None, (), None, Reason.NO_DF
    try:
        statistic, freedom, p = _METHODS[test](crossing, test, df)
    except np.linalg.LinAlgError:
        return None, (), None, Reason.SINGULAR
    if not np.isfinite(statistic) or not np.isfinite(p):
        return None, (), None, Reason.SINGULAR
    return float(statistic), freedom, float(p), None


def _crossing(sample: Sample, down: str, across: str) -> Crossing:
    read = frame(sample, {"down": sample.bound.column(down), "across": sample.bound.column(across)})
    rows, columns = encode(read.columns["down"]), encode(read.columns["across"])
    for name, (_, values) in ((down, rows), (across, columns)):
        if len(values) < 2:
            raise NothingToCompare(column=name, count=len(values), needed=2)
    known = (rows[0] >= 0) & (columns[0] >= 0)
    cell = np.where(known, columns[0] * len(rows[1]) + rows[0], 0)
    cells = np.zeros((read.rows, len(rows[1]) * len(columns[1])))
    cells[np.arange(read.rows)[known], cell[known]] = 1.0
    weights = read.weights * known
    shares = weights @ cells / weights.sum()
    return Crossing(read, len(columns[1]), len(rows[1]), known.astype(float), cells, shares)


def _pearson(crossing: Crossing) -> float:
    """Give Pearson's statistic of the weighted table, scaled to the number of interviews."""
    table = crossing.shares.reshape(crossing.across, crossing.down)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    return float(((table - expected) ** 2 / expected).sum() * crossing.known.sum())


def _effects(crossing: Crossing) -> Floats:
    """Give the matrix of generalised design effects of the interaction."""
    shares = crossing.shares
    linear = crossing.weights[:, None] * (crossing.cells - shares) / crossing.weights.sum()
    variance = covariance(crossing.frame, linear)
    inverse = np.diag(np.divide(1.0, shares, out=np.zeros_like(shares), where=shares > 0))
    contrast = _interaction(crossing.down, crossing.across)
    simple = contrast.T @ (inverse / crossing.known.sum()) @ contrast
    return np.asarray(np.linalg.solve(simple, contrast.T @ inverse @ variance @ inverse @ contrast))


def _interaction(down: int, across: int) -> Floats:
    """Give the columns of the interaction, free of what the margins explain (cells x interactions)."""
    row, column = np.tile(np.arange(down), across), np.repeat(np.arange(across), down)
    rows = (row[:, None] == np.arange(1, down)).astype(np.float64)
    columns = (column[:, None] == np.arange(1, across)).astype(np.float64)
    margins = np.hstack([np.ones((down * across, 1)), rows, columns])
    both = (rows[:, None, :] * columns[:, :, None]).reshape(down * across, -1)
    fitted, *_ = np.linalg.lstsq(margins, both, rcond=None)
    return np.asarray(both - margins @ fitted)


def _rao_scott(
    crossing: Crossing, test: ChiSquare, df: int
) -> tuple[float, tuple[float, ...], float]:
    pearson, effects = _pearson(crossing), _effects(crossing)
    trace = float(np.trace(effects))
    if trace <= 0:  # nothing varies between units
        raise np.linalg.LinAlgError
    if test is ChiSquare.CHISQ:
        count = len(effects)
        return pearson, (count,), stats.chi2.sf(pearson / (trace / count), count)
    freedom = trace**2 / float(np.trace(effects @ effects))
    if test is ChiSquare.F:
        statistic = pearson / trace
        return statistic, (freedom, freedom * df), stats.f.sf(statistic, freedom, freedom * df)
    values = np.real(np.linalg.eigvals(effects))
    return pearson, (), upper_tail(pearson, values, freedom * df)


def _wald(crossing: Crossing, test: ChiSquare, df: int) -> tuple[float, tuple[float, ...], float]:
    """Test the differences between observed cells and those that the margins imply."""
    down, across = crossing.down, crossing.across
    table = crossing.shares.reshape(across, down)
    row, column = np.tile(np.arange(down), across), np.repeat(np.arange(across), down)
    in_row = crossing.cells @ (row[:, None] == np.arange(down))
    in_column = crossing.cells @ (column[:, None] == np.arange(across))
    by_row, by_column = table.sum(axis=0), table.sum(axis=1)
    free = np.flatnonzero((row > 0) & (column > 0))
    r, c = row[free], column[free]
    linear = (
        crossing.cells[:, free]
        - by_column[c] * in_row[:, r]
        - by_row[r] * in_column[:, c]
        + by_row[r] * by_column[c]
    ) * crossing.weights[:, None]
    total = float(crossing.weights.sum())
    apart = total * (crossing.shares[free] - by_row[r] * by_column[c])
    count, variance = len(free), covariance(crossing.frame, linear)
    if np.linalg.matrix_rank(variance, hermitian=True) < count:
        raise np.linalg.LinAlgError
    distance = float(apart @ np.linalg.solve(variance, apart))
    rest = df if test is ChiSquare.WALD else df - count + 1
    if rest < 1:
        raise np.linalg.LinAlgError
    statistic = distance / count if test is ChiSquare.WALD else distance * rest / (count * df)
    return statistic, (count, rest), stats.f.sf(statistic, count, rest)


_METHODS = {
    each: _wald if each in {ChiSquare.WALD, ChiSquare.ADJUSTED_WALD} else _rao_scott
    for each in ChiSquare
}
