"""What is read about sources: the list, runs, what could not be taken, and which are due."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from opendtm import forms as workshop
from opendtm_server.collect.models import Arrival, FormVersion, NotTaken, Pull, Source, Submission
from opendtm_server.collect.sources.opening import Place, remote_at
from opendtm_server.govern.access import Reader, check_may
from opendtm_server.govern.roles import Permission

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


def sources_for(reader: Reader, operation: "Operation") -> QuerySet[Any]:
    """Give the operation's sources with `arrived` and `waiting` counted. PermissionDenied without that right."""
    check_may(reader, Permission.MANAGE_COLLECTION, operation)
    every = Source.objects.filter(operation=operation).select_related("operation")
    return every.annotate(
        arrived=_number(Arrival.objects.all()),
        waiting=_number(NotTaken.objects.filter(settled_at=None)),
    )


def title_at(place: Place, secret: str, *, reader: Reader, at: "Operation") -> str:
    """Ask another server for a form's title, to see whether it can be reached; nothing is kept.

    Raises PermissionDenied, or the Obstacle that stands in the way.
    """
    check_may(reader, Permission.MANAGE_COLLECTION, at)
    remote = remote_at(place, secret)
    try:
        return remote.title()
    finally:
        remote.close()


def pulls_of(source: Source) -> QuerySet[Pull]:
    """Give a source's runs, newest first."""
    return Pull.objects.filter(source=source)


def not_taken_of(source: Source) -> QuerySet[NotTaken]:
    """Give what of a source could not be taken until now."""
    return NotTaken.objects.filter(source=source, settled_at=None)


def due(now: datetime) -> list[Source]:
    """Give the sources that are to be pulled by themselves now: last begun longer ago than their interval."""
    wanted = Source.objects.filter(every_minutes__isnull=False, paused_at=None)
    found = []
    for source in wanted.select_related("operation").order_by("id"):
        last = Pull.objects.filter(source=source).order_by("-id").first()
        pause = timedelta(minutes=source.every_minutes or 0)
        if last is None or last.started_at + pause <= now:
            found.append(source)
    return found


def owner_of(source: Source) -> User | None:
    """Give the person in whose name a source is pulled by itself: whoever set it up, while the account is in use."""
    return User.objects.filter(username=source.created_by, is_active=True).first()


def source_of_hook(token_sha256: str) -> Source | None:
    """Find the source that a webhook's secret belongs to; None where there is none or it is paused."""
    found = Source.objects.filter(hook_sha256=token_sha256, paused_at=None)
    return found.select_related("operation").first() if token_sha256 else None


def version_read_with(submission: Submission) -> str:
    """Give the form version that a pulled submission is read with where its source keeps its own no longer; else "".

    The house publishes what the source gives under the version that was asked for; the bytes say what it is.
    """
    version = submission.form_version
    inside = _version_inside(version.pk, version.md5)
    if not inside or inside == version.version or not submission.arrivals.exists():
        return ""
    return inside


@lru_cache(maxsize=512)
def _version_inside(key: int, md5: str) -> str:
    xform = FormVersion.objects.values_list("xform", flat=True).get(pk=key, md5=md5)
    return workshop.read_form(bytes(xform)).version


def _number(of_sources: QuerySet[Any]) -> Coalesce:
    """Count rows of a source apart from others: two counts in one join would multiply."""
    own = of_sources.filter(source=OuterRef("pk")).order_by().values("source")
    return Coalesce(Subquery(own.annotate(n=Count("pk")).values("n")), 0)
