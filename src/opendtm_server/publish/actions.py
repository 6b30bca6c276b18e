"""Releasing: from a run to a numbered, immutable issue with all its files."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from opendtm_server.collect import store
from opendtm_server.govern import audit
from opendtm_server.matrix import queries as matrix
from opendtm_server.places.actions import note_position_key
from opendtm_server.publish import products, queries, rules
from opendtm_server.publish.changes import changes_between
from opendtm_server.publish.disclosure import shown_figures
from opendtm_server.publish.models import Release, ReleaseFile
from opendtm_server.publish.reports import report_of

if TYPE_CHECKING:
    from opendtm_server.matrix.models import Run

Progress = Callable[[str, int, int], None]
TRIES = 3


def release_site_needs(
    run: "Run", *, by: User, progress: Progress | None = None, pool: Executor | None = None
) -> Release:
    """Release the Site Needs Report of a run; a run that was released gives the release that is there.

    `progress` is called with a file's name, its number and how many there are. With a `pool` of processes the
    languages are made side by side, and what that takes of memory goes with them. Raises PermissionDenied,
    NotOfVisits, NotTheNewestRun, PositionKeyMissing or PositionKeyChanged.
    """
    rules.check_release(by, run, matrix.newest_run(run.round))
    for _ in range(TRIES - 1):
        try:
            return _released(run) or _release(run, by=by, progress=progress, pool=pool)
        except IntegrityError:  # somebody else took this number at the same moment
            continue
    return _released(run) or _release(run, by=by, progress=progress, pool=pool)


def _released(run: "Run") -> Release | None:
    return Release.objects.filter(run=run, product=products.PRODUCT).first()


def _release(run: "Run", *, by: User, progress: Progress | None, pool: Executor | None) -> Release:
    """Make the files under the next number, which they print, and record them if it is still free."""
    number = next_number(run.round.operation_id)
    note_position_key(operation=run.round.operation, by=by)
    report = report_of(run, number=number, made_at=timezone.now().replace(microsecond=0))
    kept: list[tuple[products.Made, str]] = []
    total = products.steps(report)
    names = {"fr": run.round.operation.name_fr}
    made_one_by_one = products.make(
        report,
        stem=stem_of(run, number),
        names=names,
        figure_url=products.figure_address,
        pool=pool,
    )
    for made in made_one_by_one:
        kept.append((made, store.keep(run.round.operation.code, [made.content])))
        if progress:
            progress(made.name, len(kept), total)
    return _record(run, number, kept, changes=_changes(run, shown_figures(report)), by=by)


def _replaced(run: "Run") -> Release | None:
    of_round = Release.objects.filter(product=products.PRODUCT, run__round=run.round)
    return of_round.order_by("-number").first()


def _changes(run: "Run", shown: Mapping[str, float | None]) -> list[dict[str, Any]]:
    """List what differs from the replaced release, of the figures that both print."""
    replaced = _replaced(run)
    if replaced is None:
        return []
    both = shown.keys() & queries.figures_shown(replaced).keys()
    return [change for change in changes_between(replaced.run, run) if change["key"] in both]


def next_number(operation_id: int) -> int:
    """Give the number of the next issue of an operation's Site Needs Report."""
    latest = Release.objects.filter(operation_id=operation_id, product=products.PRODUCT).aggregate(
        Max("number")
    )
    return (latest["number__max"] or 0) + 1


def stem_of(run: "Run", number: int) -> str:
    """Name the files of an issue: product, operation, number, last day."""
    return (
        f"{products.PRODUCT}_{run.round.operation.code}_{number:03d}_{run.round.ends_on:%Y-%m-%d}"
    )


@transaction.atomic
def _record(
    run: "Run",
    number: int,
    kept: Sequence[tuple[products.Made, str]],
    *,
    changes: list[dict[str, Any]],
    by: User,
) -> Release:
    operation = run.round.operation
    replaced = _replaced(run)
    release = Release.objects.create(
        operation=operation,
        product=products.PRODUCT,
        number=number,
        run=run,
        replaces=replaced,
        changes=changes,
        released_by=by.get_username(),
    )
    ReleaseFile.objects.bulk_create(
        ReleaseFile(
            release=release,
            name=made.name,
            language=made.language,
            format=made.format,
            sector=made.sector,
            sha256=digest,
            size=len(made.content),
        )
        for made, digest in kept
    )
    audit.record(
        by.get_username(),
        "release_site_needs",
        operation=operation.code,
        subject=f"{products.PRODUCT} {number}",
        details={
            "round": run.round.number,
            "files": len(kept),
            "replaces": replaced.number if replaced else None,
        },
    )
    return release
