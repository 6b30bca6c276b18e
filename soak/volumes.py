"""Volumes of a size that can be filled, and disks whose power can be cut. Both need mounting, which root may.

A `Disk` is an ext4 file system in a file, mounted through a loop device. What the house synced is in the
file; what it only wrote lies in the kernel's memory. A copy of the file, taken while every process stands
still, is therefore what a machine would find after its power came back.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

QUIET = "noatime,commit=300"


class CannotMount(Exception):
    """The machine, or this account, may not mount; `str` says what was missing."""


@dataclass(frozen=True)
class Disk:
    """A file with an ext4 file system, and the folder under which it is mounted."""

    image: Path
    folder: Path

    @contextmanager
    def copy(self, image: Path, folder: Path) -> Iterator["Disk"]:
        """Copy the file as it is, without asking the kernel to write anything, and mount the copy."""
        _run("cp", "--sparse=always", self.image, image)
        with mounted_disk(image, folder) as disk:
            yield disk
        image.unlink()


@contextmanager
def disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """Make a disk of that size in `folder` and mount it; CannotMount where that is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    image = folder / "image"
    with image.open("wb") as file:
        file.truncate(megabytes * 1024 * 1024)
    _run("mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=0,lazy_journal_init=0", image)
    with mounted_disk(image, folder / "disk") as made:
        made.folder.chmod(0o755)
        yield made


@contextmanager
def mounted_disk(image: Path, folder: Path) -> Iterator[Disk]:
    """Mount a disk's file; unmounted afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    _run("mount", "-o", f"loop,{QUIET}", image, folder)
    try:
        yield Disk(image, folder)
    finally:
        _run("umount", "-l", folder)


@contextmanager
def small_volume(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mount a volume of that size in memory; CannotMount where that is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", folder)
    try:
        yield folder
    finally:
        _run("umount", "-l", folder)


def fill(folder: Path, *, leave: int) -> Path:
    """Fill a volume but for `leave` bytes; give the ballast, whose removal frees the space again."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        while (free := _free(folder) - leave) > 0:
            try:
                file.write(b"\0" * min(free, 1 << 20))
            except OSError:
                break
    return ballast


def top_up(ballast: Path) -> None:
    """Let the ballast grow over every byte that is free."""
    with ballast.open("ab", buffering=0) as file:
        for size in (1 << 20, 1 << 16, 1 << 12):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue


def room(folder: Path) -> int:
    """Give the free bytes where a folder lies."""
    return _free(folder)


def _free(folder: Path) -> int:
    stat = os.statvfs(folder)
    return stat.f_bavail * stat.f_frsize


def _run(program: str, *arguments: object) -> None:
    if os.geteuid() != 0 and program in {"mount", "umount"}:
        raise CannotMount("only root may mount a volume")
    if shutil.which(program) is None:
        raise CannotMount(f"{program} is not installed")
    done = subprocess.run(
        [program, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotMount(f"{program}: {done.stderr.strip() or done.returncode}")
