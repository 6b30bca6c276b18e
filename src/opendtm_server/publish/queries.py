"""Reading releases and their files. A release is public: everybody may read it."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from opendtm_server.collect import store
from opendtm_server.govern.access import check_may
from opendtm_server.govern.roles import Permission
from opendtm_server.matrix import queries as matrix
from opendtm_server.publish.models import Release, ReleaseFile
from opendtm_server.publish.products import DOWNLOADS

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    from opendtm_server.govern.models import Operation
    from opendtm_server.matrix.models import Run


def releases_of(operation: "Operation") -> QuerySet[Release]:
    """Give an operation's releases, newest first."""
    return Release.objects.filter(operation=operation).select_related(
        "operation", "run__round", "replaces"
    )


def releases_for_desk(
    reader: "AbstractBaseUser | AnonymousUser", operation: "Operation"
) -> QuerySet[Release]:
    """Give the releases to the desk; PermissionDenied for who may not read figures."""
    check_may(reader, Permission.READ_FIGURES, operation)
    return releases_of(operation)


def latest_release(operation: "Operation") -> Release | None:
    """Give the newest release of an operation."""
    return releases_of(operation).first()


def release(operation: "Operation", product: str, number: int) -> Release | None:
    """Give one release by product and number."""
    return releases_of(operation).filter(product=product, number=number).first()


def downloads(release_: Release, *, language: str) -> Iterable[ReleaseFile]:
    """Give the files that people download, of one language, the report itself before the extracts."""
    files = ReleaseFile.objects.filter(release=release_, language=language, format__in=DOWNLOADS)
    return sorted(
        files, key=lambda file: (bool(file.sector), DOWNLOADS.index(file.format), file.name)
    )


def file_of(release_: Release, name: str) -> ReleaseFile | None:
    """Give one file of a release by its name."""
    return ReleaseFile.objects.filter(release=release_, name=name).first()


def part_of(release_: Release, *, language: str, form: str) -> ReleaseFile | None:
    """Give a release's page fragment or map picture in one language."""
    return ReleaseFile.objects.filter(
        release=release_, language=language, format=form, sector=""
    ).first()


def figures_shown(release_: Release) -> dict[str, float | None]:
    """Give the keys of the figures that a release prints, with the part carried forward (None: withheld)."""
    file = ReleaseFile.objects.filter(release=release_, format="figures").first()
    if file is None:
        return {}
    found: dict[str, float | None] = json.loads(
        store.read_kept(release_.operation.code, file.sha256)
    )
    return found


def newer_than(release_: Release) -> Release | None:
    """Give the release that replaces this one, if any."""
    return release_.replaced_by.order_by("-number").first()


def release_of(run: "Run") -> Release | None:
    """Give the release of a run, if it was released."""
    return releases_of(run.round.operation).filter(run=run).first()


def latest_of_round(run: "Run") -> Release | None:
    """Give the newest release of the run's round, which a new one would replace."""
    return releases_of(run.round.operation).filter(run__round=run.round).first()


def releases_near(run: "Run") -> QuerySet[Release]:
    """Give the releases of the rounds between which answers are carried forward to or from a run's, oldest first."""
    at, reach = run.round.number, run.round.operation.carry_rounds + 1
    near = Release.objects.filter(
        operation=run.round.operation_id, run__round__number__range=(at - reach, at + reach)
    )
    return near.select_related("run__round__operation").order_by("number")


def unreleased_rounds(operation: "Operation") -> list[int]:
    """Give the numbers of the rounds of visits whose newest computation was not released, newest first."""
    released = set(Release.objects.filter(operation=operation).values_list("run_id", flat=True))
    newest = matrix.newest_runs_of_visits(operation)
    return [run.round.number for run in newest if run.pk not in released]
