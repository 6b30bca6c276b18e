"""Suppression of a table of sites by sex and age, after start-up: `python -m benchmarks.disclosure [SITES [PEOPLE]]`.

The sites lie in communes, districts, provinces and the country, and every margin is in the table. It prints
what was hidden, what the attacker finds, and processor time: `seconds` for the suppression, then the attack.
"""

import math
import sys
import time

import numpy as np

from opendtm.measure.disclosure import Dimension, Ledger, crossed, ranges, rule, suppress
from opendtm.vocab import Sharing

AGES = ("0-4", "5-17", "18-59", "60+")
SHARES = (0.18, 0.32, 0.44, 0.06)
LEVELS = (5, 4, 4)  # sites a commune, communes a district, districts a province


def table(sites: int, people: float) -> Ledger:
    """Make a table of sites with `people` persons in the median, the same in every run."""
    random = np.random.default_rng(1)
    place = _places(sites)
    sex = Dimension(("f", "m"), dict.fromkeys(("f", "m"), "both"))
    age = Dimension(AGES, dict.fromkeys(AGES, "any"))
    counts = {
        (site, one, band): float(random.poisson(size * share / 2))
        for site, size in zip(
            place.leaves, random.lognormal(math.log(people), 1.2, sites), strict=True
        )
        for one in sex.leaves
        for band, share in zip(AGES, SHARES, strict=True)
    }
    return crossed(counts, [place, sex, age], rule=rule(Sharing.PUBLIC))


def _places(sites: int) -> Dimension:
    leaves = tuple(f"site{number}" for number in range(sites))
    parents: dict[object, object] = {}
    members = list(leaves)
    for level, size in enumerate(LEVELS):
        above = {member: f"area{level}.{number // size}" for number, member in enumerate(members)}
        parents |= above
        members = list(dict.fromkeys(above.values()))
    return Dimension(leaves, parents | dict.fromkeys(members, "country"))


def main(sites: int, people: float) -> None:
    """Suppress a table and attack it."""
    made = table(sites, people)
    started = time.process_time()
    chosen = suppress(made)
    suppressed = time.process_time()
    found = ranges(made, chosen.hidden)
    attacked = time.process_time()
    sys.stdout.write(
        f"{made.values.size} cells, {made.small.sum()} small, {chosen.complement.sum()} hidden with them\n"
        f"narrowest range {np.min(found.high - found.low):.0f}, attack {attacked - suppressed:.1f} s\n"
        f"seconds {suppressed - started:.2f}\n"
    )


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 300,
        float(sys.argv[2]) if len(sys.argv) > 2 else 400,
    )
