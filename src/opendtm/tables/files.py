"""A file into grids, whatever it is: text, a workbook of either kind, or an archive around one of them."""

import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

from opendtm.errors import InputProblem, Where
from opendtm.errors.tables import FileNotReadable, NotATable
from opendtm.i18n import Message, mark
from opendtm.records import Finding, Severity
from opendtm.tables import doubts, workbooks
from opendtm.tables.delimited import read_delimited
from opendtm.tables.grid import Grid
from opendtm.tables.sniffing import FileKind, file_kind

MAX_TEXT_BYTES = 500 * 1024 * 1024
_INSIDE = (".csv", ".tsv", ".txt", ".ssv", ".xlsx", ".xls")


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file as grids; `kind` is "text", "workbook" or "old workbook"."""

    name: str
    kind: str
    grids: tuple[Grid, ...]
    encoding: str | None = None
    separator: str | None = None
    findings: tuple[Finding, ...] = ()


def open_file(path: Path | str) -> OpenedFile:
    """Open a file as grids; InputProblem with the file's name where it holds no table."""
    file = Path(path)
    try:
        if file.stat().st_size > MAX_TEXT_BYTES:
            raise NotATable(kind=Message(mark("a file of more than 500 MB")))
        content = file.read_bytes()
        return _open(content, file.name)
    except OSError as error:
        raise FileNotReadable(where=Where(file=file.name), reason=error.strerror or "?") from error
    except InputProblem as problem:
        problem.where = replace(problem.where, file=file.name)
        raise


def _open(content: bytes, name: str, *, nested: bool = False) -> OpenedFile:
    kind = file_kind(content)
    if kind is FileKind.TEXT:
        return _text(content, name)
    if kind is FileKind.OLE:
        return OpenedFile(name, "old workbook", tuple(workbooks.read_old(content)))
    archive = workbooks.open_archive(content)
    if not workbooks.is_workbook(archive):
        return _inside(archive, name, nested=nested)
    findings: tuple[Finding, ...] = ()
    if workbooks.has_macros(archive):
        sentence = mark(
            "The workbook has macros or links to other files; only its cells were read."
        )
        findings = (doubts.plain("macros_ignored", Severity.NOTE, sentence, Where(file=name)),)
    grids = workbooks.read_modern(archive, content)
    return OpenedFile(name, "workbook", tuple(grids), findings=findings)


def _text(content: bytes, name: str) -> OpenedFile:
    sheet = Path(name).stem
    read = read_delimited(content, name=sheet)
    where = Where(file=name, sheet=sheet)
    findings = [
        doubts.plain(
            "uneven_row",
            Severity.SOFT,
            mark("The row has more cells than the others; look for a stray separator."),
            replace(where, row=row),
        )
        for row in read.uneven_rows
    ]
    if read.damaged_letters:
        sentence = mark(
            "{count} letters were damaged before this file was made and cannot be restored."
        )
        findings.append(
            doubts.plain(
                "damaged_letters", Severity.NOTE, sentence, where, count=read.damaged_letters
            )
        )
    return OpenedFile(name, "text", (read.grid,), read.encoding, read.separator, tuple(findings))


def _inside(archive: zipfile.ZipFile, name: str, *, nested: bool) -> OpenedFile:
    """Open the one table in an archive; the size of the archive has been checked."""
    tables = [member for member in archive.namelist() if member.lower().endswith(_INSIDE)]
    tables = [member for member in tables if not member.startswith("__MACOSX")]
    if nested or len(tables) != 1:
        raise NotATable(kind=Message(mark("an archive that does not hold exactly one table")))
    try:
        content = archive.read(tables[0])
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise NotATable(kind=Message(mark("a damaged archive"))) from error
    return replace(_open(content, Path(tables[0]).name, nested=True), name=name)
