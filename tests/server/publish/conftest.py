"""Fixtures of this room's tests: an operation whose rounds were visited and signed off."""

import pytest
from django.contrib.auth.models import User
from tests.server import weekly

from opendtm import render
from opendtm_server.govern.models import Operation
from opendtm_server.matrix.actions import run_matrix
from opendtm_server.matrix.models import Run


@pytest.fixture
def work(operation: Operation, manager: User, facilitator: User) -> weekly.Field:
    """Give the operation with its three rounds visited and signed off."""
    field = weekly.prepare(operation, manager, facilitator)
    for number, visits in weekly.VISITS.items():
        for site, answers in visits.items():
            field.send(number, site, answers)
        field.sign(number)
    return field


@pytest.fixture
def run(work: weekly.Field) -> Run:
    """Give the run of the third round."""
    return run_matrix(work.round(3), by=work.manager)


@pytest.fixture
def quick_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the PDF engine out where a test is not about it."""
    monkeypatch.setattr(render, "pdf", lambda *_args: b"%PDF-1.7 report")
    monkeypatch.setattr(render, "sector_pdf", lambda *_args: b"%PDF-1.7 sector")
