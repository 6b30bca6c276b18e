"""The workbook: data first, typed cells, hashtags in row 2, and never a formula out of data."""

from dataclasses import replace
from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest
from tests.workshop.factories import make_edition, make_report

from opendtm.i18n import Label, Message
from opendtm.render.xlsx import LONGEST_TEXT, xlsx
from opendtm.report.model import SiteNeedsReport

HOSTILE = (
    '=HYPERLINK("http://x","y")',
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "http://example.org",
    "{=1}",
)


def book(report: SiteNeedsReport, lang: str = "en") -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(xlsx(report, lang)))


@pytest.fixture(scope="module")
def english() -> openpyxl.Workbook:
    return book(make_report(n_sites=30))


def test_sheets_begin_with_data_and_end_with_read_me(english: openpyxl.Workbook) -> None:
    assert english.sheetnames == [
        "Sites", "Needs", "Figures", "Sectors", "Action now", "Trend", "Dictionary", "Read me",
    ]  # fmt: skip


def test_sheets_in_french() -> None:
    assert book(make_report(n_sites=30), "fr").sheetnames == [
        "Sites", "Besoins", "Chiffres", "Secteurs", "À traiter maintenant", "Évolution", "Dictionnaire",
        "Lisez-moi",
    ]  # fmt: skip


def test_sheets_of_a_site_list_have_no_needs() -> None:
    names = book(make_report(n_sites=2, with_needs=False, n_weeks=0)).sheetnames
    assert "Needs" not in names
    assert "Sectors" not in names
    assert "Trend" not in names


def test_sites_have_headings_hashtags_then_data(english: openpyxl.Workbook) -> None:
    page = english["Sites"]
    assert [page.cell(row, 1).value for row in (1, 2, 3)] == [
        "Site ID",
        "#loc+code+site",
        "ZZ-0001",
    ]
    assert page.max_row == 32
    assert page.freeze_panes == "C3"
    assert page.auto_filter.ref.startswith("A2:")


def test_cells_are_typed(english: openpyxl.Workbook) -> None:
    page = english["Sites"]
    by_tag = {page.cell(2, i).value: page.cell(3, i) for i in range(1, page.max_column + 1)}
    assert by_tag["#affected+idps+ind"].data_type == "n"
    assert by_tag["#affected+idps+ind"].number_format == "#,##0"
    assert by_tag["#date+observed"].is_date
    assert by_tag["#geo+lat"].number_format == "0.00000"
    assert by_tag["#loc+name"].data_type == "s"


def test_unknown_is_an_empty_cell_and_not_zero(english: openpyxl.Workbook) -> None:
    page = english["Sites"]
    column = next(
        i for i in range(1, page.max_column + 1) if page.cell(2, i).value == "#affected+idps+ind"
    )
    assert page.cell(3 + 17, column).value is None
    assert page.cell(3 + 17, 1).value == "ZZ-0018"


def test_totals_of_the_sheet_equal_the_report() -> None:
    report = make_report(n_sites=30)
    page = book(report)["Sites"]
    column = next(
        i for i in range(1, page.max_column + 1) if page.cell(2, i).value == "#affected+idps+ind"
    )
    values = [page.cell(row, column).value or 0 for row in range(3, page.max_row + 1)]
    assert sum(values) == report.totals["idp_individuals"].value


def test_needs_are_levels_with_a_heat(english: openpyxl.Workbook) -> None:
    page = english["Needs"]
    levels = {page.cell(row, 11).value for row in range(3, 33)}
    assert levels <= {0, 1, 2, 3, None}
    fills = {
        page.cell(row, 12).fill.fgColor.rgb for row in range(3, 33) if page.cell(row, 12).value == 3
    }
    assert fills <= {"FF0E3A66"}


def test_estimates_with_decimals_show_one() -> None:
    report = make_report(n_sites=1)
    row = report.sites[0]
    number = replace(row.numbers["idp_individuals"], value=10.25)
    changed = replace(row, numbers={**row.numbers, "idp_individuals": number})
    page = book(replace(report, sites=(changed,)))["Sites"]
    cell = next(
        page.cell(3, i) for i in range(1, page.max_column + 1) if page.cell(3, i).value == 10.25
    )
    assert cell.number_format == "#,##0.0"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_cell_is_ever_a_formula_or_a_link(hostile: str) -> None:
    report = make_report(n_sites=2)
    evil = replace(
        report.sites[0],
        site_id=hostile,
        name=hostile,
        source=hostile,
        admin_names=(hostile,),
        site_type=hostile,
    )
    edition = make_edition(operation=hostile, source=Label(hostile, hostile))
    actions = tuple(
        replace(each, site_name=hostile, reason=Message(hostile)) for each in report.actions
    )
    workbook = book(
        replace(report, sites=(evil, report.sites[1]), edition=edition, actions=actions)
    )
    cells = [cell for page in workbook for row in page.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert hostile.strip() in {str(cell.value).strip() for cell in cells}


def test_text_longer_than_a_cell_is_cut_and_shows_it() -> None:
    report = make_report(n_sites=1)
    long = replace(report.sites[0], name="x" * (LONGEST_TEXT + 5))
    value = book(replace(report, sites=(long,)))["Sites"]["B3"].value
    assert len(value) == LONGEST_TEXT
    assert value.endswith("…")


def test_day_before_excel_is_written_as_text() -> None:
    report = make_report(n_sites=1)
    old = replace(report.sites[0], as_of=date(1850, 1, 2))
    values = [cell.value for cell in book(replace(report, sites=(old,)))["Sites"][3]]
    assert "1850-01-02" in values


def test_figures_take_the_change_apart(english: openpyxl.Workbook) -> None:
    page = english["Figures"]
    tags = {page.cell(2, i).value: i for i in range(1, page.max_column + 1)}
    first = {tag: page.cell(3, i).value for tag, i in tags.items()}
    parts = [value for tag, value in first.items() if tag.count("+") == 3 and "change" in tag]
    assert first["#indicator+code"] == "idp_individuals"
    assert sum(parts) == pytest.approx(first["#indicator+change+num"])


def test_dictionary_explains_every_column_of_the_sites(english: openpyxl.Workbook) -> None:
    explained = {
        english["Dictionary"].cell(row, 2).value
        for row in range(3, english["Dictionary"].max_row + 1)
    }
    page = english["Sites"]
    assert {page.cell(2, i).value for i in range(1, page.max_column + 1)} <= explained


def test_read_me_says_fictional_source_limits_and_how_to_cite(english: openpyxl.Workbook) -> None:
    said = {row[0].value: row[1].value for row in english["Read me"].iter_rows()}
    assert said["Warning"].startswith("This country, its sites and its figures are fictional")
    assert said["How to cite"].endswith("https://example.org/en/balinga/releases/site-needs/46/")
    assert {"Limits", "Method", "Coverage", "Data as of", "Contact"} <= set(said)


def test_workbook_is_dated_by_its_edition() -> None:
    report = make_report(n_sites=1)
    assert book(report).properties.created == datetime(2026, 11, 16, 9, 30)  # noqa: DTZ001 as Excel keeps it
    assert xlsx(report, "en") == xlsx(report, "en")


def test_empty_report_still_opens() -> None:
    workbook = book(make_report(n_sites=0, n_weeks=0))
    assert workbook["Sites"].max_row == 2
