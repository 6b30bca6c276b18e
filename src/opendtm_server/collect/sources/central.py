"""Reads a form of an ODK Central server: what there is by OData, answers and files as they were sent.

Endpoints after docs.getodk.org/central-api: sessions, forms and their versions, `.svc/Submissions`,
submissions with their versions and attachments. An edited submission is given version by version, so that
its history arrives as edits.
"""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx

from opendtm_server.collect.errors import AnswerNotUnderstood, NotThere, SignInRefused
from opendtm_server.collect.sources.moments import moment
from opendtm_server.collect.sources.remote import RemoteBody, RemoteForm, RemoteItem
from opendtm_server.collect.sources.web import Web

PAGE = 500
FIELDS = "__id,__system"


class Central:
    """One form of one project; signs in with a session that is renewed when it has expired, else by Basic."""

    def __init__(self, web: Web, *, project: int, form: str, account: str, secret: str) -> None:
        """Keep how to sign in; nothing is asked yet. Without an account the secret is an API token."""
        self._web, self._account, self._secret = web, account, secret
        self._project = f"/v1/projects/{project}"
        self._form = f"{self._project}/forms/{_part(form)}"
        if account:
            web.renew = self._sign_in
        else:
            web.headers["Authorization"] = f"Bearer {secret}"

    def title(self) -> str:
        """Give the form's title."""
        self._signed_in()
        found = self._web.json(self._form)
        return str(found.get("name") or found.get("xmlFormId") or "")

    def count(self, since: datetime | None) -> int | None:
        """Give how many submissions came or changed since."""
        self._signed_in()
        page = self._page({**_window(since), "$top": "0", "$count": "true"})
        found = page.get("@odata.count")
        return int(found) if isinstance(found, int) else None

    def listed(self, since: datetime | None) -> Iterator[RemoteItem]:
        """List what came or changed at or after a moment, the oldest first.

        The server gives the newest first and refuses an order asked for together with the token of a further
        page: everything is listed before the first one is given.
        """
        self._signed_in()
        newest_first = [self._item(row) for row in self._rows(since)]
        while newest_first:
            yield newest_first.pop()

    def one(self, key: str) -> RemoteItem:
        """List one submission by its ID."""
        self._signed_in()
        path = f"{self._form}.svc/Submissions('{_part(key)}')"
        page = self._web.json(path, {"$select": FIELDS})
        rows = page.get("value") if isinstance(page, dict) else None
        if not rows:
            raise NotThere(host=self._web.host, path=path)
        return self._item(rows[0])

    def bodies(self, item: RemoteItem) -> Iterator[RemoteBody]:
        """Give every version of a submission, the oldest first."""
        base = f"{self._form}/submissions/{_part(item.key)}"
        if not item.listed.get("edits"):
            yield RemoteBody(self._web.document(f"{base}.xml"), item.key)
            return
        versions = self._web.json(f"{base}/versions")
        for version in sorted(versions, key=lambda one: str(one.get("createdAt"))):
            name = str(version["instanceId"])
            yield RemoteBody(self._web.document(f"{base}/versions/{_part(name)}.xml"), name)

    def form(self, version: str) -> RemoteForm:
        """Give a version's XForm with its media, as phones of that server get them."""
        base = f"{self._form}/versions/{_part(version) or '___'}"
        xform = self._web.document(f"{base}.xml")
        files = self._web.json(f"{base}/attachments")
        media = {
            str(one["name"]): self._web.small_file(f"{base}/attachments/{_part(str(one['name']))}")
            for one in files
            if one.get("blobExists", one.get("exists")) and not one.get("datasetExists")
        }
        return RemoteForm(xform, media)

    def file(
        self, item: RemoteItem, body: RemoteBody, name: str
    ) -> AbstractContextManager[httpx.Response]:
        """Open a file of a version of a submission."""
        base = f"{self._form}/submissions/{_part(item.key)}"
        inside = f"/versions/{_part(body.instance_id)}" if item.listed.get("edits") else ""
        return self._web.file(f"{base}{inside}/attachments/{_part(name)}")

    def close(self) -> None:
        """Close the connections."""
        self._web.close()

    def _rows(self, since: datetime | None) -> Iterator[dict[str, Any]]:
        wishes = {**_window(since), "$select": FIELDS, "$top": str(PAGE)}
        page = self._page(wishes)
        while True:
            yield from page["value"]
            further = _skipping(str(page.get("@odata.nextLink") or ""))
            if not further or not page["value"]:
                return
            page = self._page({**wishes, **further})

    def _page(self, wishes: dict[str, str]) -> dict[str, Any]:
        """Ask for a page; of an old server, which cannot filter by changes, without a filter."""
        path = f"{self._form}.svc/Submissions"
        try:
            page = self._web.json(path, wishes)
        except AnswerNotUnderstood:
            if "$filter" not in wishes:
                raise
            return self._page({name: said for name, said in wishes.items() if name != "$filter"})
        if not isinstance(page, dict) or not isinstance(page.get("value"), list):
            raise AnswerNotUnderstood(host=self._web.host, what="OData")
        return page

    def _item(self, row: dict[str, Any]) -> RemoteItem:
        system = row.get("__system") or {}
        edits = int(system.get("edits") or 0)
        files = f"{system.get('attachmentsPresent') or 0}/{system.get('attachmentsExpected') or 0}"
        dates = [moment(system.get(name)) for name in ("submissionDate", "updatedAt")]
        return RemoteItem(
            key=str(row["__id"]),
            stamp=f"{edits} {files}",
            changed_at=max((one for one in dates if one), default=None),
            state=str(system.get("reviewState") or "received"),
            listed={"edits": edits},
        )

    def _signed_in(self) -> None:
        if "Authorization" not in self._web.headers:
            self._web.headers.update(self._sign_in())

    def _sign_in(self) -> dict[str, str]:
        asked = {"email": self._account, "password": self._secret}
        try:
            session = self._web.post("/v1/sessions", asked)
        except (
            SignInRefused,
            NotThere,
        ):  # it gives no sessions: name and password go with each request
            self._web.renew = None
            pair = b64encode(f"{self._account}:{self._secret}".encode()).decode()
            return {"Authorization": f"Basic {pair}"}
        if not isinstance(session, dict) or not session.get("token"):
            raise AnswerNotUnderstood(host=self._web.host, what="session")
        return {"Authorization": f"Bearer {session['token']}"}


def _window(since: datetime | None) -> dict[str, str]:
    if since is None:
        return {}
    text = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    return {"$filter": f"__system/submissionDate ge {text} or __system/updatedAt ge {text}"}


def _skipping(link: str) -> dict[str, str]:
    """Give what tells the next page from this one: an opaque token, on older servers a number of rows."""
    params = httpx.URL(link).params if link else httpx.QueryParams()
    return {name: params[name] for name in ("$skiptoken", "$skip") if name in params}


def _part(name: str) -> str:
    return quote(name, safe="")
