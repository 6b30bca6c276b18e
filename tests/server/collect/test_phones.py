"""Phones on the desk and at work: what they tell, what they hold, new addresses, training days, counts that agree.

1. A phone that asks for forms leaves its application and, where it tells, how many forms wait on it.
2. A phone that downloads a form holds that version; a newer one makes it an older version.
3. A new address ends the old one at once.
4. A training day equips everybody or nobody.
5. The receipt shows a phone its own forms by the name they have on the phone, and nobody else's.
6. Of a day, what was counted on the phone stands against what is held here.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.server import factories
from tests.server.phone import Phone, filled, xform

from opendtm_server.collect import actions, queries
from opendtm_server.collect.errors import CodeTaken
from opendtm_server.collect.models import Device, FormVersion, HeldForm, SentCount, Submission
from opendtm_server.govern.models import AuditEvent, Operation
from opendtm_server.govern.problems import NameTaken
from opendtm_server.govern.roles import Role
from opendtm_server.ui.tables import PER_PAGE

NewPhone = Callable[[], tuple[Phone, Any]]


def address(phone_or_token: str, name: str, **more: str) -> str:
    """Give one of a phone's addresses."""
    return reverse(f"openrosa:{name}", kwargs={"token": phone_or_token, **more})


@pytest.fixture
def token(published: FormVersion, facilitator: User, manager: User) -> str:
    """Give the token of a phone with the code bria-1."""
    made = actions.add_device(
        operation=published.form.operation, user=facilitator, code="bria-1", by=manager
    )
    return made.token


@pytest.fixture
def bria(token: str) -> Device:
    """Give that phone's row."""
    return Device.objects.get(code="bria-1")


def named(name: str, **fields: Any) -> bytes:
    """Fill a form that has a name on the phone."""
    meta = f"<instanceName>{name}</instanceName></meta>".encode()
    return filled(**fields).replace(b"</meta>", meta)


def test_phone_tells_its_application_and_what_waits(
    client: Client, token: str, bria: Device
) -> None:
    asked = client.get(
        address(token, "form_list"),
        headers={"User-Agent": "org.odk.collect.android/v2026.1", "X-OpenDTM-Pending": "3"},
    )
    assert asked.status_code == 200
    bria.refresh_from_db()
    assert (bria.application, bria.pending) == ("org.odk.collect.android/v2026.1", 3)
    assert bria.last_contact_at is not None


@pytest.mark.parametrize("told", ["", "-1", "many", "9" * 40])
def test_nonsense_about_what_waits_is_not_believed(
    told: str, client: Client, token: str, bria: Device
) -> None:
    assert (
        client.get(address(token, "form_list"), headers={"X-OpenDTM-Pending": told}).status_code
        == 200
    )
    bria.refresh_from_db()
    assert bria.pending is None


def test_long_application_name_is_cut(bria: Device) -> None:
    actions.note_contact(device=bria, application="x" * 500)
    bria.refresh_from_db()
    assert bria.application == "x" * 120


def test_downloaded_form_is_held_until_a_newer_version_makes_it_old(
    client: Client, token: str, bria: Device, manager: User
) -> None:
    client.get(address(token, "form", address="site_visit/1"))
    assert [one.is_newest for one in queries.forms_held(bria)] == [True]
    actions.publish_xform(
        operation=bria.operation,
        xform=xform("2"),
        identity=("site_visit", "2", "Site visit"),
        by=manager,
    )
    assert [one.is_newest for one in queries.forms_held(bria)] == [False]
    client.get(address(token, "form", address="site_visit/2"))
    client.get(address(token, "form", address="site_visit/2"))
    assert [one.held.form_version.version for one in queries.forms_held(bria)] == ["2"]
    assert HeldForm.objects.count() == 2


def test_new_address_ends_the_old_one(
    client: Client, token: str, bria: Device, manager: User
) -> None:
    made = actions.renew_device(device=bria, by=manager)
    assert client.get(address(token, "form_list")).status_code == 403
    assert client.get(address(made.token, "form_list")).status_code == 200
    assert AuditEvent.objects.filter(action="renew_device", subject="bria-1").count() == 1


def test_revoked_phone_comes_back_with_a_new_address(
    client: Client, bria: Device, manager: User
) -> None:
    actions.revoke_device(device=bria, by=manager)
    made = actions.renew_device(device=bria, by=manager)
    assert client.get(address(made.token, "form_list")).status_code == 200


def test_training_day_equips_everybody(
    browse: Callable[[User], Client], manager: User, operation: Operation
) -> None:
    page = browse(manager).post(
        reverse("collect:training_day", args=[operation.code]),
        {"names": "Bria 1\n\nBria 2\n", "lang": "fr"},
    )
    assert page.status_code == 200
    assert page["Cache-Control"] == "private, no-store"
    assert page.content.count(b"<svg") == 2
    assert sorted(operation.devices.values_list("code", flat=True)) == ["bria-1", "bria-2"]
    assert operation.memberships.filter(user__username="bria-1").get().role == "site_facilitator"


def test_account_of_somebody_elsewhere_is_not_drawn_in(
    operation: Operation, other_operation: Operation, manager: User, person: Callable[..., User]
) -> None:
    person(Role.HEAD_OF_MISSION, at=other_operation, username="elsewhere")
    with pytest.raises(NameTaken):
        actions.equip_facilitator(operation=operation, name="elsewhere", by=manager)
    assert not operation.devices.exists()


def test_training_day_with_a_name_in_use_equips_nobody(
    browse: Callable[[User], Client], manager: User, bria: Device
) -> None:
    with pytest.raises(CodeTaken):
        actions.equip_many(operation=bria.operation, names=["new-one", "bria-1"], by=manager)
    page = browse(manager).post(
        reverse("collect:training_day", args=[bria.operation.code]),
        {"names": "new-one\nbria-1", "lang": "fr"},
    )
    assert b"bria-1" in page.content
    assert list(bria.operation.devices.values_list("code", flat=True)) == ["bria-1"]


@pytest.mark.parametrize("names", ["", "one\none", "???", "\n".join(f"p{n}" for n in range(61))])
def test_training_day_refuses_names_it_cannot_use(
    names: str, browse: Callable[[User], Client], manager: User, operation: Operation
) -> None:
    page = browse(manager).post(
        reverse("collect:training_day", args=[operation.code]), {"names": names, "lang": "en"}
    )
    assert b"errorlist" in page.content or b"error" in page.content
    assert not operation.devices.exists()


def test_receipt_shows_the_names_on_the_phone_and_no_other_phone(
    client: Client, new_phone: NewPhone, published: FormVersion
) -> None:
    mine, device = new_phone()
    other, _ = new_phone()
    assert mine.send(named("Market visit")).status == 201
    assert other.send(named("Somebody else's")).status == 201
    token = mine.address.rsplit("/", 1)[1]
    page = client.get(address(token, "receipt")).content.decode()
    assert "Market visit" in page
    assert "Somebody" not in page
    assert device.code in page


def test_count_on_the_phone_stands_against_what_is_held(
    client: Client, new_phone: NewPhone, published: FormVersion
) -> None:
    phone, device = new_phone()
    phone.send(filled())
    token, today = phone.address.rsplit("/", 1)[1], timezone.localdate()
    answer = client.post(address(token, "receipt"), {"day": today.isoformat(), "count": "3"})
    assert answer.status_code == 302
    (sheet,) = queries.days_of(device)
    assert (sheet.held, sheet.said, sheet.missing, sheet.agrees) == (1, 3, 2, False)
    client.post(address(token, "receipt"), {"day": today.isoformat(), "count": "1"})
    (sheet,) = queries.days_of(device)
    assert (sheet.missing, sheet.agrees) == (0, True)
    assert SentCount.objects.count() == 1


@pytest.mark.parametrize("count", ["-1", "x", "", "999999999"])
def test_count_that_is_none_is_refused_and_not_kept(count: str, client: Client, token: str) -> None:
    today = timezone.localdate().isoformat()
    answer = client.post(address(token, "receipt"), {"day": today, "count": count})
    assert answer.status_code == 422
    assert not SentCount.objects.exists()


def test_count_for_tomorrow_is_refused(client: Client, token: str) -> None:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert (
        client.post(address(token, "receipt"), {"day": tomorrow, "count": "1"}).status_code == 422
    )


def test_announced_file_that_never_came_keeps_a_day_from_agreeing(
    new_phone: NewPhone, published: FormVersion
) -> None:
    phone, device = new_phone()
    phone.send(filled(photo="tent.jpg"))
    actions.say_sent(device=device, day=timezone.localdate(), count=1)
    (sheet,) = queries.days_of(device)
    assert (sheet.missing, sheet.incomplete, sheet.agrees) == (0, 1, False)


def test_days_of_a_phone_are_those_of_the_clock_on_the_wall_and_no_more_than_fourteen(
    bria: Device, published: FormVersion
) -> None:
    last = timezone.localdate()
    midnight = timezone.make_aware(datetime.combine(last, time.min))
    for moment, complete in (
        (midnight, False),
        (midnight - timedelta(microseconds=1), True),
        (midnight + timedelta(days=1), True),
        (midnight - timedelta(days=13), True),
        (midnight - timedelta(days=13, microseconds=1), True),
    ):
        one = factories.SubmissionFactory.create(
            operation=bria.operation, form_version=published, device=bria, complete=complete
        )
        Submission.objects.filter(pk=one.pk).update(received_at=moment)
    actions.say_sent(device=bria, day=last - timedelta(days=3), count=2)

    sheets = queries.days_of(bria, until=last)

    assert [((last - one.day).days, one.held, one.incomplete, one.said) for one in sheets] == [
        (0, 1, 1, None),
        (1, 1, 0, None),
        (3, 0, 0, 2),
        (13, 1, 0, None),
    ]


def test_reconciliation_puts_what_does_not_agree_first(
    browse: Callable[[User], Client], new_phone: NewPhone, published: FormVersion, manager: User
) -> None:
    good, agreed = new_phone()
    good.send(filled())
    actions.say_sent(device=agreed, day=timezone.localdate(), count=1)
    _, lacking = new_phone()
    actions.say_sent(device=lacking, day=timezone.localdate(), count=2)
    operation = published.form.operation
    sheets = queries.reconciliation(operation, timezone.localdate())
    assert [sheet.device for sheet in sheets] == [lacking, agreed]
    page = browse(manager).get(reverse("collect:reconciliation", args=[operation.code]))
    assert b"2 missing here" in page.content


def test_reconciliation_of_many_phones_is_shown_in_pages_and_summed_over_all(
    browse: Callable[[User], Client], new_phone: NewPhone, published: FormVersion, manager: User
) -> None:
    sender, device = new_phone()
    sender.send(filled())
    factories.DeviceFactory.create_batch(PER_PAGE + 1, operation=device.operation, user=device.user)
    client = browse(manager)
    address = reverse("collect:reconciliation", args=[device.operation.code])

    first, second = (client.get(address, {"page": page}).context["table"] for page in (1, 2))

    assert (len(first.rows), len(second.rows)) == (PER_PAGE, 2)
    assert first.known == PER_PAGE + 2
    assert [column.total for column in first.columns if column.name == "held"] == [1]


def test_phone_added_later_is_not_in_the_sheet_of_an_earlier_day(bria: Device) -> None:
    earlier = timezone.localdate() - timedelta(days=2)
    assert queries.reconciliation(bria.operation, earlier) == []


@pytest.mark.parametrize(
    ("state", "shown"), [("", True), ("in_use", True), ("silent", True), ("revoked", False)]
)
def test_list_of_phones_is_filtered_by_state(
    state: str, shown: bool, browse: Callable[[User], Client], manager: User, bria: Device
) -> None:
    page = browse(manager).get(
        reverse("collect:devices", args=[bria.operation.code]), {"state": state, "q": "BRIA"}
    )
    assert (b">bria-1<" in page.content) is shown


def test_page_of_a_phone_says_what_is_known_and_what_is_not(
    browse: Callable[[User], Client], manager: User, bria: Device
) -> None:
    page = browse(manager).get(reverse("collect:device", args=[bria.operation.code, bria.pk]))
    words = page.content.decode()
    assert "The phone does not tell." in words
    assert "The phone has not downloaded a form yet." in words


def test_renewing_asks_first_and_then_shows_the_code_once(
    browse: Callable[[User], Client], manager: User, bria: Device
) -> None:
    desk = browse(manager)
    where = reverse("collect:renew_device", args=[bria.operation.code, bria.pk])
    assert b"<svg" not in desk.get(where).content
    page = desk.post(where)
    assert b"<svg" in page.content
    assert page["Cache-Control"] == "private, no-store"
