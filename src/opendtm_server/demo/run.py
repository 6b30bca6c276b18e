"""The whole demonstration in order, with progress: set up, send, decide, compute, release."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from opendtm.i18n import LANGUAGES
from opendtm_server.demo import operation, phones, products, story, visits, weeks
from opendtm_server.demo.folder import Wanted

if TYPE_CHECKING:
    from opendtm_server.matrix.models import Run

RELEASED = 2
STARTED_WITHIN = 60.0


def make(wanted: Wanted, *, console: Console) -> None:
    """Make the whole demonstration.

    Django must be set up for the data folder, its tables made, the reader's language active.
    """
    told = story.tell(seed=wanted.seed, sites=wanted.sites, weeks=wanted.weeks)
    keeper = operation.hire_keeper()
    every = visits.visits(told, seed=wanted.seed, facilitators=operation.FACILITATORS)
    by_id = {visit.instance_id: visit for visit in every}
    with bars(console) as progress:
        with serving(wanted.data) as opened:
            set_up = operation.set_up(told, keeper)
            products.write_logins(set_up.passwords, wanted.logins)
            _send(opened(), set_up, by_id, progress)
        with presses() as pool:
            runs = _decide(set_up, by_id, progress)
            _release(wanted.data, set_up, runs[-RELEASED:], progress, pool)
    wanted.mark("done")


def _send(
    address: str, set_up: operation.SetUp, by_id: Mapping[str, visits.Visit], progress: Progress
) -> None:
    """Let the facilitators' phones fetch the form and post what was filled in."""
    sending = progress.add_task(_("Visits arrive"), total=len(by_id))
    servers = [f"{address}/openrosa/key/{token}" for token in set_up.tokens]
    form = phones.form_of(servers[0])
    parcels = [
        phones.Parcel(servers[visit.facilitator], visits.submission(form, visit))
        for visit in by_id.values()
    ]
    phones.send_all(parcels, done=lambda: progress.advance(sending))


def _decide(
    set_up: operation.SetUp, by_id: Mapping[str, visits.Visit], progress: Progress
) -> "list[Run]":
    """Work through the rounds as the information manager does."""
    rounds = weeks.rounds(set_up)
    deciding = progress.add_task(
        _("Rounds are checked, signed off and computed"), total=len(rounds)
    )
    runs = []
    for round_ in rounds:
        runs.append(weeks.work_through(round_, set_up, by_id))
        progress.advance(deciding)
    return runs


def _release(
    data: Path,
    set_up: operation.SetUp,
    runs: "Sequence[Run]",
    progress: Progress,
    pool: Executor,
) -> None:
    """Release the reports of the last rounds and lay their files out."""
    releasing = progress.add_task(_("Reports are released"), total=len(runs))
    for run in runs:
        products.lay_out(weeks.release(run, set_up, pool), data / "products")
        progress.advance(releasing)


@contextmanager
def presses() -> Iterator[Executor]:
    """Start a process for each language of the reports; they get ready while others work."""
    fresh = get_context("spawn")
    with ProcessPoolExecutor(max_workers=len(LANGUAGES), mp_context=fresh) as pool:
        for _ in LANGUAGES:
            pool.submit(import_module, "opendtm_server.publish.products")
        yield pool


@contextmanager
def serving(data: Path) -> Iterator[Callable[[], str]]:
    """Run the house's server on a free port for a while; what it gives waits for it and tells its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "opendtm.cli.main",
        "serve",
        "--data",
        str(data),
        "--port",
        str(port),
        "--workers",
        "1",  # a second would take longer to start than all visits take
        "--no-background",  # the information manager of the story runs the checks
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        yield lambda: _opened(server, port)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _opened(server: "subprocess.Popen[bytes]", port: int) -> str:
    deadline = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the server stopped with status {server.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return f"http://127.0.0.1:{port}"
        time.sleep(0.1)
    raise TimeoutError(f"the server did not open port {port} within {STARTED_WITHIN:.0f} s")


def bars(console: Console) -> Progress:
    """Give progress bars on a terminal, silence in a pipe."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )
