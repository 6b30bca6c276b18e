"""What cannot be computed, in words for the person who asked."""

from django.utils.translation import gettext_noop as _

from opendtm_server.ui.problems import HouseProblem


class RoundNotSignedOff(HouseProblem):
    """Figures come from signed-off rounds only."""

    code = "OD850"
    sentence = _("Round {number} is not signed off yet.")
    remedy = _("Sign it off first; then compute its figures.")
