"""The malformed requests: the same from the same seed, of every kind, and none of them sound."""

import random
from collections import Counter
from xml.etree import ElementTree as ET

from soak.nasty_requests import Refuser, draw

from soak import nasty_requests, nasty_xml


def test_the_same_seed_draws_the_same_requests() -> None:
    first, second = random.Random(3), random.Random(3)

    assert [draw(first, "/k/", "en") for _ in range(50)] == [
        draw(second, "/k/", "en") for _ in range(50)
    ]


def test_every_case_is_drawn() -> None:
    rng = random.Random(1)
    drawn = Counter(draw(rng, "/k/", "fr").name for _ in range(12_000))
    cases = (
        *(*nasty_xml.COMMON, *nasty_xml.HEAVY),
        *(*nasty_requests.HOUSE, *nasty_requests.HEAVY, *nasty_requests.PAGES),
    )

    assert {case.__name__.strip("_") for case in cases} <= set(drawn)
    assert len(cases) >= 50


def test_no_two_noisy_forms_are_alike() -> None:
    rng = random.Random(2)

    assert len({nasty_xml.sound(rng) for _ in range(100)}) == 100


def test_what_breaks_http_is_not_expected_to_get_words() -> None:
    rng = random.Random(4)
    drawn = [draw(rng, "/k/", "en") for _ in range(400)]

    assert {one.refuser for one in drawn if one.name == "not_http"} == {Refuser.SERVER}


def test_the_sound_form_is_sound() -> None:
    root = ET.fromstring(nasty_xml.sound(random.Random(5)))  # noqa: S314 - written here

    assert root.get("id") == "soak_visit"
    assert (root.findtext("meta/instanceID") or "").startswith("uuid:")
