"""Measures how many filled forms a house takes in a second, beside what the same database could do at most.

`python -m benchmarks.intake [SECONDS]` starts a private PostgreSQL that syncs, a house with two workers and
a made form of 60 fields, and lets 1, 16 and 64 phones send for some seconds each, without and with a photo
of 200 KB. Beside the rate stands its share of the raw limit of the same disk, measured just before over as
many connections as the house has threads: pgbench's rate for inserting a row of that size, or, with a photo,
the rate at which threads that do nothing else write files of its size, sync them, rename them and sync the
folder, taken together with pgbench's as one after the other. Where other work competes for the cores, the processor time of one form tells more than the rate: it stands beside it for workers, database
and phones, and `full at` is the rate at which the three together would keep all cores busy.
"""

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.request import urlopen

from tests.postgres import binaries, cluster, free_port

from benchmarks import made_form
from benchmarks.phones import PHOTO_BYTES, Crowd, send_for

WORKERS = 2
LEVELS = (1, 16, 64)
HEAD = """\
| phones | photo | forms/s | p50 ms | p99 ms | worker MB | of the raw limit | worker ms | database ms | phone ms | full at |
| --: | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |
"""
_SETUP = """
import json, sys
from pathlib import Path
from opendtm_server.config import serving
serving.prepare(Path(sys.argv[1]), keep_static=False)
from benchmarks import intake
sys.stdout.write(json.dumps({"path": intake.furnish()}))
"""
_INSERT = """INSERT INTO raw (name, hash, body) VALUES (gen_random_uuid()::text,
    sha256(gen_random_uuid()::text::bytea)::text, repeat('x', SIZE)::bytea);"""
_TABLE = "CREATE TABLE raw (id bigserial PRIMARY KEY, name text UNIQUE, hash text, body bytea)"


def furnish() -> str:
    """Open an operation with 200 forms and one phone in a house that is set up; give the phone's path."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - models come after Django is set up

    from opendtm_server.collect import actions  # noqa: PLC0415
    from opendtm_server.govern.models import Operation  # noqa: PLC0415

    by = get_user_model().objects.create(username="bench", is_superuser=True)
    operation = Operation.objects.create(
        code="bench", name="Bench", name_fr="Banc", country="Made", country_code="ZZ"
    )
    identities = [made_form.FORM_ID, *(f"form_{number:03}" for number in range(199))]
    for form_id in identities:
        actions.publish_xform(
            operation=operation,
            xform=made_form.xform(form_id),
            identity=(form_id, "1", form_id),
            by=by,
        )
    made = actions.add_device(operation=operation, user=by, by=by)
    return f"/openrosa/key/{made.token}"


@contextmanager
def house(folder: Path) -> Iterator[tuple[int, str, int]]:
    """Serve a furnished house; give its port, the phone's path, and the process."""
    made = subprocess.run(
        [sys.executable, "-c", _SETUP, str(folder)], check=True, capture_output=True, text=True
    )
    path, port = str(json.loads(made.stdout)["path"]), free_port()
    command = [str(Path(sys.executable).with_name("opendtm")), "serve", "--data", str(folder)]
    command += ["--port", str(port), "--workers", str(WORKERS)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait(port, path)
        yield port, path, process.pid
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int, path: str) -> None:
    for _ in range(300):
        try:
            with urlopen(f"http://127.0.0.1:{port}{path}/formList") as answer:
                answer.read()
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the house did not start")


def megabytes(parent: int) -> float:
    """Give the largest resident memory of a process's children, in MB."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    kilobytes = [
        int(line.split()[1])
        for child in children
        for line in Path(f"/proc/{child}/status").read_text().splitlines()
        if line.startswith("VmRSS:")
    ]
    return max(kilobytes, default=0) / 1024


@dataclass(frozen=True)
class Spent:
    """Processor time so far, in seconds: of the house's workers, of the database's processes, of the phones."""

    workers: float
    database: float
    phones: float

    @classmethod
    def so_far(cls, house_process: int, database_process: int) -> Self:
        """Read it from the system."""
        return cls(
            _with_children(house_process), _with_children(database_process), time.process_time()
        )

    def each(self, before: Self, forms: int) -> tuple[float, float, float]:
        """Give the milliseconds that one of some forms took of each since `before`."""
        share = 1000 / max(forms, 1)
        return (
            (self.workers - before.workers) * share,
            (self.database - before.database) * share,
            (self.phones - before.phones) * share,
        )


def _with_children(parent: int) -> float:
    """Give the processor time so far of a process's children, also of those that have ended, in seconds."""
    own = Path(f"/proc/{parent}/stat").read_text().rpartition(")")[2].split()
    ticks = int(own[13]) + int(own[14])
    for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def postmaster(url: str) -> int:
    """Give the process that PostgreSQL's other processes are children of."""
    asked = [binaries() / "psql", "-qAt", url, "-c", "SELECT current_setting('data_directory')"]
    folder = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    return int((Path(folder) / "postmaster.pid").read_text().split()[0])


def raw_limit(url: str, connections: int, seconds: int) -> float:
    """Give the rows of a submission's size that the database commits in a second."""
    size = str(sum(map(len, made_form.filled(photo=False))))
    script = _INSERT.replace("SIZE", size)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        Path(file.name).chmod(0o644)
        subprocess.run([binaries() / "psql", "-q", url, "-c", _TABLE], check=True)
        done = subprocess.run(
            [
                *(binaries() / "pgbench", "-n", "-M", "prepared", "-f", file.name),
                *("-c", str(connections), "-j", "1", "-T", str(seconds), url),
            ],
            check=True,
            capture_output=True,
            text=True,
        )
        subprocess.run([binaries() / "psql", "-q", url, "-c", "DROP TABLE raw"], check=True)
    return next(float(line.split()[2]) for line in done.stdout.splitlines() if "tps" in line)


def files_limit(folder: Path, threads: int, seconds: float) -> float:
    """Give the files of a photo's size that are written, synced, renamed and synced in name in a second."""
    content, end = os.urandom(PHOTO_BYTES), time.monotonic() + seconds

    def write() -> int:
        done = 0
        while time.monotonic() < end:
            _write_synced(folder / secrets.token_hex(16), content)
            done += 1
        return done

    with ThreadPoolExecutor(threads) as pool:
        running = [pool.submit(write) for _ in range(threads)]
        return sum(one.result() for one in running) / seconds


def _write_synced(path: Path, content: bytes) -> None:
    made = path.with_name(f".{path.name}")
    with made.open("xb", buffering=0) as file:
        file.write(content)
        os.fsync(file.fileno())
    made.replace(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def form_list_ms(port: int, path: str) -> float:
    """Give the quickest of some lists of the 200 forms, in milliseconds."""
    times = []
    for _ in range(20):
        begun = time.perf_counter()
        with urlopen(f"http://127.0.0.1:{port}{path}/formList") as answer:
            answer.read()
        times.append(time.perf_counter() - begun)
    return 1000 * min(times)


def main(seconds: float) -> int:
    """Print the table; 1 where a form was not taken."""
    failed = 0
    with cluster() as url, tempfile.TemporaryDirectory() as folder:
        os.environ["OPENDTM_DATABASE_URL"] = url
        say = sys.stdout.write
        with house(Path(folder)) as (port, path, process):
            parents = (process, postmaster(url))
            raw = {phones: raw_limit(url, min(phones, 8), 3) for phones in LEVELS}
            files = {phones: files_limit(Path(folder), min(phones, 8), 3) for phones in LEVELS}
            send_for(1, port=port, path=f"{path}/submission", phones=8, photo=True)
            say(f"Load {Path('/proc/loadavg').read_text().split()[0]}; ")
            say("synced files of a photo's size a second, over ")
            say("; ".join(f"{min(phones, 8)} threads: {files[phones]:.0f}" for phones in LEVELS))
            say("; ")
            say(f"list of 200 forms {form_list_ms(port, path):.1f} ms\n\n{HEAD}")
            for photo in (False, True):
                for phones in LEVELS:
                    before = Spent.so_far(*parents)
                    crowd = send_for(
                        seconds, port=port, path=f"{path}/submission", phones=phones, photo=photo
                    )
                    taken = crowd.statuses.get(201, 0)
                    spent = Spent.so_far(*parents).each(before, taken)
                    failed += sum(crowd.statuses.values()) - taken
                    limit = raw[phones]
                    if photo:
                        limit = 1 / (1 / raw[phones] + 1 / files[phones])
                    say(_row(crowd, (phones, photo), limit, megabytes(process), spent))
                    sys.stdout.flush()
    return 1 if failed else 0


def _row(
    crowd: Crowd,
    asked: tuple[int, bool],
    raw: float,
    memory: float,
    spent: tuple[float, float, float],
) -> str:
    phones, photo = asked
    workers, database, ours = spent
    return (
        f"| {phones} | {'200 KB' if photo else 'no'} | {crowd.rate:.0f} "
        f"| {crowd.centile(0.5):.1f} | {crowd.centile(0.99):.1f} | {memory:.0f} "
        f"| {crowd.rate / raw:.2f} of {raw:.0f} | {workers:.2f} | {database:.2f} | {ours:.2f} "
        f"| {1000 * (os.cpu_count() or 1) / sum(spent):.0f}/s |\n"
    )


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0))
