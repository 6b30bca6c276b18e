"""Small tables and rounds for the tests of the floor `measure`."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from opendtm.records import Figure, Round, Site, observations_schema

FIRST_DAY = date(2026, 3, 2)


def observations(rows: Iterable[Mapping[str, Any]], *, sheet: str = "t.csv#t") -> pa.Table:
    """Make an observations table; `_source` is the sheet and the number of the row unless given."""
    listed = list(rows)
    names = dict.fromkeys(name for row in listed for name in row if name != "_source")
    filled = [
        {
            "_source": row.get("_source", f"{sheet}!{number}"),
            **{name: row.get(name) for name in names},
        }
        for number, row in enumerate(listed, start=2)
    ]
    return pa.Table.from_pylist(filled, schema=observations_schema(names))


def weeks(count: int) -> list[Round]:
    """Make weekly rounds, numbered from 1, the first starting on FIRST_DAY."""
    starts = (FIRST_DAY + timedelta(weeks=each) for each in range(count))
    return [
        Round(start, start + timedelta(days=6), number, f"Week {number}")
        for number, start in enumerate(starts, start=1)
    ]


def in_week(number: int, *, day: int = 1) -> date:
    """Give a day of a week: 0 is its first."""
    return FIRST_DAY + timedelta(weeks=number - 1, days=day)


def site(site_id: str, **more: Any) -> Site:
    """Make a site in the province X1 of the country XX, unless told otherwise."""
    facts: dict[str, Any] = {
        "name": f"Site {site_id}",
        "admins": ("XX", "X1"),
        "admin_names": ("Xland", "First"),
    }
    return Site(site_id=site_id, **(facts | more))


def only(figures: Iterable[Figure]) -> Figure:
    """Give the one figure there is."""
    (figure,) = figures
    return figure


def by_place(figures: Iterable[Figure]) -> dict[str | None, Figure]:
    """Map the code of each place, or its name where it has none, to its figure."""
    return {figure.place_code or figure.place_name: figure for figure in figures}
