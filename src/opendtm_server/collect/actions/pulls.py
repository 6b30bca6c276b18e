"""Pulling: one run over a source, from where the last one ended, item by item.

A run may be killed at any point: what was taken stays taken, what it had not reached is seen by the next one.
A submission that cannot be taken is written down with its cause and never holds up the others.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from opendtm.errors import OpenDTMError
from opendtm.errors.forms import ConceptLineUnfit
from opendtm_server.collect import rules
from opendtm_server.collect.actions.taking import is_known, take
from opendtm_server.collect.errors import (
    AddressRefused,
    HouseUnavailable,
    NoAnswer,
    SecretMissing,
    SignInRefused,
    SourceBusy,
    StoreFailed,
    stored_details,
)
from opendtm_server.collect.models import NotTaken, Pull, Source
from opendtm_server.collect.queries.sources import due, owner_of
from opendtm_server.collect.sources.opening import open_remote
from opendtm_server.collect.sources.remote import Remote, RemoteItem
from opendtm_server.govern import audit
from opendtm_server.govern.workers import has_died, this_worker

OVERLAP = timedelta(minutes=10)
SILENT_FOR = timedelta(minutes=15)
MAY_PASS = frozenset({"OD704", "OD705", "OD757", "OD758", "OD759", "OD771"})
ENDS_THE_RUN = (
    AddressRefused,
    ConceptLineUnfit,
    HouseUnavailable,
    SecretMissing,
    SignInRefused,
    StoreFailed,
)
SILENT_IN_A_ROW = 3
Watch = Callable[[Pull], None]


def pull_source(
    *,
    source: Source,
    by: User,
    retry_all: bool = False,
    remote: Remote | None = None,
    watch: Watch = lambda _run: None,
) -> Pull:
    """Take what came or changed on the other server since the last run, and say how that went.

    What a cause that may pass kept out is tried again, with `retry_all` everything that is not taken. The
    run is given back also where it failed, with the cause in it; `watch` sees it after every submission.
    Raises PermissionDenied or SourceBusy.
    """
    rules.check_manage(by, source.operation)
    pull = _begin(source, by, retry_all=retry_all)
    run = _Run(source, by, pull, watch, retry_all)
    try:
        run.over(remote or open_remote(source))
    except OpenDTMError as problem:
        return _finish(run, Pull.State.FAILED, problem)
    except BaseException:
        _finish(run, Pull.State.STOPPED)
        raise
    return _finish(run, Pull.State.DONE)


def pull_one(*, source: Source, key: str, by: User, remote: Remote | None = None) -> bool:
    """Take one submission that another server has told of; tell whether any of it was new.

    Raises PermissionDenied, and what keeps it from being taken: that is written down too, unless the server
    gives no answer.
    """
    rules.check_manage(by, source.operation)
    remote = remote or open_remote(source)
    try:
        item = remote.one(key)
        return not is_known(source=source, item=item) and take(
            source=source, remote=remote, item=item, by=by
        )
    except (*ENDS_THE_RUN, NoAnswer):
        raise
    except OpenDTMError as problem:
        _note_not_taken(source, key, problem, "")
        raise
    finally:
        remote.close()


@transaction.atomic
def pull_soon(*, source: Source, retry_all: bool = False, by: User) -> Pull:
    """Ask for a run, which the process beside those that answer begins within seconds.

    Raises PermissionDenied, or SourceBusy where a run waits or is under way.
    """
    rules.check_manage(by, source.operation)
    _close_dead(source)
    asked = _only_one(source, by, state=Pull.State.WAITING, retry_all=retry_all)
    audit.record(
        by.get_username(),
        "pull_soon",
        operation=source.operation.code,
        subject=source.name,
        details={"retry_all": retry_all},
    )
    return asked


def pull_asked() -> list[Pull]:
    """Do the runs that somebody asked for, the oldest first, each in that person's name.

    One of a person whose account or right is gone meanwhile is broken off.
    """
    runs = []
    waiting = Pull.objects.filter(state=Pull.State.WAITING).select_related("source__operation")
    for asked in waiting.order_by("id"):
        person = User.objects.filter(username=asked.by, is_active=True).first()
        if person:
            with suppress(SourceBusy, PermissionDenied):
                runs.append(pull_source(source=asked.source, by=person, retry_all=asked.retry_all))
        left = waiting.filter(pk=asked.pk)
        left.update(state=Pull.State.STOPPED, finished_at=timezone.now())
    return runs


def pull_due(*, now: datetime, by: User) -> list[Pull]:
    """Pull every source whose time has come, one after the other; one that is under way is left alone.

    Each is pulled in the name of whoever set it up, or of `by` where that account is no longer in use.
    """
    runs = []
    for source in due(now):
        with suppress(SourceBusy, PermissionDenied):
            runs.append(pull_source(source=source, by=owner_of(source) or by))
    return runs


@dataclass
class _Run:
    """One run while it goes on."""

    source: Source
    by: User
    pull: Pull
    watch: Watch
    retry_all: bool
    seen_until: datetime | None = None
    silent: int = 0
    tried: set[str] = field(default_factory=set)

    def over(self, remote: Remote) -> None:
        """Go over everything; what was seen is remembered only when the end was reached.

        Nothing later than the begin of the run counts as seen: what was listed first may have been edited
        over there while the rest was taken.
        """
        try:
            since = self.source.seen_until - OVERLAP if self.source.seen_until else None
            self.pull.expected = remote.count(since)
            for item in self._waiting(remote):
                self._try(remote, item)
            for item in remote.listed(since):
                if item.key not in self.tried:
                    self._try(remote, item)
                self._saw(item)
        finally:
            remote.close()
        if self.seen_until and self.seen_until != self.source.seen_until:
            self.source.seen_until = min(self.seen_until, self.pull.started_at)
            self.source.save(update_fields=["seen_until"])

    def _waiting(self, remote: Remote) -> Iterator[RemoteItem]:
        """Ask again for what could not be taken before."""
        waiting = NotTaken.objects.filter(source=self.source, settled_at=None)
        if not self.retry_all:
            waiting = waiting.filter(error_code__in=MAY_PASS)
        for key in list(waiting.order_by("id").values_list("remote_key", flat=True)):
            try:
                yield remote.one(key)
            except OpenDTMError as problem:
                self._could_not(key, problem)

    def _try(self, remote: Remote, item: RemoteItem) -> None:
        self.tried.add(item.key)
        self.pull.seen += 1
        if self._is_wanted(item):
            try:
                self.pull.taken += take(source=self.source, remote=remote, item=item, by=self.by)
                self.silent = 0
            except OpenDTMError as problem:
                self._could_not(item.key, problem, item.stamp)
        self.pull.save()
        self.watch(self.pull)

    def _is_wanted(self, item: RemoteItem) -> bool:
        """Tell whether a submission is new, has changed there, or waits for another try."""
        waits = NotTaken.objects.filter(
            source=self.source, remote_key=item.key, settled_at=None
        ).first()
        if waits is None:
            return not is_known(source=self.source, item=item)
        return self.retry_all or waits.error_code in MAY_PASS or waits.stamp != item.stamp[:300]

    def _could_not(self, key: str, problem: OpenDTMError, stamp: str = "") -> None:
        """Write down why a submission could not be taken; a server that stays silent ends the run."""
        self.silent = self.silent + 1 if isinstance(problem, NoAnswer) else 0
        if isinstance(problem, ENDS_THE_RUN) or self.silent >= SILENT_IN_A_ROW:
            raise problem
        self.tried.add(key)
        self.pull.not_taken += 1
        _note_not_taken(self.source, key, problem, stamp)

    def _saw(self, item: RemoteItem) -> None:
        known = [one for one in (self.seen_until, item.changed_at) if one]
        self.seen_until = max([*known, *filter(None, [self.source.seen_until])], default=None)


def _begin(source: Source, by: User, *, retry_all: bool) -> Pull:
    """Open a run unless one is under way; one whose process has died is closed, one that waits is begun."""
    _close_dead(source)
    facts = {"worker": this_worker(), "retry_all": retry_all}
    waiting = Pull.objects.filter(source=source, state=Pull.State.WAITING)
    asked = waiting.first()
    if asked and waiting.update(
        **facts, state=Pull.State.RUNNING, by=by.get_username(), last_sign_at=timezone.now()
    ):
        asked.refresh_from_db()
        return asked
    return _only_one(source, by, state=Pull.State.RUNNING, **facts)


def _only_one(source: Source, by: User, **facts: Any) -> Pull:
    """Write a run down; SourceBusy where the source has one that has not ended."""
    try:
        with transaction.atomic():
            return Pull.objects.create(source=source, by=by.get_username(), **facts)
    except IntegrityError as running:
        under_way = Pull.objects.filter(source=source, finished_at=None).first()
        since = under_way.started_at if under_way else timezone.now()
        raise SourceBusy(name=source.name, since=f"{since:%Y-%m-%d %H:%M}") from running


def _close_dead(source: Source) -> None:
    now = timezone.now()
    for run in Pull.objects.filter(source=source, state=Pull.State.RUNNING):
        if run.last_sign_at < now - SILENT_FOR or has_died(run.worker):
            run.state, run.finished_at = Pull.State.STOPPED, now
            run.save(update_fields=["state", "finished_at"])


def _finish(run: _Run, state: str, problem: OpenDTMError | None = None) -> Pull:
    """Write down how a run ended."""
    pull = run.pull
    pull.state, pull.finished_at = state, timezone.now()
    if problem:
        pull.error_code, pull.reason = problem.code, problem.text("en")[:500]
        pull.details = stored_details(problem)
    counts = {"seen": pull.seen, "taken": pull.taken, "not_taken": pull.not_taken}
    with transaction.atomic():
        pull.save()
        audit.record(
            run.by.get_username(),
            "pull_source",
            operation=run.source.operation.code,
            subject=run.source.name,
            details={"state": state, **counts},
        )
    return pull


def _note_not_taken(source: Source, key: str, problem: OpenDTMError, stamp: str) -> None:
    row, new = NotTaken.objects.get_or_create(source=source, remote_key=key[:200])
    row.tries = 1 if new or row.settled_at else row.tries + 1
    row.error_code, row.reason = problem.code, problem.text("en")[:500]
    row.details, row.settled_at = stored_details(problem), None
    row.stamp = stamp[:300] or row.stamp
    row.save()
