"""For every test: the real files of the field, where they are at hand, and what is begun first."""

from pathlib import Path

import pytest

from opendtm_server.config.garbage import look_seldom

SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_collection_finish() -> None:
    """Look over old objects as seldom as a house does: the tests take a twentieth less time."""
    look_seldom()


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of real files kept outside the project; skip where it is absent, and only there."""
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared is absent")
    return SHARED / "data"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with Spark: one worker starts Java for all of them, and none is left alone with them at the end."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    if item.get_closest_marker("cluster"):
        return 0
    return 1 if "spark" in getattr(item, "fixturenames", ()) else 2
