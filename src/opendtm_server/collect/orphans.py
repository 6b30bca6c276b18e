"""Files in the store that belong to nothing: written for a request that was never committed, and left behind.

A file is taken away only when it has been in the store for a day, no row of any table knows its hash, and,
an hour after it was laid aside, still none does. Laid aside it lies whole under another name, and comes back
where a row names it after all. A file that was written afresh meanwhile is not touched: whoever writes a file
gives it a new moment, and what the intake finds already there and trusts is younger than an hour.
"""

import re
import string
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.models import Model

from opendtm_server.collect import store

SAFE_AGE = 24 * 3600.0  # seconds
ASIDE_FOR = 3600.0
TOGETHER = 200
_NAME = re.compile(r"[0-9a-f]{64}")
_ASIDE = re.compile(r"([0-9a-f]{64})\.([0-9]{1,12})")


@dataclass(frozen=True)
class Swept:
    """Files laid aside, brought back and taken away, and unfinished ones taken away."""

    aside: int = 0
    back: int = 0
    away: int = 0
    unfinished: int = 0

    def __add__(self, other: "Swept") -> "Swept":
        """Add up two counts."""
        names = [one.name for one in fields(self)]
        return Swept(**{name: getattr(self, name) + getattr(other, name) for name in names})

    def __bool__(self) -> bool:
        """Tell whether anything was done."""
        return any(getattr(self, one.name) for one in fields(self))


def settle_aside(operation_code: str, *, now: float) -> Swept:
    """Bring back what a row names after all, and take away what has lain aside for an hour."""
    back = away = 0
    for path, sha256, since in _laid_aside(operation_code):
        if _known([sha256]):
            _bring_back(path, store.path_of(operation_code, sha256))
            back += 1
        elif now - since > ASIDE_FOR:
            path.unlink(missing_ok=True)
            away += 1
    return Swept(back=back, away=away)


def lay_aside(operation_code: str, digit: str, *, now: float) -> Swept:
    """Lay aside the old files that no row knows, of those whose hash begins with a digit."""
    old = [path for path in _files(operation_code, digit) if _age(path, now) > SAFE_AGE]
    known = _known_by_digit(digit) if old else frozenset()
    orphans = [path for path in old if path.name not in known]
    moved = 0
    for start in range(0, len(orphans), TOGETHER):
        some = orphans[start : start + TOGETHER]
        named = _known([path.name for path in some])
        moved += sum(_lay_aside(path, now) for path in some if path.name not in named)
    return Swept(aside=moved)


def clear_unfinished(operation_code: str, *, now: float) -> Swept:
    """Take away what was begun a day ago and never got a name."""
    folder = store.folder_of(operation_code) / "incoming"
    left = [path for path in _listed(folder) if _age(path, now) > SAFE_AGE]
    for path in left:
        path.unlink(missing_ok=True)
    return Swept(unfinished=len(left))


def _lay_aside(path: Path, now: float) -> bool:
    """Give a file its other name; back at once where it was written afresh since it was looked at."""
    aside = path.parent.parent / "aside" / f"{path.name}.{int(now)}"
    store.make_folders(aside.parent)
    try:
        path.rename(aside)
    except FileNotFoundError:
        return False
    if _age(aside, now) > SAFE_AGE:
        return True
    _bring_back(aside, path)
    return False


def _bring_back(aside: Path, target: Path) -> None:
    """Give a file its name again, unless the same bytes were written there since."""
    store.make_folders(target.parent)
    with suppress(FileExistsError):
        target.hardlink_to(aside)
    store.sync_folder(target.parent)
    aside.unlink()


def _laid_aside(operation_code: str) -> Iterator[tuple[Path, str, float]]:
    for path in _listed(store.folder_of(operation_code) / "aside"):
        if found := _ASIDE.fullmatch(path.name):
            yield path, found[1], float(found[2])


def _files(operation_code: str, digit: str) -> Iterator[Path]:
    for second in string.hexdigits[:16]:
        for path in _listed(store.folder_of(operation_code) / f"{digit}{second}"):
            if _NAME.fullmatch(path.name):
                yield path


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []


def _age(path: Path, now: float) -> float:
    """Give the seconds since a file was written; 0 where it is gone."""
    try:
        return now - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _known_by_digit(digit: str) -> frozenset[str]:
    """Give every hash of any table that begins with a digit."""
    return frozenset(
        sha256
        for table in _tables()
        for sha256 in table.filter(sha256__startswith=digit)
        .values_list("sha256", flat=True)
        .iterator()
    )


def _known(hashes: Sequence[str]) -> set[str]:
    """Give those of some hashes that a row of any table knows."""
    return {
        sha256
        for table in _tables()
        for sha256 in table.filter(sha256__in=hashes).values_list("sha256", flat=True)
    }


def _tables() -> list[Any]:
    """Give every table with a SHA-256, of every room: also of those above, which keep files here."""
    return [table._default_manager.order_by() for table in apps.get_models() if _has_hash(table)]  # noqa: SLF001 - Django's documented door


def _has_hash(table: type[Model]) -> bool:
    return any(field.name == "sha256" for field in table._meta.get_fields())  # noqa: SLF001 - the same door
