"""Whether the proof can tell a message that a facilitator can read from one that they cannot."""

import pytest
from soak.wire import Answer
from soak.words import language_of, unreadable

XML = {"content-type": "text/xml; charset=utf-8"}
TEMPLATE = (
    '<OpenRosaResponse xmlns="http://openrosa.org/http/response">'
    "<message nature='submit_error'>{}</message></OpenRosaResponse>"
)
ENGLISH = "The form could not be kept safely just now. Send it again later. (OD709)"
FRENCH = "Le formulaire n’a pas pu être conservé. Il est encore dans le téléphone. (OD709)"


def answer(message: str, headers: dict[str, str] | None = None) -> Answer:
    return Answer(503, headers or XML, TEMPLATE.format(message).encode())


@pytest.mark.parametrize(("message", "lang"), [(ENGLISH, "en"), (FRENCH, "fr")])
def test_a_message_in_the_phones_language_is_readable(message: str, lang: str) -> None:
    assert unreadable(answer(message), lang) == ""


def test_a_message_in_the_other_language_is_not() -> None:
    assert "it is en, not fr" in unreadable(answer(ENGLISH), "fr")


def test_a_message_without_a_code_is_not() -> None:
    assert "no code" in unreadable(answer("The form is not here."), "en")


def test_a_page_is_not() -> None:
    assert "text/html" in unreadable(answer(ENGLISH, {"content-type": "text/html"}), "en")


def test_broken_xml_is_not() -> None:
    assert "not XML" in unreadable(Answer(400, XML, b"<OpenRosaResponse>"), "en")


def test_a_code_alone_is_in_no_language() -> None:
    assert language_of("(OD700)") == ""
