"""Where the sites of a release are shown to the public, by the operation's rule.

It comes last, after small cells are gone: which sites count as small follows from the numbers that the release
prints. A site whose number is withheld counts as small whatever it is, for its place would tell the reader.
"""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from opendtm.report.model import SiteNeedsReport, SiteRow
from opendtm.report.positions import shown_at
from opendtm_server.places.positions import Audience, Stand, position_rule, spots
from opendtm_server.publish.disclosure.cells import IDPS

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


def where_shown(report: SiteNeedsReport, *, operation: "Operation", day: date) -> SiteNeedsReport:
    """Give a protected report with its sites where the public may see them, with the borders of a day.

    Raises PositionKeyMissing where the house's key cannot be read.
    """
    stands = [_stand(row) for row in report.sites]
    least = position_rule(operation).small_below
    alone = frozenset(_small(report, least)) if least else frozenset()
    found = spots(operation, stands, audience=Audience.PUBLIC, day=day, alone=alone)
    return shown_at(report, found)


def _stand(row: SiteRow) -> Stand:
    known = row.longitude is not None and row.latitude is not None
    area = next((code for code in reversed(row.admin_codes) if code), "")
    return Stand(
        row.site_id, row.longitude if known else None, row.latitude if known else None, area
    )


def _small(report: SiteNeedsReport, least: int) -> Iterator[str]:
    """Name the sites with fewer persons than `least`, and those of which the release tells no number."""
    for row in report.sites:
        number = row.numbers.get(IDPS)
        if number is None or number.value is None or number.value < least:
            yield row.site_id
