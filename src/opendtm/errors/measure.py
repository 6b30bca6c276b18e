"""Errors of the floor `measure`: indicator files outside the grammar, questions beyond the table."""

from opendtm.errors.base import InputProblem
from opendtm.i18n import mark


class IndicatorInvalid(InputProblem):
    """An indicator file does not follow its schema."""

    code = "OD350"
    sentence = mark("The indicator file cannot be used: at {key}, {reason}.")
    remedy = mark("Correct the file; docs/reference/indicators.md lists every key and its values.")


class IndicatorUnknown(InputProblem):
    """Somebody asked for an indicator that the catalogue does not have."""

    code = "OD351"
    sentence = mark("There is no indicator {indicator}.")
    remedy = mark("Choose one of: {known}.")


class LevelNotStated(InputProblem):
    """The figures were asked by a level at which the table names no place."""

    code = "OD352"
    sentence = mark("The table names no place at the level {level}.")
    remedy = mark("Ask for one of these levels: {known}.")


class RoundUnknown(InputProblem):
    """The round asked for is not among the rounds given."""

    code = "OD353"
    sentence = mark("Round {round} is not among the rounds of this operation.")
    remedy = mark("Add the round to the list of rounds, or ask for another one.")


class ConceptNotCounted(InputProblem):
    """A change was asked of a concept that is not a number, or that the panel does not hold."""

    code = "OD354"
    sentence = mark(
        "A change can be computed only of a number; {concept} is not one of this table."
    )
    remedy = mark("Choose a concept of persons, households or items that the table holds.")


class NothingToCount(InputProblem):
    """A table was read, but no indicator can be computed from what it holds."""

    code = "OD355"
    sentence = mark("None of the columns read is one that an indicator counts.")
    remedy = mark(
        "See what was recognised with: opendtm table inspect FILE; name the columns in a mapping file."
    )


class IndicatorOfOtherRecord(InputProblem):
    """An indicator was asked of a table whose rows are something else than it counts."""

    code = "OD935"
    sentence = mark(
        "The indicator {indicator} is computed over records of the kind {wanted}; these are of the kind {given}."
    )
    remedy = mark("Ask for indicators of this kind of record, or give the table of the other form.")


class ThresholdInvalid(InputProblem):
    """A threshold file does not follow its schema."""

    code = "OD936"
    sentence = mark("The threshold file cannot be used.")
    remedy = mark(
        "It needs id, label, unit, rule (at_most or at_least) and limits, each with agency, phase, value, "
        "valid_from, edition and source."
    )


class ThresholdUnknown(InputProblem):
    """A threshold, or a line of it for an agency and phase, is not in the catalogue."""

    code = "OD937"
    sentence = mark(
        "There is no threshold {threshold} of the agency {agency} for the phase {phase}."
    )
    remedy = mark("See the page on thresholds of the indicator handbook for those there are.")
