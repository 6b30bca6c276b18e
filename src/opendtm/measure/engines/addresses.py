"""From what somebody writes after `--engine` to an engine; PySpark is looked for only when it is asked for."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from opendtm.errors.measure_engines import EngineUnknown
from opendtm.measure.engines.in_process import DUCKDB
from opendtm.measure.engines.interface import Engine

LOCAL = "spark://local"
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]):(?P<{port}>\d{{1,5}})"
_MASTERS = re.compile(r"spark://(?P<places>[^/?#@\s]+)")
_PLACE = re.compile(_HOST.format(port="port"))


@contextmanager
def engine_at(address: str | None = None) -> Iterator[Engine]:
    """Give the engine of an address and stop what was started for it afterwards.

    None and `duckdb` are DuckDB. `spark://HOST:PORT` is the master of a standalone Spark cluster; several
    masters of one cluster stand behind each other, with commas. `spark://local` is Spark on this machine.
    Raises EngineUnknown; SparkMissing or SparkUnreachable where Spark cannot be started.
    """
    if address is None or address == DUCKDB.name:
        yield DUCKDB
        return
    masters = _masters(address)
    from opendtm.measure.engines.starting import started  # noqa: PLC0415 - only for those who ask for it

    with started(address, masters) as engine:
        yield engine


def _masters(address: str) -> tuple[tuple[str, int], ...]:
    """List host and port of each master; none for this machine. EngineUnknown."""
    if address == LOCAL:
        return ()
    found = _MASTERS.fullmatch(address)
    places = [_PLACE.fullmatch(place) for place in found["places"].split(",")] if found else [None]
    masters = [
        (place.string.rpartition(":")[0].strip("[]"), int(place["port"]))
        for place in places
        if place
    ]
    if len(masters) < len(places) or not all(0 < port < 2**16 for _, port in masters):
        raise EngineUnknown(address=address)
    return tuple(masters)
