"""The report of a round: every number from the engine, every line with its state, method and date.

1. totals equal the sum of the lines they stand under;
2. carried forward, unknown and closed are told apart and said in words;
3. sectors are ranked by the IDPs of their sites in need, worst sites first;
4. a source without needs gives a site list;
5. the same input gives the same report.
"""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.workshop.factories import make_areas, make_edition
from tests.workshop.observing import WEEKS, site, table, visit

from opendtm import measure
from opendtm.i18n import LANGUAGES
from opendtm.records import Grade, Method
from opendtm.report import Options, from_panel, site_needs
from opendtm.report.model import SiteNeedsReport, SiteRow


def build(rows: list[dict[str, Any]], sites: list[Any], **options: Any) -> SiteNeedsReport:
    edition = make_edition(round=WEEKS[-1])
    chosen: Options = {"areas": make_areas(), "n_rounds": 1, **options}  # type: ignore[typeddict-item]
    return site_needs(
        table(rows), sites=sites, rounds=WEEKS, at=WEEKS[-1], edition=edition, **chosen
    )


def line(report: SiteNeedsReport, site_id: str) -> SiteRow:
    return next(row for row in report.sites if row.site_id == site_id)


@pytest.fixture(scope="module")
def report() -> SiteNeedsReport:
    """Five sites: seen, seen with critical need, carried forward, out of reach, closed."""
    rows = [
        visit("A", 4, idp_individuals=100, need_wash="serious", arrivals_individuals=0),
        visit("A", 5, idp_individuals=140, need_wash="none", arrivals_individuals=60),
        visit("B", 5, idp_individuals=500, need_wash="critical", arrivals_individuals=0),
        visit("C", 3, idp_individuals=80, need_wash="serious", arrivals_individuals=9),
        visit("D", 5, idp_individuals=None, need_wash=None, access="no"),
        visit("E", 4, idp_individuals=70, need_wash="critical"),
    ]
    closed = WEEKS[-1].starts_on
    sites = [site("A"), site("B"), site("C"), site("D", latitude=None), site("E", closed_on=closed)]
    return build(rows, sites, n_rounds=10)


def test_total_equals_its_lines(report: SiteNeedsReport) -> None:
    assert report.totals["idp_individuals"].value == 140 + 500 + 80
    assert report.totals["idp_individuals"].carried == 80


def test_line_of_a_visited_site(report: SiteNeedsReport) -> None:
    row = line(report, "A")
    assert (row.state, row.method, row.as_of) == (
        "assessed",
        Method.OBSERVED,
        WEEKS[4].starts_on.replace(day=3),
    )
    assert row.numbers["arrivals_individuals"].value == 60
    assert row.needs["wash"] == 0
    assert row.source == "uuid:A-5"
    assert row.admin_codes[:2] == ("ZZ", "ZZ01")


def test_line_carried_forward_keeps_its_date_and_drops_its_flows(report: SiteNeedsReport) -> None:
    row = line(report, "C")
    assert (row.state, row.method) == ("not_covered", Method.CARRIED_FORWARD)
    assert row.numbers["idp_individuals"].carried == 80
    assert row.numbers["arrivals_individuals"].value is None
    assert row.as_of is not None
    assert WEEKS[2].starts_on <= row.as_of <= WEEKS[2].ends_on


def test_line_never_seen_is_unknown_and_not_zero(report: SiteNeedsReport) -> None:
    row = line(report, "D")
    assert (row.state, row.method, row.as_of) == ("inaccessible", Method.UNKNOWN, None)
    assert row.numbers["idp_individuals"].value is None
    assert row.numbers["idp_individuals"].method is Method.UNKNOWN


def test_closed_site_has_no_line_and_stands_in_the_change(report: SiteNeedsReport) -> None:
    assert "E" not in {row.site_id for row in report.sites}
    change = report.headlines[0].change
    assert change is not None
    assert (change.closed, change.n_closed) == (-70, 1)
    assert change.matched == 40
    assert change.newly_covered == 500


def test_lines_begin_with_the_most_idps(report: SiteNeedsReport) -> None:
    assert [row.site_id for row in report.sites] == ["B", "A", "C", "D"]


def test_coverage_of_the_headlines(report: SiteNeedsReport) -> None:
    visited = next(box for box in report.headlines if box.indicator == "sites_assessed")
    assert visited.number.value == 2
    assert (report.coverage.n_known, report.coverage.n_carried, report.coverage.n_inaccessible) == (
        4,
        1,
        1,
    )


def test_sector_counts_come_from_the_engine(report: SiteNeedsReport) -> None:
    (block,) = report.sectors
    assert (block.in_need.value, block.critical.value, block.answered) == (2, 1, 3)
    assert block.idps_in_need.value == 580
    assert block.in_need.key == "need_sites_wash||"
    assert block.levels == {"none": 1, "some": 0, "serious": 1, "critical": 1, "unknown": 1}
    assert [row.site_id for row in block.sites] == ["B", "C"]


def test_lead_speaks_of_the_sites_with_a_figure(report: SiteNeedsReport) -> None:
    assert report.lead.text("en").startswith("720 IDPs live in 3 sites.")


def test_limits_count_what_they_touch(report: SiteNeedsReport) -> None:
    said = [limit.text("en") for limit in report.limits]
    assert "One place repeats the figure of an earlier round: 80 IDPs, 11% of the total." in said
    assert "The number of IDPs is unknown in one place, so the totals are a minimum." in said
    assert "One place has no usable position and is not on the map." in said


def test_every_sentence_has_its_french(report: SiteNeedsReport) -> None:
    words = [report.lead, report.map.title, *report.limits, *report.method]
    words += [action.reason for action in report.actions]  # type: ignore[misc]
    words += [block.finding for block in report.sectors]
    for sentence in words:
        assert sentence.text("fr") != sentence.text("en")


def test_trend_recomputes_each_round(report: SiteNeedsReport) -> None:
    assert [point.round.number for point in report.trend] == [1, 2, 3, 4, 5]
    assert [point.idps.value for point in report.trend] == [None, None, 80, 250, 720]
    assert report.trend[-1].arrivals == 60
    assert report.trend[3].idps.carried == 80


def test_change_of_method_breaks_the_trend_and_is_a_limit() -> None:
    rows = [visit("A", week, idp_individuals=100 + week, method="key_informant") for week in (3, 4)]
    listed = visit("A", 5, idp_individuals=90, method="registration_list")
    found = build([*rows, listed], [site("A")], n_rounds=4)
    assert [point.breaks for point in found.trend] == [False, False, False, True]
    assert any("another method" in limit.text("en") for limit in found.limits)
    assert not any(
        "another method" in limit.text("en")
        for limit in build(rows, [site("A")], n_rounds=4).limits
    )


def test_totals_carry_their_confidence(report: SiteNeedsReport) -> None:
    assert report.totals["idp_individuals"].confidence is Grade.LOW  # two of four sites assessed
    sure = build([visit("A", 5, idp_individuals=9, method="head_count")], [site("A")])
    assert sure.headlines[0].number.confidence is Grade.HIGH


def test_trend_is_cut_to_the_rounds_asked_for() -> None:
    found = build([visit("A", 5, idp_individuals=1)], [site("A")], n_rounds=3)
    assert [point.round.number for point in found.trend] == [3, 4, 5]


def test_source_without_needs_is_a_site_list() -> None:
    found = build([visit("A", 5, idp_individuals=10)], [site("A")])
    assert not found.has_needs
    assert "widespread" not in found.lead.text("en")
    assert all("informants" not in limit.text("en") for limit in found.limits)


def test_operation_without_sites_says_so() -> None:
    found = build([visit("A", 5, idp_individuals=10)], [])
    assert found.sites == ()
    assert found.lead.text("en") == "No site is known."
    assert found.totals == {}


def test_zero_is_an_observed_zero() -> None:
    found = build([visit("A", 5, idp_individuals=0)], [site("A")])
    assert found.totals["idp_individuals"].value == 0
    assert found.lead.text("en").startswith("No IDPs were found in one site.")


def test_sectors_are_ranked_by_people_with_stable_ties() -> None:
    rows = [
        visit(
            "A",
            5,
            idp_individuals=10,
            need_health="serious",
            need_wash="serious",
            need_shelter="none",
        ),
        visit(
            "B",
            5,
            idp_individuals=90,
            need_health="none",
            need_wash="some",
            need_shelter="critical",
        ),
    ]
    found = build(rows, [site("A"), site("B")])
    assert [block.sector for block in found.sectors] == ["shelter", "wash", "health"]
    assert [block.rank for block in found.sectors] == [1, 2, 3]


def test_sector_without_any_answer_has_no_rank() -> None:
    rows = [visit("A", 5, idp_individuals=10, need_health="unknown", need_wash="serious")]
    found = build(rows, [site("A")])
    health = next(block for block in found.sectors if block.sector == "health")
    assert (health.rank, health.answered) == (None, 0)
    assert health.finding.text("en") == "Nothing is known about this sector in any site."


def test_age_and_sex_below_the_threshold_are_left_blank() -> None:
    rows = [visit("A", 5, idp_individuals=10, idp_females=3, idp_males=7)]
    parts = build(rows, [site("A")]).breakdowns["age_sex"]
    women, men = (number for _, number in parts)
    assert (women.value, women.suppressed) == (None, "small")
    assert (men.value, men.suppressed) == (7, None)


def test_breakdown_by_type_adds_up() -> None:
    rows = [
        visit(name, 5, idp_individuals=people) for name, people in (("A", 40), ("B", 2), ("C", 8))
    ]
    sites = [site("A"), site("B", site_type="other"), site("C", site_type=None)]
    parts = build(rows, sites).breakdowns["site_type"]
    shown = {label.en: number.value for label, number in parts}
    assert shown["Camp"] == 40
    assert set(shown) == {"Camp", "Other", "Not known"}


def test_report_is_the_same_whatever_the_order_of_the_rows() -> None:
    rows = [visit(f"S{n}", 5, idp_individuals=10 * (n % 3), need_wash="critical") for n in range(9)]
    sites = [site(f"S{n}") for n in range(9)]
    assert build(rows, sites) == build(rows[::-1], sites[::-1])


def test_map_takes_plain_areas_and_its_number_from_the_edition() -> None:
    found = build([visit("A", 5, idp_individuals=10)], [site("A")])
    assert [area.code for area in found.map.areas] == ["ZZ", "ZZ01", "ZZ02", "ZZ03", "ZZ04"]
    assert found.map.number == "ZZ-SNR-46-01"


@settings(max_examples=12, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(0, 50_000)), min_size=1, max_size=12))
def test_total_is_the_sum_of_the_known_lines(people: list[int | None]) -> None:
    rows = [visit(f"S{n}", 5, idp_individuals=value) for n, value in enumerate(people)]
    found = build(rows, [site(f"S{n}") for n in range(len(people))])
    known = [value for value in people if value is not None]
    lines = [row.numbers["idp_individuals"].value for row in found.sites]
    assert sum(value for value in lines if value is not None) == sum(known)
    if known:
        assert found.totals["idp_individuals"].value == sum(known)


def foreign(rows: list[dict[str, Any]], **options: Any) -> SiteNeedsReport:
    return from_panel(measure.single_round(table(rows)), edition=make_edition(), **options)


def test_foreign_file_with_priorities_names_them_and_no_levels() -> None:
    rows = [
        {"site_id": "A", "idp_individuals": 50, "priority_needs": ["food", "cash"]},
        {"site_id": "B", "idp_individuals": 30, "priority_needs": ["food"]},
        {"site_id": "C", "idp_individuals": 20, "priority_needs": ["dnk"]},
    ]
    found = foreign(rows)
    food = found.sectors[0]
    assert (food.sector, food.in_need.value, food.answered) == ("food_security", 2, 2)
    assert food.critical.value is None
    assert food.finding.text("en") == "2 of 2 sites name it as a priority, home to 80 IDPs."
    assert any("priority needs a site" in sentence.text("en") for sentence in found.method)
    assert any("One place gives no priority needs" in limit.text("en") for limit in found.limits)


def test_foreign_areas_are_not_called_sites() -> None:
    rows = [
        {"adm0_code": "AAA", "adm1_code": None, "idp_individuals": 100},
        {"adm0_code": "AAA", "adm1_code": "A1", "idp_individuals": 60},
        {"adm0_code": "AAA", "adm1_code": "A2", "idp_individuals": 30},
    ]
    found = foreign(rows)
    assert found.totals["idp_individuals"].value == 100
    assert [row.site_id for row in found.sites] == ["A1", "A2"]
    assert "sites" not in found.lead.text("en")
    assert any(
        "add up to 90 IDPs; the source states a total of 100" in each.text("en")
        for each in found.limits
    )


def test_foreign_derived_column_is_marked() -> None:
    rows = [{"site_id": "A", "idp_individuals": 60, "idp_households": 10}]
    found = foreign(rows, derived=("idp_individuals",))
    assert found.totals["idp_individuals"].method is Method.DERIVED
    assert found.sites[0].numbers["idp_individuals"].method is Method.DERIVED
    assert found.sites[0].numbers["idp_households"].method is Method.OBSERVED


def test_foreign_sites_without_identifier_are_marked() -> None:
    rows = [{"site_id": None, "site_name": "Camp", "idp_individuals": 5, "adm1_name": "North"}]
    found = foreign(rows)
    assert found.sites[0].site_id == "name:north/camp"
    assert any("no identifier in the source" in limit.text("en") for limit in found.limits)


def test_foreign_rows_without_a_day_are_said() -> None:
    found = foreign([{"site_id": "A", "idp_individuals": 5}])
    assert found.trend == ()
    assert any(
        "does not say when one place was assessed" in each.text("en") for each in found.limits
    )


def test_undated_source_says_whose_date_is_shown() -> None:
    panel = measure.single_round(table([{"site_id": "A", "idp_individuals": 5}]))
    found = from_panel(panel, edition=make_edition(dated=False))
    for lang in LANGUAGES:
        assert found.limits[-1].text(lang)
    assert "date shown is that of making" in found.limits[-1].text("en")
