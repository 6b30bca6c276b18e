"""Measures entity lists of 100,000 things: the sites of an operation, and a list that it keeps itself.

Run from the root of the project: `python -m benchmarks.entities`. It makes a house in a folder of its own
(SQLite, or the database of OPENDTM_DATABASE_URL, which must be empty), and asks as phones and browsers do,
through every layer but the socket. Times are wall clock, the quickest of the runs. Exit status 1 where a
promise is broken: first download under 2 s, unchanged answer under 10 ms, a desk page under 300 ms.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

THINGS, DISTRICTS = 100_000, 200
FIRST_SECONDS, UNCHANGED_SECONDS, PAGE_SECONDS = 2.0, 0.010, 0.300
XFORM = b"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head>
<h:title>F</h:title><model><instance><data id="f" version="1"><site_id/><meta><instanceID/></meta></data>
</instance><instance id="sites" src="jr://file-csv/sites.csv"/>
<instance id="points" src="jr://file-csv/points.csv"/>
<bind nodeset="/data/site_id" type="string"/></model></h:head><h:body/></h:html>"""


@dataclass(frozen=True)
class House:
    """A made house: its operation's code, the phone's token, the form version's number."""

    code: str
    token: str
    version: int


def fill() -> House:
    """Make an operation with 200 districts, 100,000 sites and a list of 100,000 points."""
    from django.contrib.auth.models import User  # noqa: PLC0415 - Django is set up first

    from opendtm_server.collect import actions  # noqa: PLC0415
    from opendtm_server.govern.models import Operation  # noqa: PLC0415

    keeper = User.objects.create_superuser("keeper", password="not a secret here")  # noqa: S106
    operation = Operation.objects.create(
        code="large", name="Large", name_fr="Grande", country="L", country_code="LG"
    )
    _sites(operation)
    points = actions.create_list(operation=operation, name="points", personal=False, by=keeper)
    _points(points)
    version = actions.publish_xform(
        operation=operation, xform=XFORM, identity=("f", "1", "F"), by=keeper
    )
    phone = actions.add_device(operation=operation, user=keeper, by=keeper)
    return House(operation.code, phone.token, version.pk)


def _sites(operation: object) -> None:
    from opendtm_server.places import models as places  # noqa: PLC0415

    held = places.BoundarySet.objects.create(
        operation=operation, source="made", valid_from=date(2020, 1, 1), sha256="0" * 64
    )
    places.Area.objects.bulk_create(
        places.Area(
            operation=operation,
            boundary_set=held,
            code=f"LG{number:03}",
            name=f"District {number}",
            level=2 if number else 1,
            parent_code="LG000" if number else "",
            valid_from=held.valid_from,
            geometry={"type": "Polygon", "coordinates": []},
        )
        for number in range(DISTRICTS)
    )
    sites = places.Site.objects.bulk_create(
        (
            places.Site(
                operation=operation,
                code=f"LG-S{number:06}",
                name=f"Site {number} Marché {number % 997}",
                site_type="camp",
                area_code=f"LG{1 + number % (DISTRICTS - 1):03}",
                latitude=4 + (number % 5000) / 1000,
                longitude=15 + (number % 7000) / 1000,
            )
            for number in range(THINGS)
        ),
        batch_size=2000,
    )
    places.SiteStatus.objects.bulk_create(
        (places.SiteStatus(site=site, status="open", since=date(2025, 1, 1)) for site in sites),
        batch_size=5000,
    )


def _points(points: object) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from opendtm_server.collect.entity_writing import add_properties  # noqa: PLC0415
    from opendtm_server.collect.models import Entity  # noqa: PLC0415

    add_properties(points, ["river", "adm2"])  # type: ignore[arg-type]
    Entity.objects.bulk_create(
        (
            Entity(
                entity_list=points,
                key=f"k{number}",
                label=f"Point {number:06}",
                folded=f"point {number:06}",
                values={"river": f"River {number % 50}", "adm2": f"LG{number % 200:03}"},
                area_code=f"LG{number % 200:03}",
                changed_at=timezone.now(),
            )
            for number in range(THINGS)
        ),
        batch_size=2000,
    )


def quickest(ask: Callable[[], object], runs: int, before: Callable[[], object]) -> float:
    """Give the seconds of the quickest of some runs, with something done before each."""
    times = []
    for _ in range(runs):
        before()
        started = time.perf_counter()
        ask()
        times.append(time.perf_counter() - started)
    return min(times)


def measure(house: House) -> list[tuple[str, float, float]]:
    """Give what was measured: its name, the seconds, the limit."""
    from django.contrib.auth.models import User  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from opendtm_server.collect.models import ListFile  # noqa: PLC0415

    phone, desk = Client(), Client()
    desk.force_login(User.objects.get())
    forget = ListFile.objects.all().delete
    rows = []
    for name in ("sites", "points"):
        file = f"/openrosa/key/{house.token}/media/{house.version}/{name}.csv"
        first = quickest(lambda file=file: _answered(phone, file, 200), 3, forget)  # type: ignore[misc]
        etag = phone.get(file)["ETag"]
        same = quickest(
            lambda file=file, etag=etag: _answered(phone, file, 304, etag),  # type: ignore[misc]
            20,
            lambda: None,
        )
        rows.append((f"{name}.csv of {THINGS:,}: first download", first, FIRST_SECONDS))
        rows.append((f"{name}.csv of {THINGS:,}: unchanged (304)", same, UNCHANGED_SECONDS))
        page = f"/en/desk/{house.code}/lists/of/{name}/"
        for words, query in (("first page", ""), ("a search", "?q=99")):
            took = quickest(
                lambda page=page, query=query: _answered(desk, page + query, 200),  # type: ignore[misc]
                5,
                lambda: None,
            )
            rows.append((f"desk page of {name}, {words}", took, PAGE_SECONDS))
    return rows


def _answered(client: object, address: str, status: int, etag: str = "") -> None:
    headers = {"if-none-match": etag} if etag else {}
    answer = client.get(address, headers=headers)  # type: ignore[attr-defined]
    if answer.status_code != status:
        raise RuntimeError(f"{address} answered {answer.status_code}")


def main() -> int:
    """Measure, print the table, and tell whether every promise holds."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("OPENDTM_DATA", folder)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opendtm_server.config.settings")
        import django  # noqa: PLC0415
        from django.core.management import call_command  # noqa: PLC0415

        django.setup()
        call_command("migrate", verbosity=0)
        rows = measure(fill())
    lines = ["| what | seconds | limit | ratio |", "| --- | --: | --: | --: |"]
    lines += [
        f"| {name} | {took:.3f} | {limit:g} | {took / limit:.2f} |" for name, took, limit in rows
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return int(any(seconds > limit for _name, seconds, limit in rows))


if __name__ == "__main__":
    sys.exit(main())
