"""The result in figures: as JSON for machines, as a table for docs/benchmarks.md."""

import os
import platform
from dataclasses import asdict
from typing import Any

from soak.trial import Findings


def as_json(seed: int, seconds: float, findings: Findings) -> dict[str, Any]:
    """Give everything that was found, with the verdict of each part and of the whole."""
    parts = {
        name: [asdict(one) | {"passed": one.passed} for one in getattr(findings, name)]
        for name in ("storms", "floods", "volumes", "outages", "controls")
    }
    return {
        "passed": findings.passed,
        "seed": seed,
        "seconds": round(seconds, 1),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "not_run": findings.not_run(),
        **parts,
    }


def as_table(findings: Findings) -> str:
    """Write the table: one line for each database and part."""
    lines = ["| part | database | what happened | broken |", "| --- | --- | --- | --: |"]
    for storm in findings.storms:
        happened = (
            f"{storm.faults:,} faults, {storm.kills:,} of them kills; {storm.submissions:,} forms and "
            f"{storm.files:,} files acknowledged; slowest recovery {storm.slowest_recovery:.1f} s; "
            f"{storm.seconds / 60:.1f} min"
        )
        lines.append(_line("storm", storm.database, happened, storm.breaches, storm.complaints))
    for flood in findings.floods:
        happened = (
            f"{flood.sent:,} malformed requests; slowest {flood.worst:.2f} s; workers grew by "
            f"{flood.growth / 2**20:.0f} MB; {flood.below:,} refused below the house; "
            f"{flood.seconds / 60:.1f} min"
        )
        lines.append(_line("malformed", flood.database, happened, flood.complaints))
    for full in findings.volumes:
        happened = full.not_run or (
            f"volume of the {full.volume} full: {full.refused} times 503; taken again "
            f"{full.resumed:.1f} s after space was made"
        )
        lines.append(_line("full disk", full.database, happened, full.breaches, full.complaints))
    for cuts in findings.outages:
        happened = cuts.not_run or (
            f"{cuts.cuts} power cuts; {cuts.submissions:,} forms acknowledged; {cuts.seconds / 60:.1f} min"
        )
        lines.append(_line("power", cuts.database, happened, cuts.breaches, cuts.complaints))
    for control in findings.controls:
        caught = f"caught in round {control.rounds}" if control.breach else "NOT CAUGHT"
        happened = f"{control.name}: {control.not_run or caught}"
        lines.append(_line("control", control.database, happened, [] if control.passed else [""]))
    return "\n".join(lines)


def _line(part: str, database: str, happened: str, *wrong: list[str]) -> str:
    return f"| {part} | {database} | {happened} | {sum(len(one) for one in wrong)} |"
