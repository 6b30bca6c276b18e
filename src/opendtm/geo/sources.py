"""Finds and opens the layers of a boundary file, within limits, whatever it is packed in.

GDAL (through pyogrio) opens many more formats than we want, some of which reach for other files or the
network. So the content is looked at first, archives are unpacked by us, and only four formats pass.
"""

import json
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from opendtm.errors import Where
from opendtm.errors.geo import (
    BoundariesIncomplete,
    BoundariesNotFound,
    BoundariesTooLarge,
    BoundariesUnreadable,
)
from opendtm.i18n import Message

MEGABYTE = 1_000_000
MAX_FILE = 250 * MEGABYTE
MAX_UNPACKED = 500 * MEGABYTE
MAX_RATIO = 200
MAX_MEMBERS = 500
_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_MAIN = (".shp", ".gpkg", ".geojson", ".topojson", ".json")
_WANTED = frozenset((*_SHAPEFILE_PARTS, *_MAIN))


@contextmanager
def boundary_files(path: Path) -> Iterator[tuple[Path, ...]]:
    """Give the files to open below `path` (a file, a folder, or a zip), unpacked and safe to hand to GDAL.

    Raises BoundariesNotFound, BoundariesTooLarge, BoundariesUnreadable or BoundariesIncomplete.
    """
    if not path.exists():
        raise BoundariesNotFound(where=Where(file=path.name), name=path.name)
    if path.is_file() and path.suffix.lower() not in _MAIN and zipfile.is_zipfile(path):
        with tempfile.TemporaryDirectory(prefix="opendtm-") as folder:
            _unpack(path, Path(folder))
            yield _checked(Path(folder), shown=path.name)
    else:
        yield _checked(path, shown=path.name)


def _checked(path: Path, *, shown: str) -> tuple[Path, ...]:
    found = sorted(
        file
        for file in (path.rglob("*") if path.is_dir() else (path,))
        if file.is_file() and (file == path or file.suffix.lower() in _MAIN)
    )
    if not found:
        raise BoundariesNotFound(where=Where(file=shown), name=shown)
    for file in found:
        _check_size(file)
        _check_content(file)
    return tuple(found)


def _check_size(file: Path) -> None:
    size = file.stat().st_size
    if size > MAX_FILE:
        raise _too_large(file.name, size, MAX_FILE)


def _check_content(file: Path) -> None:
    """Refuse what is not one of the four formats, by its first bytes."""
    with file.open("rb") as stream:
        start = stream.read(4096)
    if start.startswith(b"\x00\x00\x27\x0a"):
        _check_parts(file)
    elif not start.startswith(b"SQLite format 3\x00"):
        _check_json(file, start)


def _check_parts(shapefile: Path) -> None:
    beside = {other.name.lower() for other in shapefile.parent.iterdir()}
    for suffix in (".shx", ".dbf"):
        missing = shapefile.with_suffix(suffix).name
        if missing.lower() not in beside:
            where = Where(file=shapefile.name)
            raise BoundariesIncomplete(where=where, name=shapefile.name, missing=missing)


def _check_json(file: Path, start: bytes) -> None:
    if not start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        raise unreadable(file.name, Message("it is none of the four formats."))
    try:
        top = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise unreadable(file.name, Message("its JSON is damaged.")) from error
    if not isinstance(top, dict) or top.get("type") not in {
        "FeatureCollection",
        "Feature",
        "Topology",
    }:
        raise unreadable(file.name, Message("it is neither GeoJSON nor TopoJSON."))


def unreadable(name: str, reason: object, *, layer: str | None = None) -> BoundariesUnreadable:
    """Make the error of a file (and layer) that cannot be read, with its reason in words."""
    return BoundariesUnreadable(where=Where(file=name, sheet=layer), name=name, reason=reason)


def _too_large(name: str, found: float, limit: float) -> BoundariesTooLarge:
    return BoundariesTooLarge(
        where=Where(file=name),
        name=name,
        found=round(found / MEGABYTE),
        unit="MB",
        limit=round(limit / MEGABYTE),
    )


def _unpack(archive: Path, folder: Path) -> None:
    """Unpack the members that boundaries consist of, each by its bare name into its own folder."""
    _check_size(archive)
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [member for member in opened.infolist() if _is_wanted(member)]
            _check_bomb(archive, opened.infolist())
            for member in members:
                target = folder / _folder_of(member) / Path(member.filename).name
                target.parent.mkdir(exist_ok=True)
                with opened.open(member) as source, target.open("wb") as copy:
                    shutil.copyfileobj(source, copy)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise unreadable(archive.name, Message("the archive is damaged or locked.")) from error


def _is_wanted(member: zipfile.ZipInfo) -> bool:
    parts = Path(member.filename).parts
    hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
    return not member.is_dir() and not hidden and Path(member.filename).suffix.lower() in _WANTED


def _folder_of(member: zipfile.ZipInfo) -> str:
    return (
        "_".join(part for part in Path(member.filename).parts[:-1] if part not in {"/", ".."})
        or "top"
    )


def _check_bomb(archive: Path, members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(archive.stat().st_size, 1000):
        raise _too_large(archive.name, unpacked, MAX_UNPACKED)
    if len(members) > MAX_MEMBERS:
        where = Where(file=archive.name)
        raise BoundariesTooLarge(
            where=where, name=archive.name, found=len(members), unit="", limit=MAX_MEMBERS
        )
