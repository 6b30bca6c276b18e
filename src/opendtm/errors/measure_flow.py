"""Errors of flow figures: registries and surveys that cannot be used, periods that share nothing."""

from opendtm.errors.base import InputProblem
from opendtm.i18n import mark


class FlowTableInvalid(InputProblem):
    """A registry, a list of sessions or a survey of flow monitoring cannot be computed with."""

    code = "OD951"
    sentence = mark("The registry cannot be used: {reason}.")
    remedy = mark("Correct the file; docs/explanation/figures.md names the columns.")


class NothingInCommon(InputProblem):
    """Two periods share no point and hour that were watched in both."""

    code = "OD952"
    sentence = mark("The two periods have no monitoring point and hour in common.")
    remedy = mark("Compare periods in which the same points were watched at the same hours.")
