"""The headline figures of a release for the portal's front page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from opendtm.i18n import day
from opendtm_server.matrix import queries as matrix
from opendtm_server.matrix.sheet import FigureSheet
from opendtm_server.publish import queries
from opendtm_server.publish.models import Release

SHOWN = ("idp_individuals", "idp_households", "returnee_individuals", "sites_assessed")


def headlines_of(release: Release, lang: str) -> list[dict[str, Any]]:
    """Give the boxes of the front page: label, value, change since the round before, coverage, address.

    Of the figures that the release prints; a change where the release prints one.
    """
    before = release.run.round.number - 1
    earlier = matrix.totals_of_round(release.operation, before)
    printed = queries.figures_shown(release)
    names = [name for name in SHOWN if f"{name}||" in printed]
    known = {name: earlier.get(name) for name in names if f"change|{name}" in printed}
    found = matrix.headline_figures(release.run, names)
    return [_box(release, figure, known.get(figure.indicator), lang) for figure in found]


def _box(release: Release, figure: Any, earlier: float | None, lang: str) -> dict[str, Any]:
    sheet = FigureSheet(figure, lang)
    key = f"{figure.indicator}|{figure.place_code}|{figure.by}"
    dated = figure.indicator == "sites_assessed"
    known = figure.value is not None and earlier is not None and not dated
    since = _("since round %(number)s") % {"number": release.run.round.number - 1}
    words = _("as of %(day)s") % {"day": day(figure.as_of, lang)} if dated else sheet.coverage
    return {
        "label": sheet.label,
        "value": figure.value,
        "change": figure.value - earlier if known else None,
        "note": f"{since} · {words}" if known else words,
        "href": reverse(
            "publish:figure", args=[release.operation.code, release.product, release.number, key]
        ),
    }
