"""A worker ends with the process that started it."""

import signal
import subprocess
import sys
from typing import Any

import pytest

from opendtm_server.config import worker

PARENT = """
import os, sys, time
child = os.fork()
if child == 0:
    from opendtm_server.config import worker
    worker.end_with(os.getppid())
    sys.stdout.write("ready\\n"); sys.stdout.flush()
    time.sleep(60)
os.wait()
"""


def test_the_application_is_found_by_its_name() -> None:
    found: Any = worker.load("opendtm_server.config.wsgi:application")

    assert callable(found)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tie a process to its parent")
def test_a_worker_ends_when_its_parent_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"ready\n"

    parent.send_signal(signal.SIGKILL)
    parent.wait(10)

    # The pipe ends only when the worker, which inherited it, is gone, too; it would sleep for a minute.
    assert parent.stdout.read() == b""
    parent.stdout.close()
    assert parent.returncode == -signal.SIGKILL
