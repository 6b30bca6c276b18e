"""What the house asks of another server, whichever it is: what there is, the form, one submission, its files."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import httpx


@dataclass(frozen=True, slots=True)
class RemoteItem:
    """A submission as the other server lists it.

    `key` is its stable ID there, `stamp` changes whenever the answers or the files do, `changed_at` is the
    moment by which it is asked for, `state` what was decided about it there.
    """

    key: str
    stamp: str
    changed_at: datetime | None
    state: str = ""
    listed: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RemoteBody:
    """The XML of one version of a submission; `rebuilt` where it was written here from JSON."""

    xml: bytes
    instance_id: str
    rebuilt: bool = False


@dataclass(frozen=True)
class RemoteForm:
    """The XForm of one version, as it lies on the other server, and the files that go with it."""

    xform: bytes
    media: dict[str, bytes] = field(default_factory=dict)


class Remote(Protocol):
    """A form on another server."""

    def title(self) -> str:
        """Give the form's title; whatever keeps the house from reading it is raised."""

    def count(self, since: datetime | None) -> int | None:
        """Give how many submissions `listed` will give; None where the server does not say."""

    def listed(self, since: datetime | None) -> Iterator[RemoteItem]:
        """List what came or changed at or after a moment; everything where there is none."""

    def one(self, key: str) -> RemoteItem:
        """List one submission; NotThere where it has gone."""

    def bodies(self, item: RemoteItem) -> Iterator[RemoteBody]:
        """Give the versions of a submission, the oldest first; the last is the one that holds."""

    def form(self, version: str) -> RemoteForm:
        """Give the form as of a version; NotThere where the server has it no more."""

    def file(
        self, item: RemoteItem, body: RemoteBody, name: str
    ) -> AbstractContextManager[httpx.Response]:
        """Open a file of a submission as it arrives; NotThere where the server does not have it."""

    def close(self) -> None:
        """Close the connections."""
