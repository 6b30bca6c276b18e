"""XML from outside: what is refused, why, how fast, and what is still read.

Requirements: R1 byte cap; R2 no document type; R3 UTF-8 or UTF-16 only; R4 depth, nodes and attributes bounded;
R5 every attack refused within a second and without growing memory; R6 honest documents are read.
"""

import resource
import time

import pytest

from opendtm.errors.forms import XmlRefused
from opendtm.forms.safe_xml import FORM, SUBMISSION, Limits, parse

ENTITIES = "".join(
    f'<!ENTITY {chr(97 + i)} "{("&" + chr(96 + i) + ";") * 10}">' for i in range(1, 10)
)
LAUGHS = f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol">{ENTITIES}]><l>&j;</l>'
QUADRATIC = f'<!DOCTYPE q [<!ENTITY a "{"x" * 50_000}">]><q>{"&a;" * 50_000}</q>'

ATTACKS = {
    "billion laughs": LAUGHS.encode(),
    "billion laughs in UTF-16": LAUGHS.encode("utf-16"),
    "billion laughs in UTF-16 without a mark": LAUGHS.encode("utf-16-le"),
    "quadratic blow-up": QUADRATIC.encode(),
    "external document type": b'<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>',
    "external entity": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "document type after a comment": b"<?xml version='1.0'?><!-- a --><?p i?>\n<!DOCTYPE a><a/>",
    "200,000 levels deep": b"<a>" * 200_000 + b"</a>" * 200_000,
    "2,000,000 empty nodes": b"<r>" + b"<a/>" * 2_000_000 + b"</r>",
    "nodes within the byte cap": b"<r>" + b"<a/>" * 499_990 + b"</r>",
    "300,000 attributes": b"<r " + b" ".join(b'a%d="1"' % i for i in range(300_000)) + b"/>",
    "attributes within the byte cap": b"<r "
    + b" ".join(b'a%d="1"' % i for i in range(150_000))
    + b"/>",
    "20 MB of text": b"<a>" + b"x" * 20_000_000 + b"</a>",
    "declared UTF-7": b'<?xml version="1.0" encoding="UTF-7"?><a>+ADw-script+AD4-</a>',
    "declared Latin-1": b'<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9</a>',
    "undeclared Latin-1": b"<a>\xe9</a>",
    "truncated": b"<a><b>",
    "nothing": b"",
    "no XML": b"hello",
    "control character": b"<a>\x01</a>",
    "undeclared prefix": b"<a><x:b/></a>",
}


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_is_refused_quickly_and_in_bounded_memory(name: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()

    with pytest.raises(XmlRefused) as caught:
        parse(ATTACKS[name])

    assert time.process_time() - start < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64_000  # kB
    assert caught.value.text("en").startswith("This XML is refused: ")
    assert caught.value.text("fr").startswith("Ce XML est refusé : ")


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (b"<a>" + b"x" * 2_000_000 + b"</a>", "more than 2,000,000"),
        (b"<!DOCTYPE a><a/>", "document type"),
        (b"<a>" * 65 + b"</a>" * 65, "more than 64 deep"),
        (b"<r><b/>" + b"<a>" * 64 + b"</a>" * 64 + b"</r>", "more than 64 deep"),
        (b"<a>" * 9_000 + b"</a>" * 9_000, "more than 64 deep"),
        (b"<a>" * 65 + b"x=" * 65 + b"</a>" * 65, "more than 64 deep"),
        (b"<r>" + b"<a/>" * 50_000 + b"</r>", "more than 50,000 elements"),
        (b"<r " + b" ".join(b'a%d=""' % i for i in range(65)) + b"/>", "more than 64 attributes"),
        (b'<?xml version="1.0" encoding="UTF-7"?><a/>', "UTF-8 or UTF-16"),
        (b'<r a="' + b"x" * 65_536 + b'"/>', "more than 65,536 characters"),
        (b"<a></b>", "not well formed"),
    ],
)
def test_refusal_names_its_reason(xml: bytes, reason: str) -> None:
    with pytest.raises(XmlRefused, match=reason):
        parse(xml)


@pytest.mark.parametrize(
    "xml",
    [
        b"<a>" * 64 + b"</a>" * 64,
        b"<r>" + b"<a/>" * 49_999 + b"</r>",
        b"<r " + b" ".join(b'a%d=""' % i for i in range(64)) + b"/>",
    ],
)
def test_document_at_a_limit_is_read(xml: bytes) -> None:
    assert parse(xml).tag in {"a", "r"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_french_and_arabic_are_read_in_every_allowed_encoding(encoding: str) -> None:
    assert parse("<a>déplacés نازحون</a>".encode(encoding)).text == "déplacés نازحون"


def test_words_that_only_look_like_a_document_type_are_read() -> None:
    assert parse(b"<a><![CDATA[<!DOCTYPE a>]]></a>").text == "<!DOCTYPE a>"
    assert parse(b"<!-- <!DOCTYPE a> --><a>x</a>").text == "x"


def test_long_text_is_read() -> None:
    assert len(str(parse(b"<a>" + b"x" * 500_000 + b"</a>").text)) == 500_000
    assert len(str(parse(b"<a><![CDATA[" + b"x" * 500_000 + b"]]></a>").text)) == 500_000


def test_comments_and_instructions_are_left_out() -> None:
    assert [child.tag for child in parse(b"<a><!-- c --><?p i?><b/></a>")] == ["b"]


def test_limits_of_forms_are_wider_than_those_of_submissions() -> None:
    nodes = b"<r>" + b"<a/>" * 60_000 + b"</r>"

    assert len(parse(nodes, limits=FORM)) == 60_000
    assert FORM.nodes > SUBMISSION.nodes
    with pytest.raises(XmlRefused):
        parse(nodes, limits=Limits(nodes=59_999))
