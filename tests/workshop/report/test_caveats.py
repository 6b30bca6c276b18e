"""Each limit has a sentence for none, one and many, in both languages, and none says nothing."""

from collections.abc import Callable

import pytest

from opendtm.i18n import LANGUAGES, Message
from opendtm.report import caveats

COUNTED = (
    caveats.derived,
    caveats.unanswered_priorities,
    caveats.uneven_households,
    caveats.unknown_needs,
    caveats.unknown_population,
    caveats.without_identifier,
    caveats.without_position,
    caveats.without_visit_date,
)


@pytest.mark.parametrize("say", COUNTED, ids=lambda say: say.__name__)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_counted_limit_none_one_many(say: Callable[[int], Message], lang: str) -> None:
    none, one, many = (say(n).text(lang) for n in (0, 1, 1234))
    assert none == ""
    assert not any(sign.isdigit() for sign in one)
    assert "1,234" in many or "1\u202f234" in many


@pytest.mark.parametrize("lang", LANGUAGES)
def test_carried_forward_says_also_that_there_is_none(lang: str) -> None:
    assert caveats.carried(n_sites=0, people=0, total=0).text(lang)
    said = caveats.carried(n_sites=3, people=250, total=1000).text(lang)
    assert "250" in said
    assert "25" in said.replace("250", "")


def test_french_is_written_and_not_left_in_english() -> None:
    for message in (*caveats.method_of_rounds(4), *caveats.method_of_files(), caveats.undated()):
        assert message.text("fr") != message.text("en")
