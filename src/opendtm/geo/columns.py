"""Recognises what the columns of a boundary file mean, in the spellings that really occur.

The COD-AB files of OCHA alone spell the P-code of the first level `ADM1_PCODE`, `admin1Pcode`, `admin1Pcod`
(cut by the shapefile) and `adm1_pcode`; others use GADM's, geoBoundaries' or Natural Earth's names.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_CODE = re.compile(
    r"(?:adm|admin)(\d)(?:pcode|pcod|pco|code|cod|id)|(?:pcode|gid|codeadm|codeadmin)(\d)"
)
_NAME = re.compile(
    r"(?:adm|admin)(\d)(?:name|nam|na|nom)?(?P<lang>en|fr|es|pt|ar)?1?|(?:name|nom)(?:adm|admin)?(\d)"
)
_GENERIC_CODES: tuple[tuple[str, int | None], ...] = (
    ("pcode", None),
    ("adminpcode", None),
    ("admpcode", None),
    ("admincode", None),
    ("iso31662", 1),
    ("shapeiso", None),
    ("shapeid", None),
    ("isoa3", 0),
    ("adm0a3", 0),
    ("codea3", 0),
    ("cca3", 0),
    ("iso3", 0),
    ("isoa2", 0),
    ("codea2", 0),
    ("cca2", 0),
    ("iso2", 0),
)
_GENERIC_NAMES = ("name", "nameen", "nom", "shapename", "admin", "libelle")
_GENERIC_NAMES_FR = ("namefr", "nomfr", "nom")
_PARENTS = ("parent", "parentpcode", "parentcode", "parentid", "pcodeparent")
_COUNTRIES = ("adm0a3", "isoa3", "iso3", "shapegroup", "isoa2", "iso2")
_VALID_FROM = ("validon", "validfrom", "startdate", "begindate")
_VALID_TO = ("validto", "enddate")
_LEVEL_COLUMNS = ("shapetype", "admlevel", "adminlevel", "level")
_LEVEL_IN_TITLE = re.compile(r"(?:adm|admin|level|niveau)[\s_-]*(\d)(?!\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column says what. `level` is None where only a row or nothing can say; `code` None: no key."""

    code: str | None
    level: int | None
    name: str | None = None
    name_fr: str | None = None
    parent: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    level_column: str | None = None


def recognise(names: Iterable[str], *, title: str = "") -> Columns:
    """Say what the columns `names` mean; `title` (layer or file) may tell the level where they do not."""
    keys = {_key(name): name for name in reversed(list(names))}
    codes = _by_level(keys, _CODE)
    if codes:
        level = max(codes)
        return _with_dates(keys, codes[level], level, parent=codes.get(level - 1))
    for generic, level_of_code in _GENERIC_CODES:
        if generic in keys:
            known = level_of_code if level_of_code is not None else level_in(title)
            return _with_dates(keys, keys[generic], known, parent=None)
    return Columns(code=None, level=level_in(title))


def level_in(text: object) -> int | None:
    """Read an administrative level out of words such as `mli_admbnda_adm2`, `ADM1` or `2`."""
    words = str(text).strip().removesuffix(".0")
    found = _LEVEL_IN_TITLE.search(words)
    if found:
        return int(found.group(1))
    return int(words) if words in {"0", "1", "2", "3", "4", "5"} else None


def _with_dates(
    keys: Mapping[str, str], code: str, level: int | None, *, parent: str | None
) -> Columns:
    names = _names(keys, level)
    if parent is None:
        parent = _first(keys, (*_PARENTS, *_COUNTRIES) if level == 1 else _PARENTS)
    return Columns(
        code=code,
        level=level,
        name=names.get("") or names.get("en") or next(iter(names.values()), None),
        name_fr=names.get("fr"),
        parent=parent if parent != code else None,
        valid_from=_first(keys, _VALID_FROM),
        valid_to=_first(keys, _VALID_TO),
        level_column=_first(keys, _LEVEL_COLUMNS) if level is None else None,
    )


def _names(keys: Mapping[str, str], level: int | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, column in sorted(
        keys.items(), key=lambda item: len(item[0])
    ):  # ADM1_NAME before ADM1_NAME1
        match = _NAME.fullmatch(key)
        if match and (match.group(1) or match.group(3)) == str(level):
            found.setdefault(match["lang"] or "", column)
    return found or _generic_names(keys)


def _generic_names(keys: Mapping[str, str]) -> dict[str, str]:
    found = {"": _first(keys, _GENERIC_NAMES), "fr": _first(keys, _GENERIC_NAMES_FR)}
    return {lang: column for lang, column in found.items() if column}


def _by_level(keys: Mapping[str, str], pattern: re.Pattern[str]) -> dict[int, str]:
    found: dict[int, str] = {}
    for key in sorted(
        keys, key=lambda key: "pco" in key
    ):  # a P-code outranks another code of its level
        match = pattern.fullmatch(key)
        if match:
            found[int(match.group(1) or match.group(2))] = keys[key]
    return found


def _first(keys: Mapping[str, str], wanted: Iterable[str]) -> str | None:
    return next((keys[key] for key in wanted if key in keys), None)


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())
