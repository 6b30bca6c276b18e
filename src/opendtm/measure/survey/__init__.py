"""Survey estimation: from interviews and the design of the sample to estimates with their error.

`declare(table, Design(...))` gives a `Sample`; every estimator takes it. Agrees with R `survey` 4.1.1.
"""

from opendtm.measure.reasons import Reason
from opendtm.measure.survey.association import ChiSquare, Outcome, chi_square
from opendtm.measure.survey.calibration import calibrate, poststratify, rake
from opendtm.measure.survey.declare import declare
from opendtm.measure.survey.descriptive import estimate, mean, proportion, ratio, total
from opendtm.measure.survey.design import Design, Engine, Finite, Lonely
from opendtm.measure.survey.differences import t_test
from opendtm.measure.survey.distances import Distance
from opendtm.measure.survey.estimates import Bounds, Estimate, estimates_table
from opendtm.measure.survey.intervals import Interval, Reference, Shape
from opendtm.measure.survey.known_totals import ratio_total, separate_ratio_total
from opendtm.measure.survey.quantiles import quantile
from opendtm.measure.survey.replicates import jackknife
from opendtm.measure.survey.rules import Rule
from opendtm.measure.survey.sample import Sample
from opendtm.measure.survey.terms import Statistic, Term

__all__ = [
    "Bounds",
    "ChiSquare",
    "Design",
    "Distance",
    "Engine",
    "Estimate",
    "Finite",
    "Interval",
    "Lonely",
    "Outcome",
    "Reason",
    "Reference",
    "Rule",
    "Sample",
    "Shape",
    "Statistic",
    "Term",
    "calibrate",
    "chi_square",
    "declare",
    "estimate",
    "estimates_table",
    "jackknife",
    "mean",
    "poststratify",
    "proportion",
    "quantile",
    "rake",
    "ratio",
    "ratio_total",
    "separate_ratio_total",
    "t_test",
    "total",
]
