"""What can stand in the way of a decision, in words for whoever wanted to take it."""

from django.utils.translation import gettext_noop

from opendtm_server.ui.problems import HouseProblem


class RoundNotReady(HouseProblem):
    """A round cannot be signed off: `hard` findings are open, or `issues` submissions have issues."""

    code = "OD861"
    sentence = gettext_noop(
        "Round {number} cannot be signed off: {hard} findings must be decided and {issues} submissions have issues."
    )
    remedy = gettext_noop("Correct the answer, or accept the finding with a reason; then sign off.")


class RoundNotSigned(HouseProblem):
    """Only answers of a signed-off round are approved."""

    code = "OD862"
    sentence = gettext_noop("Round {number} has not been signed off.")
    remedy = gettext_noop("Sign the round off first.")


class ConceptUnknown(HouseProblem):
    """No answer of that concept can be corrected."""

    code = "OD863"
    sentence = gettext_noop("“{concept}” is not an answer that can be corrected.")


class ValueUnusable(HouseProblem):
    """The new value is not of the kind that the question asks for."""

    code = "OD864"
    sentence = gettext_noop("“{value}” cannot be the answer to “{concept}”.")
    remedy = gettext_noop("Give a number, a date or one of the choices, as the question asks.")


class NothingChanged(HouseProblem):
    """The new value is the present one."""

    code = "OD865"
    sentence = gettext_noop("The answer is already that value.")


class AlreadyUndone(HouseProblem):
    """The correction was undone before."""

    code = "OD866"
    sentence = gettext_noop("This correction was undone before.")


class NotOpen(HouseProblem):
    """The finding was decided before."""

    code = "OD867"
    sentence = gettext_noop("This finding is no longer open.")


class FindingsOpen(HouseProblem):
    """A submission with open hard findings cannot be approved."""

    code = "OD868"
    sentence = gettext_noop("A submission with findings that must be decided cannot be approved.")
    remedy = gettext_noop("Correct the answer, or accept the finding with a reason; then approve.")


class RowsMissing(HouseProblem):
    """Fewer submissions could be read than were chosen."""

    code = "OD782"
    sentence = gettext_noop("{expected} submissions were chosen, but {written} could be read.")
    remedy = gettext_noop("Ask for it again; if this comes again, tell who keeps the installation.")


class NothingChosen(HouseProblem):
    """No submission fits the wishes."""

    code = "OD783"
    sentence = gettext_noop("No submission fits what was chosen.")
    remedy = gettext_noop("Choose a longer time, or leave a filter empty.")


class MakingBrokeOff(HouseProblem):
    """The process that makes a file died again and again."""

    code = "OD796"
    sentence = gettext_noop("The making of the file broke off {tries} times.")
    remedy = gettext_noop(
        "Choose fewer submissions or another format; if this comes again, tell who keeps the installation: the log says what happened."
    )
