"""Whether an answer can be read by the person who holds the phone: an OpenRosa message, in their language."""

import re
from xml.etree import ElementTree as ET

from soak.wire import Answer

MESSAGE = "{http://openrosa.org/http/response}message"
COMMON = {
    "en": frozenset(
        {
            "the",
            "this",
            "that",
            "was",
            "were",
            "is",
            "not",
            "and",
            "could",
            "be",
            "of",
            "to",
            "what",
        }
        | {"send", "again", "form", "phone", "your", "here", "in"}
    ),
    "fr": frozenset(
        {"le", "la", "les", "l", "ce", "cette", "a", "été", "est", "pas", "et", "de", "du", "des"}
        | {"un", "une", "envoyé", "formulaire", "téléphone", "vous", "dans", "ne"}
    ),
}
CODE = re.compile(r"\(OD\d{3}\)")


def language_of(message: str) -> str:
    """Guess whether a message is English or French by its commonest words; empty where it is neither."""
    words = set(re.findall(r"[^\W\d_]+", message.lower()))
    scores = {lang: len(words & common) for lang, common in COMMON.items()}
    best = max(scores, key=lambda lang: scores[lang])
    return best if scores[best] >= 2 and len(set(scores.values())) > 1 else ""


def unreadable(answer: Answer, lang: str) -> str:
    """Say why a phone could not show this answer in `lang`; empty where it can."""
    if not answer.headers.get("content-type", "").startswith("text/xml"):
        return f"it is {answer.headers.get('content-type', 'of no type')}, not text/xml"
    try:
        message = ET.fromstring(answer.body).findtext(MESSAGE) or ""  # noqa: S314 - the house's own words
    except ET.ParseError as problem:
        return f"it is not XML: {problem}"
    if not CODE.search(message):
        return f"it names no code: {message!r}"
    spoken = language_of(message)
    return "" if spoken == lang else f"it is {spoken or 'in no language'}, not {lang}: {message!r}"
