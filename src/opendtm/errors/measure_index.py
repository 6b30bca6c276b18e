"""Errors of composite indices: a declaration that cannot be used, or a table that does not fit it."""

from opendtm.errors.base import InputProblem
from opendtm.i18n import mark


class IndexInvalid(InputProblem):
    """The declaration of a composite index does not follow its schema."""

    code = "OD959"
    sentence = mark("The index {file} cannot be used: at {key}, {reason}.")
    remedy = mark(
        "Correct the file; each indicator needs labels in both languages, a weight above 0 and two different cut-offs."
    )


class IndexTableInvalid(InputProblem):
    """A table of indicators cannot be computed with."""

    code = "OD960"
    sentence = mark("The index cannot be computed from the column {column}: {reason}.")
    remedy = mark("Correct the value in its row, or leave it empty where it is not known.")


class IndicatorsAbsent(InputProblem):
    """Nothing that an index is made of is known at any place."""

    code = "OD981"
    sentence = mark("None of the indicators of “{index}” is known at any place.")
    remedy = mark("Give figures or answers of at least one of: {indicators}.")


class LevelAbsent(InputProblem):
    """A file of figures holds none at the level that was asked for."""

    code = "OD982"
    sentence = mark("The file holds no figures at the level {level}.")
    remedy = mark("Choose one of the levels that it holds with --by: {known}.")
