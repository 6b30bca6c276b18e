"""Errors of severity: a rule table that cannot be used, or a table that does not fit it."""

from opendtm.errors.base import InputProblem
from opendtm.i18n import mark


class SeverityRulesInvalid(InputProblem):
    """A rule table of severity, or a rule of aggregation, does not follow its schema."""

    code = "OD961"
    sentence = mark("The severity rules {file} cannot be used: at {key}, {reason}.")
    remedy = mark(
        "Correct the file; scores are whole numbers from 1 to 5, and every label has both languages."
    )


class SeverityTableInvalid(InputProblem):
    """A table of places or of areas cannot be scored."""

    code = "OD962"
    sentence = mark("Severity cannot be computed from the column {column}: {reason}.")
    remedy = mark("Correct the value in its row, or leave it empty where it is not known.")
