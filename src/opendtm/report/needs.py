"""One block a sector: the sites in need, the people living there, the worst first.

A site is in need from the level serious. Sectors are ranked by the IDPs of their sites in need; equal ones
keep the order of the code list. The counts are figures of the engine; the lines are those of the site table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from opendtm import measure
from opendtm.i18n import Message
from opendtm.measure import Panel
from opendtm.records import Figure, Method
from opendtm.report import findings
from opendtm.report.headlines import number_of
from opendtm.report.model import Number, SectorBlock, SiteRow
from opendtm.report.rows import Standing, idps, sectors_asked
from opendtm.vocab import code_list

IN_NEED, CRITICAL = 2, 3
LEVELS = ("none", "some", "serious", "critical")


def blocks(panel: Panel, standings: Sequence[Standing]) -> tuple[SectorBlock, ...]:
    """Give the ranked blocks of the sectors that the source was asked about."""
    sectors = sectors_asked(panel)
    if not sectors:
        return ()
    priorities = any(line.priorities for line in standings)
    counted = _counted(panel, sectors, priorities=priorities)
    build = _of_priorities if priorities else _of_levels
    found = [build(sector, standings, counted) for sector in sectors]
    order = {sector: position for position, sector in enumerate(sectors)}
    found.sort(key=lambda block: (-(block.idps_in_need.value or 0), order[block.sector]))
    return tuple(
        replace(block, rank=rank if block.answered else None) for rank, block in enumerate(found, 1)
    )


def worst_first(row: SiteRow, sector: str) -> tuple[int, float, str]:
    """Order sites: the higher need, then the more IDPs, then the identifier."""
    return -(row.needs.get(sector) or 0), -(idps(row) or 0), row.site_id


def _counted(panel: Panel, sectors: Sequence[str], *, priorities: bool) -> Mapping[str, Figure]:
    kinds = (
        ("priority_sites",) if priorities else ("need_sites", "need_sites_critical", "need_idps")
    )
    names = [f"{kind}_{sector}" for kind in kinds for sector in sectors]
    known = frozenset(measure.identifiers())
    asked = [name for name in names if name in known]
    found = measure.figures(panel, indicators=asked, sources=False)
    return {figure.indicator: figure for figure in found if not figure.by}


def _of_levels(
    sector: str, standings: Sequence[Standing], counted: Mapping[str, Figure]
) -> SectorBlock:
    in_need = counted[f"need_sites_{sector}"]
    critical = counted[f"need_sites_critical_{sector}"]
    people = counted[f"need_idps_{sector}"]
    finding = findings.sector(
        in_need=int(in_need.value or 0),
        critical=int(critical.value or 0),
        answered=in_need.n_places,
        idps=people.value,
    )
    numbers = (number_of(in_need), number_of(critical), number_of(people))
    return _block(sector, standings, numbers, finding=finding, answered=in_need.n_places)


def _of_priorities(
    sector: str, standings: Sequence[Standing], counted: Mapping[str, Figure]
) -> SectorBlock:
    naming = counted[f"priority_sites_{sector}"]
    people = _people(
        [line.row for line in standings if (line.row.needs.get(sector) or 0) >= IN_NEED]
    )
    finding = findings.priority(
        in_need=int(naming.value or 0), answered=naming.n_places, idps=people.value
    )
    numbers = (number_of(naming), Number(None, "site", Method.UNKNOWN), people)
    return _block(sector, standings, numbers, finding=finding, answered=naming.n_places)


def _block(
    sector: str,
    standings: Sequence[Standing],
    numbers: tuple[Number, Number, Number],
    *,
    finding: Message,
    answered: int,
) -> SectorBlock:
    in_need, critical, people = numbers
    rows = [line.row for line in standings]
    worst = [row for row in rows if (row.needs.get(sector) or 0) >= IN_NEED]
    return SectorBlock(
        sector=sector,
        label=code_list("sector").get(sector).label,
        rank=None,
        in_need=in_need,
        critical=critical,
        answered=answered,
        idps_in_need=people,
        levels=_levels(sector, rows),
        sites=tuple(sorted(worst, key=lambda row: worst_first(row, sector))),
        finding=finding,
    )


def _levels(sector: str, rows: Sequence[SiteRow]) -> dict[str, int]:
    found = [row.needs.get(sector) for row in rows]
    counts = {name: found.count(level) for level, name in enumerate(LEVELS)}
    return counts | {"unknown": found.count(None)}


def _people(rows: Sequence[SiteRow]) -> Number:
    """Add up the IDPs of sites that name a priority; unknown where there are such sites and none is known."""
    known = [row.numbers["idp_individuals"] for row in rows if idps(row) is not None]
    if rows and not known:
        return Number(None, "person", Method.UNKNOWN)
    carried = sum(number.carried or 0.0 for number in known)
    method = max(
        (number.method for number in known), key=list(Method).index, default=Method.OBSERVED
    )
    return Number(sum(number.value or 0 for number in known), "person", method, carried)
