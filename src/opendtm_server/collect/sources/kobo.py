"""Reads a form of a KoBoToolbox server by its API v2, with a token.

`/api/v2/assets/{uid}/data/` lists the submissions as JSON; the XML of each is asked for by itself, and
written here from the JSON only where the server does not give it. An edit keeps the submission's number and
time there, so edits and decisions are listed by queries of their own.
"""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

import httpx
from django.core.exceptions import SuspiciousFileOperation
from django.utils.text import get_valid_filename

from opendtm.errors import InputProblem
from opendtm.errors.forms import NotASubmission, XmlRefused
from opendtm.forms import read_submission
from opendtm_server.collect.errors import AnswerNotUnderstood, NotThere
from opendtm_server.collect.sources.moments import moment
from opendtm_server.collect.sources.rebuilding import xml_of
from opendtm_server.collect.sources.remote import RemoteBody, RemoteForm, RemoteItem
from opendtm_server.collect.sources.web import Web

PAGE = 200


class Kobo:
    """One asset: a form with its submissions."""

    def __init__(self, web: Web, *, asset: str, secret: str) -> None:
        """Keep how to sign in; nothing is asked yet."""
        self._web = web
        self._asset = f"/api/v2/assets/{quote(asset, safe='')}"
        web.headers["Authorization"] = f"Token {secret}"

    def title(self) -> str:
        """Give the form's title."""
        found = self._web.json(f"{self._asset}/", {"format": "json"})
        return str(found.get("name") or found.get("uid") or "")

    def count(self, since: datetime | None) -> int | None:
        """Give how many submissions came since; edits of older ones are not counted."""
        found = self._page(_came(since), limit=1).get("count")
        return int(found) if isinstance(found, int) else None

    def listed(self, since: datetime | None) -> Iterator[RemoteItem]:
        """List what came at or after a moment, then what was edited or decided, each once."""
        seen: set[str] = set()
        for query, asked_for in _queries(since):
            for row in self._rows(query, asked_for=asked_for):
                if str(row["_id"]) not in seen:
                    seen.add(str(row["_id"]))
                    yield self._item(row)

    def one(self, key: str) -> RemoteItem:
        """List one submission by its number."""
        row = self._web.json(f"{self._asset}/data/{quote(key, safe='')}/", {"format": "json"})
        if not isinstance(row, dict) or "_id" not in row:
            raise NotThere(host=self._web.host, path=f"{self._asset}/data/{key}/")
        return self._item(row)

    def bodies(self, item: RemoteItem) -> Iterator[RemoteBody]:
        """Give the submission as it stands; earlier versions are not kept there."""
        xml = self._original(item.key)
        rebuilt = xml is None
        yield RemoteBody(
            xml or xml_of(item.listed, version=str(item.listed.get("__version__") or "")),
            _instance(item.listed),
            rebuilt=rebuilt,
        )

    def form(self, version: str) -> RemoteForm:  # noqa: ARG002 - the server gives its newest version only
        """Give the form as deployed now, with its media; the server keeps no XForm of earlier versions."""
        xform = self._web.document(f"{self._asset}.xml")
        found = self._web.json(
            f"{self._asset}/files/", {"file_type": "form_media", "format": "json"}
        )
        media = {}
        for one in found.get("results", []) if isinstance(found, dict) else []:
            name = str((one.get("metadata") or {}).get("filename") or "")
            if name and one.get("content"):
                media[name] = self._web.document(self._path(str(one["content"])))
        return RemoteForm(xform, media)

    def file(
        self,
        item: RemoteItem,
        body: RemoteBody,  # noqa: ARG002 - there is one version only
        name: str,
    ) -> AbstractContextManager[httpx.Response]:
        """Open a file of a submission: the one of that name, else what its question's file was renamed to there."""
        files = [one for one in item.listed.get("_attachments") or [] if not one.get("is_deleted")]
        named = [one for one in files if _basename(one) in {name, _storable(name)}]
        asked_at = set(_asked_at(item.listed, name))
        renamed = [
            one
            for one in files
            if one.get("question_xpath") in asked_at and _is_renamed(_basename(one), name)
        ]
        for one in named or renamed:
            return self._web.opened(self._path(str(one.get("download_url") or "")))
        raise NotThere(host=self._web.host, path=f"{self._asset}/data/{item.key}/")

    def close(self) -> None:
        """Close the connections."""
        self._web.close()

    def _rows(self, query: dict[str, Any], *, asked_for: str) -> Iterator[dict[str, Any]]:
        """Go through the rows by their number, so that one deleted on the way shifts nothing."""
        last = 0
        while True:
            wanted = {**query, "_id": {"$gt": last}} if last else query
            rows = self._page(wanted, limit=PAGE, may_refuse=asked_for == "reviewed")["results"]
            yield from rows
            if len(rows) < PAGE:
                return
            last = max(int(row["_id"]) for row in rows)

    def _page(
        self, query: dict[str, Any], *, limit: int, may_refuse: bool = False
    ) -> dict[str, Any]:
        wishes = {
            "format": "json",
            "start": "0",
            "limit": str(limit),
            "sort": json.dumps({"_id": 1}),
            "query": json.dumps(query),
        }
        try:
            page = self._web.json(f"{self._asset}/data/", wishes)
        except AnswerNotUnderstood:
            if not may_refuse:
                raise
            return {"results": []}
        if not isinstance(page, dict) or not isinstance(page.get("results"), list):
            raise AnswerNotUnderstood(host=self._web.host, what="results")
        return page

    def _item(self, row: dict[str, Any]) -> RemoteItem:
        files = [one for one in row.get("_attachments") or [] if not one.get("is_deleted")]
        status = row.get("_validation_status") or {}
        return RemoteItem(
            key=str(row["_id"]),
            stamp=f"{_instance(row)} {len(files)}",
            changed_at=moment(row.get("_submission_time")),
            state=str(status.get("uid") or "").removeprefix("validation_status_"),
            listed=row,
        )

    def _original(self, key: str) -> bytes | None:
        """Give the XML as the server keeps it; None where it gives none that is a submission."""
        path = f"{self._asset}/data/{quote(key, safe='')}/"
        try:
            xml = self._web.document(path, {"format": "xml"})
        except (AnswerNotUnderstood, NotThere):
            return None
        try:
            read_submission(xml)
        except (NotASubmission, XmlRefused):
            return None
        except InputProblem:
            return xml  # encrypted, say: it is the original all the same
        return xml

    def _path(self, url: str) -> str:
        """Give the path of a file on this server, whatever host its address names."""
        return httpx.URL(url).raw_path.decode()


def _queries(since: datetime | None) -> Iterator[tuple[dict[str, Any], str]]:
    yield _came(since), "new"
    if since is not None:
        yield {"meta/deprecatedID": {"$exists": True}}, "edited"
        yield {"_validation_status.timestamp": {"$gte": int(since.timestamp())}}, "reviewed"


def _came(since: datetime | None) -> dict[str, Any]:
    if since is None:
        return {}
    text = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return {"_submission_time": {"$gte": text}}


def _instance(row: dict[str, Any]) -> str:
    return str(row.get("meta/instanceID") or f"uuid:{row.get('_uuid')}")


def _asked_at(
    answers: dict[str, Any], name: str, *, within: str = "", above: str = ""
) -> Iterator[str]:
    """Give where an answer stands, as attachments tell it: `above` counts the passes of repeats, from 1."""
    for key, value in answers.items():
        path = above + key.removeprefix(within)
        if isinstance(value, list):
            for number, one in enumerate(value, start=1):
                if isinstance(one, dict) and not key.startswith("_"):
                    yield from _asked_at(one, name, within=f"{key}/", above=f"{path}[{number}]/")
        elif value == name:
            yield path


def _storable(name: str) -> str:
    """Give the name under which the server stores a file; nothing where it can store none of that name."""
    try:
        return get_valid_filename(name)
    except SuspiciousFileOperation:
        return ""


def _is_renamed(stored: str, name: str) -> bool:
    """Tell whether a stored name is that of an answer with something put behind it, as where it was taken."""
    found, wanted = PurePosixPath(stored), PurePosixPath(_storable(name))
    return found.suffix == wanted.suffix and found.stem.startswith(f"{wanted.stem}_")


def _basename(attachment: dict[str, Any]) -> str:
    name = attachment.get("media_file_basename") or attachment.get("filename") or ""
    return str(name).rpartition("/")[2]
