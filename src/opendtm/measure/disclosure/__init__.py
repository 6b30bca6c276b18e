"""Disclosure control: what may be published so that nobody is recognised, proven against an attacker.

Tables (`ledger`, `crossed`, `after`, `suppress`, `ranges`), files of records (`risk`, `recoding`, `blanking`)
and positions (`displaced`), under the rule of a sharing class (`rule`).
"""

from opendtm.measure.disclosure.advice import KeyAdvice, blanking, recoding
from opendtm.measure.disclosure.attack import Ranges, ranges, whole_ranges
from opendtm.measure.disclosure.crossed import Dimension, crossed
from opendtm.measure.disclosure.ledger import Cell, Ledger, Standing, adds_up, ledger, same
from opendtm.measure.disclosure.positions import How, Shown, anywhere, displaced
from opendtm.measure.disclosure.releases import Earlier, after
from opendtm.measure.disclosure.risk import Risk, risk
from opendtm.measure.disclosure.rules import Move, Rule, Threshold, Zero, rule, source
from opendtm.measure.disclosure.suppress import Suppression, suppress

__all__ = [
    "Cell",
    "Dimension",
    "Earlier",
    "How",
    "KeyAdvice",
    "Ledger",
    "Move",
    "Ranges",
    "Risk",
    "Rule",
    "Shown",
    "Standing",
    "Suppression",
    "Threshold",
    "Zero",
    "adds_up",
    "after",
    "anywhere",
    "blanking",
    "crossed",
    "displaced",
    "ledger",
    "ranges",
    "recoding",
    "risk",
    "rule",
    "same",
    "source",
    "suppress",
    "whole_ranges",
]
