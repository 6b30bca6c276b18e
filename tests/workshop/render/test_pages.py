"""The report as data for a page: what the PDF and the web page both say."""

import json
from dataclasses import replace

import pytest
from tests.workshop.factories import make_report

from opendtm.records import Change, Coverage, Method
from opendtm.render.page_numbers import change_data, coverage_data, entry, matched_data
from opendtm.render.page_sectors import more
from opendtm.render.pages import page_data, sector_page_data
from opendtm.report.model import Number, SiteNeedsReport


@pytest.mark.parametrize("lang", ["en", "fr", "ar"])
def test_data_of_a_page_can_be_written_as_json(report: SiteNeedsReport, lang: str) -> None:
    data = page_data(report, lang)
    assert json.loads(json.dumps(data)) == data


@pytest.mark.parametrize(
    ("figure", "text", "mark"),
    [
        (Number(1204, "person"), "1,204", ""),
        (Number(0, "person"), "0", ""),
        (Number(None, "person", Method.UNKNOWN), "–", "unknown"),
        (Number(7, "person", Method.CARRIED_FORWARD, 7), "7", "carried"),
        (Number(7, "person", Method.DERIVED), "7", "derived"),
        (Number(3, "person", suppressed="few"), "–", "suppressed"),
        (None, "–", "unknown"),
    ],
)
def test_number_is_written_with_its_mark(figure: Number | None, text: str, mark: str) -> None:
    assert {"text": text, "mark": mark}.items() <= entry(figure, "en").items()


def test_withheld_value_is_nowhere_in_the_data() -> None:
    report = make_report(1)
    secret = Number(987654, "person", suppressed="few")
    row = replace(report.sites[0], numbers={"idp_individuals": secret})
    blocks = tuple(replace(block, sites=()) for block in report.sectors)
    report = replace(report, sites=(row,), sectors=blocks, totals={"idp_individuals": secret})
    assert "987" not in json.dumps(page_data(report, "en"))


def test_shares_of_a_coverage_never_exceed_the_whole() -> None:
    parts = coverage_data(Coverage(30, 20, 4, 2), "en")["parts"]
    assert [part["kind"] for part in parts] == ["assessed", "carried", "missing"]
    assert sum(part["share"] for part in parts) == pytest.approx(1)


@pytest.mark.parametrize(
    ("coverage", "said"),
    [
        (Coverage(0, 0), "aucun site n'est connu"),
        (Coverage(1, 1), "données de 1 site sur 1"),
        (Coverage(30, 1), "données de 1 site seulement, sur 30"),
        (Coverage(30, 20), "données de 20 sites sur 30"),
    ],
)
def test_coverage_counts_in_good_french(coverage: Coverage, said: str) -> None:
    assert coverage_data(coverage, "fr")["text"] == said


def change(before: float | None, after: float | None, **parts: float) -> Change:
    zero = {
        "matched": 0.0,
        "newly_covered": 0.0,
        "closed": 0.0,
        "lost_access": 0.0,
        "corrected": 0.0,
    }
    return Change(before, after, **(zero | parts), n_matched=0, n_new=0, n_closed=0, n_lost=0)


def test_change_says_direction_share_and_parts() -> None:
    said = change_data(change(1000, 1100, matched=150, closed=-50), "en", since=None)
    assert said is not None
    assert (said["text"], said["sense"]) == ("+100 (+10%)", "up")
    assert [part["text"] for part in said["parts"]] == ["+150", "−50"]


def test_change_of_nothing_is_zero_without_share() -> None:
    said = change_data(change(1000, 1000), "en", since=None)
    assert said is not None
    assert (said["text"], said["sense"], said["parts"]) == ("0", "same", [])


def test_change_from_zero_has_no_share() -> None:
    said = change_data(change(0, 50, newly_covered=50), "fr", since=None)
    assert said is not None
    assert said["text"] == "+50"


def test_flow_is_compared_at_the_sites_seen_both_times_alone() -> None:
    """278 arrivals at 24 sites, then 253 at 21 of them, where there had been 195: a rise, not a fall."""
    known = replace(change(278, 253, matched=58, lost_access=-83), n_matched=21, n_lost=3)
    said = matched_data(known, "en")
    assert said is not None
    assert (said["text"], said["sense"]) == ("+58", "up")
    assert said["since"] == "at the same sites"
    assert matched_data(replace(known, n_matched=0), "en") is None


def test_headlines_of_flows_alone_are_compared_so(report: SiteNeedsReport) -> None:
    boxes = {box["indicator"]: box for box in page_data(report, "en")["headlines"]}
    flows = {"arrivals_individuals", "departures_individuals"}
    assert {name for name, box in boxes.items() if box["flow"]} == flows & boxes.keys()


@pytest.mark.parametrize("known", [change(None, 5), change(5, None), None])
def test_change_with_an_unknown_side_is_not_shown(known: Change | None) -> None:
    assert change_data(known, "en", since=None) is None


def test_ranking_follows_people_in_need_and_its_bars_do_not_exceed_the_longest() -> None:
    ranking = page_data(make_report(), "en")["sectors"]["ranking"]
    shares = [row["share"] for row in ranking]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == 1
    assert all(row["critical_share"] <= row["share"] for row in ranking)


def test_block_lists_the_worst_five_and_counts_the_rest(report: SiteNeedsReport) -> None:
    block = page_data(report, "en")["sectors"]["blocks"][0]
    assert len(block["sites"]) == 5
    assert block["more"].startswith(f"and {len(report.sectors[0].sites) - 5} more")
    assert sum(level["share"] for level in block["levels"]) == pytest.approx(1)


@pytest.mark.parametrize(
    ("left", "said"), [(0, ""), (1, "et un autre site"), (2, "et 2 autres sites")]
)
def test_sites_not_listed_are_counted_in_words(left: int, said: str) -> None:
    assert more(left, "fr").startswith(said)
    assert bool(more(left, "fr")) == bool(left)


def test_sector_page_knows_what_to_say_for_every_number_of_rows(report: SiteNeedsReport) -> None:
    table = sector_page_data(report, "food_security", "en")["table"]
    assert len(table["more"]) == len(table["rows"]) + 1
    assert table["more"][-1] == ""


def test_table_has_a_cell_for_every_column(report: SiteNeedsReport) -> None:
    table = page_data(report, "en")["table"]
    width = len(table["columns"])
    assert {len(row["cells"]) for row in table["rows"]} == {width}
    assert len(table["totals"]) == width
    assert len(table["rows"]) == len(report.sites)


def test_trend_that_does_not_move_is_not_called_a_fall() -> None:
    report = make_report(1)
    points = tuple(replace(each, idps=Number(0, "person")) for each in report.trend)
    assert "stayed" in page_data(replace(report, trend=points), "en")["trend"]["title"]


def test_breakdown_of_nothing_is_left_out() -> None:
    report = make_report(2)
    empty = {
        "age_sex": tuple((label, Number(0, "person")) for label, _ in report.breakdowns["age_sex"])
    }
    assert page_data(replace(report, breakdowns=empty), "en")["breakdowns"] == []


def test_unknown_need_is_not_no_need(report: SiteNeedsReport) -> None:
    cells = [
        cell
        for row in page_data(report, "en")["table"]["rows"]
        for cell in row["cells"]
        if "heat" in cell
    ]
    unknown = [cell for cell in cells if cell["heat"] == "unknown"]
    assert unknown
    assert {cell["text"] for cell in unknown} == {"–"}
