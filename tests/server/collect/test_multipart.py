"""The parts of a body are found where they lie, in memory and in a file alike; what breaks a rule is malformed."""

import tempfile
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.server.phone import multipart, part

from opendtm_server.collect import multipart as reader
from opendtm_server.collect.multipart import LaidDown, Malformed, TooManyParts, parts_of

KIND = "multipart/form-data; boundary=x"
END = b"--x--\r\n"


@pytest.fixture(params=["memory", "file"])
def lay(request: pytest.FixtureRequest) -> Iterator[type]:
    """Give both ways in which a body may lie."""
    opened: list[LaidDown] = []

    def laid(content: bytes) -> LaidDown:
        if request.param == "memory":
            return LaidDown(content)
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
        file.write(content)
        opened.append(LaidDown(file))
        return opened[-1]

    yield laid  # type: ignore[misc]
    for body in opened:
        body.close()


def test_parts_are_found_with_name_type_and_bytes(lay: type) -> None:
    content, kind = multipart(
        b"<a/>", [("photo.jpg", b"\r\n--not the edge\r\n")], more_follows=True
    )
    body = lay(content)
    found = [
        (one.name, one.filename, body.read(one.start, one.end)) for one in parts_of(body, kind)
    ]
    assert found == [
        ("xml_submission_file", "submission.xml", b"<a/>"),
        ("photo.jpg", "photo.jpg", b"\r\n--not the edge\r\n"),
        ("*isIncomplete*", None, b"yes"),
    ]


def test_delimiter_is_found_across_the_edge_of_two_pieces(lay: type) -> None:
    for extra in range(8):
        content = b"p" * (reader.CHUNK - 80 - extra)
        body = lay(part("x", "a", "a", content, "t") + part("x", "b", "b", b"2", "t") + END)
        assert [body.read(one.start, one.end) for one in parts_of(body, KIND)] == [content, b"2"]


def test_delimiter_with_more_behind_it_is_content(lay: type) -> None:
    body = lay(part("x", "a", "a", b"1\r\n--xyz\r\n2", "t") + END)
    (one,) = parts_of(body, KIND)
    assert body.read(one.start, one.end) == b"1\r\n--xyz\r\n2"


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('filename="a b.jpg"', "a b.jpg"),
        ("filename=plain.jpg", "plain.jpg"),
        ('filename="a\\"b.jpg"', 'a"b.jpg'),
        ("filename=\"x.jpg\"; filename*=UTF-8''%C3%A9t%C3%A9.jpg", "été.jpg"),
        ("filename*=koi8-r''x.jpg", None),
        ('filename="é.jpg"', "é.jpg"),
    ],
)
def test_name_of_a_file_is_read_as_clients_write_it(disposition: str, name: str | None) -> None:
    head = f'--x\r\nContent-Disposition: form-data; name="f"; {disposition}\r\n\r\n1\r\n'
    (one,) = parts_of(LaidDown(head.encode() + END), KIND)
    assert one.filename == name


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/xml",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=x; boundary=y",
        "multipart/mixed; boundary=x",
        "multipart/form-data; boundary=" + "x" * 300,
        "multipart/form-data; boundary=\xff",
    ],
)
def test_kind_without_one_usable_boundary_is_malformed(kind: str) -> None:
    with pytest.raises(Malformed):
        parts_of(LaidDown(part("x", "a", "a", b"1", "t") + END), kind)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"--x",
        b"--x\r\n",
        b"--x\r\n--x--",
        b"preamble\r\n--x\r\n",
        part("x", "a", "a", b"1", "t"),
        part("x", "a", "a", b"1", "t") + END + b"more",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n--x--\r\n',
        b'--x\r\nContent-Disposition: form-data; name="a"; name="b"\r\n\r\n1\r\n--x--\r\n',
        b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n",
        b'--x\r\nContent-Disposition: attachment; name="a"\r\n\r\n1\r\n--x--\r\n',
        b"--x\r\nContent-Type: a\r\nContent-Type: b\r\n\r\n1\r\n--x--\r\n",
        b"--x\r\nno colon\r\n\r\n1\r\n--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\nX: '
        + b"y" * 9000
        + b"\r\n\r\n1\r\n"
        + END,
        b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        + END,
    ],
)
def test_body_that_breaks_a_rule_is_malformed(content: bytes) -> None:
    with pytest.raises(Malformed):
        parts_of(LaidDown(content), KIND)


def test_more_parts_than_any_form_has_are_refused() -> None:
    one = part("x", "a", "a", b"1", "t")
    assert len(parts_of(LaidDown(one * reader.PARTS + END), KIND)) == reader.PARTS
    with pytest.raises(TooManyParts):
        parts_of(LaidDown(one * (reader.PARTS + 1) + END), KIND)


@given(files=st.lists(st.binary(max_size=60), min_size=1, max_size=4))
def test_any_bytes_come_out_as_they_went_in(files: list[bytes]) -> None:
    content = b"".join(
        part("b0undary", f"f{n}", f"f{n}", file, "t") for n, file in enumerate(files)
    )
    body = LaidDown(content + b"--b0undary--\r\n")
    found = parts_of(body, "multipart/form-data; boundary=b0undary")
    assert [body.read(one.start, one.end) for one in found] == files


@given(content=st.binary(max_size=200))
def test_any_bytes_at_all_are_parts_or_malformed(content: bytes) -> None:
    for beginning in (b"", b"--x\r\n", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n'):
        try:
            parts_of(LaidDown(beginning + content), KIND)
        except Malformed:
            continue
