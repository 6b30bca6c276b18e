"""What a heading says a column measures, in English, French, or the codes of a data dictionary.

Headings are compared folded (no accents, case or punctuation). A heading that merely contains a known name
gives a suggestion, never a recognition.
"""

import re
from functools import cache

from opendtm.vocab import Kind, concepts, fold

SYNONYM, GENERIC, SUGGESTION = 0.9, 0.75, 0.4
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_DICTIONARY_CODE = re.compile(r"^[a-z]{1,2}\d{3,5} ")
_PREFIXES = ("loc ", "meta ", "site ", "b1 ", "b2 ")
_PART = re.compile(
    r"\bof\b|\bby\b|\bfrom\b|\bd origine\b|\borigin\b|\bother\b|\bautre\b|%|\bpercent"
)
_WHOSE = re.compile(
    r"\b(idps?|pdis?|displaced|deplac\w*|returnees?|retourn\w*|host|hotes?|return)\b"
)
_HINT = re.compile(r"\b(idps?|pdis?|displace\w*|deplac\w*|ssid|camps?|sites?)\b")
_SEXES = {"female": "f", "females": "f", "f": "f", "femmes": "f", "femme": "f", "girls": "f", "filles": "f",
          "feminin": "f", "women": "f", "male": "m", "males": "m", "m": "m", "hommes": "m", "homme": "m",
          "boys": "m", "garcons": "m", "masculin": "m", "men": "m"}  # fmt: skip
_BANDS = {(0, 4): "0_4", (5, 17): "5_17", (18, 59): "18_59", (60, None): "60_plus"}
_UNDER = re.compile(r"\b(?:under|moins de|below|<|less than) ?5\b")
_FROM = re.compile(
    r"\b60 ?(?:plus|et plus|and over|and above|ans et plus|years and over)?$|\b60 (?:plus|et|and)\b"
)
_BETWEEN = re.compile(r"\b(\d{1,2}) (?:to |a |et |and )?(\d{1,2})\b")


def concept_of(heading: str) -> tuple[str, float] | None:
    """Name the concept a heading stands for, with the confidence; None where none does.

    Among columns of one concept the earlier spelling of the data dictionary weighs a little more.
    """
    if heading.lstrip().startswith("%"):
        return None
    for words in spellings(heading):
        if found := _known().get(words):
            name, rank = found
            base = GENERIC if is_generic(name, words) else SYNONYM
            return name, round(base - min(rank, 40) * 0.001, 3)
    return _age_and_sex(heading)


def suggestion_of(heading: str) -> str | None:
    """Name a concept that a heading may be about, because it contains one of its names."""
    words = fold(_split(heading))
    if not words or _PART.search(words) or heading.lstrip().startswith("%"):
        return None
    padded = f" {words} "
    fits = [
        (len(known), found[0])
        for known, found in _known().items()
        if len(known) > 2 and f" {known} " in padded
    ]
    return max(fits)[1] if fits else None


def spellings(heading: str) -> list[str]:
    """Give the folded spellings under which a heading is looked up, the fullest first."""
    plain = fold(_split(heading))
    found = [plain, fold(heading)]
    code = _DICTIONARY_CODE.sub("", plain)
    found.append(code)
    if code != plain:
        found += [code.removeprefix(prefix) for prefix in _PREFIXES if code.startswith(prefix)]
    return list(dict.fromkeys(word for word in found if word))


def is_generic(name: str, words: str) -> bool:
    """Tell whether a heading gives a number of people without saying of whom."""
    population = concepts()[name].population
    return (
        population is not None
        and not _WHOSE.search(words)
        and "arriv" not in words
        and "depart" not in words
    )


def speaks_of_displacement(text: str) -> bool:
    """Tell whether a name of a file, sheet or column speaks of displaced persons or their sites."""
    return bool(_HINT.search(fold(_split(text.replace("_", " ")))))


def _split(heading: str) -> str:
    return _CAMEL.sub(" ", heading)


def _age_and_sex(heading: str) -> tuple[str, float] | None:
    words = fold(_split(heading.replace("+", " plus ").replace("<", " under ").replace("≥", " ")))
    sexes = {_SEXES[word] for word in words.split() if word in _SEXES}
    band = _band(words)
    if len(sexes) != 1 or band is None or re.search(r"\b(host|hote|return|retourn|refugee)", words):
        return None
    return f"idp_{sexes.pop()}_{band}", 0.85


def _band(words: str) -> str | None:
    if _UNDER.search(words):
        return "0_4"
    if found := _BETWEEN.search(words):
        return _BANDS.get((int(found[1]), int(found[2])))
    return "60_plus" if _FROM.search(words) else None


@cache
def _known() -> dict[str, tuple[str, int]]:
    """Map every folded spelling to its concept and its rank; the first concept to claim one keeps it."""
    spelled: dict[str, tuple[str, int]] = {}
    for name, concept in concepts().items():
        own = (
            [name, concept.label.en, concept.label.fr] if concept.kind is not Kind.CODES else [name]
        )
        for rank, words in enumerate([name, *concept.synonyms, *own[1:]]):
            spelled.setdefault(fold(words), (name, rank))
    return spelled
