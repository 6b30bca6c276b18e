"""What a mapping file may say, checked entry by entry, so that a slip is named and not guessed at."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, NoReturn

from opendtm.errors import Where
from opendtm.errors.tables import MappingWrong
from opendtm.i18n import Message, mark
from opendtm.tables.dates import ORDERS
from opendtm.vocab import Sharing, code_list, concepts

_TOP = ("opendtm_mapping", "sheets")
_SHEET = ("sheet", "header_rows", "first_row", "columns", "constants", "leave", "recognise")
_COLUMN = ("column", "position", "factor", "source", "date_order", "decimal", "codes")


def check_mapping(raw: object, *, file: str | None = None) -> dict[str, Any]:
    """Check the content of a mapping file and give it back; MappingWrong at the first mistake."""
    return _Check(file).top(raw)


class _Check:
    """Walks through a mapping file, keeping the path of keys for the message."""

    def __init__(self, file: str | None) -> None:
        self.file = file

    def wrong(self, key: str, sentence: str, **values: object) -> NoReturn:
        raise MappingWrong(
            where=Where(file=self.file), key=key or "-", reason=Message(sentence, values)
        )

    def top(self, raw: object) -> dict[str, Any]:
        content = self.table(raw, "", _TOP)
        if content.get("opendtm_mapping") != 1:
            self.wrong("opendtm_mapping", mark("the version must be 1"))
        sheets = content.get("sheets")
        if not isinstance(sheets, list) or not sheets:
            self.wrong("sheets", mark("a list of sheets is expected"))
        for index, sheet in enumerate(sheets, start=1):
            self.sheet(sheet, f"sheets[{index}]")
        return content

    def sheet(self, raw: object, key: str) -> None:
        content = self.table(raw, key, _SHEET)
        self.kind(content, key, "sheet", str)
        self.kind(content, key, "recognise", bool)
        self.row_numbers(content.get("header_rows"), f"{key}.header_rows")
        if "first_row" in content:
            self.row_numbers([content["first_row"]], f"{key}.first_row")
        for name, column in self.table(content.get("columns", {}), f"{key}.columns").items():
            self.concept(name, f"{key}.columns.{name}")
            self.column(column, f"{key}.columns.{name}", name)
        for name, value in self.table(content.get("constants", {}), f"{key}.constants").items():
            self.concept(name, f"{key}.constants.{name}")
            if isinstance(value, list | dict) or value is None:
                self.wrong(f"{key}.constants.{name}", mark("one value is expected"))
        self.names(content.get("leave", []), f"{key}.leave")

    def column(self, raw: object, key: str, name: str) -> None:
        if isinstance(raw, str | int) and not isinstance(raw, bool):
            self.names([raw], key)
            return
        content = self.table(raw, key, _COLUMN)
        if ("column" in content) == ("position" in content):
            self.wrong(key, mark("either `column` or `position` is expected"))
        named = content.get("position", content.get("column"))
        self.names(named if isinstance(named, list) else [named], key)
        self.factor(content, key)
        if content.get("date_order", "dmy") not in ORDERS:
            self.wrong(
                f"{key}.date_order", mark("one of {words} is expected"), words=", ".join(ORDERS)
            )
        if content.get("decimal", ".") not in {".", ","}:
            self.wrong(f"{key}.decimal", mark("one of {words} is expected"), words=". ,")
        self.codes(content.get("codes", {}), key, name)

    def factor(self, content: Mapping[str, Any], key: str) -> None:
        factor = content.get("factor")
        if factor is None:
            return
        if isinstance(factor, bool) or not isinstance(factor, int | float) or factor <= 0:
            self.wrong(f"{key}.factor", mark("a number above zero is expected"))
        if not isinstance(content.get("source"), str) or not content["source"].strip():
            self.wrong(f"{key}.source", mark("a factor needs the source that states it"))

    def codes(self, raw: object, key: str, name: str) -> None:
        words = self.table(raw, f"{key}.codes")
        codes = concepts()[name].codes
        if words and codes is None:
            self.wrong(f"{key}.codes", mark("{name} has no code list"), name=name)
        for word, code in words.items():
            if codes and code not in code_list(codes):
                known = ", ".join(code_list(codes).names())
                self.wrong(f"{key}.codes.{word}", mark("one of {words} is expected"), words=known)

    def concept(self, name: str, key: str) -> None:
        if name not in concepts():
            near = ", ".join(get_close_matches(name, concepts(), n=3)) or "-"
            self.wrong(
                key,
                mark("{name} is not in the data dictionary; near it: {near}"),
                name=name,
                near=near,
            )
        if concepts()[name].sharing is Sharing.PERSONAL:
            self.wrong(key, mark("{name} is personal data and is never read"), name=name)

    def names(self, raw: object, key: str) -> None:
        if (
            not isinstance(raw, list)
            or not all(map(_is_name, raw))
            or (raw == [] and "leave" not in key)
        ):
            self.wrong(key, mark("headings, or positions from 1, are expected"))

    def row_numbers(self, raw: object, key: str) -> None:
        if raw is None:
            return
        rows = raw if isinstance(raw, list) else [0]
        if len(rows) > 2 or not all(type(row) is int and row > 0 for row in rows):
            self.wrong(key, mark("row numbers from 1 are expected, two at most"))

    def kind(self, content: Mapping[str, Any], key: str, name: str, kind: type) -> None:
        if name in content and not isinstance(content[name], kind):
            self.wrong(f"{key}.{name}", _EXPECTED[kind])

    def table(self, raw: object, key: str, allowed: tuple[str, ...] = ()) -> dict[str, Any]:
        if not isinstance(raw, dict):
            self.wrong(key, mark("entries of the form `name: value` are expected"))
        for name in raw:
            if allowed and name not in allowed:
                near = ", ".join(get_close_matches(str(name), allowed, n=1)) or ", ".join(allowed)
                self.wrong(
                    f"{key}.{name}".lstrip("."),
                    mark("there is no such key; near it: {near}"),
                    near=near,
                )
        return raw


_EXPECTED: dict[type, str] = {
    str: mark("a text is expected"),
    bool: mark("true or false is expected"),
}


def _is_name(name: object) -> bool:
    if isinstance(name, bool):
        return False
    return (isinstance(name, str) and bool(name.strip())) or (isinstance(name, int) and name > 0)
