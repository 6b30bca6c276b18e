"""The phone's log of a filling-in: events in their order, seconds at each question, and nothing refused."""

from hypothesis import given
from hypothesis import strategies as st

from opendtm.forms import read_audit

LOG = b"""event,node,start,end,latitude,longitude,accuracy,old-value,new-value
form start,,1000,,,,,,
question,/data/site,1000,4500,1.0,2.0,5,,S1
question,/data/people,4500,6000,,,,,
question,/data/site,9000,10000,,,,S1,"S2, the other"
form exit,,10000,,,,,,
"""


def test_events_are_read_in_their_order() -> None:
    trail = read_audit(LOG)
    assert [event.event for event in trail.events] == [
        "form start",
        "question",
        "question",
        "question",
        "form exit",
    ]
    assert trail.unread == 0


def test_seconds_at_a_question_add_up_over_its_visits() -> None:
    trail = read_audit(LOG)
    assert dict(trail.seconds_by_question) == {"/data/site": 4.5, "/data/people": 1.5}
    assert trail.seconds == 6.0


def test_old_and_new_answers_come_where_the_form_logs_them() -> None:
    answers = [event.answers for event in read_audit(LOG).events]
    assert answers == [None, ("", "S1"), None, ("S1", "S2, the other"), None]


def test_visits_and_changes_are_counted_by_question() -> None:
    trail = read_audit(LOG)
    assert dict(trail.visits_by_question) == {"/data/site": 2, "/data/people": 1}
    assert dict(trail.changes_by_question) == {"/data/site": 1}


def test_answer_that_is_taken_out_counts_as_changed() -> None:
    log = b"event,node,start,end,old-value,new-value\nquestion,/a,1,2,yes,\nquestion,/b,2,3,,\n"
    assert dict(read_audit(log).changes_by_question) == {"/a": 1}


def test_elapsed_time_goes_from_the_first_event_to_the_last() -> None:
    assert read_audit(LOG).elapsed == 9.0
    assert read_audit(b"event,node,start,end\nquestion,/a,500,100\n").elapsed == 0
    assert read_audit(b"").elapsed == 0


def test_columns_may_be_fewer_and_in_another_order() -> None:
    trail = read_audit(b"\xef\xbb\xbfend,start,node,event\r\n30,10,/data/a,question\r\n")
    assert trail.seconds_by_question == {"/data/a": 0.02}


def test_clock_that_went_backwards_takes_no_time() -> None:
    assert read_audit(b"event,node,start,end\nquestion,/a,500,100\n").seconds == 0


def test_lines_that_are_no_events_are_counted_and_left_out() -> None:
    trail = read_audit(b"event,node,start,end\n,,1,2\nquestion,/a,x,2\nquestion,/a,1,y\n\x00,,\n")
    assert [event.end for event in trail.events] == [None]
    assert trail.unread == 3


def test_file_without_a_head_has_no_events() -> None:
    assert read_audit(b"").events == ()
    assert read_audit(b"not,a,log\n1,2,3\n").unread == 1


@given(content=st.binary(max_size=300))
def test_any_bytes_are_read(content: bytes) -> None:
    trail = read_audit(b"event,node,start,end\n" + content)
    assert trail.seconds >= 0
