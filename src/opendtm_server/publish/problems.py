"""What cannot be released, in words for the person who asked."""

from django.utils.translation import gettext_noop as _

from opendtm_server.ui.problems import HouseProblem


class NotTheNewestRun(HouseProblem):
    """A release is made of the newest run of a round."""

    code = "OD860"
    sentence = _("A newer computation of round {number} exists.")
    remedy = _("Release that one.")
