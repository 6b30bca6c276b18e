"""The fault points: silent in a real house, exact in a test, and never switched on by accident."""

import signal
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from opendtm_server.collect import faults


def test_fault_without_a_wish_does_nothing() -> None:
    fail = faults.fault_of("")
    assert [fail(point) for point in faults.POINTS] == [None] * len(faults.POINTS)


@pytest.mark.parametrize("point", faults.ON_DISK)
def test_error_at_a_point_on_the_disk_is_one_of_the_disk(point: str) -> None:
    with pytest.raises(OSError, match="fault point"):
        faults.fault_of(f"{point}:error")(point)


@pytest.mark.parametrize("point", faults.IN_DATABASE)
def test_error_at_a_point_in_the_database_is_one_of_the_database(point: str) -> None:
    with pytest.raises(OperationalError):
        faults.fault_of(f"{point}:error")(point)


def test_fault_happens_at_its_point_and_its_time_alone() -> None:
    fail = faults.fault_of("after_insert:error:3")
    for here in ("after_insert", "before_commit", "after_insert", "after_commit"):
        fail(here)
    with pytest.raises(OperationalError):
        fail("after_insert")
    fail("after_insert")


def test_kill_ends_the_process_as_a_power_cut_would() -> None:
    code = (
        "from opendtm_server.collect.faults import fault_of\n"
        "fault_of('before_commit:kill')('before_commit')\nprint('still here')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, b"")


@pytest.mark.parametrize(
    "wish", ["nowhere:kill", "after_insert", "after_insert:explode", "after_insert:kill:x"]
)
def test_wish_that_cannot_be_is_refused(wish: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        faults.fault_of(wish)


def test_safeguard_is_left_out_only_by_who_says_that_this_is_a_test() -> None:
    with pytest.raises(ImproperlyConfigured, match="I_AM_A_TEST"):
        faults.broken_of("no_fsync", confirmed="")
    assert faults.broken_of("no_fsync,no_unique_key", confirmed="1") == {
        "no_fsync",
        "no_unique_key",
    }
    assert faults.broken_of("", confirmed="") == frozenset()


def test_unknown_safeguard_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="no_seatbelt"):
        faults.broken_of("no_seatbelt", confirmed="1")


@pytest.mark.parametrize("safeguard", faults.SAFEGUARDS)
def test_house_under_test_is_sound(safeguard: str) -> None:
    assert not faults.broken(safeguard)
