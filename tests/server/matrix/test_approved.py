"""Approved answers are read once: what is kept, joined with what changed, is what reading anew gives.

1. The second run of a round reads no submission.
2. After a correction, its undoing, or a late visit, only the submissions concerned are read.
3. A file that cannot be read, or was read by other definitions, is not used.
4. Whatever happened before, the table is equal to the one read anew, columns and order too.
"""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.conf import settings
from tests.server.weekly import Field, answered

from opendtm.measure.scope import Record
from opendtm_server.matrix import approved
from opendtm_server.verify import actions as verify
from opendtm_server.verify import queries

pytestmark = pytest.mark.django_db


class Reading:
    """Notes the submissions that were read from the store, and answers as before."""

    def __init__(self) -> None:
        self.read: list[Collection[str]] = []
        self.ask = queries.observations_among

    def __call__(self, round_: Any, counting: queries.Approved, only: Collection[str]) -> pa.Table:
        """Note and read."""
        self.read.append(set(only))
        return self.ask(round_, counting, only)


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Reading:
    """Give a note of what is read from now on."""
    noted = Reading()
    monkeypatch.setattr(approved.verify, "observations_among", noted)
    return noted


def file_of(work: Field, number: int) -> Path:
    """Give the file that keeps a round's answers."""
    folder: Path = settings.MATRIX_DIR / approved.folder_of(work.round(number), Record.PLACE)
    return folder.parent / approved.APPROVED / f"{folder.name}.arrow"


def test_second_reading_reads_nothing(work: Field, reading: Reading) -> None:
    first = answers(work)
    assert reading.read == [
        {work.sent[3, site].instance_id for site in ("S1", "S2", "S3", "S5", "S6")}
    ]
    second = answers(work)
    assert len(reading.read) == 1
    assert second.equals(first)
    assert second.schema.equals(first.schema, check_metadata=True)


def test_correction_is_the_only_row_read_again(work: Field, reading: Reading) -> None:
    answers(work)
    work.correct(3, "S1", "idp_individuals", 410)
    joined = answers(work)
    assert reading.read[1] == {work.sent[3, "S1"].instance_id}
    assert joined["idp_individuals"].to_pylist()[0] == 410
    assert joined.equals(anew(work))


def test_correction_taken_back_is_read_again(work: Field, reading: Reading) -> None:
    work.correct(3, "S1", "idp_individuals", 410)
    answers(work)
    verify.reopen_round(round_=work.round(3), reason="It was right.", by=work.manager)
    (correction,) = queries.active_corrections(work.sent[3, "S1"])
    verify.undo_correction(correction=correction, by=work.manager)
    work.sign(3)
    joined = answers(work)
    assert joined["idp_individuals"].to_pylist()[0] == 400
    assert joined.equals(anew(work))


def test_late_visit_takes_its_place_in_the_order(work: Field, reading: Reading) -> None:
    answers(work)
    verify.reopen_round(round_=work.round(3), reason="A late visit.", by=work.manager)
    late = work.send(3, "S4", answered(125, 25, need_health="serious"))
    work.sign(3)
    joined = answers(work)
    assert reading.read[1] == {late.instance_id}
    assert joined["site_id"].to_pylist() == ["S1", "S2", "S3", "S4", "S5", "S6"]
    assert joined.equals(anew(work))


@pytest.mark.parametrize("content", [b"", b"ARROW1 this is no table"])
def test_file_that_cannot_be_read_is_made_anew(
    work: Field, reading: Reading, content: bytes
) -> None:
    first = answers(work)
    file_of(work, 3).write_bytes(content)
    assert answers(work).equals(first)
    assert len(reading.read) == 2
    answers(work)
    assert len(reading.read) == 2


def test_answers_read_by_other_definitions_are_not_used(
    work: Field, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(work)
    monkeypatch.setattr(approved, "_reader", lambda: b"another catalogue")
    answers(work)
    assert reading.read[1] == reading.read[0]


def test_rounds_are_told_apart_and_the_database_is_asked_once_for_all(
    work: Field, django_assert_num_queries: Any
) -> None:
    rounds = [work.round(number) for number in (1, 2, 3)]
    alone = [queries.approved_submissions([one])[one.pk] for one in rounds]
    with django_assert_num_queries(3):
        together = queries.approved_submissions(rounds)
    assert [together[one.pk] for one in rounds] == alone
    assert [len(each.states) for each in alone] == [
        queries.counting_submissions(one).count() for one in rounds
    ]
    for one, each in zip(rounds, alone, strict=True):
        named = queries.approved_observations(one)["_source"].to_pylist()
        assert list(each.states) == named


def test_nothing_lies_about_beside_the_file(work: Field) -> None:
    answers(work)
    assert [path.name for path in file_of(work, 3).parent.iterdir()] == ["round-3.arrow"]


def answers(work: Field) -> pa.Table:
    """Give the answers of the third round as a run does."""
    (table,) = approved.answers_of([work.round(3)], Record.PLACE)
    return table


def anew(work: Field) -> pa.Table:
    """Read the third round from the submissions alone."""
    (table,) = approved.answers_anew([work.round(3)], Record.PLACE)
    return table
