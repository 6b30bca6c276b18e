"""The work on a draft: begun from a file, the catalogue or a version; mended, mapped, taken back, published."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from opendtm import forms as workshop
from opendtm.vocab import concepts as dictionary
from opendtm_server.collect import queries, rules
from opendtm_server.collect.actions.concepts import set_concepts
from opendtm_server.collect.actions.forms import NAME_LIMIT, publish_form, publish_xform
from opendtm_server.collect.errors import ConceptUnfit, DraftChanged, DraftNotConverted
from opendtm_server.collect.models import DraftRevision, FormDraft, FormMedia, FormVersion
from opendtm_server.govern import audit

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


@transaction.atomic
def start_draft(
    *, operation: "Operation", filename: str, content: bytes, by: User, title: str = ""
) -> FormDraft:
    """Begin a draft from an XLSForm or from the XML of an XForm. InputProblem where it is neither."""
    rules.check_manage(by, operation)
    if queries.is_xform(content):
        form = workshop.read_form(content)
        title = title or form.title
    else:
        book = workshop.open_content(filename, content)
        title = title or workshop.setting_of(book, "form_title", "title")
    draft = FormDraft.objects.create(
        operation=operation,
        title=(title or filename)[:NAME_LIMIT],
        filename=filename[:NAME_LIMIT],
        made_by=by.get_username(),
    )
    _revise(draft, content, "begun", by)
    return draft


def start_from_catalogue(*, operation: "Operation", form_id: str, by: User) -> FormDraft:
    """Begin a draft from a form of the catalogue, as a workbook. KeyError where there is none of that ID."""
    form = workshop.catalogue_form(form_id)
    book = workshop.open_content(form.path.name, form.path.read_bytes())
    return start_draft(
        operation=operation,
        filename=f"{form_id}.xlsx",
        content=workshop.workbook_bytes(book),
        title=form.title.en,
        by=by,
    )


def start_from_version(*, version: FormVersion, by: User) -> FormDraft:
    """Begin a draft from a published version: its XLSForm where it has one, else its XForm."""
    form = version.form
    ending = "xlsx" if version.xlsform else "xml"
    return start_draft(
        operation=form.operation,
        filename=f"{form.form_id}.{ending}",
        content=bytes(version.xlsform or version.xform),
        title=form.title,
        by=by,
    )


@transaction.atomic
def replace_draft(*, draft: FormDraft, content: bytes, base: int, by: User) -> DraftRevision:
    """Go on with another file. InputProblem where it is no form; DraftChanged where `base` is not the newest."""
    draft = _open(draft, base, by)
    if queries.is_xform(content):
        workshop.read_form(content)
    else:
        workshop.open_content(draft.filename, content)
    return _revise(draft, content, "replaced", by)


@transaction.atomic
def mend_draft(
    *, draft: FormDraft, key: str, base: int, by: User, version: str = ""
) -> DraftRevision:
    """Make one safe mend, or every one (`all`). DraftChanged where it no longer applies."""
    draft = _open(draft, base, by)
    book = _book(draft)
    if key == "all":
        mended, done = workshop.mend_all(book, version=version)
    else:
        done = tuple(one for one in workshop.mends(book, version=version) if one.key == key)
        mended = workshop.edited(book, [edit for one in done for edit in one.edits])
    if not done:
        raise DraftChanged
    return _revise(draft, workshop.workbook_bytes(mended), key, by)


@transaction.atomic
def map_draft(*, draft: FormDraft, concepts: Mapping[str, str], base: int, by: User) -> FormDraft:
    """Say what questions measure (path to concept, `""` for nothing), in the XLSForm or beside an XForm."""
    draft = _open(draft, base, by)
    for name in concepts.values():
        if name and name not in dictionary():
            raise ConceptUnfit(name=name[:100])
    reading = queries.read_revision(queries.newest_revision(draft))
    if reading.form is None:
        raise DraftNotConverted
    if reading.book is None:
        draft.concepts = {path: name for path, name in concepts.items() if name}
        draft.save(update_fields=["concepts"])
        _note(by, "map_form_draft", draft, questions=len(draft.concepts))
        return draft
    edits = workshop.concept_edits(reading.book, concepts)
    if edits:
        content = workshop.workbook_bytes(workshop.edited(reading.book, edits))
        _revise(draft, content, "concepts", by)
    return draft


@transaction.atomic
def restore_revision(*, draft: FormDraft, number: int, base: int, by: User) -> DraftRevision:
    """Go back to an earlier state, as a new one. DraftRevision.DoesNotExist where there is none of that number."""
    draft = _open(draft, base, by)
    earlier = draft.revisions.get(number=number)
    return _revise(draft, bytes(earlier.content), "restored", by)


@transaction.atomic
def discard_draft(*, draft: FormDraft, by: User) -> FormDraft:
    """Put a draft away. Its states are kept."""
    draft = _open(draft, None, by)
    draft.closed_at = timezone.now()
    draft.save(update_fields=["closed_at"])
    _note(by, "discard_form_draft", draft)
    return draft


@transaction.atomic
def publish_draft(*, draft: FormDraft, version: str, base: int, by: User) -> FormVersion:
    """Publish a draft under a version that its form has not had; an XForm keeps the version in its bytes.

    Raises what publishing raises, and DraftNotConverted. Files of the version before go along where the new
    one names them.
    """
    draft = _open(draft, base, by)
    revision = queries.newest_revision(draft)
    reading = queries.read_revision(revision)
    form = reading.form
    if form is None:
        raise DraftNotConverted
    media = _media(draft, form.form_id, form.media)
    if reading.book is None:
        published = publish_xform(
            operation=draft.operation,
            xform=bytes(revision.content),
            identity=(form.form_id, form.version, form.title),
            media=media,
            by=by,
        )
    else:
        book = workshop.with_identity(reading.book)
        if workshop.setting_of(book, "version") != version:
            book = workshop.with_setting(book, "version", version)
        content = bytes(revision.content)
        if book != reading.book:
            content = workshop.workbook_bytes(book)
            _revise(draft, content, "version", by)
        published = publish_form(operation=draft.operation, source=content, media=media, by=by)
    if draft.concepts:
        said = {**published.form.concepts, **draft.concepts}
        set_concepts(form=published.form, concepts=said, by=by)
    draft.published, draft.closed_at = published, timezone.now()
    draft.save(update_fields=["published", "closed_at"])
    return published


def _open(draft: FormDraft, base: int | None, by: User) -> FormDraft:
    """Take a draft to work on, alone; raise where it is closed or not what the person saw."""
    rules.check_manage(by, draft.operation)
    held = FormDraft.objects.select_for_update(of=("self",)).select_related("operation")
    held_draft = held.get(pk=draft.pk)
    rules.check_draft_open(held_draft)
    if base is not None and queries.newest_revision(held_draft).number != base:
        raise DraftChanged
    return held_draft


def _book(draft: FormDraft) -> workshop.XlsForm:
    reading = queries.read_revision(queries.newest_revision(draft))
    if reading.book is None:
        raise DraftNotConverted
    return reading.book


def _revise(draft: FormDraft, content: bytes, change: str, by: User) -> DraftRevision:
    newest = draft.revisions.first()
    revision = DraftRevision.objects.create(
        draft=draft,
        number=newest.number + 1 if newest else 1,
        content=content,
        sha256=queries.sha256(content),
        change=change,
        made_by=by.get_username(),
    )
    _note(by, "revise_form_draft", draft, number=revision.number, change=change)
    return revision


def _media(draft: FormDraft, form_id: str, named: tuple[str, ...]) -> dict[str, bytes]:
    before = queries.newest_version(queries.form_named(draft.operation, form_id))
    wanted = {name.rpartition("/")[2] for name in named}
    files = FormMedia.objects.filter(form_version=before, filename__in=wanted)
    return {one.filename: bytes(one.content) for one in files} if before else {}


def _note(by: User, action: str, draft: FormDraft, **details: object) -> None:
    audit.record(
        by.get_username(),
        action,
        operation=draft.operation.code,
        subject=f"form-draft-{draft.pk}",
        details=details,
    )
