"""Findings of the floor `measure`: what was chosen, left out or added up on the way to a figure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from opendtm.i18n import Message
from opendtm.records import Finding, Severity, Site, source_column

if TYPE_CHECKING:
    from opendtm.measure.visits import Chosen, Visit


def unknown_sites(table: pa.Table, known: Collection[str]) -> Iterator[Finding]:
    """Report each row whose site is not in the register: its answers are in no figure."""
    if "site_id" not in table.column_names:
        return
    rows = zip(table[source_column()].to_pylist(), table["site_id"].to_pylist(), strict=True)
    for source, site in rows:
        if site is None or site not in known:
            yield Finding(
                check="unknown_site",
                severity=Severity.HARD,
                message=Message(
                    "The site {site} is not in the register; the visit is in no figure.",
                    {"site": site or "-"},
                ),
                source=source,
                concept="site_id",
                value=site,
                remedy=Message(
                    "Add the site to the register, or correct the site's ID in the visit."
                ),
            )


def repeated_visits(visits: Mapping[str, Sequence["Visit"]], here: int) -> Iterator[Finding]:
    """Report each site that was visited several times in the round: the latest visit speaks for it."""
    for site, all_visits in sorted(visits.items()):
        current = [
            visit
            for visit in all_visits
            if visit.position == here and visit.within and visit.answered
        ]
        if len(current) < 2:
            continue
        newest = max(current, key=lambda visit: visit.order)
        yield Finding(
            check="several_visits",
            severity=Severity.NOTE,
            message=Message(
                "The site {site} was visited {visits} times in the round; the latest visit counts, with "
                "its arrivals and departures alone.",
                {"site": site, "visits": len(current)},
            ),
            source=newest.source,
            concept="site_id",
            value=site,
        )


def closed_sites(
    table: pa.Table,
    sites: Sequence[Site],
    chosen: Mapping[str, "Chosen"],
    visits: Mapping[str, Sequence["Visit"]],
    here: int,
) -> Iterator[Finding]:
    """Report each closed site that a visit of the round counts people in."""
    if "idp_individuals" not in table.column_names:
        return
    counted = table["idp_individuals"]
    for site in sites:
        if chosen[site.site_id].state != "closed":
            continue
        for visit in visits.get(site.site_id, ()):
            people = counted[visit.row].as_py() if visit.position == here and visit.within else None
            if people:
                yield _people_in_closed(site, visit.source, people)


def _people_in_closed(site: Site, source: str, people: float) -> Finding:
    return Finding(
        check="closed_site_with_people",
        severity=Severity.HARD,
        message=Message(
            "The site {site} is closed in the register, but a visit of this round counts {people} people; "
            "they are in no figure.",
            {"site": site.site_id, "people": people},
        ),
        source=source,
        concept="idp_individuals",
        value=people,
        remedy=Message("Reopen the site in the register, or correct the visit."),
    )
