"""The proof itself, in its short version: real houses, real kills, on both databases.

Each part runs in processes of its own and says by its exit status whether the promise was kept. `make soak`
runs the same with 10,000 faults.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from soak.volumes import CannotMount, small_volume

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["sqlite", "postgres"])
def kind(request: pytest.FixtureRequest) -> str:
    """Give the kind of database."""
    return str(request.param)


@pytest.fixture
def may_mount(tmp_path: Path) -> None:
    """Skip where volumes cannot be mounted, and say why."""
    try:
        with small_volume(tmp_path / "volume", 1):
            pass
    except CannotMount as reason:
        pytest.skip(str(reason))


def soak(kind: str, part: str, folder: Path) -> dict[str, Any]:
    """Run one part of the short proof and give its result; the test fails with its words where it is broken."""
    result = folder / "result.json"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "soak", "--short", "--seed", "7"),
            *("--database", kind, "--part", part, "--json", str(result)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    return dict(json.loads(result.read_text(encoding="utf-8")))


def test_nothing_acknowledged_is_lost_in_a_storm_of_kills(kind: str, tmp_path: Path) -> None:
    (storm,) = soak(kind, "storm", tmp_path)["storms"]

    assert (storm["breaches"], storm["complaints"]) == ([], [])
    assert storm["kills"] >= 15
    assert storm["faults"] >= 150
    assert storm["submissions"] > 50
    assert "500" not in storm["statuses"]


def test_malformed_requests_get_words_and_leave_no_trace_in_memory(
    kind: str, tmp_path: Path
) -> None:
    (flood,) = soak(kind, "malformed", tmp_path)["floods"]

    assert flood["complaints"] == []
    assert flood["sent"] >= 1_000
    assert flood["growth"] < 64 * 1024 * 1024


@pytest.mark.usefixtures("may_mount")
def test_a_full_volume_costs_no_promise(kind: str, tmp_path: Path) -> None:
    volumes = soak(kind, "full_disk", tmp_path)["volumes"]

    assert len(volumes) == 2
    assert all(one["refused"] and not one["breaches"] for one in volumes)


@pytest.mark.usefixtures("may_mount")
def test_a_power_cut_costs_no_promise(kind: str, tmp_path: Path) -> None:
    (outages,) = soak(kind, "power", tmp_path)["outages"]

    if outages["not_run"]:
        pytest.skip(outages["not_run"])
    assert outages["cuts"] == 3
    assert outages["breaches"] == []


def test_a_house_without_a_safeguard_is_caught(kind: str, tmp_path: Path) -> None:
    controls = soak(kind, "controls", tmp_path)["controls"]

    names = {one["name"] for one in controls}
    assert {"no_unique_key", "ack_before_commit", "no_fsync"} <= names
    assert all(one["breach"] or one["not_run"] for one in controls)
