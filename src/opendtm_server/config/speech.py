"""The house's own words before Django runs: on the command line, and while the house starts."""

import gettext
from functools import cache
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"


def gettext_noop(sentence: str) -> str:
    """Mark a sentence of this room for its catalogue and return it unchanged; needs no settings."""
    return sentence


def translate(sentence: str, lang: str) -> str:
    """Give an English sentence of this room in `lang`; the sentence itself where there is no translation."""
    return _catalogue(lang).gettext(sentence) if sentence else ""


@cache
def _catalogue(lang: str) -> gettext.NullTranslations:
    return gettext.translation("django", str(LOCALE), [lang], fallback=True)
