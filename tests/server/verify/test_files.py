"""The files and the filling-in of one submission on its page: what came, what did not, how long it took."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from tests.server.phone import filled, xform

from opendtm_server.collect import actions, queries, store
from opendtm_server.collect.models import Device, FormVersion, Round, Submission
from opendtm_server.collect.parcel import KeptFile, Parcel, of_bytes
from opendtm_server.verify.filling import filling_of

Browse = Callable[[User], Client]
Send = Callable[..., Submission]
pytestmark = pytest.mark.django_db
JPEG = b"\xff\xd8\xff\xe0 a picture"
LOG = b"""event,node,start,end,latitude,longitude,accuracy,old-value,new-value
form start,,0,,,,,,
question,/data/site_id,0,30000,12.3456,34.5678,5,,S1
question,/data/idp_individuals,30000,90000,,,,,77
question,/data/contact_name,90000,96000,,,,,Canary One
question,/data/contact_name,200000,206000,,,,Canary One,Canary Two
form exit,,600000,,,,,,
"""


@pytest.fixture
def device(week: Round, facilitator: User, manager: User) -> Device:
    """Give a phone."""
    return actions.add_device(operation=week.operation, user=facilitator, by=manager).device


@pytest.fixture
def audited(published: FormVersion, week: Round, manager: User) -> FormVersion:
    """Give a version of the form that keeps a log."""
    asks = xform("2").replace(b"<meta><instanceID/>", b"<meta><audit/><instanceID/>")
    asks = asks.replace(
        b'<bind nodeset="/data/photo"',
        b'<bind nodeset="/data/meta/audit" type="binary"/><bind nodeset="/data/photo"',
    )
    return actions.publish_xform(
        operation=week.operation, xform=asks, identity=("site_visit", "2", "Visit"), by=manager
    )


def _sent(device: Device, xml: bytes, **files: bytes) -> Submission:
    code = device.operation.code
    body = KeptFile("submission.xml", store.keep(code, [xml]), len(xml))
    beside = tuple(of_bytes(content, name.replace("__", ".")) for name, content in files.items())
    return actions.receive_submission(device=device, parcel=Parcel(body, beside)).submission


def _page(browse: Browse, who: User, visit: Submission, lang: str = "en") -> str:
    address = f"/{lang}/desk/{visit.operation.code}/submissions/{visit.pk}/"
    return browse(who).get(address).content.decode()


def _logged(device: Device, log: bytes = LOG) -> Submission:
    xml = filled(version="2").replace(b"<meta>", b"<meta><audit>audit.csv</audit>")
    return _sent(device, xml, audit__csv=log)


def test_files_say_whether_they_came_and_were_announced(device: Device) -> None:
    visit = _sent(device, filled(photo="a.jpg"), extra__txt=b"more")
    announced, extra = queries.files_of(visit)
    assert (announced.row.filename, announced.announced, announced.came) == ("a.jpg", True, False)
    assert (extra.row.filename, extra.announced, extra.came) == ("extra.txt", False, True)
    assert extra.row.received_at is not None


def test_file_that_comes_later_is_here_with_its_time(device: Device) -> None:
    xml = filled(photo="a.jpg")
    _sent(device, xml)
    visit = _sent(device, xml, a__jpg=JPEG)
    (picture,) = queries.files_of(visit)
    assert picture.came
    assert picture.picture
    assert picture.row.received_at is not None


def test_picture_is_known_by_its_bytes_not_by_its_name(device: Device) -> None:
    visit = _sent(device, filled(photo="a.jpg"), a__jpg=b"<script>", b__bin=JPEG)
    assert [one.picture for one in queries.files_of(visit)] == [False, True]


def test_page_shows_the_state_of_each_file(
    device: Device, browse: Browse, coordinator: User
) -> None:
    visit = _sent(device, filled(photo="a.jpg"), extra__txt=b"more")
    english, french = (_page(browse, coordinator, visit, lang) for lang in ("en", "fr"))
    assert "Has not arrived" in english
    assert "Here, not announced" in english
    assert "Pas arrivé" in french
    assert "Arrivé sans être annoncé" in french


def test_filling_counts_minutes_and_changes(device: Device, audited: FormVersion) -> None:
    visit = _logged(device)
    filling = filling_of(visit, queries.definition_of(audited))
    assert filling is not None
    assert (filling.minutes, filling.elapsed_minutes, filling.changes) == (1.7, 10.0, 1)
    first, second, third = filling.questions
    assert (first.label, first.seconds) == ("How many displaced persons live here?", 60.0)
    assert second.seconds == 30.0
    assert (third.visits, third.changes) == (2, 1)


def test_page_shows_no_answer_and_no_position_of_the_log(
    device: Device, audited: FormVersion, browse: Browse, coordinator: User
) -> None:
    page = _page(browse, coordinator, _logged(device))
    assert "How it was filled in" in page
    assert "Canary" not in page
    assert "12.3456" not in page


@pytest.mark.parametrize("log", [b"", b"\xff\xfe\x00", b"a,b\n1,2\n"])
def test_log_that_says_nothing_is_left_out(
    device: Device, audited: FormVersion, browse: Browse, coordinator: User, log: bytes
) -> None:
    assert "How it was filled in" not in _page(browse, coordinator, _logged(device, log))


def test_form_without_a_log_shows_none(
    receive: Callable[..., Any], browse: Browse, coordinator: User
) -> None:
    assert "How it was filled in" not in _page(browse, coordinator, receive())


def test_only_the_longest_questions_are_shown(device: Device, audited: FormVersion) -> None:
    lines = "".join(f"question,/data/q{n},0,{n}000\n" for n in range(1, 15))
    visit = _logged(device, b"event,node,start,end\n" + lines.encode())
    filling = filling_of(visit, queries.definition_of(audited))
    assert filling is not None
    assert [one.label for one in filling.questions] == [f"q{n}" for n in range(14, 4, -1)]
