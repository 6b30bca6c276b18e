"""What can go wrong with another server that submissions are taken from, and with one submission of it."""

from django.utils.translation import gettext, gettext_noop, override

from opendtm_server.collect.errors.roots import Obstacle


class AddressRefused(Obstacle):
    """The address of the other server is none that the house may connect to."""

    code = "OD755"
    sentence = gettext_noop("The house does not connect to “{host}”: {reason}.")
    remedy = gettext_noop(
        "Give the server's public https address. For a server in the house's own network, the keeper of"
        " the house starts it with OPENDTM_PRIVATE_SOURCES=1."
    )

    def text(self, lang: str) -> str:
        """Say what is wrong, in `lang`, with the reason in the same language."""
        with override(lang):
            reason = gettext(str(self.details["reason"]))
            return gettext(self.sentence).format(host=self.details["host"], reason=reason)


class SignInRefused(Obstacle):
    """The other server does not know the account or the token, or does not let it read."""

    code = "OD756"
    sentence = gettext_noop("{host} does not let this account read the submissions.")
    remedy = gettext_noop(
        "Check user and password, or the token, and that the account may see submissions of this form there."
    )


class NoAnswer(Obstacle):
    """The other server cannot be reached, breaks off, or says that it is not able to answer."""

    code = "OD757"
    sentence = gettext_noop("{host} did not answer as it should ({reason}).")
    remedy = gettext_noop("Nothing is lost. Pull again later; it goes on where it stopped.")


class NotThere(Obstacle):
    """The other server has no such project, form, asset, submission or file."""

    code = "OD758"
    sentence = gettext_noop("{host} has nothing at {path}, or does not show it to this account.")
    remedy = gettext_noop("Check the number of the project, the form ID or the asset's UID.")


class AnswerNotUnderstood(Obstacle):
    """The other server answers something else than its documentation says."""

    code = "OD759"
    sentence = gettext_noop("{host} answered something that is not understood ({what}).")
    remedy = gettext_noop("Check that the address is that of the server itself, without a path.")


class SourceNameTaken(Obstacle):
    """Another source of the operation has that name."""

    code = "OD770"
    sentence = gettext_noop("Another source is already called “{name}”.")
    remedy = gettext_noop("Choose another name.")


class FilesMissingThere(Obstacle):
    """The submission names files that the other server does not have."""

    code = "OD771"
    sentence = gettext_noop(
        "Files that the submission names are not on the other server yet: {count}."
    )
    remedy = gettext_noop(
        "The answers were taken. When the phone has sent the files there, the next pull brings them."
    )


class SourceBusy(Obstacle):
    """A run over the source is under way."""

    code = "OD773"
    sentence = gettext_noop("“{name}” is being pulled already, since {since}.")
    remedy = gettext_noop("Wait until it has finished.")


class SecretMissing(Obstacle):
    """Neither the environment nor the person gave a password or token, or it cannot be opened any more."""

    code = "OD774"
    sentence = gettext_noop("There is no usable password or token for “{name}”.")
    remedy = gettext_noop(
        "Set OPENDTM_PULL_PASSWORD or OPENDTM_PULL_TOKEN for the command, or enter it anew on the source's page."
    )
