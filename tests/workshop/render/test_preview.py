"""The preview of a form: what a phone shows, with rules in words."""

import pytest

from opendtm.forms import catalogue_forms, convert_form, open_content, read_outline
from opendtm.render.preview import Shown, preview

FORM = """
| survey |
| | type          | name  | label::English (en) | label::French (fr) | hint::English (en) | hint::French (fr) | relevant | constraint | required |
| | begin_group   | g     | People | Personnes | | | | | |
| | select_one yn | open  | Is it open? | Est-il ouvert ? | | | | | yes |
| | integer       | count | How many?   | Combien ?       | Only adults | Adultes seulement | ${open} = 'yes' | . > 0 and . <= 120 | |
| | note          | thank | Thank you   | Merci           | | | | | |
| | end_group     |       |             |                 | | | | | |
| | select_one_from_file sites.csv | site | Which site? | Quel site ? | | | | | |
| choices |
| | list_name | name | label::English (en) | label::French (fr) |
| | yn | yes | Yes | Oui |
| | yn | no  | No  | Non |
"""


@pytest.fixture
def outline_xml() -> bytes:
    """Give a small form."""
    return convert_form(open_content("f.md", FORM.encode())).xml


def lines(xml: bytes, language: str) -> dict[str, Shown]:
    """Preview a form; give the lines by their words."""
    return {one.text: one for one in preview(read_outline(xml), language)}


def test_preview_follows_the_order_of_the_form_and_numbers_questions(outline_xml: bytes) -> None:
    shown = preview(read_outline(outline_xml), "English (en)")
    assert [(one.text, one.number, one.level) for one in shown] == [
        ("People", None, 1),
        ("Is it open?", 1, 2),
        ("How many?", 2, 2),
        ("Thank you", None, 2),
        ("Which site?", 3, 1),
    ]


def test_preview_says_rules_in_words_of_either_language(outline_xml: bytes) -> None:
    asked = lines(outline_xml, "French (fr)")["Combien ?"]
    assert asked.only_if is not None
    assert asked.limit is not None
    assert asked.hint == "Adultes seulement"
    assert "Oui" in asked.only_if.text("fr")
    assert asked.limit.text("en") == "question 2 is more than 0 and question 2 is at most 120"


def test_preview_shows_choices_lists_and_what_is_required(outline_xml: bytes) -> None:
    found = lines(outline_xml, "English (en)")
    assert found["Is it open?"].choices == ("Yes", "No")
    assert found["Is it open?"].required
    assert found["Which site?"].choices_file == "sites.csv"


def test_preview_cuts_a_long_list_and_counts_the_rest() -> None:
    rows = "\n".join(f"| | many | c{number} | Choice {number} |" for number in range(100))
    text = f"| survey |\n| | type | name | label |\n| | select_one many | q | Q |\n| choices |\n| | list_name | name | label |\n{rows}"
    (asked,) = preview(read_outline(convert_form(open_content("f.md", text.encode())).xml), "")
    assert (len(asked.choices), asked.more) == (60, 40)


def test_every_catalogue_form_previews_in_both_languages() -> None:
    for form in catalogue_forms()[:3]:
        outline = read_outline(
            convert_form(open_content(form.path.name, form.path.read_bytes())).xml
        )
        assert all(preview(outline, language) for language in outline.form.languages)
