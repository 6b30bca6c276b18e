"""Selection with probability proportional to size: certainty units, then one pass with a fixed step.

All sums are exact fractions, so that a sample of n has n units whatever the sizes are.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from math import ceil

from opendtm.errors.measure_sampling import SampleImpossible
from opendtm.i18n import Message, mark


def inclusion_probabilities(sizes: Sequence[float | Fraction], *, count: int) -> list[Fraction]:
    """Give each unit's probability to be in a sample of `count`: count x size / total, at most 1.

    Units that would pass 1 are certain (1), and the rest of the sample is shared among the others in the
    same way until none passes (Tillé 2006, 2.10; R `sampling::inclusionprobabilities`). The probabilities
    add up to `count`. A unit of size 0 has probability 0. SampleImpossible where fewer than `count` units
    have a size.
    """
    exact = [Fraction(size) for size in sizes]
    filled = sum(1 for size in exact if size > 0)
    if count > filled:
        sentence = mark("{count} clusters, where the frame has {filled} with households")
        raise SampleImpossible(reason=Message(sentence, {"count": count, "filled": filled}))
    certain: set[int] = set()
    while True:
        rest = sum((size for at, size in enumerate(exact) if at not in certain), Fraction())
        left = count - len(certain)
        found = {
            at for at, size in enumerate(exact) if at not in certain and size * left >= rest > 0
        }
        if not found or not left:
            break
        certain |= found
    return [
        Fraction(1) if at in certain else size * left / rest if rest and left else Fraction()
        for at, size in enumerate(exact)
    ]


def systematic(probabilities: Sequence[Fraction], *, start: Fraction) -> list[int]:
    """Choose units in one pass: those in whose stretch a point start, start + 1, start + 2 ... lies.

    The probabilities are laid end to end in the order given. Every unit is chosen with its probability,
    one of probability 1 always, and as many are chosen as the probabilities add up to. `start` lies
    between 0 (included) and 1 (excluded). Gives the places of the chosen units, ascending.
    """
    ends = [Fraction(), *accumulate(probabilities)]
    points = [ceil(end - start) for end in ends]
    return [at for at in range(len(probabilities)) if points[at + 1] > points[at]]
