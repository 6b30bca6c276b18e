"""Processes as the kernel shows them: who is whose child, how much memory, stopped and killed by number."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path


def children(pid: int) -> list[int]:
    """List what a process's first thread started, in the order of their numbers; empty where it is gone.

    Of a house these are the processes that answer; the one that works in the background is started by another
    thread.
    """
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return sorted(int(one) for one in listed.split())


def family(pid: int) -> list[int]:
    """List a process and all that descend from it, whichever of its threads started them."""
    found = [pid]
    for thread in Path(f"/proc/{pid}/task").glob("*"):
        with suppress(OSError):
            for child in (thread / "children").read_text(encoding="ascii").split():
                found += family(int(child))
    return found


def alive(pid: int) -> bool:
    """Tell whether a process exists and is more than a body waiting to be buried."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in {"Z", "X"}


def resident(pids: list[int]) -> int:
    """Sum the resident memory of processes, in bytes."""
    pages = 0
    for pid in pids:
        with suppress(OSError, IndexError):
            pages += int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def send(pids: list[int], what: signal.Signals) -> None:
    """Send a signal to each process that still exists."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, what)


def freeze(pids: list[int], *, patience: float = 10.0) -> None:
    """Stop processes and wait until each thread has left the kernel; TimeoutError where one does not."""
    send(pids, signal.SIGSTOP)
    end = time.monotonic() + patience
    while any(_moves(thread) for pid in pids for thread in Path(f"/proc/{pid}/task").glob("*")):
        if time.monotonic() > end:
            raise TimeoutError("a process does not stop")
        time.sleep(0.002)


def _moves(thread: Path) -> bool:
    try:
        state = (thread / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in {"T", "t", "Z", "X"}


def kill(pids: list[int], *, patience: float = 10.0) -> None:
    """Kill processes with SIGKILL and wait until they are gone; TimeoutError where one stays."""
    send(pids, signal.SIGKILL)
    end = time.monotonic() + patience
    while any(alive(pid) for pid in pids):
        if time.monotonic() > end:
            raise TimeoutError("a process outlived SIGKILL")
        time.sleep(0.005)
