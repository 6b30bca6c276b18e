"""Raw answers leave the house as a file: asked for, made piece by piece, counted, handed out, removed.

What was chosen is counted when it is asked for. The file is handed out only when as many submissions stand in
it; submissions that come meanwhile are not meant.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.text import slugify

from opendtm.errors import InputProblem, OpenDTMError
from opendtm.forms import SubmissionReading
from opendtm.records import Answer, AnswerState
from opendtm.render.raw import FORMATS, RawOptions, RawWriter, layout, write
from opendtm_server.collect import queries as collect
from opendtm_server.collect.errors import stored_details
from opendtm_server.govern import audit
from opendtm_server.verify import queries, rules
from opendtm_server.verify.models import Correction, Export
from opendtm_server.verify.problems import NothingChosen, RowsMissing
from opendtm_server.verify.stored import value_from_json

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

KEPT = timedelta(days=1)
ENDED = timedelta(hours=6)  # an export that takes longer has lost its process


@transaction.atomic
def ask_export(*, operation: "Operation", wish: queries.Wish, by: User) -> Export:
    """Note what somebody wants as a file, and count it. PermissionDenied; NothingChosen where nothing fits."""
    rules.check_export(by, operation, personal=wish.personal)
    chosen = queries.chosen_for_export(operation, wish)
    found = chosen.order_by().aggregate(count=Count("pk"), last=Max("pk"))
    if not found["count"]:
        raise NothingChosen
    export = Export.objects.create(
        operation=operation,
        form_id=wish.form,
        by=by.get_username(),
        wishes=wish.stored(),
        expected=found["count"],
        last=found["last"],
    )
    audit.record(
        export.by,
        "ask_export",
        operation=operation.code,
        subject=export.form.form_id,
        details={"submissions": export.expected, "kind": wish.kind, "personal": wish.personal},
    )
    return export


def make_waiting_exports(*, wanted: Callable[[], bool]) -> int:
    """Make the files that wait, oldest first, as long as that is `wanted`; count them."""
    waiting = Export.objects.filter(state=Export.State.WAITING).select_related("operation", "form")
    made = 0
    for export in waiting.order_by("pk"):
        if not wanted():
            break
        make_export(export=export)
        made += 1
    return made


def make_export(*, export: Export) -> Export:
    """Write the file of an export; what goes wrong is kept in words, and no file is left."""
    wish = queries.Wish.restored(export.wishes)
    _note(export, state=Export.State.WORKING)
    target = path_of(export)
    try:
        with _folder(target) as folder:
            _write(export, wish, folder, target)
    except OpenDTMError as problem:
        target.unlink(missing_ok=True)
        _note(
            export,
            state=Export.State.FAILED,
            problem=problem.code,
            problem_details=stored_details(problem),
        )
        return export
    _note(
        export,
        state=Export.State.DONE,
        done_at=timezone.now(),
        filename=_filename(export, wish),
        size=target.stat().st_size,
        sha256=_sha256(target),
    )
    return export


@transaction.atomic
def remove_export(*, export: Export, by: User) -> Export:
    """Take the file of an export away; what was asked for stays written down."""
    rules.check_own_export(by, export)
    path_of(export).unlink(missing_ok=True)
    _note(export, state=Export.State.GONE)
    audit.record(
        by.get_username(),
        "remove_export",
        operation=export.operation.code,
        subject=str(export.pk),
    )
    return export


def remove_old_exports(operation: "Operation") -> None:
    """Take files away a day after they were made, and tell of those whose making ended in the middle."""
    ended = Export.objects.filter(
        operation=operation,
        state__in=[Export.State.WAITING, Export.State.WORKING],
        asked_at__lt=timezone.now() - ENDED,
    )
    for export in ended:
        missing = RowsMissing(expected=export.expected, written=export.written)
        _note(
            export,
            state=Export.State.FAILED,
            problem=missing.code,
            problem_details=stored_details(missing),
        )
    old = Export.objects.filter(operation=operation, state=Export.State.DONE)
    for export in old.filter(done_at__lt=timezone.now() - KEPT):
        path_of(export).unlink(missing_ok=True)
        _note(export, state=Export.State.GONE)


def path_of(export: Export) -> Path:
    """Say where the file of an export lies."""
    ending = FORMATS[export.wishes["kind"]][0]
    return Path(settings.DATA_DIR) / "exports" / f"{export.pk}{ending}"


def _write(export: Export, wish: queries.Wish, folder: Path, target: Path) -> None:
    versions = [collect.definition_of(one) for one in collect.versions_of(export.form)]
    options = RawOptions(wish.lang, wish.labels, wish.personal, wish.guarded)
    chosen = queries.chosen_for_export(export.operation, wish)
    with RawWriter(layout(versions, personal=wish.personal), folder) as rows:
        for lot in queries.in_lots(chosen, last=export.last):
            for submission in lot:
                _add(rows, submission, wish)
            _note(export, written=export.written + len(lot))
    if export.written != export.expected:
        raise RowsMissing(expected=export.expected, written=export.written)
    write(rows, target, wish.kind, options)


def _add(rows: RawWriter, submission: Any, wish: queries.Wish) -> None:
    notes: dict[str, str] = {}
    try:
        reading = collect.answers_of(submission)
    except (
        InputProblem,
        FileNotFoundError,
    ) as problem:  # an encrypted form, or a body that the disk lost
        notes["_not_of_type"] = (
            problem.code if isinstance(problem, InputProblem) else "FileNotFound"
        )
        reading = SubmissionReading("", "", submission.instance_id, None, (), ())
    if wish.corrected:
        corrections = queries.active_corrections(submission)
        reading = corrected(reading, corrections)
        said = {one.concept: one.new_value for one in corrections}
        notes["_corrected"] = "; ".join(f"{name}={value}" for name, value in said.items())
    rows.add(_meta(submission), reading, notes)


def corrected(reading: SubmissionReading, corrections: list[Correction]) -> SubmissionReading:
    """Put corrected answers in the place of those sent, where one question alone measures the concept."""
    new = {one.concept: value_from_json(one.concept, one.new_value) for one in corrections}
    asked = [answer.concept for answer in reading.answers]
    fit = {name: value for name, value in new.items() if asked.count(name) == 1}
    answers = tuple(
        Answer(one.path, fit[one.concept], _state(fit[one.concept]), one.concept)
        if one.concept in fit
        else one
        for one in reading.answers
    )
    return replace(reading, answers=answers)


def _state(value: object) -> AnswerState:
    return AnswerState.MISSING if value is None else AnswerState.ANSWERED


def _meta(submission: Any) -> Mapping[str, str | None]:
    return {
        "_id": submission.instance_id,
        "_version": submission.form_version.version,
        "_received": submission.received_at.isoformat(),
        "_phone": submission.device.code if submission.device else None,
        "_round": str(submission.round.number) if submission.round else None,
        "_site": submission.site.code if submission.site else submission.site_code or None,
        "_review": submission.review,
    }


def _note(export: Export, **facts: Any) -> None:
    for name, value in facts.items():
        setattr(export, name, value)
    export.save(update_fields=list(facts))


def _filename(export: Export, wish: queries.Wish) -> str:
    form = slugify(export.form.form_id) or "form"
    day = timezone.localdate().isoformat()
    return f"{export.operation.code}_{form}_{day}_{export.pk}{FORMATS[wish.kind][0]}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _folder(target: Path) -> Iterator[Path]:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        yield Path(folder)
