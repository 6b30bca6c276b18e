"""What cannot be computed, in words for the person who asked."""

from django.utils.translation import gettext_noop as _

from opendtm_server.ui.problems import HouseProblem


class RoundNotSignedOff(HouseProblem):
    """Figures come from signed-off rounds only."""

    code = "OD850"
    sentence = _("Round {number} is not signed off yet.")
    remedy = _("Sign it off first; then compute its figures.")


class SampleNotDeclared(HouseProblem):
    """A round holds interviews, and nobody has said how they were chosen."""

    code = "OD970"
    sentence = _("Nobody has said yet how the interviews of round {number} were chosen.")
    remedy = _("Declare its sample; then compute its figures.")


class NotInterviews(HouseProblem):
    """A design was declared for a round that holds no interviews."""

    code = "OD971"
    sentence = _("Round {number} holds no interviews, so it has no sample to declare.")
    remedy = _("Compute its figures as they are.")


class DesignUnfit(HouseProblem):
    """The parts of a design contradict each other or the form."""

    code = "OD972"
    sentence = _("The sample cannot be declared so: {reason}.")
    remedy = _(
        "Choose each question once, the first stage before the second, and nothing but the form's own."
    )


class NothingToCompute(HouseProblem):
    """No indicator reads what a round's form asks."""

    code = "OD973"
    sentence = _("The form of round {number} asks nothing that an indicator counts.")
    remedy = _("Export its answers instead.")
