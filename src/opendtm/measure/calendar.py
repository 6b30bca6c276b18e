"""The rounds of an operation in their order, and to which of them a visit belongs."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date

from opendtm.records import Round
from opendtm.vocab import fold


class Calendar:
    """The rounds by their first day. A visit has the position of its round; -1 is before all of them."""

    def __init__(self, rounds: Sequence[Round]) -> None:
        """Sort the rounds and note the names under which a row may call them."""
        self.rounds = tuple(sorted(rounds))
        self._starts = [each.starts_on for each in self.rounds]
        self._names: dict[str, int] = {}
        for position, each in enumerate(self.rounds):
            self._names[str(each.number)] = position
            if each.label:
                self._names[fold(each.label)] = position

    def position(self, at: Round) -> int:
        """Give the position of one of the rounds."""
        return self.rounds.index(at)

    def place(self, on: date | None, named: str | None) -> tuple[int, bool] | None:
        """Give the position of a visit's round, and whether the visit falls into it.

        The round that the row names comes first, then the day; a day between two rounds counts to the
        earlier one without falling into it. None where neither says anything.
        """
        if named is not None and (position := self._names.get(fold(named))) is not None:
            return position, True
        if on is None:
            return None
        position = bisect_right(self._starts, on) - 1
        return position, position >= 0 and on <= self.rounds[position].ends_on
