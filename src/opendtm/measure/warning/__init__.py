"""Early warning from kept figures: where a series of totals may be read across, and what its last change means.

The rules are told in docs/explanation/severity-and-early-warning.md. What brings a statistics library with it
(`outlook`) is imported by its own name.
"""

from opendtm.measure.warning.answered import Answered, answered
from opendtm.measure.warning.judging import Tuned, Verdict, Watched, watched
from opendtm.measure.warning.lines import Break, History, Reading, Since, breaks_of, lines, since
from opendtm.measure.warning.methods import Counted, bases, counted

__all__ = [
    "Answered",
    "Break",
    "Counted",
    "History",
    "Reading",
    "Since",
    "Tuned",
    "Verdict",
    "Watched",
    "answered",
    "bases",
    "breaks_of",
    "counted",
    "lines",
    "since",
    "watched",
]
