"""What can be wrong with a list of analyses, or between it and the data that it asks."""

from opendtm.errors.base import InputProblem
from opendtm.i18n import mark


class AnalysisUnknown(InputProblem):
    """The list asks for a type of analysis that there is not."""

    code = "OD918"
    sentence = mark("{kind} is not a type of analysis.")
    remedy = mark("Write one of: {known}.")


class AnalysisIncomplete(InputProblem):
    """A row of the list lacks what its type needs, or says it in a way that cannot be read."""

    code = "OD919"
    sentence = mark("This row of the list of analyses cannot be used: {reason}.")
    remedy = mark("Correct the row; the manual page on analysing a survey lists every column.")


class QuestionAbsent(InputProblem):
    """The list names a variable that the data do not hold."""

    code = "OD920"
    sentence = mark("The data {file} have no column {column}.")
    remedy = mark("Correct the name in the list of analyses; the data hold: {known}.")


class ChoicesAbsent(InputProblem):
    """A question with several answers has neither a column of text nor a column for each choice."""

    code = "OD921"
    sentence = mark(
        "The data {file} have neither a column {column} nor columns of its choices ({column}.choice or {column}/choice)."
    )
    remedy = mark("Correct the name in the list of analyses, or add the columns to the data.")


class AnswerNotNumber(InputProblem):
    """A mean, a median or a ratio is asked of a column that holds words."""

    code = "OD922"
    sentence = mark("{value} is not a number, and row {row} of the list asks for a {kind}.")
    remedy = mark("Ask for prop_select_one in the list, or correct the answer in the data.")


class GroupEmpty(InputProblem):
    """No row of the data has a value of a group variable."""

    code = "OD923"
    sentence = mark("The group variable {column} is empty in every row of the data.")
    remedy = mark("Name another group variable in the list, or fill the column.")
