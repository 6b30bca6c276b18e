"""`opendtm report site-needs` over files: products, names, periods, problems and exit statuses."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest

from opendtm.cli import main as door

VISITS = """SSID,Site name,Admin1 name,Latitude,Longitude,Date of visit,IDP individuals,IDP households
A,Camp Nord,Balinga,8.1,20.1,2026-11-03,100,20
A,Camp Nord,Balinga,8.1,20.1,2026-11-10,140,28
B,Camp Sud,Balinga,8.2,20.2,2026-11-04,50,10
"""


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDTM_LANG", "en")


@pytest.fixture
def visits(tmp_path: Path) -> Path:
    """Two sites; the second was not visited in the second week."""
    path = tmp_path / "visits.csv"
    path.write_text(VISITS, encoding="utf-8")
    return path


def run(*arguments: object) -> int:
    return door.main(["report", "site-needs", *map(str, arguments)])


def rows(path: Path) -> list[dict[str, str]]:
    names, _tags, *found = csv.reader(StringIO(path.read_text("utf-8-sig"), newline=""))
    return [dict(zip(names, row, strict=True)) for row in found]


def test_products_have_stable_names(visits: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    status = run(visits, "-o", out, "--format", "csv,xlsx,geojson", "--operation", "Crise Nord")
    assert status == 0
    assert sorted(path.name for path in out.iterdir()) == [
        f"site-needs_crise-nord_2026-11-10_{lang}.{ending}"
        for lang in ("en", "fr")
        for ending in ("csv", "geojson", "xlsx")
    ]


def test_paths_go_to_standard_output_and_words_to_standard_error(
    visits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(visits, "-o", tmp_path, "--format", "csv", "--lang", "en", "--operation", "X")
    said = capsys.readouterr()
    assert said.out.splitlines() == [str(tmp_path / "site-needs_x_2026-11-10_en.csv")]
    assert "recognised: site_id, site_name" in said.err
    assert "190 IDPs live in 2 sites." in said.err


def test_latest_visit_of_each_site_counts(visits: Path, tmp_path: Path) -> None:
    run(visits, "-o", tmp_path, "--format", "csv", "--lang", "en", "--operation", "X")
    found = {
        row["site_id"]: row["idp_individuals"]
        for row in rows(tmp_path / "site-needs_x_2026-11-10_en.csv")
    }
    assert found == {"A": "140", "B": "50"}


def test_as_of_leaves_later_rows_out(visits: Path, tmp_path: Path) -> None:
    run(
        visits,
        "-o",
        tmp_path,
        "--format",
        "csv",
        "--lang",
        "en",
        "--operation",
        "X",
        "--as-of",
        "2026-11-05",
    )
    found = rows(tmp_path / "site-needs_x_2026-11-05_en.csv")
    assert {row["site_id"]: row["idp_individuals"] for row in found} == {"A": "100", "B": "50"}


def test_week_carries_forward_what_was_not_visited(visits: Path, tmp_path: Path) -> None:
    run(
        visits,
        "-o",
        tmp_path,
        "--format",
        "csv",
        "--lang",
        "en",
        "--operation",
        "X",
        "--week",
        "2026-W46",
    )
    found = {row["site_id"]: row for row in rows(tmp_path / "site-needs_x_2026-W46_en.csv")}
    assert (found["A"]["figure_method"], found["A"]["coverage"]) == ("observed", "assessed")
    assert (found["B"]["figure_method"], found["B"]["coverage"]) == (
        "carried_forward",
        "not_covered",
    )
    assert found["B"]["idp_individuals"] == "50"
    assert found["B"]["as_of"] == "2026-11-04"


def test_geojson_names_the_country_of_the_positions(visits: Path, tmp_path: Path) -> None:
    run(visits, "-o", tmp_path, "--format", "geojson", "--lang", "en")
    (path,) = tmp_path.glob("*.geojson")
    found = json.loads(path.read_text())
    assert (found["country"], found["country_code"]) == ("Central African Republic", "CAF")


def test_undated_file_is_named_so(tmp_path: Path) -> None:
    path = tmp_path / "plain.csv"
    path.write_text("Site ID,IDP individuals\nA,5\nB,7\n", encoding="utf-8")
    run(path, "-o", tmp_path, "--format", "csv", "--lang", "en", "--operation", "X")
    assert (tmp_path / "site-needs_x_undated_en.csv").exists()


def test_second_run_replaces_the_first_and_leaves_no_part(visits: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for _ in range(2):
        assert run(visits, "-o", out, "--format", "csv", "--lang", "en") == 0
    assert len(list(out.iterdir())) == 1


def test_failure_while_writing_leaves_the_old_product(
    visits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from opendtm.cli import products

    good = products.Product("a.csv", lambda: b"good")
    products.write(good, tmp_path)

    def broken() -> bytes:
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        products.write(products.Product("a.csv", broken), tmp_path)
    assert (tmp_path / "a.csv").read_bytes() == b"good"
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.parametrize(
    "wrong",
    [["--lang", "xx"], ["--format", "docx"], ["--no-such-option"]],
    ids=lambda each: each[0],
)
def test_wrong_usage_is_status_two(visits: Path, tmp_path: Path, wrong: list[str]) -> None:
    assert run(visits, "-o", tmp_path, *wrong) == 2


@pytest.mark.parametrize(
    ("option", "value"), [("--as-of", "yesterday"), ("--week", "2026-W99"), ("--week", "46")]
)
def test_unclear_period_is_a_problem(
    visits: Path, tmp_path: Path, option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(visits, "-o", tmp_path, option, value) == 1
    assert f"OD402  {value} is neither a day nor a week." in capsys.readouterr().err


def test_missing_file_is_a_problem_in_the_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENDTM_LANG", "fr")
    assert run(tmp_path / "absent.csv", "-o", tmp_path) == 1
    said = capsys.readouterr().err
    assert "fichier absent.csv" in said
    assert "Que faire" in said


def test_nothing_before_the_day_asked_for(
    visits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(visits, "-o", tmp_path, "--as-of", "2020-01-01") == 1
    assert "OD401" in capsys.readouterr().err


def test_lonely_newest_day_is_found() -> None:
    from datetime import date, timedelta

    from opendtm.cli.periods import lonely_days

    usual = [date(2024, 11, 1) + timedelta(days=n % 30) for n in range(300)]
    (finding,) = lonely_days([*usual, date(2025, 11, 15), None])
    assert finding.message.text("en") == (
        "The newest dates stand alone: 1 of them from 15 November 2025 on, all others until 30 November 2024."
    )
    assert lonely_days(usual) == ()
    assert lonely_days([]) == ()
    assert lonely_days([date(2024, 1, 1), date(2026, 1, 1)]) == ()
