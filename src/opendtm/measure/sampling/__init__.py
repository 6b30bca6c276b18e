"""Samples of households for a survey: how many, in which strata, in which clusters, with what weight.

The size follows from the precision wanted, the draw from the frame and a seed; both say every step, so that
anybody with the frame and the protocol draws the same sample again.
"""

from opendtm.measure.sampling.allocation import RULES, Stratum, allocate
from opendtm.measure.sampling.drawing import Cluster, Drawn, Lot, StratumDraw, draw_stratum
from opendtm.measure.sampling.frame import FrameColumns, read_clusters, strata_of
from opendtm.measure.sampling.plan import EACH, Plan, plan_strata, plan_whole
from opendtm.measure.sampling.precision import margin_expected, margin_of_whole
from opendtm.measure.sampling.protocol import protocol, rule_of, stratum_margin
from opendtm.measure.sampling.reserve import ReserveRule, reserves_for
from opendtm.measure.sampling.sample import Design, Sample, draw_sample, sample_table
from opendtm.measure.sampling.selection import inclusion_probabilities, systematic
from opendtm.measure.sampling.size import Aim, Steps, design_effect, sample_size

__all__ = [
    "EACH",
    "RULES",
    "Aim",
    "Cluster",
    "Design",
    "Drawn",
    "FrameColumns",
    "Lot",
    "Plan",
    "ReserveRule",
    "Sample",
    "Steps",
    "Stratum",
    "StratumDraw",
    "allocate",
    "design_effect",
    "draw_sample",
    "draw_stratum",
    "inclusion_probabilities",
    "margin_expected",
    "margin_of_whole",
    "plan_strata",
    "plan_whole",
    "protocol",
    "read_clusters",
    "reserves_for",
    "rule_of",
    "sample_size",
    "sample_table",
    "strata_of",
    "stratum_margin",
    "systematic",
]
