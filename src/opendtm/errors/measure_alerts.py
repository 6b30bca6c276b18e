"""Errors of change alerts: a detector that the past rounds cannot tune."""

from opendtm.errors.base import InputProblem
from opendtm.i18n import mark


class HistoryTooShort(InputProblem):
    """Fewer changes are known than the stated rate of false alarms needs."""

    code = "OD956"
    sentence = mark(
        "The stated rate of false alarms needs {needed} known changes from round to round, and has {known}."
    )
    remedy = mark("State a higher rate of false alarms, or wait for more rounds or places.")


class RateInvalid(InputProblem):
    """A setting of a detector is outside of what it can mean."""

    code = "OD957"
    sentence = mark("The detector cannot be tuned: {key} must lie above 0, and a rate below 1.")
    remedy = mark("Correct the setting.")


class HistoryWithoutChange(InputProblem):
    """All changes of the past rounds are the same, so that no unusual one can be told from them."""

    code = "OD958"
    sentence = mark("All {known} changes of the past rounds are the same.")
    remedy = mark(
        "Check whether figures were copied from round to round, and take rounds that were observed."
    )
