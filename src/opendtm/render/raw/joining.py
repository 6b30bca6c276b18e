"""Puts SPSS and Stata files of some rows together into one of all rows, without holding them in memory.

The library that writes these formats takes a whole table. Both formats keep rows of one width one after the
other, so pieces that were written with the same columns can be joined: the head of the first, the rows of all,
the tail of the first, and the number of rows put right. Every piece begins with one row that is left out; it
gives each column its type and its width.

The layouts are those of the files that ReadStat writes: uncompressed system files of SPSS (a head that ends in
the record 999, with the number of cases in byte 80) and Stata's releases 117 to 119 (sections between tags,
with a map of their places).
"""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

SAV_HEAD, SAV_CASE_UNITS, SAV_CASES = 176, 68, 80
SAV_END = struct.pack("<ii", 999, 0)
CHUNK = 1024 * 1024
DTA_DATA, DTA_STRLS = 9, 10  # places in the map
_MAP = struct.Struct("<14Q")


@dataclass(frozen=True, slots=True)
class Rows:
    """Where the rows of a file lie, in bytes from its beginning, and how many there are."""

    start: int
    end: int
    count: int

    @property
    def width(self) -> int:
        """Give the bytes of one row."""
        return (self.end - self.start) // self.count


def sav_rows(path: Path) -> Rows:
    """Find the rows of an SPSS file; ValueError where it is not laid out as described above."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(SAV_HEAD)
        units, count = _number(head, SAV_CASE_UNITS, "<i"), _number(head, SAV_CASES, "<i")
        start = size - 8 * units * count
        file.seek(start - len(SAV_END))
        if file.read(len(SAV_END)) != SAV_END:
            raise ValueError("an SPSS file of another layout")
    return Rows(start, size, count)


def dta_rows(path: Path) -> Rows:
    """Find the rows of a Stata file; ValueError where it is not laid out as described above."""
    with path.open("rb") as file:
        head = file.read(4096)
    places = _MAP.unpack_from(head, _after(head, b"<map>"))
    start, end = places[DTA_DATA] + len(b"<data>"), places[DTA_STRLS] - len(b"</data>")
    return Rows(start, end, _number(head, _after(head, b"<N>"), "<Q"))


FINDERS: Mapping[str, Callable[[Path], Rows]] = {"sav": sav_rows, "dta": dta_rows}


class Joined:
    """A file that grows by pieces; whole when it is closed without an error."""

    def __init__(self, target: Path, kind: str) -> None:
        """Prepare; the first piece gives the head and the tail."""
        self.target, self.kind = target, kind
        self.count = 0
        self._first: Rows | None = None
        self._tail = b""

    def __enter__(self) -> Self:
        """Open for pieces."""
        self._file = self.target.open("w+b")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write the tail and put the number of rows right."""
        with self._file:
            if kind is None and self._first is not None:
                grown = self._file.tell() - self._first.end
                self._file.write(self._tail)
                self._put_right(grown)

    def add(self, piece: Path) -> None:
        """Append the rows of a piece but its first; ValueError where its rows are of another width."""
        found = FINDERS[self.kind](piece)
        with piece.open("rb") as file:
            if self._first is None:
                self._first = found
                _copy(file, self._file, found.start)
            elif found.width != self._first.width:
                raise ValueError("a piece of another width")
            file.seek(found.start + found.width)
            _copy(file, self._file, found.end - found.start - found.width)
            if not self._tail:
                self._tail = file.read()
        self.count += found.count - 1

    def _put_right(self, grown: int) -> None:
        if self.kind == "sav":
            self._put(SAV_CASES, struct.pack("<i", self.count))
            return
        self._file.seek(0)
        head = self._file.read(4096)
        at = _after(head, b"<map>")
        places = _MAP.unpack_from(head, at)
        moved = (one + grown if place >= DTA_STRLS else one for place, one in enumerate(places))
        self._put(at, _MAP.pack(*moved))
        self._put(_after(head, b"<N>"), struct.pack("<Q", self.count))

    def _put(self, at: int, content: bytes) -> None:
        self._file.seek(at)
        self._file.write(content)


def _copy(source: BinaryIO, target: BinaryIO, length: int) -> None:
    """Copy so many bytes from where the source stands."""
    left = length
    while left:
        part = source.read(min(left, CHUNK))
        if not part:
            raise ValueError("a piece that ends too early")
        target.write(part)
        left -= len(part)


def _number(content: bytes, at: int, kind: str) -> int:
    return int(struct.unpack_from(kind, content, at)[0])


def _after(content: bytes, tag: bytes) -> int:
    at = content.find(tag)
    if at < 0:
        raise ValueError("a Stata file of another layout")
    return at + len(tag)
