"""What can be wrong with a correction (OD38x; the floors `clean` and `measure` share OD3xx)."""

from opendtm.errors.base import InputProblem
from opendtm.i18n import mark


class CorrectionUnfit(InputProblem):
    """A correction whose new value its concept cannot have."""

    code = "OD381"
    sentence = mark("“{value}” cannot be the value of “{concept}”.")
    remedy = mark(
        "Give a value of the right kind: a number, a date (2026-11-21) or a code of the list."
    )


class CorrectionOfUnknown(InputProblem):
    """A correction of something that is not in the data dictionary."""

    code = "OD382"
    sentence = mark("The correction names “{concept}”, which is not in the data dictionary.")
    remedy = mark("Choose the answer that is to be corrected.")
