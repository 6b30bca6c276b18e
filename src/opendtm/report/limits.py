"""Counts the sites that each limit of the figures touches, and puts the limits into sentences."""

from collections.abc import Mapping, Sequence

from opendtm.i18n import Message
from opendtm.records import Figure, Method
from opendtm.report import caveats
from opendtm.report.model import SiteRow
from opendtm.report.rows import Standing, idps
from opendtm.report.sites import MADE


def limits(
    standings: Sequence[Standing], *, totals: Mapping[str, Figure], in_rounds: bool, dated: bool
) -> tuple[Message, ...]:
    """Give the limits of a report, those that touch nothing left out."""
    rows = [line.row for line in standings]
    said = [
        *_of_figures(rows, totals, in_rounds=in_rounds),
        *_of_needs(standings),
        caveats.without_position(
            sum(row.latitude is None or row.longitude is None for row in rows)
        ),
        caveats.without_identifier(sum(row.site_id.startswith(MADE) for row in rows)),
        caveats.without_visit_date(sum(row.as_of is None for row in rows) if not in_rounds else 0),
    ]
    if not dated:
        said.append(caveats.undated())
    return tuple(message for message in said if message.sentence)


def _of_figures(
    rows: Sequence[SiteRow], totals: Mapping[str, Figure], *, in_rounds: bool
) -> list[Message]:
    carried = [row for row in rows if row.method is Method.CARRIED_FORWARD]
    total = totals["idp_individuals"].value if "idp_individuals" in totals else None
    said = []
    if carried or in_rounds:
        people = sum(idps(row) or 0 for row in carried)
        said.append(caveats.carried(n_sites=len(carried), people=people, total=total or 0))
    if total is not None:
        said.append(caveats.unknown_population(sum(idps(row) is None for row in rows)))
        said += _of_sum(rows, total)
    said.append(caveats.derived(sum(_derived(row) for row in rows)))
    said.append(caveats.uneven_households(sum(_uneven(row) for row in rows)))
    return said


def _of_sum(rows: Sequence[SiteRow], total: float) -> list[Message]:
    """Warn where the lines do not add up to the total, as when a source states areas above one another."""
    listed = sum(idps(row) or 0 for row in rows)
    return [] if abs(listed - total) < 0.5 else [caveats.uneven_sum(listed=listed, total=total)]


def _of_needs(standings: Sequence[Standing]) -> list[Message]:
    asked = [line for line in standings if line.row.needs]
    if not asked:
        return []
    if any(line.priorities for line in asked):
        return [
            caveats.unanswered_priorities(sum(not line.answered for line in asked)),
            caveats.key_informants(),
        ]
    return [
        caveats.unknown_needs(sum(None in line.row.needs.values() for line in asked)),
        caveats.key_informants(),
    ]


def _derived(row: SiteRow) -> bool:
    return any(number.method is Method.DERIVED for number in row.numbers.values())


def _uneven(row: SiteRow) -> bool:
    pair = [
        row.numbers[name].value
        for name in ("idp_individuals", "idp_households")
        if name in row.numbers
    ]
    return len(pair) == 2 and (pair[0] is None) != (pair[1] is None)
