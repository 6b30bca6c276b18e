"""The oracle must object to every kind of breach, and to nothing else: what has never said no proves nothing."""

from dataclasses import replace

import pytest
from soak.ledger import Ledger, sha256
from soak.oracle import Held, breaches
from soak.wire import Answer

BODY, OTHER, PHOTO, LIE = b"<data/>", b"<data>2</data>", b"photo", b"another photo"
TAKEN, CONFLICT, UNAVAILABLE, BROKEN = (
    Answer(201, {}, b""),
    Answer(409, {}, b""),
    Answer(503, {"retry-after": "120"}, b""),
    Answer(500, {}, b"Something broke"),
)


@pytest.fixture
def ledger() -> Ledger:
    """Give a ledger in which one form with one photo was acknowledged."""
    made = Ledger()
    made.sending("uuid:1", BODY, [("p.jpg", PHOTO)], ("p.jpg",))
    made.answered("uuid:1", BODY, [("p.jpg", PHOTO)], TAKEN)
    return made


@pytest.fixture
def held() -> Held:
    """Give what a sound house holds of it."""
    return Held(
        submissions=[(1, "uuid:1", sha256(BODY), True)],
        attachments=[(1, "p.jpg", sha256(PHOTO), len(PHOTO))],
        quarantined=frozenset(),
        whole=frozenset({sha256(BODY), sha256(PHOTO)}),
        sealed=frozenset(),
        damaged=frozenset(),
    )


def test_a_kept_promise_is_no_breach(held: Held, ledger: Ledger) -> None:
    assert breaches(held, ledger) == []


def test_a_lost_form_is_found(held: Held, ledger: Ledger) -> None:
    found = breaches(replace(held, submissions=[], attachments=[]), ledger)

    assert any("acknowledged form" in one for one in found)
    assert any("acknowledged file" in one for one in found)


def test_a_lost_file_is_found(held: Held, ledger: Ledger) -> None:
    lost = replace(held, submissions=[(1, "uuid:1", sha256(BODY), False)], attachments=[])

    assert any("acknowledged file p.jpg" in one for one in breaches(lost, ledger))


def test_an_altered_form_is_found(held: Held, ledger: Ledger) -> None:
    altered = replace(held, submissions=[(1, "uuid:1", sha256(OTHER), True)])

    assert any("content that nobody sent" in one for one in breaches(altered, ledger))


def test_bytes_missing_from_the_store_are_found(held: Held, ledger: Ledger) -> None:
    found = breaches(replace(held, whole=frozenset({sha256(BODY)})), ledger)

    assert found == ["uuid:1: file p.jpg noted, but its bytes are not whole in the store"]


def test_damaged_bytes_are_found(held: Held, ledger: Ledger) -> None:
    assert breaches(replace(held, damaged=frozenset({"ab"})), ledger)


def test_a_form_held_twice_is_found(held: Held, ledger: Ledger) -> None:
    doubled = replace(held, submissions=[*held.submissions, (2, "uuid:1", sha256(BODY), False)])

    assert "uuid:1: held 2 times" in breaches(doubled, ledger)


def test_a_form_that_nobody_sent_is_found(held: Held, ledger: Ledger) -> None:
    invented = replace(held, submissions=[*held.submissions, (2, "uuid:9", sha256(BODY), True)])

    assert any(one.startswith("uuid:9") for one in breaches(invented, ledger))


@pytest.mark.parametrize("complete", [True, False])
def test_a_wrong_word_on_completeness_is_found(
    held: Held, ledger: Ledger, *, complete: bool
) -> None:
    files = [] if complete else held.attachments
    wrong = replace(held, submissions=[(1, "uuid:1", sha256(BODY), complete)], attachments=files)

    assert any("said to be" in one for one in breaches(wrong, ledger))


def test_what_got_no_answer_may_be_absent_or_whole(held: Held, ledger: Ledger) -> None:
    ledger.sending("uuid:2", OTHER, ())
    there = replace(
        held,
        submissions=[*held.submissions, (2, "uuid:2", sha256(OTHER), True)],
        whole=held.whole | {sha256(OTHER)},
    )

    assert breaches(held, ledger) == []
    assert breaches(there, ledger) == []


def test_a_second_file_of_a_name_must_be_in_the_quarantine(held: Held, ledger: Ledger) -> None:
    ledger.sending("uuid:1", BODY, [("p.jpg", LIE)], ("p.jpg",))
    ledger.answered("uuid:1", BODY, [("p.jpg", LIE)], TAKEN)
    kept = replace(held, quarantined=frozenset({sha256(LIE)}), sealed=frozenset({sha256(LIE)}))

    assert breaches(kept, ledger) == []
    assert any("acknowledged file p.jpg" in one for one in breaches(held, ledger))


def test_a_conflict_must_be_in_the_quarantine(held: Held, ledger: Ledger) -> None:
    ledger.sending("uuid:1", OTHER, ())
    ledger.answered("uuid:1", OTHER, (), CONFLICT, may=frozenset({409}))

    assert len(breaches(held, ledger)) == 2


def test_an_answer_of_500_is_a_complaint(ledger: Ledger) -> None:
    assert not ledger.answered("uuid:1", BODY, (), BROKEN)
    assert len(ledger.complaints) == 1


def test_an_honest_phone_must_not_be_refused(ledger: Ledger) -> None:
    ledger.answered("uuid:1", BODY, (), CONFLICT)

    assert ledger.complaints


def test_503_is_no_promise_and_no_complaint(ledger: Ledger) -> None:
    assert not ledger.answered("uuid:1", BODY, (), UNAVAILABLE)
    assert ledger.complaints == []


def test_503_must_say_when_to_come_back(ledger: Ledger) -> None:
    ledger.answered("uuid:1", BODY, (), Answer(503, {}, b""))

    assert ledger.complaints
