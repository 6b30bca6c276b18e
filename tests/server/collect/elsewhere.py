"""Other servers for the tests: ODK Central and KoBoToolbox as their documentation describes them, on this machine.

Answers are the recorded ones of `recordings/`, filled in with what a test is about. A server can be told to
fail: with a status, by cutting the connection in the middle of an answer, by forgetting who is signed in.
Written from the documentation, independently of the house's code.
"""

import base64
import copy
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

ASSET = "aSAvYreNzVEkrWg5Gdcvg"  # the name of a form on KoBoToolbox

RECORDINGS = Path(__file__).parent / "recordings"
XML, JSON = "text/xml; charset=utf-8", "application/json; charset=utf-8"


def recorded(name: str) -> Any:
    """Give a recorded answer, to be changed at will."""
    return copy.deepcopy(json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8")))


@dataclass
class Answer:
    """What a server answers."""

    content: bytes
    status: int = 200
    kind: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False


def as_json(content: Any, status: int = 200) -> Answer:
    """Answer with JSON."""
    return Answer(json.dumps(content).encode(), status)


@dataclass
class Request:
    """What was asked."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class Elsewhere:
    """A server that answers what `answer` says, after the faults that wait for it."""

    asked: list[Request] = field(default_factory=list)
    faults: list[tuple[str, Answer]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen on a free port of this machine."""
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        """Stop listening."""
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()

    def fail(self, path: str, answer: Answer, times: int = 1) -> None:
        """Answer the next requests whose path holds `path` with this instead."""
        self.faults += [(path, answer)] * times

    def paths(self, part: str = "") -> list[str]:
        """Give the paths asked for that hold a part."""
        return [one.path for one in self.asked if part in one.path]

    def respond(self, request: Request) -> Answer:
        """Give a waiting fault, or the true answer."""
        self.asked.append(request)
        for position, (part, answer) in enumerate(self.faults):
            if part in request.path:
                del self.faults[position]
                return answer
        return self.answer(request)

    def answer(self, request: Request) -> Answer:
        """Give the true answer."""
        raise NotImplementedError


def _handler(server: Elsewhere) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve(b"")

        def do_POST(self) -> None:
            self._serve(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

        def log_message(self, *args: object) -> None:
            """Say nothing."""

        def _serve(self, body: bytes) -> None:
            parts = urlsplit(self.path)
            params = {name: values[0] for name, values in parse_qs(parts.query).items()}
            asked = Request(
                self.command, unquote(parts.path), params, dict(self.headers.items()), body
            )
            answer = server.respond(asked)
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.content) + 10 * answer.cut))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.content)
            self.close_connection = answer.cut

    return Handler


@dataclass
class Sent:
    """A submission on ODK Central: its versions by instance ID, the oldest first, and their files."""

    row: dict[str, Any]
    versions: dict[str, bytes]
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass
class CentralServer(Elsewhere):
    """ODK Central with one project and one form."""

    account: str = "reader@example.org"
    password: str = "what a secret"
    forms: dict[str, bytes] = field(default_factory=dict)
    sent: dict[str, Sent] = field(default_factory=dict)
    media: dict[str, bytes] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    page: int = 250
    basic: bool = False

    def send(
        self, instance: str, xml: bytes, *, at: str = "2026-01-06T09:00:00.000Z", **files: bytes
    ) -> Sent:
        """Have a phone send something to this server."""
        row = recorded("central_row")
        row["__id"] = instance
        names = {name.replace("__", "."): content for name, content in files.items()}
        row["__system"] |= {
            "submissionDate": at,
            "attachmentsPresent": len(names),
            "attachmentsExpected": len(names),
        }
        self.sent[instance] = Sent(row, {instance: xml}, names)
        return self.sent[instance]

    def edit(
        self, root: str, instance: str, xml: bytes, at: str = "2026-01-07T09:00:00.000Z"
    ) -> None:
        """Have somebody edit a submission on this server."""
        sent = self.sent[root]
        sent.versions[instance] = xml
        sent.row["__system"] |= {"edits": len(sent.versions) - 1, "updatedAt": at}
        sent.row["__system"]["reviewState"] = "edited"

    def answer(self, request: Request) -> Answer:
        """Answer like ODK Central."""
        if request.path == "/v1/sessions":
            return self._session(request)
        said = request.headers.get("Authorization", "")
        pair = base64.b64encode(f"{self.account}:{self.password}".encode()).decode()
        basic = self.basic and said == f"Basic {pair}"
        if said.removeprefix("Bearer ") not in self.tokens and not basic:
            return as_json({"code": 401.2, "message": "Could not authenticate."}, 401)
        form = "/v1/projects/7/forms/site_visit"
        below = request.path.removeprefix(form)
        if not request.path.startswith(form):
            return _not_found()
        if below.startswith(".svc/Submissions"):
            return self._odata(request, below.removeprefix(".svc/Submissions"))
        if below.startswith("/submissions/"):
            return self._submission(below.removeprefix("/submissions/"))
        return self._form(below)

    def _session(self, request: Request) -> Answer:
        said = json.loads(request.body)
        if said != {"email": self.account, "password": self.password}:
            return as_json({"code": 401.2, "message": "Could not authenticate."}, 401)
        session = recorded("central_session")
        session["token"] = f"token-{len(self.paths('/v1/sessions'))}"
        self.tokens.add(session["token"])
        return Answer(
            json.dumps(session).encode(), headers={"Set-Cookie": f"session={session['token']}"}
        )

    def _odata(self, request: Request, one: str) -> Answer:
        context = f"{self.url}/v1/projects/7/forms/site_visit.svc/$metadata#Submissions"
        if one:
            found = self.sent.get(one[2:-2])
            if found is None:
                return _not_found()
            return as_json({"@odata.context": context, "value": [found.row]})
        if {"$orderby", "$skiptoken"} <= set(request.params):
            return as_json(
                {"code": 501.1, "message": "The requested feature is not supported."}, 501
            )
        rows = sorted(
            (sent.row for sent in self.sent.values() if _since(request.params, sent.row)),
            key=lambda row: row["__system"]["submissionDate"],
        )
        if "asc" not in request.params.get("$orderby", ""):
            rows.reverse()
        begin = int(_opened(request.params.get("$skiptoken", "")) or 0)
        size = min(int(request.params.get("$top", self.page)), self.page)
        page: dict[str, Any] = {"@odata.context": context, "value": rows[begin : begin + size]}
        if begin + size < len(rows) and size:
            page["@odata.nextLink"] = f"{self.url}{request.path}?%24top={size}&%24skiptoken=" + (
                _token(begin + size)
            )
        if request.params.get("$count") == "true":
            page["@odata.count"] = len(rows)
        return as_json(page)

    def _submission(self, path: str) -> Answer:
        root, _, rest = path.partition("/")
        sent = self.sent.get(root.removesuffix(".xml"))
        if sent is None:
            return _not_found()
        if root.endswith(".xml"):
            return Answer(list(sent.versions.values())[-1], kind=XML)
        if rest == "versions":
            return as_json(self._versions(sent))
        version = re.fullmatch(r"versions/([^/]+)\.xml", rest)
        if version and version[1] in sent.versions:
            return Answer(sent.versions[version[1]], kind=XML)
        name = rest.rpartition("attachments/")[2]
        if name in sent.files:
            return Answer(sent.files[name], kind="image/jpeg")
        return _not_found()

    def _versions(self, sent: Sent) -> list[dict[str, Any]]:
        found = []
        for number, instance in enumerate(sent.versions):
            version = recorded("central_version")
            version |= {
                "instanceId": instance,
                "createdAt": f"2026-01-{6 + number:02}T09:00:00.000Z",
                "current": number == len(sent.versions) - 1,
            }
            found.insert(0, version)
        return found

    def _form(self, below: str) -> Answer:
        if not below:
            return as_json(recorded("central_form"))
        version, _, rest = below.removeprefix("/versions/").partition("/")
        if version.removesuffix(".xml") not in self.forms:
            return _not_found()
        if version.endswith(".xml"):
            return Answer(self.forms[version.removesuffix(".xml")], kind=XML)
        if rest == "attachments":
            listed = [{**recorded("central_form_attachment"), "name": name} for name in self.media]
            return as_json(listed)
        return Answer(self.media[rest.removeprefix("attachments/")], kind="text/csv")


@dataclass
class KoboServer(Elsewhere):
    """KoBoToolbox with one deployed asset."""

    token: str = "0123456789abcdef0123456789abcdef01234567"
    asset: str = "aSAvYreNzVEkrWg5Gdcvg"
    xform: bytes = b""
    rows: list[dict[str, Any]] = field(default_factory=list)
    xml: dict[int, bytes] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    gives_xml: bool = True

    def send(self, number: int, xml: bytes, **answers: Any) -> dict[str, Any]:
        """Have a phone send something; `answers` are keys of the JSON."""
        row = recorded("kobo_row")
        row |= {"_id": number, **answers}
        if instance := re.search(rb"<instanceID>(.*?)</instanceID>", xml):
            row["meta/instanceID"] = instance[1].decode()
            row["_uuid"] = instance[1].decode().removeprefix("uuid:")
        self.rows = [one for one in self.rows if one["_id"] != number] + [row]
        self.xml[number] = xml
        return row

    def attach(self, row: dict[str, Any], name: str, content: bytes | None) -> None:
        """Put a file beside a submission."""
        attachment = recorded("kobo_attachment")
        attachment |= {
            "media_file_basename": name,
            "download_url": f"https://kf.example.org/api/v2/assets/{self.asset}/data/{row['_id']}/attachments/{name}/",
        }
        row["_attachments"] = [*row["_attachments"], attachment]
        if content is not None:
            self.files[name] = content

    def answer(self, request: Request) -> Answer:
        """Answer like KoBoToolbox."""
        if request.headers.get("Authorization") != f"Token {self.token}":
            return as_json({"detail": "Invalid token."}, 401)
        below = request.path.removeprefix(f"/api/v2/assets/{self.asset}")
        plain = {
            "/": lambda: as_json(recorded("kobo_asset")),
            ".xml": lambda: Answer(self.xform, kind="application/xml"),
            "/files/": lambda: as_json(recorded("kobo_files")),
            "/data/": lambda: self._listed(request),
        }
        return plain[below]() if below in plain else self._below(below, request)

    def _below(self, below: str, request: Request) -> Answer:
        if name := re.fullmatch(r"/data/\d+/attachments/([^/]+)/", below):
            found = self.files.get(name[1])
            return Answer(found, kind="image/jpeg") if found is not None else _not_found()
        number = re.fullmatch(r"/data/(\d+)/", below)
        return self._one(int(number[1]), request) if number else _not_found()

    def _listed(self, request: Request) -> Answer:
        query = json.loads(request.params.get("query", "{}"))
        rows = [row for row in sorted(self.rows, key=_number) if _matches(row, query)]
        begin, limit = int(request.params.get("start", 0)), int(request.params.get("limit", 100))
        return as_json(
            {
                "count": len(rows),
                "next": None,
                "previous": None,
                "results": rows[begin : begin + limit],
            }
        )

    def _one(self, number: int, request: Request) -> Answer:
        row = next((row for row in self.rows if row["_id"] == number), None)
        if row is None:
            return _not_found()
        if request.params.get("format") == "xml":
            if not self.gives_xml:
                return as_json({"detail": "Could not satisfy the request Accept header."}, 406)
            return Answer(self.xml[number], kind="text/xml")
        return as_json(row)


def _number(row: dict[str, Any]) -> int:
    return int(row["_id"])


def _not_found() -> Answer:
    return as_json({"code": 404.1, "message": "Could not find the resource."}, 404)


def _since(params: dict[str, str], row: dict[str, Any]) -> bool:
    asked = re.fullmatch(
        r"__system/submissionDate ge (\S+) or __system/updatedAt ge (\S+)",
        params.get("$filter", ""),
    )
    system = row["__system"]
    return (
        not asked or system["submissionDate"] >= asked[1] or (system["updatedAt"] or "") >= asked[2]
    )


def _token(position: int) -> str:
    return "01" + base64.urlsafe_b64encode(json.dumps({"at": position}).encode()).decode()


def _opened(token: str) -> str:
    return str(json.loads(base64.urlsafe_b64decode(token[2:]))["at"]) if token else ""


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "$gt": lambda found, wanted: found is not None and found > wanted,
    "$gte": lambda found, wanted: found is not None and found >= wanted,
    "$exists": lambda found, wanted: (found is not None) == wanted,
}


def _matches(row: dict[str, Any], query: dict[str, Any]) -> bool:
    return all(
        _OPERATORS[operator](_value(row, key), wanted)
        for key, tests in query.items()
        for operator, wanted in tests.items()
    )


def _value(row: dict[str, Any], key: str) -> Any:
    found: Any = row
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


@dataclass
class Bucket(Elsewhere):
    """A store of files on another host, with links that sign themselves and refuse any other sign."""

    files: dict[str, bytes] = field(default_factory=dict)

    def answer(self, request: Request) -> Answer:
        """Give a file to whoever has its link and nothing else."""
        if "Authorization" in request.headers:
            return Answer(b"", 400)
        found = self.files.get(request.path)
        return Answer(b"", 403) if found is None else Answer(found, kind="image/jpeg")
