"""States of the house that many tests begin with: reached once by the usual actions, then laid back as rows and files.

A state is laid back only upon the house from which it was reached, the same to the last row; upon any other
it is reached anew. So a test cannot tell the one from the other, but by the time it takes.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

Given = TypeVar("Given")
Rows = dict[str, list[tuple[Any, ...]]]
OF_DJANGO = {"django_migrations", "django_content_type", "auth_permission"}


@dataclass(frozen=True)
class State:
    """What was reached: rows that came and went, by table; the house's files; what the maker gave."""

    came: Rows
    went: Rows
    files: Path
    given: Any


class Shelf:
    """The states that this worker has reached."""

    def __init__(self, folder: Path) -> None:
        """Keep the files of states below a folder."""
        self._folder = folder
        self._states: dict[tuple[str, str], State] = {}

    def give(self, name: str, make: Callable[[], Given]) -> Given:
        """Bring the house to the state that `make` reaches from where it is; give what `make` gives."""
        before = _rows()
        key = (name, _digest(before))
        if key in self._states:
            state = self._states[key]
            _lay(state)
            given: Given = deepcopy(state.given)
            return given
        given = make()
        after = _rows()
        files = self._folder / str(len(self._states))
        shutil.copytree(settings.DATA_DIR, files)
        came, went = _beyond(after, before), _beyond(before, after)
        self._states[key] = State(came, went, files, deepcopy(given))
        return given


def _rows() -> Rows:
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(set(tables) - OF_DJANGO):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            found[table] = cursor.fetchall()
    return found


def _digest(rows: Rows) -> str:
    """Tell a house from any other: by its rows in whatever order, and its files."""
    files = sorted(path.relative_to(settings.DATA_DIR) for path in settings.DATA_DIR.rglob("*"))
    told = [str(files), *(f"{table}{sorted(map(repr, held))}" for table, held in rows.items())]
    return hashlib.sha256("".join(told).encode()).hexdigest()


def _beyond(rows: Rows, others: Rows) -> Rows:
    """Give the rows that are not among others."""
    known = {table: set(map(repr, held)) for table, held in others.items()}
    return {
        table: beyond
        for table, held in rows.items()
        if (beyond := [row for row in held if repr(row) not in known[table]])
    }


def _lay(state: State) -> None:
    with _unguarded() as cursor:
        for table, rows in state.went.items():
            cursor.executemany(
                f"DELETE FROM {connection.ops.quote_name(table)} WHERE id = %s",  # noqa: S608
                [row[:1] for row in rows],
            )
        for table, rows in state.came.items():
            marks = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(
                f"INSERT INTO {connection.ops.quote_name(table)} VALUES ({marks})",  # noqa: S608
                rows,
            )
    shutil.copytree(state.files, settings.DATA_DIR, dirs_exist_ok=True)


@contextmanager
def _unguarded() -> Iterator[CursorWrapper]:
    """Write in one transaction; on PostgreSQL as a replica does, whose rows were checked where they came from."""
    postgres = connection.vendor == "postgresql"
    with transaction.atomic(), connection.cursor() as cursor:
        if postgres:
            cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        if postgres:
            cursor.execute("SET LOCAL session_replication_role = origin")
