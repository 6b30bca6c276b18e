"""Small tables of observations for tests of everything that stands on them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from opendtm.records import Round, Site, observations_schema

FIRST_MONDAY = date(2026, 10, 5)
WEEKS = tuple(
    Round(
        FIRST_MONDAY + timedelta(weeks=n),
        FIRST_MONDAY + timedelta(weeks=n, days=6),
        n + 1,
        f"W{n + 1}",
    )
    for n in range(5)
)


def site(site_id: str, **facts: Any) -> Site:
    """Give a site with a position in the only province of the tests."""
    plain: dict[str, Any] = {
        "name": f"Site {site_id}",
        "site_type": "camp",
        "latitude": 8.0,
        "longitude": -30.0,
        "admins": ("ZZ", "ZZ01"),
        "admin_names": ("Zanduri", "Balinga"),
    }
    return Site(site_id, **(plain | facts))


def visit(site_id: str, week: int = 5, **answers: Any) -> dict[str, Any]:
    """Give the row of a visit in a week of WEEKS (1 is the first), on its Tuesday."""
    day = WEEKS[week - 1].starts_on + timedelta(days=1)
    plain = {"_source": f"uuid:{site_id}-{week}", "site_id": site_id, "assessment_date": day}
    return plain | answers


def table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Make an observations table of rows; a row without a column leaves it unknown."""
    names = [
        name for name in dict.fromkeys(key for row in rows for key in row) if name != "_source"
    ]
    schema = observations_schema(names)
    full = [{"_source": f"file.csv#sheet!{n}", **row} for n, row in enumerate(rows, 2)]
    return pa.Table.from_pylist(full, schema=schema)
