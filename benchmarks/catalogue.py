"""How long the whole catalogue takes over a round of many sites and many columns.

`python -m benchmarks.catalogue [SITES]` makes a round of 3,500 sites with the concepts of a site profile, the
longest form (and another with every concept that an indicator of places reads), and computes every indicator
at the levels at which the house keeps figures, with sex, age and the other parts at the first two.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import cycle, islice
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from opendtm import measure
from opendtm.forms import catalogue_form, convert, read_form
from opendtm.measure.reading import indicators
from opendtm.measure.scope import Record
from opendtm.records import observations_schema
from opendtm.vocab import Kind, Sharing, code_list, concepts

LEVELS = (("none", True), ("adm1", True), ("adm2", False), ("site", False))
PLACE = (
    "site_id",
    "site_name",
    "adm1_code",
    "adm1_name",
    "adm2_code",
    "adm2_name",
    "assessment_date",
)
DAY = date(2026, 3, 3)


def columns_asked(*, of_all: bool = False) -> list[str]:
    """Name the concepts of a site profile, the longest form; or all that an indicator of places reads."""
    if of_all:
        asked = {
            name for one in indicators() if one.record is Record.PLACE for name in one.concepts
        }
    else:
        definition = read_form(convert(catalogue_form("site_profile").path).xml)
        asked = {question.concept for question in definition.questions if question.concept}
    closed = {Sharing.PERSONAL, Sharing.SENSITIVE}
    plain = (each for each in concepts().values() if each.name in asked - set(PLACE))
    return [
        *PLACE,
        *(each.name for each in plain if each.kind is not Kind.TEXT and each.sharing not in closed),
    ]


def round_of(sites: int, names: list[str]) -> pa.Table:
    """Make the observations of a round by a fixed rule, so that two runs measure the same work."""
    columns: dict[str, list[Any]] = {"_source": [f"uuid:{number}" for number in range(sites)]}
    for step, name in enumerate(names, start=3):
        columns[name] = list(islice(_values(name, step), sites))
    return pa.table(columns, schema=observations_schema(names))


def _values(name: str, step: int) -> Iterator[Any]:
    concept = concepts()[name]
    if name == "site_id":
        return (f"S{number:05d}" for number in range(10**5))
    if name.startswith(("adm", "site_name")):
        areas = {"adm1": 18, "adm2": 90}.get(name[:4], 10**5)
        return (f"{name[:4]}-{number % areas}" for number in range(10**5))
    if concept.kind is Kind.DATE:
        return cycle([DAY])
    if concept.kind in {Kind.COUNT, Kind.NUMBER}:
        return (None if number % 17 == 0 else float(number * step % 900) for number in range(10**5))
    codes = [*code_list(concept.codes).names(), None] if concept.codes else ["A", "B", None]
    picked = (codes[number * step % len(codes)] for number in range(10**5))
    return ([code] if code else None for code in picked) if concept.kind is Kind.CODES else picked


def measured(table: pa.Table, levels: Sequence[tuple[str, bool]]) -> tuple[float, pa.Table]:
    """Compute every indicator of a round at some levels; give the seconds and the figures."""
    started = time.perf_counter()
    made = measure.compute_levels(measure.single_round(table), levels)
    return time.perf_counter() - started, made


def main(arguments: list[str]) -> None:
    """Print what the first and the next round take, for one form and for every column there is."""
    sites = int(arguments[0]) if arguments else 3_500
    for of_all in (False, True):
        table = round_of(sites, columns_asked(of_all=of_all))
        for levels in (LEVELS[:3], LEVELS):
            for round_ in ("first", "next"):
                seconds, made = measured(table, levels)
                count = pc.count_distinct(made["indicator"]).as_py()
                sys.stdout.write(
                    f"{sites} sites x {table.num_columns - 1} columns, {count} indicators by "
                    f"{'/'.join(by for by, _ in levels)}: {made.num_rows:,} figures, "
                    f"{round_} round {seconds:.2f} s\n"
                )


if __name__ == "__main__":
    main(sys.argv[1:])
