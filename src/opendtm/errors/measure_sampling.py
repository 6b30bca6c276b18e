"""What stands in the way of a sample: an aim outside its range, a frame that cannot be drawn from."""

from opendtm.errors.base import InputProblem
from opendtm.i18n import mark


class AimOutside(InputProblem):
    """An aim of a survey lies outside what it can be."""

    code = "OD914"
    sentence = mark("{name} is {value}, which cannot be: {range}.")
    remedy = mark("Give another value; shares may be written as 5% or 0.05.")


class SampleImpossible(InputProblem):
    """The sample asked for cannot be drawn from this frame."""

    code = "OD915"
    sentence = mark("This sample cannot be drawn: {reason}.")
    remedy = mark("Ask for another number of clusters, other strata, or a wider frame.")


class ClusterRepeated(InputProblem):
    """Two rows of the frame are the same cluster."""

    code = "OD916"
    sentence = mark("The cluster {name} stands in the frame twice, first in row {first}.")
    remedy = mark("Keep one row for each cluster, or name the column that tells them apart.")


class StratumUnplanned(InputProblem):
    """The plan and the frame do not name the same strata."""

    code = "OD917"
    sentence = mark("The plan and the frame differ: {reason}.")
    remedy = mark("Write the plan anew from this frame with: opendtm survey size --frame FRAME.")
