"""A house that cannot start says why; one that can stands on a database that keeps its word."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from opendtm_server.config import obstacles, serving


def test_missing_folder_is_named_with_a_way_on(tmp_path: Path) -> None:
    with pytest.raises(obstacles.DataFolderMissing) as caught:
        serving.prepare(tmp_path / "absent")
    assert str(tmp_path / "absent") in caught.value.text("en")
    assert "opendtm demo" in caught.value.remedy_text("fr")


def test_port_in_use_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(obstacles.PortTaken) as caught:
            serving.check_port("127.0.0.1", port)
    assert str(port) in caught.value.text("fr")


def test_free_port_is_accepted() -> None:
    serving.check_port("127.0.0.1", 0)


@pytest.mark.django_db
def test_database_is_brought_up_to_date_only_where_it_is_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []
    monkeypatch.setenv("OPENDTM_DATA", str(tmp_path))
    monkeypatch.setattr(serving, "call_command", lambda name, **_: called.append(name))
    serving.prepare(tmp_path, keep_static=False)
    assert called == []
    (newest,) = MigrationLoader(connection).graph.leaf_nodes("matrix")
    MigrationRecorder(connection).record_unapplied(*newest)
    serving.prepare(tmp_path, keep_static=False)
    assert called == ["migrate"]


@pytest.mark.django_db
def test_durable_database_is_accepted() -> None:
    serving.check_durable()


@pytest.mark.django_db
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite's durability is set by ourselves"
)
def test_forgetful_postgres_is_refused() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    with pytest.raises(obstacles.DatabaseForgets) as caught:
        serving.check_durable()
    assert "synchronous_commit" in caught.value.text("en")


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite")
def test_sqlite_writes_through() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone() == (2,)
        cursor.execute("PRAGMA foreign_keys")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_first_account_is_made_once() -> None:
    account = serving.first_account()
    assert account is not None
    assert account[0] == "keeper"
    assert serving.first_account() is None


@pytest.mark.parametrize("language", ["en", "fr"])
def test_command_without_folder_ends_with_status_one(language: str, tmp_path: Path) -> None:
    script = f"from opendtm.cli.main import main; raise SystemExit(main(['serve', '--data', {str(tmp_path / 'no')!r}]))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=False,
        text=True,
        env=os.environ | {"OPENDTM_LANG": language},
    )
    assert done.returncode == 1
    assert "OD831" in done.stderr
    assert "Traceback" not in done.stderr
