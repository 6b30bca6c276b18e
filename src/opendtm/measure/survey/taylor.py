"""The variance of means, totals, ratios and proportions of all domains, as one Ibis expression.

Joins and group-bys only, so that DuckDB and Spark run the same expression. For a domain g the linearised
value of a row is z = w 1_g (y - R x) / X, with R = Y / X the estimated ratio; a total has z = w 1_g y.
At each stage, within each stratum (or unit above) that drew n units, a fraction f of them all,

    v = (1 - f) n / (n - 1) [sum over units (z_c - m)^2 + (n - n_g) m^2],   m = sum z_c / n,

where n counts all units drawn and n_g those with a member of the domain: the others have z = 0. Stages
below the first are multiplied by the fractions drawn above them. Sums of squares are taken around the
mean, not as differences of large sums. Source: Binder 1983; Wolter 2007, ch. 6; agrees with R `survey`.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import Any

import ibis

from opendtm.measure.survey.declare import counts
from opendtm.measure.survey.design import (
    WEIGHT,
    Column,
    Lonely,
    Table,
    has_clusters,
    parents,
    unit,
)
from opendtm.measure.survey.sample import Sample
from opendtm.measure.survey.terms import Statistic, Term

EVERYTHING = "__all"
LONELY_FRACTION = 1 - 1e-7  # a stratum drawn whole, up to rounding of its stated size


def rows(sample: Sample, terms: Sequence[Term], by: Sequence[str]) -> Table:
    """Give the rows that belong to a domain: keys, weight, and `y` of each term (`x` of a ratio)."""
    table, design = sample.table, sample.design
    units = [unit(stage) for stage in range(1, len(design.clusters) + 1)]
    columns: dict[str, Column] = {name: table[name] for name in [*parents(1), *units, WEIGHT]}
    columns |= {group(number): sample.bound.column(name) for number, name in enumerate(by)} or {
        EVERYTHING: ibis.literal(0)
    }
    for number, term in enumerate(terms):
        columns[f"y{number}"] = term.above(sample.bound)
        if term.statistic is Statistic.RATIO:
            columns[f"x{number}"] = term.under(sample.bound)
    chosen = table.select(**columns)
    return chosen.filter([chosen[name].notnull() for name in groups(by)])


def group(number: int) -> str:
    """Name the column of a group variable by its place in the question."""
    return f"__group{number}"


def groups(by: Sequence[str]) -> list[str]:
    """Name the columns that identify a domain; one that holds everything where no variable is given."""
    return [group(number) for number in range(len(by))] or [EVERYTHING]


def moments(sample: Sample, terms: Sequence[Term], by: Sequence[str]) -> Table:
    """Give a row for each domain, with the sums and the variance of each term.

    By term number: `wy` (weighted sum), `n` (known), `w` (their weights), `wyy` (weighted squares; not of a
    proportion, whose squares are itself), `hits` (of a proportion: rows with that answer), `wx`, `wxy`, `wxx`
    (of a ratio), `var` (variance, null where nothing shows it). For the domain: `rows`, `units` and `strata`
    with a member.
    """
    keys, numbers = groups(by), range(len(terms))
    cells = _cells(rows(sample, terms, by), sample, terms, keys)
    sums = cells.group_by(keys).agg(
        rows=cells.members.sum(),
        **{name: cells[name].sum() for name in _sums(terms)},
    )
    linear = _linear(cells, sums, terms, keys)
    stages = [_stage(linear, sample, stage, len(terms), keys) for stage in _used(sample)]
    joined = reduce(lambda one, other: _join(one, other, keys), stages, sums)
    return joined.mutate(
        **{
            f"var{number}": reduce(
                lambda one, other: one + other, (joined[f"v{s}_{number}"] for s in _used(sample))
            )
            for number in numbers
        }
    )


def _used(sample: Sample) -> range:
    return range(1, sample.design.stages + 1)


def _sums(terms: Sequence[Term]) -> list[str]:
    more = {Statistic.RATIO: ("wyy", "wx", "wxy", "wxx"), Statistic.PROPORTION: ("hits",)}
    return [
        f"{kind}{number}"
        for number, term in enumerate(terms)
        for kind in ("wy", "n", "w", *more.get(term.statistic, ("wyy",)))
    ]


def _join(one: Table, other: Table, keys: Sequence[str]) -> Table:
    joined = one.join(other, list(keys), how="left")
    return joined.drop([name for name in joined.columns if name.endswith("_right")])


def _cells(table: Table, sample: Sample, terms: Sequence[Term], keys: Sequence[str]) -> Table:
    """Sum each term within the units of the last stage; rows stay rows where they were drawn directly."""
    deepest = sample.design.stages
    added = {"members": ibis.literal(1), **_contributions(table, terms)}
    if not has_clusters(sample.design, deepest):
        return table.mutate(**added)
    within = [*keys, *parents(deepest), unit(deepest)]
    marked = table.select(*within, **added)
    return marked.group_by(within).agg(**{name: marked[name].sum() for name in added})


def _contributions(table: Table, terms: Sequence[Term]) -> dict[str, Column]:
    weight, zero = table[WEIGHT], ibis.literal(0.0)
    made: dict[str, Column] = {}
    for number, term in enumerate(terms):
        above = ibis.coalesce(table[f"y{number}"], zero)
        known = table[f"y{number}"].notnull()
        made |= {
            f"wy{number}": weight * above,
            f"n{number}": known.cast("int64"),
            f"w{number}": ibis.cases((known, weight), else_=zero),
            f"wyy{number}": weight * above * above,
            f"hits{number}": above.cast("int64"),
        }
        if term.statistic is Statistic.RATIO:
            below = ibis.coalesce(table[f"x{number}"], zero)
            made[f"wx{number}"] = weight * below
            made[f"wxy{number}"] = weight * above * below
            made[f"wxx{number}"] = weight * below * below
    return {name: made[name] for name in _sums(terms)}


def _linear(cells: Table, sums: Table, terms: Sequence[Term], keys: Sequence[str]) -> Table:
    """Give each cell its linearised value of each term, 0 where the denominator is 0."""
    lines = [("wy", "wx") if t.statistic is Statistic.RATIO else ("wy", "w") for t in terms]
    names = [f"{kind}{number}" for number, line in enumerate(lines) for kind in line]
    joined = _join(cells, sums.select(*keys, **{f"all_{name}": sums[name] for name in names}), keys)

    def value(number: int, term: Term) -> Column:
        above, below = (f"{kind}{number}" for kind in lines[number])
        if term.statistic is Statistic.TOTAL:
            return joined[above]
        whole = joined[f"all_{below}"].nullif(0.0)
        linear = (joined[above] - joined[f"all_{above}"] / whole * joined[below]) / whole
        return ibis.coalesce(linear, ibis.literal(0.0))

    place = [name for name in cells.columns if name in {*keys} or name in _places(cells)]
    return joined.select(
        *place, **{f"z{number}": value(number, t) for number, t in enumerate(terms)}
    )


def _places(table: Table) -> set[str]:
    return {name for name in table.columns if name.startswith(("__unit", "__stratum"))}


def _stage(linear: Table, sample: Sample, stage: int, terms: int, keys: Sequence[str]) -> Table:
    """Give the part of a stage in the variance of each domain: `v{stage}_{term}`."""
    within = [*keys, *parents(stage)]
    names = [f"z{number}" for number in range(terms)]
    units = linear
    if stage < sample.design.stages:
        units = linear.group_by([*within, unit(stage)]).agg(
            **_each(names, lambda z: linear[z].sum())
        )
    sums = units.group_by(within).agg(
        present=units.count(), **{f"sum_{z}": units[z].sum() for z in names}
    )
    drawn = _join(sums, _drawn(sample, stage), parents(stage))
    centred = _join(units.select(*within, *names), drawn, within)
    spread = centred.group_by(within).agg(
        **{f"squares_{z}": ((centred[z] - _centre(centred, z, sample)) ** 2).sum() for z in names}
    )
    ready = _join(drawn, spread, within)
    parts = ready.mutate(**_each(names, lambda z: _part(ready, z, sample)))
    return parts.group_by(list(keys)).agg(**dict(_together(parts, names, stage, sample)))


def _each(names: Iterable[str], make: Callable[[str], Any]) -> dict[str, Any]:
    return {name: make(name) for name in names}


def _drawn(sample: Sample, stage: int) -> Table:
    """Give units drawn and fraction at a stage, with the product of the fractions above it."""
    drawn = counts(sample.table, sample.design, stage)
    own = drawn.select(*parents(stage), drawn="units", fraction="fraction").mutate(
        above=ibis.literal(1.0)
    )
    for upper in range(1, stage):
        higher = counts(sample.table, sample.design, upper)
        shares = higher.select(*parents(upper), share="fraction")
        joined = _join(own, shares, parents(upper))
        own = joined.mutate(above=joined.above * joined.share).drop("share")
    return own


def _centre(table: Table, z: str, sample: Sample) -> Column:
    """Give the mean around which units are spread; a lonely stratum is spread around 0 under ADJUST."""
    mean = table[f"sum_{z}"] / table.drawn
    if sample.design.lonely is not Lonely.ADJUST:
        return mean
    return ibis.cases((table.drawn > 1, mean), else_=ibis.literal(0.0))


def _part(ready: Table, z: str, sample: Sample) -> Column:
    """Give what one stratum (or unit above) adds; null for a lonely one under AVERAGE."""
    drawn, mean = ready.drawn.cast("float64"), ready[f"sum_{z}"] / ready.drawn
    squares = ready[f"squares_{z}"] + (drawn - ready.present) * mean * mean
    scale = ready.above * (1 - ready.fraction)
    several = scale * drawn / (drawn - 1).nullif(0.0) * squares
    lonely: Column = ibis.literal(0.0)
    if sample.design.lonely is Lonely.ADJUST:
        lonely = scale * squares
    if sample.design.lonely is Lonely.AVERAGE:
        lonely = ibis.null("float64")
    return ibis.cases(
        (ready.fraction >= LONELY_FRACTION, ibis.literal(0.0)), (drawn > 1, several), else_=lonely
    )


def _together(
    parts: Table, names: Sequence[str], stage: int, sample: Sample
) -> Iterable[tuple[str, Column]]:
    """Sum the parts over a domain; under AVERAGE those that are null get the mean of the others."""
    for number, z in enumerate(names):
        total = parts[z].sum()
        if sample.design.lonely is Lonely.AVERAGE:
            total = total * parts.count() / parts[z].count().nullif(0)
        yield f"v{stage}_{number}", total
    if stage == 1:
        yield "units", parts.present.sum()
        yield "strata", parts.count()
