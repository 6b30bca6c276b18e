"""Several informants for one place: one figure, the range of what they said, and how far they agree.

The range is of informants. It is never a confidence interval: what all of them get wrong together stays
in it. Formulas: docs/explanation/figures.md; numbers: `catalogue/rules/informants.yaml`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import groupby
from math import exp, fsum, log, sqrt

import numpy as np
import pyarrow as pa

from opendtm import catalogue
from opendtm.errors import Where
from opendtm.errors.measure_stock import StockTableInvalid
from opendtm.forms.informants import RULES, Answer, credibility_of, weighted_median
from opendtm.forms.informants import agreement as agreement_of
from opendtm.i18n import Label, Message
from opendtm.measure.stock.columns import Numbers, counts, known_counts, texts

RANGE = Label("Range of informants", "Fourchette des informateurs")


@dataclass(frozen=True, slots=True)
class Informed:
    """What the informants of one place say together, in the unit of their answers.

    `value` is the credibility-weighted median; `agreement` the highest answer over the lowest (None for one
    informant, infinite where one says nobody and another counts people). `low` and `high` are the range of
    informants from `spread`, the standard deviation of the logarithms of the answers; None where that cannot
    be told (a zero among the answers, or no place with two informants).
    """

    place: str
    value: float
    lowest: float
    highest: float
    informants: int
    agreement: float | None
    follow_up: bool
    spread: float | None = None
    low: float | None = None
    high: float | None = None


def credibility(answers: pa.Table) -> pa.Array:
    """Weigh each answer by what is said of its informant; 1 where nothing is said.

    Reads the columns that the rule table names, such as `ki_has_list`, where the table has them.
    """
    said = [name for name in catalogue.read_yaml(RULES)["weight"] if name in answers.column_names]
    rows = answers.select(said).to_pylist() if said else [{}] * answers.num_rows
    return pa.array([credibility_of(row) for row in rows], pa.float64())


def by_informants(answers: pa.Table, *, value: str = "value") -> tuple[Informed, ...]:
    """Bring the answers of several informants together, place by place, in the order of the places' codes.

    `answers` has a row an informant: `place`, the column `value`, and `weight` where answers do not weigh
    the same (see `credibility`). A row without a value is an informant who does not know: it is left out.
    StockTableInvalid for a column that is absent, a value below 0, or a weight that is not above 0.
    """
    rows = zip(texts(answers, "place"), counts(answers, value), _weights(answers), strict=True)
    known = sorted(row for row in rows if not np.isnan(row[1]))
    found = [
        _together(place, [row[1:] for row in its])
        for place, its in groupby(known, key=lambda row: row[0])
    ]
    pooled = pooled_spread(found)
    return tuple(_ranged(each, pooled) for each in found)


def informed_table(places: Sequence[Informed]) -> pa.Table:
    """Write what `by_informants` gave as a table, one row a place."""
    names = [field.name for field in fields(Informed)]
    return pa.table({name: pa.array([getattr(each, name) for each in places]) for name in names})


def pooled_spread(places: Sequence[Informed]) -> float | None:
    """Pool the spreads of the places by their degrees of freedom: s² = Σ(K-1)s² / Σ(K-1); None without any."""
    told = [(each.informants - 1, each.spread) for each in places if each.spread is not None]
    freedom = sum(weight for weight, _ in told)
    return sqrt(fsum(weight * spread**2 for weight, spread in told) / freedom) if freedom else None


def _weights(answers: pa.Table) -> Numbers:
    if "weight" not in answers.column_names:
        return np.ones(answers.num_rows)
    weights = known_counts(answers, "weight")
    if (weights == 0).any():
        where = Where(row=int((weights == 0).argmax()) + 1, column="weight")
        reason = Message("a weight must be above 0")
        raise StockTableInvalid(column="weight", reason=reason, where=where)
    return weights


def _together(place: str, answers: Sequence[Answer]) -> Informed:
    lowest, highest = answers[0][0], answers[-1][0]
    agreement = agreement_of(lowest, highest) if len(answers) > 1 else None
    limit = catalogue.read_yaml(RULES)["follow_up_above"]
    return Informed(
        place=place,
        value=weighted_median(answers),
        lowest=lowest,
        highest=highest,
        informants=len(answers),
        agreement=agreement,
        follow_up=agreement is not None and agreement > limit,
        spread=_spread([value for value, _ in answers]),
    )


def _spread(values: Sequence[float]) -> float | None:
    """Give the standard deviation of the logarithms; None for one value, or where a zero is among them."""
    if len(values) < 2 or values[0] == 0:
        return None
    return float(np.std([log(value) for value in values], ddof=1))


def _ranged(place: Informed, pooled: float | None) -> Informed:
    """Add the range: x exp(± z s / √K), with the pooled spread where there are few informants."""
    rule = catalogue.read_yaml(RULES)
    few = place.informants <= rule["pooled_up_to"]
    spread = pooled if few else place.spread
    if spread is None or place.lowest == 0:
        return replace(place, spread=None)
    factor = exp(rule["spread_at"] * spread / sqrt(place.informants))
    return replace(place, spread=spread, low=place.value / factor, high=place.value * factor)
