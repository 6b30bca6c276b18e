"""A process that answers requests: it loads the application, and does not outlive the one that started it.

If it did, it would go on holding the port after the main process was killed, and the house could not be
started again without somebody's hand.
"""

import ctypes
import multiprocessing
import os
import signal
import sys
from importlib import import_module
from typing import Any

from opendtm_server.config.garbage import look_seldom

PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2), which Linux alone has


def load(target: str) -> Any:
    """Give the application named `module:name`, in a process that ends with its parent."""
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        end_with(parent.pid)
    module, _, name = target.partition(":")
    application = getattr(import_module(module), name)
    look_seldom()
    return application


def end_with(parent: int) -> None:
    """Have the kernel kill this process when `parent` ends; at once where it has ended already."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
