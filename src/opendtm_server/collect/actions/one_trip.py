"""PostgreSQL: everything that a new submission leaves behind, in one statement and so in one journey and commit.

It writes what `intake` writes step by step on other databases and for everything that is not new: the
submission, its body, its files, and the line in the audit log. It checks in the same breath what this
process only remembers: that the phone has not been revoked, and that the form version is still the one.
Where anything is not as expected nothing is written, and the caller goes the long way.
"""

import select
import threading
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import psycopg
from django.db import connection, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.types.json import Jsonb

from opendtm_server.collect import placement
from opendtm_server.collect.faults import armed, broken, fault
from opendtm_server.collect.models import Attachment, Form, FormVersion, KeptBody, Submission
from opendtm_server.govern import audit

IDLE_SECONDS = 0.5
_STATEMENT = """
WITH sender AS (
    SELECT 1 FROM collect_device JOIN auth_user ON auth_user.id = collect_device.user_id
    WHERE collect_device.id = %(device_id)s AND revoked_at IS NULL AND auth_user.is_active
), version AS (
    SELECT 1 FROM {versions} JOIN {forms} ON {forms}.id = {versions}.form_id
    WHERE {versions}.id = %(form_version_id)s AND md5 = %(form_md5)s
        AND concepts = %(form_concepts)s::jsonb
), place AS (
    SELECT ({site}) AS site_id, ({round}) AS round_id
), submission AS (
    INSERT INTO {submissions} ({columns}) SELECT {values} FROM sender, version, place
    {once} RETURNING id, site_id, round_id
), body AS (
    INSERT INTO {bodies} (operation_id, sha256, content)
    SELECT %(operation_id)s::bigint, %(sha256)s::varchar, %(content)s::bytea
    FROM submission WHERE %(content)s::bytea IS NOT NULL ON CONFLICT DO NOTHING
), files AS (
    INSERT INTO {files} (submission_id, filename, sha256, size, media_type, received_at)
    SELECT submission.id, sent.* FROM submission, unnest(%(names)s::varchar[], %(hashes)s::varchar[],
        %(sizes)s::bigint[], %(types)s::varchar[], %(moments)s::timestamptz[]) AS sent
), line AS (
    INSERT INTO {audit} ({audit_columns}) SELECT {audit_values} FROM submission
)
SELECT id, site_id, round_id FROM submission
"""


@dataclass(frozen=True)
class Arrival:
    """A new submission with all that belongs to it: the body where it goes into the database, its files."""

    submission: Submission
    version: FormVersion
    line: models.Model
    content: bytes | None
    files: tuple[Attachment, ...]


def possible() -> bool:
    """Tell whether the database is one that can do this."""
    return connection.vendor == "postgresql"


def write(arrival: Arrival) -> bool:
    """Write a new submission; False, with nothing written, where it is not new or its sender not welcome.

    The submission gets its number, site and round. Committed when this returns, unless a transaction is open.
    """
    parameters = _parameters(arrival)
    if broken("ack_before_commit"):
        row = _promised(parameters)
    else:
        _refresh(connection)
        with transaction.atomic() if armed() else nullcontext():
            row = _run(connection, _statement(), parameters)
            fault("after_insert")
            fault("before_commit")
    if row is None:
        return False
    sent = arrival.submission
    sent.pk, sent.site_id, sent.round_id = row
    return True


def _run(
    database: BaseDatabaseWrapper, statement: str, parameters: dict[str, Any]
) -> tuple[Any, ...] | None:
    database.ensure_connection()
    with database.wrap_database_errors, psycopg.Cursor(database.connection) as cursor:
        cursor.execute(statement, parameters, prepare=True)
        return cursor.fetchone()


def _refresh(database: BaseDatabaseWrapper) -> None:
    """Let go of a connection on which the server has hung up; costs no journey."""
    if database.connection is None or database.in_atomic_block:
        return
    descriptor = database.connection.fileno()
    if select.select([descriptor], [], [], 0)[0]:
        database.close()


def _promised(parameters: dict[str, Any]) -> tuple[Any, ...] | None:
    """Break the promise, for the negative control: commit some time after the answer."""
    apart = connection.copy()
    apart.set_autocommit(False)
    row = _run(apart, _statement(), parameters)

    def commit() -> None:
        apart.commit()
        apart.close()

    threading.Timer(IDLE_SECONDS, commit).start()
    return row


def _parameters(arrival: Arrival) -> dict[str, Any]:
    sent, files = arrival.submission, arrival.files
    day: date | None = sent.visited_on
    moments: list[datetime | None] = [file.received_at for file in files]
    return {
        **_values(sent),
        **{f"line_{name}": value for name, value in _values(arrival.line).items()},
        "form_id": arrival.version.form_id,
        "form_md5": arrival.version.md5,
        "form_concepts": Jsonb(arrival.version.form.concepts),
        "day": day,
        "content": arrival.content,
        "names": [file.filename for file in files],
        "hashes": [file.sha256 for file in files],
        "sizes": [file.size for file in files],
        "types": [file.media_type for file in files],
        "moments": moments,
    }


def _values(row: models.Model) -> dict[str, Any]:
    return {
        field.column: Jsonb(value) if isinstance(field, models.JSONField) else value
        for field in _columns(type(row))
        for value in [getattr(row, field.attname)]
    }


@cache
def _columns(table: type[models.Model]) -> tuple[Any, ...]:
    fields = table._meta.concrete_fields  # noqa: SLF001 - Django's documented door to a model's columns
    return tuple(field for field in fields if not field.primary_key)


@cache
def _statement() -> str:
    placed = {"site_id": "place.site_id", "round_id": "place.round_id"}
    return _STATEMENT.format(
        submissions=_table(Submission),
        columns=_names(Submission),
        values=", ".join(
            placed.get(field.column, _typed(field, field.column)) for field in _columns(Submission)
        ),
        once=""
        if broken("no_unique_key")
        else "ON CONFLICT (operation_id, instance_id) DO NOTHING",
        forms=_table(Form),
        versions=_table(FormVersion),
        bodies=_table(KeptBody),
        files=_table(Attachment),
        site=placement.SITE_SQL,
        round=placement.ROUND_SQL,
        audit=_table(audit.TABLE),
        audit_columns=_names(audit.TABLE),
        audit_values=", ".join(
            _typed(field, f"line_{field.column}") for field in _columns(audit.TABLE)
        ),
    )


def _table(table: type[models.Model]) -> str:
    return str(table._meta.db_table)  # noqa: SLF001 - the same door


def _names(table: type[models.Model]) -> str:
    return ", ".join(f'"{field.column}"' for field in _columns(table))


def _typed(field: Any, name: str) -> str:
    """Write a parameter with its type: PostgreSQL cannot tell it from an empty one."""
    return f"%({name})s::{str(field.db_type(connection)).partition('(')[0]}"
