"""Writes made-up tables as example files of the manual, and tells which of those there are not as they would be made now."""

import csv
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "examples"
Maker = Callable[[Path], None]


def write_csv(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write rows under the names of the first."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def differing(make: Maker) -> list[str]:
    """Name the files of the manual that are not as `make` would write them into a folder now."""
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder))
        return [
            path.name
            for path in sorted(Path(folder).iterdir())
            if not (FOLDER / path.name).is_file()
            or path.read_bytes() != (FOLDER / path.name).read_bytes()
        ]


def main(make: Maker) -> None:
    """Write the files of the manual; with `--check` compare only, and end with the names of those that differ."""
    if "--check" in sys.argv:
        sys.exit("\n".join(differing(make)) or 0)
    FOLDER.mkdir(parents=True, exist_ok=True)
    make(FOLDER)
