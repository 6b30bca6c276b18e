"""From observations to figures: the indicator catalogue, the panel of a round, and the engine."""

from opendtm.measure.changes import change
from opendtm.measure.definitions import Indicator, indicator, indicators
from opendtm.measure.engine import compute, compute_levels, figures
from opendtm.measure.exchange import figures_from_table, figures_table
from opendtm.measure.foreign import single_round
from opendtm.measure.panels import Panel, panel
from opendtm.measure.place_doubts import place_findings
from opendtm.measure.trends import Point, series

__all__ = [
    "Indicator",
    "Panel",
    "Point",
    "change",
    "compute",
    "compute_levels",
    "figures",
    "figures_from_table",
    "figures_table",
    "indicator",
    "indicators",
    "panel",
    "place_findings",
    "series",
    "single_round",
]
