"""A standalone Spark cluster in processes of its own, on the loopback alone: one master, two workers."""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pyspark

READ = re.compile(r"Reading File path: file://(\S+?),")
WITHIN = 300.0  # seconds for a thing to happen on a machine that does much else
CHEAP = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"  # Java compiles little for work of seconds
DEFAULTS = f"""
spark.sql.shuffle.partitions 2
spark.default.parallelism 2
spark.driver.memory 1g
spark.driver.extraJavaOptions {CHEAP}
spark.executor.memory 512m
spark.executor.cores 1
spark.executor.extraJavaOptions {CHEAP}
spark.cores.max 2
spark.scheduler.minRegisteredResourcesRatio 1.0
spark.scheduler.maxRegisteredResourcesWaitingTime {WITHIN:.0f}s
spark.sql.files.openCostInBytes 128m
"""  # a file is a task, and work starts when both workers are there


def settings(folder: Path) -> dict[str, str]:
    """Write an operator's settings into a folder; give the environment that names them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "spark-defaults.conf").write_text(DEFAULTS, encoding="utf-8")
    return {
        "SPARK_CONF_DIR": str(folder),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": CHEAP,
    }


@dataclass(frozen=True)
class Worker:
    """A worker: its process, which leads a group with its executors, and the folder of its work."""

    process: subprocess.Popen[bytes]
    folder: Path

    def read(self, lake: Path) -> set[str]:
        """Name the Parquet files of a folder that its executors said they read."""
        logs = [log.read_text(errors="replace") for log in self.folder.glob("app-*/*/stderr")]
        names = {unquote(name) for log in logs for name in READ.findall(log)}
        return {name for name in names if Path(name).is_relative_to(lake)}

    def kill(self) -> None:
        """Kill it and its executors at once, as a machine that loses its power."""
        os.killpg(self.process.pid, signal.SIGKILL)


@dataclass(frozen=True)
class Cluster:
    """A running cluster: its address, its workers, and the environment of whoever uses it."""

    address: str
    workers: tuple[Worker, ...]
    environment: dict[str, str]


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """Start master and workers; end them, and what they started, afterwards."""
    environment = os.environ | settings(folder / "conf")
    port = _free_port()
    address = f"spark://127.0.0.1:{port}"
    started: list[subprocess.Popen[bytes]] = []

    def start(*words: str, log: Path) -> subprocess.Popen[bytes]:
        program = Path(pyspark.__file__).with_name("bin") / "spark-class"
        with log.open("wb") as file:
            made = subprocess.Popen(
                [program, *words], env=environment, stdout=file, stderr=file, start_new_session=True
            )
        started.append(made)
        return made

    try:
        log = folder / "master.log"
        where = ("--host", "127.0.0.1", "--webui-port", "0")
        start("org.apache.spark.deploy.master.Master", *where, "--port", str(port), log=log)
        until(lambda: "I have been elected leader" in log.read_text(errors="replace"))
        workers = []
        for name in ("one", "two"):
            work = folder / name
            room = ("--cores", "1", "--memory", "600m", "--work-dir", str(work), address)
            made = start(
                "org.apache.spark.deploy.worker.Worker", *where, *room, log=folder / f"{name}.log"
            )
            workers.append(Worker(made, work))
        yield Cluster(address, tuple(workers), environment)
    finally:
        for process in started:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def until(happened: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    late = time.monotonic() + WITHIN
    while not happened():
        assert time.monotonic() < late, "it did not happen in time"
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
