"""Errors of the floor `measure`: indicator files outside the grammar, questions beyond the table, disclosure control."""

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


class TotalsDisagree(InputProblem):
    """A total is not the sum of its parts, so nobody can say what it gives away."""

    code = "OD925"
    sentence = mark("{total} is {stated}, but its parts add up to {found}.")
    remedy = mark("Correct the table; a total and its parts must come from the same answers.")


class CountImpossible(InputProblem):
    """A cell of a table of counts is negative or not a number."""

    code = "OD926"
    sentence = mark("{cell} holds {value}; a count is zero or more.")
    remedy = mark("Correct the table, or leave out what is not known.")


class ClassNotRuled(InputProblem):
    """The rule file says nothing about a sharing class: such data are never published."""

    code = "OD927"
    sentence = mark("Data of the class {sharing} are never published.")
    remedy = mark("Give them only to those whom the operation names, under an agreement.")


class KeyMissing(InputProblem):
    """A column named as a key, as sensitive or as weight is not in the file of records."""

    code = "OD928"
    sentence = mark("The file has no column {column}.")
    remedy = mark("Choose among: {known}.")


class WeightImpossible(InputProblem):
    """A weight is missing, not a number, or below 1."""

    code = "OD929"
    sentence = mark("The weight {value} cannot be used.")
    remedy = mark("A weight says for how many people a record stands: 1 or more.")


class NoRecords(InputProblem):
    """A file of records holds none."""

    code = "OD930"
    sentence = mark("The file holds no records.")
    remedy = mark("Choose a file with a row of headings and at least one record.")


class RecordsUnreadable(InputProblem):
    """A file of records is not a CSV table in UTF-8."""

    code = "OD931"
    sentence = mark("{name} cannot be read as a table: {reason}")
    remedy = mark("Save it as CSV in UTF-8, with one row of headings.")


class SecretTooShort(InputProblem):
    """The secret that displaces positions could be guessed."""

    code = "OD932"
    sentence = mark("The secret for displacing positions has {length} bytes; it needs {least}.")
    remedy = mark(
        "Set a random secret of that length and keep it for ever: a new one moves all sites."
    )


class DistancesImpossible(InputProblem):
    """The least distance is not below the largest, or one of them is negative."""

    code = "OD933"
    sentence = mark("A position cannot be moved by {least} to {most} metres.")
    remedy = mark("The least distance is zero or more and below the largest.")


class PositionOutside(InputProblem):
    """A position does not lie in the area inside which it should be moved."""

    code = "OD934"
    sentence = mark("The position of {site} does not lie in {area}.")
    remedy = mark("Correct the position or the area, or publish the area alone.")


class InterviewsAddedUp(InputProblem):
    """The engine that adds up was asked for figures of interviews."""

    code = "OD938"
    sentence = mark("Interviews are a sample: they are estimated with its design, not added up.")
    remedy = mark(
        "Estimate them with `measure.interviews.interview_figures`, which takes the design of the sample."
    )
