"""Puts the files of the demonstration's releases where a newcomer finds them: below the data folder."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from opendtm_server.collect import store
from opendtm_server.publish import queries

if TYPE_CHECKING:
    from opendtm_server.publish.models import Release


def lay_out(release: "Release", folder: Path) -> None:
    """Write every download of a release to `folder/<product>/<number>/`, extracts in a folder of their own."""
    place = folder / release.product / f"{release.number:03d}"
    place.mkdir(parents=True, exist_ok=True)
    for language in ("en", "fr"):
        for file in queries.downloads(release, language=language):
            below = place / "sectors" if file.sector else place
            below.mkdir(exist_ok=True)
            _write(below / file.name, store.read_kept(release.operation.code, file.sha256))


def write_logins(passwords: dict[str, str], path: Path) -> None:
    """Write user names and passwords to a file that only its owner can read."""
    lines = [f"{username}\t{password}" for username, password in passwords.items()]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def _write(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    beside.rename(path)
