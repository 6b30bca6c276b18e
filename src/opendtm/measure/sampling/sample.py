"""A whole sample: every stratum of a frame drawn by one design and one seed, as a table with its weights."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from opendtm.errors.measure_sampling import SampleImpossible, StratumUnplanned
from opendtm.i18n import Message, mark
from opendtm.measure.sampling.allocation import Stratum, allocate
from opendtm.measure.sampling.drawing import RANDOM, Cluster, Drawn, Lot, StratumDraw, draw_stratum
from opendtm.measure.sampling.frame import FrameColumns, read_clusters, strata_of
from opendtm.measure.sampling.reserve import reserves_for
from opendtm.tables.plain import PlainTable

MAIN, RESERVE = "main", "reserve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """How a sample is to be drawn.

    `clusters` is their number, shared among the strata by `rule` (and `power`), or the number of each
    stratum by name. `reserves` is a share of the clusters of each stratum. `random_order` shuffles each
    stratum before the draw; otherwise the order of the frame's columns, or of the file, is kept.
    """

    clusters: int | Mapping[str, int]
    per_cluster: int
    seed: int
    rule: str = "proportional"
    power: float = 0.5
    reserves: float = 0.0
    random_order: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """A drawn sample with what it was drawn from and how."""

    frame: PlainTable
    columns: FrameColumns
    design: Design
    strata: tuple[StratumDraw, ...]

    @property
    def clusters(self) -> int:
        """Count the clusters to visit, without reserves."""
        return sum(len(one.main) for one in self.strata)

    @property
    def interviews(self) -> int:
        """Count the interviews planned, without reserves."""
        return sum(one.interviews for one in self.strata)


def draw_sample(frame: PlainTable, *, columns: FrameColumns, design: Design) -> Sample:
    """Draw a sample from a frame; the same frame, columns and design give the same sample.

    Errors of `read_clusters`; SampleImpossible and StratumUnplanned where the design does not fit.
    """
    clusters = read_clusters(frame, columns)
    strata = strata_of(clusters, table=frame, columns=columns)
    counts = _counts(strata, design)
    by_name: dict[str, list[Cluster]] = {}
    for one in clusters:
        by_name.setdefault(one.stratum, []).append(one)
    drawn = tuple(
        draw_stratum(by_name[one.name], _lot(one, counts[one.name], design))
        for one in strata
        if counts[one.name]
    )
    return Sample(frame, columns, design, drawn)


def sample_table(sample: Sample) -> pa.Table:
    """Give one row a drawn cluster, in the order of the draw: the frame's columns, then those of the draw.

    `draw_weight` is empty for reserves; the columns that end in `_with_reserves` hold only where all
    reserves of the stratum are opened.
    """
    drawn = [one for stratum in sample.strata for one in stratum.drawn]
    places = pa.array([one.cluster.index for one in drawn], pa.int64())
    names = [name for name in dict.fromkeys(sample.frame.headings) if name]
    held = [sample.frame.columns[sample.frame.headings.index(name)].take(places) for name in names]
    added = _added(drawn)
    taken = {name: f"frame_{name}" if name in added else name for name in names}
    arrays = dict(zip(taken.values(), held, strict=True))
    return pa.table(arrays | added)


def _added(drawn: list[Drawn]) -> dict[str, pa.Array]:
    strings, numbers, truths = pa.string(), pa.float64(), pa.bool_()
    columns: dict[str, tuple[list[object], pa.DataType]] = {
        "draw_stratum": ([one.cluster.stratum for one in drawn], strings),
        "draw_cluster": ([one.cluster.name for one in drawn], strings),
        "draw_role": ([RESERVE if one.reserve else MAIN for one in drawn], strings),
        "draw_households": ([float(one.cluster.households) for one in drawn], numbers),
        "draw_certain": ([one.certain for one in drawn], truths),
        "draw_interviews": ([one.interviews for one in drawn], pa.int64()),
        "draw_probability": ([one.probability for one in drawn], numbers),
        "draw_probability_in_cluster": ([one.second for one in drawn], numbers),
        "draw_weight": ([one.weight for one in drawn], numbers),
        "draw_probability_with_reserves": ([one.probability_opened for one in drawn], numbers),
        "draw_weight_with_reserves": ([one.weight_opened for one in drawn], numbers),
    }
    return {name: pa.array(values, kind) for name, (values, kind) in columns.items()}


def _lot(stratum: Stratum, count: int, design: Design) -> Lot:
    reserves = reserves_for(count, share=design.reserves, available=stratum.clusters)
    order = RANDOM if design.random_order else "frame"
    return Lot(count, design.per_cluster, design.seed, reserves, order)


def _counts(strata: list[Stratum], design: Design) -> Mapping[str, int]:
    if isinstance(design.clusters, int):
        return allocate(strata, total=design.clusters, rule=design.rule, power=design.power)
    names = [one.name for one in strata]
    for planned in design.clusters:
        if planned not in names:
            sentence = mark("the frame has no stratum {name}")
            raise StratumUnplanned(reason=Message(sentence, {"name": planned}))
    for one in strata:
        if one.name not in design.clusters:
            sentence = mark("the plan has no stratum {name}")
            raise StratumUnplanned(reason=Message(sentence, {"name": one.name}))
        if design.clusters[one.name] > one.clusters:
            values = {"count": design.clusters[one.name], "name": one.name, "filled": one.clusters}
            sentence = mark(
                "{count} clusters in stratum {name}, which has {filled} with households"
            )
            raise SampleImpossible(reason=Message(sentence, values))
    return design.clusters
