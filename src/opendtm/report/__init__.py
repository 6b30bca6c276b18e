"""From observations to reports: what a page says, before any language, layout or format."""

from opendtm.report.atlas import home_countries, homelands, neighbours, outlines, surroundings
from opendtm.report.site_needs import Options, from_panel, site_needs
from opendtm.report.sites import sites_from

__all__ = [
    "Options",
    "from_panel",
    "home_countries",
    "homelands",
    "neighbours",
    "outlines",
    "site_needs",
    "sites_from",
    "surroundings",
]
