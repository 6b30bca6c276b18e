"""Which process is at work on something, so that another one can tell when it has died.

A worker is named by machine and process. Nothing can be told of a process of another machine; there a sign of
life that stays out has to do.
"""

import os
import socket

LONGEST = 80


def this_worker() -> str:
    """Name this process."""
    return f"{socket.gethostname()[:LONGEST]}:{os.getpid()}"


def has_died(worker: str) -> bool:
    """Tell whether a process of this machine has ended; False for this very process and for other machines."""
    machine, _, number = worker.rpartition(":")
    if machine != socket.gethostname()[:LONGEST] or int(number) == os.getpid():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
