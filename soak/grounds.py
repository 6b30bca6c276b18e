"""Where a house under proof stands: its folder, its database, and the taking down of both afterwards.

Folders lie in memory where there is room: SIGKILL leaves the kernel's memory as it was, so a disk would only
make the same kills slower. What a disk adds, the power cuts prove, on a file system of their own.
"""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from soak.databases import Database, Postgres, SqliteFile
from soak.house import House
from soak.volumes import room

MEMORY = Path("/dev/shm")  # noqa: S108 - only looked at
ROOM = 4 * 1024**3
KINDS = ("sqlite", "postgres")


@contextmanager
def ground(folder: Path | None = None) -> Iterator[Path]:
    """Give a new folder for a proof, below `folder` or where it is quickest; taken away afterwards."""
    if folder is None and MEMORY.is_dir() and room(MEMORY) > ROOM:
        folder = MEMORY
    with tempfile.TemporaryDirectory(prefix="opendtm-soak-", dir=folder) as made:
        path = Path(made)
        path.chmod(0o755)
        yield path


def planned(kind: str, folder: Path, database: Path | None = None) -> House:
    """Give a house that is not yet founded; its database lies in `folder` unless it is said where."""
    chosen: Database = SqliteFile()
    if kind == "postgres":
        chosen = Postgres(database or folder / "postgres")
    return House(folder / "house", chosen)


def raise_up(house: House, *, armed: Mapping[str, str] | None = None, keyed: bool = True) -> House:
    """Found a planned house and serve it; `armed` and `keyed` as for `House`."""
    if isinstance(house.database, Postgres):
        house.database.create()
    house.database.start()
    house.found(keyed=keyed)
    house.start(armed)
    house.wait()
    return house


@contextmanager
def standing(
    kind: str, folder: Path, *, armed: Mapping[str, str] | None = None, keyed: bool = True
) -> Iterator[House]:
    """Give a house that runs; whatever is left of it is killed and taken away afterwards."""
    house = planned(kind, folder)
    try:
        yield raise_up(house, armed=armed, keyed=keyed)
    finally:
        take_down(house)
        shutil.rmtree(folder, ignore_errors=True)


def take_down(house: House) -> None:
    """Kill what is left of a house and its database."""
    house.kill()
    house.database.kill()
