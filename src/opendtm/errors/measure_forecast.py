"""Errors of forecasts: a plan of forecasting and of its trial that cannot be carried out."""

from opendtm.errors.base import InputProblem
from opendtm.i18n import mark


class ForecastPlanInvalid(InputProblem):
    """The settings of a forecast contradict themselves."""

    code = "OD955"
    sentence = mark("The plan of the forecast cannot be used: {key} must be {least} or more.")
    remedy = mark("Correct the setting, or leave it out so that its usual value is taken.")
