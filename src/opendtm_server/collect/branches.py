"""Decides what becomes of a change to an entity that a phone sent: pure rules, no database.

A phone numbers its own changes on from the last version that it had from the house (the trunk); the run of
them is a branch. A change applies once the one that it builds on is settled. What it says is then laid
beside what others wrote since: where both wrote the same property differently, it is a conflict, and
nothing is changed until a person has decided. Otherwise both stand, whatever came first.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

State = Mapping[str, str]
LABEL = "label"


class Fate(StrEnum):
    """What becomes of a change."""

    APPLY = "apply"
    HOLD = "hold"
    CONFLICT = "conflict"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class KnownVersion:
    """A version of an entity: its whole state, and the properties that it was made to write."""

    number: int
    state: State
    touched: frozenset[str]


@dataclass(frozen=True, slots=True)
class Change:
    """A change as sent: its place in its branch and what it says, the label under `label`."""

    says: State
    base: int | None = None
    trunk: int | None = None
    branch: str = ""

    @property
    def root(self) -> int:
        """Give the number of the version of the house that it goes back to."""
        return (self.trunk if self.branch else self.base) or self.trunk or 1

    @property
    def first(self) -> bool:
        """Tell whether it builds on that version itself, not on an earlier change of its branch."""
        return not self.branch or self.base is None or self.base == self.root


@dataclass(frozen=True, slots=True)
class Step:
    """A settled change of a branch: the version that it made, and what it said."""

    number: int
    says: State


@dataclass(frozen=True, slots=True)
class Verdict:
    """The fate of a change; the state after it and what it wrote where it applies, or what clashes."""

    fate: Fate
    state: State
    touched: frozenset[str] = frozenset()
    clashing: frozenset[str] = frozenset()


def judge_creation(versions: Iterable[KnownVersion], change: Change) -> Verdict:
    """Decide about a creation, given the entity's versions where it exists."""
    known = list(versions)
    if not known:
        return Verdict(Fate.APPLY, dict(change.says), frozenset(change.says))
    first = known[0].state
    clashing = _differing(change.says, first)
    fate = Fate.CONFLICT if clashing else Fate.REPEAT
    return Verdict(fate, known[-1].state, clashing=clashing)


def judge_update(
    versions: Iterable[KnownVersion], change: Change, steps: Mapping[int, Step]
) -> Verdict:
    """Decide about an update. `steps` are the settled changes of its branch, by the version they built on."""
    known = list(versions)
    if not known:
        return Verdict(Fate.HOLD, {})
    current = known[-1].state
    if (twin := steps.get(change.base or 0)) is not None:
        fate = Fate.REPEAT if twin.says == change.says else Fate.CONFLICT
        return Verdict(fate, current, clashing=_differing(change.says, twin.says))
    trunk = next((one for one in known if one.number == change.root), None)
    if trunk is None or not (change.first or (change.base or 1) - 1 in steps):
        return Verdict(Fate.HOLD, current)
    before = [steps[base] for base in sorted(steps) if base < (change.base or 0)]
    return _laid_beside(known, trunk, before, change)


def _laid_beside(
    known: list[KnownVersion], trunk: KnownVersion, before: list[Step], change: Change
) -> Verdict:
    """Compare what a change writes with what others wrote since, of which its phone knew nothing."""
    current, seen = known[-1].state, dict(trunk.state)
    for step in before:
        seen.update(step.says)
    touched = _differing(change.says, seen)
    own = {step.number for step in before}
    clashing = frozenset(
        name
        for name in touched
        if change.says[name] != current.get(name) and _others_last(name, known, own, trunk.number)
    )
    if clashing:
        return Verdict(Fate.CONFLICT, current, touched, clashing)
    written = {name: change.says[name] for name in touched}
    return Verdict(Fate.APPLY, {**current, **written}, touched)


def _others_last(name: str, known: list[KnownVersion], own: set[int], trunk: int) -> bool:
    """Tell whether somebody else was the last to write a property since the trunk."""
    writers = [one.number for one in known if one.number > trunk and name in one.touched]
    return bool(writers) and writers[-1] not in own


def _differing(says: State, other: State) -> frozenset[str]:
    return frozenset(name for name, said in says.items() if said != other.get(name))
