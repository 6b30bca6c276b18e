"""`opendtm stock`, as a user calls it: hand-computed figures, files that say what they are not, faults with their place.

The list: in the North A1 and A2 are seen twice and grow by a tenth, A3 is out of reach in the second round; in the
South B1 is seen twice, B2 has closed, B3 is new.
"""

import csv
from pathlib import Path

import openpyxl
import pytest

from opendtm.cli.main import main
from opendtm.measure.stock import CAVEATS, Kind

HEAD = "Site ID,Admin1 name,Origin,Access,Site status,IDP individuals,Arrivals,Departures,Assessment date\n"
BEFORE = (
    "A1,North,South,yes,open,100,,,2026-11-02\n"
    "A2,North,North,yes,open,200,,,2026-11-02\n"
    "A3,North,North,yes,open,50,,,2026-11-02\n"
    "B1,South,,yes,open,80,,,2026-11-02\n"
    "B2,South,South,yes,open,40,,,2026-11-02\n"
)
AFTER = (
    "A1,North,South,yes,open,110,20,10,2026-11-09\n"
    "A2,North,North,yes,open,220,10,0,2026-11-09\n"
    "A3,North,North,no,open,,,,2026-11-09\n"
    "B1,South,,yes,open,60,5,,2026-11-09\n"
    "B2,South,South,yes,closed,,,,2026-11-09\n"
    "B3,South,South,yes,open,30,30,0,2026-11-10\n"
)
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDTM_LANG", "en")
    monkeypatch.setenv("LANGUAGE", "en")


@pytest.fixture
def lists(tmp_path: Path) -> tuple[str, str]:
    """Give two rounds of the list as files."""
    (tmp_path / "before.csv").write_text(HEAD + BEFORE, encoding="utf-8")
    (tmp_path / "after.csv").write_text(HEAD + AFTER, encoding="utf-8")
    return str(tmp_path / "before.csv"), str(tmp_path / "after.csv")


def written(tmp_path: Path, *words: str, kind: Kind) -> list[dict[str, str]]:
    """Run a command that writes a table, and read it; every row says what it is not."""
    out = tmp_path / "out.csv"
    assert main(["stock", *words, "-o", str(out)]) == 0
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert all(row["caveat"].startswith(CAVEATS[kind].en) for row in rows)
    assert all(row["method"] for row in rows)
    return rows


def of(rows: list[dict[str, str]], *names: str) -> list[tuple[str, ...]]:
    """Give some columns of a table."""
    return [tuple(row[name] for name in names) for row in rows]


def file(tmp_path: Path, text: str) -> str:
    """Write a table."""
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_total_moves_a_place_out_of_reach_with_its_area(
    lists: tuple[str, str], tmp_path: Path, capsys: Capture
) -> None:
    """The North grew from 300 to 330, so 50 become 55; a closed place has nobody and is not unknown."""
    places = tmp_path / "places.csv"
    rows = written(
        tmp_path, "total", *lists, "--cap", "20%", "--places", str(places), kind=Kind.TOTAL
    )
    assert of(rows, "area", "value", "observed", "n_observed", "n_imputed", "n_unknown") == [
        ("", "475", "420", "4", "1", "0"),
        ("North", "385", "330", "2", "1", "0"),
        ("South", "90", "90", "2", "0", "0"),
    ]
    assert [float(row["imputed"]) for row in rows] == pytest.approx([55, 55, 0])
    assert of(rows, "n_closed", "as_of", "method")[2] == ("1", "2026-11-10", "ratio_imputed")
    assert [float(rows[1][end]) for end in ("low", "high")] == pytest.approx([385, 385])
    shown = capsys.readouterr().out
    assert "As of 10 November 2026." in shown
    assert "11.6%" in shown  # 55 of 475
    with places.open(encoding="utf-8", newline="") as told:
        bases = {row["place"]: row["basis"] for row in csv.DictReader(told)}
    assert (bases["A3"], bases["B2"], bases["B3"]) == ("ratio_imputed", "closed", "observed")


def test_total_above_the_cap_is_refused_with_its_reason_and_parts(
    lists: tuple[str, str], tmp_path: Path, capsys: Capture
) -> None:
    rows = written(tmp_path, "total", *lists, "--way", "carry", kind=Kind.TOTAL)
    assert of(rows, "area", "value", "observed", "imputed") == [
        ("", "", "420", "50"),
        ("North", "", "330", "50"),
        ("South", "90", "90", "0"),
    ]
    reason = "13.2 % of this total would be carried forward or imputed; at most 10.0 % may be."
    assert rows[1]["refused"] == reason  # 50 of 380
    assert f"North: {reason}" in capsys.readouterr().out


def test_figure_older_than_allowed_leaves_the_place_unknown(
    lists: tuple[str, str], tmp_path: Path, capsys: Capture
) -> None:
    """Two rounds out of reach: with one round allowed nothing is imputed, with two the first round's 50 are."""
    late = tmp_path / "late.csv"
    late.write_text(HEAD + AFTER.replace("2026-11-", "2026-12-"), encoding="utf-8")
    words = ("total", *lists, str(late), "--by", "none", "--way", "carry", "--cap", "50%")
    for rounds, told in (("1", ("420", "0", "1", "50")), ("2", ("470", "50", "0", ""))):
        (row,) = written(tmp_path, *words, "--expire", rounds, kind=Kind.TOTAL)
        names = ("value", "imputed", "n_unknown", "last_of_unknown")
        assert tuple(row[name] for name in names) == told
    sentence = "Places unknown: 1, in no total; observed before: 1, which last held 50."
    assert capsys.readouterr().out.count(sentence) == 1


def test_change_is_taken_apart_and_adds_up(lists: tuple[str, str], tmp_path: Path) -> None:
    rows = written(tmp_path, "change", *lists, kind=Kind.CHANGE)
    whole = {row["part"]: row["value"] for row in rows if not row["area"]}
    assert whole == {
        "matched": "10", "newly_covered": "30", "closed": "-40", "lost_access": "-50",
        "reclassified": "0", "corrected": "0", "total": "-50",
    }  # fmt: skip
    south = {row["part"]: row["value"] for row in rows if row["area"] == "South"}
    assert (south["matched"], south["total"]) == ("-20", "-30")


def test_correction_of_what_was_published_is_told_from_movement(
    lists: tuple[str, str], tmp_path: Path
) -> None:
    published = file(tmp_path, HEAD + BEFORE.replace("open,200", "open,190"))
    words = ("change", *lists, "--by", "none", "--published", published)
    parts = {row["part"]: row for row in written(tmp_path, *words, kind=Kind.CHANGE)}
    assert (parts["corrected"]["value"], parts["matched"]["value"]) == ("10", "10")
    assert (parts["total"]["before"], parts["total"]["value"]) == ("460", "-40")


def test_movements_compare_places_that_answered_all_and_count_the_others(
    lists: tuple[str, str], tmp_path: Path, capsys: Capture
) -> None:
    """The North: 300 + 30 - 10 = 320, and 330 were seen. In the South no place answered all four."""
    rows = written(tmp_path, "movements", *lists, kind=Kind.MOVEMENTS)
    names = ("area", "opening", "arrivals", "departures", "expected", "closing", "residual")
    north = ("300", "30", "10", "320", "330", "10")
    assert of(rows, *names) == [("", *north), ("North", *north), ("South", *[""] * 6)]
    assert float(rows[1]["residual_share"]) == pytest.approx(10 / 330)
    assert of(rows, "n_places", "n_known") == [("2", "6"), ("2", "3"), ("0", "3")]
    assert rows[2]["left_out"] == (
        "closed: 1, not observed in the round before: 1, departures not known: 1"
    )
    assert "North: places left out: inaccessible: 1" in capsys.readouterr().out


def test_account_names_the_flows_that_lie_in_the_residual(tmp_path: Path, capsys: Capture) -> None:
    table = file(
        tmp_path,
        "area,opening,new_displacement,returns,closing\nNorth,100,50,20,140\nSouth,,1,,9\n",
    )
    rows = written(tmp_path, "account", table, kind=Kind.ACCOUNT)
    assert of(rows, "expected", "residual") == [("130", "10"), ("", "")]
    assert "returns" in rows[1]["unknown"].split(";")
    assert "North: not known, so in the residual: Births" in capsys.readouterr().out


def test_origins_keep_the_unknown_apart(
    lists: tuple[str, str], tmp_path: Path, capsys: Capture
) -> None:
    rows = written(tmp_path, "origins", lists[1], kind=Kind.ORIGINS)
    names = (
        "origin",
        "place",
        "persons",
        "persons_of_origin",
        "persons_in_place",
        "share_of_origin",
    )
    assert of(rows, *names) == [
        ("North", "North", "220", "220", "330", "1"),
        ("South", "North", "110", "140", "330", str(110 / 140)),
        ("South", "South", "30", "140", "90", str(30 / 140)),
        ("", "South", "60", "60", "90", ""),
    ]
    shown = capsys.readouterr().out
    assert "Origin not known: 60 (14.3%)." in shown  # of 420
    assert "Rows without a number, left out: 2." in shown
    assert "Not protected" in rows[0]["caveat"]


def test_margins_scale_the_matrix_and_the_file_says_that_it_is_modelled(tmp_path: Path) -> None:
    """Margins twice those of the table double every cell."""
    table = file(tmp_path, "origin,place,persons\nN,N,10\nN,S,20\nS,S,30\n")
    sums = tmp_path / "margins.csv"
    sums.write_text(
        "side,name,persons\norigin,N,60\norigin,S,60\nplace,N,20\nplace,S,100\n", encoding="utf-8"
    )
    rows = written(tmp_path, "origins", table, "--margins", str(sums), kind=Kind.ORIGINS)
    assert [float(row["persons"]) for row in rows] == pytest.approx([20, 40, 60])
    assert {row["method"] for row in rows} == {"reconciled"}
    assert "Modelled: scaled to known totals" in rows[0]["caveat"]


def test_protection_hides_small_cells_and_what_would_give_them_away(
    tmp_path: Path, capsys: Capture
) -> None:
    table = file(tmp_path, "origin,place,persons\nN,N,3\nN,S,200\nS,N,150\nS,S,90\n")
    words = ("origins", table, "--protect", "public")
    rows = written(tmp_path, *words, kind=Kind.ORIGINS)
    assert rows[0]["persons"] == ""
    assert rows[0]["suppressed"] == "protected"
    assert sum(row["persons"] == "" for row in rows) >= 4  # two by two: one alone is worked out
    assert not any(row["evenness_in_place"] for row in rows)
    shown = capsys.readouterr().out
    assert "Protected for the sharing class public" in shown
    assert "evenness" not in shown


def test_least_moves_are_a_lower_bound_by_origin(tmp_path: Path, capsys: Capture) -> None:
    """Of origin N 30 left X for Y; of origin S 5 more are in X. Origin is kept apart."""
    old = file(tmp_path, "origin,place,persons\nN,X,100\nN,Y,20\nS,X,10\n")
    new = tmp_path / "new.csv"
    new.write_text("origin,place,persons\nN,X,70\nN,Y,50\nS,X,15\n", encoding="utf-8")
    rows = written(tmp_path, "moves", old, str(new), kind=Kind.MOVES)
    assert of(rows, "from", "to", "persons", "method") == [
        ("X", "Y", "30", "lower_bound"),
        ("outside", "X", "5", "lower_bound"),
    ]
    assert (
        "At least 35 moved; of them came from outside 5, left the list 0."
        in capsys.readouterr().out
    )


def test_least_moves_of_site_lists_do_not_take_coverage_for_movement(
    lists: tuple[str, str], tmp_path: Path, capsys: Capture
) -> None:
    """A1 gains 10 and A2 gains 20; A3, B2 and B3 were seen once, and nobody is said to have left them."""
    rows = written(tmp_path, "moves", *lists, kind=Kind.MOVES)
    assert of(rows, "from", "to", "persons") == [("outside", "North", "30")]
    assert "Origin not known, so in no move: 80 before, 60 after." in capsys.readouterr().out


def test_head_counts_correct_the_total(tmp_path: Path, capsys: Capture) -> None:
    """R = 560 / 600, T = R 1,000; s² of the residuals 88.9, V = (1000/1200)² 4 x 88.9, t = 12.706 on 1 df."""
    table = file(tmp_path, "place,reported,counted\nA,100,\nB,200,180\nC,300,\nD,400,380\n")
    (row,) = written(tmp_path, "verify", table, kind=Kind.VERIFIED)
    told = [float(row[name]) for name in ("ratio", "total", "se", "low", "high")]
    assert told == pytest.approx([0.93333, 933.333, 15.7135, 733.674, 1132.993], rel=1e-5)
    assert (row["n"], row["places"], row["df"], row["method"]) == ("2", "4", "1", "combined_ratio")
    assert "1.7%" in capsys.readouterr().out


def test_head_counts_are_told_by_stratum(tmp_path: Path) -> None:
    text = "place,stratum,reported,counted\n" + "".join(
        f"{stratum}{n},{stratum},100,{'' if n == 3 else 80 + 10 * (stratum == 'B')}\n"
        for stratum in "AB"
        for n in (1, 2, 3)
    )
    rows = written(
        tmp_path, "verify", file(tmp_path, text), "--ratio", "separate", kind=Kind.VERIFIED
    )
    assert of(rows, "stratum", "reported", "total") == [
        ("", "600", "510"),
        ("A", "300", "240"),
        ("B", "300", "270"),
    ]


def test_persons_are_derived_where_only_households_were_counted(
    tmp_path: Path, capsys: Capture
) -> None:
    table = file(tmp_path, "Site ID,IDP households,IDP individuals\nA,20,100\nB,10,\nC,,\n")
    words = ("persons", table, "--factor", "5", "--source", "Census", "--dated", "2024-05-01")
    rows = written(tmp_path, *words, kind=Kind.PERSONS)
    assert of(rows, "place", "persons", "method", "factor") == [
        ("A", "100", "observed", ""),
        ("B", "50", "derived", "5 | 2024-05-01 | Census"),
        ("C", "", "unknown", ""),
    ]
    assert "Factor: 5.00 persons in a household (Census, 1 May 2024)." in capsys.readouterr().out


def test_part_of_a_site_gives_its_total(tmp_path: Path) -> None:
    squares = file(tmp_path, "counted,area\n10,100\n20,100\n")
    (row,) = written(tmp_path, "area", squares, "--area", "10000", kind=Kind.AREA)
    assert (row["total"], row["n"], row["method"]) == ("1500", "2", "quadrats")
    points = file(tmp_path, "to_shelter,to_neighbour\n1,1\n1,1\n1,1\n")
    words = ("area", points, "--area", "1000", "--per-shelter", "4")
    (row,) = written(tmp_path, *words, kind=Kind.AREA)
    assert float(row["total"]) == pytest.approx(4000 / 8**0.5)  # 3² / (2 √2 x 3 x 3)


def test_workbook_is_written_in_the_language_of_the_reader(
    lists: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("OPENDTM_LANG", "fr")
    out = tmp_path / "mouvements.xlsx"
    assert main(["stock", "movements", *lists, "-o", str(out)]) == 0
    sheet = openpyxl.load_workbook(out).active
    assert sheet is not None
    assert sheet.cell(2, sheet.max_column).value == CAVEATS[Kind.MOVEMENTS].fr
    assert "fermeture : 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        (["account"], "area,opening,closing\nN,-3,4\n", "row 2"),
        (["account"], "area,opening\nN,3\n", "closing"),
        (["origins"], "origin,place,persons\nN,,4\n", "row 2"),
        (["origins"], "Site ID,Admin1 name,IDP individuals\nA,N,4\n", "origin_adm1_code"),
        (["verify"], "place,reported,counted\nA,,3\n", "the number is missing"),
        (["verify"], "place,reported,counted\nA,10,3\nB,10,\n", "OD949"),
        (["verify"], "place,reported,counted,weight\nA,1,,\nB,2,2,\nC,2,2,1\n", "row 3"),
        (["total", "--concept", "latitude"], "Site ID,Latitude\nA,4\n", "OD354"),
        (["total"], "Site ID,IDP individuals\nA,4\n", "no place states its area"),
        (["total", "--by", "none"], "Site ID,Site name\nA,B\n", "idp_individuals"),
        (["total", "--concept", "site_name"], "Site ID,IDP individuals\nA,4\n", "site_name"),
        (["persons", "--factor", "60", "--source", "S", "--dated", "2026-01-01"],
         "Site ID,IDP households\nA,4\n", "1 to 50"),
        (["area", "--area", "10"], "counted,area\n1,4\n2,8\n", "lie within the site"),
    ],
)  # fmt: skip
def test_faulty_table_is_told_with_its_place(
    tmp_path: Path, words: list[str], text: str, said: str, capsys: Capture
) -> None:
    assert main(["stock", *words, file(tmp_path, text)]) == 1
    assert said in " ".join(capsys.readouterr().err.split())


def test_faulty_margins_are_told_with_their_row(tmp_path: Path, capsys: Capture) -> None:
    table = file(tmp_path, "origin,place,persons\nN,N,10\n")
    sums = tmp_path / "margins.csv"
    for text, said in (("both,N,1\n", "write origin or place"), ("origin,N,1\n" * 2, "row 3")):
        sums.write_text("side,name,persons\n" + text, encoding="utf-8")
        assert main(["stock", "origins", table, "--margins", str(sums)]) == 1
        assert said in " ".join(capsys.readouterr().err.split())


def test_wrong_order_and_wrong_usage_are_refused(lists: tuple[str, str], capsys: Capture) -> None:
    assert main(["stock", "total", lists[1], lists[0]]) == 1
    assert "OD998  The answers of before.csv are of 2 November 2026" in capsys.readouterr().err
    points = Path(lists[0]).with_name("points.csv")
    points.write_text("to_shelter,to_neighbour\n1,1\n1,1\n1,1\n", encoding="utf-8")
    assert main(["stock", "area", str(points), "--area", "5"]) == 2  # distances need --per-shelter
    assert main(["stock", "area", str(points), "--area", "5", "--level", "100%"]) == 2
