"""The immutable Parquet partition of a run: answers, figures, and all else that they were computed from.

It lies in `operation/component/form-F/round-N/revision-K` below the matrix folder. It is written beside its
place, synced, and moved there whole, so that half a partition never exists.

Answers and all else are always whole. Figures may be those alone that stand for some of another partition's, which
the file then names: `Instead`.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings

from opendtm.measure.renewal import superseded

ANSWERS, FIGURES, BASIS, RECORD = "answers.parquet", "figures.parquet", "basis.json", "run.json"
INSTEAD = b"opendtm.instead"
AT_ONCE = 20_000  # figures in a piece of the file, so that one is found without reading all
Key = tuple[str, str, str, str, str]  # indicator, level, code and name (or empty), part


@dataclass(frozen=True)
class Instead:
    """Whose figures hold beside those of a partition: the base's, but for these indicators at these places."""

    base: str
    indicators: tuple[str, ...]
    places: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Prepared:
    """A partition on the disk beside its place `within` the matrix folder, with the SHA-256 of each of its files."""

    folder: Path
    within: str
    sha256: Mapping[str, str]


@contextmanager
def prepared(folder: str, *, answers: pa.Table, basis: Mapping[str, Any]) -> Iterator[Prepared]:
    """Write a partition beside its place in `folder` (below the matrix folder); what is not moved there goes.

    Its figures are added by `with_figures`.
    """
    parent: Path = settings.MATRIX_DIR / folder
    parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".new-", dir=parent))
    try:
        pq.write_table(answers, beside / ANSWERS, compression="zstd", use_dictionary=False)
        (beside / BASIS).write_text(_json(basis), encoding="utf-8")
        yield Prepared(beside, folder, {name: _sha256(beside / name) for name in (ANSWERS, BASIS)})
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def with_figures(ready: Prepared, figures: pa.Table, *, instead: Instead | None = None) -> Prepared:
    """Add the figures to a prepared partition; `instead` where they stand for some of another's."""
    if instead:
        said = json.dumps(asdict(instead), ensure_ascii=False).encode()
        figures = figures.replace_schema_metadata({INSTEAD: said})
    file = ready.folder / FIGURES
    pq.write_table(figures, file, compression="zstd", row_group_size=AT_ONCE)
    return replace(ready, sha256={**ready.sha256, FIGURES: _sha256(file)})


def settle(ready: Prepared, name: str, *, record: Mapping[str, Any]) -> None:
    """Move a prepared partition to its place `name`, with the record of how it was made; all of it synced.

    The caller holds the row of this revision, so what lies there belongs to no run and is taken away.
    """
    (ready.folder / RECORD).write_text(_json(record), encoding="utf-8")
    for file in ready.folder.iterdir():
        _sync(file)
    _sync(ready.folder)
    remove(name)
    place: Path = settings.MATRIX_DIR / name
    ready.folder.rename(place)
    _sync(place.parent)


def remove(name: str) -> None:
    """Take away a partition whose run was not recorded."""
    shutil.rmtree(settings.MATRIX_DIR / name, ignore_errors=True)


def answers(name: str, *, only: Collection[str] | None = None) -> pa.Table:
    """Read the answers of a partition; `only` names the columns wanted, as far as they were asked."""
    file: Path = settings.MATRIX_DIR / name / ANSWERS
    with pq.ParquetFile(file) as opened:
        wanted = [one for one in opened.schema_arrow.names if only is None or one in only]
        return opened.read(columns=wanted)


def figures(name: str) -> pa.Table:
    """Read the figures of a partition, with those of its base that hold beside them."""
    own = pq.read_table(settings.MATRIX_DIR / name / FIGURES)
    instead = _instead(own.schema)
    if instead is None:
        return own
    base = figures(instead.base)
    gone = superseded(base, indicators=instead.indicators, places=instead.places)
    return pa.concat_tables([base.filter(pc.invert(gone)), own.replace_schema_metadata(None)])


def has_figures(name: str) -> bool:
    """Tell whether the figures of a partition, and of its base, are there to be read."""
    file: Path = settings.MATRIX_DIR / name / FIGURES
    if not file.is_file():
        return False
    instead = _instead(pq.read_schema(file))
    return instead is None or has_figures(instead.base)


def sources(name: str, key: Key) -> list[str]:
    """Name the submissions behind one figure of a partition; none where it has no such figure."""
    file = settings.MATRIX_DIR / name / FIGURES
    indicator, level, code, place, by = key
    wanted = [("indicator", "=", indicator), ("place_level", "=", level), ("by", "=", by)]
    columns = ["place_code", "place_name", "sources"]
    found = pq.read_table(file, columns=columns, filters=wanted)
    for row in found.to_pylist():
        if (row["place_code"] or "", row["place_name"] or "") == (code, place):
            return list(row["sources"] or ())
    instead = _instead(pq.read_schema(file))
    return sources(instead.base, key) if instead else []


def _instead(schema: pa.Schema) -> Instead | None:
    said = (schema.metadata or {}).get(INSTEAD)
    if said is None:
        return None
    told = json.loads(said)
    places = tuple((level, code, name) for level, code, name in told["places"])
    return Instead(told["base"], tuple(told["indicators"]), places)


def basis(name: str) -> dict[str, Any]:
    """Read what the figures of a partition were computed from beside the answers: sites, rounds, settings."""
    return _read_json(name, BASIS)


def record(name: str) -> dict[str, Any]:
    """Read how the figures of a partition were made: hashes, definitions, engine, packages, who and when."""
    return _read_json(name, RECORD)


def altered(name: str, sha256: Mapping[str, str]) -> tuple[str, ...]:
    """Name the files of a partition that are missing or whose SHA-256 is not the one recorded."""
    folder: Path = settings.MATRIX_DIR / name
    return tuple(
        file
        for file, digest in sha256.items()
        if not (folder / file).is_file() or _sha256(folder / file) != digest
    )


def _read_json(name: str, file: str) -> dict[str, Any]:
    text = (settings.MATRIX_DIR / name / file).read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _json(content: Mapping[str, Any]) -> str:
    """Write plain values, each name on a line of its own, and each row of what is a list."""
    lines = (f"{json.dumps(name)}: {_rows(content[name])}" for name in sorted(content))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _rows(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return _text(value)
    return "[\n" + ",\n".join(map(_text, value)) + "\n]"


_text = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=str).encode


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
