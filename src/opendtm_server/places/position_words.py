"""What a position is worth, in the words of the desk."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opendtm.report.caveats import one_displaced_by_up_to
from opendtm.report.positions import PositionKind, Spot
from opendtm_server.ui.templatetags.words import language

KINDS = {
    PositionKind.EXACT: gettext_lazy("Exact"),
    PositionKind.DISPLACED: gettext_lazy("Displaced"),
    PositionKind.AREA: gettext_lazy("Area only"),
}


def position_words(spot: Spot | None) -> str:
    """Say where a site is shown to the reader, and what that is worth."""
    if spot is None:
        return "–"
    if spot.kind is PositionKind.AREA:
        return _("Shown by its area alone")
    where = f"{spot.latitude:.5f}, {spot.longitude:.5f}"
    if spot.up_to is None:
        return where
    return f"{where} ({one_displaced_by_up_to(spot.up_to).text(language())})"
