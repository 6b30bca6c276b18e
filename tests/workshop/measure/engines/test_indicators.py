"""The whole catalogue on both engines: what DuckDB finds in the worked examples, Spark finds to 1e-9."""

from collections.abc import Iterator
from datetime import date
from math import isclose
from typing import Any

import pyarrow as pa
import pytest
from tests.workshop.measure.engines.examples import every_example

from opendtm.measure import engine as computing
from opendtm.measure.columns import AGE, AS_OF, METHOD, PLACE, SOURCE, STATE
from opendtm.measure.engines import DUCKDB, Engine
from opendtm.measure.panels import Panel
from opendtm.measure.reading import indicators
from opendtm.measure.scope import Record

PLACES = tuple(record for record in Record if record is not Record.INTERVIEW)
LEVELS = (("adm1", True),)
EVERY_LEVEL = tuple((by, True) for by in ("none", "adm0", "adm1", "site"))


def unlike(one: pa.Table, other: pa.Table) -> Iterator[str]:
    """Say where two tables of figures differ; numbers by more than 1e-9, relative."""
    assert (one.schema, one.num_rows) == (other.schema, other.num_rows)
    for left, right in zip(one.to_pylist(), other.to_pylist(), strict=True):
        for name, value in left.items():
            if not same(value, right[name]):
                place = f"{left['indicator']} {left['place_code']} {left['by']}"
                yield f"{place} {name}: {value!r}, {right[name]!r}"


def same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return isclose(one, other, rel_tol=1e-9)
    return bool(one == other)


@pytest.mark.parametrize("record", PLACES)
def test_every_indicator_is_the_same_on_both_engines(record: Record, spark: Engine) -> None:
    panel = every_example(record)
    here, there = (
        computing.compute_levels(panel, LEVELS, engine=engine) for engine in (DUCKDB, spark)
    )
    assert list(unlike(here, there)) == []
    asked = {each.id for each in indicators() if each.record is record}
    assert set(here["indicator"].to_pylist()) == asked


def awkward() -> Panel:
    """Make a panel of what engines disagree about: odd blanks and letters, lists, places in parts, no day."""
    rows: list[dict[str, Any]] = [
        {
            PLACE: "1",
            "adm0_code": "XX",
            "adm1_name": " Équateur ",
            "priority_needs": ["drinking_water", "electricity"],
        },
        {PLACE: "1", "adm0_code": "XX", "adm1_name": "équateur", "priority_needs": []},
        {PLACE: "2", "adm0_code": "XX", "adm1_name": "ÉQUATEUR\t", "priority_needs": None},
        {PLACE: "3", "adm0_code": None, "adm1_name": None, "priority_needs": ["dnk"]},
        {PLACE: "4", "adm0_code": "YY", "adm1_name": "İzmir ß", "priority_needs": ["none"]},
    ]
    count = len(rows)
    columns = {name: pa.array([row[name] for row in rows]) for name in rows[0]}
    columns |= {
        SOURCE: pa.array(["s3", "s1", None, "s2", "s1"]),
        STATE: pa.array(["assessed", "assessed", "inaccessible", "not_covered", "closed"]),
        METHOD: pa.array(
            ["observed", "observed", "carried_forward", "carried_forward", "observed"]
        ),
        AS_OF: pa.array([date(2026, 3, 2), None, date(1582, 10, 15), None, date(2026, 3, 4)]),
        AGE: pa.array([0] * count, pa.int32()),
        "site_id": columns[PLACE],
        "idp_individuals": pa.array([0.1, 0.2, None, 3e9, 7.0]),
        "idp_households": pa.array([1.0, 0.0, 0.0, None, 2.0]),
        "site_type": pa.array(["camp", "camp", None, "spontaneous", "camp"]),
    }
    return Panel(pa.table(columns), round="R1", register=True)


def test_what_engines_disagree_about_is_the_same(spark: Engine) -> None:
    names = ["idp_individuals", "idp_households", "household_size", "sites_assessed", "sites_open"]
    names += ["priority_sites_food_security", "priority_sites_wash"]
    here, there = (
        computing.compute_levels(
            awkward(), EVERY_LEVEL, indicators=names, sources=True, engine=engine
        )
        for engine in (DUCKDB, spark)
    )
    assert here.num_rows > 40
    assert list(unlike(here, there)) == []
