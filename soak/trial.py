"""The whole proof on one kind of database, part by part, and how much of each part is asked for."""

import asyncio
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from soak import grounds, volumes
from soak.controls import Control, Controls
from soak.flood import Flood, Flooded
from soak.full_disk import Filled, FullDisk
from soak.house import House
from soak.power import Cuts, Outages
from soak.storm import Force, Outcome, Progress, Storm

PARTS = ("storm", "malformed", "full_disk", "power", "controls")
DISK_MEGABYTES = 700
VOLUMES = {"store": 16, "data": 24, "database": 140}


@dataclass(frozen=True)
class Plan:
    """How much is asked of one database. `limit` is the most seconds that a malformed request may take."""

    faults: int
    kills: int
    minutes: float
    malformed: int
    limit: float
    cuts: int


FULL = Plan(faults=5_000, kills=500, minutes=40, malformed=50_000, limit=2.0, cuts=50)
SHORT = Plan(faults=150, kills=15, minutes=5, malformed=1_000, limit=20.0, cuts=3)


Part = Outcome | Flooded | Filled | Cuts | Control
Mounting = Filled | Cuts | Control


@dataclass
class Findings:
    """What the parts found; a part that was not asked for is empty."""

    storms: list[Outcome] = field(default_factory=list)
    floods: list[Flooded] = field(default_factory=list)
    volumes: list[Filled] = field(default_factory=list)
    outages: list[Cuts] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Tell whether everything that ran passed."""
        parts = chain[Part](self.storms, self.floods, self.volumes, self.outages, self.controls)
        return all(one.passed for one in parts)

    def not_run(self) -> list[str]:
        """List what could not be run on this machine, with the reason."""
        kinds = chain[Mounting](self.volumes, self.outages, self.controls)
        return [
            f"{type(one).__name__} on {one.database}: {one.not_run}" for one in kinds if one.not_run
        ]


@dataclass
class Trial:
    """The proof on one kind of database, in `folder`."""

    kind: str
    plan: Plan
    seed: int
    folder: Path
    say: Progress
    findings: Findings

    def run(self, parts: tuple[str, ...]) -> None:
        """Run the parts that are asked for and add what they found."""
        every: dict[str, Callable[[], None]] = {
            "storm": self.storm,
            "malformed": self.malformed,
            "full_disk": self.full_disk,
            "power": self.power,
            "controls": self.controls,
        }
        for name in parts:
            every[name]()

    def storm(self) -> None:
        """Faults and kills."""
        force = Force(self.plan.faults, self.plan.kills, self.plan.minutes)
        with grounds.standing(self.kind, self.folder / "storm") as house:
            storm = Storm(house, force, self._rng("storm"), self.say)
            self.findings.storms.append(asyncio.run(storm.rage()))
            if not self.findings.storms[-1].passed:
                self._keep_log(house)

    def malformed(self) -> None:
        """Malformed requests."""
        with grounds.standing(self.kind, self.folder / "malformed") as house:
            flood = Flood(
                house, self.plan.malformed, self._rng("malformed"), self.say, self.plan.limit
            )
            self.findings.floods.append(asyncio.run(flood.run()))
            if not self.findings.floods[-1].passed:
                self._keep_log(house)

    def full_disk(self) -> None:
        """Full volumes: of the store, and of the database."""
        for name in ("store", "database" if self.kind == "postgres" else "data"):
            folder = self.folder / f"full-{name}"
            house = grounds.planned(self.kind, folder)
            volume = {
                "store": house.data / "store",
                "data": house.data,
                "database": folder / "postgres",
            }[name]
            try:
                with volumes.small_volume(volume, VOLUMES[name]), self._raised(house):
                    full = FullDisk(house, volume, name, self._rng(f"full {name}"))
                    self.findings.volumes.append(asyncio.run(full.run()))
            except volumes.CannotMount as reason:
                self.findings.volumes.append(Filled(self.kind, name, not_run=str(reason)))
            self.say(f"{house.database.name}: volume of the {name} filled")
            shutil.rmtree(folder, ignore_errors=True)

    def power(self) -> None:
        """Power cuts."""
        folder = self.folder / "power"
        try:
            with volumes.disk(folder, DISK_MEGABYTES) as disk:
                house = grounds.planned(self.kind, disk.folder)
                with self._raised(house):
                    outages = Outages(house, disk, folder, self._rng("power"), self.say)
                    self.findings.outages.append(asyncio.run(outages.cut(self.plan.cuts)))
        except volumes.CannotMount as reason:
            self.findings.outages.append(
                Cuts(self.kind, wanted=self.plan.cuts, not_run=str(reason))
            )
        shutil.rmtree(folder, ignore_errors=True)

    def controls(self) -> None:
        """Houses that are broken on purpose."""
        controls = Controls(self.kind, self.folder / "controls", self._rng("controls"), self.say)
        self.findings.controls += asyncio.run(controls.run())

    @contextmanager
    def _raised(self, house: House) -> Iterator[House]:
        try:
            yield grounds.raise_up(house)
        finally:
            grounds.take_down(house)

    def _rng(self, part: str) -> random.Random:
        return random.Random(f"{self.seed} {self.kind} {part}")

    def _keep_log(self, house: House) -> None:
        log = (house.folder / "house.log").read_text(encoding="utf-8", errors="replace")
        kept = Path("build") / f"soak-{self.kind}.log"
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(log, encoding="utf-8")
        self.say(f"the house's log is in {kept}")
