"""Old rounds as files: keeping one, saying how it is read, taking its rows whole or not at all, withdrawing them.

A row becomes a submission of a form that is made of the file's concepts, so that checks, corrections and
figures treat it like any other. Its number follows from the file's bytes and its place in it.
"""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from opendtm import forms as workshop
from opendtm.errors import InputProblem
from opendtm.tables import Mapping as ReadingMapping
from opendtm_server.collect import rules, store
from opendtm_server.collect.actions.forms import publish_xform, retire_form
from opendtm_server.collect.actions.intake import receive_submission
from opendtm_server.collect.actions.rounds import open_round
from opendtm_server.collect.errors import TooManyRows
from opendtm_server.collect.models import (
    FormVersion,
    Round,
    Submission,
    TableMapping,
    Upload,
    UploadedRow,
)
from opendtm_server.collect.old_rounds import FileReading, FileRow, read_upload, recognise
from opendtm_server.collect.parcel import KeptFile, Parcel
from opendtm_server.collect.queries.forms import definition_of, published_version
from opendtm_server.collect.senders import OtherSender
from opendtm_server.govern import audit

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

ROWS_LIMIT = 5_000
NUMBERS = uuid.UUID("6d0f2a43-5f0b-4c0e-9a35-1d4f3e2a9b77")


@transaction.atomic
def keep_old_round(
    *, operation: "Operation", name: str, filename: str, chunks: Iterable[bytes], by: User
) -> Upload:
    """Keep a file; the same bytes give the upload that was made before. `name` says where it comes from.

    Raises PermissionDenied, StoreFailed, or the reader's InputProblem where it is no table at all.
    """
    rules.check_manage(by, operation)
    sha256 = store.keep(operation.code, chunks)
    known = TableMapping.objects.filter(operation=operation, name=name).first()
    upload, new = Upload.objects.get_or_create(
        operation=operation,
        sha256=sha256,
        defaults={
            "name": name,
            "filename": filename[-200:],
            "mapping": known.content if known else {},
            "uploaded_by": by.get_username(),
        },
    )
    if new:
        recognise(upload)
        _drop_unfit_mapping(upload)
        _note(by, "keep_old_round", upload, {"sha256": sha256})
    return upload


@transaction.atomic
def map_old_round(
    *,
    upload: Upload,
    mapping: ReadingMapping,
    places: dict[str, str],
    days: tuple[date, date] | None,
    by: User,
) -> Upload:
    """Say how a file is read, which sites its names mean and which days it covers; kept for the next such file.

    Raises PermissionDenied, UploadDecided or DaysReversed.
    """
    rules.check_manage(by, upload.operation)
    rules.check_upload_open(upload)
    if days:
        rules.check_days(starts_on=days[0], ends_on=days[1])
    upload.mapping = mapping.content() if mapping.sheets else {}
    upload.places = places
    upload.starts_on, upload.ends_on = days or (None, None)
    upload.save(update_fields=["mapping", "places", "starts_on", "ends_on"])
    TableMapping.objects.update_or_create(
        operation=upload.operation, name=upload.name, defaults={"content": upload.mapping}
    )
    _note(by, "map_old_round", upload, {"sites": len(places)})
    return upload


@transaction.atomic
def take_old_round(*, upload: Upload, by: User) -> Upload:
    """Take every row of a file as a submission, all or none; the round of its days is made where there is none.

    Raises PermissionDenied, UploadDecided, TooManyRows, RoundOverlaps, RoundIsClosed, or the reader's
    InputProblem.
    """
    rules.check_manage(by, upload.operation)
    upload = Upload.objects.select_for_update().select_related("operation").get(pk=upload.pk)
    rules.check_upload_open(upload)
    reading = read_upload(upload)
    if len(reading.rows) > ROWS_LIMIT:
        raise TooManyRows(count=len(reading.rows), limit=ROWS_LIMIT)
    version = _form(upload, reading, by)
    _round(upload, version, reading, by)
    for row in reading.rows:
        UploadedRow.objects.create(
            upload=upload, submission=_take(upload, version, row), place=row.place[:300]
        )
    upload.rows, upload.taken_at = len(reading.rows), timezone.now()
    upload.taken_by = by.get_username()
    upload.save(update_fields=["rows", "taken_at", "taken_by"])
    _note(by, "take_old_round", upload, {"rows": upload.rows, "placed": reading.placed})
    return upload


@transaction.atomic
def withdraw_old_round(*, upload: Upload, reason: str, by: User) -> Upload:
    """Let the rows of a file count for nothing any more. Nothing is deleted.

    Raises PermissionDenied, UploadDecided, ReasonMissing, or RoundIsClosed where one of them is signed off.
    """
    rules.check_manage(by, upload.operation)
    reason = rules.check_reason(reason)[:300]
    upload = Upload.objects.select_for_update().select_related("operation").get(pk=upload.pk)
    rules.check_upload_taken(upload)
    rows = Submission.objects.filter(uploaded_row__upload=upload)
    for round_ in Round.objects.filter(submissions__in=rows).distinct():
        rules.check_round_open(round_)
    now = timezone.now()
    count = rows.update(withdrawn_at=now, round=None)
    upload.withdrawn_at, upload.withdrawn_by, upload.reason = now, by.get_username(), reason
    upload.save(update_fields=["withdrawn_at", "withdrawn_by", "reason"])
    _note(by, "withdraw_old_round", upload, {"rows": count, "reason": reason})
    return upload


def _drop_unfit_mapping(upload: Upload) -> None:
    """Leave a mapping kept from an earlier file aside where this file has other columns."""
    try:
        read_upload(upload)
    except InputProblem:
        upload.mapping = {}
        upload.save(update_fields=["mapping"])


def _form(upload: Upload, reading: FileReading, by: User) -> FormVersion:
    """Give the form that the rows are filled into: one question a concept, on no phone."""
    form_id = f"table-{upload.name}"
    names = dict.fromkeys(("site_id", "assessment_date", *reading.concepts))
    xform, version = workshop.table_form(form_id, upload.name, names)
    found = published_version(upload.operation, form_id, version)
    if found is None:
        identity = (form_id, version, upload.name)
        made = publish_xform(operation=upload.operation, xform=xform, identity=identity, by=by)
        retire_form(form=made.form, by=by)
        found = published_version(upload.operation, form_id, version) or made
    return found


def _round(upload: Upload, version: FormVersion, reading: FileReading, by: User) -> None:
    """Find the round of the file's days, or make it; a file without days is in no round."""
    days = _days(upload, reading)
    if days is None:
        return
    same = Round.objects.filter(form=version.form, starts_on=days[0], ends_on=days[1]).first()
    if same is None:
        same = open_round(
            form=version.form,
            starts_on=days[0],
            ends_on=days[1],
            kind=Round.Kind.CAMPAIGN,
            by=by,
        )
    rules.check_round_open(same)


def _days(upload: Upload, reading: FileReading) -> tuple[date, date] | None:
    if upload.starts_on and upload.ends_on:
        return upload.starts_on, upload.ends_on
    return reading.days


def _take(upload: Upload, version: FormVersion, row: FileRow) -> Submission:
    """Write a row as a submission and take it as such."""
    values = {f"/{name}": _plain(value) for name, value in row.values.items()}
    if row.site:
        values["/site_id"] = row.site
    if row.day is None and upload.ends_on:
        values["/assessment_date"] = upload.ends_on
    instance = uuid.uuid5(NUMBERS, f"{upload.operation.code}/{upload.sha256}/{row.place}")
    xml = workshop.write_submission(definition_of(version), values, instance_id=f"uuid:{instance}")
    kept = KeptFile("", store.keep(upload.operation.code, [xml]), len(xml), "text/xml")
    sender = OtherSender(upload.operation, f"upload-{upload.pk}")
    return receive_submission(device=sender, parcel=Parcel(kept)).submission


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(str(one) for one in value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _note(by: User, action: str, upload: Upload, details: dict[str, Any]) -> None:
    audit.record(
        by.get_username(),
        action,
        operation=upload.operation.code,
        subject=f"upload-{upload.pk}",
        details=details,
    )
