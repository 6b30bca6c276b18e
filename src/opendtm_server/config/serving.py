"""Starts a house on this machine: checks what it stands on, brings the database up to date, serves.

`prepare` comes before anything that touches Django's models; `serve` does not return until it is stopped.
"""

import os
import socket
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import OperationalError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.urls import get_resolver
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from opendtm_server.config import worker
from opendtm_server.config.background import working
from opendtm_server.config.garbage import look_seldom
from opendtm_server.config.obstacles import (
    DatabaseForgets,
    DatabaseUnreachable,
    DataFolderMissing,
    PortTaken,
)

THREADS = 4
RESPAWN_SECONDS = 0.5
MUST_BE_ON = ("fsync", "synchronous_commit", "full_page_writes")
SETTINGS = "opendtm_server.config.settings"


def prepare(folder: Path, *, keep_static: bool = True) -> None:
    """Set Django up over a data folder, with its database up to date and its static files in place.

    Raises DataFolderMissing, DatabaseUnreachable, DatabaseForgets. `keep_static` collects static files under
    hashed names, which browsers may keep for ever.
    """
    if not folder.is_dir():
        raise DataFolderMissing(folder=str(folder))
    os.environ["OPENDTM_DATA"] = str(folder.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    if keep_static:
        os.environ["OPENDTM_STATIC"] = "collected"
    _set_up()
    if keep_static:
        collect_static()


def _set_up() -> None:
    django.setup()
    try:
        check_durable()
    except OperationalError as error:
        raise DatabaseUnreachable from error
    if _owes_migrations():
        call_command("migrate", interactive=False, verbosity=0)
    look_seldom()


def _owes_migrations() -> bool:
    """Tell whether the database is behind; to let `migrate` find out takes a second of the processor."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def check_durable() -> None:
    """Raise DatabaseForgets where PostgreSQL answers before data are on disk. SQLite is set by ourselves."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for setting in MUST_BE_ON:
            cursor.execute("SELECT current_setting(%s)", [setting])
            (value,) = cursor.fetchone()
            if value == "off":
                raise DatabaseForgets(setting=setting, value=value)


def collect_static() -> None:
    """Copy static files below the data folder under hashed names, unless they are there and up to date."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    source = settings.PACKAGE / "ui" / "static"
    newest = max((path.stat().st_mtime for path in source.rglob("*")), default=0.0)
    if not manifest.exists() or manifest.stat().st_mtime < newest:
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)


def first_account() -> tuple[str, str] | None:
    """Make the account that keeps an empty house; give its name and password, None where there are people."""
    from opendtm_server.govern.actions import open_house  # noqa: PLC0415 - models come after Django is set up

    if get_user_model().objects.exists():
        return None
    user, password = open_house()
    return user.get_username(), password


def check_port(host: str, port: int) -> None:
    """Raise PortTaken where nobody could listen on that address."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise PortTaken(host=host, port=str(port), reason=reason) from error


def serve(
    host: str,
    port: int,
    workers: int,
    *,
    ready: Callable[[], None],
    background: bool = True,
) -> None:
    """Serve the prepared house until it is stopped; `ready` is called when the port is open.

    A worker that dies is replaced. Workers are forks of this process: every page is loaded before, so that
    the replacement answers at once, and what preparing opened to the database is closed, because a
    connection must not be carried across a fork. Workers end with this process, and give the port free.
    Beside them one process checks what came and pulls what is due, unless `background` is off.
    """
    _let_in(host)
    _load_pages()
    connections.close_all()
    server = Granian(
        "opendtm_server.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=RESPAWN_SECONDS,
    )
    server.on_startup(ready)
    with working() if background else nullcontext():
        server.serve(target_loader=worker.load)


def _load_pages() -> None:
    import opendtm_server.config.wsgi  # noqa: F401, PLC0415 - reads the settings

    for pattern in get_resolver().url_patterns:
        getattr(pattern, "url_patterns", None)


def _let_in(host: str) -> None:
    if host not in {"127.0.0.1", "localhost", "0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        known = os.environ.get("OPENDTM_HOSTS", "127.0.0.1,localhost,[::1]")
        os.environ["OPENDTM_HOSTS"] = f"{known},{host}"
