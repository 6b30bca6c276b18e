"""Reports that many tests of the floor look at, made once."""

from collections.abc import Callable
from functools import cache

import pytest
from tests.workshop.factories import make_report

from opendtm import render
from opendtm.report.model import SiteNeedsReport

Made = Callable[[str], bytes]


@pytest.fixture(scope="session")
def report() -> SiteNeedsReport:
    """Give the report of thirty sites."""
    return make_report()


@pytest.fixture(scope="session")
def pdf_in(report: SiteNeedsReport) -> Made:
    """Give the PDF of the report of thirty sites by language."""
    return cache(lambda lang: render.pdf(report, lang))


@pytest.fixture(scope="session")
def html_in(report: SiteNeedsReport) -> Callable[[str], str]:
    """Give the web page of the report of thirty sites by language."""
    return cache(lambda lang: render.html(report, lang))
