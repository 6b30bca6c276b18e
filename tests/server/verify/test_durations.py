"""Forms filled in faster, slower or with longer pauses than expected are doubts, said in both languages.

1. Start and end count where no log came; the minutes at questions where one came.
2. A form that expects nothing, and a submission that tells nothing, give no doubt.
3. Accepted with a reason, a doubt stays accepted at the next check.
"""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from tests.server.phone import filled, xform

from opendtm_server.collect import actions, store
from opendtm_server.collect.models import Device, Round, Submission
from opendtm_server.collect.parcel import KeptFile, Parcel, of_bytes
from opendtm_server.verify import actions as verify
from opendtm_server.verify.sentences import say

pytestmark = pytest.mark.django_db
CODES = {"filled_too_fast", "filled_too_slowly", "pause_too_long"}
LOG = b"""event,node,start,end
question,/data/site_id,0,600000
question,/data/idp_individuals,2400000,3000000
"""  # 10 minutes, a pause of 30, 10 minutes


def published(week: Round, by: User, said: str, *, audit: bytes = b"") -> None:
    """Publish a version of the form of the tests that notes start and end and expects a duration."""
    moments = b"".join(
        b'<bind nodeset="/data/%s" type="dateTime" jr:preload="timestamp" jr:preloadParams="%s"%s/>'
        % (
            name,
            name,
            f' xmlns:o="urn:opendtm:xforms" {said}'.encode() if name == b"start" else b"",
        )
        for name in (b"start", b"end")
    )
    form = xform("2").replace(b"<photo/>", b"<photo/><start/><end/>", 1)
    form = form.replace(b"<meta><instanceID/>", b"<meta>%s<instanceID/>" % audit)
    form = form.replace(b'<bind nodeset="/data/photo"', moments + b'<bind nodeset="/data/photo"', 1)
    actions.publish_xform(
        operation=week.operation, xform=form, identity=("site_visit", "2", "Visit"), by=by
    )


def sent(device: Device, minutes: float | None, log: bytes = b"") -> Submission:
    """Send a visit that took some minutes by the phone's clock, with or without a log."""
    xml = filled(version="2")
    if minutes is not None:
        whole, part = divmod(int(60 * abs(minutes)), 3600)
        later = f"2026-01-06T{8 + whole:02d}:{part // 60:02d}:{part % 60:02d}.000+01:00"
        first, last = sorted(["2026-01-06T08:00:00.000+01:00", later])
        if minutes < 0:
            first, last = last, first
        xml = xml.replace(b"<meta>", f"<start>{first}</start><end>{last}</end><meta>".encode())
    files: list[Any] = []
    if log:
        xml = xml.replace(b"<meta>", b"<meta><audit>audit.csv</audit>")
        files = [of_bytes(log, "audit.csv")]
    body = KeptFile("submission.xml", store.keep(device.operation.code, [xml]), len(xml))
    return actions.receive_submission(device=device, parcel=Parcel(body, tuple(files))).submission


@pytest.fixture
def device(week: Round, facilitator: User, manager: User) -> Device:
    """Give a phone."""
    return actions.add_device(operation=week.operation, user=facilitator, by=manager).device


@pytest.mark.parametrize(
    ("said", "minutes", "log", "expected"),
    [
        ('o:minutes="25-90"', 24.5, b"", {"filled_too_fast": "24.5"}),
        ('o:minutes="25-90"', 25, b"", {}),
        ('o:minutes="25-90"', 90, b"", {}),
        ('o:minutes="25-90"', 91, b"", {"filled_too_slowly": "91"}),
        ('o:minutes="25-"', 600, b"", {}),
        ('o:minutes="25-90"', None, b"", {}),
        ('o:minutes="25-90"', -10, b"", {}),
        ("", 1, b"", {}),
        ('o:minutes="25-90"', 50, LOG, {"filled_too_fast": "20"}),
        ('o:minutes="5-15" o:pause="20"', 50, LOG, {"filled_too_slowly": "20", "pause_too_long": "30"}),
        ('o:pause="30"', 50, LOG, {}),
        ('o:minutes="25-90"', 91, b"no log at all", {"filled_too_slowly": "91"}),
    ],
)  # fmt: skip
def test_duration_that_is_not_expected_is_a_doubt(
    week: Round,
    device: Device,
    manager: User,
    said: str,
    minutes: float | None,
    log: bytes,
    expected: dict[str, str],
) -> None:
    published(week, manager, said, audit=b"<audit/>" if log else b"")
    found = verify.check_submission(submission=sent(device, minutes, log), by=manager)
    doubts = {
        one.check_code: one.values["minutes"]["en"] for one in found if one.check_code in CODES
    }
    assert doubts == expected


def test_doubt_is_said_in_both_languages_and_stays_accepted(
    week: Round, device: Device, manager: User
) -> None:
    published(week, manager, 'o:minutes="25-90"')
    visit = sent(device, 24.5)
    found = verify.check_submission(submission=visit, by=manager)
    (doubt,) = [one for one in found if one.check_code == "filled_too_fast"]
    assert say(doubt.message, doubt.values, "en").startswith("The form was filled in within 24.5")
    assert "24,5 minutes" in say(doubt.message, doubt.values, "fr")
    verify.decide_findings(findings=[doubt], reason="Three persons only.", by=manager)

    again = verify.check_submission(submission=visit, by=manager)

    assert not [one for one in again if one.check_code == "filled_too_fast"]
    doubt.refresh_from_db()
    assert doubt.state == "accepted"
    assert doubt.decided_at is not None
    assert doubt.decided_at <= timezone.now()
