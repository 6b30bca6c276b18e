"""The immutable Parquet partition of a run: answers, figures, and what made them.

It lies in `operation/component/round-N/revision-K` below the matrix folder. It is written beside its
place, synced, and moved there whole, so that half a partition never exists.
"""

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

ANSWERS, FIGURES, RECORD = "answers.parquet", "figures.parquet", "run.json"


@dataclass(frozen=True)
class Written:
    """Where a partition lies (below the matrix folder) and the hashes of its two tables."""

    folder: str
    answers_sha256: str
    figures_sha256: str


def write(name: str, *, answers: pa.Table, figures: pa.Table, record: dict[str, Any]) -> Written:
    """Write a partition under `name`; FileExistsError where it is there already."""
    place: Path = settings.MATRIX_DIR / name
    if place.exists():
        raise FileExistsError(name)
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".new-", dir=place.parent))
    try:
        hashes = {}
        for file, table in ((ANSWERS, answers), (FIGURES, figures)):
            pq.write_table(table, beside / file, compression="zstd")
            hashes[file] = sha256(beside / file)
        text = json.dumps(record | {"sha256": hashes}, indent=1, sort_keys=True, ensure_ascii=False)
        (beside / RECORD).write_text(text, encoding="utf-8")
        for file in (ANSWERS, FIGURES, RECORD):
            _sync(beside / file)
        beside.rename(place)
        _sync(place.parent)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return Written(name, hashes[ANSWERS], hashes[FIGURES])


def remove(name: str) -> None:
    """Take away a partition whose run was not recorded."""
    shutil.rmtree(settings.MATRIX_DIR / name, ignore_errors=True)


def answers(name: str) -> pa.Table:
    """Read the answers of a partition."""
    return pq.read_table(settings.MATRIX_DIR / name / ANSWERS)


def sha256(path: Path) -> str:
    """Give the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
