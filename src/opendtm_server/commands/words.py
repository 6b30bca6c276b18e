"""What the server's commands say alike: in the reader's language, before and after Django is set up."""

from collections.abc import Iterator

from opendtm.cli import console
from opendtm.i18n import mark
from opendtm_server.config.speech import translate

LARGEST_PORT = 65_535


def gettext(sentence: str) -> str:
    """Give a sentence of a command in the reader's language (imported as `_` by the commands)."""
    return translate(sentence, console.language())


_ = gettext


def web_address(host: str, port: int) -> str:
    """Write where a house answers, as a browser takes it."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def first_account_lines(account: tuple[str, str] | None) -> Iterator[str]:
    """Say which first account was made; nothing where there was none to make."""
    if account is None:
        return
    name, password = account
    yield _(mark("First account: {name}, password: {password}")).format(
        name=name, password=password
    )
    yield _(
        mark("It keeps the house. The password is shown this once and replaced at first login.")
    )
