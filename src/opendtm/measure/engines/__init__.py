"""The engines: DuckDB in this process by default, a Spark cluster where somebody names one.

Both compute the same Ibis expressions; nothing else in the workshop names an engine. PySpark is imported only
where Spark is asked for.
"""

from opendtm.measure.engines.addresses import engine_at
from opendtm.measure.engines.in_process import DUCKDB
from opendtm.measure.engines.interface import (
    NO_LIMITS,
    Engine,
    Limits,
    Session,
    fetched,
    tell_apart,
    told,
    written,
)

__all__ = [
    "DUCKDB",
    "NO_LIMITS",
    "Engine",
    "Limits",
    "Session",
    "engine_at",
    "fetched",
    "tell_apart",
    "told",
    "written",
]
