"""The figures that the manual works out by hand are those that the program computes, and the page says them."""

import csv
import math
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from tests.workshop.measuring import observations, only

from opendtm.cli.main import main
from opendtm.i18n import day
from opendtm.measure import figures
from opendtm.measure.panels import Panel, panel
from opendtm.measure.thresholds import threshold
from opendtm.records import Figure, Round, Site

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGE = (DOCS / "explanation" / "three-figures-by-hand.md").read_text(encoding="utf-8")
ROUNDS = [
    Round(date(2026, 10, 5), date(2026, 10, 11), 1),
    Round(date(2026, 10, 12), date(2026, 10, 18), 2),
]
CONCEPTS = {
    "site": "site_id",
    "day": "assessment_date",
    "access": "access",
    "displaced persons": "idp_individuals",
    "need for water": "need_wash",
    "latrines that work": "latrines_working",
}


def table(head: str) -> list[dict[str, str]]:
    """Give the rows of the table of the page whose first row begins with `head`."""
    lines = PAGE[PAGE.index(f"| {head}") :].split("\n\n")[0].splitlines()
    names, _, *rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    return [dict(zip(names, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def seen() -> Panel:
    rows = []
    for row in table("site | round"):
        facts = {concept: row[name] or None for name, concept in CONCEPTS.items()}
        numbers = {
            name: None if facts[name] is None else int(str(facts[name]))
            for name in ("idp_individuals", "latrines_working")
        }
        on = date.fromisoformat(row["day"])
        rows.append(facts | numbers | {"assessment_date": on, "round": row["round"]})
    sites = [Site(site_id=each, name=each, admins=("XX", "X1")) for each in "ABCDE"]
    return panel(observations(rows), sites=sites, rounds=ROUNDS, at=ROUNDS[1])


def figure(seen: Panel, name: str) -> Figure:
    return only(figures(seen, indicators=[name]))


def test_stock_of_an_area_is_as_the_page_adds_it_up(seen: Panel) -> None:
    found = figure(seen, "idp_individuals")
    known = [int(row["persons"]) for row in table("site | persons") if row["persons"].isdigit()]
    assert found.value is not None
    assert found.carried is not None
    assert found.as_of is not None
    assert sum(known) == found.value
    coverage = found.coverage
    for told in (
        f"**{found.value:.0f} persons**",
        f"**{found.carried:.0f} carried forward ({found.carried / found.value * 100:.0f} %)**",
        f"**{found.n_places} of {coverage.n_known} places**",
        f"With an answer of this round: **{coverage.n_assessed} of {coverage.n_known}**",
        f"Out of reach: **{coverage.n_inaccessible}**",
        f"**{day(found.as_of, 'en')}**",
    ):
        assert told in PAGE


def test_ratio_and_limit_are_as_the_page_computes_them(seen: Panel) -> None:
    ratio = figure(seen, "persons_per_latrine")
    beyond = figure(seen, "sites_latrines_beyond_unhcr_emergency")
    need = figure(seen, "need_sites_wash")
    (asked,) = threshold("persons_per_toilet").limits(agency="unhcr", phase="emergency")
    for told in (
        f"= **{ratio.value:.0f} persons per latrine**",
        f"at most **{asked.value:.0f}**",
        f"**{beyond.value:.0f} of {beyond.n_places} sites** whose numbers are known",
        f"**{need.value:.0f} of {need.n_places} sites**. B's",
    ):
        assert told in PAGE


def test_mean_of_the_survey_is_as_the_page_works_it_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (DOCS / "examples").glob("*.csv"):
        shutil.copy(path, tmp_path)
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    (command,) = re.findall(r"```text\n(.*?)\n```", PAGE, flags=re.DOTALL)
    by_hand = {"open": lambda name, encoding: Path(name).read_text(encoding).splitlines()}
    exec(compile(code, "page", "exec"), by_hand)  # noqa: S102 - the reader's own lines
    mean, error = map(float, capsys.readouterr().out.split())

    assert main(command.split()[1:]) == 0

    with Path("results.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["analysis_var"] == "household_size"]
    (row,) = (each for each in rows if each["group_var_value"] == "Lakes")
    assert math.isclose(mean, float(row["stat"]), rel_tol=1e-12)
    assert math.isclose(error, float(row["se"]), rel_tol=1e-9)
    for told in (
        f"= **{mean:.3f}**",
        f"standard error: **{error:.3f}**",
        f"= **{row['df']}**",
        f"from **{float(row['stat_low']):.3f}** to **{float(row['stat_upp']):.3f}**",
    ):
        assert told in PAGE


def test_sums_of_the_sites_are_those_of_the_file() -> None:
    with (DOCS / "examples" / "survey.csv").open(encoding="utf-8") as file:
        lakes = [row for row in csv.DictReader(file) if row["district"] == "Lakes"]
    for told in table("site | interviews"):
        ours = [row for row in lakes if told["site"] in ("all", row["site_id"])]
        weight = sum(float(row["weight"]) for row in ours)
        total = sum(float(row["weight"]) * float(row["household_size"]) for row in ours)
        assert list(told.values())[1:] == [str(len(ours)), f"{weight:,.2f}", f"{total:,.3f}"]
