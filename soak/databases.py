"""The databases of the proof: a file, or a private PostgreSQL that can be killed, frozen and restarted.

Both say under which address the house finds them (`url`, empty for the file in its data folder) and which
of their processes may be struck (`processes`, empty for the file).
"""

import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from tests.postgres import binaries, free_port, owner

from soak import processes

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "max_wal_size": "96MB",
    "min_wal_size": "32MB",
    "restart_after_crash": "on",
}


@dataclass
class SqliteFile:
    """A database in the house's own data folder."""

    name: str = "SQLite"
    url: str = ""

    def start(self) -> None:
        """Do nothing: the file is there when it is opened."""

    def kill(self) -> None:
        """Do nothing: it has no process of its own."""

    def processes(self) -> list[int]:
        """Give none."""
        return []


@dataclass
class Postgres:
    """A cluster in `folder`, with durable settings, under a port that stays its own."""

    folder: Path
    port: int = field(default_factory=free_port)
    name: str = "PostgreSQL"

    @property
    def url(self) -> str:
        """Give the address for the house."""
        return f"postgres://opendtm@127.0.0.1:{self.port}/postgres"

    @property
    def data(self) -> Path:
        """Name the cluster's folder."""
        return self.folder / "data"

    def create(self) -> None:
        """Make the cluster; SystemExit with PostgreSQL's words where that fails."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if user := owner():
            shutil.chown(self.folder, user)
        self._run("initdb", "-D", self.data, "-U", "opendtm", "-A", "trust", "-E", "UTF8")

    def start(self) -> None:
        """Start it unless it runs, and wait until it answers; TimeoutError after half a minute."""
        if self.postmaster() is None:
            # After SIGKILL the lock file names a process that is gone; its number may be somebody else's.
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            options = " ".join(f"-c {name}={value}" for name, value in self._settings().items())
            self._run(
                "pg_ctl", "-D", self.data, "-o", options, "-l", self.folder / "log", "-W", "start"
            )
        self.wait()

    def ask(self, statement: str) -> None:
        """Run a statement as the cluster's keeper."""
        with psycopg.connect(self.url, connect_timeout=5, autocommit=True) as connection:
            connection.execute(statement.encode())

    def wait(self, patience: float = 30.0) -> None:
        """Wait until a connection succeeds; TimeoutError after `patience` seconds."""
        end = time.monotonic() + patience
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
            except psycopg.OperationalError as problem:
                if time.monotonic() > end:
                    raise TimeoutError("PostgreSQL does not answer") from problem
                time.sleep(0.05)
            else:
                return

    def stop(self, mode: str = "fast") -> None:
        """Stop it as its keeper would (`fast` or `immediate`)."""
        with suppress(SystemExit):
            self._run("pg_ctl", "-D", self.data, "-m", mode, "-w", "-t", "20", "stop")

    def kill(self) -> None:
        """Kill the postmaster and every child of it at once, as a crash does."""
        processes.kill(self.processes())

    def kill_backend(self, choice: float) -> bool:
        """Kill one process that serves a connection (`choice` 0..1 says which); False where there is none."""
        pids = self.backends()
        if pids:
            processes.kill([pids[int(choice * len(pids)) % len(pids)]])
        return bool(pids)

    def end_backend(self, choice: float) -> bool:
        """End one connection of the house with SIGTERM; False where there is none."""
        pids = self.backends()
        if pids:
            processes.send([pids[int(choice * len(pids)) % len(pids)]], signal.SIGTERM)
        return bool(pids)

    def postmaster(self) -> int | None:
        """Give the number of the running postmaster; None where there is none."""
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            pid = int(lines[0])
        except (OSError, ValueError, IndexError):
            return None
        return pid if processes.alive(pid) else None

    def processes(self) -> list[int]:
        """Give the postmaster and its children."""
        pid = self.postmaster()
        return processes.family(pid) if pid else []

    def backends(self) -> list[int]:
        """Give the processes that serve a connection of the house."""
        with suppress(psycopg.Error), psycopg.connect(self.url, connect_timeout=2) as asking:
            rows = asking.execute(
                "SELECT pid FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY pid"
            ).fetchall()
            return [int(pid) for (pid,) in rows]
        return []

    def _settings(self) -> dict[str, str]:
        return {**SETTINGS, "port": str(self.port)}

    def _run(self, program: str, *arguments: object) -> None:
        with (self.folder / "commands.log").open("ab") as log:
            done = subprocess.run(
                [str(binaries() / program), *map(str, arguments)],
                user=owner(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=False,
            )
        if done.returncode:
            raise SystemExit(f"{program} failed; see {self.folder / 'commands.log'}")


Database = SqliteFile | Postgres
