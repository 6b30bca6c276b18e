"""A phone for the tests: its own multipart writer over plain HTTP, and a small form with its submissions.

Written from the OpenRosa documents, independently of the server's code.
"""

import http.client
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

XFORM = """<?xml version="1.0" encoding="UTF-8"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms"
 xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:opendtm="urn:opendtm:xforms">
<h:head><h:title>Site visit</h:title><model>
<itext><translation lang="English (en)">
<text id="/data/idp_individuals:label"><value>How many displaced persons live here?</value></text>
<text id="/data/site_id:label"><value>Which site?</value></text>
</translation><translation lang="Français (fr)">
<text id="/data/idp_individuals:label"><value>Combien de personnes déplacées vivent ici ?</value></text>
<text id="/data/site_id:label"><value>Quel site ?</value></text>
</translation></itext>
<instance><data id="site_visit" version="{version}">
<site_id/><assessment_date/><access/><idp_individuals/><idp_households/><contact_name/><photo/>
<meta><instanceID/></meta></data></instance>
{more}
<bind nodeset="/data/site_id" type="string" opendtm:concept="site_id"/>
<bind nodeset="/data/assessment_date" type="date" opendtm:concept="assessment_date"/>
<bind nodeset="/data/access" type="string" opendtm:concept="access"/>
<bind nodeset="/data/idp_individuals" type="int" opendtm:concept="idp_individuals"/>
<bind nodeset="/data/idp_households" type="int" opendtm:concept="idp_households"/>
<bind nodeset="/data/contact_name" type="string" opendtm:concept="contact_name"/>
<bind nodeset="/data/photo" type="binary"/>
<bind nodeset="/data/meta/instanceID" type="string" readonly="true()"/>
</model></h:head><h:body>
<input ref="/data/site_id"><label ref="jr:itext('/data/site_id:label')"/></input>
<input ref="/data/assessment_date"><label>Day of the visit</label></input>
<input ref="/data/access"><label>Access</label></input>
<input ref="/data/idp_individuals"><label ref="jr:itext('/data/idp_individuals:label')"/></input>
<input ref="/data/idp_households"><label>Households</label></input>
<input ref="/data/contact_name"><label>Who told you?</label></input>
<upload ref="/data/photo" mediatype="image/*"><label>Photo</label></upload>
</h:body></h:html>"""


def xform(version: str = "1", more: str = "") -> bytes:
    """Write the form of the tests."""
    return XFORM.format(version=version, more=more).encode()


def filled(
    *,
    site: str = "S1",
    day: str = "2026-01-06",
    persons: object = 100,
    households: object = 20,
    photo: str = "",
    version: str = "1",
    form: str = "site_visit",
    instance: str | None = None,
    replaces: str = "",
    access: str = "yes",
    contact: str = "",
) -> bytes:
    """Write one filled form."""
    instance = instance if instance is not None else f"uuid:{uuid.uuid4()}"
    meta = f"<instanceID>{instance}</instanceID>" if instance else ""
    meta += f"<deprecatedID>{replaces}</deprecatedID>" if replaces else ""
    return (
        f'<?xml version="1.0"?><data id="{form}" version="{version}"><site_id>{site}</site_id>'
        f"<assessment_date>{day}</assessment_date><access>{access}</access>"
        f"<idp_individuals>{persons}</idp_individuals><idp_households>{households}</idp_households>"
        f"<contact_name>{contact}</contact_name><photo>{photo}</photo><meta>{meta}</meta></data>"
    ).encode()


@dataclass(frozen=True)
class Reply:
    """What the server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """Give the body as text."""
        return self.body.decode()


@dataclass(frozen=True)
class Phone:
    """A phone with the address of its server."""

    address: str

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        """Send one request on a connection of its own; header names with _ for -."""
        parts = urlsplit(path if path.startswith("http") else self.address + path)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        try:
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, target, body, {"X-OpenRosa-Version": "1.0", **sent})
            answer = connection.getresponse()
            return Reply(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def send(
        self,
        xml: bytes,
        files: Sequence[tuple[str, bytes]] = (),
        *,
        more_follows: bool = False,
        language: str = "en",
    ) -> Reply:
        """Post a filled form with its files, as ODK Collect does."""
        body, kind = multipart(xml, files, more_follows=more_follows)
        return self.ask("POST", "/submission", body, Content_Type=kind, Accept_Language=language)


def multipart(
    xml: bytes, files: Sequence[tuple[str, bytes]] = (), *, more_follows: bool = False
) -> tuple[bytes, str]:
    """Write a multipart body and its content type."""
    edge = f"----phone{uuid.uuid4().hex}"
    parts = [part(edge, "xml_submission_file", "submission.xml", xml, "text/xml")]
    parts += [
        part(edge, name, name, content, "application/octet-stream") for name, content in files
    ]
    if more_follows:
        head = f'--{edge}\r\nContent-Disposition: form-data; name="*isIncomplete*"\r\n\r\nyes\r\n'
        parts.append(head.encode())
    return b"".join(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


def part(edge: str, name: str, filename: str, content: bytes, kind: str) -> bytes:
    """Write one part of a multipart body."""
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    )
    return head.encode() + content + b"\r\n"
