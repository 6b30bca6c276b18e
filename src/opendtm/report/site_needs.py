"""Builds the Site Needs Report: from observations, a register of sites and rounds, to the whole model.

Where there is no register and no list of rounds (somebody else's file), the latest state of every place of
the file is reported; where the source speaks of no needs, the product is a list of sites.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypedDict, Unpack

import pyarrow as pa

from opendtm import measure
from opendtm.geo import AreaShape, Country
from opendtm.i18n import Label, Message
from opendtm.measure import Panel
from opendtm.records import Change, Coverage, Figure, Round, Site
from opendtm.report import caveats, findings, needs
from opendtm.report.actions import actions
from opendtm.report.atlas import map_model
from opendtm.report.headlines import (
    FLOWS,
    STOCKS,
    breakdowns,
    changes,
    headlines,
    listed_areas,
    listed_sites,
    number_of,
    totals,
    visited,
)
from opendtm.report.limits import limits
from opendtm.report.model import (
    Area,
    Definition,
    Edition,
    Headline,
    MapModel,
    SectorBlock,
    SiteNeedsReport,
    SiteRow,
    Words,
)
from opendtm.report.rows import Standing, standings
from opendtm.report.rows import idps as row_idps
from opendtm.report.trend import ROUNDS, last_rounds, trend

CARRY_ROUNDS = 4
LOWEST_LEVELS = 4  # areas are of the levels 0 to 3


IN_NEED = Definition(
    "need_sites",
    Label("Sites in need, by sector", "Sites ayant un besoin, par secteur"),
    Label(
        "Sites whose informants rate the need in the sector as serious or critical, among the sites that "
        "gave a level. The displaced persons counted are all those of these sites, not only those in need.",
        "Sites dont les informateurs jugent le besoin du secteur important ou critique, parmi les sites "
        "qui ont indiqué un niveau. Les personnes comptées sont toutes celles de ces sites, et non les "
        "seules personnes dans le besoin.",
    ),
    "site",
)
PRIORITIES = Definition(
    "priority_sites",
    Label("Sites naming a priority, by sector", "Sites citant une priorité, par secteur"),
    Label(
        "Sites that name at least one need of the sector among their priorities, among the sites that "
        "named any or said that they have none.",
        "Sites qui citent au moins un besoin du secteur parmi leurs priorités, parmi les sites qui en ont "
        "cité ou ont dit n'en avoir aucune.",
    ),
    "site",
)


class Options(TypedDict, total=False):
    """What a report may be told beside its data.

    `areas` and `context` are drawn on the map; `inaccessible` names sites out of reach in this round;
    `n_rounds` is the length of the trend; `carry_rounds` how long an answer may stand for a site;
    `derived` names the concepts that were computed by a factor.
    """

    areas: Iterable[AreaShape | Area]
    context: Iterable[Country | Area]
    boundaries_source: Words | None
    inaccessible: Collection[str]
    carry_rounds: int
    n_rounds: int
    derived: Collection[str]


@dataclass(frozen=True, slots=True)
class Basis:
    """The panels a report is computed from: this round, the round before, and any of the trend."""

    panel: Panel
    before: Panel | None
    rounds: tuple[Round, ...]
    panel_of: Callable[[Round], Panel]

    @property
    def in_rounds(self) -> bool:
        """Tell whether a register and rounds stand behind the report."""
        return bool(self.rounds)

    @property
    def of_areas(self) -> bool:
        """Tell whether the source speaks of administrative areas alone."""
        levels = self.panel.table["_level"].to_pylist() if self.panel.has("_level") else []
        return bool(levels) and max(levels) < LOWEST_LEVELS


def site_needs(
    observations: pa.Table,
    *,
    sites: Sequence[Site] = (),
    rounds: Sequence[Round] = (),
    at: Round | None = None,
    edition: Edition,
    **options: Unpack[Options],
) -> SiteNeedsReport:
    """Build the report of the round `at` (by default that of the edition).

    Without `rounds` the observations are a foreign file: its latest state is reported as it is, and
    `sites` is not looked at. Raises RoundUnknown where `at` is not among `rounds`.
    """
    if rounds:
        basis = _of_rounds(observations, sites, rounds, at or edition.round, options)
    else:
        basis = _of_panel(measure.single_round(observations))
    return _build(basis, edition, options)


def from_panel(panel: Panel, *, edition: Edition, **options: Unpack[Options]) -> SiteNeedsReport:
    """Build the report of a foreign file whose latest state is already at hand as a panel."""
    return _build(_of_panel(panel), edition, options)


def _of_panel(panel: Panel) -> Basis:
    return Basis(panel, None, (), lambda _: panel)


def _build(basis: Basis, edition: Edition, options: Options) -> SiteNeedsReport:
    derived = options.get("derived", ())
    lines = standings(basis.panel, derived=derived)
    rows = tuple(line.row for line in lines)
    blocks = needs.blocks(basis.panel, lines)
    found = totals(basis.panel, derived=derived)
    changed = changes(basis.before, basis.panel, names=(*STOCKS, *FLOWS))
    coverage = basis.panel.coverage()
    over_time = trend(basis.rounds, basis.panel_of)
    said = limits(lines, totals=found, in_rounds=basis.in_rounds, dated=edition.dated)
    return SiteNeedsReport(
        edition=edition,
        headlines=headlines(found, changes=changed, sites=_sites(basis, coverage)),
        lead=_lead(basis, rows, found, changed, blocks),
        actions=actions(lines),
        sectors=blocks,
        trend=over_time,
        sites=rows,
        map=_map(rows, basis, edition, options),
        coverage=coverage,
        definitions=_definitions(found, blocks),
        limits=(*said, caveats.other_method()) if over_time and over_time[-1].breaks else said,
        method=_method(lines, basis, options),
        breakdowns=breakdowns(basis.panel),
        totals={name: number_of(figure) for name, figure in found.items()},
    )


def _definitions(
    found: Mapping[str, Figure], blocks: Sequence[SectorBlock]
) -> tuple[Definition, ...]:
    """Explain the indicators of the report, those of the sectors once for all sectors."""
    explained = [measure.indicator(name) for name in found]
    totals_ = [Definition(each.id, each.label, each.definition, each.unit) for each in explained]
    if not blocks:
        return tuple(totals_)
    return (*totals_, PRIORITIES if blocks[0].critical.value is None else IN_NEED)


def _of_rounds(
    observations: pa.Table,
    sites: Sequence[Site],
    rounds: Sequence[Round],
    at: Round,
    options: Options,
) -> Basis:
    @cache
    def panel_of(each: Round) -> Panel:
        barred = options.get("inaccessible", ()) if each == at else ()
        return measure.panel(
            observations,
            sites=sites,
            rounds=rounds,
            at=each,
            carry_rounds=options.get("carry_rounds", CARRY_ROUNDS),
            inaccessible=barred,
        )

    shown = last_rounds(rounds, at, n=options.get("n_rounds", ROUNDS))
    earlier = [each for each in sorted(rounds) if each < at]
    before = panel_of(earlier[-1]) if earlier else None
    return Basis(panel_of(at), before, shown, panel_of)


def _sites(basis: Basis, coverage: Coverage) -> Headline:
    if basis.in_rounds:
        return visited(coverage)
    return listed_areas(coverage) if basis.of_areas else listed_sites(coverage)


def _lead(
    basis: Basis,
    rows: Sequence[SiteRow],
    found: Mapping[str, Figure],
    changed: Mapping[str, Change],
    blocks: Sequence[SectorBlock],
) -> Message:
    counted = found.get("idp_individuals")
    idps = counted.value if counted else None
    if basis.of_areas:
        return findings.lead_of_areas(idps=idps, n_areas=counted.n_places if counted else 0)
    n_sites = counted.n_places if counted and idps is not None else len(rows)
    top = blocks[0] if blocks else None
    return findings.lead(idps=idps, n_sites=n_sites, change=changed.get("idp_individuals"), top=top)


def _map(rows: Sequence[SiteRow], basis: Basis, edition: Edition, options: Options) -> MapModel:
    people = [row_idps(row) or 0 for row in rows]
    if basis.of_areas:
        title = findings.map_title_of_areas(idps_by_area=people)
    else:
        title = findings.map_title(idps_by_site=people)
    return map_model(
        rows,
        edition=edition,
        areas=options.get("areas", ()),
        context=options.get("context", ()),
        boundaries_source=options.get("boundaries_source"),
        title=title,
    )


def _method(lines: Sequence[Standing], basis: Basis, options: Options) -> tuple[Message, ...]:
    if basis.in_rounds:
        said = caveats.method_of_rounds(options.get("carry_rounds", CARRY_ROUNDS))
    else:
        said = caveats.method_of_files()
    if any(line.priorities for line in lines):
        return (*said, caveats.needs_from_priorities())
    return said
