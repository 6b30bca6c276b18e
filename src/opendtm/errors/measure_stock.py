"""Errors of stock figures: tables that cannot be used, margins that cannot be met, samples too small."""

from opendtm.errors.base import InputProblem
from opendtm.i18n import mark


class StockTableInvalid(InputProblem):
    """A table of answers, stocks or places cannot be computed with."""

    code = "OD945"
    sentence = mark("The column {column} cannot be used: {reason}.")
    remedy = mark("Correct the value in its row, or leave it empty where it is not known.")


class MarginsDiffer(InputProblem):
    """The totals of origin and of destination are not the same number of people."""

    code = "OD946"
    sentence = mark("The totals by origin add up to {origins}, those by destination to {places}.")
    remedy = mark("Take both from the same round, and let them cover the same population.")


class MarginsUnreachable(InputProblem):
    """No matrix with people in the cells of the survey has the totals asked for."""

    code = "OD947"
    sentence = mark(
        "No matrix has these totals with people only in the cells where the survey found some; it fails at {place}."
    )
    remedy = mark(
        "Check the totals of the place named; add the cells that the survey missed, or merge small places."
    )


class NotReconciled(InputProblem):
    """The iterations came to their limit without meeting the totals."""

    code = "OD948"
    sentence = mark("After {passes} passes the totals are still off by {off} of their size.")
    remedy = mark("Allow more passes, or merge places that only few people come from.")


class SampleTooSmall(InputProblem):
    """A variance was asked of fewer than two places, or the sample is larger than its population."""

    code = "OD949"
    sentence = mark(
        "In {stratum}, {sampled} of {known} places were verified; that gives no variance."
    )
    remedy = mark("Verify at least two places in each stratum, or merge the stratum with another.")


class RatioUndefined(InputProblem):
    """The figures that verification is compared with are all zero."""

    code = "OD950"
    sentence = mark(
        "In {stratum} the figures to be verified add up to zero, so they give no ratio."
    )
    remedy = mark("Merge the stratum with another, or verify places that report people.")


class GradeRulesInvalid(InputProblem):
    """A rule table of confidence or credibility does not follow its schema."""

    code = "OD953"
    sentence = mark("The rule table {file} cannot be used: at {key}, {reason}.")
    remedy = mark("Correct the file; each part needs labels in both languages and its limits.")


class RoundsNotInOrder(InputProblem):
    """The files of rounds were given in another order than that of their answers."""

    code = "OD998"
    sentence = mark("The answers of {name} are of {day}, before those of {other} ({before}).")
    remedy = mark("Give the files in the order of their rounds, the oldest first.")
