"""The sheet `survey` as the checks see it: each row with its type taken apart and its labels by language."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from opendtm.errors import Where
from opendtm.forms.names import DELIBERATELY_NONE, column_of
from opendtm.forms.workbook import Row, XlsForm
from opendtm.i18n import Message
from opendtm.records import Finding, Severity
from opendtm.vocab import Concept, concepts, fold

METADATA = frozenset(
    [
        "start",
        "end",
        "today",
        "deviceid",
        "phonenumber",
        "phone_number",
        "username",
        "email",
        "audit",
        "subscriberid",
        "simserial",
        "imei",
        "start-geopoint",
        "background-audio",
        "background-geopoint",
    ]
)
_LANGUAGES = {
    "en": {"en", "eng", "english", "anglais"},
    "fr": {"fr", "fra", "fre", "french", "francais"},
}
_SELECT = re.compile(
    r"(?:add )?(?P<kind>select[_ ]?(?:one|1)|select[_ ]multiple|select all that apply|rank)"
    r"(?P<file>[_ ]from[_ ]file)?(?:[_ ]external)?(?: prompt)?(?: using| from)? +(?P<list>\S+)",
    re.IGNORECASE,
)
_BEGIN = re.compile(r"begin[_ ]+(group|repeat|loop|lgroup)", re.IGNORECASE)
_END = re.compile(r"end[_ ]+(group|repeat|loop|lgroup)", re.IGNORECASE)


@dataclass(frozen=True)
class Item:
    """One row of the sheet `survey`. `kind` is `select_one`, `select_multiple`, `rank`, `begin`, `end` or the type."""

    number: int
    row: Row
    kind: str
    list_name: str | None = None
    from_file: bool = False
    group: tuple[str, ...] = ()
    opens: str = ""

    @property
    def name(self) -> str:
        """Give the name as written."""
        return cell(self.row, "name")

    @property
    def asks(self) -> bool:
        """Tell whether somebody gives an answer here."""
        return self.kind not in {
            "begin",
            "end",
            "note",
            "calculate",
            "hidden",
            "acknowledge",
            *METADATA,
            "xml-external",
            "csv-external",
        }

    @cached_property
    def meaning(self) -> Mapping[str, str]:
        """Give what the row says of concept, hxl, sector and sharing."""
        found = ((column_of(heading), value.strip()) for heading, value in self.row.items())
        return {kind: value for kind, value in found if kind}

    @property
    def concept(self) -> Concept | None:
        """Give the concept that the row measures; None where it names none, or an unknown one."""
        return concepts().get(self.meaning.get("concept", ""))

    @property
    def measures_nothing(self) -> bool:
        """Tell whether the author said on purpose that the row measures nothing."""
        return self.meaning.get("concept") == DELIBERATELY_NONE


@dataclass(frozen=True)
class Form:
    """An XLSForm prepared for the checks."""

    book: XlsForm
    items: tuple[Item, ...] = field(default=())

    @cached_property
    def settings(self) -> Row:
        """Give the first row of the sheet `settings`."""
        return next((row for _number, row in self.book.rows("settings")), {})

    @cached_property
    def choices(self) -> Mapping[str, list[tuple[int, Row]]]:
        """Give the choices of each list with their row numbers."""
        lists: dict[str, list[tuple[int, Row]]] = {}
        for number, row in self.book.rows("choices"):
            lists.setdefault(cell(row, "list_name", "list name"), []).append((number, row))
        return lists

    def columns(self, kind: str) -> bool:
        """Tell whether the sheet `survey` has a column for concept, hxl, sector or sharing."""
        return any(column_of(heading) == kind for heading in self.book.headings.get("survey", ()))

    def label_columns(self, sheet: str, base: str = "label") -> Mapping[str, str]:
        """Give the column of a text by language, `en` and `fr`; ``""`` is a column without a language."""
        found: dict[str, str] = {}
        for heading in self.book.headings.get(sheet, ()):
            stem, _, language = heading.replace("::", ":").partition(":")
            if stem.strip().lower() in _BASES[base]:
                code = language_of(language)
                if code is not None:
                    found.setdefault(code, heading)
        if "" in found and (code := language_of(cell(self.settings, "default_language"))):
            found.setdefault(code, found[""])
        return found

    def finding(
        self,
        check: str,
        severity: Severity,
        message: Message,
        *,
        remedy: str,
        sheet: str = "survey",
        row: int | None = None,
        column: str | None = None,
    ) -> Finding:
        """Make a finding at one place of this form."""
        where = Where(self.book.name, sheet, row, column)
        return Finding(
            check, severity, message, remedy=Message(remedy, message.values), where=where
        )


_BASES = {
    "label": {"label", "caption"},
    "constraint_message": {
        "constraint_message",
        "constraining message",
        "constraining_message",
        "bind:jr:constraintmsg",
    },
}


def prepare(book: XlsForm) -> Form:
    """Take the rows of the sheet `survey` apart."""
    return Form(book, tuple(_items(book)))


def language_of(words: str) -> str | None:
    """Give `en` or `fr` for the name of a language, ``""`` for no name, None for another language."""
    folded = set(fold(words).split())
    if not folded:
        return ""
    return next((code for code, names in _LANGUAGES.items() if folded & names), None)


def cell(row: Row, *headings: str) -> str:
    """Give the first filled cell under one of the headings, without case; empty where none is."""
    for heading in headings:
        for key, value in row.items():
            if key.strip().lower() == heading and value.strip():
                return value.strip()
    return ""


def _items(book: XlsForm) -> Iterator[Item]:
    group: list[str] = []
    for number, row in book.rows("survey"):
        said = " ".join(cell(row, "type", "command").split())
        if _END.match(said):
            group = group[:-1]
            yield Item(number, row, "end", group=tuple(group))
        elif begin := _BEGIN.match(said):
            yield Item(number, row, "begin", group=tuple(group), opens=begin.group(1).lower())
            group.append(cell(row, "name") or str(number))
        elif select := _SELECT.match(said):
            kind = {"rank": "rank"}.get(select["kind"].lower()) or _select_kind(select["kind"])
            yield Item(number, row, kind, select["list"], bool(select["file"]), tuple(group))
        else:
            yield Item(number, row, said.lower(), group=tuple(group))


def _select_kind(words: str) -> str:
    return "select_one" if re.search(r"one|1", words, re.IGNORECASE) else "select_multiple"
