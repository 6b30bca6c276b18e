"""The approved answers of a round: read from the submissions once, kept as an Arrow file, and joined with what changed.

A run needs the answers of its round and of every round before. What was read for an earlier run is kept
beside the partitions of its form, with the state of each submission; only submissions whose state is another are read
again. The file is a convenience: without it the answers are read anew, and give the same table.
"""

import os
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from pyarrow import ipc

from opendtm import catalogue, measure
from opendtm.forms.informants import ranges
from opendtm.measure import confidence
from opendtm.measure.scope import Record
from opendtm.records import source_column
from opendtm.vocab import Concept, Kind, Sharing, concepts
from opendtm_server.matrix.designs import declared
from opendtm_server.matrix.kinds import VISITS
from opendtm_server.verify import queries as verify

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round

APPROVED = "approved"
OPEN = frozenset(
    {Record.PLACE, Record.MOVEMENT}
)  # whose restricted answers are of no single household
OF_ONE = frozenset(
    {Record.INTERVIEW, Record.HOUSEHOLD, Record.PERSON}
)  # a row is of one person or household
PLACE_AND_DAY = frozenset(
    {"adm1_code", "adm2_code", "site_id", "flow_point_code", "assessment_date", "received_date"}
)
NAMES = frozenset({"site_name", "round", "flow_point_code", "flow_point_name"})
STATE, READER = "_state", b"opendtm.reader"


@dataclass(frozen=True)
class Kept:
    """What an earlier run read: the rows, and the state of the submission behind each, in the same order."""

    answers: pa.Table
    states: Mapping[str, str]


def answers_of(rounds: "Sequence[Round]", record: Record) -> list[pa.Table]:
    """Give the answers of signed-off rounds of one form that may enter the matrix; RoundNotSigned for another.

    `record` is what they hold.
    """
    if record is not Record.PLACE:
        return answers_anew(rounds, record)
    approved = verify.approved_submissions(rounds)
    return [_answers(round_, approved[round_.pk]) for round_ in rounds]


def _answers(round_: "Round", approved: verify.Approved) -> pa.Table:
    states, file = approved.states, _file(round_)
    kept = _kept(file)
    if kept and list(kept.states.items()) == list(states.items()):
        return kept.answers
    same = {one for one, state in states.items() if kept and kept.states.get(one) == state}
    read = admitted(verify.observations_among(round_, approved, states.keys() - same))
    answers = _joined(kept.answers, read, list(states), same) if kept else read
    _keep(answers, states, file)
    return answers


def answers_anew(rounds: "Sequence[Round]", record: Record) -> list[pa.Table]:
    """Read the same answers from the submissions alone, whatever is kept."""
    return [_anew(round_, record) for round_ in rounds]


def _anew(round_: "Round", record: Record) -> pa.Table:
    if record is Record.PLACE:
        return admitted(verify.approved_observations(round_))
    rows = verify.approved_records(round_, record=record)
    if record not in OF_ONE:
        return admitted(rows)
    sample = declared(round_) if record is Record.INTERVIEW else None
    told = _consented(rows)
    once = _once_a_card(told, round_) if record is Record.PERSON else told
    return _needed(once, record, sample.columns() if sample else ())


def folder_of(round_: "Round", record: Record) -> str:
    """Name the folder of a round's partitions, below the matrix folder; `record` is what the round holds."""
    component = VISITS if record is Record.PLACE else record.value
    return f"{round_.operation.code}/{component}/form-{round_.form_id}/round-{round_.number}"


def admitted(observations: pa.Table) -> pa.Table:
    """Leave behind what figures and reports do not need and what could point at a person."""
    return observations.select(
        [
            name
            for name in observations.column_names
            if name == source_column() or name in admissible()
        ]
    )


@cache
def admissible() -> frozenset[str]:
    """Name the concepts that may enter the matrix.

    Public answers that are not free text, the codes and names of places, and of the restricted ones those
    alone that an indicator of places or movements, or the confidence grade, reads, and the range of what several
    informants said. What enters of one household or interview says `needed`. Sensitive and personal answers never
    enter.
    """
    counted = (each for each in measure.indicators() if each.record in OPEN)
    read = {name for each in counted for name in each.concepts}
    read |= confidence.concepts_read() | ranges()
    return frozenset(
        name
        for name, concept in concepts().items()
        if (
            concept.sharing is Sharing.PUBLIC and (concept.kind is not Kind.TEXT or _is_place(name))
        )
        or (
            concept.sharing is Sharing.RESTRICTED and concept.kind is not Kind.TEXT and name in read
        )
    )


def _consented(rows: pa.Table) -> pa.Table:
    """Leave out those who refused: theirs is no interview, and nothing of it is computed with."""
    if "consent" not in rows.column_names:
        return rows
    refused = pc.fill_null(pc.equal(rows["consent"], "no"), fill_value=False)
    return rows.filter(pc.invert(refused))


def _once_a_card(rows: pa.Table, round_: "Round") -> pa.Table:
    """Leave out records whose card stands in a newer one of the round: each card speaks once."""
    outdated = pa.array(sorted(verify.outdated_by_card(round_)), pa.string())
    return rows.filter(pc.invert(pc.is_in(rows[source_column()], value_set=outdated)))


def _needed(rows: pa.Table, record: Record, design: Collection[str]) -> pa.Table:
    """Keep of one person's or household's answers what its indicators read, and no more.

    Its place and day, and the columns of the sample's `design`, come with them. Sensitive and personal answers
    never enter, nor does free text.
    """
    read = {*needed(record), *design}
    kept = [name for name in rows.column_names if name in read and _may_enter(concepts().get(name))]
    return rows.select([source_column(), *kept])


@cache
def needed(record: Record) -> frozenset[str]:
    """Name the concepts that the figures of interviews, registered households or persons are computed from."""
    counted = [each for each in measure.indicators() if each.record is record]
    read = {name for each in counted for name in each.concepts}
    cuts = [cut for each in counted for cut in each.disaggregations]
    parts = {name for cut in cuts for _, part in cut.parts for name in part.concepts}
    return frozenset(read | parts | {cut.name for cut in cuts} | PLACE_AND_DAY)


def _may_enter(one: Concept | None) -> bool:
    open_to = (Sharing.PUBLIC, Sharing.RESTRICTED)
    return (
        one is not None
        and one.sharing in open_to
        and (one.kind is not Kind.TEXT or _is_place(one.name))
    )


def _is_place(name: str) -> bool:
    return name in NAMES or (name.startswith("adm") and name.endswith("_name"))


def _joined(kept: pa.Table, read: pa.Table, order: list[str], same: set[str]) -> pa.Table:
    """Join rows kept with rows read, in order; a column stays where it was asked now or was answered."""
    source = source_column()
    lost = kept.select(
        [source, *(name for name in kept.column_names if name not in read.schema.names)]
    )
    lost = lost.filter(pc.is_in(lost[source], value_set=pa.array(sorted(same), pa.string())))
    answered = {name for name in lost.column_names if lost[name].null_count < lost.num_rows}
    names = {*read.column_names, *answered} - {source}
    columns = [source, *(name for name in concepts() if name in names)]
    # a submission stands first as it was read now
    every = pa.concat_tables([read, kept], promote_options="default").select(columns)
    place = pc.index_in(pa.array(order, pa.string()), value_set=every[source])
    return every.take(place).combine_chunks()


def _file(round_: "Round") -> Path:
    folder: Path = settings.MATRIX_DIR / folder_of(round_, Record.PLACE)
    return folder.parent / APPROVED / f"{folder.name}.arrow"


def _kept(file: Path) -> Kept | None:
    """Read what is kept; None where nothing is, or where it was read by other definitions or another version."""
    try:
        with pa.OSFile(str(file)) as opened:
            kept = ipc.open_file(opened).read_all()
    except (OSError, pa.ArrowInvalid):
        return None
    if (kept.schema.metadata or {}).get(READER) != _reader():
        return None
    states = zip(kept[source_column()].to_pylist(), kept[STATE].to_pylist(), strict=True)
    answers = kept.drop_columns([STATE]).replace_schema_metadata(None)
    return Kept(answers.combine_chunks(), dict(states))


def _keep(answers: pa.Table, states: Mapping[str, str], file: Path) -> None:
    """Put the answers in place whole; what a crash leaves beside is never read."""
    file.parent.mkdir(parents=True, exist_ok=True)
    told = answers.append_column(STATE, pa.array(states.values(), pa.string()))
    told = told.replace_schema_metadata({READER: _reader()})
    handle, beside = tempfile.mkstemp(prefix=".new-", dir=file.parent)
    try:
        os.close(handle)
        packed = ipc.IpcWriteOptions(compression="lz4")
        with ipc.new_file(beside, told.schema, options=packed) as opened:
            opened.write_table(told)
        Path(beside).replace(file)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


@cache
def _reader() -> bytes:
    """Name what reading depends on beside the submissions: definitions, what is admitted, and the version."""
    return f"{catalogue.fingerprint()} {version('opendtm')}".encode()
