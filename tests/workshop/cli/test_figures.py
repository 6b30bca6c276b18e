"""`opendtm figures`: the figures of a file as JSON and as a table, its doubts on standard error."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from opendtm.cli.main import main
from opendtm.i18n import translate
from opendtm.tables.plain import read_plain

HEADINGS = (
    "Site ID",
    "Site name",
    "Admin1 Pcode",
    "Admin1",
    "Type of site",
    "IDP individuals",
    "IDP households",
)
ROWS = (
    ("S1", "Alpha", "X1", "First", "Camp", "1200", "240"),
    ("S2", "Beta", "X1", "First", "Camp", "", ""),
    ("S3", "Gamma", "X2", "Second", "Spontaneous site", "300", "100"),
)
HAITI = "idp/haiti2013/iom-haiti-dtm.csv"
MALAWI = "idp/malawi2024/survey.csv"
API = "idp/dtm_api/global-iom-dtm-from-api-admin-0-to-2.csv"


@pytest.fixture
def sites(tmp_path: Path) -> Path:
    path = tmp_path / "sites.csv"
    path.write_text("\n".join(",".join(row) for row in (HEADINGS, *ROWS)) + "\n", encoding="utf-8")
    return path


def _json(capsys: pytest.CaptureFixture[str], *arguments: object) -> list[dict[str, Any]]:
    status = main(["figures", *map(str, arguments), "--json"])
    told = capsys.readouterr()
    assert status == 0, told.err
    found: list[dict[str, Any]] = json.loads(told.out)
    return found


def _values(found: list[dict[str, Any]], indicator: str) -> dict[str | None, float | None]:
    return {one["place_code"]: one["value"] for one in found if one["indicator"] == indicator}


def test_totals_are_one_object_an_indicator(
    sites: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = _json(capsys, sites)

    names = [one["indicator"] for one in found]
    assert len(names) == len(set(names))
    total = next(one for one in found if one["indicator"] == "idp_individuals")
    assert (total["value"], total["unit"], total["n_places"], total["n_known"]) == (
        1500,
        "person",
        2,
        3,
    )
    assert (total["place_code"], total["place_name"], total["place_level"], total["by"]) == (
        None,
        None,
        "none",
        {},
    )
    assert isinstance(total["value"], int)
    assert _values(found, "household_size")[None] == pytest.approx(1500 / 340)


def test_figures_by_area_and_by_site(sites: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _values(_json(capsys, sites, "--by", "adm1"), "idp_individuals") == {
        "X1": 1200,
        "X2": 300,
    }
    assert _values(_json(capsys, sites, "--by", "site"), "idp_households") == {
        "S1": 240,
        "S2": None,
        "S3": 100,
    }


def test_parts_come_only_when_asked_for(sites: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert all(one["by"] == {} for one in _json(capsys, sites))
    parts = _json(capsys, sites, "--disaggregate", "--indicator", "idp_individuals")
    assert {str(one["by"].get("site_type")): one["value"] for one in parts} == {
        "None": 1500,
        "camp": 1200,
        "spontaneous_site": 300,
    }


def test_labels_follow_the_language(sites: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (one,) = _json(capsys, sites, "--indicator", "idp_households", "--lang", "fr")
    assert one["label"] == "Ménages de personnes déplacées internes"


def test_table_is_written_for_a_person(sites: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["figures", str(sites), "--by", "adm1", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "Internally displaced persons" in out
    assert "X1 First" in out
    assert "1,200" in out
    assert "1 / 2" in out
    assert "{" not in out


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_file_holds_every_figure_with_the_columns_of_the_json(
    sites: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str
) -> None:
    path = tmp_path / f"figures{ending}"
    status = main(["figures", str(sites), "--by", "site", "--lang", "fr", "-o", str(path)])

    told = capsys.readouterr()
    assert (status, told.out) == (0, "")
    table = read_plain(path)
    as_json = _json(capsys, sites, "--by", "site", "--lang", "fr")
    assert f"figures{ending}: {len(as_json)} figures written." in told.err
    assert set(table.headings) == set(as_json[0])
    assert [table.text(name).to_pylist() for name in ("indicator", "label", "place_code")] == [
        [one[name] for one in as_json] for name in ("indicator", "label", "place_code")
    ]
    assert table.numbers("value").to_pylist() == [one["value"] for one in as_json]
    assert None in table.numbers("value").to_pylist()


def test_file_of_another_ending_is_wrong_usage(sites: Path, tmp_path: Path) -> None:
    assert main(["figures", str(sites), "-o", str(tmp_path / "figures.docx")]) == 2


@pytest.mark.skipif(
    translate("Indicator", "fr") == "Indicator", reason="the catalogues are not compiled"
)
def test_table_is_written_in_french(sites: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["figures", str(sites), "--lang", "fr"]) == 0
    out = capsys.readouterr().out
    assert "Personnes déplacées internes" in out
    assert "ensemble" in out
    assert "1\u202f500" in out
    assert "Unit " not in out


def test_indicator_of_no_name_is_a_problem_with_its_remedy(
    sites: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["figures", str(sites), "--indicator", "people"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "OD351" in told.err
    assert "idp_individuals" in told.err


def test_level_of_no_name_is_wrong_usage(sites: Path) -> None:
    assert main(["figures", str(sites), "--by", "county"]) == 2


def test_no_file_is_wrong_usage() -> None:
    assert main(["figures"]) == 2


def test_missing_file_is_a_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["figures", str(tmp_path / "none.csv")]) == 1
    assert "none.csv" in capsys.readouterr().err


def test_table_without_anything_to_count_is_a_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "areas.csv"
    path.write_text("Admin1 Pcode,Admin1\nX1,First\nX2,Second\n", encoding="utf-8")
    assert main(["figures", str(path)]) == 1
    assert "OD355" in capsys.readouterr().err


def _column(path: Path, name: str, *, skip: int) -> list[float]:
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        rows = list(csv.DictReader(file))[skip:]
    return [float(row[name]) for row in rows if row[name] not in {"", "NULL", "NaN"}]


@pytest.mark.shared
def test_haiti_totals_equal_the_sums_of_its_columns(
    shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = _column(shared / HAITI, "Number of Individuals", skip=1)
    households = _column(shared / HAITI, "Number of Households", skip=1)

    found = _json(capsys, shared / HAITI)
    communes = _json(capsys, shared / HAITI, "--by", "adm3", "--indicator", "idp_individuals")

    assert _values(found, "idp_individuals") == {None: sum(people)}
    assert _values(found, "idp_households") == {None: sum(households)}
    assert next(one for one in found if one["indicator"] == "idp_individuals")["n_places"] == len(
        people
    )
    assert sum(one["value"] for one in communes) == sum(people)


@pytest.mark.shared
def test_malawi_totals_equal_the_sums_of_its_columns(
    shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = _column(shared / MALAWI, "m0310_loc_num_idp_ind", skip=0)
    returnees = _column(shared / MALAWI, "m0851_loc_num_return_idp_ind", skip=0)

    found = _json(capsys, shared / MALAWI)

    assert _values(found, "idp_individuals") == {None: sum(people)}
    assert _values(found, "returnee_individuals") == {None: sum(returnees)}


@pytest.mark.shared
def test_table_of_the_api_is_not_added_up_over_levels_and_rounds(
    shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (shared / API).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[1:]
    latest = {"AFG": "2022-12-31T00:00:00", "HTI": "2025-06-30T00:00:00"}

    def total(level: str, country: str) -> float:
        return sum(
            float(row["numPresentIdpInd"])
            for row in rows
            if row["adminLevel"] == level
            and row["admin0Pcode"] == country
            and row["reportingDate"] == latest[country]
        )

    countries = _json(capsys, shared / API, "--by", "adm0", "--indicator", "idp_individuals")
    assert _values(countries, "idp_individuals") == {code: total("0", code) for code in latest}
    for by in ("none", "adm1", "adm2"):
        found = _json(capsys, shared / API, "--by", by, "--indicator", "idp_individuals")
        assert sum(one["value"] for one in found) == sum(
            total(by[-1] if by != "none" else "0", code) for code in latest
        )
