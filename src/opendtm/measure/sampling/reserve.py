"""Reserve clusters: drawn with the sample, opened all together or not at all.

The rule is that of SMART surveys: reserves are used only where a tenth of the clusters or more could not be
reached, or where the sample stays below four fifths of what was planned. A team that could choose freely
would replace the places that are hard to reach.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

UNREACHABLE = Fraction(1, 10)
ENOUGH = Fraction(4, 5)


@dataclass(frozen=True, slots=True)
class ReserveRule:
    """When the reserves of a stratum are opened, of `clusters` drawn and `interviews` planned."""

    clusters: int
    interviews: int

    @property
    def unreachable_from(self) -> int:
        """Count the clusters that must be out of reach, at least."""
        return max(1, ceil(self.clusters * UNREACHABLE))

    @property
    def interviews_below(self) -> int:
        """Give the number of interviews that the sample must stay below."""
        return ceil(self.interviews * ENOUGH)

    def opens(self, *, unreachable: int, interviews: int) -> bool:
        """Tell whether all reserves are to be visited, after what the teams have reached and done."""
        return unreachable >= self.unreachable_from or interviews < self.interviews_below


def reserves_for(clusters: int, *, share: float, available: int) -> int:
    """Count the reserve clusters: a share of those drawn, rounded up, as far as the frame has others."""
    return min(ceil(round(clusters * share, 9)), max(available - clusters, 0))
