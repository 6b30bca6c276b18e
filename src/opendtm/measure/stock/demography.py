"""Groups of a population from a sample's shares and a total from elsewhere: N_k = N p_k, with its variance."""

from dataclasses import dataclass
from math import isfinite, sqrt

from opendtm.errors import Where
from opendtm.errors.measure_stock import StockTableInvalid
from opendtm.i18n import Message


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its standard error."""

    value: float
    se: float


def group_total(population: Estimate, *, share: Estimate) -> Estimate:
    """Give the size of a group: V(N_k) = N² V(p) + p² V(N) + V(N) V(p), for independent N and p.

    Goodman 1960 for the variance of a product (unverified). StockTableInvalid for a share outside 0 to 1, a
    population below 0, or a standard error that is not a number of 0 or more.
    """
    _check("population", population.value, population.se, largest=float("inf"))
    _check("share", share.value, share.se, largest=1.0)
    variance = (
        population.value**2 * share.se**2
        + share.value**2 * population.se**2
        + population.se**2 * share.se**2
    )
    return Estimate(population.value * share.value, sqrt(variance))


def _check(name: str, value: float, se: float, *, largest: float) -> None:
    if not all(isfinite(each) and each >= 0 for each in (value, se)) or value > largest:
        reason = Message("it must be a number of 0 or more, a share at most 1")
        raise StockTableInvalid(column=name, reason=reason, where=Where(column=name))
