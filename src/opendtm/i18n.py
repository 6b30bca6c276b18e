"""Words in the reader's language: messages that stay untranslated until somebody reads them.

A floor never formats a sentence for a person. It returns a `Message` (an English sentence with named
places and their values) and whoever shows it asks for a language. Catalogues lie in
`locale/<lang>/LC_MESSAGES/`, one domain a floor, and are read together as one.
"""

import gettext
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from babel.support import Translations

LANGUAGES = ("en", "fr")
RIGHT_TO_LEFT = frozenset({"ar"})
LOCALE_DIR = Path(__file__).parent / "locale"


def mark(sentence: str) -> str:
    """Mark an English sentence for the catalogues and return it unchanged."""
    return sentence


@dataclass(frozen=True, slots=True)
class Label:
    """A name that its authors wrote in every language, such as a code of a code list."""

    en: str
    fr: str
    others: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, raw: Mapping[str, str]) -> "Label":
        """Take the label from the keys `en` and `fr` of a file; KeyError where one is missing."""
        return cls(raw["en"], raw["fr"])

    def text(self, lang: str) -> str:
        """Give the label in `lang`; English where that language has none."""
        if lang == "fr":
            return self.fr
        return self.others.get(lang, self.en)


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence with named places, `{like_this}`, filled and translated when it is read.

    Numbers and dates among the values are written by locale; labels and messages are translated.
    """

    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, lang: str) -> str:
        """Give the sentence in `lang`."""
        words = {name: write(value, lang) for name, value in self.values.items()}
        return translate(self.sentence, lang).format_map(words)


def write(value: object, lang: str) -> str:
    """Write one value for a reader of `lang`: grouped numbers, long dates, translated labels."""
    if isinstance(value, Message | Label):
        return value.text(lang)
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int | float):
        return number(value, lang)
    if isinstance(value, date):
        return day(value, lang)
    return str(value)


@cache
def catalogue(lang: str) -> gettext.NullTranslations:
    """Read every domain of `lang` as one catalogue (empty for English, the language of the code)."""
    merged = Translations()
    for path in sorted((LOCALE_DIR / lang / "LC_MESSAGES").glob("*.mo")):
        with path.open("rb") as file:
            merged.merge(Translations(file))
    return merged


def translate(sentence: str, lang: str) -> str:
    """Give the `lang` wording of an English sentence, or the sentence itself where there is none."""
    return catalogue(lang).gettext(sentence) if sentence else ""


def number(value: float, lang: str, *, decimals: int = 0) -> str:
    """Write a number grouped by locale: 12,419 in English, 12 419 in French (narrow no-break space)."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=lang)


def percent(share: float, lang: str) -> str:
    """Write a share (0 to 1) as a whole percentage by locale."""
    return format_percent(share, format=None, locale=lang)


def signed(value: float, lang: str) -> str:
    """Write a change with its sign: +1,204 or −310 (a true minus); 0 stays 0."""
    if value == 0:
        return number(0, lang)
    return ("+" if value > 0 else "−") + number(abs(value), lang)


def day(value: date, lang: str, *, short: bool = False) -> str:
    """Write a date by locale, long (21 November 2026) or short (21 Nov 2026)."""
    pattern = "medium" if short else "long"
    return first_of_month(format_date(value, format=pattern, locale=_with_day_first(lang)), lang)


def first_of_month(written: str, lang: str) -> str:
    """Write a date that begins with its day as French does on the first: 1er novembre."""
    return re.sub(r"^1\b", "1er", written) if lang == "fr" else written


def _with_day_first(lang: str) -> str:
    return "en_GB" if lang == "en" else lang


def direction(lang: str) -> str:
    """Say in which direction `lang` is written: `ltr` or `rtl`."""
    return "rtl" if lang in RIGHT_TO_LEFT else "ltr"
