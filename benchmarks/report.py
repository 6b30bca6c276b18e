"""Measures the Site Needs Report of 300 sites: building the model, and every product in both languages.

Run from the root of the project: `python -m benchmarks.report`. The sites are fictional. Times are wall
clock, the smallest of three runs; memory is the peak of the process. Exit status 1 where a promise is
broken: PDF in both languages under 3 seconds, memory under 500 MB.
"""

import resource
import sys
import time
from collections.abc import Callable
from datetime import timedelta

from tests.workshop.factories import make_areas, make_edition, make_report, make_round
from tests.workshop.observing import table

from opendtm import render
from opendtm.i18n import LANGUAGES
from opendtm.records import Site
from opendtm.report import site_needs
from opendtm.report.model import SiteNeedsReport

SITES, WEEKS, RUNS = 300, 12, 3
PDF_SECONDS, MEGABYTES = 3.0, 500
LEVELS = ("none", "some", "serious", "critical", "unknown")


def build() -> SiteNeedsReport:
    """Build the model from twelve weeks of visits to 300 sites."""
    rounds = tuple(make_round(ago) for ago in range(WEEKS - 1, -1, -1))
    sites = tuple(
        Site(f"S{n:03d}", f"Site {n}", latitude=8.0, longitude=-30.0) for n in range(SITES)
    )
    rows = [_visit(site.site_id, n, week) for week in range(WEEKS) for n, site in enumerate(sites)]
    edition = make_edition(round=rounds[-1])
    areas = make_areas()
    return site_needs(
        table(rows), sites=sites, rounds=rounds, at=rounds[-1], edition=edition, areas=areas
    )


def _visit(site_id: str, n: int, week: int) -> dict[str, object]:
    people = 50 + (n * 37 + week * 11) % 900
    return {
        "site_id": site_id,
        "assessment_date": make_round(WEEKS - 1 - week).starts_on + timedelta(days=n % 6),
        "idp_individuals": people,
        "idp_households": people // 5,
        "arrivals_individuals": (n * week) % 60,
        "departures_individuals": n % 7,
        "need_wash": LEVELS[(n + week) % 5],
        "need_health": LEVELS[(n * 3 + week) % 5],
        "need_food_security": LEVELS[(n * 7 + week) % 5],
        "need_protection": LEVELS[n % 5],
    }


def measure(work: Callable[[], object]) -> float:
    """Give the seconds of the quickest of some runs."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> int:
    """Print the table; 1 where a promise is broken."""
    report = make_report(SITES)
    seconds = {"model from 12 weeks of visits": measure(build)}
    for name in ("pdf", "html", "xlsx", "csv", "geojson"):
        make = getattr(render, name)
        seconds[f"{name}, both languages"] = measure(
            lambda make=make: [make(report, lang) for lang in LANGUAGES]
        )
    for name, value in seconds.items():
        sys.stdout.write(f"{name:<32}{value:8.2f} s\n")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{'peak memory':<32}{memory:8.0f} MB\n")
    return int(seconds["pdf, both languages"] > PDF_SECONDS or memory > MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
