"""What somebody writes after `--engine`, and what is said where it cannot be had."""

import gc
import socket
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest

from opendtm.errors.measure_engines import (
    EngineUnknown,
    SparkFailed,
    SparkMissing,
    SparkUnreachable,
)
from opendtm.measure.engines import DUCKDB, Engine, engine_at, starting, told
from opendtm.measure.engines.addresses import _masters


@pytest.mark.parametrize("address", [None, "duckdb"])
def test_engine_is_duckdb_unless_another_is_named(address: str | None) -> None:
    with engine_at(address) as engine:
        assert engine is DUCKDB
    assert told(DUCKDB) == f"duckdb {DUCKDB.version}"


@pytest.mark.parametrize(
    ("address", "masters"),
    [
        ("spark://local", ()),
        ("spark://10.0.0.5:7077", (("10.0.0.5", 7077),)),
        ("spark://head-office.example:65535", (("head-office.example", 65535),)),
        ("spark://[::1]:7077", (("::1", 7077),)),
        ("spark://one:7077,two:7078", (("one", 7077), ("two", 7078))),
    ],
)
def test_address_names_one_or_several_masters(
    address: str, masters: tuple[tuple[str, int], ...]
) -> None:
    assert _masters(address) == masters


@pytest.mark.parametrize(
    "address",
    [
        "", "polars", "DUCKDB", "spark", "spark://", "spark://host", "spark://host:", "spark://:7077",
        "spark://host:0", "spark://host:65536", "spark://host:70777777", "spark://a b:7077",
        "spark://host:7077/path", "spark://one:7077,", "spark://one:7077,two", "http://host:7077",
        "spark://user@host:7077", "spark://-:7077", " spark://host:7077",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_before_anything_starts(address: str) -> None:
    with pytest.raises(EngineUnknown) as refused, engine_at(address):
        pass
    assert "spark://10.0.0.5:7077" in refused.value.remedy_text("fr")


def test_pyspark_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "find_spec", lambda _: None)
    with pytest.raises(SparkMissing, match="PySpark") as refused, engine_at("spark://local"):
        pass
    assert "opendtm[spark]" in refused.value.remedy_text("fr")


def test_java_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    with pytest.raises(SparkMissing, match="no Java"):
        starting.java.__wrapped__()


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_java_that_does_not_start_is_told_with_what_it_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'UnsupportedClassVersionError: 61.0' >&2\nexit 1\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(SparkMissing, match=r"UnsupportedClassVersionError: 61\.0"):
        starting.java.__wrapped__()
    gc.collect()  # PySpark leaves the pipe to the Java that failed open


def test_master_that_does_not_answer_is_told(spark: Engine) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))  # taken, so that nobody else listens there; and not listened at
        address = f"spark://127.0.0.1:{deaf.getsockname()[1]}"
        with pytest.raises(SparkUnreachable, match=address), engine_at(address):
            pass


def test_host_that_nobody_knows_is_told(spark: Engine) -> None:
    with pytest.raises(SparkUnreachable), engine_at("spark://nowhere.invalid:7077"):
        pass


class Waiting:
    """An engine without workers: it waits until somebody gives up."""

    def __init__(self) -> None:
        self.given_up = Event()

    def try_out(self) -> None:
        self.given_up.wait()
        raise RuntimeError

    def give_up(self) -> None:
        self.given_up.set()


def test_cluster_without_workers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "PATIENCE", 0.01)
    with pytest.raises(SparkFailed, match="no worker took the work"):
        starting._await_workers(Waiting(), "spark://host:7077")


def test_fault_of_the_first_job_is_its_own() -> None:
    class Faulty(Waiting):
        def try_out(self) -> None:
            raise KeyError("a fault")

    with pytest.raises(KeyError):
        starting._await_workers(Faulty(), "spark://host:7077")


def test_second_spark_in_one_process_is_told(spark: Engine) -> None:
    with pytest.raises(SparkFailed, match="multiple SparkContexts"), engine_at("spark://local"):
        pass


def test_pyspark_is_not_loaded_by_those_who_did_not_ask() -> None:
    code = (
        "import sys; from opendtm.cli import figures, flow, survey; "
        "from opendtm.measure import flow, interviews, analysis, engine, engines; "
        "print([name for name in sys.modules if name.startswith(('pyspark', 'py4j', 'ibis.backends.pyspark'))])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
