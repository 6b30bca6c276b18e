"""Real files of the field: every total equals a sum done here with nothing but csv and openpyxl."""

import csv
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from opendtm.errors import InputProblem
from opendtm.errors.tables import NoHeaderRow
from opendtm.tables import Mapping, TableReading, inspect, read_tables

pytestmark = pytest.mark.shared
FOLDERS = ("hxl", "idp")


def records(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [record for record in csv.reader(file) if any(record)]


def sum_of(rows: list[list[str]], column: int) -> float:
    return sum(
        float(row[column].replace(",", ""))
        for row in rows
        if row[column].strip() not in {"", "NULL", "nan"}
    )


def total(reading: TableReading, concept: str) -> float:
    return sum(value for value in reading.observations[concept].to_pylist() if value is not None)


def table(path: Path) -> tuple[list[str], list[list[str]]]:
    rows = records(path)
    return rows[0], rows[1:]


def sheet(path: Path, name: str) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(path, data_only=True)
    return list(book[name].iter_rows(values_only=True))


@pytest.mark.parametrize(
    ("concept", "heading"),
    [
        ("idp_individuals", "Number of Individuals"),
        ("idp_households", "Number of Households"),
        ("idp_females", "Female"),
        ("idp_males", "Male"),
    ],
)
def test_haiti_camps_keep_their_totals(shared: Path, concept: str, heading: str) -> None:
    path = shared / "idp/haiti2013/iom-haiti-dtm.csv"
    headings, rows = table(path)
    reading = read_tables(path)
    assert reading.observations.num_rows == len(rows) - 1 == 352
    assert total(reading, concept) == sum_of(rows[1:], headings.index(heading))


def test_haiti_contacts_are_left_out(shared: Path) -> None:
    reading = read_tables(shared / "idp/haiti2013/iom-haiti-dtm.csv")
    left = {
        finding.where.column
        for finding in reading.findings
        if finding.check == "personal_data_left_out"
    }
    assert left == {"Contact Person", "Contact phone", "Email"}


@pytest.mark.parametrize(
    ("concept", "ending"),
    [
        ("idp_individuals", "m0310_loc_num_idp_ind"),
        ("idp_households", "m1537_loc_num_arrivals_hh"),
        ("returnee_individuals", "m0851_loc_num_return_idp_ind"),
        ("returnee_households", "m0847_loc_num_return_idp_hh"),
        ("idp_women", "m2969_loc_num_women_idp"),
        ("idp_children", "m2970_loc_num_children_idp"),
    ],
)
def test_malawi_survey_keeps_its_totals(shared: Path, concept: str, ending: str) -> None:
    path = shared / "idp/malawi2024/survey.csv"
    headings, rows = table(path)
    assert total(read_tables(path), concept) == sum_of(rows, headings.index(ending))


def test_malawi_needs_equal_their_exploded_columns(shared: Path) -> None:
    path = shared / "idp/malawi2024/survey.csv"
    headings, rows = table(path)
    needs = read_tables(path).observations["priority_needs"].to_pylist()
    for option in ("food", "health", "cash", "drinking_water"):
        column = headings.index(f"s2878_loc_top_3_priority_need_idp/{option}")
        assert sum(option in (codes or ()) for codes in needs) == sum(
            row[column] == "1" for row in rows
        )


def iraq_mapping() -> Mapping:
    families = {"position": 4}
    derived = {"position": 4, "factor": 6, "source": "IOM Iraq DTM 2014: six persons a family"}
    return Mapping.parse(
        {
            "opendtm_mapping": 1,
            "sheets": [
                {
                    "header_rows": [],
                    "recognise": False,
                    "columns": {
                        "site_id": 3, "idp_households": families, "idp_individuals": derived, "origin_adm1_name": 5,
                        "adm1_name": 7, "adm2_name": 8, "site_name": 11, "longitude": 14, "latitude": 15,
                        "round": 17, "assessment_date": 18,
                        "priority_needs": {"position": 37, "codes": {"Non-food items": "nfi", "Cash money": "cash"}},
                    },
                    "constants": {"adm0_name": "Iraq"},
                }
            ],
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "DTM_Dataset_-_01092014_final_0.csv",
        "DTM_Dataset_14092014.csv",
        "final_18082014_dtm_master.csv",
    ],
)
def test_iraq_list_without_headings_is_read_by_position(shared: Path, name: str) -> None:
    path = shared / "idp/iraq2014" / name
    rows = records(path)
    with pytest.raises(NoHeaderRow):
        read_tables(path)
    reading = read_tables(path, mapping=iraq_mapping())
    assert reading.observations.num_rows == len(rows)
    assert total(reading, "idp_households") == sum_of(rows, 3)
    assert total(reading, "idp_individuals") == 6 * sum_of(rows, 3)
    assert "derived_by_factor" in {finding.check for finding in reading.findings}


@pytest.mark.parametrize(
    ("name", "concept", "heading"),
    [
        ("HumanitarianCaseload.csv", "idp_individuals", "IDPs"),
        ("gvt.csv", "idp_households", "Families"),
        ("gvt.csv", "idp_individuals", "Individuals"),
        ("idpcamp.csv", "idp_individuals", "Individual"),
        ("Official-camp-WeeklyReport-Data_-_to-geojson.csv", "idp_individuals", "Individual"),
    ],
)
def test_iraq_tables_keep_their_totals(shared: Path, name: str, concept: str, heading: str) -> None:
    path = shared / "idp/iraq2014" / name
    headings, rows = table(path)
    assert total(read_tables(path), concept) == sum_of(rows, headings.index(heading))


@pytest.mark.parametrize(
    ("name", "sheet_name"),
    [
        (name, "Current location of IDPs")
        for name in (
            "Data__Round_2_IDP_Report.xlsx",
            "Data__Round_3_IDP_Report.xlsx",
            "IDP_Estimate_Mar162022.xlsx",
        )
    ],
)
def test_ukraine_reports_keep_their_totals(shared: Path, name: str, sheet_name: str) -> None:
    path = shared / "idp/ukraine2022" / name
    rows = [row for row in sheet(path, sheet_name) if isinstance(row[2], int | float)]
    reading = read_tables(path)
    assert reading.observations.num_rows == len(rows) == 6
    assert total(reading, "idp_individuals") == sum(row[2] for row in rows)


def test_ukraine_displacement_reads_the_oblasts_and_no_shares(shared: Path) -> None:
    path = shared / "idp/ukraine2022/Data_UKR_Displacement.xlsx"
    rows = sheet(path, "IDP_Oblast")[1:]
    reading = read_tables(path)
    assert total(reading, "idp_individuals") == sum(row[3] for row in rows)
    assert [entry.name for entry in reading.sheets if entry.read] == ["IDP_Oblast"]
    assert set(reading.observations["assessment_date"].to_pylist()) == {
        row[0].date() for row in rows
    }


@pytest.mark.parametrize(
    "name", ["Data__Ukraine_3W_Round_4_2022-03-31.xlsx", "Data__Ukraine_3W_Round_5_2022-04-07.xlsx"]
)
def test_ukraine_activity_files_give_the_list_of_oblasts_once(shared: Path, name: str) -> None:
    path = shared / "idp/ukraine2022" / name
    names = [row[0] for row in sheet(path, "Num_of_Orgs_by_Oblast")[1:] if row[0]]
    assert read_tables(path).observations["adm1_name"].to_pylist() == names


def test_dtm_api_keeps_levels_and_rounds_apart(shared: Path) -> None:
    path = shared / "idp/dtm_api/global-iom-dtm-from-api-admin-0-to-2.csv"
    headings, rows = table(path)
    reading = read_tables(path)
    level, people = headings.index("adminLevel"), headings.index("numPresentIdpInd")
    read = list(
        zip(
            reading.observations["admin_level"].to_pylist(),
            reading.observations["idp_individuals"].to_pylist(),
            strict=True,
        )
    )
    assert len(read) == len(rows) - 1
    for wanted in ("0", "1", "2"):
        chosen = [row for row in rows[1:] if row[level] == wanted]
        assert sum(value or 0 for at, value in read if at == float(wanted)) == sum_of(
            chosen, people
        )
    assert {"several_levels", "several_rounds"} <= {finding.check for finding in reading.findings}


def test_hapi_table_keeps_its_total(shared: Path) -> None:
    path = shared / "idp/dtm_api/hdx_hapi_idps_global.csv"
    headings, rows = table(path)
    rows = [row for row in rows if not row[0].startswith("#")]
    assert total(read_tables(path), "idp_individuals") == sum_of(rows, headings.index("population"))


def test_unhcr_sites_are_a_list_of_places_without_people(shared: Path) -> None:
    path = shared / "idp/global_unhcr_sites/displacement_locations_unhcr.csv"
    headings, rows = table(path)
    reading = read_tables(path)
    assert reading.observations.num_rows == len(rows)
    degrees = [row[headings.index("POINT_Y")] for row in rows]
    expected = [None if degree == "NA" else float(degree) for degree in degrees]
    assert reading.observations["latitude"].to_pylist() == expected
    assert not {name for name in reading.observations.column_names if name.startswith("idp_")}


def test_summary_with_hashtags_only_keeps_its_totals(shared: Path) -> None:
    path = shared / "idp/dtm_2020_summary/alldata2.csv"
    _, rows = table(path)
    reading = read_tables(path)
    assert total(reading, "idp_individuals") == sum_of(rows, 5)
    assert total(reading, "idp_households") == sum_of(rows, 4)


def test_car_localities_are_all_read_with_a_mapping(shared: Path) -> None:
    path = shared / "idp/car/PCODES_Localites_OCHA.csv"
    mapping = Mapping.parse(
        {
            "opendtm_mapping": 1,
            "sheets": [
                {
                    "columns": {
                        "site_id": "RowcaCode4",
                        "site_name": "PName1",
                        "adm1_code": "RowcaCode1",
                    }
                }
            ],
        }
    )
    with path.open("rb") as file:
        lines = sum(1 for line in file if line.strip()) - 1
    reading = read_tables(path, mapping=mapping)
    assert reading.observations.num_rows == lines
    assert reading.observations["site_id"].null_count == 0
    assert "damaged_letters" in {finding.check for finding in reading.findings}


def every_file(shared: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        yield from (path for path in sorted((shared / folder).rglob("*")) if path.is_file())


def outcome(path: Path) -> str:
    """Give what a reader would see: the sheets of the report, or the problem with its file in French."""
    try:
        return ", ".join(sheet.name for sheet in inspect(path).sheets)
    except InputProblem as problem:
        return f"{problem.where.file}: {problem.text('fr')}"


def test_every_file_gives_a_report_or_a_readable_problem(shared: Path) -> None:
    outcomes = {path: outcome(path) for path in every_file(shared)}
    assert len(outcomes) > 100
    assert all(outcomes.values())
    assert outcomes[shared / "idp/idmc/idmc_flows.rda"].startswith(
        "idmc_flows.rda: Ce n'est pas une table"
    )
