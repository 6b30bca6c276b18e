"""Passwords are hashed as OWASP asks, and hashes made otherwise are renewed at the next login."""

import re
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password
from django.contrib.auth.models import User
from django.test import Client

from opendtm_server.config import settings as house
from opendtm_server.govern.passwords import HousePasswordHasher

PHRASE = "a long pass phrase"


@pytest.fixture
def as_in_a_house(settings: Any) -> None:
    """Hash as a house does, not quickly as the other tests do."""
    settings.PASSWORD_HASHERS = house.PASSWORD_HASHERS


@pytest.mark.usefixtures("as_in_a_house")
def test_hash_costs_what_owasp_asks_for(db: None) -> None:
    user = User.objects.create_user("somebody", password=PHRASE)

    found = re.match(r"argon2\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$", user.password)

    assert found is not None
    assert [int(number) for number in found.groups()] == [47_104, 2, 1]


@pytest.mark.usefixtures("as_in_a_house")
def test_hash_made_with_other_numbers_still_opens_and_is_renewed(client: Client, db: None) -> None:
    user = User(username="veteran")
    user.password = Argon2PasswordHasher().encode(PHRASE, "0123456789abcdef012345")
    user.save()

    assert client.login(username="veteran", password=PHRASE)

    user.refresh_from_db()
    assert "m=47104,t=2,p=1" in user.password
    assert check_password(PHRASE, user.password)
    assert not HousePasswordHasher().must_update(user.password)


@pytest.mark.usefixtures("as_in_a_house")
def test_wrong_password_opens_nothing(client: Client, db: None) -> None:
    User.objects.create_user("somebody", password=PHRASE)

    assert not client.login(username="somebody", password=PHRASE + " ")


def test_house_hashes_in_no_other_way() -> None:
    assert house.PASSWORD_HASHERS == ["opendtm_server.govern.passwords.HousePasswordHasher"]
