"""Publishing a questionnaire: checked, converted once, and from then on the same bytes for every phone."""

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from opendtm import forms as workshop
from opendtm.records import Severity
from opendtm_server.collect import rules
from opendtm_server.collect.actions.entity_lists import declare_lists
from opendtm_server.collect.errors import FormHasProblems, NameUnusable, VersionExists
from opendtm_server.collect.models import Form, FormMedia, FormVersion
from opendtm_server.govern import audit

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

NAME_LIMIT = 200


def publish_form(
    *,
    operation: "Operation",
    source: Path | bytes,
    media: Mapping[str, bytes] | None = None,
    by: User,
) -> FormVersion:
    """Publish an XLSForm (a path or its bytes) as a new version of its form.

    Raises PermissionDenied; FormHasProblems where the check finds what must be mended; VersionExists; or
    the workshop's InputProblem where it cannot be converted.
    """
    rules.check_manage(by, operation)
    with tempfile.TemporaryDirectory() as folder:
        path = _on_disk(source, Path(folder))
        hard = [finding for finding in workshop.check(path) if finding.severity is Severity.HARD]
        if hard:
            raise FormHasProblems(count=len(hard))
        converted = workshop.convert(path)
        xlsform = path.read_bytes()
    return publish_xform(
        operation=operation,
        xform=converted.xml,
        identity=(converted.form_id, converted.version, converted.title),
        xlsform=xlsform,
        media=media,
        by=by,
    )


@transaction.atomic
def publish_xform(
    *,
    operation: "Operation",
    xform: bytes,
    identity: tuple[str, str, str],
    xlsform: bytes | None = None,
    media: Mapping[str, bytes] | None = None,
    by: User,
) -> FormVersion:
    """Publish XForm bytes as they are; `identity` is form ID, version and title. VersionExists, NameUnusable."""
    rules.check_manage(by, operation)
    form_id, version, title = identity
    if len(form_id) > NAME_LIMIT or len(version) > NAME_LIMIT:
        raise NameUnusable(length=max(len(form_id), len(version)), limit=NAME_LIMIT)
    form, _ = Form.objects.update_or_create(
        operation=operation,
        form_id=form_id,
        defaults={"title": (title or form_id)[:NAME_LIMIT], "retired_at": None},
    )
    published = _new_version(form, version, xform, xlsform, by.get_username())
    for name, content in (media or {}).items():
        FormMedia.objects.create(
            form_version=published, filename=name, content=content, md5=md5(content)
        )
    declare_lists(version=published, by=by)
    details = {"version": version, "md5": published.md5}
    audit.record(
        by.get_username(),
        "publish_form",
        operation=operation.code,
        subject=form_id,
        details=details,
    )
    return published


@transaction.atomic
def retire_form(*, form: Form, by: User) -> Form:
    """Take a form off the phones' list. Submissions filled with it are still taken."""
    rules.check_manage(by, form.operation)
    form.retired_at = timezone.now()
    form.save(update_fields=["retired_at"])
    audit.record(
        by.get_username(), "retire_form", operation=form.operation.code, subject=form.form_id
    )
    return form


@transaction.atomic
def bring_back_form(*, form: Form, by: User) -> Form:
    """Put a form on the phones' list again, in its newest version."""
    rules.check_manage(by, form.operation)
    form.retired_at = None
    form.save(update_fields=["retired_at"])
    audit.record(
        by.get_username(), "bring_back_form", operation=form.operation.code, subject=form.form_id
    )
    return form


def md5(content: bytes) -> str:
    """Give the hash by which OpenRosa clients tell whether a file changed."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _on_disk(source: Path | bytes, folder: Path) -> Path:
    if isinstance(source, Path):
        return source
    path = folder / "form.xlsx"
    path.write_bytes(source)
    return path


def _new_version(
    form: Form, version: str, xform: bytes, xlsform: bytes | None, by: str
) -> FormVersion:
    try:
        with transaction.atomic():
            return FormVersion.objects.create(
                form=form,
                version=version,
                xform=xform,
                md5=md5(xform),
                xlsform=xlsform,
                published_by=by,
            )
    except IntegrityError as taken:
        raise VersionExists(form_id=form.form_id, version=version) from taken
