"""A house looks over what is old seldom, and still lets go of what nothing holds."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from opendtm_server.config.garbage import OLD_AFTER, look_seldom


class Loop:
    """Something that only holds itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_what_starting_up_left_behind_is_let_go() -> None:
    left = weakref.ref(Loop())
    look_seldom()
    assert left() is None


def test_old_objects_are_looked_over_seldom_and_young_ones_as_ever() -> None:
    gc.set_threshold(700, 10, 10)
    look_seldom()
    assert gc.get_threshold() == (700, 10, OLD_AFTER)
    young = weakref.ref(Loop())
    gc.collect(0)
    assert young() is None
