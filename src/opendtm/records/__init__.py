"""What the floors hand to each other: small frozen records, and the Arrow schema of the observations table."""

from opendtm.records.answers import Answer, AnswerState
from opendtm.records.confidence import Confidence, Grade, Part, Rating
from opendtm.records.factors import HouseholdSize
from opendtm.records.figures import Change, Coverage, Figure, Method
from opendtm.records.findings import Correction, Finding, Severity
from opendtm.records.observations import observations_schema, source_column
from opendtm.records.places import Place, Round, Site

__all__ = [
    "Answer",
    "AnswerState",
    "Change",
    "Confidence",
    "Correction",
    "Coverage",
    "Figure",
    "Finding",
    "Grade",
    "HouseholdSize",
    "Method",
    "Part",
    "Place",
    "Rating",
    "Round",
    "Severity",
    "Site",
    "observations_schema",
    "source_column",
]
