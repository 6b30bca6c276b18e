"""What a run is computed from: the answers of its round and of those before, the sites, the rounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from opendtm import records
from opendtm.measure import Panel, panel
from opendtm_server.collect import queries as collect
from opendtm_server.places import queries as places
from opendtm_server.verify import queries as verify

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round


@dataclass(frozen=True)
class Basis:
    """The input of the engine for one round."""

    observations: pa.Table
    sites: Sequence[records.Site]
    rounds: tuple[records.Round, ...]
    at: records.Round
    inaccessible: frozenset[str]
    carry_rounds: int

    def panel(self) -> Panel:
        """Give the panel of the round: one row a known site."""
        return panel(
            self.observations,
            sites=self.sites,
            rounds=self.rounds,
            at=self.at,
            carry_rounds=self.carry_rounds,
            inaccessible=self.inaccessible,
        )


def basis_of(round_: "Round") -> Basis:
    """Gather the signed-off answers up to `round_`, with the sites as they were on its last day."""
    signed = [*collect.signed_off_before(round_), round_]
    tables = [verify.approved_observations(one) for one in signed]
    return Basis(
        observations=pa.concat_tables(tables, promote_options="default"),
        sites=places.sites_on(round_.operation, round_.ends_on),
        rounds=tuple(as_record(one) for one in signed),
        at=as_record(round_),
        inaccessible=frozenset(collect.inaccessible_sites(round_)),
        carry_rounds=round_.operation.carry_rounds,
    )


def as_record(round_: "Round") -> records.Round:
    """Give a round as the workshop knows it."""
    return records.Round(
        starts_on=round_.starts_on,
        ends_on=round_.ends_on,
        number=round_.number,
        label=str(round_.number),
    )
