"""Mends of columns, cells and settings: two columns for one thing, blanks, identity, places named twice, languages."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import PurePath

from opendtm.forms.lint.choices import YES
from opendtm.forms.lint.rows import Form, cell, language_of
from opendtm.forms.mending.edits import HEADINGS, Edit, Mend
from opendtm.i18n import Message, mark
from opendtm.vocab import fold

# the column that stays, and other names of the same
_SAME = {
    "repeat_count": ("jr:count", "control::jr:count"),
    "relevant": ("bind:relevant", "bind::relevant", "relevance"),
    "constraint": ("bind:constraint", "bind::constraint"),
    "calculation": ("bind:calculate", "bind::calculate", "calculate"),
    "required": ("bind:required", "bind::required"),
    "media::image": ("image",),
    "media::audio": ("audio",),
    "media::video": ("video",),
}
_REFERENCE = re.compile(r"\$\{\s*([^}]*?)\s*\}")
_TRANSLATED = ("label", "hint", "guidance_hint", "constraint_message", "required_message")
_NAMES = {"en": "English (en)", "fr": "French (fr)"}
_ENGLISH = "the of is are how many what which do does you your have in to and this"
_FRENCH = "le la les de des est sont combien quel quelle vous votre avez dans du et ce"
_COMMON = {"en": frozenset(_ENGLISH.split()), "fr": frozenset(_FRENCH.split())}
_ENOUGH, _CLEARLY = (
    10,
    5,
)  # common words needed in all, and how many times more than of the other language


def mend_blanks(form: Form) -> Mend | None:
    """Take blanks away from the beginning and the end of cells, and inside of `${ name }`."""
    edits = tuple(
        Edit(sheet, number, column, value, _trimmed(value))
        for sheet in form.book.sheets
        for number, row in form.book.rows(sheet)
        for column, value in row.items()
        if value != _trimmed(value)
    )
    said = mark("Take blanks away at the edges of cells and of names that they refer to ({count}).")
    return Mend("blanks", Message(said, {"count": len(edits)}), edits) if edits else None


def _trimmed(value: str) -> str:
    return _REFERENCE.sub(r"${\1}", value.strip())


def mend_columns(form: Form) -> Mend | None:
    """Bring two columns that mean the same together, where no row fills both differently."""
    edits: list[Edit] = []
    named: list[str] = []
    for sheet, headings in form.book.headings.items():
        known = {heading.strip().lower(): heading for heading in headings}
        for kept, others in _SAME.items():
            there = [known[name] for name in (kept, *others) if name in known]
            for other in there[1:2]:
                moved = _merged(form, sheet, other, there[0])
                edits += moved
                named += [f"{other} → {there[0]}"] if moved else []
    if not edits:
        return None
    said = mark("Bring columns that mean the same together: {columns}.")
    return Mend("columns", Message(said, {"columns": ", ".join(named)}), tuple(edits))


def _merged(form: Form, sheet: str, other: str, kept: str) -> list[Edit]:
    rows = list(form.book.rows(sheet))
    if any(row.get(other) and row.get(kept) not in {None, row[other]} for _n, row in rows):
        return []
    moved = [
        Edit(sheet, number, kept, "", row[other])
        for number, row in rows
        if row.get(other) and not row.get(kept)
    ]
    return [*moved, Edit(sheet, HEADINGS, other, other, "")]


def mend_form_id(form: Form) -> Mend | None:
    """Give a form without an identity the one that its file name gives it anyway."""
    name = re.sub(r"[^\w.\-]+", "_", PurePath(form.book.name).stem).strip("_")
    if not name or cell(form.settings, "form_id", "id_string"):
        return None
    heading = _setting(form, "form_id", "id_string")
    said = Message(mark("Write “{value}” as the form's identity (form_id)."), {"value": name})
    return Mend("form_id", said, tuple(_set(form, heading, name)))


def mend_version(form: Form, version: str) -> Mend | None:
    """Give a form without a version one."""
    if not version or cell(form.settings, "version"):
        return None
    said = Message(mark("Write “{value}” as the form's version."), {"value": version})
    return Mend("version", said, tuple(_set(form, _setting(form, "version"), version)))


def setting_edits(form: Form, name: str, value: str) -> tuple[Edit, ...]:
    """Give the edits that write one setting."""
    return tuple(_set(form, _setting(form, name), value))


def mend_cascade(form: Form) -> Mend | None:
    """Allow names that return under several parents, where every list that has them is chosen from by a filter."""
    if not form.choices or cell(form.settings, "allow_choice_duplicates").lower() in YES:
        return None
    doubled = [name for name, rows in form.choices.items() if _codes_twice(rows)]
    if not doubled or not all(_is_cascade(form, name) for name in doubled):
        return None
    said = mark("Allow names that return under several parents (allow_choice_duplicates): {lists}.")
    edits = _set(form, _setting(form, "allow_choice_duplicates"), "yes")
    return Mend("cascade", Message(said, {"lists": ", ".join(doubled)}), tuple(edits))


def mend_same_choices(form: Form) -> Mend | None:
    """Delete choices that stand there twice, the same in every cell."""
    edits: list[Edit] = []
    count = 0
    seen: set[tuple[tuple[str, str], ...]] = set()
    for number, row in form.book.rows("choices"):
        key = tuple(sorted((column, value.strip()) for column, value in row.items() if value))
        if key in seen and cell(row, "name", "value"):
            count += 1
            edits += [Edit("choices", number, column, value, "") for column, value in row.items()]
        seen.add(key)
    said = mark("Delete choices that stand there twice, the same in every cell ({count}).")
    return Mend("same_choices", Message(said, {"count": count}), tuple(edits)) if edits else None


def mend_language(form: Form) -> Mend | None:
    """Say the language of labels that name none, where it is certain and no other column has that language."""
    language = _language(form)
    if language is None:
        return None
    edits = [
        Edit(sheet, HEADINGS, heading, heading, f"{heading}::{_NAMES[language]}")
        for sheet in ("survey", "choices")
        for heading in form.book.headings.get(sheet, ())
        if heading.strip().lower() in _TRANSLATED
    ]
    if not edits:
        return None
    said = mark("Say the language of columns that name none: {language} ({count}).")
    values = {"count": len(edits), "language": _NAMES[language]}
    return Mend("language", Message(said, values), tuple(edits))


def _language(form: Form) -> str | None:
    """Give `en` or `fr` where the labels without a language are certainly of that one."""
    said = language_of(cell(form.settings, "default_language"))
    language = _spoken(form) if said == "" else said
    headings = (heading for sheet in form.book.headings.values() for heading in sheet)
    taken = {language_of(heading.partition(":")[2].strip(": ")) for heading in headings}
    return None if language in taken else language


def _spoken(form: Form) -> str | None:
    words = Counter(word for item in form.items for word in fold(cell(item.row, "label")).split())
    found = {code: sum(words[word] for word in common) for code, common in _COMMON.items()}
    best, other = sorted(found, key=lambda code: -found[code])
    return best if found[best] >= max(_ENOUGH, _CLEARLY * found[other]) else None


def _codes_twice(rows: list[tuple[int, Mapping[str, str]]]) -> bool:
    codes = Counter(cell(row, "name", "value") for _number, row in rows)
    return any(count > 1 for code, count in codes.items() if code)


def _is_cascade(form: Form, name: str) -> bool:
    """Tell whether every question filters the list, and its doubles have different parents."""
    asking = [item for item in form.items if item.list_name == name]
    rows = [row for _number, row in form.choices[name]]
    apart = {(cell(row, "name", "value"), *_parents(row)) for row in rows}
    filtered = all(cell(item.row, "choice_filter") for item in asking)
    return bool(asking) and filtered and len(apart) == len(rows)


def _parents(row: Mapping[str, str]) -> list[str]:
    own = ("list_name", "list name", "name", "value", "label", "hint", "media", "image", "audio")
    return [
        f"{column}={value}"
        for column, value in sorted(row.items())
        if not column.strip().lower().startswith(own)
    ]


def _setting(form: Form, *names: str) -> str:
    """Give the heading under which a setting stands, or is to stand."""
    known = {one.strip().lower(): one for one in form.book.headings.get("settings", ())}
    return next((known[name] for name in names if name in known), names[0])


def _set(form: Form, heading: str, value: str) -> Iterator[Edit]:
    if heading not in form.book.headings.get("settings", ()):
        yield Edit("settings", HEADINGS, heading, "", heading)
    number = next((number for number, _row in form.book.rows("settings")), 2)
    yield Edit("settings", number, heading, form.settings.get(heading, ""), value)
