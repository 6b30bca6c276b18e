"""What somebody at a desk is told when a form, a round or a phone cannot be set up as asked."""

from django.utils.translation import gettext_noop

from opendtm_server.collect.errors.roots import Obstacle


class FormHasProblems(Obstacle):
    """The questionnaire cannot be published as it is; `findings` of the check say why."""

    code = "OD721"
    sentence = gettext_noop("The form cannot be published: {count} problems must be mended first.")


class VersionExists(Obstacle):
    """That version of the form was published before."""

    code = "OD722"
    sentence = gettext_noop("Version “{version}” of the form “{form_id}” is already published.")
    remedy = gettext_noop("Give the form a new version in its settings sheet, then publish again.")


class NothingToChoose(Obstacle):
    """A submission stands among no competing edits, or another edit replaces it."""

    code = "OD790"
    sentence = gettext_noop("This submission is none of the edits that can be chosen.")
    remedy = gettext_noop("Open the page again: another edit may have come meanwhile.")


class NothingToUndo(Obstacle):
    """The choice among competing edits was taken back before."""

    code = "OD791"
    sentence = gettext_noop("This choice has been undone already.")


class RoundOverlaps(Obstacle):
    """Another round of the form covers some of the days."""

    code = "OD723"
    sentence = gettext_noop(
        "Round {number} already covers some of these days ({starts_on} to {ends_on})."
    )
    remedy = gettext_noop("Choose days that no other round of this form covers.")


class RoundIsClosed(Obstacle):
    """The round has been signed off."""

    code = "OD724"
    sentence = gettext_noop("Round {number} has been signed off.")
    remedy = gettext_noop("Reopen the round first; its figures will be computed anew.")


class ReasonMissing(Obstacle):
    """A decision needs a reason."""

    code = "OD725"
    sentence = gettext_noop("A reason is needed.")


class CodeTaken(Obstacle):
    """Another phone of the operation has that code."""

    code = "OD726"
    sentence = gettext_noop("Another phone already has the code “{device}”.")


class DaysReversed(Obstacle):
    """The last day is before the first."""

    code = "OD727"
    sentence = gettext_noop("The last day of a round cannot be before its first.")


class AlreadyDecided(Obstacle):
    """Somebody has decided this already."""

    code = "OD728"
    sentence = gettext_noop("This was decided before, by {by}.")


class SealBroken(Obstacle):
    """Bytes in the quarantine cannot be opened: they were altered, or the house's key is another."""

    code = "OD762"
    sentence = gettext_noop(
        "These bytes cannot be opened: they were altered, or the house's key is another."
    )
    remedy = gettext_noop(
        "Put the file “house_key” of the data folder back from the backup that belongs to this store."
    )


class TooLargeToOpen(Obstacle):
    """The encrypted files are more than the house decrypts in its memory."""

    code = "OD768"
    sentence = gettext_noop(
        "The files of this submission are over {limit} MB together: too large to open here."
    )
    remedy = gettext_noop(
        "Download the encrypted files, and decrypt them on a computer of the office."
    )
