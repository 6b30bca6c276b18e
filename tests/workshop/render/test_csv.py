"""The CSV: names, hashtags, rows; readable by Excel and by programs; never computed by a spreadsheet."""

import csv as reader
from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.workshop.factories import make_report

from opendtm.render.csv import FORMULA_SIGNS, csv, harmless, written
from opendtm.report.model import SiteNeedsReport


def rows_of(content: bytes) -> list[list[str]]:
    return list(reader.reader(StringIO(content.decode("utf-8-sig"), newline="")))


def records(report: SiteNeedsReport, lang: str = "en") -> list[dict[str, str]]:
    names, _tags, *rows = rows_of(csv(report, lang))
    return [dict(zip(names, row, strict=True)) for row in rows]


def test_csv_begins_with_a_mark_that_excel_needs() -> None:
    assert csv(make_report(n_sites=1), "en").startswith(b"\xef\xbb\xbf")


def test_csv_has_names_then_hashtags_then_one_row_a_site() -> None:
    names, tags, *rows = rows_of(csv(make_report(n_sites=7), "en"))
    assert names[4] == "site_id"
    assert tags[4] == "#loc+code+site"
    assert len(rows) == 7
    assert {len(row) for row in rows} == {len(names)}


def test_csv_of_both_languages_has_the_same_names_and_codes() -> None:
    report = make_report(n_sites=5)
    english, french = records(report, "en"), records(report, "fr")
    assert english[0].keys() == french[0].keys()
    assert english[0]["coverage"] == french[0]["coverage"] == "assessed"
    assert (english[0]["coverage_name"], french[0]["coverage_name"]) == ("Assessed", "Évalué")


def test_csv_unknown_is_empty_and_zero_is_zero() -> None:
    report = make_report(n_sites=30)
    unknown = records(report)[17]
    assert unknown["idp_individuals"] == ""
    assert unknown["need_wash"] == ""
    assert unknown["figure_method"] == "unknown"
    assert "0" in {record["arrivals_individuals"] for record in records(report)}


def test_csv_totals_equal_the_report() -> None:
    report = make_report(n_sites=30)
    people = sum(int(record["idp_individuals"] or 0) for record in records(report))
    assert people == report.totals["idp_individuals"].value


def test_csv_says_how_and_when_for_every_row() -> None:
    carried = records(make_report(n_sites=30))[4]
    assert carried["figure_method"] == "carried_forward"
    assert carried["as_of"] == "2026-11-01"


@pytest.mark.parametrize(
    "hostile", ['=HYPERLINK("http://x";"y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1"]
)
def test_csv_never_gives_a_formula(hostile: str) -> None:
    report = make_report(n_sites=1)
    evil = replace(report.sites[0], name=hostile, site_id=hostile, source=hostile)
    record = records(replace(report, sites=(evil,)))[0]
    for name in ("site_name", "site_id", "source"):
        assert record[name] == "'" + hostile


def test_csv_negative_numbers_stay_numbers() -> None:
    assert written(-30.5) == "-30.5"
    assert written(-3.0) == "-3"
    assert float(records(make_report(n_sites=1))[0]["longitude"]) < 0


@given(st.text())
def test_harmless_text_never_begins_like_a_formula(text: str) -> None:
    assert not harmless(text).startswith(FORMULA_SIGNS)
    assert harmless(text).removeprefix("'") == text or text.startswith("'")


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_written_number_reads_back_the_same(value: float) -> None:
    assert float(written(value)) == value
