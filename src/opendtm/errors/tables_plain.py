"""What can be wrong with a table whose columns somebody names: a frame, a data set, a list of analyses."""

from opendtm.errors.base import InputProblem
from opendtm.i18n import mark


class ColumnAbsent(InputProblem):
    """A column was asked for by a name that the table does not have."""

    code = "OD910"
    sentence = mark("There is no column {column}.")
    remedy = mark("Name one of these columns: {known}.")


class ColumnRepeated(InputProblem):
    """A column was asked for by a name that several columns have."""

    code = "OD911"
    sentence = mark("The heading {column} stands over {count} columns.")
    remedy = mark("Give every column a heading of its own, or remove the one that is not meant.")


class CellUnusable(InputProblem):
    """A cell does not hold what its column must hold."""

    code = "OD912"
    sentence = mark("{value} cannot be used here: {reason}.")
    remedy = mark("Correct the cell, or name another column.")


class SheetAbsent(InputProblem):
    """A sheet was asked for by a name that the workbook does not have."""

    code = "OD913"
    sentence = mark("There is no sheet {sheet}.")
    remedy = mark("Name one of these sheets: {known}.")
