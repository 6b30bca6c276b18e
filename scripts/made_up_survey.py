"""Makes the example files of the manual: sites, a frame of them, a survey drawn from it, a list of analyses.

The country, its sites and all answers are made up here, from one seed; `python -m scripts.made_up_survey`
writes them, with `--check` it compares only. The sample is drawn by the program itself, so that its weights are right.
"""

import random
from pathlib import Path
from typing import Any

from scripts.example_files import main, write_csv

from opendtm.measure.sampling import Design, FrameColumns, draw_sample, sample_table
from opendtm.tables.plain import read_plain

SEED = 20261101
DISTRICTS = {"Coast": 10, "Hills": 14, "Lakes": 12, "Plains": 24}
NEEDS = ("food", "water", "shelter", "health", "work")
LOA_COLUMNS = (
    "analysis_type",
    "analysis_var",
    "group_var",
    "level",
    "analysis_var_numerator",
    "analysis_var_denominator",
    "numerator_NA_to_0",
    "filter_denominator_0",
)
LOA = (
    "prop_select_one,return_plan,,0.95,,,,",
    "prop_select_one,return_plan,district,0.95,,,,",
    'prop_select_one,return_plan,"district, head_sex",0.95,,,,',
    "prop_select_multiple,needs,,0.95,,,,",
    "prop_select_multiple,needs,district,0.95,,,,",
    "mean,household_size,district,0.95,,,,",
    "median,income_month,,0.95,,,,",
    "median,income_month,district,0.95,,,,",
    "ratio,,,0.95,children_enrolled,children_of_age,TRUE,TRUE",
    "ratio,,district,0.95,children_enrolled,children_of_age,TRUE,TRUE",
)


def frame(chance: random.Random) -> list[dict[str, Any]]:
    """Make the sites: each in a district, with a number of households."""
    rows = []
    for district, count in DISTRICTS.items():
        for number in range(1, count + 1):
            households = round(chance.lognormvariate(4.4, 0.7)) + 12
            name = f"{district} {number}"
            rows.append(
                {"site_id": f"{district[0]}{number:02d}", "site": name, "district": district,
                 "households": households}
            )  # fmt: skip
    return rows


def site_list(sites: list[dict[str, Any]], chance: random.Random) -> list[dict[str, Any]]:
    """Make the list of sites that a partner would send, with the headings that people use."""
    return [
        {
            "Site ID": one["site_id"],
            "Site name": one["site"],
            "Admin1 name": one["district"],
            "IDP households": one["households"],
            "IDP individuals": round(one["households"] * chance.uniform(3.8, 5.6)),
            "Assessment date": f"2026-11-{chance.randint(2, 6):02d}",
        }
        for one in sites
    ]


def interviews(sites: list[dict[str, Any]], chance: random.Random) -> list[dict[str, Any]]:
    """Make the answers of the households of a drawn sample; some did not answer, some skipped a question."""
    rows = []
    for site in sites:
        lean = chance.gauss(0, 0.12)  # what the households of one site have in common
        for _ in range(site["draw_interviews"]):
            if chance.random() < 0.06:
                continue
            rows.append({"interview": f"I{len(rows) + 1:03d}"} | _answers(site, lean, chance))
    return _weighted(rows, sites)


def _answers(site: dict[str, Any], lean: float, chance: random.Random) -> dict[str, Any]:
    size = 1 + min(chance.randrange(12), chance.randrange(12))
    children = chance.randint(0, max(size - 2, 0))
    wishes = chance.random() + lean + (0.2 if site["district"] == "Coast" else 0)
    needs = [need for need in NEEDS if chance.random() < 0.4 + lean]
    return {
        "site_id": site["site_id"],
        "district": site["district"],
        "head_sex": chance.choice(("female", "male")),
        "household_size": size,
        "return_plan": "" if chance.random() < 0.03 else _plan(wishes),
        "needs": " ".join(needs) or "none",
        "income_month": "" if chance.random() < 0.1 else round(chance.lognormvariate(3.5, 0.6)),
        "children_of_age": children,
        "children_enrolled": "" if not children else sum(
            chance.random() < 0.6 + lean for _ in range(children)
        ),
    }  # fmt: skip


def _plan(wishes: float) -> str:
    return "return" if wishes > 0.65 else "stay" if wishes > 0.25 else "undecided"


def _weighted(rows: list[dict[str, Any]], sites: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give each interview its weight: that of the draw, raised in each site by those that did not answer."""
    for site in sites:
        made = [row for row in rows if row["site_id"] == site["site_id"]]
        for row in made:
            row["weight"] = round(site["draw_weight"] * site["draw_interviews"] / len(made), 6)
    return rows


def write(folder: Path) -> None:
    """Write the four files into a folder."""
    chance = random.Random(SEED)  # noqa: S311 a made-up story, not a secret
    sites = frame(chance)
    write_csv(folder / "frame.csv", sites)
    columns = FrameColumns(name="site_id", size="households", stratum="district")
    design = Design(clusters=24, per_cluster=10, seed=SEED)
    sample = draw_sample(read_plain(folder / "frame.csv"), columns=columns, design=design)
    write_csv(folder / "survey.csv", interviews(sample_table(sample).to_pylist(), chance))
    write_csv(folder / "sites.csv", site_list(sites, chance))
    lines = [",".join(LOA_COLUMNS), *LOA]
    (folder / "loa.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(write)
