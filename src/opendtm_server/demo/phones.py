"""The phones of the demonstration: each posts its forms to the house over HTTP, as ODK Collect does."""

import http.client
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from opendtm.forms import FormDefinition, read_form, safe_xml

FORM_LIST = "http://openrosa.org/xforms/xformsList"
ACCEPTED = {201, 202}


class NotTakenError(Exception):
    """The house did not take a submission of the demonstration."""


@dataclass(frozen=True)
class Parcel:
    """One submission on its way: the phone's own address of the house, and the XML."""

    server_url: str
    xml: bytes


def fetch(url: str) -> bytes:
    """Download one address of the house, such as a form."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    try:
        connection.request(
            "GET", f"{parts.path}?{parts.query}", headers={"X-OpenRosa-Version": "1.0"}
        )
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise NotTakenError(f"{answer.status}: {body[:300]!r}")
    return body


def send_all(parcels: Iterable[Parcel], *, done: Callable[[], None], at_once: int = 4) -> int:
    """Send every parcel, several at once; give how many were taken. NotTakenError where one was refused."""
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        count = 0
        for _ in pool.map(send, parcels):
            count += 1
            done()
    return count


def send(parcel: Parcel) -> int:
    """Post one submission and give the status of the answer, 201 or 202."""
    boundary = uuid.uuid4().hex
    body = (
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="submission.xml"\r\n'
            "Content-Type: text/xml\r\n\r\n"
        ).encode()
        + parcel.xml
        + f"\r\n--{boundary}--\r\n".encode()
    )
    parts = urlsplit(parcel.server_url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    headers = {
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "X-OpenRosa-Version": "1.0",
    }
    try:
        connection.request("POST", f"{parts.path}/submission", body=body, headers=headers)
        answer = connection.getresponse()
        reply = answer.read()
    finally:
        connection.close()
    if answer.status not in ACCEPTED:
        raise NotTakenError(f"{answer.status}: {reply[:300]!r}")
    return answer.status


def form_of(server_url: str) -> FormDefinition:
    """Download the first form of the form list, as a phone does before its first visit."""
    listed = safe_xml.parse(fetch(f"{server_url}/formList"))
    address = listed.findtext(f".//{{{FORM_LIST}}}downloadUrl")
    if not address:
        raise NotTakenError("the form list is empty")
    return read_form(fetch(address))
