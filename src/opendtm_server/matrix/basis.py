"""What a run is computed from: the answers of its round and of those before, the sites, the rounds.

All of it is kept in the run's partition, so that the same figures can be computed again whatever has been
renamed, closed or corrected since.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from opendtm import records
from opendtm.measure import Panel, panel, record_panel
from opendtm.measure.scope import Record
from opendtm_server.collect import queries as collect
from opendtm_server.matrix import approved
from opendtm_server.matrix.designs import declared
from opendtm_server.matrix.sample import Sample, sample_from
from opendtm_server.places import queries as places

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round

AREAS = ("adm1_code", "adm2_code")
DAYS = {"starts_on", "ends_on", "opened_on", "closed_on"}
TUPLES = {"admins", "admin_names", "aliases"}


@dataclass(frozen=True)
class Basis:
    """The input of the engine for one round.

    `sample` is the design of a round of interviews, `areas` the names of the areas that its interviews name.
    """

    observations: pa.Table
    sites: Sequence[records.Site]
    rounds: tuple[records.Round, ...]
    at: records.Round
    inaccessible: frozenset[str]
    carry_rounds: int
    record: Record = Record.PLACE
    sample: Sample | None = None
    areas: Mapping[str, str] = field(default_factory=dict)

    def panel(self) -> Panel:
        """Give the panel of the round: one row a known site, or one a record of the period."""
        if self.record is not Record.PLACE:
            return record_panel(self.observations, record=self.record, round_=self.at.label)
        return panel(
            self.observations,
            sites=self.sites,
            rounds=self.rounds,
            at=self.at,
            carry_rounds=self.carry_rounds,
            inaccessible=self.inaccessible,
        )

    def beside_answers(self) -> dict[str, Any]:
        """Give everything but the answers as plain values, for the partition."""
        kind: dict[str, Any] = {}
        if self.record is not Record.PLACE:
            kind["record"] = self.record.value
        if self.sample:
            kind |= {"sample": self.sample.kept(), "areas": dict(self.areas)}
        return kind | {
            "sites": [_plain(site) for site in self.sites],
            "rounds": [_plain(round_) for round_ in self.rounds],
            "at": _plain(self.at),
            "inaccessible": sorted(self.inaccessible),
            "carry_rounds": self.carry_rounds,
        }


def _plain(record: Any) -> dict[str, Any]:
    """Give a site or round as its values by name; they hold no records themselves, so nothing is copied."""
    kind: Any = type(record)
    return {name: getattr(record, name) for name in _names(kind)}


def basis_of(
    round_: "Round",
    record: Record,
    *,
    answers: "Callable[[Sequence[Round], Record], list[pa.Table]]" = approved.answers_of,
) -> Basis:
    """Gather the signed-off answers up to `round_`, with the sites as they were on its last day.

    `record` is what the round holds. `answers` gives those of rounds: from what is kept of an earlier reading, or read anew. Records of a
    period belong to their round alone.
    """
    earlier = collect.signed_off_before(round_) if record is Record.PLACE else []
    signed = [*earlier, round_]
    read = answers(signed, record)
    observations = pa.concat_tables(read, promote_options="default").combine_chunks()
    return Basis(
        observations=observations,
        sites=places.sites_on(round_.operation, round_.ends_on, _visited(observations)),
        rounds=tuple(as_record(one) for one in signed),
        at=as_record(round_),
        inaccessible=frozenset(collect.inaccessible_sites(round_)),
        carry_rounds=round_.operation.carry_rounds,
        record=record,
        sample=declared(round_) if record is Record.INTERVIEW else None,
        areas=_areas(round_, observations) if record is Record.INTERVIEW else {},
    )


def _areas(round_: "Round", observations: pa.Table) -> dict[str, str]:
    """Name the areas that a round's interviews were held in."""
    known = places.places_on(round_.operation, round_.ends_on)
    columns = [name for name in AREAS if name in observations.column_names]
    codes = {code for name in columns for code in observations[name].to_pylist()}
    return {code: known[code].name for code in sorted(codes & known.keys())}


def _visited(observations: pa.Table) -> frozenset[str]:
    """Name the sites that somebody stood at, so that they existed whatever day they were entered on."""
    named = "site_id" in observations.column_names
    return frozenset(observations["site_id"].to_pylist()) if named else frozenset()


def basis_from(observations: pa.Table, kept: Mapping[str, Any]) -> Basis:
    """Give a basis back from a partition: its answers, and what `beside_answers` gave."""
    return Basis(
        observations=observations,
        sites=tuple(_restored(records.Site, row) for row in kept["sites"]),
        rounds=tuple(_restored(records.Round, row) for row in kept["rounds"]),
        at=_restored(records.Round, kept["at"]),
        inaccessible=frozenset(kept["inaccessible"]),
        carry_rounds=kept["carry_rounds"],
        record=Record(kept.get("record", Record.PLACE)),
        sample=sample_from(kept.get("sample")),
        areas=kept.get("areas", {}),
    )


def as_record(round_: "Round") -> records.Round:
    """Give a round as the workshop knows it."""
    return records.Round(
        starts_on=round_.starts_on,
        ends_on=round_.ends_on,
        number=round_.number,
        label=str(round_.number),
    )


def _restored(kind: Any, row: Mapping[str, Any]) -> Any:
    names = _names(kind)
    return kind(**{name: _value(name, value) for name, value in row.items() if name in names})


@cache
def _names(kind: Any) -> frozenset[str]:
    return frozenset(field.name for field in fields(kind))


def _value(name: str, value: Any) -> Any:
    if name in DAYS and value is not None:
        return date.fromisoformat(value)
    return tuple(value) if name in TUPLES else value
