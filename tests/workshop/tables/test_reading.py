"""A file into observations: what is read, what is left, and what is said about it."""

import contextlib
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opendtm.errors import InputProblem
from opendtm.errors.tables import FileNotReadable, NoHeaderRow, NothingRecognised
from opendtm.records import observations_schema
from opendtm.tables import Fate, TableReading, inspect, read_many, read_tables, suggested_mapping


def read(tmp_path: Path, text: str, name: str = "idp_sites.csv") -> TableReading:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_tables(path)


def finding(reading: TableReading, check: str) -> object:
    return next(found for found in reading.findings if found.check == check)


def checks(reading: TableReading) -> list[str]:
    return [found.check for found in reading.findings]


def test_columns_become_concepts_in_the_order_of_the_dictionary(tmp_path: Path) -> None:
    reading = read(tmp_path, "Ménages PDI,Date de visite,SSID\n12,2024-05-01,AA1\n")
    table = reading.observations
    assert table.schema.equals(
        observations_schema(["assessment_date", "site_id", "idp_households"])
    )
    assert table.to_pylist()[0] == {
        "_source": "idp_sites.csv#idp_sites!2",
        "assessment_date": date(2024, 5, 1),
        "site_id": "AA1",
        "idp_households": 12.0,
    }


def test_fewer_individuals_than_households_is_a_finding_and_stays(tmp_path: Path) -> None:
    reading = read(tmp_path, "Site name,IDP hh,IDP ind\nA,20,10\nB,2,10\n")
    found = finding(reading, "individuals_below_households")
    assert reading.observations["idp_individuals"].to_pylist() == [10, 10]
    assert (found.source, found.where.row, found.value) == ("idp_sites.csv#idp_sites!2", 2, 10)
    assert "10 individus" in found.message.text("fr")


def test_codes_are_found_by_code_label_or_synonym(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        "Site name,Type de site\nA,camp\nB,Centre collectif\nC,Familles d'accueil\nD,SPONTANÉ\n",
    )
    assert reading.observations["site_type"].to_pylist() == [
        "camp",
        "collective_centre",
        "host_families",
        "spontaneous_site",
    ]


def test_words_without_a_code_are_unknown_and_counted(tmp_path: Path) -> None:
    reading = read(tmp_path, "Site name,Site type\nA,Camp\nB,Castle\nC,Castle\n")
    found = finding(reading, "words_not_in_list")
    assert reading.observations["site_type"].to_pylist() == ["camp", None, None]
    assert "“Castle” (2)" in found.message.text("en")


@pytest.mark.parametrize(
    "cell", ["food shelter", "Food; Shelter", "food/shelter", "Nourriture, Abri"]
)
def test_several_codes_of_one_cell_are_split(tmp_path: Path, cell: str) -> None:
    reading = read(tmp_path, f'Site name,priority needs\nA,"{cell}"\n')
    assert reading.observations["priority_needs"].to_pylist() == [["food", "shelter"]]


def test_options_in_columns_of_their_own_become_one_list(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        "site_name,priority_needs/food,priority_needs/health,priority_needs/cash\nA,1,0,1\nB,0,0,1\nC,NULL,NULL,NULL\n",
    )
    assert reading.observations["priority_needs"].to_pylist() == [["food", "cash"], ["cash"], None]


def test_personal_columns_are_left_out_and_reported_without_values(tmp_path: Path) -> None:
    text = "Site name,IDP ind,Focal point,Phone,Enumerator name,field7\nA,4,Jane Roe,+236 75 00 00 01,J. Doe,x@example.org\nB,5,John Roe,+236 75 00 00 02,J. Doe,y@example.org\n"
    reading = read(tmp_path, text)
    personal = [column.heading for column in reading.sheets[0].of(Fate.PERSONAL)]
    said = json.dumps(reading.report.content()) + "".join(
        found.message.text("en") for found in reading.findings
    )
    assert personal == ["Focal point", "Phone", "Enumerator name", "field7"]
    assert reading.observations.column_names == ["_source", "site_name", "idp_individuals"]
    assert "Roe" not in said
    assert "75 00" not in said


def test_phone_number_in_a_comment_blanks_that_cell(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        "Site name,IDP ind,Comment\nA,4,call +236 75 12 34 56 please\nB,5,road cut on 12/05/2024\n",
    )
    assert reading.observations["comment"].to_pylist() == [None, "road cut on 12/05/2024"]
    assert "personal_data_in_text" in checks(reading)


def test_numeric_identifiers_are_not_taken_for_phone_numbers(tmp_path: Path) -> None:
    reading = read(tmp_path, "SSID,IDP ind\n30108013017,4\n30108039049,5\n")
    assert reading.observations["site_id"].to_pylist() == ["30108013017", "30108039049"]


def test_second_column_of_a_concept_is_reported(tmp_path: Path) -> None:
    reading = read(tmp_path, "Site name,Type of site,Classification\nA,Camp,Other\n")
    found = finding(reading, "concept_claimed_twice")
    assert reading.observations["site_type"].to_pylist() == ["camp"]
    assert found.where.column == "Classification"


def test_shares_are_not_taken_for_people(tmp_path: Path) -> None:
    reading = read(tmp_path, "Site name,IDP ind,Female,Male\nA,40,0.54,0.46\nB,50,0.6,0.4\n")
    assert [column.heading for column in reading.sheets[0].of(Fate.UNFIT)] == ["Female", "Male"]


def test_heading_that_does_not_say_of_whom_is_a_finding(tmp_path: Path) -> None:
    assert "population_group_assumed" in checks(read(tmp_path, "Site name,Individuals\nA,40\n"))
    assert "population_group_assumed" not in checks(
        read(tmp_path, "Site name,IDP individuals\nA,40\n")
    )


def test_bare_population_needs_a_sign_of_displacement(tmp_path: Path) -> None:
    text = "Province,Population\nA,400000\nB,500000\n"
    assert "idp_individuals" in read(tmp_path, text, "idps_global.csv").observations.column_names
    with pytest.raises(NothingRecognised):
        read(tmp_path, text, "census.csv")


def test_levels_and_rounds_of_one_table_are_reported(tmp_path: Path) -> None:
    reading = read(tmp_path, "admin_level,adm1_name,round,IDP ind\n0,,1,9\n1,A,1,4\n1,A,2,5\n")
    assert {"several_levels", "several_rounds"} <= set(checks(reading))
    assert reading.observations["admin_level"].to_pylist() == [0, 1, 1]


def test_ambiguous_dates_are_a_finding_and_decided_ones_are_not(tmp_path: Path) -> None:
    assert "date_order_ambiguous" in checks(
        read(tmp_path, "Site name,IDP ind,Date of visit\nA,1,3/4/2024\n")
    )
    assert "date_order_ambiguous" not in checks(
        read(tmp_path, "Site name,IDP ind,Date of visit\nA,1,13/4/2024\n")
    )


def test_column_whose_values_do_not_fit_is_left_with_the_reason(tmp_path: Path) -> None:
    reading = read(tmp_path, "Site name,IDP ind,Latitude\nA,1,north\nB,2,south\n")
    column = next(reading.sheets[0].of(Fate.UNFIT))
    assert column.heading == "Latitude"
    assert "north" in column.reason.text("en")


def test_row_wider_than_the_others_is_read_and_reported(tmp_path: Path) -> None:
    reading = read(tmp_path, "Site name,IDP ind\nA,1\nB,2,stray\n")
    assert reading.observations["idp_individuals"].to_pylist() == [1, 2]
    assert finding(reading, "uneven_row").where.row == 3


def test_quoted_line_breaks_stay_in_their_cell(tmp_path: Path) -> None:
    reading = read(tmp_path, 'Site name,Comment,IDP ind\nA,"two\nlines",1\nB,,2\n')
    assert reading.observations["comment"].to_pylist() == ["two\nlines", None]
    assert reading.observations.num_rows == 2


def test_file_without_headings_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(NoHeaderRow) as problem:
        read(tmp_path, "1,AAA,12,2014-01-01\n2,BBB,13,2014-01-02\n3,CCC,14,2014-01-03\n")
    assert "--write-mapping" in problem.value.remedy_text("en")


def test_file_that_is_absent_or_a_folder_is_a_problem(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.csv"):
        with pytest.raises(FileNotReadable):
            read_tables(path)


def test_same_table_in_two_files_counts_once(tmp_path: Path) -> None:
    one, two, three = tmp_path / "w1.csv", tmp_path / "copy.csv", tmp_path / "w2.csv"
    one.write_text("Site name,IDP ind\nA,4\n")
    two.write_text("Site name;IDP ind\nA;4\n")
    three.write_text("Site name,IDP ind,Returnees\nA,6,1\n")
    reading = read_many([one, two, three])
    assert reading.observations["idp_individuals"].to_pylist() == [4, 6]
    assert reading.observations["returnee_individuals"].to_pylist() == [None, 1]
    assert finding(reading, "same_table_twice").where.file == "copy.csv"


def test_suggested_mapping_reads_the_same_table(tmp_path: Path) -> None:
    path = tmp_path / "idp.csv"
    path.write_text("Title,,\nSite name,IDP hh,IDP ind\nA,1,4\nB,2,8\n")
    plain = read_tables(path)
    again = read_tables(path, mapping=suggested_mapping(inspect(path)))
    assert again.observations.equals(plain.observations)


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(st.tuples(st.integers(0, 50_000), st.integers(0, 9_000)), min_size=1, max_size=30))
def test_totals_survive_reading(tmp_path: Path, rows: list[tuple[int, int]]) -> None:
    lines = [
        f"site {number};{people:,};{families}" for number, (people, families) in enumerate(rows)
    ]
    reading = read(tmp_path, "Site name;IDP ind;IDP hh\n" + "\n".join(lines).replace(",", "\u202f"))
    assert sum(reading.observations["idp_individuals"].to_pylist()) == sum(
        people for people, _ in rows
    )
    assert sum(reading.observations["idp_households"].to_pylist()) == sum(
        families for _, families in rows
    )


@settings(
    max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.binary(min_size=0, max_size=400))
def test_any_bytes_give_a_report_or_a_problem(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.xlsx"
    path.write_bytes(content)
    with contextlib.suppress(InputProblem):
        assert inspect(path).sheets
