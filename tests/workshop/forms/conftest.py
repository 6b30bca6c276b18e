"""Small forms written as tables in the tests, and the weekly form of the catalogue."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from opendtm import catalogue
from opendtm.forms import FormDefinition, convert, read_form

WriteForm = Callable[[str], Path]


@pytest.fixture
def write_form(tmp_path: Path) -> WriteForm:
    """Write a form given as a Markdown table to a file."""

    def write(table: str) -> Path:
        path = tmp_path / "form.md"
        path.write_text(dedent(table).strip() + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def form_of(write_form: WriteForm) -> Callable[[str], FormDefinition]:
    """Convert a form given as a Markdown table and read the XForm."""
    return lambda table: read_form(convert(write_form(table)).xml)


@pytest.fixture(scope="session")
def weekly_path() -> Path:
    """Give the weekly site update of the catalogue."""
    return catalogue.ROOT / "forms" / "weekly_site_update.md"


@pytest.fixture(scope="session")
def weekly(weekly_path: Path) -> FormDefinition:
    """Give the weekly site update as phones get it."""
    return read_form(convert(weekly_path).xml)
