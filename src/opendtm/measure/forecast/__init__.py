"""Forecasts that are shown only where a trial on the past says that they are worth more than no model.

The rule and its limits are told in docs/explanation/severity-and-early-warning.md.
"""

from opendtm.measure.forecast.backtest import Backtest, backtest
from opendtm.measure.forecast.models import MODELS, drift, naive, seasonal_naive, smoothed
from opendtm.measure.forecast.offering import Forecast, Judged, Step, forecast
from opendtm.measure.forecast.plan import Plan

__all__ = [
    "MODELS",
    "Backtest",
    "Forecast",
    "Judged",
    "Plan",
    "Step",
    "backtest",
    "drift",
    "forecast",
    "naive",
    "seasonal_naive",
    "smoothed",
]
