"""Requests that are wrong around the form: multipart bodies, headers, addresses, sizes.

`draw` gives a `Nasty`: its name, its bytes, and who should refuse it. What breaks HTTP itself is refused by
the web server before the house sees it; nobody can ask for the house's words there, and it is counted apart.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from soak import nasty_xml
from soak.questionnaire import FORM_ID
from soak.wire import part, request


class Refuser(StrEnum):
    """Who should say no, and how: the house in OpenRosa's words, on a page, or the server below it."""

    HOUSE = "house"
    PAGE = "page"
    SERVER = "server"


@dataclass(frozen=True)
class Nasty:
    """A request that must be refused; `lang` is the language that it asks for."""

    name: str
    sent: bytes
    lang: str
    refuser: Refuser = Refuser.HOUSE


@dataclass(frozen=True)
class Pen:
    """What a case is written with: the generator, a phone's path without its last part, the language."""

    rng: random.Random
    base: str
    lang: str

    def post(
        self,
        body: bytes,
        kind: str = "multipart/form-data; boundary=EDGE",
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """Write the POST of a body."""
        fields = {"Content-Type": kind, "Accept-Language": self.lang, **(headers or {})}
        return request("POST", f"{self.base}submission", body, fields)

    def form(self, xml: bytes | None = None) -> bytes:
        """Write the part that holds the filled form."""
        content = nasty_xml.sound(self.rng) if xml is None else xml
        return part("EDGE", "xml_submission_file", "submission.xml", content, "text/xml")


END = b"--EDGE--\r\n"
Case = Callable[[Pen], bytes]


def _no_boundary(pen: Pen) -> bytes:
    kind = pen.rng.choice(
        ("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=é")
    )
    return pen.post(pen.form() + END, kind)


def _other_boundary(pen: Pen) -> bytes:
    return pen.post(pen.form() + END, f"multipart/form-data; boundary=B{pen.rng.getrandbits(30)}")


def _long_boundary(pen: Pen) -> bytes:
    return pen.post(pen.form() + END, f"multipart/form-data; boundary={'b' * 5000}")


def _other_type(pen: Pen) -> bytes:
    kinds = (
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "x",
        "",
        "a/b;c",
    )
    return pen.post(pen.form() + END, pen.rng.choice(kinds))


def _charset(pen: Pen) -> bytes:
    kind = "multipart/form-data; boundary=EDGE; charset=latin-999"
    return pen.post(pen.form(b"<data>") + END, kind)


def _not_closed(pen: Pen) -> bytes:
    return pen.post(pen.form())


def _nothing(pen: Pen) -> bytes:
    return pen.post(pen.rng.choice((b"", END, b"\r\n", b"--EDGE\r\n", b"--EDGE\r\n\r\n--EDGE--")))


def _no_disposition(pen: Pen) -> bytes:
    return pen.post(b"--EDGE\r\nContent-Type: text/xml\r\n\r\n" + _sound(pen) + b"\r\n" + END)


def _no_form_part(pen: Pen) -> bytes:
    return pen.post(part("EDGE", "photo.jpg", "photo.jpg", pen.rng.randbytes(200)) + END)


def _two_forms(pen: Pen) -> bytes:
    return pen.post(pen.form() + pen.form() + END)


def _many_files(pen: Pen) -> bytes:
    count = pen.rng.choice((1_100, 3_000))
    files = (part("EDGE", f"f{number}", f"f{number}.jpg", b"x") for number in range(count))
    return pen.post(pen.form() + b"".join(files) + END)


def _many_fields(pen: Pen) -> bytes:
    field = b'--EDGE\r\nContent-Disposition: form-data; name="n%d"\r\n\r\nx\r\n'
    return pen.post(pen.form() + b"".join(field % number for number in range(2_100)) + END)


def _long_part_header(pen: Pen) -> bytes:
    head = b'--EDGE\r\nContent-Disposition: form-data; name="%s"\r\n\r\nx\r\n'
    return pen.post(head % (b"n" * pen.rng.randrange(20_000, 90_000)) + END)


def _long_name(pen: Pen) -> bytes:
    name = "n" * pen.rng.randrange(260, 900) + ".jpg"
    return pen.post(pen.form() + part("EDGE", "photo", name, pen.rng.randbytes(20)) + END)


def _strange_name(pen: Pen) -> bytes:
    names = (
        "../../../etc/passwd",
        "a\x00b",
        "\u202egpj.exe",
        "C:\\con",
        ".",
        "",
        '"',
        "%2e%2e%2f",
        "nul;x",
    )
    bad = part("EDGE", "photo", pen.rng.choice(names), pen.rng.randbytes(20))
    return pen.post(pen.form(b"<data/>") + bad + END)


def _bad_base64(pen: Pen) -> bytes:
    head = b'--EDGE\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="s.xml"\r\n'
    how = pen.rng.choice((b"base64", b"quoted-printable", b"x-unknown"))
    return pen.post(head + b"Content-Transfer-Encoding: " + how + b"\r\n\r\n=?%%%!\r\n" + END)


def _mixed(pen: Pen) -> bytes:
    inner = b"Content-Type: multipart/mixed; boundary=IN\r\n\r\n--IN\r\n\r\nx\r\n--IN--\r\n"
    return pen.post(b'--EDGE\r\nContent-Disposition: form-data; name="f"\r\n' + inner + END)


def _too_much_announced(pen: Pen) -> bytes:
    length = str(pen.rng.choice((10**9, 10**12, 105_000_000)))
    return pen.post(pen.form() + END, headers={"Content-Length": length})


def _packed(pen: Pen) -> bytes:
    return pen.post(b"\x1f\x8b\x08" + pen.rng.randbytes(300), headers={"Content-Encoding": "gzip"})


def _strange_language(pen: Pen) -> bytes:
    asked = f"{'x' * pen.rng.randrange(1, 400)}-{'y' * 9};q=0.1, *;q=9"
    return pen.post(pen.form(b"<data>") + END, headers={"Accept-Language": asked})


def _other_method(pen: Pen) -> bytes:
    method = pen.rng.choice(("PUT", "DELETE", "PATCH", "GET", "OPTIONS", "BREW"))
    return request(method, f"{pen.base}submission", b"", {"Accept-Language": pen.lang})


def _stranger(pen: Pen) -> bytes:
    tokens = ("x", "a" * 3000, "%00", "%2e%2e", "é", "' OR 1=1", "%ff%fe")
    token = pen.rng.choice(tokens).replace(" ", "%20").replace("é", "%C3%A9")
    body, kind = pen.form() + END, "multipart/form-data; boundary=EDGE"
    fields = {"Content-Type": kind, "Accept-Language": pen.lang}
    return request("POST", f"/openrosa/key/{token}/submission", body, fields)


def _no_such_form(pen: Pen) -> bytes:
    places = (
        "forms/none/1",
        f"forms/{FORM_ID}/99",
        "manifest/a/b/c",
        "media/1/%2e%2e%2fx",
        "media/9" + "9" * 40 + "/sites.csv",
        "forms/%00",
        "forms/" + "a" * 4000,
    )
    return request("GET", pen.base + pen.rng.choice(places), b"", {"Accept-Language": pen.lang})


def _nowhere(pen: Pen) -> bytes:
    places = (
        "openrosa/x",
        "%2e%2e/%2e%2e/etc/passwd",
        "en/no/where/at.php",
        "fr/a/b/c/d.php",
        "%ff",
        "key//submission",
    )
    path = f"/{pen.rng.choice(places)}"
    return request("POST", path, pen.form() + END, {"Accept-Language": pen.lang})


def _other_host(pen: Pen) -> bytes:
    host = pen.rng.choice(("evil.example", "127.0.0.1@evil", "a" * 300, "[::1"))
    return pen.post(pen.form() + END, headers={"Host": host})


def _not_http(pen: Pen) -> bytes:
    lines = (
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST  HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + pen.rng.randbytes(100),
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: NaN\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
        b"POST / HTTP/1.1\r\nHost: a\r\nNo colon here\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nBad\x00Name: x\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 500_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 3_000 + b"\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n0\r\n\r\n",
        pen.rng.randbytes(64) + b"\r\n\r\n",
    )
    return pen.rng.choice(lines)


def _sound(pen: Pen) -> bytes:
    return nasty_xml.sound(pen.rng)


HOUSE: tuple[Case, ...] = (
    *(_no_boundary, _other_boundary, _long_boundary, _other_type, _charset, _not_closed, _nothing),
    *(_no_disposition, _no_form_part, _two_forms, _long_part_header, _long_name, _strange_name),
    *(_bad_base64, _mixed, _too_much_announced, _packed, _strange_language, _other_method),
    *(_stranger, _no_such_form),
)
HEAVY: tuple[Case, ...] = (_many_files, _many_fields)
PAGES: tuple[Case, ...] = (_nowhere, _other_host)


def draw(rng: random.Random, base: str, lang: str) -> Nasty:
    """Draw a request: half wrong in the form, half around it; what is costly to send comes seldom."""
    pen, lot = Pen(rng, base, lang), rng.random()
    if lot < 0.5:
        write = rng.choice(nasty_xml.HEAVY if lot < 0.01 else nasty_xml.COMMON)
        return Nasty(write.__name__.strip("_"), pen.post(pen.form(write(rng)) + END), lang)
    if lot < 0.9:
        case = rng.choice(HEAVY if lot < 0.505 else HOUSE)
        # A list of languages that cannot be read asks for nothing: the house answers in English.
        lang = "en" if case is _strange_language else lang
        return Nasty(case.__name__.strip("_"), case(pen), lang)
    if lot < 0.95:
        case = rng.choice(PAGES)
        return Nasty(case.__name__.strip("_"), case(pen), lang, Refuser.PAGE)
    return Nasty("not_http", _not_http(pen), lang, Refuser.SERVER)
