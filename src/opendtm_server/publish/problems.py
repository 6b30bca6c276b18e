"""What cannot be released, in words for the person who asked."""

from django.utils.translation import gettext_noop as _

from opendtm_server.ui.problems import HouseProblem


class NotTheNewestRun(HouseProblem):
    """A release is made of the newest run of a round."""

    code = "OD860"
    sentence = _("A newer computation of round {number} exists.")
    remedy = _("Release that one.")


class NotOfVisits(HouseProblem):
    """The Site Needs Report is of visits to sites; other rounds have no public report yet."""

    code = "OD974"
    sentence = _("Round {number} is not of visits to sites, so it has no Site Needs Report.")
    remedy = _("Read its figures on the desk.")
