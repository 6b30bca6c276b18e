"""A list of analyses over a survey: IMPACT's list in, IMPACT's table of results out, with errors and methods.

The list and the results are those of the R package analysistools, so that an analyst can check every figure
there; the columns added say how exact a figure is and how it was made.
"""

from opendtm.measure.analysis.loa import Analysis, Kind, read_loa
from opendtm.measure.analysis.placing import DesignColumns
from opendtm.measure.analysis.results import RESULTS, results_table
from opendtm.measure.analysis.running import Choices, Result, Run, analyse

__all__ = [
    "RESULTS",
    "Analysis",
    "Choices",
    "DesignColumns",
    "Kind",
    "Result",
    "Run",
    "analyse",
    "read_loa",
    "results_table",
]
