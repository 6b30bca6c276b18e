"""What a report prints of one concept, as a ledger: its cells, and the sums that tie them.

Cells are named by the keys of their figures. `#carried` is the part of a number that was carried forward,
`was|` a number of the round before, `change|` a part of the change since.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from opendtm.measure.disclosure import Cell, Ledger, Standing, ledger, rule, same
from opendtm.report.model import Number, SiteNeedsReport, SiteRow
from opendtm.vocab import Sharing, concept

RULE = rule(Sharing.PUBLIC)
IDPS = "idp_individuals"
IN_NEED = 2  # serious; the levels run from 0 to 3
SITE, PART, CARRIED, CHANGE, TOTAL = 1.0, 20.0, 40.0, 200.0, 2000.0  # how dear each is to withhold
CLOSE = 1e-6
Known = tuple[str, date, float]  # a site, the day of its answers, and the number


@dataclass
class Page:
    """The cells and sums of one concept while they are gathered."""

    cells: dict[Hashable, Cell] = field(default_factory=dict)
    relations: list[tuple[tuple[Hashable, float], ...]] = field(default_factory=list)
    known: dict[Known, list[Hashable]] = field(default_factory=dict)

    def put(self, key: str, value: float | None, unit: str, *, weight: float) -> None:
        """Add a number that the report prints unless it is unknown."""
        if value is not None:
            self.cells[key] = Cell(key, float(value), unit, weight=weight)

    def tie(self, total: str, parts: Mapping[str, float]) -> None:
        """State that a number is the sum of others, times their factors.

        What it holds beside them is taken as known to everybody, which is the safe side.
        """
        if total not in self.cells:
            return
        terms = {key: factor for key, factor in parts.items() if key in self.cells}
        added = sum(self.cells[key].value * factor for key, factor in terms.items())
        rest = self.cells[total].value - added
        if abs(rest) > CLOSE:
            key = f"{total}#rest"
            self.cells[key] = Cell(key, rest, "", standing=Standing.SHOWN, signed=True)
            terms[key] = 1.0
        self.relations.append((*terms.items(), (total, -1.0)))

    def ledger(self) -> Ledger:
        """Give the ledger under the rule of public data."""
        return ledger(list(self.cells.values()), self.relations, rule=RULE)


def page(report: SiteNeedsReport, before: SiteNeedsReport | None, name: str) -> Page:
    """Gather what a report, nothing withheld yet, prints of one concept; `before` is of the round before."""
    found = Page()
    unit = concept(name).unit or "person"
    _put_sites(found, report, name, unit)
    _put_total(found, report, name)
    if name == IDPS:
        _put_parts(found, report, unit)
    if before is not None:
        _put_before(found, before, name, unit)
        _put_change(found, report, before, name, unit)
    return found


def concepts(report: SiteNeedsReport) -> tuple[str, ...]:
    """List the concepts that a report counts."""
    in_rows = (name for row in report.sites for name in row.numbers)
    return tuple(dict.fromkeys([*report.totals, *in_rows]))


def site_key(name: str, site: str) -> str:
    """Give the key of a site's number."""
    return f"{name}|{site}|"


def _values(report: SiteNeedsReport, name: str) -> Iterator[tuple[SiteRow, float]]:
    for row in report.sites:
        number = row.numbers.get(name)
        if number is not None and number.value is not None:
            yield row, number.value


def _put_sites(found: Page, report: SiteNeedsReport, name: str, unit: str) -> None:
    for row, value in _values(report, name):
        key = site_key(name, row.site_id)
        found.put(key, value, unit, weight=SITE)
        if row.as_of is not None:
            found.known.setdefault((row.site_id, row.as_of, value), []).append(key)


def _put_total(found: Page, report: SiteNeedsReport, name: str) -> None:
    total = report.totals.get(name)
    if total is not None:
        members = {site_key(name, row.site_id): 1.0 for row in report.sites}
        _put_sum(found, f"{name}||", total, members, weight=TOTAL, carried=_carried(report, name))


def _put_sum(
    found: Page,
    key: str,
    number: Number,
    members: Mapping[str, float],
    *,
    weight: float,
    carried: frozenset[str],
) -> None:
    """Add a printed sum over sites, and what of it was carried forward."""
    value = number.value
    if value is None and number.suppressed:
        value = sum(found.cells[each].value for each in members if each in found.cells)
    found.put(key, value, number.unit, weight=weight)
    found.tie(key, members)
    if number.carried:
        found.put(f"{key}#carried", number.carried, number.unit, weight=CARRIED)
        found.tie(f"{key}#carried", {each: 1.0 for each in members if each in carried})


def _carried(report: SiteNeedsReport, name: str) -> frozenset[str]:
    return frozenset(
        site_key(name, row.site_id)
        for row, value in _values(report, name)
        if row.numbers[name].carried == value
    )


def _put_parts(found: Page, report: SiteNeedsReport, unit: str) -> None:
    carried = _carried(report, IDPS)
    for _, number in report.breakdowns.get("site_type", ()):
        code = (number.key or "").rpartition("site_type=")[2]
        members = _of(row for row in report.sites if (row.site_type or "unknown") == code)
        _put_sum(found, number.key or code, number, members, weight=PART, carried=carried)
    for block in report.sectors:
        members = _of(row for row in report.sites if in_need(row, block.sector))
        key = sector_key(block.sector, block.idps_in_need)
        _put_sum(found, key, block.idps_in_need, members, weight=PART, carried=carried)
    _put_ages(found, report, unit)


def in_need(row: SiteRow, sector: str) -> bool:
    """Tell whether a site is counted among those in need of a sector."""
    return (row.needs.get(sector) or 0) >= IN_NEED


def sector_key(sector: str, number: Number) -> str:
    """Give the key of the people in need of a sector."""
    return number.key or f"sector|{sector}"


def _of(rows: Iterable[SiteRow]) -> dict[str, float]:
    return {site_key(IDPS, row.site_id): 1.0 for row in rows}


def _put_ages(found: Page, report: SiteNeedsReport, unit: str) -> None:
    """Add the persons by sex and age; a part that came without its value is taken for what is left over."""
    parts = [number for _, number in report.breakdowns.get("age_sex", ())]
    total = report.totals.get(IDPS)
    blank = [number for number in parts if number.value is None and number.suppressed]
    told = sum(number.value or 0.0 for number in parts)
    share = ((total.value or 0.0) - told) // len(blank) if total and blank else 1.0
    largest = RULE.thresholds[unit].smallest - 1.0
    for number in parts:
        value = min(max(share, 1.0), largest) if number in blank else number.value
        found.put(number.key or "", value, unit, weight=SITE)
    if parts:
        found.tie(f"{IDPS}||", {number.key or "": 1.0 for number in parts})


def _put_before(found: Page, before: SiteNeedsReport, name: str, unit: str) -> None:
    """Add the round before as it is known now: sites, which are not printed, and the sum, which is."""
    for row, value in _values(before, name):
        key = f"was|{site_key(name, row.site_id)}"
        found.cells[key] = Cell(key, value, unit, standing=Standing.HIDDEN)
        if row.as_of is not None:
            known = (row.site_id, row.as_of, value)
            found.relations += [same(key, other) for other in found.known.get(known, ())]
            found.known.setdefault(known, []).append(key)
    total = before.totals.get(name)
    if total is not None:
        members = {f"was|{site_key(name, row.site_id)}": 1.0 for row in before.sites}
        carried = frozenset(f"was|{each}" for each in _carried(before, name))
        _put_sum(found, f"was|{name}||", total, members, weight=TOTAL, carried=carried)


def _put_change(
    found: Page, report: SiteNeedsReport, before: SiteNeedsReport, name: str, unit: str
) -> None:
    """Add the parts of the change since the round before, each a sum over the sites that it is about."""
    change = next((each.change for each in report.headlines if each.indicator == name), None)
    if change is None:
        return
    listed = {row.site_id for row in report.sites}
    now = {row.site_id for row, _ in _values(report, name)}
    was = {row.site_id for row, _ in _values(before, name)}
    gone = was - now
    parts = {
        "newly_covered": (change.newly_covered, _each(name, now - was)),
        "closed": (-change.closed, _each(f"was|{name}", gone - listed)),
        "lost_access": (-change.lost_access, _each(f"was|{name}", gone & listed)),
    }
    for part, (value, members) in parts.items():
        found.put(f"change|{name}|{part}", value, unit, weight=CHANGE)
        found.tie(f"change|{name}|{part}", members)


def _each(start: str, sites: Iterable[str]) -> dict[str, float]:
    return {f"{start}|{site}|": 1.0 for site in sites}
