"""From observations to figures: the indicator catalogue, the panel of a round, and the engine.

What brings a statistics library with it (`interviews`, `survey`, `disclosure`, `forecast` and others) is imported
by its own name, so that the rest starts at once.
"""

from opendtm.measure.changes import Part, change, values_of
from opendtm.measure.definitions import Indicator
from opendtm.measure.engine import compute, compute_levels, figures
from opendtm.measure.exchange import figures_from_table, figures_table
from opendtm.measure.foreign import single_round
from opendtm.measure.observed import record_panel, with_submissions
from opendtm.measure.panels import Panel, panel
from opendtm.measure.place_doubts import place_findings
from opendtm.measure.reading import identifiers, indicator, indicators
from opendtm.measure.segments import basis, breaks
from opendtm.measure.trends import Point, segments, series

__all__ = [
    "Indicator",
    "Panel",
    "Part",
    "Point",
    "basis",
    "breaks",
    "change",
    "compute",
    "compute_levels",
    "figures",
    "figures_from_table",
    "figures_table",
    "identifiers",
    "indicator",
    "indicators",
    "panel",
    "place_findings",
    "record_panel",
    "segments",
    "series",
    "single_round",
    "values_of",
    "with_submissions",
]
