"""By which method most of the people of a place or an area were counted, round by round, from the answers themselves."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from opendtm.measure.calendar import Calendar
from opendtm.measure.segments import METHOD, most_used
from opendtm.measure.visits import column, visits_by_site
from opendtm.records import Round


@dataclass(frozen=True, slots=True)
class Counted:
    """The people counted at one site in one round (its number), and the method; None where it is not said."""

    site: str
    round: int
    persons: float
    method: str | None


def counted(
    observations: pa.Table, *, rounds: Sequence[Round], concept: str
) -> tuple[Counted, ...]:
    """Give what the newest answered visit of each site counted in each round; nothing where no method was asked.

    `observations` are those of a panel. What was only carried forward was counted in another round.
    """
    if not {METHOD, concept}.issubset(observations.column_names):
        return ()
    calendar = Calendar(rounds)
    values, methods = column(observations, concept), column(observations, METHOD)
    found = []
    for site, visits in visits_by_site(observations, calendar).items():
        newest = {
            visit.position: visit
            for visit in sorted(visits, key=lambda visit: visit.order)
            if visit.within and visit.answered
        }
        for position, visit in newest.items():
            if values[visit.row] is not None:
                number = calendar.rounds[position].number
                found.append(Counted(site, number, float(values[visit.row]), methods[visit.row]))
    return tuple(found)


def bases(
    counts: Sequence[Counted], *, group: Callable[[str], str | None]
) -> dict[tuple[str, int], str | None]:
    """Name the method behind more than half of the people of each group and round.

    `group` names the group of a site, None for a site of none. The rule is that of `segments.basis`.
    """
    persons: dict[tuple[str, int], dict[str | None, float]] = defaultdict(dict)
    for each in counts:
        key = group(each.site)
        if key is not None:
            told = persons[key, each.round]
            told[each.method] = told.get(each.method, 0.0) + each.persons
    return {key: most_used(by_method) for key, by_method in persons.items()}
