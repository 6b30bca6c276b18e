"""Numbers, days, codes and addresses as each language writes them."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from opendtm.i18n import Label, Message
from opendtm_server.ui.tables import Cell, Column, Row, Table, page_of
from opendtm_server.ui.templatetags import words


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (12419, "12,419", "12\u202f419"),
        (1234.5, "1,234.5", "1\u202f234,5"),
        (0.126, "0.13", "0,13"),
        (3.0, "3", "3"),
        (date(2026, 1, 5), "5 Jan 2026", "5 janv. 2026"),
        (datetime(2026, 1, 5, 9, 7, tzinfo=UTC), "5 Jan 2026, 09:07", "5 janv. 2026, 09:07"),
        (Label("Open", "Ouvert"), "Open", "Ouvert"),
        ("kept", "kept", "kept"),
        (True, "True", "True"),
    ],
)
def test_value_is_written_by_locale(value: object, english: str, french: str) -> None:
    assert words.written(value) == english
    with override("fr"):
        assert words.written(value) == french


def test_unknown_is_a_dash_and_zero_is_zero() -> None:
    assert (
        words.number(None)
        == words.share(None)
        == words.change(None)
        == words.day(None)
        == words.moment(None)
        == "–"
    )
    assert (words.number(0), words.share(0), words.change(0)) == ("0", "0%", "0")


def test_message_of_a_room_is_said_in_its_own_catalogue() -> None:
    message = Message("{name} ({code}) may be the same place.", {"name": "Kesta", "code": "K1"})
    with override("fr"):
        assert words.say(message) == "Kesta (K1) est peut-être le même lieu."
    assert words.say(Message("Nobody translated {n}.", {"n": 1200})) == "Nobody translated 1,200."
    assert words.say(None) == words.say(Message("")) == ""


def test_code_is_said_by_its_label() -> None:
    assert words.code("open", "site_status") == "Open"
    assert words.code("never_heard_of", "site_status") == "never_heard_of"
    assert words.code("", "site_status") == "–"


@pytest.mark.parametrize(
    ("address", "lang", "expected"),
    [
        ("/en/desk/x/places/?q=a&page=2", "fr", "/fr/desk/x/places/?q=a&page=2"),
        ("/fr/", "en", "/en/"),
        ("/openrosa/x", "fr", "/fr/"),
    ],
)
def test_language_switch_keeps_the_page(address: str, lang: str, expected: str) -> None:
    context = Context({"request": RequestFactory().get(address)})
    assert words.in_language(context, lang) == expected


def test_language_switch_after_a_form_drops_what_was_sent() -> None:
    context = Context({"request": RequestFactory().post("/en/desk/?q=a")})
    assert words.in_language(context, "fr") == "/fr/desk/"


def test_query_keeps_filters_and_replaces_the_page() -> None:
    context = Context({"request": RequestFactory().get("/en/x/?q=a&page=2&s=1&s=2")})
    assert words.with_query(context, page=3) == "?q=a&page=3&s=1&s=2"
    assert words.with_query(context, page="", q="") == "?s=1&s=2"


def shown(table: Table) -> str:
    request = RequestFactory().get("/en/x/")
    return Template('{% include "ui/parts/table.html" %}').render(
        Context({"table": table, "request": request})
    )


def test_table_counts_what_is_hidden_and_adds_up() -> None:
    columns = (Column("site", "Site"), Column("idp", "IDPs", "number", total=1204))
    rows = (Row((Cell("<b>A</b>"), Cell(1204)), href="/a/"),)
    text = shown(Table("Sites", columns, rows, shown=1, known=4))
    assert "1 of 4 shown, 3 hidden" in text
    assert "<tfoot>" in text
    assert text.count("1,204") == 2
    assert "&lt;b&gt;A&lt;/b&gt;" in text
    assert 'data-href="/a/"' in text


def test_empty_table_says_so_in_words() -> None:
    columns = (Column("site", "Site"),)
    assert "No site yet." in shown(
        Table("Sites", columns, (), shown=0, known=0, empty="No site yet.")
    )
    assert "Nothing matches" in shown(
        Table("Sites", columns, (), shown=0, known=3, empty="No site yet.")
    )


@pytest.mark.parametrize(("asked", "number"), [("2", 2), ("99", 3), ("x", 1), ("-1", 3)])
def test_absurd_page_is_the_nearest_one(asked: str, number: int) -> None:
    request = RequestFactory().get("/x/", {"page": asked})
    assert page_of(request, list(range(120))).number == number
