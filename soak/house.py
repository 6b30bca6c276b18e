"""A real house under proof: `opendtm serve` in processes of its own, started, struck, and started again.

The harness stands in for the machine's supervisor: it starts what was killed. Whatever else is needed to
come back, the house must do by itself.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.postgres import free_port

from soak import processes
from soak.databases import Database

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2


@dataclass
class House:
    """A house in `folder` (its data folder is `folder/data`) over a database, served under `port`."""

    folder: Path
    database: Database
    port: int = field(default_factory=free_port)
    operation: str = ""
    tokens: list[str] = field(default_factory=list)
    main: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        """Name the data folder."""
        return self.folder / "data"

    def found(self, phones: int = 8, *, keyed: bool = True) -> None:
        """Make the house: one operation, one form in two versions, `phones` phones. Its database must run."""
        self.folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [sys.executable, "-m", "soak.founding", str(self.data), str(phones)]
            + ([] if keyed else ["unkeyed"]),
            cwd=ROOT,
            env=self._environment({}),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"the house could not be founded:\n{done.stderr}")
        made = json.loads(done.stdout.splitlines()[-1])
        self.operation, self.tokens = made["operation"], made["tokens"]

    def start(self, armed: Mapping[str, str] | None = None) -> None:
        """Serve; `armed` adds to the environment (a fault point, a broken safeguard). Does not wait."""
        with (self.folder / "house.log").open("ab") as log:
            self.main = subprocess.Popen(
                [
                    str(Path(sys.executable).with_name("opendtm")),
                    "serve",
                    "--data",
                    str(self.data),
                    "--port",
                    str(self.port),
                    "--workers",
                    str(WORKERS),
                ],
                cwd=self.folder,
                env=self._environment(armed or {}),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self, patience: float = 30.0) -> float:
        """Wait until a phone gets its list of forms; give the seconds. TimeoutError after `patience`."""
        begun = time.monotonic()
        while not self.answers():
            if time.monotonic() - begun > patience:
                raise TimeoutError("the house does not answer")
            time.sleep(0.05)
        return time.monotonic() - begun

    def answers(self) -> bool:
        """Tell whether a phone gets its list of forms now."""
        address = f"http://127.0.0.1:{self.port}{self.path(0, 'formList')}"
        try:
            with urllib.request.urlopen(address, timeout=3) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def path(self, phone: int, what: str) -> str:
        """Give a phone's path to `formList`, `submission` and so on."""
        return f"/openrosa/key/{self.tokens[phone % len(self.tokens)]}/{what}"

    def workers(self) -> list[int]:
        """Give the processes that answer, by their numbers."""
        return processes.children(self.main.pid) if self.main else []

    def processes(self) -> list[int]:
        """Give every process of the house."""
        return processes.family(self.main.pid) if self.main else []

    def runs(self) -> bool:
        """Tell whether the main process runs."""
        return self.main is not None and self.main.poll() is None

    def kill(self) -> None:
        """Kill every process of the house at once."""
        if self.main is None:
            return
        pids = self.processes()
        processes.send(pids, signal.SIGKILL)
        self.main.wait(10)
        processes.kill(pids)
        self.main = None

    def _environment(self, armed: Mapping[str, str]) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not _ours(name)}
        paths = [str(ROOT / "src"), str(ROOT)]
        return {
            **kept,
            "PYTHONPATH": os.pathsep.join(paths),
            "OPENDTM_DATA": str(self.data),
            "OPENDTM_DATABASE_URL": self.database.url,
            **armed,
        }


def _ours(name: str) -> bool:
    return name.startswith(("OPENDTM_", "DJANGO_", "PYTEST_"))
