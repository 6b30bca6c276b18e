"""A total with imputed parts: said how much of it is imputed, refused above a stated share, with its range.

The range is by multiple imputation: how the total would move had the places out of reach changed as single
places of their group did. It covers what imputation adds, not what informants get wrong.
"""

from dataclasses import dataclass
from math import fsum, sqrt

import numpy as np
from scipy import stats

from opendtm.i18n import Label, Message, number
from opendtm.measure.stock.columns import Numbers
from opendtm.measure.stock.imputation import Basis, Held, Way, expired, imputed, matched

LIMIT = 0.10  # of a total; aggregates of statistical offices keep nine tenths of real data
DRAWS, LEVEL = 200, 0.90


@dataclass(frozen=True, slots=True)
class ImputedTotal:
    """A total over places, in the unit of the observations.

    `value` is None where nothing is known, or where the total is refused (`refused` then says why).
    `low` and `high` are the range by multiple imputation at `level`, None where nothing was imputed by ratio
    or the total is refused. `places` hold what each place was given.
    """

    value: float | None
    observed: float
    imputed: float
    n_observed: int
    n_imputed: int
    n_unknown: int
    places: tuple[Held, ...]
    refused: Message | None = None
    low: float | None = None
    high: float | None = None
    level: float | None = None

    @property
    def seen_before(self) -> tuple[float, ...]:
        """Give what each unknown place held when it was last observed; those never observed are left out."""
        unknown = (place.last for place in self.places if place.basis is Basis.UNKNOWN)
        return tuple(last for last in unknown if last is not None)

    @property
    def last_of_unknown(self) -> float | None:
        """Add up what unknown places held when they were last observed; None where none ever was."""
        return fsum(self.seen_before) if self.seen_before else None

    @property
    def share(self) -> float | None:
        """Give the imputed part as a share of the whole; None where the whole is 0 or unknown."""
        whole = self.observed + self.imputed
        return self.imputed / whole if whole else None


def total(
    places: tuple[Held, ...],
    *,
    way: Way = Way.RATIO,
    rounds: int,
    limit: float = LIMIT,
    seed: int = 1,
) -> ImputedTotal:
    """Add places up, imputing those that are inaccessible, for at most `rounds` rounds.

    A total of which more than `limit` would be imputed is refused with the reason; its parts are still told.
    `seed` starts the draws of the range, so that the same places give the same range.
    """
    given = imputed(places, way=way, rounds=rounds)
    observed = [place.value for place in given if place.basis is Basis.OBSERVED]
    filled = [place.value for place in given if place.imputed]
    known = fsum(value for value in observed if value is not None)
    added = fsum(value for value in filled if value is not None)
    refused = _refused(known, added, limit)
    value = known + added if observed or filled else None
    low, high = (None, None)
    if way is Way.RATIO and filled and refused is None:
        low, high = _range(places, known, rounds, seed)
    return ImputedTotal(
        value=None if refused else value,
        observed=known,
        imputed=added,
        n_observed=len(observed),
        n_imputed=len(filled),
        n_unknown=sum(place.basis is Basis.UNKNOWN for place in given),
        places=given,
        refused=refused,
        low=low,
        high=high,
        level=LEVEL if low is not None else None,
    )


def _refused(known: float, added: float, limit: float) -> Message | None:
    whole = known + added
    if not whole or added <= limit * whole:
        return None
    share = added / whole
    decimals = next((n for n in range(1, 6) if round(100 * share, n) != round(100 * limit, n)), 6)
    values = {"share": _percent(share, decimals), "limit": _percent(limit, decimals)}
    return Message(
        "{share} % of this total would be carried forward or imputed; at most {limit} % may be.",
        values,
    )


def _percent(share: float, decimals: int) -> Label:
    """Write a share with so many decimals that it can be told from the limit."""
    en, fr = (number(100 * share, lang, decimals=decimals) for lang in ("en", "fr"))
    return Label(en, fr)


def _range(places: tuple[Held, ...], known: float, rounds: int, seed: int) -> tuple[float, float]:
    """Give the range of the total over draws: mean ± t √((1 + 1/M) B), with M - 1 degrees of freedom.

    B is the variance between the M draws; the observed places are a census, so none lies within a draw.
    Rubin 1987, Multiple Imputation for Nonresponse in Surveys, ch. 3 (unverified).
    """
    draws = known + _drawn(places, rounds, np.random.default_rng(seed))
    half = stats.t.ppf((1 + LEVEL) / 2, DRAWS - 1) * sqrt((1 + 1 / DRAWS) * draws.var(ddof=1))
    middle = float(draws.mean())
    return max(middle - float(half), known), middle + float(half)


def _drawn(places: tuple[Held, ...], rounds: int, chance: np.random.Generator) -> Numbers:
    """Draw the imputed part of the total DRAWS times, group by group in the order of their names."""
    sums = np.zeros(DRAWS)
    for group in sorted({place.group for place in places}):
        away = [place for place in places if place.group == group and _fillable(place, rounds)]
        both = matched(places, group)
        last = np.array([place.last for place in both], float)
        if away and last.sum() > 0:
            sums += _group_draws(away, both, chance)
    return sums


def _group_draws(away: list[Held], both: tuple[Held, ...], chance: np.random.Generator) -> Numbers:
    """Give each place away the change of a place of its group, drawn by size, after an approximate bootstrap."""
    now, last = (
        np.array([getattr(place, name) for place in both], float) for name in ("now", "last")
    )
    now, last = now[last > 0], last[last > 0]
    sizes = np.array([place.last for place in away], float)
    drawn = np.empty(DRAWS)
    for draw in range(DRAWS):
        donors = chance.choice(len(last), len(last), p=last / last.sum())
        drawn[draw] = (sizes * (now / last)[chance.choice(donors, len(sizes))]).sum()
    return drawn


def _fillable(place: Held, rounds: int) -> bool:
    return (
        place.state == "inaccessible"
        and place.now is None
        and place.last is not None
        and not expired(place, rounds)
    )
