"""Severity of places by rule table, and severity and people in need of areas from tables of sectors.

A critical indicator is never averaged away, and what was not measured is never "no need":
docs/explanation/severity-and-early-warning.md.
"""

from opendtm.measure.severity.areas import Area, InNeed, Total, areas, in_need_of, total
from opendtm.measure.severity.joining import Joining, joining, read_joining
from opendtm.measure.severity.rules import Rules, read_rules, rule_table, rule_tables
from opendtm.measure.severity.scoring import SectorScore, Severity, severities

__all__ = [
    "Area",
    "InNeed",
    "Joining",
    "Rules",
    "SectorScore",
    "Severity",
    "Total",
    "areas",
    "in_need_of",
    "joining",
    "read_joining",
    "read_rules",
    "rule_table",
    "rule_tables",
    "severities",
    "total",
]
