"""How much a figure can be relied on: a grade derived from parts that stand beside it."""

from opendtm.measure.confidence.figures import GRADES, confidences, graded
from opendtm.measure.confidence.grading import (
    concepts_read,
    grade_label,
    part_words,
    rules,
    withheld,
)

__all__ = [
    "GRADES",
    "concepts_read",
    "confidences",
    "grade_label",
    "graded",
    "part_words",
    "rules",
    "withheld",
]
