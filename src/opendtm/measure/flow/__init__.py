"""Flow monitoring: rates by observed hour and day, fair comparisons, totals of sampled shifts, survey weights."""

from opendtm.measure.flow.caveat import CAVEAT, with_caveat
from opendtm.measure.flow.comparison import Comparison, Period, compare
from opendtm.measure.flow.rates import Rate, net_flux, rates, rates_table, watched_hours
from opendtm.measure.flow.registry import daily_flow, daily_flows
from opendtm.measure.flow.shifts import ShiftTotal, shift_total
from opendtm.measure.flow.survey_weights import Weighted, survey_weights

__all__ = [
    "CAVEAT",
    "Comparison",
    "Period",
    "Rate",
    "ShiftTotal",
    "Weighted",
    "compare",
    "daily_flow",
    "daily_flows",
    "net_flux",
    "rates",
    "rates_table",
    "shift_total",
    "survey_weights",
    "watched_hours",
    "with_caveat",
]
