"""What cannot be done with operations and people, and what to do instead."""

from django.utils.translation import gettext_noop

from opendtm_server.ui.problems import HouseProblem


class LastHead(HouseProblem):
    """The only head of mission would leave."""

    code = "OD801"
    sentence = gettext_noop("This is the operation's only head of mission.")
    remedy = gettext_noop("Make somebody else head of mission first.")


class RoleAlreadyHeld(HouseProblem):
    """The same role twice."""

    code = "OD802"
    sentence = gettext_noop("{username} already holds this role here.")
    remedy = gettext_noop("Choose another role, or leave it as it is.")


class SectorNeeded(HouseProblem):
    """A cluster viewer without a sector, or another role with one."""

    code = "OD803"
    sentence = gettext_noop("A cluster viewer needs a sector; no other role has one.")
    remedy = gettext_noop("Choose the sector for a cluster viewer, and leave it empty otherwise.")


class NameTaken(HouseProblem):
    """An account or an operation of that name exists."""

    code = "OD804"
    sentence = gettext_noop("{name} is already taken.")
    remedy = gettext_noop("Choose another name.")


class TooManyAttempts(HouseProblem):
    """Too many failed logins."""

    code = "OD805"
    sentence = gettext_noop("Too many failed attempts from this place for this account.")
    remedy = gettext_noop("Wait {minutes} minutes and try again.")
