"""Raw answers as files: read back in every format, with texts that want to be something else.

1. Every row laid down stands in the file, in the table of its repeat, with the key of its parent.
2. Codes or words, names or questions, in English or French; personal answers only where asked for.
3. No text becomes a formula, whatever it begins with; none is cut or lost without a word.
4. Versions of a form are united; a question that changed its type becomes text.
5. A file whose table lacks a row is refused.
"""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyreadstat
import pytest

from opendtm.errors.render import CountsDiffer, NoPosition, TooWide
from opendtm.forms import Choice, FormDefinition, Question, QuestionType, read_submission
from opendtm.render.raw import FORMATS, RawOptions, RawWriter, geography, layout, statistics, write

HOSTILE = [
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "-2",
    "@SUM(A1)",
    "\tcmd",
    "Ngaoundéré مرحبا",
    "\u202etxt.exe",
    "x" * 40_000,
]


def question(path: str, kind: QuestionType, **more: object) -> Question:
    """Ask a question with a label in both languages."""
    name = path.rpartition("/")[2]
    labels = {"English (en)": f"{name}?", "French (fr)": f"{name} ?"}
    return Question(path=path, type=kind, labels=labels, **more)  # type: ignore[arg-type]


YES = (
    Choice("yes", {"English (en)": "Yes", "French (fr)": "Oui"}),
    Choice("no", {"English (en)": "No", "French (fr)": "Non"}),
)
NEEDS = (Choice("food", {"French (fr)": "Vivres"}), Choice("water", {"French (fr)": "Eau"}))
FORM = FormDefinition(
    form_id="f",
    version="2",
    title="Site visit",
    root="data",
    languages=("English (en)", "French (fr)"),
    default_language=None,
    questions=(
        question("/note", QuestionType.TEXT),
        question("/people", QuestionType.INTEGER, sharing="public"),
        question("/day", QuestionType.DATE),
        question("/open", QuestionType.SELECT_ONE, choices=YES),
        question("/needs", QuestionType.SELECT_MULTIPLE, choices=NEEDS),
        question("/where", QuestionType.GEOPOINT),
        question("/chief", QuestionType.TEXT, sharing="personal"),
        question("/house/size", QuestionType.INTEGER, repeats=("/house",)),
        question("/house/child/age", QuestionType.INTEGER, repeats=("/house", "/house/child")),
    ),
    repeats=("/house", "/house/child"),
)
BODY = (
    '<data id="f" version="2"><note>{note}</note><people>{people}</people><day>2026-01-05</day><open>yes</open>'
    "<needs>food water</needs><where>4.36 18.55 300 5</where><chief>Somebody</chief>"
    "<house><size>3</size><child><age>4</age></child><child><age>7</age></child></house>"
    "<house><size>2</size></house><meta><instanceID>uuid:{number}</instanceID></meta></data>"
)


def body(number: int, note: str = "plain", people: object = 12) -> bytes:
    """Fill the form."""
    from xml.sax.saxutils import escape

    return BODY.format(number=number, note=escape(note), people=people).encode()


def meta(number: int) -> dict[str, str | None]:
    """Give what the house knows of a submission."""
    known = {
        "_version": "2",
        "_received": "2026-01-06T10:00:00+00:00",
        "_phone": "p",
        "_round": "1",
    }
    return {"_id": f"uuid:{number}", **known, "_site": "S1", "_review": "approved"}


def laid_down(
    folder: Path,
    notes: list[str],
    *,
    personal: bool = False,
    forms: tuple[FormDefinition, ...] = (FORM,),
) -> RawWriter:
    """Lay down one submission for each note."""
    with RawWriter(layout(forms, personal=personal), folder) as rows:
        for number, note in enumerate(notes):
            rows.add(meta(number), read_submission(body(number, note), forms[0]), {})
    return rows


def csv_of(path: Path, name: str) -> list[dict[str, str]]:
    """Read a table of an archive."""
    with ZipFile(path) as archive:
        text = archive.read(name).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[RawWriter]:
    """Give two ordinary submissions."""
    return laid_down(tmp_path, ["one", "two"])


def test_every_pass_of_a_repeat_is_a_row_with_the_key_of_its_parent(
    plain: RawWriter, tmp_path: Path
) -> None:
    assert plain.counts == {"": 2, "/house": 4, "/house/child": 4}
    write(plain, tmp_path / "x.zip", "csv", RawOptions())
    children = csv_of(tmp_path / "x.zip", "child.csv")
    houses = {row["_row"]: row for row in csv_of(tmp_path / "x.zip", "house.csv")}
    assert [row["age"] for row in children] == ["4", "7", "4", "7"]
    assert {houses[row["_parent"]]["size"] for row in children} == {"3"}
    assert {row["_parent"] for row in houses.values()} == {"uuid:0", "uuid:1"}


def test_choices_stand_as_codes_and_each_as_one_or_zero(plain: RawWriter, tmp_path: Path) -> None:
    write(plain, tmp_path / "x.zip", "csv", RawOptions())
    row = csv_of(tmp_path / "x.zip", "submissions.csv")[0]
    assert (row["open"], row["needs"], row["needs/food"], row["needs/water"]) == (
        "yes",
        "food water",
        "1",
        "1",
    )
    assert (row["where_latitude"], row["where_accuracy"]) == ("4.36", "5.0")


def test_words_stand_instead_of_codes_in_the_language_asked_for(
    plain: RawWriter, tmp_path: Path
) -> None:
    write(plain, tmp_path / "x.zip", "csv", RawOptions(lang="fr", labels=True))
    row = csv_of(tmp_path / "x.zip", "submissions.csv")[0]
    assert row["open ?"] == "Oui"
    assert row["needs ?"] == "Vivres; Eau"
    assert row["needs ? - Vivres"] == "1"
    assert row["Identifiant du site"] == "S1"


def test_personal_answers_come_along_only_where_asked_for(tmp_path: Path) -> None:
    without = laid_down(tmp_path, ["a"])
    assert without.plan.left_out == 1
    for kind, (ending, _make) in FORMATS.items():
        write(without, tmp_path / f"{kind}{ending}", kind, RawOptions())
        assert b"Somebody" not in (tmp_path / f"{kind}{ending}").read_bytes()
    (tmp_path / "with").mkdir()
    with_them = laid_down(tmp_path / "with", ["a"], personal=True)
    write(with_them, tmp_path / "y.zip", "csv", RawOptions())
    assert csv_of(tmp_path / "y.zip", "submissions.csv")[0]["chief"] == "Somebody"


def test_workbook_has_a_sheet_a_table_and_no_formula(tmp_path: Path) -> None:
    rows = laid_down(tmp_path, HOSTILE)
    write(rows, tmp_path / "x.xlsx", "xlsx", RawOptions())
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == ["submissions", "house", "child", "Dictionary", "Read me"]
    assert {cell.data_type for page in book for line in page.iter_rows() for cell in line} <= {
        "s",
        "n",
        "d",
        "b",
    }
    page = book["submissions"]
    heads = [cell.value for cell in page[1]]
    notes = [page.cell(row, heads.index("note") + 1).value for row in range(2, page.max_row + 1)]
    assert notes[:4] == HOSTILE[:4]
    assert len(str(notes[-1])) == 32_767
    assert str(notes[-1]).endswith("…")
    assert page.cell(2, heads.index("people") + 1).value == 12


def test_table_longer_than_a_sheet_goes_on_in_further_sheets_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("opendtm.render.raw.workbook.SHEET_ROWS", 3)
    rows = laid_down(tmp_path, [f"note {number}" for number in range(7)])
    (tmp_path / "short").mkdir()
    short = laid_down(tmp_path / "short", ["note"] * 3)

    write(rows, tmp_path / "x.xlsx", "xlsx", RawOptions(lang="fr"))
    write(short, tmp_path / "y.xlsx", "xlsx", RawOptions())

    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    pages = [book[name] for name in ("submissions", "submissions_2", "submissions_3")]
    assert [page.max_row for page in pages] == [4, 4, 2]
    assert {page["A1"].value for page in pages} == {"_id"}
    found = [page.cell(row, 1).value for page in pages for row in range(2, page.max_row + 1)]
    assert len(set(found)) == 7
    said = [line[0].value for line in book["Lisez-moi"].iter_rows()]
    assert (
        "submissions a plus de lignes qu’une feuille n’en contient : la suite va jusqu’à la feuille submissions_3."
        in said
    )
    assert "submissions_2" not in openpyxl.load_workbook(tmp_path / "y.xlsx").sheetnames


def test_sheet_larger_than_an_older_archive_holds_is_written(
    plain: RawWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zipfile.ZIP64_LIMIT", 100)

    write(plain, tmp_path / "x.xlsx", "xlsx", RawOptions())

    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book["submissions"].max_row == plain.counts[""] + 1


def test_csv_for_a_spreadsheet_is_guarded_and_for_a_machine_is_not(tmp_path: Path) -> None:
    rows = laid_down(tmp_path, HOSTILE)
    write(rows, tmp_path / "g.zip", "csv", RawOptions())
    write(rows, tmp_path / "m.zip", "csv", RawOptions(guarded=False))
    guarded = [row["note"] for row in csv_of(tmp_path / "g.zip", "submissions.csv")]
    raw = [row["note"] for row in csv_of(tmp_path / "m.zip", "submissions.csv")]
    assert raw == [text.strip() for text in HOSTILE]
    assert all(text.startswith("'") for text in guarded[:4])
    assert guarded[5:] == raw[5:]


def test_manifest_names_rows_and_hash_of_each_file(plain: RawWriter, tmp_path: Path) -> None:
    import hashlib

    write(plain, tmp_path / "x.zip", "csv", RawOptions())
    with ZipFile(tmp_path / "x.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
        for entry in manifest:
            assert hashlib.sha256(archive.read(entry["file"])).hexdigest() == entry["sha256"]
    assert {entry["file"]: entry["rows"] for entry in manifest} == {
        "submissions.csv": 2,
        "house.csv": 4,
        "child.csv": 4,
    }


def test_parquet_keeps_types(plain: RawWriter, tmp_path: Path) -> None:
    write(plain, tmp_path / "x.zip", "parquet", RawOptions())
    with ZipFile(tmp_path / "x.zip") as archive:
        table = pq.read_table(pa.BufferReader(archive.read("submissions.parquet")))
    assert table.schema.field("people").type == pa.int64()
    assert table.schema.field("day").type == pa.date32()
    assert table["people"].to_pylist() == [12, 12]


@pytest.mark.parametrize(
    ("kind", "ending", "read"),
    [("spss", "sav", pyreadstat.read_sav), ("stata", "dta", pyreadstat.read_dta)],
)
def test_statistics_files_label_numbers(
    kind: str, ending: str, read: object, tmp_path: Path
) -> None:
    rows = laid_down(tmp_path, ["one", "x" * 40_000])
    write(rows, tmp_path / "x.zip", kind, RawOptions(lang="fr"))
    with ZipFile(tmp_path / "x.zip") as archive:
        archive.extract(f"submissions.{ending}", tmp_path)
        assert "open\tyes=1, no=2" in archive.read("dictionary.txt").decode()
    frame, words = read(str(tmp_path / f"submissions.{ending}"))  # type: ignore[operator]
    assert len(frame) == 2
    assert list(frame["open"]) == [1.0, 1.0]
    assert words.variable_value_labels["open"] == {1.0: "Oui", 2.0: "Non"}
    assert words.column_names_to_labels["people"] == "people ?"
    assert list(frame["people"]) == [12.0, 12.0]


def test_places_are_points_and_a_row_without_one_stays(tmp_path: Path) -> None:
    with RawWriter(layout([FORM]), tmp_path) as rows:
        rows.add(meta(0), read_submission(body(0), FORM), {})
        without = body(1).replace(b"4.36 18.55 300 5", b"")
        rows.add(meta(1), read_submission(without, FORM), {})
    write(rows, tmp_path / "x.geojson", "geojson", RawOptions())
    write(rows, tmp_path / "x.gpkg", "gpkg", RawOptions())
    features = json.loads((tmp_path / "x.geojson").read_text())["features"]
    assert [one["geometry"] for one in features] == [
        {"type": "Point", "coordinates": [18.55, 4.36]},
        None,
    ]
    info = pyogrio.read_info(tmp_path / "x.gpkg")
    assert (info["features"], info["crs"], info["geometry_type"]) == (2, "EPSG:4326", "Point")


def test_form_without_a_position_is_no_map(tmp_path: Path) -> None:
    form = FormDefinition(
        "f", "1", "List", "data", (), None, (question("/note", QuestionType.TEXT),)
    )
    with RawWriter(layout([form]), tmp_path) as rows:
        pass
    with pytest.raises(NoPosition):
        write(rows, tmp_path / "x.geojson", "geojson", RawOptions())


def test_versions_are_united_and_a_changed_type_becomes_text(tmp_path: Path) -> None:
    older = FormDefinition(
        "f", "1", "Old", "data", (), None,
        (question("/people", QuestionType.TEXT), question("/gone", QuestionType.INTEGER)),
    )  # fmt: skip
    plan = layout([FORM, older])
    types = {column.name: column.type for column in plan.tables[0].columns}
    assert types["people"] == pa.string()
    assert types["gone"] == pa.int64()
    assert plan.title == "Site visit"


def test_two_questions_of_one_name_get_their_paths() -> None:
    form = FormDefinition(
        "f", "1", "Twins", "data", (), None,
        (question("/a/count", QuestionType.INTEGER), question("/b/Count", QuestionType.INTEGER)),
    )  # fmt: skip
    names = [column.name for column in layout([form]).tables[0].columns if column.path]
    assert names == ["a/count", "b/Count"]


def test_answer_of_another_type_is_told_by_its_place(tmp_path: Path) -> None:
    with RawWriter(layout([FORM]), tmp_path) as rows:
        rows.add(meta(0), read_submission(body(0, people="many"), FORM), {})
    write(rows, tmp_path / "x.zip", "csv", RawOptions())
    row = csv_of(tmp_path / "x.zip", "submissions.csv")[0]
    assert (row["people"], row["_not_of_type"]) == ("", "/people")


def test_corrections_are_noted_beside_the_answers(tmp_path: Path) -> None:
    with RawWriter(layout([FORM]), tmp_path) as rows:
        rows.add(meta(0), read_submission(body(0), FORM), {"_corrected": "idp_individuals=12"})
    write(rows, tmp_path / "x.zip", "csv", RawOptions())
    assert csv_of(tmp_path / "x.zip", "submissions.csv")[0]["_corrected"] == "idp_individuals=12"


@pytest.mark.parametrize("kind", sorted(FORMATS))
def test_file_that_lacks_a_row_is_refused(kind: str, plain: RawWriter, tmp_path: Path) -> None:
    plain.counts[""] += 1
    with pytest.raises(CountsDiffer) as caught:
        write(plain, tmp_path / f"x{FORMATS[kind][0]}", kind, RawOptions())
    assert "3" in caught.value.text("fr")


@pytest.mark.parametrize("kind", sorted(FORMATS))
def test_nothing_sent_makes_a_file_with_heads_alone(kind: str, tmp_path: Path) -> None:
    with RawWriter(layout([FORM]), tmp_path) as rows:
        pass
    target = tmp_path / f"x{FORMATS[kind][0]}"
    write(rows, target, kind, RawOptions())
    assert target.stat().st_size > 0


def test_more_rows_than_a_piece_are_all_there(tmp_path: Path) -> None:
    rows = laid_down(tmp_path, ["n"] * 1_500)
    write(rows, tmp_path / "x.zip", "csv", RawOptions())
    assert len(csv_of(tmp_path / "x.zip", "submissions.csv")) == 1_500


@pytest.mark.parametrize(("kind", "ending"), [("spss", "sav"), ("stata", "dta")])
@pytest.mark.parametrize("piece", [1, 2, 3, 100])
def test_statistics_files_are_the_same_in_whatever_pieces_they_are_written(
    kind: str, ending: str, piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statistics, "PIECE", piece)
    notes = ["", "short", "é" * 400, "\u0645" * 300, "last"]
    rows = laid_down(tmp_path, notes)
    target = tmp_path / "file.zip"

    write(rows, target, kind, RawOptions())

    read = {"sav": pyreadstat.read_sav, "dta": pyreadstat.read_dta}[ending]
    with ZipFile(target) as archive:
        archive.extractall(tmp_path / "out")
    main, facts = read(str(tmp_path / "out" / f"submissions.{ending}"))
    child, _ = read(str(tmp_path / "out" / f"child.{ending}"))
    assert main["note"].tolist() == notes
    assert main["id"].tolist() == [f"uuid:{number}" for number in range(5)]
    assert main["people"].tolist() == [12.0] * 5
    assert [str(day) for day in main["day"]] == ["2026-01-05"] * 5
    assert main["where_latitude"].tolist() == [4.36] * 5
    assert child["age"].tolist() == [4.0, 7.0] * 5
    assert facts.number_rows == 5
    assert facts.variable_value_labels["open"] == {1.0: "Yes", 2.0: "No"}


@pytest.mark.parametrize(
    ("kind", "ending", "bytes_"), [("spss", "sav", 32_000), ("stata", "dta", 2_000)]
)
def test_text_longer_than_a_format_holds_ends_with_a_whole_letter(
    kind: str, ending: str, bytes_: int, tmp_path: Path
) -> None:
    rows = laid_down(tmp_path, ["a" + "\u0645" * 20_000])
    write(rows, tmp_path / "file.zip", kind, RawOptions())
    with ZipFile(tmp_path / "file.zip") as archive:
        archive.extractall(tmp_path)
    read = {"sav": pyreadstat.read_sav, "dta": pyreadstat.read_dta}[ending]

    main, _ = read(str(tmp_path / f"submissions.{ending}"))

    assert main["note"][0] == "a" + "\u0645" * ((bytes_ - 1) // 2)


@pytest.mark.parametrize("kind", ["spss", "stata"])
def test_table_that_would_be_too_large_is_refused_before_it_is_written(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statistics, "LARGEST", 3_000)
    rows = laid_down(tmp_path, ["x" * 1_500, "y"])

    with pytest.raises(TooWide) as refused:
        write(rows, tmp_path / "file.zip", kind, RawOptions())

    assert refused.value.code == "OD795"
    assert "\u201cnote\u201d has 1,500 bytes" in refused.value.text("en")
    assert not list(tmp_path.rglob("*.sav")) + list(tmp_path.rglob("*.dta"))


def test_geopackage_written_in_pieces_holds_every_point_and_every_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geography, "PIECE", 2)
    with RawWriter(layout([FORM]), tmp_path) as rows:
        for number in range(5):
            sent = body(number) if number % 2 else body(number).replace(b"4.36 18.55 300 5", b"")
            rows.add(meta(number), read_submission(sent, FORM), {})

    write(rows, tmp_path / "map.gpkg", "gpkg", RawOptions())

    facts, read = pyogrio.read_arrow(tmp_path / "map.gpkg")
    shapes = read.column(facts["geometry_name"] or "wkb_geometry").to_pylist()
    known = [shape is not None for shape in shapes]
    assert known == [False, True, False, True, False]
    assert read.column("_id").to_pylist() == [f"uuid:{number}" for number in range(5)]


@pytest.mark.parametrize("kind", sorted(FORMATS))
def test_whoever_watches_can_end_the_writing(kind: str, tmp_path: Path) -> None:
    class Enough(Exception):
        pass

    def watch(_rows: int) -> None:
        raise Enough

    with RawWriter(layout([FORM]), tmp_path, watch) as rows:
        rows.add(meta(1), read_submission(body(1), FORM), {})

    target = tmp_path / f"file{FORMATS[kind][0]}"
    if kind == "parquet":  # copied as it lies, in one go
        write(rows, target, kind, RawOptions())
        return
    with pytest.raises(Enough):
        write(rows, target, kind, RawOptions())
