"""An estimate as it is handed on: value, error, interval, what stands behind it, and how it was made.

There is never a NaN in it: what cannot be said, or should not, has the value None and the reason beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import pyarrow as pa

from opendtm.i18n import Message, mark
from opendtm.measure.reasons import Reason
from opendtm.measure.survey.design import Lonely
from opendtm.measure.survey.terms import Statistic


class Variance(StrEnum):
    """How a variance was found."""

    TAYLOR = "Taylor linearisation"
    JK1 = "JK1"
    JKN = "JKn"
    WOODRUFF = "Woodruff interval"


METHOD = mark("{variance}; {shape} interval of {level} %, {reference}; lonely strata: {lonely}")
CALIBRATED = mark(
    "{variance}; {shape} interval of {level} %, {reference}; lonely strata: {lonely}; {weights}"
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """When an estimate is withheld: fewer interviews than `least`, or a coefficient of variation above `cv`."""

    least: int = 1
    cv: float | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """One statistic of one domain.

    `group` pairs each group variable with its value; `level` is the category of a proportion or the
    probability of a quantile. `n` counts interviews with a known answer (of a proportion: with that
    answer), `n_total` those of the domain with a known one, `n_missing` those without; `n_weighted` and
    `n_weighted_total` are the sums of their weights. `df` is that of the interval (design or domain; None
    for the normal distribution), `deff` the variance over that of a simple random sample of the same size
    without replacement, `cv` the standard error over the value. `lonely` is the rule for strata with one
    unit, None where the sample has none. `suppressed_reason` says why there is no value.
    """

    statistic: Statistic
    variable: str
    value: float | None
    se: float | None
    low: float | None
    high: float | None
    df: int | None
    n: int
    n_total: int
    n_missing: int
    n_weighted: float
    n_weighted_total: float
    method: Message
    level: str | None = None
    group: tuple[tuple[str, str], ...] = ()
    deff: float | None = None
    cv: float | None = None
    lonely: Lonely | None = None
    suppressed_reason: Reason | None = None
    notes: tuple[Message, ...] = field(default=())

    SCHEMA = pa.schema(
        [
            pa.field("statistic", pa.string(), nullable=False),
            pa.field("variable", pa.string(), nullable=False),
            pa.field("level", pa.string()),
            pa.field("group_variables", pa.list_(pa.string()), nullable=False),
            pa.field("group_values", pa.list_(pa.string()), nullable=False),
            pa.field("value", pa.float64()),
            pa.field("se", pa.float64()),
            pa.field("low", pa.float64()),
            pa.field("high", pa.float64()),
            pa.field("df", pa.int64()),
            pa.field("deff", pa.float64()),
            pa.field("cv", pa.float64()),
            pa.field("n", pa.int64(), nullable=False),
            pa.field("n_total", pa.int64(), nullable=False),
            pa.field("n_missing", pa.int64(), nullable=False),
            pa.field("n_weighted", pa.float64(), nullable=False),
            pa.field("n_weighted_total", pa.float64(), nullable=False),
            pa.field("method", pa.string(), nullable=False),
            pa.field("lonely", pa.string()),
            pa.field("suppressed_reason", pa.string()),
        ]
    )


def estimates_table(estimates: Iterable[Estimate], *, lang: str = "en") -> pa.Table:
    """Write estimates as an Arrow table of `Estimate.SCHEMA`, with the method in words of `lang`."""
    return pa.Table.from_pylist([_row(each, lang) for each in estimates], schema=Estimate.SCHEMA)


def _row(each: Estimate, lang: str) -> dict[str, object]:
    names: Sequence[str] = Estimate.SCHEMA.names
    row = {name: getattr(each, name) for name in names if hasattr(each, name)}
    return row | {
        "statistic": each.statistic.value,
        "lonely": each.lonely and each.lonely.value,
        "suppressed_reason": each.suppressed_reason and each.suppressed_reason.value,
        "method": each.method.text(lang),
        "group_variables": [name for name, _ in each.group],
        "group_values": [value for _, value in each.group],
    }
