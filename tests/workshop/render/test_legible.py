"""Text that our fonts can show."""

from hypothesis import given
from hypothesis import strategies as st

from opendtm.render.legible import REPLACEMENT, legible, legible_data, loses


def test_plain_and_accented_names_stay_as_they_are() -> None:
    for name in ("Camp 3", "Ékala – N’Délé", "Лагерь", "مخيم", "काठमाडौं", "1 204 ~ ○"):
        assert legible(name) == name


def test_letters_without_a_glyph_become_the_replacement_sign() -> None:
    assert legible("ሰ camp") == f"{REPLACEMENT} camp"


def test_control_signs_become_spaces_and_turning_signs_go() -> None:
    assert legible("a\x00b\tc") == "a b c"
    assert legible("a\u202eb\u2066c") == "abc"


def test_joiners_stay() -> None:
    assert legible("क\u200dष") == "क\u200dष"


def test_data_of_a_page_is_made_legible_all_through() -> None:
    data = {"name": "ሰ", "rows": [{"text": "ok", "n": 3}, ("ሰ",)], "none": None}
    shown = legible_data(data)
    assert shown == {
        "name": REPLACEMENT,
        "rows": [{"text": "ok", "n": 3}, [REPLACEMENT]],
        "none": None,
    }
    assert loses(shown)


def test_data_that_lost_nothing_says_so() -> None:
    assert not loses(legible_data({"name": "Ékala", "rows": ["a", 1, None]}))


@given(st.text())
def test_making_legible_twice_changes_nothing_more(text: str) -> None:
    assert legible(legible(text)) == legible(text)
