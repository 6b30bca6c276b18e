"""What cannot be computed, in words for the person who asked."""

from django.utils.translation import gettext_noop as _

from opendtm_server.ui.problems import HouseProblem


class RoundNotSignedOff(HouseProblem):
    """Figures come from signed-off rounds only."""

    code = "OD850"
    sentence = _("Round {number} is not signed off yet.")
    remedy = _("Sign it off first; then compute its figures.")


class SampleNotComputed(HouseProblem):
    """A round holds interviews or registered households, which the Matrix does not add up."""

    code = "OD939"
    sentence = _("Round {number} holds interviews or registered households, not visits or counts.")
    remedy = _(
        "Export its raw answers and estimate them with the design of the sample; the Matrix computes rounds of "
        "visits, movements and reports."
    )
