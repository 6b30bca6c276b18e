"""A report with the withheld numbers taken out wherever they stand, and what can be read off its order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from opendtm.i18n import Label
from opendtm.records import Round
from opendtm.report.model import (
    Action,
    Headline,
    Number,
    SectorBlock,
    SiteNeedsReport,
    SiteRow,
    TrendPoint,
)
from opendtm_server.publish.disclosure.cells import IDPS, RULE, sector_key
from opendtm_server.publish.disclosure.issues import Issue, withheld
from opendtm_server.publish.rewording import reworded

WITHHELD = "withheld"  # one word for all: which of two was small is not said
ARRIVALS, DEPARTURES = "arrivals_individuals", "departures_individuals"


def protect(
    report: SiteNeedsReport,
    *,
    before: SiteNeedsReport | None = None,
    issues: Sequence[Issue] = (),
) -> SiteNeedsReport:
    """Give the report without small cells and without all from which they could be worked out.

    `before` is the report of the round before as it is known now; `issues` are the releases that are out, the
    oldest first.
    """
    veil = Veil(withheld(report, before=before, issues=issues), _rounds(issues))
    sites = tuple(sorted((veil.row(row) for row in report.sites), key=_is_veiled))
    by_id = {row.site_id: row for row in sites}
    totals = {name: veil.number(number, f"{name}||") for name, number in report.totals.items()}
    protected = replace(
        report,
        sites=sites,
        totals=totals,
        headlines=tuple(veil.headline(each, totals) for each in report.headlines),
        sectors=_ranked([veil.sector(block, by_id) for block in report.sectors]),
        breakdowns={name: veil.parts(name, parts) for name, parts in report.breakdowns.items()},
        actions=tuple(veil.action(each, by_id) for each in report.actions),
        trend=tuple(veil.point(point, report) for point in report.trend),
        map=replace(report.map, sites=tuple(by_id[row.site_id] for row in report.map.sites)),
    )
    return reworded(report, protected)


def shown_figures(report: SiteNeedsReport) -> dict[str, float | None]:
    """Give the keys that a protected report prints, with the part that was carried forward (None: withheld).

    Of the figures among them, these and no others have a public page. `was|` and `change|` name what it says
    of the round before.
    """
    shown = {
        number.key: number.carried
        for number in _numbers(report)
        if number.key and not number.suppressed
    }
    for headline in report.headlines:
        if headline.change is not None:
            shown[f"change|{headline.indicator}"] = 0.0
            shown.setdefault(f"was|{headline.indicator}||", None)
    return shown | _shown_before(report)


def _shown_before(report: SiteNeedsReport) -> dict[str, float | None]:
    """Say what the trend prints of the round before."""
    earlier = [point for point in report.trend if point.round < report.edition.round]
    if not earlier:
        return {}
    last = max(earlier, key=lambda point: point.round)
    flows = {ARRIVALS: last.arrivals, DEPARTURES: last.departures}
    shown: dict[str, float | None] = {
        f"was|{name}||": None for name, value in flows.items() if value is not None
    }
    if last.idps.value is not None:
        shown[f"was|{IDPS}||"] = last.idps.carried
    return shown


def _numbers(report: SiteNeedsReport) -> Iterator[Number]:
    yield from report.totals.values()
    yield from (headline.number for headline in report.headlines)
    for block in report.sectors:
        key = sector_key(block.sector, block.idps_in_need)
        yield from (block.in_need, block.critical, replace(block.idps_in_need, key=key))
    yield from (number for cells in report.breakdowns.values() for _, number in cells)
    yield from (number for row in report.sites for number in row.numbers.values())


def _rounds(issues: Sequence[Issue]) -> dict[Round, Issue]:
    return {issue.report.edition.round: issue for issue in issues}


def _is_veiled(row: SiteRow) -> tuple[bool, str]:
    """Put sites whose number is withheld at the end, by identifier: their place among others would tell."""
    number = row.numbers.get(IDPS)
    veiled = number is not None and bool(number.suppressed)
    return veiled, row.site_id if veiled else ""


def _ranked(blocks: Sequence[SectorBlock]) -> tuple[SectorBlock, ...]:
    """Rank the sectors whose people are told; the others follow without a rank, which would tell."""
    if not any(block.idps_in_need.suppressed for block in blocks):
        return tuple(blocks)
    told = [block for block in blocks if not block.idps_in_need.suppressed]
    veiled = [block for block in blocks if block.idps_in_need.suppressed]
    ranked = [
        replace(block, rank=place if block.rank is not None else None)
        for place, block in enumerate(told, 1)
    ]
    by_code = sorted(veiled, key=lambda block: block.sector)
    return (*ranked, *(replace(block, rank=None) for block in by_code))


@dataclass(frozen=True, slots=True)
class Veil:
    """Takes withheld numbers out: the keys that are withheld, and the releases that are out, by round."""

    keys: frozenset[str]
    issues: dict[Round, Issue]

    def number(self, number: Number, key: str | None) -> Number:
        """Take a number out, or only the part of it that was carried forward."""
        if key in self.keys or number.suppressed or RULE.is_small(number.value, number.unit):
            return replace(number, value=None, carried=None, suppressed=WITHHELD)
        return replace(number, carried=None) if f"{key}#carried" in self.keys else number

    def row(self, row: SiteRow) -> SiteRow:
        """Give a line of the site table."""
        numbers = {
            name: self.number(number, f"{name}|{row.site_id}|")
            for name, number in row.numbers.items()
        }
        return replace(row, numbers=numbers)

    def headline(self, headline: Headline, totals: dict[str, Number]) -> Headline:
        """Give a box; a change is told whole or not at all."""
        name = headline.indicator
        number = totals.get(name, headline.number)
        telling = f"was|{name}||" in self.keys or any(
            key.startswith(f"change|{name}|") for key in self.keys
        )
        hidden = number.suppressed or telling
        return replace(headline, number=number, change=None if hidden else headline.change)

    def sector(self, block: SectorBlock, by_id: dict[str, SiteRow]) -> SectorBlock:
        """Give what a cluster reads."""
        people = self.number(block.idps_in_need, sector_key(block.sector, block.idps_in_need))
        sites = [by_id.get(row.site_id, row) for row in block.sites]
        sites.sort(key=lambda row: (-(row.needs.get(block.sector) or 0), *_is_veiled(row)))
        return replace(block, sites=tuple(sites), idps_in_need=people)

    def parts(
        self, name: str, parts: Sequence[tuple[Label, Number]]
    ) -> tuple[tuple[Label, Number], ...]:
        """Give a breakdown; by sex and age no carried part where one of the whole is withheld."""
        told = [(label, self.number(number, number.key)) for label, number in parts]
        if name != "age_sex":
            return tuple(told)
        hidden = any(key.endswith("#carried") and key.startswith(IDPS) for key in self.keys)
        return tuple((label, _without_carried(number, always=hidden)) for label, number in told)

    def action(self, action: Action, by_id: dict[str, SiteRow]) -> Action:
        """Give what needs action, with the number of its site as the table has it."""
        row = by_id.get(action.site_id)
        number = self.number(action.idps, f"{IDPS}|{action.site_id}|")
        return replace(action, idps=number if row is None else row.numbers.get(IDPS, number))

    def point(self, point: TrendPoint, report: SiteNeedsReport) -> TrendPoint:
        """Let the trend say of a round what the totals say, and of earlier ones what their releases said."""
        before = max(
            (each.round for each in report.trend if each.round < report.edition.round), default=None
        )
        start = {report.edition.round: "", before: "was|"}.get(point.round)
        if start is None:
            return self._older(point)
        return replace(
            point,
            idps=self.number(point.idps, f"{start}{IDPS}||"),
            arrivals=self._flow(point.arrivals, f"{start}{ARRIVALS}||"),
            departures=self._flow(point.departures, f"{start}{DEPARTURES}||"),
        )

    def _older(self, point: TrendPoint) -> TrendPoint:
        issue = self.issues.get(point.round)
        shown = issue.shown if issue else None
        idps = self.number(point.idps, None)
        if shown is not None and f"{IDPS}||" not in shown:
            idps = replace(idps, value=None, carried=None, suppressed=WITHHELD)
        if idps.carried and (shown or {}).get(f"{IDPS}||") != idps.carried and self._hides(IDPS):
            idps = replace(idps, carried=None)
        flows = {
            name: self._flow(value, f"{name}||") if shown is None or f"{name}||" in shown else None
            for name, value in ((ARRIVALS, point.arrivals), (DEPARTURES, point.departures))
        }
        return replace(point, idps=idps, arrivals=flows[ARRIVALS], departures=flows[DEPARTURES])

    def _flow(self, persons: float | None, key: str) -> float | None:
        return None if key in self.keys or RULE.is_small(persons, "person") else persons

    def _hides(self, name: str) -> bool:
        return any(key.startswith(f"{name}|") for key in self.keys)


def _without_carried(number: Number, *, always: bool) -> Number:
    """Withhold the carried part of a number where it is small, or always."""
    return (
        replace(number, carried=None)
        if always or RULE.is_small(number.carried, number.unit)
        else number
    )
