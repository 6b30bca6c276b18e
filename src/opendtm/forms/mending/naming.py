"""Mends of names: what is not allowed in a name is replaced, and every place that refers to it follows."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from opendtm.forms.lint.naming import NAME, RESERVED
from opendtm.forms.lint.rows import Form, Item, cell
from opendtm.forms.mending.edits import Edit, Mend
from opendtm.i18n import Message, mark

_ODD = re.compile(r"[^\w.\-]+")
_REFERENCE = re.compile(r"(\$\{)\s*((?:last-saved#)?)([^}]*?)\s*(\})")
_LITERAL = re.compile(r"(['\"])(.*?)\1")
_SEVERAL = frozenset({"select_multiple", "rank"})


def mend_names(form: Form) -> Mend | None:
    """Replace spaces and signs that no name may have by underscores, where that gives a name of its own."""
    said = mark(
        "Replace spaces and signs in names by underscores, also where they are referred to ({count})."
    )
    odd = (item.name for item in _named(form) if not NAME.fullmatch(item.name))
    return _renaming(form, "names", said, {name: _allowed(name) for name in odd})


def mend_reserved(form: Form) -> Mend | None:
    """Rename what is called `data` or `meta`."""
    said = mark("Rename what is called “data” or “meta”, also where it is referred to ({count}).")
    found = (item.name for item in _named(form) if item.name.lower() in RESERVED)
    return _renaming(form, "reserved", said, {name: f"{name}_1" for name in found})


def mend_choice_names(form: Form) -> Mend | None:
    """Replace spaces in the codes of lists with several answers, where nothing else can mean the same words."""
    lists = {item.list_name for item in form.items if item.kind in _SEVERAL}
    seen = Counter(value.strip() for _n, row in form.book.rows("choices") for value in row.values())
    edits: list[Edit] = []
    wanted: dict[str, str] = {}
    for name in sorted(lists & set(form.choices), key=str):
        rows = form.choices[str(name)]
        taken = {cell(row, "name", "value") for _number, row in rows}
        for number, row in rows:
            code = cell(row, "name", "value")
            new = re.sub(r"\s+", "_", code)
            # The label may read like the code; any other cell of these words could be a parent of a cascade.
            if new != code and new not in taken and seen[code] == 1 + _labelled(row, code):
                wanted[code] = new
                edits.append(Edit("choices", number, _code_heading(row), code, new))
    if not edits:
        return None
    edits += _everywhere(form, lambda text: _literals(text, wanted), ("survey",))
    said = mark(
        "Replace spaces in codes of choices by underscores, also in the rules that name them ({count})."
    )
    return Mend("choice_names", Message(said, {"count": len(wanted)}), tuple(edits))


def _named(form: Form) -> Iterator[Item]:
    return (item for item in form.items if item.name and item.kind != "end")


def _allowed(name: str) -> str:
    new = _ODD.sub("_", name).strip("_")
    return new if NAME.fullmatch(new) else f"_{new}"


def _renaming(form: Form, key: str, sentence: str, wanted: Mapping[str, str]) -> Mend | None:
    """Give the mend that renames questions; a new name that another has already, or wants too, is left alone."""
    known = {item.name.casefold() for item in form.items}
    asked = Counter(new.casefold() for new in wanted.values())
    safe = {
        old: new
        for old, new in wanted.items()
        if NAME.fullmatch(new) and new.casefold() not in known and asked[new.casefold()] == 1
    }
    if not safe:
        return None
    edits = [
        Edit("survey", item.number, _heading(item.row, item.name), item.name, safe[item.name])
        for item in form.items
        if item.name in safe
    ]
    edits += _everywhere(form, lambda text: _references(text, safe), tuple(form.book.sheets))
    return Mend(key, Message(sentence, {"count": len(safe)}), tuple(edits))


def _everywhere(
    form: Form, change: Callable[[str], str], sheets: tuple[str, ...]
) -> Iterator[Edit]:
    """Give the edits of every cell that a change of text concerns."""
    for sheet in sheets:
        for number, row in form.book.rows(sheet):
            for column, text in row.items():
                if (new := change(text)) != text:
                    yield Edit(sheet, number, column, text, new)


def _references(text: str, names: Mapping[str, str]) -> str:
    def renamed(match: re.Match[str]) -> str:
        return f"{match[1]}{match[2]}{names.get(match[3], match[3])}{match[4]}"

    return _REFERENCE.sub(renamed, text) if "${" in text else text


def _literals(text: str, codes: Mapping[str, str]) -> str:
    def renamed(match: re.Match[str]) -> str:
        return f"{match[1]}{codes.get(match[2], match[2])}{match[1]}"

    return _LITERAL.sub(renamed, text) if "${" in text else text


def _heading(row: Mapping[str, str], name: str) -> str:
    """Give the heading of the column that holds the name."""
    return next(
        key for key, value in row.items() if key.strip().lower() == "name" and name in value
    )


def _code_heading(row: Mapping[str, str]) -> str:
    named = (key for key in row if key.strip().lower() in {"name", "value"} and row[key].strip())
    return next(named)


def _labelled(row: Mapping[str, str], code: str) -> int:
    """Count the labels of a choice that read like its code."""
    labels = (value for key, value in row.items() if key.strip().lower().startswith("label"))
    return sum(value.strip() == code for value in labels)
