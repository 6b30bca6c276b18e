"""What is read about drafts: who may see them, and what one says as it stands."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from opendtm import forms as workshop
from opendtm.errors import InputProblem
from opendtm.forms import FormDefinition, Mend, Outline, XlsForm
from opendtm.records import Finding
from opendtm_server.collect.models import DraftRevision, Form, FormDraft, FormVersion
from opendtm_server.govern.access import Reader, check_may
from opendtm_server.govern.roles import Permission

if TYPE_CHECKING:
    from datetime import date

    from opendtm_server.govern.models import Operation


@dataclass(frozen=True)
class DraftReading:
    """A state of a draft as understood.

    `book` is None for an XForm, which has no sheets; `outline` is None where the draft is no form yet, and
    `problem` then says why.
    """

    book: XlsForm | None
    findings: tuple[Finding, ...]
    xml: bytes = b""
    outline: Outline | None = None
    problem: InputProblem | None = None

    @property
    def form(self) -> FormDefinition | None:
        """Give the questions, where the draft can be read as a form."""
        return self.outline.form if self.outline else None


def drafts_for(reader: Reader, operation: "Operation") -> QuerySet[FormDraft]:
    """Give the operation's drafts. PermissionDenied without the right to manage collection."""
    check_may(reader, Permission.MANAGE_COLLECTION, operation)
    return FormDraft.objects.filter(operation=operation).select_related("published__form")


def newest_revision(draft: FormDraft) -> DraftRevision:
    """Give what the draft says now."""
    return draft.revisions.latest("number")


def read_revision(revision: DraftRevision) -> DraftReading:
    """Read a state of a draft; the same bytes under the same name are read once."""
    return _read(bytes(revision.content), revision.draft.filename, revision.sha256)


def form_of_draft(draft: FormDraft) -> FormDefinition | None:
    """Give the questions of a draft with the concepts said beside an XForm; None where it is no form yet."""
    form = read_revision(newest_revision(draft)).form
    return workshop.with_concepts(form, draft.concepts) if form else None


def mends_of(reading: DraftReading, version: str) -> tuple[Mend, ...]:
    """List the safe mends of a state of a draft."""
    return workshop.mends(reading.book, version=version) if reading.book else ()


def form_named(operation: "Operation", form_id: str) -> Form | None:
    """Find the published form of an ID."""
    found = Form.objects.filter(operation=operation, form_id=form_id)
    return found.prefetch_related("versions").first()


def newest_version(form: Form | None) -> FormVersion | None:
    """Give the version that phones are offered."""
    return form.versions.first() if form else None


def suggested_version(form: Form | None, said: str, today: "date") -> str:
    """Give a version that the form has not had: the one that the draft says, or the day with a number."""
    taken = set(form.versions.values_list("version", flat=True)) if form else set()
    if said and said not in taken:
        return said
    numbers = (f"{today:%Y%m%d}{number:02d}" for number in range(1, len(taken) + 2))
    return next(version for version in numbers if version not in taken)


def is_xform(content: bytes) -> bool:
    """Tell XML from a workbook or a table."""
    return content[:64].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def ending_of(content: bytes) -> str:
    """Give the ending of a file's name by what it holds."""
    if is_xform(content):
        return "xml"
    return {b"PK": "xlsx", b"\xd0\xcf": "xls"}.get(content[:2], "csv")


def sha256(content: bytes) -> str:
    """Give the hash by which a state of a draft is known."""
    return hashlib.sha256(content).hexdigest()


@lru_cache(maxsize=16)
def _read(content: bytes, filename: str, _sha256: str) -> DraftReading:
    if is_xform(content):
        return _outlined(None, (), content)
    book = workshop.open_content(filename, content)
    findings = workshop.check_form(book)
    try:
        converted = workshop.convert_form(workshop.with_identity(book))
    except InputProblem as problem:
        return DraftReading(book, findings, problem=problem)
    return _outlined(book, findings, converted.xml)


def _outlined(book: XlsForm | None, findings: Sequence[Finding], xml: bytes) -> DraftReading:
    try:
        return DraftReading(book, tuple(findings), xml, workshop.read_outline(xml))
    except InputProblem as problem:
        return DraftReading(book, tuple(findings), xml, problem=problem)
