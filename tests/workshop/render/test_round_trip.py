"""What we publish can be read back by ourselves, without a mapping and without counting anybody twice."""

from pathlib import Path

import pytest
from tests.workshop.factories import make_report

from opendtm import measure, render, tables
from opendtm.i18n import LANGUAGES
from opendtm.report import from_panel


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_table_reads_back_to_the_same_figures(ending: str, lang: str, tmp_path: Path) -> None:
    report = make_report(n_sites=30)
    path = tmp_path / f"sites.{ending}"
    path.write_bytes(getattr(render, ending)(report, lang))

    reading = tables.read_tables(path)
    panel = measure.single_round(reading.observations)
    again = from_panel(panel, edition=report.edition)

    assert reading.observations.num_rows == 30
    for name in (
        "idp_individuals",
        "idp_households",
        "returnee_individuals",
        "arrivals_individuals",
    ):
        assert again.totals[name].value == report.totals[name].value
    before = {block.sector: (block.in_need.value, block.answered) for block in report.sectors}
    assert {
        block.sector: (block.in_need.value, block.answered) for block in again.sectors
    } == before
