"""Making the files of exports in the process beside those that answer.

The process gives a sign of life with every lot of rows. Where it dies, another one begins the file anew; after
three times the export is given up, with a word. Who asked may stop it: the making sees that with the next lot.
"""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from opendtm.errors import OpenDTMError
from opendtm.render.raw import RawOptions, RawWriter, layout, write
from opendtm_server.collect import queries as collect
from opendtm_server.collect.errors import stored_details
from opendtm_server.govern.workers import has_died, this_worker
from opendtm_server.verify import queries
from opendtm_server.verify.actions.export_files import filename_of, making_of, path_of, sha256_of
from opendtm_server.verify.actions.export_rows import add_rows
from opendtm_server.verify.models import Export
from opendtm_server.verify.problems import MakingBrokeOff, RowsMissing

Wanted = Callable[[], bool]
SILENT_FOR = timedelta(minutes=15)
MOST_TRIES = 3


class _Ended(Exception):
    """The making is not to go on."""


def make_waiting_exports(*, wanted: Wanted) -> int:
    """Make the files that wait, oldest first, as long as that is `wanted`; count them."""
    _take_over()
    waiting = Export.objects.filter(state=Export.State.WAITING).select_related("operation", "form")
    made = 0
    for export in waiting.order_by("pk"):
        if not wanted():
            break
        make_export(export=export, wanted=wanted)
        made += 1
    return made


def make_export(*, export: Export, wanted: Wanted = lambda: True) -> Export:
    """Write the file of an export that waits; what goes wrong is kept in words, and no file is left.

    Where it is no longer `wanted` it waits again. Where somebody else makes it or has stopped it, nothing happens.
    """
    if _claimed(export):
        try:
            _make(export, wanted)
        except OpenDTMError as problem:
            _fail(export, problem)
        except _Ended:
            _still_working(export).update(state=Export.State.WAITING, tries=F("tries") - 1)
        _tidy(export)
    export.refresh_from_db()
    return export


def _take_over() -> None:
    """Have what a dead process left wait again, or give it up. This process makes one after the other."""
    silent = timezone.now() - SILENT_FOR
    for export in Export.objects.filter(Q(state=Export.State.WORKING) | ~Q(worker="")):
        dead = export.worker == this_worker() or has_died(export.worker)
        if not dead and export.last_sign_at and export.last_sign_at >= silent:
            continue
        if export.tries >= MOST_TRIES:
            _fail(export, MakingBrokeOff(tries=export.tries))
        else:
            _still_working(export).update(state=Export.State.WAITING)
        _tidy(export)


def _tidy(export: Export) -> None:
    """Leave nothing of a making that has ended but a whole file."""
    shutil.rmtree(making_of(export), ignore_errors=True)
    export.refresh_from_db()
    if export.state != Export.State.DONE:
        path_of(export).unlink(missing_ok=True)
    Export.objects.filter(pk=export.pk).update(worker="")


def _claimed(export: Export) -> bool:
    """Take an export that waits; tell whether nobody else was quicker."""
    mine = {"state": Export.State.WORKING, "worker": this_worker(), "last_sign_at": timezone.now()}
    waits = Export.objects.filter(pk=export.pk, state=Export.State.WAITING)
    return bool(waits.update(**mine, tries=F("tries") + 1, written=0))


def _make(export: Export, wanted: Wanted) -> None:
    target = path_of(export)
    folder = making_of(export)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    _write(export, folder, target, wanted)
    _still_working(export).update(
        state=Export.State.DONE,
        done_at=timezone.now(),
        filename=filename_of(export),
        size=target.stat().st_size,
        sha256=sha256_of(target),
    )


def _write(export: Export, folder: Path, target: Path, wanted: Wanted) -> None:
    wish = queries.Wish.restored(export.wishes)
    versions = [collect.definition_of(one) for one in collect.versions_of(export.form)]
    options = RawOptions(wish.lang, wish.labels, wish.personal, wish.guarded)
    chosen = queries.chosen_for_export(export.operation, wish)
    plan, written = layout(versions, personal=wish.personal), 0

    def watch(_rows: int) -> None:
        _sign(export, wanted, written=written)

    with RawWriter(plan, folder, watch) as rows:
        for lot in queries.in_lots(chosen, last=export.last):
            add_rows(rows, lot, corrected=wish.corrected)
            written += len(lot)
            watch(len(lot))
    if written != export.expected:
        raise RowsMissing(expected=export.expected, written=written)
    write(rows, target, wish.kind, options)


def _sign(export: Export, wanted: Wanted, **facts: Any) -> None:
    """Give a sign of life; _Ended where nobody wants it any more."""
    signed = _still_working(export).update(last_sign_at=timezone.now(), **facts)
    if not signed or not wanted():
        raise _Ended


def _fail(export: Export, problem: OpenDTMError) -> None:
    _still_working(export).update(
        state=Export.State.FAILED, problem=problem.code, problem_details=stored_details(problem)
    )


def _still_working(export: Export) -> Any:
    return Export.objects.filter(pk=export.pk, state=Export.State.WORKING)
