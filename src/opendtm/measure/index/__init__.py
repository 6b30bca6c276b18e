"""Composite indices of places: declared indicators, frozen cut-offs, and how sure the ranks are.

Method: OECD and JRC, Handbook on Constructing Composite Indicators, 2008; told in
docs/explanation/severity-and-early-warning.md.
"""

from opendtm.measure.index.areas import index_table, places_from
from opendtm.measure.index.declaration import (
    Aggregation,
    Declaration,
    Ingredient,
    declaration,
    declaration_in,
    declarations,
    read_declaration,
)
from opendtm.measure.index.ranks import Ranked, ranks
from opendtm.measure.index.scores import Scored, scores

__all__ = [
    "Aggregation",
    "Declaration",
    "Ingredient",
    "Ranked",
    "Scored",
    "declaration",
    "declaration_in",
    "declarations",
    "index_table",
    "places_from",
    "ranks",
    "read_declaration",
    "scores",
]
