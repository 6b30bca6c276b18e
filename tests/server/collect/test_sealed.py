"""The quarantine's bytes at rest: readable with the house's key alone, and not alterable unnoticed."""

import hashlib
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from tests.server.phone import Phone, filled

from opendtm_server.collect import sealed
from opendtm_server.collect.errors import SealBroken
from opendtm_server.collect.models import FormVersion, Quarantine
from opendtm_server.govern.house_key import KEY_FILE
from opendtm_server.govern.models import Operation

SECRET = b"Canary Person " * 5


def _seal(content: bytes, operation: str = "op") -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    sealed.seal(operation, sha256, [content[:7], content[7:]])
    return sha256


def _files(house: Path) -> list[Path]:
    return [path for path in (house / "store").rglob("quarantine/*/*") if path.is_file()]


@pytest.mark.parametrize("size", [0, 1, sealed.PIECE - 1, sealed.PIECE, 2 * sealed.PIECE + 5])
def test_sealed_bytes_come_back(size: int) -> None:
    content = bytes(number % 251 for number in range(size))
    assert b"".join(sealed.unseal("op", _seal(content))) == content


def test_sealed_bytes_say_nothing_on_the_disk(house_folders: Path) -> None:
    sha256 = _seal(SECRET)
    (file,) = _files(house_folders)
    assert b"Canary" not in file.read_bytes()
    assert sha256 not in str(file)


def test_same_bytes_lie_there_once_for_each_operation(house_folders: Path) -> None:
    for operation in ("op", "op", "other"):
        _seal(SECRET, operation)
    assert len(_files(house_folders)) == 2


def test_key_is_readable_by_its_owner_alone_and_stays_the_same(house_folders: Path) -> None:
    _seal(b"1")
    key = house_folders / KEY_FILE
    first = key.read_bytes()
    _seal(b"2")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key.read_bytes() == first
    assert [path.name for path in house_folders.iterdir() if path.is_file()] == [KEY_FILE]


@pytest.mark.parametrize("at", [0, 20, 40, -1])
def test_altered_bytes_are_not_given(house_folders: Path, at: int) -> None:
    sha256 = _seal(SECRET)
    (file,) = _files(house_folders)
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)
    with pytest.raises(SealBroken):
        list(sealed.unseal("op", sha256))


def test_end_cut_off_is_noticed(house_folders: Path) -> None:
    sha256 = _seal(b"p" * (3 * sealed.PIECE))
    (file,) = _files(house_folders)
    whole = file.read_bytes()
    file.write_bytes(whole[: 17 + 16 + sealed.PIECE + 16])
    with pytest.raises(SealBroken):
        list(sealed.unseal("op", sha256))


def test_other_key_does_not_open(house_folders: Path) -> None:
    sha256 = _seal(SECRET)
    (file,) = _files(house_folders)
    (house_folders / KEY_FILE).write_text("00" * 32, encoding="ascii")
    with pytest.raises(FileNotFoundError):
        list(sealed.unseal("op", sha256))
    assert file.exists()


@pytest.mark.django_db(transaction=True)
def test_desk_gives_the_bytes_as_they_came_and_says_so_where_they_were_altered(
    phone: Phone,
    published: FormVersion,
    operation: Operation,
    browse: Callable[[User], Client],
    manager: User,
    house_folders: Path,
) -> None:
    xml = filled(form="other", contact="Canary Person")
    phone.send(xml)
    address = reverse(
        "collect:quarantined_bytes", args=[operation.code, Quarantine.objects.get().pk]
    )
    reply: Any = browse(manager).get(address)
    assert b"".join(reply.streaming_content) == xml
    (file,) = _files(house_folders)
    file.write_bytes(file.read_bytes()[:-1])
    assert "OD762" in browse(manager).get(address).content.decode()
