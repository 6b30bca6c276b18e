"""Fills a form in as a phone would let a person do it: for training, for demonstrations and for tests.

It asks what is relevant, offers what choice filters leave, accepts what constraints accept, and calculates. What
it cannot evaluate it refuses; it never guesses.
"""

from opendtm.forms.filling.filler import Filled, Filler

__all__ = ["Filled", "Filler"]
