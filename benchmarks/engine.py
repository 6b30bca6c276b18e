"""How fast the engine is: a table of 100,000 sites to all figures, by level.

`python benchmarks/engine.py [ROWS]` prints one line a step, in seconds: the time of the step and what it
gave. The table is made by a fixed rule, so that two runs measure the same work.
"""

import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import pyarrow as pa

SECTORS = (
    "protection",
    "wash",
    "health",
    "food_security",
    "shelter",
    "security",
    "education",
    "nfi",
    "nutrition",
    "livelihood",
)
LEVELS_OF_NEED = ("none", "some", "serious", "critical", "unknown", None)
TYPES = ("camp", "spontaneous_site", "collective_centre", "host_families", None)


def site_table(rows: int) -> pa.Table:
    """Make a table of observations: one row a site, population, sex, age, movements, ten needs."""
    numbers = range(rows)
    people = [None if n % 17 == 0 else float((n * 7919) % 2400) for n in numbers]
    columns: dict[str, list[Any]] = {
        "_source": [f"sites.csv#sites!{n + 2}" for n in numbers],
        "site_id": [f"S{n:06d}" for n in numbers],
        "site_name": [f"Site {n}" for n in numbers],
        "adm1_code": [f"X{n % 18:02d}" for n in numbers],
        "adm1_name": [f"Province {n % 18}" for n in numbers],
        "adm2_code": [f"X{n % 18:02d}{n % 80:02d}" for n in numbers],
        "site_type": [TYPES[n % 5] for n in numbers],
        "idp_individuals": people,
        "idp_households": [None if one is None else one // 5 for one in people],
        "idp_females": [None if one is None else one // 2 for one in people],
        "idp_males": [None if one is None else one - one // 2 for one in people],
        "arrivals_individuals": [float(n % 40) for n in numbers],
        "departures_individuals": [float(n % 31) for n in numbers],
    }
    for place, sector in enumerate(SECTORS, start=3):
        columns[f"need_{sector}"] = [LEVELS_OF_NEED[(n * place) % 6] for n in numbers]
    return pa.table(columns)


def timed(name: str, work: Callable[[], Any], size: Callable[[Any], int]) -> Any:
    """Do some work and print how long it took and how much it gave."""
    started = time.perf_counter()
    result = work()
    sys.stdout.write(
        f"{name:<44}{time.perf_counter() - started:8.3f} s   {size(result):>9,} rows\n"
    )
    return result


def main(arguments: list[str]) -> None:
    """Measure the engine on a table of the size asked for (100,000 rows by default)."""
    rows = int(arguments[0]) if arguments else 100_000
    table = site_table(rows)
    measure = timed(
        "import of the engine", lambda: __import__("opendtm.measure").measure, lambda _: 0
    )
    timed("indicators of the catalogue", measure.indicators, len)
    panel = timed(
        f"panel of {rows:,} sites",
        lambda: measure.single_round(table),
        lambda one: one.table.num_rows,
    )
    count = len
    timed(
        "first question (opens the engine)",
        lambda: measure.compute(panel, indicators=["idp_individuals"]),
        count,
    )
    for by in ("none", "adm1", "adm2", "site"):
        timed(f"all indicators by {by}", lambda by=by: measure.compute(panel, by=by), count)
    timed(
        "all indicators by adm1, disaggregated",
        lambda: measure.compute(panel, by="adm1", disaggregate=True),
        count,
    )
    timed("all by adm1 as records, with sources", lambda: measure.figures(panel, by="adm1"), count)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{'peak memory':<44}{peak:8.0f} MB\n")


if __name__ == "__main__":
    main(sys.argv[1:])
