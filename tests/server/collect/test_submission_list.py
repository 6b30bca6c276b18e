"""The list of submissions, however long: turning its pages, choosing, counting, in both languages."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from tests.server import factories

from opendtm_server.collect import queries
from opendtm_server.collect.models import Device, FormVersion, Round, Submission
from opendtm_server.places.models import Site
from opendtm_server.ui import tables
from opendtm_server.ui.tables import PER_PAGE

Send = Callable[..., Submission]
HREF = re.compile(r'<a rel="(prev|next)" href="([^"]+)"')


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    """Give the browser of the information manager."""
    client.force_login(manager)
    return client


@pytest.fixture
def sent(published: FormVersion) -> Send:
    """Give a maker of submissions of the operation."""

    def make(**facts: Any) -> Submission:
        operation = published.form.operation
        return factories.SubmissionFactory.create(
            operation=operation, form_version=published, **facts
        )

    return make


@pytest.fixture
def lot(published: FormVersion) -> Callable[..., list[int]]:
    """Give a maker of many submissions at once; it gives their numbers, the newest first."""

    def make(number: int, **facts: Any) -> list[int]:
        operation = published.form.operation
        rows = factories.SubmissionFactory.build_batch(
            number, operation=operation, form_version=published, **facts
        )
        return sorted((one.pk for one in Submission.objects.bulk_create(rows)), reverse=True)

    return make


@pytest.fixture
def address(published: FormVersion) -> str:
    """Give the list's address in English."""
    return f"/en/desk/{published.form.operation.code}/submissions/"


def keys(page: Any) -> list[int]:
    """Read the numbers of the rows on a page."""
    return [int(row.key) for row in page.context["table"].rows]


def turn(desk: Client, address: str, page: Any, way: str) -> Any:
    """Follow the link to the next or the previous page."""
    links = dict(HREF.findall(page.content.decode()))
    return desk.get(address + links[way].replace("&amp;", "&"))


def count(page: Any) -> str:
    """Read the sentence that counts."""
    found = re.search(r'<p class="count" role="status">(.*?)</p>', page.content.decode())
    assert found is not None
    return found.group(1).replace("\u202f", " ").replace("\xa0", " ")


def test_turning_forward_and_back_shows_every_row_once_and_keeps_the_filters(
    desk: Client, lot: Callable[..., list[int]], week: Round, address: str
) -> None:
    of_the_round = lot(2 * PER_PAGE + 1, round=week)
    lot(1)

    first = desk.get(f"{address}?round={week.pk}")
    second = turn(desk, address, first, "next")
    third = turn(desk, address, second, "next")

    assert keys(first) + keys(second) + keys(third) == of_the_round
    assert f"round={week.pk}" in second.request["QUERY_STRING"]
    assert 'rel="next"' not in third.content.decode()
    assert keys(turn(desk, address, third, "prev")) == keys(second)
    back = turn(desk, address, second, "prev")
    assert keys(back) == keys(first)
    assert 'rel="prev"' not in back.content.decode()


def test_what_arrives_while_somebody_reads_is_neither_skipped_nor_doubled(
    desk: Client, lot: Callable[..., list[int]], address: str
) -> None:
    before = lot(PER_PAGE + 2)
    first = desk.get(address)
    arrived = lot(2)

    second = turn(desk, address, first, "next")
    back = turn(desk, address, second, "prev")

    assert keys(first) + keys(second) == before
    assert keys(back) == keys(first)
    assert keys(turn(desk, address, back, "prev")) == arrived


def test_a_row_that_left_the_filter_keeps_its_place_in_the_list(
    desk: Client, lot: Callable[..., list[int]], address: str
) -> None:
    missing = lot(PER_PAGE + 2, complete=False)
    first = desk.get(f"{address}?placed=missing")
    Submission.objects.filter(pk=keys(first)[-1]).update(complete=True)

    second = turn(desk, address, first, "next")

    assert keys(second) == missing[PER_PAGE:]


@pytest.mark.parametrize("key", ["0", "-1", "abc", "٣", "9" * 30, "1; DROP TABLE x"])
def test_an_absurd_page_key_gives_the_first_page(
    desk: Client, sent: Send, address: str, key: str
) -> None:
    newest = sent().pk

    page = desk.get(address, {"after": key})

    assert keys(page) == [newest]


def test_each_state_is_found(
    desk: Client, sent: Send, week: Round, site: Site, address: str
) -> None:
    whole = sent(round=week, site=site)
    lost = sent(site=site, complete=False)
    unknown = sent(round=week, site=None, site_code="S9")
    edit = sent(round=week, site=site, deprecated_id=whole.instance_id)
    withdrawn = sent(round=week, site=site, withdrawn_at=whole.received_at)

    found = {
        state: keys(desk.get(f"{address}?placed={state}"))
        for state in ("no_site", "no_round", "missing", "replaced")
    }

    assert found == {
        "no_site": [unknown.pk],
        "no_round": [lost.pk],
        "missing": [lost.pk],
        "replaced": [withdrawn.pk, whole.pk],
    }
    assert edit.pk in keys(desk.get(f"{address}?round={week.pk}"))


def test_what_was_replaced_in_a_round_is_found(
    desk: Client, sent: Send, week: Round, address: str
) -> None:
    whole, elsewhere = sent(round=week), sent()
    for replaced in (whole, elsewhere):
        sent(round=week, deprecated_id=replaced.instance_id)
    withdrawn = sent(round=week, withdrawn_at=whole.received_at)
    sent(round=week, instance_id="uuid:odd", deprecated_id="uuid:odd")

    page = desk.get(f"{address}?placed=replaced&round={week.pk}")

    assert keys(page) == [withdrawn.pk, whole.pk]


@pytest.mark.parametrize("walked", [-1, 3, 20_000])
def test_turning_through_what_was_replaced_shows_every_row_once(
    desk: Client,
    lot: Callable[..., list[int]],
    sent: Send,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    walked: int,
) -> None:
    monkeypatch.setattr(tables, "WALKED", walked)
    replaced = lot(PER_PAGE + 1)
    for name in Submission.objects.values_list("instance_id", flat=True):
        sent(deprecated_id=name)
    latest = sent(withdrawn_at=timezone.now())

    first = desk.get(f"{address}?placed=replaced")
    second = turn(desk, address, first, "next")

    assert keys(first) + keys(second) == [latest.pk, *replaced]
    assert keys(turn(desk, address, second, "prev")) == keys(first)
    assert count(first).startswith(f"{PER_PAGE + 2} of {2 * PER_PAGE + 3} ")


def test_what_is_replaced_for_several_reasons_is_counted_once(
    desk: Client, sent: Send, address: str
) -> None:
    both = sent(withdrawn_at=timezone.now())
    first = sent(deprecated_id=both.instance_id, competes_with=both, standing=0)
    behind = sent(
        deprecated_id=both.instance_id,
        competes_with=both,
        standing=1,
        withdrawn_at=timezone.now(),
    )
    sent(deprecated_id=first.instance_id)

    page = desk.get(f"{address}?placed=replaced")

    assert keys(page) == [behind.pk, both.pk]
    assert count(page).startswith("2 of 4 ")
    assert keys(desk.get(f"{address}?placed=replaced&q={both.instance_id}")) == [both.pk]


def test_an_edit_that_names_itself_replaces_nothing(desk: Client, sent: Send, address: str) -> None:
    odd = sent(instance_id="uuid:a", deprecated_id="uuid:a")

    page = desk.get(f"{address}?placed=replaced")

    assert keys(page) == []
    assert keys(desk.get(address)) == [odd.pk]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("old mark", {"known"}),
        ("s1", {"known"}),
        ("X77", {"unknown"}),
        ("tablet-7", {"phoned"}),
        ("uuid:abc-1", {"named"}),
        ("ABC-1", set()),
        ("abc-1", {"named"}),
        ("nowhere", set()),
        ("%", set()),
    ],
)
def test_search_finds_sites_codes_phones_and_instance_ids(
    desk: Client,
    sent: Send,
    site: Site,
    device: Device,
    address: str,
    words: str,
    found: set[str],
) -> None:
    Device.objects.filter(pk=device.pk).update(code="TABLET-7")
    other = factories.SiteFactory.create(operation=site.operation, code="TL-B", name="Bridge")
    made = {
        "known": sent(site=site).pk,
        "unknown": sent(site=None, site_code="TL-X77").pk,
        "phoned": sent(site=other, device=device).pk,
        "named": sent(site=other, instance_id="uuid:abc-1").pk,
    }

    page = desk.get(address, {"q": words})

    assert set(keys(page)) == {made[name] for name in found}


def test_counts_beyond_what_is_counted_are_said_in_words(
    desk: Client, sent: Send, site: Site, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "COUNTED", 2)
    monkeypatch.setattr("opendtm_server.collect.views.submissions.COUNTED", 2)
    for _ in range(2):
        sent(site=site)
    exact = count(desk.get(address))
    sent(site=None)

    assert exact == "2 in all"
    assert count(desk.get(address)) == "More than 2"
    some = "1 of more than 2 shown, the others hidden by the filters"
    assert count(desk.get(f"{address}?placed=no_site")) == some
    french = address.replace("/en/", "/fr/")
    assert count(desk.get(french)) == "Plus de 2"
    assert count(desk.get(f"{french}?placed=no_site")) == (
        "1 sur plus de 2 affichés, les autres masqués par les filtres"
    )


def test_a_facilitator_sees_what_the_own_phones_sent(
    sent: Send, device: Device, facilitator: User
) -> None:
    own = sent(device=device)
    sent()

    seen = queries.submissions_in(facilitator, device.operation)

    assert [one.pk for one in seen] == [own.pk]


def test_counting_stops_beyond_the_limit(
    sent: Send, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(tables, "COUNTED", 2)
    for _ in range(5):
        sent()

    with django_assert_num_queries(1) as asked:
        number = tables.counted(Submission.objects.all())

    assert number == 3
    assert "LIMIT 3" in asked.captured_queries[0]["sql"]
