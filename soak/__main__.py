"""`python -m soak`: runs the proof, prints the seed, the progress and the table; exit status 1 where broken."""

import argparse
import json
import logging
import secrets
import signal
import sys
import time
from dataclasses import replace
from itertools import chain
from pathlib import Path

from soak import grounds, summary
from soak.full_disk import Filled
from soak.power import Cuts
from soak.storm import Outcome
from soak.trial import FULL, PARTS, SHORT, Findings, Plan, Trial

EVERY = 5.0
SHOWN = 30


def options() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__)
    parser.add_argument("--seed", type=int, help="the same seed draws the same faults")
    parser.add_argument("--short", action="store_true", help="the version that runs with the tests")
    parser.add_argument("--faults", type=int, help="faults, over both databases")
    parser.add_argument("--kills", type=int, help="kills among them")
    parser.add_argument("--malformed", type=int, help="malformed requests, over both databases")
    parser.add_argument("--cuts", type=int, help="power cuts, over both databases")
    parser.add_argument("--minutes", type=float, help="most minutes for the faults of a database")
    parser.add_argument("--database", choices=(*grounds.KINDS, "both"), default="both")
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part; repeatable")
    parser.add_argument("--folder", type=Path, help="where the houses stand (default: in memory)")
    parser.add_argument("--json", type=Path, help="also write the result to this file")
    return parser


def planned(chosen: argparse.Namespace, kinds: int) -> Plan:
    """Give the plan for each of `kinds` databases."""
    plan = SHORT if chosen.short else FULL
    for name in ("faults", "kills", "malformed", "cuts"):
        wanted = getattr(chosen, name)
        if wanted is not None:
            plan = replace(plan, **{name: -(-wanted // kinds)})
    return replace(plan, minutes=chosen.minutes) if chosen.minutes is not None else plan


class Progress:
    """Says how far the proof is, every few seconds at most."""

    def __init__(self) -> None:
        """Begin the clock."""
        self.begun = time.monotonic()
        self.said = 0.0

    def __call__(self, words: str) -> None:
        """Say it, unless something was said just now."""
        now = time.monotonic()
        if now - self.said >= EVERY:
            self.said = now
            sys.stderr.write(f"[{now - self.begun:6.0f} s] {words}\n")
            sys.stderr.flush()


def main() -> int:
    """Run the proof; 1 where something is broken."""
    chosen = options().parse_args()
    # Asked to end, it ends in order: no house, no database, no volume is left behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # A connection that breaks while it is written to is what this program is for; asyncio warns of each.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    seed = secrets.randbelow(2**32) if chosen.seed is None else chosen.seed
    kinds = grounds.KINDS if chosen.database == "both" else (chosen.database,)
    plan, findings, say = planned(chosen, len(kinds)), Findings(), Progress()
    sys.stderr.write(f"seed {seed}\n")
    with grounds.ground(chosen.folder) as folder:
        for kind in kinds:
            trial = Trial(kind, plan, seed, folder / kind, say, findings)
            trial.run(tuple(chosen.part or PARTS))
    result = summary.as_json(seed, time.monotonic() - say.begun, findings)
    if chosen.json:
        chosen.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    _tell(findings, seed, result["seconds"])
    return 0 if findings.passed else 1


def _tell(findings: Findings, seed: int, seconds: float) -> None:
    sys.stdout.write(f"\n{summary.as_table(findings)}\n\n")
    for reason in findings.not_run():
        sys.stdout.write(f"NOT RUN: {reason}\n")
    for words in _broken(findings):
        sys.stdout.write(f"BROKEN: {words}\n")
    verdict = "kept" if findings.passed else "BROKEN"
    sys.stdout.write(f"Promise {verdict}. Seed {seed}, {seconds / 60:.1f} minutes.\n")


def _broken(findings: Findings) -> list[str]:
    held = chain[Outcome | Filled | Cuts](findings.storms, findings.volumes, findings.outages)
    said = [
        f"{one.database}: {words}"
        for one in held
        for words in (*one.breaches[:SHOWN], *one.complaints[:SHOWN])
    ]
    said += [f"{storm.database}: {storm.short}" for storm in findings.storms if storm.short]
    return said + [
        f"{flood.database}: {words}" for flood in findings.floods for words in flood.complaints
    ]


if __name__ == "__main__":
    sys.exit(main())
