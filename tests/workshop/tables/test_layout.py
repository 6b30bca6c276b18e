"""Where the table stands on its sheet."""

from pathlib import Path

import pytest

from opendtm.tables import Fate, TableReading, inspect, read_tables


def read(tmp_path: Path, text: str) -> TableReading:
    path = tmp_path / "idp_sites.csv"
    path.write_text(text, encoding="utf-8")
    return read_tables(path)


def checks(reading: TableReading) -> set[str]:
    return {finding.check for finding in reading.findings}


def test_title_rows_above_the_headings_are_skipped(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        "DTM round 3,,\nAll figures are estimates,,\n,,\nSite name,IDP hh,IDP ind\nA,2,10\nB,3,15\n",
    )
    assert reading.sheets[0].header_rows == (4,)
    assert reading.observations["_source"].to_pylist() == [
        "idp_sites.csv#idp_sites!5",
        "idp_sites.csv#idp_sites!6",
    ]


def test_two_heading_rows_are_joined_over_merged_cells(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        "Site name,IDP,,Returnees,\n,Households,Individuals,Households,Individuals\nA,2,10,1,4\nB,3,15,0,0\n",
    )
    table = reading.observations
    assert reading.sheets[0].header_rows == (1, 2)
    assert table["idp_individuals"].to_pylist() == [10, 15]
    assert table["idp_households"].to_pylist() == [2, 3]
    assert table["returnee_individuals"].to_pylist() == [4, 0]
    assert table["returnee_households"].to_pylist() == [1, 0]


def test_age_and_sex_in_two_heading_rows_become_concepts(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        "Site name,Female,,,,Male,,\n,0-4,5-17,18-59,60+,0-4,5-17,60+\nA,1,2,3,4,5,6,7\nB,1,1,1,1,1,1,1\n",
    )
    first = reading.observations.slice(0, 1).to_pylist()[0]
    assert [first[f"idp_f_{band}"] for band in ("0_4", "5_17", "18_59", "60_plus")] == [1, 2, 3, 4]
    assert [first[f"idp_m_{band}"] for band in ("0_4", "5_17", "60_plus")] == [5, 6, 7]


@pytest.mark.parametrize(
    ("heading", "concept"),
    [
        ("Femmes 0-4 ans", "idp_f_0_4"),
        ("Girls 5 to 17 years", "idp_f_5_17"),
        ("M 60+", "idp_m_60_plus"),
        ("Hommes (18-59)", "idp_m_18_59"),
        ("Boys under 5", "idp_m_0_4"),
    ],
)
def test_age_and_sex_in_one_heading_become_a_concept(
    tmp_path: Path, heading: str, concept: str
) -> None:
    reading = read(tmp_path, f'Site name,"{heading}"\nA,4\nB,5\n')
    assert reading.observations[concept].to_pylist() == [4, 5]


def test_age_band_of_another_system_is_left(tmp_path: Path) -> None:
    reading = read(tmp_path, "Site name,IDP ind,Female 0-5\nA,4,1\nB,5,2\n")
    assert [column.heading for column in reading.unread] == ["Female 0-5"]


def test_hashtag_row_names_the_columns(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        "Lieu,Nombre,Autre\n#loc+name,#affected+idps+ind,#affected+refugees+ind\nA,4,9\nB,5,9\n",
    )
    assert reading.sheets[0].hxl_row == 2
    assert reading.observations["idp_individuals"].to_pylist() == [4, 5]
    assert [column.heading for column in reading.unread] == ["Autre"]


def test_hashtag_without_a_unit_is_less_sure(tmp_path: Path) -> None:
    reading = read(tmp_path, "a,b\n#loc+name,#affected+idps\nA,4\n")
    sure = {column.concept: column.confidence for column in reading.sheets[0].of(Fate.READ)}
    assert sure == {"site_name": 0.95, "idp_individuals": 0.7}


def test_hashtag_that_changes_the_meaning_is_not_taken(tmp_path: Path) -> None:
    reading = read(
        tmp_path, "a,b,IDPs\n#loc+name,#affected+idps+hh,#affected+idps+ind+newdisp\nA,4,20\n"
    )
    assert "idp_individuals" not in reading.observations.column_names


def test_table_without_headings_is_said_to_have_none(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("1,AAA,12,2014-01-01\n2,BBB,13,2014-01-02\n3,CCC,14,2014-01-03\n")
    sheet = inspect(path).sheets[0]
    assert sheet.headerless
    assert sheet.first_row == 1
    assert sheet.n_rows == 3


@pytest.mark.parametrize(
    "word", ["Total", "TOTAL:", "Grand total", "Sous-total", "Total général", "Totaux"]
)
def test_totals_row_is_kept_out_and_reported(tmp_path: Path, word: str) -> None:
    reading = read(tmp_path, f"Site name,IDP ind\nA,4\nB,5\n{word},9\n")
    assert reading.observations["idp_individuals"].to_pylist() == [4, 5]
    assert reading.sheets[0].totals_rows == (4,)
    assert "totals_row_left_out" in checks(reading)


def test_row_that_begins_with_total_must_be_the_sum(tmp_path: Path) -> None:
    sums = read(tmp_path, "Site name,IDP ind\nA,4\nB,5\nTotal of the district,9\n")
    place = read(tmp_path, "Site name,IDP ind\nA,4\nB,5\nTotal filling station,7\n")
    assert sums.observations.num_rows == 2
    assert place.observations.num_rows == 3


def test_last_row_without_a_name_that_is_the_sum_is_a_total(tmp_path: Path) -> None:
    reading = read(tmp_path, "Site name,IDP ind\nA,4\nB,5\n,9\n")
    assert reading.sheets[0].totals_rows == (4,)


def test_notes_under_the_table_are_kept_out_and_reported(tmp_path: Path) -> None:
    reading = read(
        tmp_path, "Site name,IDP hh,IDP ind\nA,1,4\nB,1,5\n,,\nSource: key informants,,\n"
    )
    assert reading.observations.num_rows == 2
    assert reading.sheets[0].note_rows == (5,)
    assert "note_row_left_out" in checks(reading)


def test_row_with_a_name_only_is_a_place_and_stays(tmp_path: Path) -> None:
    reading = read(tmp_path, "Site name,IDP hh,IDP ind\nA,1,4\nB,,\n")
    assert reading.observations["idp_individuals"].to_pylist() == [4, None]
