"""Runs a benchmark's own measurement in a process of its own, on SQLite or beside a private PostgreSQL."""

import os
import subprocess
import sys

from tests.postgres import cluster


def on_database(benchmark: str, number: int, *, postgresql: bool) -> int:
    """Run `python -m benchmarks.BENCHMARK --here NUMBER` and give its exit status."""
    command = [sys.executable, "-m", f"benchmarks.{benchmark}", "--here", str(number)]
    environment = {key: value for key, value in os.environ.items() if key != "OPENDTM_DATABASE_URL"}
    if not postgresql:
        return subprocess.run(command, env=environment, check=False).returncode
    with cluster() as url:
        environment["OPENDTM_DATABASE_URL"] = url
        return subprocess.run(command, env=environment, check=False).returncode
