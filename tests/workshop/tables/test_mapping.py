"""The mapping file: read, written, checked with the place of each slip, and applied."""

from pathlib import Path

import pytest

from opendtm.errors.tables import (
    FileNotReadable,
    MappingDoesNotFit,
    MappingUnreadable,
    MappingWrong,
)
from opendtm.tables import ColumnMapping, Mapping, SheetMapping, read_tables


def one_sheet(**sheet: object) -> dict[str, object]:
    return {"opendtm_mapping": 1, "sheets": [sheet]}


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_mapping_saved_and_loaded_is_the_same(tmp_path: Path) -> None:
    mapping = Mapping(
        (
            SheetMapping(
                sheet="Feuille 1",
                header_rows=(2, 3),
                first_row=5,
                columns={
                    "idp_households": ColumnMapping(("Familles",)),
                    "idp_individuals": ColumnMapping((4,), factor=6, source="DTM Iraq, 2014"),
                    "assessment_date": ColumnMapping(("Date",), date_order="mdy"),
                    "latitude": ColumnMapping(("Lat",), decimal=","),
                    "site_type": ColumnMapping((7,), codes={"Château": "other"}),
                    "returnee_individuals": ColumnMapping((8, 9)),
                },
                constants={"adm0_name": "Irak"},
                leave=("Note", 12),
                recognise=False,
            ),
        )
    )
    path = tmp_path / "mapping.yaml"
    mapping.save(path)
    assert Mapping.load(path) == mapping


def test_columns_by_position_read_a_table_without_headings(tmp_path: Path) -> None:
    path = table(tmp_path, "1,AAA,12,2014-01-02\n2,BBB,13,2014-01-03\n3,CCC,0,2014-01-03\n")
    mapping = Mapping.parse(
        one_sheet(header_rows=[], columns={"site_id": {"position": 2}, "idp_households": 3})
    )
    observations = read_tables(path, mapping=mapping).observations
    assert observations["site_id"].to_pylist() == ["AAA", "BBB", "CCC"]
    assert observations["idp_households"].to_pylist() == [12, 13, 0]


def test_factor_gives_a_derived_figure_that_says_so(tmp_path: Path) -> None:
    path = table(tmp_path, "Place,Families\nA,10\nB,\n")
    columns = {
        "idp_households": "Families",
        "idp_individuals": {"column": "Families", "factor": 6, "source": "round note"},
    }
    reading = read_tables(path, mapping=Mapping.parse(one_sheet(columns=columns)))
    field = reading.observations.schema.field("idp_individuals")
    assert reading.observations["idp_individuals"].to_pylist() == [60, None]
    assert field.metadata == {b"opendtm.derived": b"round note"}
    assert "derived_by_factor" in {finding.check for finding in reading.findings}


def test_several_columns_are_added_up_and_unknown_only_where_all_are(tmp_path: Path) -> None:
    path = table(tmp_path, "Place,a,b\nA,1,2\nB,,3\nC,,\n")
    mapping = Mapping.parse(one_sheet(columns={"idp_individuals": {"column": ["a", "b"]}}))
    assert read_tables(path, mapping=mapping).observations["idp_individuals"].to_pylist() == [
        3,
        3,
        None,
    ]


def test_constants_codes_and_left_columns_are_applied(tmp_path: Path) -> None:
    path = table(tmp_path, "Place,Site type,IDP ind,IDP hh\nA,Castle,4,1\n")
    mapping = Mapping.parse(
        one_sheet(
            columns={"site_type": {"column": "Site type", "codes": {"castle": "other"}}},
            constants={"adm0_name": "Exemple", "round": 3, "assessment_date": "2024-01-31"},
            leave=["IDP hh"],
        )
    )
    row = read_tables(path, mapping=mapping).observations.to_pylist()[0]
    assert (row["site_type"], row["adm0_name"], row["round"]) == ("other", "Exemple", "3")
    assert row["assessment_date"].isoformat() == "2024-01-31"
    assert row["idp_individuals"] == 4
    assert "idp_households" not in row


def test_date_order_of_a_mapping_decides(tmp_path: Path) -> None:
    path = table(tmp_path, "Site name,IDP ind,When\nA,4,3/4/2024\n")
    mapping = Mapping.parse(
        one_sheet(columns={"assessment_date": {"column": "When", "date_order": "mdy"}})
    )
    assert (
        read_tables(path, mapping=mapping).observations["assessment_date"].to_pylist()[0].month == 3
    )


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ([], "-"),
        ({"opendtm_mapping": 2, "sheets": []}, "opendtm_mapping"),
        ({"opendtm_mapping": 1, "sheets": []}, "sheets"),
        ({"opendtm_mapping": 1, "sheet": []}, "sheet"),
        (one_sheet(columns=[]), "sheets[1].columns"),
        (one_sheet(colums={}), "sheets[1].colums"),
        (one_sheet(columns={"idp_individual": 1}), "sheets[1].columns.idp_individual"),
        (one_sheet(columns={"contact_phone": 1}), "sheets[1].columns.contact_phone"),
        (
            one_sheet(columns={"idp_individuals": {"factor": 6}}),
            "sheets[1].columns.idp_individuals",
        ),
        (
            one_sheet(columns={"idp_individuals": {"position": 0}}),
            "sheets[1].columns.idp_individuals",
        ),
        (
            one_sheet(columns={"idp_individuals": {"position": 1, "factor": 6}}),
            "sheets[1].columns.idp_individuals.source",
        ),
        (
            one_sheet(columns={"idp_individuals": {"position": 1, "factor": -1, "source": "x"}}),
            "sheets[1].columns.idp_individuals.factor",
        ),
        (
            one_sheet(columns={"latitude": {"column": "x", "decimal": ";"}}),
            "sheets[1].columns.latitude.decimal",
        ),
        (
            one_sheet(columns={"assessment_date": {"column": "x", "date_order": "ddmm"}}),
            "sheets[1].columns.assessment_date.date_order",
        ),
        (
            one_sheet(columns={"site_type": {"column": "x", "codes": {"a": "castle"}}}),
            "sheets[1].columns.site_type.codes.a",
        ),
        (
            one_sheet(columns={"latitude": {"column": "x", "codes": {"a": "b"}}}),
            "sheets[1].columns.latitude.codes",
        ),
        (one_sheet(header_rows=[1, 2, 3]), "sheets[1].header_rows"),
        (one_sheet(first_row="two"), "sheets[1].first_row"),
        (one_sheet(recognise="yes"), "sheets[1].recognise"),
        (one_sheet(constants={"round": None}), "sheets[1].constants.round"),
        (one_sheet(leave="Note"), "sheets[1].leave"),
    ],
)
def test_mapping_with_a_slip_is_refused_at_its_key(raw: object, key: str) -> None:
    with pytest.raises(MappingWrong) as problem:
        Mapping.parse(raw, file="m.yaml")
    assert problem.value.details["key"] == key
    assert problem.value.text("fr").startswith("Le fichier de correspondance est faux")


def test_misspelt_concept_is_answered_with_the_nearest() -> None:
    with pytest.raises(MappingWrong, match="idp_individuals"):
        Mapping.parse(one_sheet(columns={"idp_individual": 1}))


def test_mapping_that_is_no_yaml_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text("opendtm_mapping: 1\nsheets: [\n")
    with pytest.raises(MappingUnreadable) as problem:
        Mapping.load(path)
    assert problem.value.where.row == 3


def test_mapping_that_is_absent_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(FileNotReadable):
        Mapping.load(tmp_path / "absent.yaml")


@pytest.mark.parametrize("columns", [{"site_name": "No such heading"}, {"site_name": 9}])
def test_mapping_that_names_an_absent_column_does_not_fit(
    tmp_path: Path, columns: dict[str, object]
) -> None:
    with pytest.raises(MappingDoesNotFit):
        read_tables(
            table(tmp_path, "Place,IDP ind\nA,4\n"),
            mapping=Mapping.parse(one_sheet(columns=columns)),
        )


def test_mapping_that_names_an_absent_sheet_does_not_fit(tmp_path: Path) -> None:
    with pytest.raises(MappingDoesNotFit, match="Data"):
        read_tables(
            table(tmp_path, "Place,IDP ind\nA,4\n"), mapping=Mapping.parse(one_sheet(sheet="Data"))
        )


@pytest.mark.parametrize(
    ("leave", "expected"),
    [
        ([], [["food", "cash"], ["cash"]]),
        (["priority_needs/food"], [["cash"], ["cash"]]),
        (["priority_needs/food", "priority_needs/health", "priority_needs/cash"], None),
    ],
)
def test_option_that_is_left_out_is_missing_from_its_question_alone(
    tmp_path: Path, leave: list[str], expected: list[list[str]] | None
) -> None:
    path = tmp_path / "options.csv"
    path.write_text(
        "site_name,priority_needs/food,priority_needs/health,priority_needs/cash,persons\n"
        "A,1,0,1,5\nB,0,0,1,6\n"
    )
    content = one_sheet(columns={"idp_individuals": "persons"}, leave=leave)

    table = read_tables(path, mapping=Mapping.parse(content)).observations

    assert table["idp_individuals"].to_pylist() == [5, 6]
    told = table["priority_needs"].to_pylist() if "priority_needs" in table.column_names else None
    assert told == expected
