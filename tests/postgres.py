"""Runs a command beside a private PostgreSQL that lives and dies with it.

`python -m tests.postgres COMMAND...` makes a cluster in a temporary folder, listens on a loopback port of
its own, hands its address over as `OPENDTM_DATABASE_URL`, and removes everything at the end. PostgreSQL
refuses to run as root; then it runs as the user `postgres` or `nobody`.
"""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MISSING = "PostgreSQL's programs are not installed; on Debian or Ubuntu: apt-get install postgresql"


def binaries() -> Path:
    """Find the newest folder with `initdb` and `pg_ctl`; SystemExit with advice where there is none."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name)
    )
    if found:
        return found[-1]
    on_path = shutil.which("initdb")
    if on_path is None:
        raise SystemExit(MISSING)
    return Path(on_path).parent


def owner() -> str | None:
    """Name the user under which PostgreSQL must run; None for ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise SystemExit("PostgreSQL refuses to run as root, and there is no user postgres or nobody")


def free_port() -> int:
    """Find a loopback port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def cluster() -> Iterator[str]:
    """Start a cluster and give its address; stop and remove it afterwards."""
    user, programs = owner(), binaries()
    folder = Path(tempfile.mkdtemp(prefix="opendtm-postgres-"))
    try:
        if user:
            shutil.chown(folder, user)
        _run(
            user,
            programs / "initdb",
            "-D",
            folder / "data",
            "-U",
            "opendtm",
            "-A",
            "trust",
            "-E",
            "UTF8",
        )
        port = free_port()
        options = (
            f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder}"
        )
        log = folder / "log"
        _run(
            user,
            programs / "pg_ctl",
            "-D",
            folder / "data",
            "-o",
            options,
            "-l",
            log,
            "-w",
            "start",
        )
        try:
            yield f"postgres://opendtm@127.0.0.1:{port}/postgres"
        finally:
            _run(user, programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(user: str | None, *command: object) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        user=user,
        cwd="/",
        check=False,
        stdout=subprocess.PIPE if "start" not in command else subprocess.DEVNULL,
        stderr=subprocess.STDOUT if "start" not in command else subprocess.DEVNULL,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{command[0]} failed:\n{done.stdout or ''}")


def main(command: list[str]) -> int:
    """Run the command with the cluster's address in its environment; give its exit status."""
    if not command:
        raise SystemExit("usage: python -m tests.postgres COMMAND [ARGUMENTS]")
    with cluster() as url:
        return subprocess.run(
            command, env=os.environ | {"OPENDTM_DATABASE_URL": url}, check=False
        ).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
