"""Fixtures of this room's tests: releases without their PDF files."""

import pytest
from tests.server.shelf import Shelf
from tests.server.weekly import Field

from opendtm import render
from opendtm_server.matrix.models import Run
from opendtm_server.publish.actions import release_site_needs
from opendtm_server.publish.models import Release


@pytest.fixture
def quick_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the PDF engine out where a test is not about it."""
    monkeypatch.setattr(render, "pdf", lambda *_args: b"%PDF-1.7 report")
    monkeypatch.setattr(render, "sector_pdf", lambda *_args: b"%PDF-1.7 sector")


@pytest.fixture
def release(work: Field, run: Run, quick_pdf: None, shelf: Shelf) -> Release:
    """Give the release of the third round."""
    return shelf.give("release", lambda: release_site_needs(run, by=work.manager))
