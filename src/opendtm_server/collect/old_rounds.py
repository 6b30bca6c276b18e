"""Reads an uploaded file: which column holds what, the rows as observations, and the site that each row means.

Columns with personal data are left out by the reader whatever anybody chooses. A row's site is found by its
ID, by a line that somebody wrote, or by a name or alias that only one site has.
"""

import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opendtm.records import Finding, source_column
from opendtm.tables import Mapping as ReadingMapping
from opendtm.tables import Recognition, inspect, read_tables
from opendtm.vocab import fold
from opendtm_server.collect import store
from opendtm_server.collect.errors import SiteLineUnfit
from opendtm_server.places import queries as places

if TYPE_CHECKING:
    from opendtm_server.collect.models import Upload
    from opendtm_server.places.models import Site

CANDIDATES = 3


@dataclass(frozen=True)
class FileRow:
    """One row: where it stands in the file, its values by concept, and the code of its site."""

    place: str
    values: dict[str, Any]
    site: str = ""

    @property
    def written(self) -> str:
        """Give how the file names the site."""
        return str(self.values.get("site_name") or self.values.get("site_id") or "")

    @property
    def day(self) -> date | None:
        """Give the day of the assessment as the file says it."""
        found = self.values.get("assessment_date")
        return found if isinstance(found, date) else None


@dataclass(frozen=True)
class FileReading:
    """A file as it would be taken now."""

    recognised: Recognition
    rows: tuple[FileRow, ...]
    findings: tuple[Finding, ...]
    unknown: dict[str, list["Site"]] = field(default_factory=dict)

    @property
    def placed(self) -> int:
        """Count the rows whose site is known."""
        return sum(1 for row in self.rows if row.site)

    @property
    def concepts(self) -> tuple[str, ...]:
        """Name the concepts that any row speaks of, in the order of the data dictionary."""
        return tuple(dict.fromkeys(name for row in self.rows for name in row.values))

    @property
    def days(self) -> tuple[date, date] | None:
        """Give the first and the last day that the rows name."""
        days = [row.day for row in self.rows if row.day]
        return (min(days), max(days)) if days else None

    def outside(self, first: date, last: date) -> int:
        """Count the rows whose day lies outside of a round."""
        return sum(1 for row in self.rows if row.day and not first <= row.day <= last)


def recognise(upload: "Upload") -> Recognition:
    """Say which column holds what, without anybody's help. Raises the reader's InputProblem."""
    with tempfile.TemporaryDirectory() as folder:
        return inspect(_under_its_name(upload, Path(folder)))


def read_upload(upload: "Upload") -> FileReading:
    """Read the file with the mapping of the upload. Raises the reader's InputProblem."""
    mapping = ReadingMapping.parse(upload.mapping) if upload.mapping else None
    with tempfile.TemporaryDirectory() as folder:
        reading = read_tables(_under_its_name(upload, Path(folder)), mapping=mapping)
    found = _Sites(places.sites(upload.operation), upload.places)
    rows = tuple(_row(values, found) for values in reading.observations.to_pylist())
    missing = Counter(row.written for row in rows if not row.site)
    unknown = {name: found.like(name) for name, _count in missing.most_common()}
    return FileReading(reading.report, rows, reading.findings, unknown)


def site_lines(upload: "Upload", text: str) -> dict[str, str]:
    """Read lines like `Old market = TL-S0001` into name to code; SiteLineUnfit names the line at fault."""
    codes = set(places.sites(upload.operation).values_list("code", flat=True))
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, equals, code = (part.strip() for part in line.rpartition("="))
        if not line.strip() or (equals and not code):
            continue
        if not name or code not in codes:
            raise SiteLineUnfit(line=line.strip()[:100])
        found[name] = code
    return found


class _Sites:
    """The sites of an operation by code, by name, and by what somebody wrote."""

    def __init__(self, every: "Iterable[Site]", said: Mapping[str, str]) -> None:
        self.sites = list(every)
        self.codes = {site.code for site in self.sites}
        self.said = {fold(name): code for name, code in said.items()}
        self.named: dict[str, set[str]] = {}
        for site in self.sites:
            for name in (site.name, *(alias.name for alias in site.aliases.all())):
                self.named.setdefault(fold(name), set()).add(site.code)

    def code(self, values: Mapping[str, Any]) -> str:
        """Give the code of the site that a row means; nothing where that cannot be told."""
        for written in (values.get("site_id"), values.get("site_name")):
            if not written:
                continue
            if str(written) in self.codes:
                return str(written)
            if known := self.said.get(fold(str(written))):
                return known
            if len(named := self.named.get(fold(str(written)), set())) == 1:
                return next(iter(named))
        return ""

    def like(self, name: str) -> "list[Site]":
        """Give the sites that share most words with a name."""
        words = set(fold(name).split())
        shared = [(len(words & set(fold(site.name).split())), site) for site in self.sites]
        best = sorted(
            (pair for pair in shared if pair[0]), key=lambda pair: (-pair[0], pair[1].code)
        )
        return [site for _count, site in best[:CANDIDATES]]


def _row(values: dict[str, Any], sites: _Sites) -> FileRow:
    source = str(values.pop(source_column()))
    said = {name: value for name, value in values.items() if value not in (None, [])}
    return FileRow(source.partition("#")[2], said, sites.code(said))


def _under_its_name(upload: "Upload", folder: Path) -> Path:
    """Give the kept file under the name that it came with: the name says what its figures are about."""
    path = folder / (Path(upload.filename).name or "table")
    path.symlink_to(store.path_of(upload.operation.code, upload.sha256).absolute())
    return path
