"""`opendtm index`, as a user calls it: over figures, a table of places, or answers, and with an index of one's own."""

import csv
from pathlib import Path

import pytest

from opendtm.cli.main import main

PLACES = """place,place_name,stability_livelihoods_services,stability_safety_security,stability_social_cohesion
L1,Alpha,80,70,60
L2,Bravo,90,20,85
L3,Charlie,40,"55,5",50
L4,Delta,,60,70
"""
ANSWERS = """SSID,IDP Individuals,ADM1
S1,400,North
S2,200,North
S3,50,South
"""
OWN = """
id: crowding
version: 3
label: {en: Few people, fr: Peu de monde}
definition: {en: Fewer people are better., fr: Moins de monde est mieux.}
source: {en: Ours, fr: Nous}
review: []
aggregation: arithmetic
least_weight: 1
floor: 1
uncertainty: {weights: 0.1, draws: 50, seed: 7}
indicators:
  - {column: idp_individuals, en: Persons, fr: Personnes, weight: 1, worst: 1000, best: 0}
"""


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDTM_LANG", "en")
    monkeypatch.setenv("LANGUAGE", "en")


def kept(tmp_path: Path, name: str, content: str) -> str:
    """Write a file and give its path."""
    (tmp_path / name).write_text(content, encoding="utf-8")
    return str(tmp_path / name)


def rows_of(path: Path) -> list[dict[str, str]]:
    """Read a written table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_index_of_a_table_of_places_is_shown_with_ranks_and_reasons(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["index", "compute", "mobility_stability", kept(tmp_path, "p.csv", PLACES)]) == 0
    said = capsys.readouterr()
    shown = " ".join(said.out.split())
    assert "L1 Alpha 70.0 1 1–1 3 / 3" in shown
    assert "L2 Bravo 20.0 3" in shown
    assert "held down by: Safety and security" in shown
    assert "Indicators with 67 % of the weight are known, not 100 %." in shown
    assert "2,000 draws from the seed 2008" in " ".join(said.err.split())


def test_written_index_says_its_seed_and_what_each_place_was_scored_by(tmp_path: Path) -> None:
    out = tmp_path / "index.csv"
    file = kept(tmp_path, "p.csv", PLACES)
    assert main(["index", "compute", "mobility_stability", file, "-o", str(out)]) == 0
    bravo = rows_of(out)[1]
    told = ("place", "index", "arithmetic", "critical", "index_version", "draws", "seed")
    assert [bravo[name] for name in told] == [
        "L2",
        "20",
        "65",
        "stability_safety_security",
        "2",
        "2000",
        "2008",
    ]
    assert rows_of(out)[2]["stability_safety_security"] == "55.5"


def test_index_of_ones_own_is_the_same_from_answers_and_from_written_figures(
    tmp_path: Path,
) -> None:
    own, answers = kept(tmp_path, "own.yaml", OWN), kept(tmp_path, "a.csv", ANSWERS)
    figures, first, second = (tmp_path / f"{name}.csv" for name in ("figures", "first", "second"))
    assert main(["figures", answers, "--by", "adm1", "-o", str(figures)]) == 0
    level = ["--by", "adm1", "-o"]
    assert main(["index", "compute", own, answers, *level, str(first)]) == 0
    assert main(["index", "compute", own, str(figures), *level, str(second)]) == 0
    assert first.read_bytes() == second.read_bytes()
    found = {row["place"]: (row["index"], row["rank"], row["seed"]) for row in rows_of(first)}
    assert found == {"North": ("40", "2", "7"), "South": ("95", "1", "7")}


def test_what_cannot_be_computed_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = kept(tmp_path, "a.csv", ANSWERS)
    figures = tmp_path / "figures.csv"
    assert main(["figures", answers, "--by", "adm1", "-o", str(figures)]) == 0
    own = kept(tmp_path, "own.yaml", OWN)
    average = kept(tmp_path, "average.yaml", OWN.replace("idp_individuals", "household_size"))
    capsys.readouterr()
    for arguments, words in (
        ([average, answers, "--by", "adm1"], "OD981"),
        (["solutions", str(figures), "--by", "adm1"], "OD981"),
        ([own, str(figures), "--by", "site"], "adm1"),
        (["happiness", answers], "happiness"),
        ([kept(tmp_path, "bad.yaml", "id: ["), answers], "bad.yaml"),
        ([own, str(tmp_path / "absent.csv")], "absent.csv"),
    ):
        assert main(["index", "compute", *arguments]) == 1
        assert words in " ".join(capsys.readouterr().err.split())


def test_list_names_every_index_of_the_catalogue(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", "list"]) == 0
    shown = capsys.readouterr().out
    assert "mobility_stability" in shown
    assert "solutions" in shown
