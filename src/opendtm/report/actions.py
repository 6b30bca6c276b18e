"""What needs action now, from the figures alone: at most eight lines, each with its reason.

Four kinds, in this order: critical need in a sector of the mission, large arrivals, lost access, visits
overdue. Each kind is ordered by the number of IDPs; a kind never pushes the others off the page, because
each has a number of places of its own, and what one kind leaves free goes to the others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from opendtm.i18n import Message
from opendtm.records import Method
from opendtm.report import findings
from opendtm.report.model import Action, Number
from opendtm.report.needs import CRITICAL
from opendtm.report.rows import Standing, idps
from opendtm.vocab import code_list

MOST = 8
MISSION = ("protection", "wash", "health", "food_security", "shelter", "security")
LARGE_ARRIVALS = 50  # persons since the last visit, at least
LARGE_SHARE = 0.1  # of those present, at least
OVERDUE = 2  # rounds without a visit, at least


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of action: its places of its own, and the action for a site, None where there is none."""

    places: int
    read: Callable[[Standing], Action | None]


def actions(standings: Sequence[Standing]) -> tuple[Action, ...]:
    """Choose what needs action now; a site stands once, with the weightiest of its reasons."""
    by_kind: list[list[Action]] = []
    seen: set[str] = set()
    for kind in KINDS:
        found = [
            action
            for line in standings
            if line.row.site_id not in seen and (action := kind.read(line))
        ]
        found.sort(key=_order)
        seen |= {action.site_id for action in found}
        by_kind.append(found)
    return tuple(_shared_out(by_kind))


def _shared_out(by_kind: Sequence[Sequence[Action]]) -> list[Action]:
    taken = [min(len(found), kind.places) for found, kind in zip(by_kind, KINDS, strict=True)]
    for position, found in enumerate(by_kind):
        free = MOST - sum(taken)
        taken[position] += min(free, len(found) - taken[position])
    return [action for found, n in zip(by_kind, taken, strict=True) for action in found[:n]]


def _order(action: Action) -> tuple[float, str]:
    return -(action.idps.value or 0), action.site_id


def _critical(line: Standing) -> Action | None:
    worst = [sector for sector in MISSION if line.row.needs.get(sector) == CRITICAL]
    if not worst or idps(line.row) == 0:
        return None
    labels = [code_list("sector").get(sector).label for sector in worst]
    return _action(line, findings.critical_need(labels), sector=worst[0])


def _arrivals(line: Standing) -> Action | None:
    number = line.row.numbers.get("arrivals_individuals")
    arrived, present = number.value if number else None, idps(line.row)
    if arrived is None or arrived < LARGE_ARRIVALS or (present and arrived < LARGE_SHARE * present):
        return None
    return _action(line, findings.large_arrivals(arrivals=arrived, present=present))


def _access(line: Standing) -> Action | None:
    if line.row.state != "inaccessible":
        return None
    return _action(line, findings.no_access(line.row.as_of))


def _overdue(line: Standing) -> Action | None:
    if line.row.state != "not_covered" or line.status == "planned":
        return None
    if line.age is not None and line.age < OVERDUE:
        return None
    return _action(line, findings.overdue(last=line.row.as_of, rounds=line.age))


def _action(line: Standing, reason: Message, *, sector: str | None = None) -> Action:
    row = line.row
    unknown = Number(None, "person", Method.UNKNOWN)
    number = row.numbers.get("idp_individuals", unknown)
    return Action(row.site_id, row.name, sector, reason, number, row.as_of)


KINDS = (Kind(4, _critical), Kind(2, _arrivals), Kind(1, _access), Kind(1, _overdue))
