"""A run that stands on another: only the figures that changed answers concern are computed and kept.

After a correction almost every figure of a round is what it was. Such a run keeps its answers and all else whole, as
every run does, so that it can be computed again in full from itself; of the figures it keeps those that may be
others, and names the run, always one computed in full, whose figures hold beside them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa

from opendtm.measure import confidence
from opendtm.measure.renewal import Earlier, renewal
from opendtm.measure.scope import Record
from opendtm_server.matrix import partition
from opendtm_server.matrix.basis import Basis, basis_from
from opendtm_server.matrix.models import Run
from opendtm_server.matrix.partition import Instead

SAME_WAY = ("definitions_sha256", "engine", "versions")
ORDER = ("indicator", "place_level", "place_code", "place_name", "by")


@dataclass(frozen=True)
class Computed:
    """Figures with the confidence in them: all of a run, or those that stand for some of `base`."""

    figures: pa.Table
    base: Run | None = None
    instead: Instead | None = None


def computed_since(
    latest: Run | None, basis: Basis, levels: Sequence[tuple[str, bool]], *, made: Mapping[str, Any]
) -> Computed | None:
    """Compute the figures that may be others than those of the run that `latest` stands on, or is.

    None where everything has to be computed: there is no such run, it was made by other definitions or packages
    (`made` has today's), its files are not as they were, or too much is different.
    """
    base = latest and (latest.base or latest)
    if base is None or basis.record is not Record.PLACE:
        return None
    if any(getattr(base, name) != made[name] for name in SAME_WAY) or not _whole(base):
        return None
    now = basis.panel()
    hashes = base.answers_sha256, base.basis_sha256
    found = renewal(_earlier(base.partition, tuple(levels), *hashes), now)
    if found is None:
        return None
    instead = Instead(base.partition, tuple(sorted(found.indicators)), tuple(sorted(found.places)))
    return Computed(confidence.graded(found.figures, now), base, instead)


@lru_cache(maxsize=1)
def _earlier(name: str, levels: tuple[tuple[str, bool], ...], *_sha256: str) -> Earlier:
    """Give the panel of a partition whose files have these hashes; the next correction asks for the same."""
    return Earlier(basis_from(partition.answers(name), partition.basis(name)).panel(), levels)


def _whole(run: Run) -> bool:
    recorded = {partition.ANSWERS: run.answers_sha256, partition.BASIS: run.basis_sha256}
    return not partition.altered(run.partition, recorded) and partition.has_figures(run.partition)


def same_figures(run: Run, figures: pa.Table) -> bool:
    """Tell whether a run has these figures, whether it keeps them itself or stands on another."""
    if not partition.has_figures(run.partition):
        return False
    kept = partition.figures(run.partition)
    return bool(kept.schema == figures.schema and _in_order(kept) == _in_order(figures))


def _in_order(figures: pa.Table) -> pa.Table:
    return figures.sort_by([(name, "ascending") for name in ORDER]).combine_chunks()
