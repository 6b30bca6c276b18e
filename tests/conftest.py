"""Fixtures for every test: the real files of the field, where they are at hand."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of real files kept outside the project; skip where it is absent, and only there."""
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared is absent")
    return SHARED / "data"
