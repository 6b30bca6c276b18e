"""What the floors hand to each other: small frozen records, and the Arrow schema of the observations table."""

from opendtm.records.answers import Answer, AnswerState
from opendtm.records.figures import Change, Coverage, Figure, Method
from opendtm.records.findings import Correction, Finding, Severity
from opendtm.records.observations import observations_schema, source_column
from opendtm.records.places import Place, Round, Site

__all__ = [
    "Answer",
    "AnswerState",
    "Change",
    "Correction",
    "Coverage",
    "Figure",
    "Finding",
    "Method",
    "Place",
    "Round",
    "Severity",
    "Site",
    "observations_schema",
    "source_column",
]
