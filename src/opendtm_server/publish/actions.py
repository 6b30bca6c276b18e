"""Releasing: from a run to a numbered, immutable issue with all its files."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from opendtm_server.collect import store
from opendtm_server.govern import audit
from opendtm_server.matrix import queries as matrix
from opendtm_server.publish import products, rules
from opendtm_server.publish.changes import changes_between
from opendtm_server.publish.models import Release, ReleaseFile
from opendtm_server.publish.reports import report_of

if TYPE_CHECKING:
    from opendtm_server.matrix.models import Run

Progress = Callable[[str, int, int], None]


def release_site_needs(run: "Run", *, by: User, progress: Progress | None = None) -> Release:
    """Release the Site Needs Report of a run; a run that was released gives the release that is there.

    `progress` is called with a file's name, its number and how many there are. Raises PermissionDenied or
    NotTheNewestRun.
    """
    rules.check_release(by, run, matrix.newest_run(run.round))
    released = Release.objects.filter(run=run, product=products.PRODUCT).first()
    if released:
        return released
    number = next_number(run.round.operation_id)
    report = report_of(run, number=number, made_at=timezone.now())
    kept: list[tuple[products.Made, str]] = []
    total = products.steps(report)
    for made in products.make(report, stem=stem_of(run, number), figure_url=figure_address):
        kept.append((made, store.keep(run.round.operation.code, [made.content])))
        if progress:
            progress(made.name, len(kept), total)
    return _record(run, number, kept, by=by)


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


def figure_address(key: str) -> str:
    """Give the address of a figure's page, seen from its release's page."""
    return f"figures/{quote(key, safe='')}/"


@transaction.atomic
def _record(run: "Run", number: int, kept: list[tuple[products.Made, str]], *, by: User) -> Release:
    operation = run.round.operation
    replaced = (
        Release.objects.filter(operation=operation, product=products.PRODUCT, run__round=run.round)
        .order_by("-number")
        .first()
    )
    changes: list[dict[str, Any]] = changes_between(replaced.run, run) if replaced else []
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
