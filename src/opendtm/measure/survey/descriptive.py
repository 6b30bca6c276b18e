"""Means, totals, ratios and proportions of all domains in one pass."""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from opendtm.measure.engines import fetched
from opendtm.measure.survey.array_moments import array_moments
from opendtm.measure.survey.cells import cell_moments
from opendtm.measure.survey.design import Engine
from opendtm.measure.survey.estimates import Bounds, Estimate, Variance
from opendtm.measure.survey.finishing import Finish, Moment
from opendtm.measure.survey.intervals import Interval
from opendtm.measure.survey.sample import Sample
from opendtm.measure.survey.taylor import group, groups, moments
from opendtm.measure.survey.terms import Statistic, Term, check_numbers, levels

TOGETHER = 24  # terms in one expression; Spark plans hundreds of columns slowly
PLAIN, OPEN = Interval(), Bounds()


def mean(
    sample: Sample,
    *variables: str,
    by: Sequence[str] = (),
    interval: Interval = PLAIN,
    bounds: Bounds = OPEN,
) -> list[Estimate]:
    """Estimate the means of variables, in each domain that the variables of `by` form together.

    One pass for all variables and domains. An interview without a known answer leaves the domain of that
    variable and is counted in `n_missing`; one without a value of `by` is in no domain. Estimates come by
    domain, in order, then by variable. SurveyColumnMissing, NotANumber.
    """
    check_numbers(sample, variables)
    terms = [Term(Statistic.MEAN, name) for name in variables]
    return estimate(sample, terms, by=by, interval=interval, bounds=bounds)


def total(
    sample: Sample,
    *variables: str,
    by: Sequence[str] = (),
    interval: Interval = PLAIN,
    bounds: Bounds = OPEN,
) -> list[Estimate]:
    """Estimate totals in the population; as `mean`. What is missing is not made up for."""
    check_numbers(sample, variables)
    terms = [Term(Statistic.TOTAL, name) for name in variables]
    return estimate(sample, terms, by=by, interval=interval, bounds=bounds)


def ratio(
    sample: Sample,
    *pairs: tuple[str, str],
    by: Sequence[str] = (),
    interval: Interval = PLAIN,
    bounds: Bounds = OPEN,
) -> list[Estimate]:
    """Estimate ratios of two totals, each pair (above, below), among interviews that know both."""
    check_numbers(sample, [name for pair in pairs for name in pair])
    terms = [Term(Statistic.RATIO, above, below) for above, below in pairs]
    return estimate(sample, terms, by=by, interval=interval, bounds=bounds)


def proportion(
    sample: Sample,
    *variables: str,
    by: Sequence[str] = (),
    interval: Interval = PLAIN,
    bounds: Bounds = OPEN,
) -> list[Estimate]:
    """Estimate the share of each category of each variable; `level` names the category.

    The limits are on the logit scale unless the interval says otherwise; at 0 and 1 only `beta` and `mean`
    have limits.
    """
    terms = [
        Term(Statistic.PROPORTION, name, level=level)
        for name in variables
        for level in levels(sample, name)
    ]
    return estimate(sample, terms, by=by, interval=interval, bounds=bounds)


def estimate(
    sample: Sample,
    terms: Sequence[Term],
    *,
    by: Sequence[str] = (),
    interval: Interval = PLAIN,
    bounds: Bounds = OPEN,
) -> list[Estimate]:
    """Estimate any terms, of several kinds, in one pass; the door behind the four above."""
    sample.check_columns(by)
    if not terms:
        return []
    way = Variance(sample.replication) if sample.replication else Variance.TAYLOR
    finish = Finish(sample, interval, bounds, way)
    if sample.adjustments or sample.replication or sample.engine is not Engine.EXPRESSION:
        return finish.estimates(_in_memory(sample, terms, by))
    return finish.estimates(list(_expressed(sample, terms, by)))


def _expressed(sample: Sample, terms: Sequence[Term], by: Sequence[str]) -> Iterator[Moment]:
    """Give the moments that the expression finds, domain by domain; many terms are asked some at a time."""
    parts = [terms[start : start + TOGETHER] for start in range(0, len(terms), TOGETHER)]
    order = [(name, "ascending") for name in groups(by)]
    found = [
        list(read_moments(fetched(moments(sample, part, by)).sort_by(order), part, by))
        for part in parts
    ]
    for domain in range(len(found[0]) // len(parts[0])):
        for part, told in zip(parts, found, strict=True):
            yield from told[domain * len(part) : (domain + 1) * len(part)]


def _in_memory(sample: Sample, terms: Sequence[Term], by: Sequence[str]) -> list[Moment]:
    plain = not sample.adjustments and not sample.replication
    cells = sample.numbered if plain and sample.engine is Engine.CELLS else None
    found = cell_moments(cells, terms, by) if cells and cells.can_answer(terms) else None
    return array_moments(sample, terms, by) if found is None else found


def read_moments(found: pa.Table, terms: Sequence[Term], by: Sequence[str]) -> Iterator[Moment]:
    """Read the answer of the engine, domain by domain and term by term."""
    for row in found.to_pylist():
        named = tuple((name, str(row[group(number)])) for number, name in enumerate(by))
        for number, term in enumerate(terms):
            yield _moment(row, number, term, named)


def _moment(
    row: dict[str, float], number: int, term: Term, named: tuple[tuple[str, str], ...]
) -> Moment:
    above, weighted = row[f"wy{number}"], row[f"w{number}"]
    below, xx = row.get(f"wx{number}", weighted), row.get(f"wxx{number}", weighted)
    yy, xy = row.get(f"wyy{number}", above), row.get(f"wxy{number}", above)
    centre = above / below if below else 0.0
    return Moment(
        term=term,
        group=named,
        above=above,
        below=1.0 if term.statistic is Statistic.TOTAL else below,
        variance=row[f"var{number}"],
        squares=max(yy - 2 * centre * xy + centre * centre * xx, 0.0),
        n=int(row[f"n{number}"]),
        hits=int(row.get(f"hits{number}", row[f"n{number}"])),
        rows=int(row["rows"]),
        weighted=weighted,
        units=int(row["units"]),
        strata=int(row["strata"]),
    )
