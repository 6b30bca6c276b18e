"""The public files of releases taken together, read by an attacker: no small cell can be worked out.

S3 holds 3 persons in the third round; S4 was not visited and carries 120 forward from the second.
"""

from collections.abc import Callable

import pytest
from tests.server.publish.attacker import Attacker, sheets
from tests.server.weekly import Field

from opendtm.report.model import SiteNeedsReport
from opendtm_server.collect.models import Submission
from opendtm_server.matrix.actions import run_matrix
from opendtm_server.matrix.models import Run
from opendtm_server.publish import queries, reports
from opendtm_server.publish.actions import release_site_needs
from opendtm_server.publish.headlines import headlines_of
from opendtm_server.publish.models import Release

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_pdf")]
WIDTH = 5
IDPS = "idp_individuals"
Releasing = Callable[[int], Release]


@pytest.fixture
def releasing(work: Field) -> Releasing:
    """Compute and release a round as it stands now."""
    return lambda number: release_site_needs(
        run_matrix(work.round(number), by=work.manager), by=work.manager
    )


def widths(attacker: Attacker, number: int) -> dict[str, float]:
    """Give how wide the attacker's range of every withheld site of a release is."""
    found = {}
    for release, site in attacker.hidden():
        if release == number:
            low, high = attacker.range_of((release, site))
            found[site] = high - low
    return found


def test_one_release_gives_no_small_cell_away(releasing: Releasing) -> None:
    release = releasing(3)
    attacker = Attacker()
    attacker.read(release)
    assert len(attacker.sums) >= 6
    low, high = attacker.range_of((release.number, "S3"))
    assert low <= 1
    assert high >= 1 + WIDTH
    assert min(widths(attacker, release.number).values()) >= WIDTH


def test_attacker_breaks_a_site_that_is_hidden_alone(releasing: Releasing) -> None:
    """The control: told S1 as well, the attacker has S3 to the person."""
    release = releasing(3)
    attacker = Attacker()
    attacker.read(release)
    attacker.values[release.number, "S1"] = 400.0
    assert attacker.range_of((release.number, "S3")) == pytest.approx((3, 3))


def test_two_rounds_together_give_no_small_cell_away(releasing: Releasing) -> None:
    second, third = releasing(2), releasing(3)
    attacker = Attacker()
    attacker.read(second)
    attacker.read(third, before=second)
    assert attacker.values[second.number, "S4"] == 120
    low, high = attacker.range_of((third.number, "S3"))
    assert low <= 1
    assert high >= 1 + WIDTH


def test_correction_gives_nothing_away_that_the_replaced_release_hid(
    work: Field, releasing: Releasing
) -> None:
    """S2 is corrected from 250 to 260: all the rest stands as it was."""
    first = releasing(3)
    work.correct(3, "S2", "idp_individuals", 260)
    second = releasing(3)
    assert second.replaces == first
    attacker = Attacker()
    attacker.read(first)
    attacker.read(second)
    for release in (first, second):
        low, high = attacker.range_of((release.number, "S3"))
        assert low <= 1
        assert high >= 1 + WIDTH


def test_sites_shown_last_week_and_carried_forward_are_no_hiding_place(
    work: Field, releasing: Releasing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All but S3 stand as last week's release showed them, so its total must go: total less the rest is S3."""
    second = releasing(2)
    found = _third_without(work, "S1", "S2")
    monkeypatch.setattr(reports, "issues_out", lambda _run: ())
    blind = reports.report_of(found, number=9, made_at=second.released_at)
    monkeypatch.undo()
    seeing = reports.report_of(found, number=9, made_at=second.released_at)
    assert hidden(blind) & {"S1", "S2", "S4"}
    assert not blind.totals[IDPS].suppressed
    assert "S3" in hidden(seeing)
    assert seeing.totals[IDPS].suppressed
    assert next(each for each in seeing.headlines if each.indicator == IDPS).change is None
    last = next(point for point in seeing.trend if point.round == seeing.edition.round)
    assert last.idps.suppressed
    assert "763" not in seeing.lead.text("en")  # 390 + 250 + 120 + 3
    released = release_site_needs(found, by=work.manager)
    assert 763 not in [box["value"] for box in headlines_of(released, "en")]
    assert 763 not in _numbers_in_the_workbook(released)


def hidden(report: SiteNeedsReport) -> set[str]:
    """Name the sites whose persons a report withholds."""
    return {row.site_id for row in report.sites if row.numbers[IDPS].suppressed}


def _numbers_in_the_workbook(release: Release) -> list[object]:
    return [cell for rows in sheets(release).values() for row in rows for cell in row.values()]


def _third_without(work: Field, *sites: str) -> Run:
    """Compute the third round as if some sites had not been visited in it."""
    Submission.objects.filter(round=work.round(3), site__code__in=sites).update(round=None)
    return run_matrix(work.round(3), by=work.manager)


def test_earlier_releases_that_bear_on_a_run_are_those_of_the_rounds_around(
    releasing: Releasing, run: Run
) -> None:
    second = releasing(2)
    assert list(queries.releases_near(run)) == [second]
