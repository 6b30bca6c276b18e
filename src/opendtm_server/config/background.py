"""The one process that works what nobody waits for, beside those that answer.

It is a fork of the main process, is started again where it dies, and ends with the main process, however
that ends. If the database is away it waits and goes on. What goes wrong in one duty is told in the log,
without anybody's answers, and keeps no other duty from its work.
"""

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Event, Thread
from traceback import extract_tb
from types import TracebackType
from typing import TYPE_CHECKING, Any

import django
import structlog
from django.db import close_old_connections, connections

from opendtm_server.config.worker import end_with

if TYPE_CHECKING:
    from opendtm_server.config import duties

PAUSE, LONGEST_PAUSE = 2.0, 60.0  # seconds
NICE = 10  # what phones and people wait for comes first
SHARE = 20  # looking for work takes at most one part in so many
AFTER_TROUBLE = 5.0
PATIENCE = 5.0
log = structlog.get_logger("opendtm.background")


class Background:
    """Keeps the process running until it is stopped."""

    def __init__(self) -> None:
        """Prepare; nothing runs yet."""
        self._stop, self._begun = Event(), Event()
        # The thread lives as long as the main process: the kernel ends a child with the thread that forked it.
        self._keeper = Thread(target=self._keep, name="background", daemon=True)

    def start(self) -> None:
        """Start the process; returns when it has been forked."""
        self._keeper.start()
        self._begun.wait()

    def stop(self) -> None:
        """Ask the process to end, and end it where it does not."""
        self._stop.set()
        self._keeper.join()

    def _keep(self) -> None:
        while not self._stop.is_set():
            process = _forked()
            self._begun.set()
            while process.is_alive() and not self._stop.is_set():
                process.join(0.2)
            if not self._stop.is_set():
                log.warning("background_died", status=process.exitcode)
                self._stop.wait(PAUSE)
        _end(process)


@contextmanager
def working() -> Iterator[None]:
    """Have the process run while something else goes on, such as serving."""
    background = Background()
    background.start()
    try:
        yield
    finally:
        background.stop()


def _forked() -> BaseProcess:
    context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    process: BaseProcess = context.Process(
        target=work, args=(os.getpid(),), name="opendtm-background", daemon=True
    )
    process.start()
    return process


def _end(process: BaseProcess) -> None:
    process.terminate()
    process.join(2 * PATIENCE)
    if process.is_alive():
        process.kill()
        process.join()


def work(parent: int) -> None:
    """Do every duty in a thread of its own until this process is told to end or `parent` is gone."""
    stop = Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda *_: stop.set())
    end_with(parent)
    os.nice(NICE)
    django.setup()
    threads = [
        Thread(target=repeat, args=(name, duty, stop), name=name, daemon=True)
        for name, duty in _wanted().items()
    ]
    for thread in threads:
        thread.start()
    while not stop.wait(PAUSE):
        if os.getppid() != parent:
            stop.set()
    end = time.monotonic() + PATIENCE
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))


def _wanted() -> "Mapping[str, duties.Duty]":
    from opendtm_server.config import duties  # noqa: PLC0415 - models come after Django is set up

    return {
        "checks": duties.Checks(),
        "entities": duties.entities,
        "pulls": duties.pulls,
        "exports": duties.exports,
        "old_files": duties.old_files,
        "sweep": duties.Sweep(),
    }


def repeat(name: str, duty: "duties.Duty", stop: Event) -> None:
    """Do one duty again and again until `stop`; looking for work in vain takes little of a processor."""
    trouble = Trouble(name)
    while not stop.is_set():
        begun, done, pause = time.monotonic(), 0, AFTER_TROUBLE
        with trouble:
            close_old_connections()
            done = duty(stop)
            looked = 0.0 if done else time.monotonic() - begun
            pause = min(LONGEST_PAUSE, max(PAUSE, SHARE * looked))
        stop.wait(pause)
    connections.close_all()


class Trouble:
    """Tells in the log what went wrong in a duty: its kind and place, once while it stays the same."""

    def __init__(self, duty: str) -> None:
        """Begin without trouble."""
        self.duty, self.told = duty, ""

    def __enter__(self) -> None:
        """Let the duty begin."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        """Tell of an error and let the duty be tried again; what is no error, such as an exit, goes on."""
        if kind is None or not issubclass(kind, Exception):
            self.told = self.told if kind else ""
            return False
        last = extract_tb(trace)[-1]
        place = f"{kind.__name__} {Path(last.filename).name}:{last.lineno}"
        if place != self.told:
            self.told = place
            log.warning("background_trouble", duty=self.duty, trouble=place)
        connections.close_all()
        return True
