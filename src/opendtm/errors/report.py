"""What can be wrong with the input of a report."""

from opendtm.errors.base import InputProblem
from opendtm.i18n import mark


class NothingToReport(InputProblem):
    """The files were read, but hold no row from which a report could be made."""

    code = "OD401"
    sentence = mark("The files hold no row that names a place or counts people.")
    remedy = mark(
        "Look at what was recognised with: opendtm table inspect FILE. Name the columns in a mapping "
        "file and give it with -m."
    )


class NotOneDay(InputProblem):
    """The period asked for cannot be understood."""

    code = "OD402"
    sentence = mark("{value} is neither a day nor a week.")
    remedy = mark("Write a day as 2026-11-15 and a week as 2026-W46.")
