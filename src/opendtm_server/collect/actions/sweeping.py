"""Sweeping the store: files that belong to nothing, left by requests that were never committed, are taken away."""

import string
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog

from opendtm_server.collect.orphans import Swept, clear_unfinished, lay_aside, settle_aside
from opendtm_server.govern import audit

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

HOUSE = "house"
log = structlog.get_logger()


def sweep_files(
    *, operation: "Operation", wanted: Callable[[], bool] = lambda: True, now: float | None = None
) -> Swept:
    """Sweep an operation's files as long as it is wanted, and say in log and audit what was done."""
    moment = time.time() if now is None else now
    done = settle_aside(operation.code, now=moment) + clear_unfinished(operation.code, now=moment)
    for digit in string.hexdigits[:16]:
        if wanted():
            done += lay_aside(operation.code, digit, now=moment)
    if done:
        log.info("files_swept", operation=operation.code, **vars(done))
        audit.record(HOUSE, "sweep_files", operation=operation.code, subject="", details=vars(done))
    return done
