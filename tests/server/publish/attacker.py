"""The attacker of a release: reads its public files alone, and asks a linear program about each site.

It knows nothing of how the house chooses what to withhold. It reads the table with hashtags (sites, their
types, needs, days, what was carried forward) and the workbook (totals, breakdowns, sectors, trend, change).
"""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from typing import Any

from openpyxl import load_workbook
from scipy.optimize import linprog

from opendtm_server.collect import store
from opendtm_server.publish.models import Release

SITE, PERSONS, DAY, TYPE = (
    "#loc+code+site",
    "#affected+idps+ind",
    "#date+observed",
    "#loc+type+code",
)
Row = dict[str, Any]
Unknown = tuple[int, str]  # the release's number, the site


@dataclass
class Attacker:
    """Everything that was read so far: values, sums, and which unknowns are the same number."""

    values: dict[Unknown, float | None] = field(default_factory=dict)
    days: dict[Unknown, str] = field(default_factory=dict)
    sums: list[tuple[dict[Unknown, float], float]] = field(default_factory=list)

    def read(self, release: Release, before: Release | None = None) -> None:
        """Read the files of a release; `before` is the release of the round before, read already."""
        rows = list(_table(release))
        number = release.number
        for row in rows:
            site, value = row[SITE], row[PERSONS]
            if value != "" or _is_withheld(release, site):
                self.values[number, site] = float(value) if value != "" else None
                self.days[number, site] = row[DAY]
        book = sheets(release)
        self._read_figures(number, rows, book["Figures"], before)
        self._read_sectors(number, rows, book["Sectors"])
        self._read_trend(release, book["Trend"])

    def range_of(self, unknown: Unknown) -> tuple[float, float]:
        """Give between what one number must lie."""
        names = list(self.values)
        place = {name: index for index, name in enumerate(names)}
        lines, totals = self._equations(place)
        bounds = [(1, None) if value is None else (value, value) for value in self.values.values()]
        ends = []
        for sign in (1.0, -1.0):
            aim = [sign * float(name == unknown) for name in names]
            found = linprog(aim, A_eq=lines or None, b_eq=totals or None, bounds=bounds)
            assert found.status in {0, 3}, found.message
            ends.append(float("inf") if found.status == 3 else sign * found.fun)
        return ends[0], ends[1]

    def hidden(self) -> list[Unknown]:
        """List what was withheld."""
        return [name for name, value in self.values.items() if value is None]

    def _equations(self, place: dict[Unknown, int]) -> tuple[list[list[float]], list[float]]:
        lines, totals = [], []
        same = [
            ({one: 1.0, other: -1.0}, 0.0)
            for one in self.values
            for other in self.values
            if one[1] == other[1] and one[0] < other[0] and self._is_same(one, other)
        ]
        for terms, total in [*self.sums, *same]:
            line = [0.0] * len(place)
            for name, factor in terms.items():
                line[place[name]] += factor
            lines.append(line)
            totals.append(total)
        return lines, totals

    def _is_same(self, one: Unknown, other: Unknown) -> bool:
        """Tell whether two releases speak of the same visit, and say nothing that contradicts it."""
        told = {self.values[one], self.values[other]} - {None}
        return self.days[one] == self.days[other] and len(told) < 2

    def _add(self, number: int, sites: Iterable[str], total: Any, factor: float = 1.0) -> None:
        terms = {(number, site): factor for site in sites if (number, site) in self.values}
        if isinstance(total, int | float) and terms:
            self.sums.append((terms, float(total)))

    def _read_figures(
        self, number: int, rows: list[Row], figures: list[Row], before: Release | None
    ) -> None:
        sites = [row[SITE] for row in rows]
        carried = [row[SITE] for row in rows if row["#status+figure+code"] == "carried_forward"]
        for row in figures:
            told, part = row["#indicator+value+num"], row["#indicator+carried+num"]
            if row["#indicator+code"] == "idp_individuals":
                self._add(number, sites, told)
                self._add(number, carried, part)
                if before is not None:
                    self._read_change(number, before.number, row)
            elif row["#indicator+code"] == "site_type":
                of_type = [
                    each[SITE] for each in rows if each["#loc+type+name"] == row["#indicator+group"]
                ]
                self._add(number, of_type, told)
                self._add(number, set(of_type) & set(carried), part)

    def _read_change(self, number: int, before: int, row: Row) -> None:
        now = {site for release, site in self.values if release == number}
        was = {site for release, site in self.values if release == before}
        self._add(before, was, row["#indicator+before+num"])
        self._add(number, now - was, row["#indicator+change+new+num"])
        gone = [row[f"#indicator+change+{kind}+num"] for kind in ("closed", "lost")]
        if all(isinstance(each, int | float) for each in gone):
            self._add(before, was - now, -sum(gone))

    def _read_sectors(self, number: int, rows: list[Row], sectors: list[Row]) -> None:
        for row in sectors:
            tag = f"#severity+{row['#sector+code']}"
            worst = [each[SITE] for each in rows if each[tag] in {"serious", "critical"}]
            self._add(number, worst, row["#inneed+idps+ind"])

    def _read_trend(self, release: Release, trend: list[Row]) -> None:
        """Take the trend for the totals of the releases that were read, this one among them."""
        for row in trend:
            for number in {number for number, _ in self.values}:
                read = Release.objects.get(operation=release.operation, number=number)
                corrected = number != release.number and read.run.round == release.run.round
                if str(read.run.round.number) == str(row["#round+code"]) and not corrected:
                    of_release = [site for other, site in self.values if other == number]
                    self._add(number, of_release, row[PERSONS])


def _is_withheld(release: Release, site: str) -> bool:
    """Tell a withheld number from an unknown one, by the words on the map."""
    points = json.loads(_content(release, "points"))["features"]
    words = {point["properties"]["code"]: point["properties"]["words"] for point in points}
    return "withheld" in words.get(site, "")


def _content(release: Release, form: str) -> bytes:
    file = release.files.get(format=form, language="en", sector="")
    return store.read_kept(release.operation.code, file.sha256)


def _table(release: Release) -> Iterator[Row]:
    lines = list(csv.reader(StringIO(_content(release, "csv").decode("utf-8-sig"))))
    start = next(n for n, line in enumerate(lines) if SITE in line)
    yield from (dict(zip(lines[start], line, strict=True)) for line in lines[start + 1 :])


def sheets(release: Release) -> dict[str, list[Row]]:
    """Give the sheets of the workbook by title, each line by its hashtags."""
    book = load_workbook(BytesIO(_content(release, "xlsx")))
    found = {}
    for sheet in book:
        lines = list(sheet.iter_rows(values_only=True))
        start = next((n for n, line in enumerate(lines) if str(line[0]).startswith("#")), None)
        if start is not None:
            found[sheet.title] = [
                dict(zip(lines[start], line, strict=True)) for line in lines[start + 1 :]
            ]
    return found
