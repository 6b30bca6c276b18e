"""Competing edits: two edits that name the same submission as the one they replace, or that name each other.

Nothing is refused or lost, and one of them counts: what a person chose, or else what the edits themselves
say, never what came first, so that every order of arrival ends the same. Nothing here knows the database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Edit:
    """An edit by instance ID, the one that it says it replaces, and the day of the visit that it tells of."""

    instance_id: str
    replaces: str
    visited_on: date | None = None


@dataclass(frozen=True)
class Ranking:
    """Competing edits, the one that counts first; `candidates` are those among which a person can choose."""

    order: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()


def ranking(edits: Sequence[Edit], *, chosen: str | None = None) -> Ranking:
    """Rank edits that hang together; an empty ranking where nothing competes, as in a line of edits.

    `edits` are all that are linked by the names in them, none of which names itself. Candidates are those that
    no other edit replaces, or, where they go round in a circle, all. The first is the one that continues what
    was chosen; else the one with the latest day of visit, and of these the greatest instance ID.
    """
    links = {one.instance_id: one.replaces for one in edits}
    days = {one.instance_id: one.visited_on or date.min for one in edits}
    tips = set(links).difference(links.values()) or set(links)
    if len(tips) < 2:
        return Ranking()

    def merit(name: str) -> tuple[int, date, str]:
        line = _line(name, links)
        steps = line.index(chosen) if chosen in line else len(links) + 1
        return -steps, days[name], name

    candidates = sorted(tips, key=merit, reverse=True)
    others = sorted(links.keys() - tips, key=lambda name: (len(_line(name, links)), name))
    return Ranking((*candidates, *reversed(others)), tuple(candidates))


def _line(name: str, links: dict[str, str]) -> list[str]:
    """Give what an edit replaces, itself first, as far as it is known; a circle is gone round once."""
    line: list[str] = []
    while name in links and name not in line:
        line.append(name)
        name = links[name]
    return line
