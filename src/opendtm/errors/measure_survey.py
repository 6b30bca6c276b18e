"""Errors of survey estimation: designs that contradict their table, and questions beyond the sample."""

from opendtm.errors.base import InputProblem
from opendtm.i18n import mark


class SurveyColumnMissing(InputProblem):
    """The design, or a question asked of it, names a column that the table does not have."""

    code = "OD900"
    sentence = mark("The table has no column {column}.")
    remedy = mark("Name one of its columns: {known}.")


class SurveyRowsIncomplete(InputProblem):
    """Some rows cannot be placed in the design."""

    code = "OD901"
    sentence = mark("{count} rows have no valid {column}, which the design of the survey needs.")
    remedy = mark(
        "Fill the column in every row (weights are numbers of zero or more), or remove those rows and say so."
    )


class ClustersNotNested(InputProblem):
    """One cluster number stands in two strata."""

    code = "OD902"
    sentence = mark("{count} clusters of the column {column} lie in more than one stratum.")
    remedy = mark(
        "If cluster numbers start anew in each stratum, declare the clusters as nested; if not, correct them."
    )


class PopulationContradicts(InputProblem):
    """The population sizes or sampling fractions cannot be those of this sample."""

    code = "OD903"
    sentence = mark(
        "The column {column} must hold one population size a stratum, not below the number sampled; "
        "{count} strata break this."
    )
    remedy = mark(
        "Give the number of clusters (without clusters, of units) in the population of each stratum, "
        "or declare the column as sampling fractions above 0 and up to 1."
    )


class LonelyStratum(InputProblem):
    """A stratum holds a single sampled unit, and the design says to stop there."""

    code = "OD904"
    sentence = mark("Stratum {stratum} has only one sampled cluster or unit at stage {stage}.")
    remedy = mark(
        "Join it with a like stratum, or choose a rule: remove, certainty, adjust or average."
    )


class NotANumber(InputProblem):
    """A mean, a total, a ratio or a quantile was asked of words."""

    code = "OD905"
    sentence = mark("The column {column} does not hold numbers.")
    remedy = mark("Ask for proportions of its categories, or read the column as numbers.")


class TargetsUnfit(InputProblem):
    """Weights cannot be brought to the known totals."""

    code = "OD906"
    sentence = mark("The sample cannot be brought to the known totals: {reason}.")
    remedy = mark(
        "Give one total for each category that the sample holds, and for no other; join categories that are rare."
    )


class ChoiceUnknown(InputProblem):
    """An option of the estimation is not one that there is."""

    code = "OD907"
    sentence = mark("{value} is not a choice for {option}.")
    remedy = mark("Choose one of: {known}.")


class NothingToCompare(InputProblem):
    """A test needs two categories at least, and one more where it compares."""

    code = "OD908"
    sentence = mark("The column {column} holds {count} categories; the test needs {needed}.")
    remedy = mark("Choose another column, or another test.")


class NotForThisDesign(InputProblem):
    """A method does not exist for a design of this kind."""

    code = "OD909"
    sentence = mark("{method} cannot be done for this design: {reason}.")
    remedy = mark("Use Taylor linearisation, which serves every design.")


class BoundsUnfit(InputProblem):
    """The bounds given for a calibration cannot be bounds of it."""

    code = "OD976"
    sentence = mark(
        "Weights cannot be kept between {low} and {high} times those of before: {reason}."
    )
    remedy = mark("Give a lower bound below 1 and an upper one above it, such as 0.5 and 2.")


class BoundsTooNarrow(InputProblem):
    """No weights within the bounds of a calibration reach the known totals."""

    code = "OD977"
    sentence = mark(
        "No weights between {low} and {high} times those of before reach the known totals of {variables}."
    )
    remedy = mark(
        "Widen the bounds ({least} to {most} are wide enough), leave a total out, join categories that are rare, or "
        "check that the totals are those of the population that was sampled."
    )
