"""What keeps a house from starting, and what to do about it."""

from opendtm.errors import InputProblem
from opendtm.i18n import write
from opendtm_server.config.speech import gettext_noop, translate


class Obstacle(InputProblem):
    """Something that keeps the house from starting (exit status 1)."""

    code = "OD830"

    def text(self, lang: str) -> str:
        """Say what is wrong, in `lang`."""
        return self._say(self.sentence, lang)

    def remedy_text(self, lang: str) -> str:
        """Say what to do next, in `lang`."""
        return self._say(self.remedy, lang)

    def _say(self, sentence: str, lang: str) -> str:
        words = {name: write(value, lang) for name, value in self.details.items()}
        return translate(sentence, lang).format_map(words)


class DataFolderMissing(Obstacle):
    """The data folder does not exist or is a file."""

    code = "OD831"
    sentence = gettext_noop("There is no folder {folder}.")
    remedy = gettext_noop(
        "Make the folder for a new house, or make a demonstration with: opendtm demo --data {folder}"
    )


class PortTaken(Obstacle):
    """Another program listens on the port, or the address is not one of this machine."""

    code = "OD832"
    sentence = gettext_noop("{host}, port {port} cannot be listened on: {reason}.")
    remedy = gettext_noop("Choose another port with --port, or stop the program that uses it.")


class DatabaseForgets(Obstacle):
    """PostgreSQL acknowledges before it has written to disk."""

    code = "OD833"
    sentence = gettext_noop(
        "The database is set to acknowledge before data are on disk ({setting} = {value})."
    )
    remedy = gettext_noop(
        "Set {setting} to on in PostgreSQL: a submission that was answered must never be lost."
    )


class DatabaseUnreachable(Obstacle):
    """The database does not answer."""

    code = "OD834"
    sentence = gettext_noop("The database cannot be reached.")
    remedy = gettext_noop("Check OPENDTM_DATABASE_URL, and that the database runs.")


class FolderNotOurs(Obstacle):
    """The folder named for a demonstration holds something else; the demonstration would empty it."""

    code = "OD839"
    sentence = gettext_noop("The folder {folder} holds something that is not a demonstration.")
    remedy = gettext_noop("Name a new folder with --data.")


class OperationNotNamed(Obstacle):
    """A command that works in one operation, in a house that has several."""

    code = "OD835"
    sentence = gettext_noop("This house has several operations: {known}.")
    remedy = gettext_noop("Name one with --operation.")


class OperationUnknown(Obstacle):
    """No operation has that code."""

    code = "OD836"
    sentence = gettext_noop("This house has no operation {code}. It has: {known}.")
    remedy = gettext_noop("Name one of these with --operation.")


class NobodyKeeps(Obstacle):
    """There are accounts, but none that keeps the house is in use."""

    code = "OD837"
    sentence = gettext_noop("No account that keeps this house is in use.")
    remedy = gettext_noop("Set up forms and phones on the desk, as head of mission.")


class NothingComputed(Obstacle):
    """There is no run of the figures where one was asked for."""

    code = "OD838"
    sentence = gettext_noop("No figures have been computed (operation {operation}, round {round}).")
    remedy = gettext_noop(
        "Sign a round off and compute its figures on the desk, or name another operation or round."
    )
