"""What a file is, from its content alone."""

from pathlib import Path

import pytest

from opendtm.errors.tables import EmptyFile, NotATable
from opendtm.tables import inspect, read_tables
from opendtm.tables.sniffing import decode, separator

TEXT = "Nom du site{0}Région{0}Ménages{0}Individus{0}Remarque\nBéma{0}Kaéo{0}12{0}60{0}école détruite\nÎlot{0}Kaéo{0}3{0}15{0}à côté\n"


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1", "mac-roman"],
)
def test_text_in_every_encoding_and_separator_gives_the_same_table(
    tmp_path: Path, sign: str, encoding: str
) -> None:
    path = tmp_path / "pdi_sites.dat"  # the ending says nothing
    path.write_bytes(TEXT.format(sign).encode(encoding))
    table = read_tables(path).observations
    assert table["site_name"].to_pylist() == ["Béma", "Îlot"]
    assert table["adm1_name"].to_pylist() == ["Kaéo", "Kaéo"]
    assert table["idp_households"].to_pylist() == [12, 3]
    assert table["idp_individuals"].to_pylist() == [60, 15]


def test_separator_inside_quotes_does_not_count() -> None:
    assert separator('a;b\n"x, y, z";1\n"p, q, r";2\n') == ";"


def test_decimal_commas_do_not_pass_for_separators() -> None:
    assert separator("a;b\n1,5;2,5\n3,5;4,5\n") == ";"


@pytest.mark.parametrize("content", [b"", b"   \n\r\n", b"\xef\xbb\xbf", b"\x00\x00\x00"])
def test_file_without_content_is_an_empty_file(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_bytes(content)
    with pytest.raises(EmptyFile) as problem:
        inspect(path)
    assert problem.value.where.file == "sites.csv"


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n",
        b"\x89PNG\r\n\x1a\n",
        b"BZh91AY",
        b"PAR1abcd",
        b"\x01\x02\x03\x04 binary \x05\x06",
        b'{"a": 1}',
        b"<html><table>",
        b"<?xml version='1.0'?><a/>",
    ],
)
def test_file_that_is_no_table_is_refused_by_its_content(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_bytes(content)
    with pytest.raises(NotATable) as problem:
        inspect(path)
    assert problem.value.remedy_text("fr")


def test_bytes_that_only_latin1_knows_are_read() -> None:
    text, encoding = decode(b"site,n\nB\x81\xe9,1\n")
    assert encoding == "latin-1"
    assert "é" in text
