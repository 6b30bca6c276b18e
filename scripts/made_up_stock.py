"""Makes the example files of the how-to about stocks: two rounds of a site list, accounts, origins, head-counts.

The country is that of the other examples, and everything in it is made up here, from one seed; `python -m
scripts.made_up_stock` writes them, with `--check` it compares only.
"""

import random
from pathlib import Path
from typing import Any

from scripts.example_files import main, write_csv

SEED = 20261126
DISTRICTS = {"Coast": 8, "Hills": 9, "Plains": 10}
ORIGINS = ("Coast", "Hills", "Lakes", "Plains")
OUT_OF_REACH, NEVER_SEEN, CLOSED, NEW = "H03", "P07", "C08", "P11"
HEAD_COUNTS = 4  # in each district


def rounds(chance: random.Random) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Make two rounds: one site is out of reach in the second, one closed, one opened, one never seen."""
    before, after = [], []
    for district, count in DISTRICTS.items():
        for number in range(1, count + 1):
            first, second = _site(district, number, chance)
            before.append(first)
            after.append(second)
    after.append(_opened(chance))
    return before, after


def _site(
    district: str, number: int, chance: random.Random
) -> tuple[dict[str, Any], dict[str, Any]]:
    code = f"{district[0]}{number:02d}"
    households = round(chance.lognormvariate(4.3, 0.5)) + 20
    people = round(households * chance.uniform(4.0, 5.6))
    came, left = round(people * chance.uniform(0, 0.12)), round(people * chance.uniform(0, 0.06))
    now = people + came - left + round(chance.gauss(0, 0.015) * people)
    origin = chance.choice(ORIGINS)
    first = _row(code, district, number, origin) | {
        "Access": "yes", "Site status": "open", "IDP households": households,
        "IDP individuals": people, "Arrivals": "", "Departures": "",
        "Assessment date": f"2026-11-{chance.randint(2, 6):02d}",
    }  # fmt: skip
    second = first | {
        "IDP households": round(households * now / people), "IDP individuals": now,
        "Arrivals": came, "Departures": left,
        "Assessment date": f"2026-11-{chance.randint(9, 13):02d}",
    }  # fmt: skip
    return _told(first, second)


def _row(code: str, district: str, number: int, origin: str) -> dict[str, Any]:
    return {
        "Site ID": code,
        "Site name": f"{district} {number}",
        "Admin1 name": district,
        "Origin": origin,
    }


def _told(first: dict[str, Any], second: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Take away what nobody could see or say; at one site households alone were counted."""
    nothing = dict.fromkeys(("IDP households", "IDP individuals", "Arrivals", "Departures"), "")
    code = first["Site ID"]
    if code == NEVER_SEEN:
        return first | nothing | {"Access": "no"}, second | nothing | {"Access": "no"}
    if code == OUT_OF_REACH:
        return first, second | nothing | {"Access": "no"}
    if code == CLOSED:
        return first, second | nothing | {"Site status": "closed"}
    if code in {"C03", "P04"}:
        return first | {"Origin": ""}, second | {
            "Origin": "",
            "IDP individuals": second["IDP individuals"],
        }
    if code == "H06":
        return first, second | {"Departures": ""}
    return first, second


def _opened(chance: random.Random) -> dict[str, Any]:
    households = chance.randint(30, 50)
    people = households * 5
    return _row(NEW, "Plains", 11, "Lakes") | {
        "Access": "yes", "Site status": "open", "IDP households": households,
        "IDP individuals": people, "Arrivals": people, "Departures": 0,
        "Assessment date": "2026-11-12",
    }  # fmt: skip


def accounts() -> list[dict[str, Any]]:
    """Make the account of a year, as an office would put it together; what it does not know stays empty."""
    names = (
        "area",
        "opening",
        "new_displacement",
        "births",
        "returns",
        "local_integration",
        "deaths",
        "closing",
    )
    rows = (
        ("Coast", 4210, 380, 96, 240, "", 31, 4390),
        ("Hills", 5120, 910, 120, 415, 60, 44, 5702),
        ("Plains", 6045, 150, 133, 880, 210, "", 5101),
    )
    return [dict(zip(names, row, strict=True)) for row in rows]


def margins(after: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Make the totals of a registration beside the sites' own: by origin and by district, of the same people."""
    stated = [row for row in after if row["Origin"] and row["IDP individuals"] != ""]
    sums: dict[tuple[str, str], int] = {}
    for row in stated:
        for key in (("origin", row["Origin"]), ("place", row["Admin1 name"])):
            sums[key] = sums.get(key, 0) + row["IDP individuals"]
    shift = {"Coast": 40, "Hills": -25, "Lakes": 30, "Plains": -45}
    moved = {"Coast": 30, "Hills": -10, "Plains": -20}
    return [
        {
            "side": side,
            "name": name,
            "persons": count + (shift if side == "origin" else moved)[name],
        }
        for (side, name), count in sorted(sums.items())
    ]


def head_counts(after: list[dict[str, Any]], chance: random.Random) -> list[dict[str, Any]]:
    """Make the head-counts of some sites of each district, drawn by lot; informants said rather too many."""
    listed = [row for row in after if row["IDP individuals"] != ""]
    drawn = {
        row["Site ID"]
        for district in DISTRICTS
        for row in chance.sample(
            [one for one in listed if one["Admin1 name"] == district], HEAD_COUNTS
        )
    }
    return [
        {
            "place": row["Site ID"],
            "stratum": row["Admin1 name"],
            "reported": row["IDP individuals"],
            "counted": round(row["IDP individuals"] * chance.uniform(0.84, 0.99))
            if row["Site ID"] in drawn
            else "",
        }
        for row in listed
    ]


def squares(chance: random.Random) -> list[dict[str, Any]]:
    """Make ten squares of 625 square metres, laid at random over a site, with the people counted in each."""
    return [
        {"square": number, "counted": chance.randint(9, 31), "area": 625} for number in range(1, 11)
    ]


def write(folder: Path) -> None:
    """Write the files into a folder."""
    chance = random.Random(SEED)  # noqa: S311 a made-up story, not a secret
    before, after = rounds(chance)
    write_csv(folder / "round-11.csv", before)
    write_csv(folder / "round-12.csv", after)
    write_csv(folder / "accounts.csv", accounts())
    write_csv(folder / "margins.csv", margins(after))
    write_csv(folder / "head-counts.csv", head_counts(after, chance))
    write_csv(folder / "squares.csv", squares(chance))


if __name__ == "__main__":
    main(write)
