"""What a file is, from its content: the ending of its name is only a habit.

Finds the kind of the file, the encoding of a text and the sign between its columns.
"""

import csv
from collections import Counter
from enum import StrEnum

from opendtm.errors.tables import EmptyFile, NotATable
from opendtm.i18n import Message, mark

SEPARATORS = (",", ";", "\t", "|")
SAMPLE_LINES = 60
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_OTHER_KINDS = (
    (b"%PDF", mark("a PDF document")),
    (b"\x89PNG", mark("a picture")),
    (b"\xff\xd8\xff", mark("a picture")),
    (b"GIF8", mark("a picture")),
    (b"BZh", mark("a compressed archive")),
    (b"\x1f\x8b", mark("a compressed archive")),
    (b"7z\xbc\xaf", mark("a compressed archive")),
    (b"Rar!", mark("a compressed archive")),
    (b"SQLite format 3", mark("a database")),
    (b"PAR1", mark("a Parquet file")),
)
_USUAL = frozenset("éèêëàâäçôöîïûùüœæÉÈÊÀÂÇÔÎñáíóúãõß’‘“”«»°–—…€\u00a0")


class FileKind(StrEnum):
    """What the first bytes say."""

    ZIP = "zip"  # a modern workbook, or an archive around a table
    OLE = "ole"  # an old workbook, or a modern one behind a password
    TEXT = "text"


def file_kind(content: bytes) -> FileKind:
    """Tell the kind of a file from its bytes; EmptyFile or NotATable where it cannot hold a table."""
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise EmptyFile
    if content.startswith(b"PK"):
        return FileKind.ZIP
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return FileKind.OLE
    for start, kind in _OTHER_KINDS:
        if content.startswith(start):
            raise NotATable(kind=Message(kind))
    return FileKind.TEXT


def decode(content: bytes) -> tuple[str, str]:
    """Turn the bytes of a text into (text, name of its encoding); NotATable for binary content."""
    encoding = _encoding(content)
    text = content.decode(encoding, errors="replace").removeprefix("\ufeff")
    if not text.strip():
        raise EmptyFile
    _refuse_other_text(text)
    return text, encoding.removesuffix("-sig")


def separator(text: str) -> str:
    """Find the sign between the columns; a comma where the text has one column only."""
    sample = sample_lines(text)
    scores = {sign: _regularity(sample, sign) for sign in SEPARATORS}
    best = max(SEPARATORS, key=lambda sign: scores[sign])
    return best if scores[best] > 0 else ","


def sample_lines(text: str) -> list[str]:
    """Give the first lines of a text, ends kept, cut where a line is absurdly long."""
    return text[:200_000].splitlines(keepends=True)[:SAMPLE_LINES]


def _encoding(content: bytes) -> str:
    for start, name in _BOMS:
        if content.startswith(start):
            return name
    if wide := _utf16_without_mark(content[:4000]):
        return wide
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _one_byte_encoding(content)
    return "utf-8"


def _utf16_without_mark(start: bytes) -> str | None:
    half = max(len(start) // 2, 1)
    if start[1::2].count(0) > 0.6 * half:
        return "utf-16-le"
    if start[0::2].count(0) > 0.6 * half:
        return "utf-16-be"
    return None


def _one_byte_encoding(content: bytes) -> str:
    high = bytes(byte for byte in content if byte > 0x7F)
    candidates = ("cp1252", "mac-roman")
    scores = {name: _usual_share(high, name) for name in candidates}
    if scores["mac-roman"] > scores["cp1252"] + 0.3:
        return "mac-roman"
    return "cp1252" if _decodes(high, "cp1252") else "latin-1"


def _usual_share(high: bytes, encoding: str) -> float:
    letters = high.decode(encoding, errors="replace")
    return sum(letter in _USUAL for letter in letters) / max(len(letters), 1)


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_other_text(text: str) -> None:
    start = text[:5000]
    controls = sum(ord(sign) < 32 and sign not in "\t\r\n\f\v\x1a" for sign in start)
    if controls > 0.01 * len(start):
        raise NotATable(kind=Message(mark("a binary file")))
    opening = start.lstrip()[:200].lower()
    if opening.startswith(("<?xml", "<!doctype", "<html", "<table")):
        raise NotATable(kind=Message(mark("a web page or XML")))
    if opening.startswith(("{", "[")):
        raise NotATable(kind=Message(mark("JSON")))


def _regularity(sample: list[str], sign: str) -> float:
    try:
        widths = Counter(len(row) for row in csv.reader(sample, delimiter=sign) if any(row))
    except csv.Error:
        return 0.0
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return 0.0
    width, count = max(wide.items(), key=lambda pair: (pair[1], pair[0]))
    return count / sum(widths.values()) + min(width, 50) / 1000
