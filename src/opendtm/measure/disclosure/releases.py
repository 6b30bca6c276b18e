"""What one release gives away of another: both in one ledger, tied where figures did not change.

An earlier release cannot be taken back. Its cells stand in the ledger as they were published or hidden, and
the small ones among them must stay safe as well when the next release comes out; those that were hidden only
for their sake need not.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import block_diag, csr_array, vstack

from opendtm.measure.disclosure.ledger import Bools, Ledger, check_sums, with_least


@dataclass(frozen=True, slots=True)
class Earlier:
    """The key of a cell of the release before."""

    key: Hashable


def after(
    later: Ledger,
    *,
    earlier: Ledger,
    hidden: Bools,
    unchanged: Iterable[tuple[Hashable, Hashable]],
) -> Ledger:
    """Put a new release after an earlier one, of which the cells `hidden` were not published.

    `unchanged` pairs a key of the new release with a key of the earlier one where readers know that the
    figure is the same: carried forward, or not corrected. The new release's cells come first, so that the
    first `len(later.keys)` places of a suppression are its own. Raises TotalsDisagree where a pair differs.
    """
    count = earlier.values.size
    closed = np.zeros(count, dtype=np.bool_)
    both = Ledger(
        keys=(*later.keys, *(Earlier(key) for key in earlier.keys)),
        values=np.concatenate([later.values, earlier.values]),
        relations=csr_array(block_diag([later.relations, earlier.relations])),
        small=np.concatenate([later.small, earlier.small & hidden]),
        open=np.concatenate([later.open, closed]),
        hidden=np.concatenate([later.hidden, hidden]),
        least=np.concatenate([later.least, np.where(hidden, earlier.least, earlier.values)]),
        width=np.concatenate([later.width, np.where(earlier.small, earlier.width, 0.0)]),
        weight=np.concatenate([later.weight, earlier.weight]),
    )
    tied = replace(both, relations=csr_array(vstack([both.relations, _ties(both, unchanged)])))
    check_sums(tied)
    return with_least(tied)


def _ties(both: Ledger, unchanged: Iterable[tuple[Hashable, Hashable]]) -> csr_array:
    places = {key: index for index, key in enumerate(both.keys)}
    pairs = [(places[new], places[Earlier(old)]) for new, old in unchanged]
    lines = np.repeat(np.arange(len(pairs)), 2)
    columns = np.array(pairs, dtype=np.int64).reshape(-1)
    factors = np.tile([1.0, -1.0], len(pairs))
    return csr_array((factors, (lines, columns)), shape=(len(pairs), len(both.keys)))
