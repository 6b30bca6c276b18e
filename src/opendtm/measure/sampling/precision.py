"""What precision a planned sample can be expected to give: the size's formula read backwards."""

from collections.abc import Sequence
from math import inf, sqrt

from opendtm.measure.sampling.size import Aim


def margin_expected(aim: Aim, *, answers: float, population: int | None = None) -> float:
    """Give the half-width that `answers` interviews have for the aim's share, at its level.

    The exact inverse of `sample_size` without non-response: e = z sqrt(p (1 - p) / n0), with
    n0 = n1 (N - 1) / (N - n1) and n1 = answers / deff. 0 where all households answer, infinite where none
    does.
    """
    effective = answers / aim.design_effect
    if effective <= 0:
        return inf
    infinite = effective
    if population is not None:
        if effective >= population:
            return 0.0
        infinite = effective * (population - 1) / (population - effective)
    return aim.z * sqrt(aim.proportion * (1 - aim.proportion) / infinite)


def margin_of_whole(margins: Sequence[float], populations: Sequence[float]) -> float:
    """Give the half-width of all strata together: sqrt(sum (N_h / N)² e_h²) (Cochran 1977, ch. 5)."""
    whole = sum(populations)
    parts = zip(margins, populations, strict=True)
    return sqrt(sum((share / whole * margin) ** 2 for margin, share in parts))
