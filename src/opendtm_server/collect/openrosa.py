"""The XML documents of OpenRosa: the list of forms, a form's manifest, and the answer to a submission."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

from django.http import HttpResponse
from lxml import etree

FORMS = "http://openrosa.org/xforms/xformsList"
MANIFEST = "http://openrosa.org/xforms/xformsManifest"
RESPONSE = "http://openrosa.org/http/response"
METADATA = "http://www.opendatakit.org/xforms"
RECEIPT = "urn:opendtm:receipt"
XML = "text/xml; charset=utf-8"


@dataclass(frozen=True)
class ListedForm:
    """A form as the list names it; `manifest_url` is empty where it has no media."""

    form_id: str
    name: str
    version: str
    md5: str
    download_url: str
    manifest_url: str = ""


@dataclass(frozen=True)
class ListedMedia:
    """A file as a manifest names it; an entity list has an `integrity_url` too."""

    filename: str
    md5: str
    download_url: str
    integrity_url: str = ""


@dataclass(frozen=True)
class ReceiptOf:
    """What the house holds of a submission, for the sender."""

    form_id: str
    instance_id: str
    received_at: str
    sha256: str
    complete: bool
    files: tuple[tuple[str, str], ...]


def form_list(forms: Iterable[ListedForm]) -> bytes:
    """Write the list of blank forms."""
    root = etree.Element(f"{{{FORMS}}}xforms", nsmap=_plain(FORMS))
    for form in forms:
        entry = etree.SubElement(root, f"{{{FORMS}}}xform")
        facts = {
            "formID": form.form_id,
            "name": form.name,
            "version": form.version,
            "hash": f"md5:{form.md5}",
            "descriptionText": form.name,
            "downloadUrl": form.download_url,
            "manifestUrl": form.manifest_url,
        }
        _facts(entry, FORMS, facts)
    return _bytes(root)


def manifest(files: Iterable[ListedMedia]) -> bytes:
    """Write the list of files that belong to a form."""
    root = etree.Element(f"{{{MANIFEST}}}manifest", nsmap=_plain(MANIFEST))
    for file in files:
        kind = {"type": "entityList"} if file.integrity_url else {}
        entry = etree.SubElement(root, f"{{{MANIFEST}}}mediaFile", kind)
        facts = {
            "filename": file.filename,
            "hash": f"md5:{file.md5}",
            "downloadUrl": file.download_url,
            "integrityUrl": file.integrity_url,
        }
        _facts(entry, MANIFEST, facts)
    return _bytes(root)


def integrity(entities: Mapping[str, bool]) -> bytes:
    """Write which of some entities were deleted; the document has no namespace, as clients read it."""
    root = etree.Element("data")
    listed = etree.SubElement(root, "entities")
    for key, deleted in entities.items():
        entity = etree.SubElement(listed, "entity", id=key)
        etree.SubElement(entity, "deleted").text = str(deleted).lower()
    return _bytes(root)


def answer(message: str, *, nature: str, receipt: ReceiptOf | None = None) -> bytes:
    """Write the answer that the enumerator reads, with what the house holds where something was taken."""
    root = etree.Element(f"{{{RESPONSE}}}OpenRosaResponse", nsmap=_plain(RESPONSE))
    words = etree.SubElement(root, f"{{{RESPONSE}}}message", nature=nature)
    words.text = message
    if receipt:
        _metadata(root, receipt)
    return _bytes(root)


class Answer(HttpResponse):
    """An HTTP answer that may ask who is there, in a header for each way: some applications read one way in each."""

    challenges: tuple[str, ...] = ()

    def items(self) -> Iterable[tuple[str, str]]:
        """Give the headers as they are written."""
        asked = [("WWW-Authenticate", challenge) for challenge in self.challenges]
        return [*super().items(), *asked]


def respond(content: bytes, *, status: int = 200, challenges: tuple[str, ...] = ()) -> HttpResponse:
    """Make the HTTP answer with the headers that OpenRosa asks for, and those that ask who is there."""
    response = Answer(content, status=status, content_type=XML)
    response.challenges = challenges
    return with_headers(response)


def with_headers(response: HttpResponse) -> HttpResponse:
    """Add the headers that OpenRosa asks for, once, and keep answers out of shared caches."""
    if response.has_header("X-OpenRosa-Version"):
        return response
    response["X-OpenRosa-Version"] = "1.0"
    response["Content-Length"] = str(len(response.content))
    response["Date"] = formatdate(usegmt=True)
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _metadata(root: etree._Element, receipt: ReceiptOf) -> None:
    facts = {
        "id": receipt.form_id,
        "instanceID": receipt.instance_id,
        "submissionDate": receipt.received_at,
        "isComplete": str(receipt.complete).lower(),
    }
    etree.SubElement(root, f"{{{METADATA}}}submissionMetadata", facts, nsmap=_plain(METADATA))
    held = etree.SubElement(
        root, f"{{{RECEIPT}}}receipt", {"sha256": receipt.sha256}, nsmap=_plain(RECEIPT)
    )
    for name, sha256 in receipt.files:
        etree.SubElement(held, f"{{{RECEIPT}}}file", {"name": name, "sha256": sha256})


def _facts(parent: etree._Element, namespace: str, facts: dict[str, str]) -> None:
    for name, value in facts.items():
        if value or name == "version":
            etree.SubElement(parent, f"{{{namespace}}}{name}").text = value


def _plain(namespace: str) -> Any:
    """Give the namespace as the one without a prefix; lxml's types know prefixes only."""
    return {None: namespace}


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
