"""The data folder of a demonstration: whether it is ours, finished, or has to be begun afresh."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opendtm_server.config.obstacles import FolderNotOurs

MARK = "demo.json"


@dataclass(frozen=True)
class Wanted:
    """What the demonstration should be: where, from which seed, how many sites and weeks."""

    data: Path
    seed: int
    sites: int
    weeks: int

    def identity(self) -> dict[str, int]:
        """Give what makes one demonstration differ from another."""
        return {"seed": self.seed, "sites": self.sites, "weeks": self.weeks}

    def mark(self, state: str) -> None:
        """Note in the folder how far the demonstration is: `begun` or `done`."""
        (self.data / MARK).write_text(json.dumps({state: self.identity()}), encoding="utf-8")

    def is_finished(self) -> bool:
        """Tell whether the folder holds this very demonstration, complete."""
        return self._state().get("done") == self.identity()

    def check(self) -> None:
        """Raise FolderNotOurs unless the folder is new, empty, or a demonstration's own."""
        taken = self.data.exists() and (not self.data.is_dir() or any(self.data.iterdir()))
        if taken and not self._state():
            raise FolderNotOurs(folder=str(self.data))

    def _state(self) -> dict[str, Any]:
        """Read the mark; empty where there is none, or where it is not one of ours."""
        try:
            found = json.loads((self.data / MARK).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        ours = isinstance(found, dict) and len(found) == 1 and {"begun", "done"} & found.keys()
        return found if ours else {}

    @property
    def logins(self) -> Path:
        """Name the file that holds the user names and passwords."""
        return self.data / "logins.txt"

    def products(self) -> list[Path]:
        """Give the paths of the newest report in every language and format, without the sectors' extracts."""
        issues = sorted((self.data / "products").glob("*/*/"))
        return sorted(path for path in issues[-1].iterdir() if path.is_file()) if issues else []

    def begin(self) -> None:
        """Empty the folder and begin; what a demonstration left unfinished is taken away."""
        self.data.mkdir(parents=True, exist_ok=True)
        for path in self.data.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        self.mark("begun")
