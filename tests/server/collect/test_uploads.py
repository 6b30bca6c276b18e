"""Old rounds as files: seen before they count, taken whole or not at all, once, and withdrawn without a trace lost."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.server import factories

from opendtm.errors import InputProblem
from opendtm.tables import Mapping
from opendtm_server.collect import actions, queries, store
from opendtm_server.collect.actions import old_rounds as taking
from opendtm_server.collect.errors import (
    ColumnUnfit,
    RoundIsClosed,
    SiteLineUnfit,
    TooManyRows,
    UploadDecided,
)
from opendtm_server.collect.models import (
    Form,
    Round,
    Submission,
    TableMapping,
    Upload,
    UploadedRow,
)
from opendtm_server.collect.old_rounds import read_upload, recognise, site_lines
from opendtm_server.collect.upload_forms import column_choices, mapping_of
from opendtm_server.govern.models import AuditEvent, Operation
from opendtm_server.matrix import queries as figures
from opendtm_server.matrix.actions import run_matrix
from opendtm_server.places.models import Site
from opendtm_server.verify import actions as verify
from opendtm_server.verify import queries as doubts

Keep = Callable[..., Upload]
Browse = Callable[[User], Client]
FILE = (
    b"Site ID,Site name,Date of assessment,IDP individuals,IDP households,Phone number,Weather\n"
    b"S1,Old market,2024-03-04,120,30,+236 70 12 34 56,dry\n"
    b",OLD MARKET,2024-03-05,80,20,+236 70 12 34 57,wet\n"
    b"X9,Bridge camp,2024-03-05,10,2,+236 70 12 34 58,wet\n"
)


@pytest.fixture
def keep(operation: Operation, manager: User, site: Site) -> Keep:
    """Give a keeper of files; the site S1, Old market, is known."""

    def make(
        content: bytes = FILE, name: str = "baseline", filename: str = "idp round 1.csv"
    ) -> Upload:
        return actions.keep_old_round(
            operation=operation, name=name, filename=filename, chunks=[content], by=manager
        )

    return make


def take(upload: Upload, by: User) -> Upload:
    """Take a file's rows as they are recognised."""
    return actions.take_old_round(upload=upload, by=by)


def test_upload_says_what_its_columns_hold_before_anything_counts(keep: Keep) -> None:
    upload = keep()
    columns = {one.heading: one for one in column_choices(recognise(upload), upload.mapping)}
    assert columns["IDP individuals"].recognised == "idp_individuals"
    assert columns["IDP individuals"].confidence > 0.5
    assert columns["Phone number"].personal
    assert columns["Weather"].recognised == ""
    assert not Submission.objects.exists()


def test_upload_says_which_sites_it_knows_and_which_are_like_the_others(
    keep: Keep, operation: Operation
) -> None:
    bridge = factories.SiteFactory.create(operation=operation, code="S2", name="Bridge")
    reading = read_upload(keep())
    assert [row.site for row in reading.rows] == ["S1", "S1", ""]
    assert reading.placed == 2
    assert reading.unknown == {"Bridge camp": [bridge]}
    assert reading.days == (date(2024, 3, 4), date(2024, 3, 5))


def test_taken_rows_are_submissions_in_a_round_of_their_days(
    keep: Keep, manager: User, site: Site, operation: Operation
) -> None:
    upload = take(keep(), manager)

    assert upload.rows == 3
    round_ = Round.objects.get()
    assert (round_.starts_on, round_.ends_on, round_.kind) == (
        date(2024, 3, 4),
        date(2024, 3, 5),
        "campaign",
    )
    first = Submission.objects.order_by("id").first()
    assert first is not None
    assert (first.site, first.round, first.device) == (site, round_, None)
    assert queries.observation_of(first)["idp_individuals"] == 120
    assert [one.site_id for one in queries.live_submissions(round_)] == [site.pk, site.pk, None]
    assert queries.coverage(round_).assessed == 1


def test_taken_rows_hold_nothing_personal_and_the_file_is_kept_as_it_came(
    keep: Keep, manager: User, operation: Operation
) -> None:
    upload = take(keep(), manager)
    for submission in Submission.objects.all():
        assert b"+236" not in store.read_kept(operation.code, submission.sha256)
    assert store.read_kept(operation.code, upload.sha256) == FILE
    details = [str(event.details) for event in AuditEvent.objects.all()]
    assert not any("Old market" in text or "+236" in text for text in details)


def test_form_of_the_rows_is_on_no_phone(keep: Keep, manager: User, operation: Operation) -> None:
    take(keep(), manager)
    assert Form.objects.get().retired_at is not None
    assert queries.listed_versions(operation) == []


def test_same_file_again_is_the_same_upload_and_is_taken_once(keep: Keep, manager: User) -> None:
    upload = take(keep(), manager)
    again = keep(filename="another name.csv")
    assert again == upload
    with pytest.raises(UploadDecided):
        take(again, manager)
    assert Submission.objects.count() == 3


def test_next_round_of_the_same_origin_has_the_same_form(keep: Keep, manager: User) -> None:
    take(keep(), manager)
    take(keep(FILE.replace(b"2024-03", b"2024-06"), filename="round 2.csv"), manager)
    assert Form.objects.count() == 1
    assert [one.number for one in Round.objects.order_by("number")] == [1, 2]


def test_upload_is_taken_whole_or_not_at_all(
    keep: Keep, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = keep()
    original, taken = taking._take, []

    def breaking(*arguments: Any) -> Submission:
        if len(taken) == 2:
            raise OSError("the disk is full")
        taken.append(original(*arguments))
        return taken[-1]

    monkeypatch.setattr(taking, "_take", breaking)
    with pytest.raises(OSError, match="full"):
        take(upload, manager)

    assert not Submission.objects.exists()
    assert not Round.objects.exists()
    upload.refresh_from_db()
    assert upload.taken_at is None


def test_upload_with_too_many_rows_is_refused(
    keep: Keep, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "ROWS_LIMIT", 2)
    with pytest.raises(TooManyRows):
        take(keep(), manager)


def test_upload_that_is_no_table_is_refused_and_not_listed(keep: Keep) -> None:
    with pytest.raises(InputProblem):
        keep(b"\x89PNG\r\n\x1a\n" + b"0" * 100)
    assert not Upload.objects.exists()


def test_upload_needs_the_right_to_manage(operation: Operation, coordinator: User) -> None:
    with pytest.raises(PermissionDenied):
        actions.keep_old_round(
            operation=operation, name="x", filename="x.csv", chunks=[FILE], by=coordinator
        )


def test_columns_are_read_as_somebody_says_and_the_next_file_too(keep: Keep, manager: User) -> None:
    upload = keep()
    shown = column_choices(recognise(upload), upload.mapping)
    posted = {one.field: one.chosen for one in shown}
    field = {one.heading: one.field for one in shown}
    posted[field["IDP households"]] = ""
    posted[field["IDP individuals"]] = "returnee_individuals"

    mapping = mapping_of(recognise(upload), posted)
    actions.map_old_round(upload=upload, mapping=mapping, places={}, days=None, by=manager)

    values = read_upload(upload).rows[0].values
    assert values["returnee_individuals"] == 120
    assert "idp_households" not in values
    assert "idp_individuals" not in values
    assert TableMapping.objects.get().content == mapping.content()
    later = keep(FILE.replace(b"120", b"121"), filename="round 2.csv")
    assert read_upload(later).rows[0].values["returnee_individuals"] == 121
    chosen = {one.heading: one.chosen for one in column_choices(recognise(later), later.mapping)}
    assert chosen["IDP individuals"] == "returnee_individuals"
    assert chosen["IDP households"] == ""


OPTIONS = (
    b"Site ID,IDP individuals,Persons counted,priority_needs/food,priority_needs/health,priority_needs/cash\n"
    b"S1,120,118,1,0,1\n"
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"IDP individuals": "returnee_individuals"}, {"returnee_individuals": 120}),
        (
            {"IDP individuals": "", "Persons counted": "idp_individuals"},
            {"idp_individuals": 118},
        ),
        (
            {"IDP individuals": "returnee_individuals", "priority_needs/food": ""},
            {"returnee_individuals": 120, "priority_needs": ["cash"]},
        ),
        (
            {"priority_needs/food": "returnee_individuals"},
            {"idp_individuals": 120, "returnee_individuals": 1, "priority_needs": ["cash"]},
        ),
    ],
)
def test_question_over_several_columns_stays_one_when_other_columns_change(
    keep: Keep, manager: User, changes: dict[str, str], expected: dict[str, Any]
) -> None:
    upload = keep(OPTIONS)
    recognised = recognise(upload)
    shown = {one.heading: one for one in column_choices(recognised, {})}
    assert shown["priority_needs/food"].chosen == "priority_needs"
    posted = {one.field: one.chosen for one in shown.values()}
    posted |= {shown[heading].field: name for heading, name in changes.items()}

    mapping = mapping_of(recognised, posted)
    actions.map_old_round(upload=upload, mapping=mapping, places={}, days=None, by=manager)

    (row,) = read_upload(upload).rows
    assert row.values == {"site_id": "S1", "priority_needs": ["food", "cash"]} | expected
    again = {one.field: one.chosen for one in column_choices(recognised, upload.mapping)}
    assert again == posted


def test_column_that_would_take_the_place_of_an_emptied_one_stays_unread(
    keep: Keep, manager: User
) -> None:
    upload = keep(b"Site ID,IDP individuals,#IDPs,IDP households\nS1,120,7,3\n")
    recognised = recognise(upload)
    shown = column_choices(recognised, {})
    assert [one.chosen for one in shown] == ["site_id", "idp_individuals", "", "idp_households"]
    posted = {one.field: one.chosen for one in shown} | {shown[1].field: ""}

    mapping = mapping_of(recognised, posted)
    actions.map_old_round(upload=upload, mapping=mapping, places={}, days=None, by=manager)

    assert read_upload(upload).rows[0].values == {"site_id": "S1", "idp_households": 3}


def test_mapping_that_does_not_fit_the_next_file_is_left_aside(keep: Keep, manager: User) -> None:
    upload = keep()
    mapping = Mapping.parse(
        {"opendtm_mapping": 1, "sheets": [{"columns": {"idp_individuals": {"column": "Weather"}}}]}
    )
    actions.map_old_round(upload=upload, mapping=mapping, places={}, days=None, by=manager)
    other = keep(b"Site ID,IDP individuals\nS1,5\n", filename="other.csv")
    assert other.mapping == {}


@pytest.mark.parametrize("chosen", ["no_such_concept", "contact_name", "idp_households_x"])
def test_column_read_as_no_concept_or_a_personal_one_is_refused(keep: Keep, chosen: str) -> None:
    recognised = recognise(keep())
    field = column_choices(recognised, {})[-1].field
    with pytest.raises(ColumnUnfit):
        mapping_of(recognised, {field: chosen})


def test_concept_of_an_option_given_to_another_column_is_refused(keep: Keep) -> None:
    recognised = recognise(keep(OPTIONS))
    field = {one.heading: one.field for one in column_choices(recognised, {})}["Persons counted"]
    with pytest.raises(ColumnUnfit):
        mapping_of(recognised, {field: "priority_needs"})


def test_names_of_sites_said_by_somebody_are_found(keep: Keep, manager: User) -> None:
    upload = keep()
    places = site_lines(upload, "Bridge camp = S1\n\nno id yet =\n")
    assert places == {"Bridge camp": "S1"}
    actions.map_old_round(upload=upload, mapping=Mapping(), places=places, days=None, by=manager)
    assert read_upload(upload).placed == 3
    for line in ("Bridge camp = S99", "Bridge camp", "= S1"):
        with pytest.raises(SiteLineUnfit):
            site_lines(upload, line)


def test_days_said_by_somebody_make_the_round_and_date_the_rows_without_a_day(
    keep: Keep, manager: User
) -> None:
    upload = keep(b"Site ID,IDP individuals\nS1,5\n")
    days = (date(2024, 1, 1), date(2024, 1, 31))
    actions.map_old_round(upload=upload, mapping=Mapping(), places={}, days=days, by=manager)
    take(upload, manager)
    held = Submission.objects.get()
    assert held.visited_on == date(2024, 1, 31)
    assert held.round == Round.objects.get()


def test_withdrawn_rows_count_for_nothing_and_stay(
    keep: Keep, manager: User, operation: Operation
) -> None:
    upload = take(keep(), manager)
    round_ = Round.objects.get()

    actions.withdraw_old_round(upload=upload, reason="wrong year", by=manager)

    assert list(queries.live_submissions(round_)) == []
    assert Submission.objects.count() == 3
    assert UploadedRow.objects.count() == 3
    assert all(one.replaced for one in queries.submissions_of(operation))
    assert queries.coverage(round_).assessed == 0
    upload.refresh_from_db()
    assert (upload.withdrawn_by, upload.reason) == (manager.username, "wrong year")
    with pytest.raises(UploadDecided):
        actions.withdraw_old_round(upload=upload, reason="again", by=manager)
    with pytest.raises(UploadDecided):
        take(upload, manager)


def test_withdrawn_rows_come_back_into_no_round_that_is_opened_later(
    keep: Keep, manager: User
) -> None:
    upload = take(keep(), manager)
    actions.withdraw_old_round(upload=upload, reason="wrong", by=manager)
    later = actions.open_round(
        form=Form.objects.get(), starts_on=date(2024, 3, 1), ends_on=date(2024, 3, 31), by=manager
    )
    assert not Submission.objects.filter(round=later).exists()


def test_rows_of_a_signed_off_round_are_not_withdrawn(keep: Keep, manager: User) -> None:
    upload = take(keep(), manager)
    Round.objects.update(signed_off_at=timezone.now())
    with pytest.raises(RoundIsClosed):
        actions.withdraw_old_round(upload=upload, reason="wrong", by=manager)


def test_pages_lead_from_the_file_to_its_rows_and_back(
    browse: Browse, manager: User, operation: Operation, site: Site
) -> None:
    desk = browse(manager)
    file = SimpleUploadedFile("idp round.csv", FILE, content_type="text/csv")
    desk.post(
        reverse("collect:add_upload", args=[operation.code]), {"file": file, "name": "baseline"}
    )
    upload = Upload.objects.get()
    address = reverse("collect:upload", args=[operation.code, upload.pk])
    page = desk.get(address).content.decode()
    assert "idp_individuals" in page
    assert "personal: never read" in page
    assert "Bridge camp" in page

    columns = {one.field: one.chosen for one in column_choices(recognise(upload), {})}
    wrong = desk.post(address, columns | {"sites": "Bridge camp = S77", "take": "1"})
    assert "does not name a site" in wrong.content.decode()
    desk.post(address, columns | {"sites": "Bridge camp = S1", "take": "1"})
    assert Submission.objects.filter(site=site).count() == 3

    back = reverse("collect:withdraw_upload", args=[operation.code, upload.pk])
    desk.post(back, {"reason": "another country"})
    assert Submission.objects.filter(withdrawn_at=None).count() == 0
    assert "another country" in desk.get(address).content.decode()
    assert (
        "Withdrawn" in desk.get(reverse("collect:uploads", args=[operation.code])).content.decode()
    )


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "least"),
    [
        ("haiti2013/iom-haiti-dtm.csv", 200),
        ("ukraine2022/Data__Round_2_IDP_Report.xlsx", 5),
        ("southsudan2020/AoK_mastersettlementlist_Feb2020.csv", 1000),
    ],
)
def test_real_files_are_read_and_say_how_many_rows_they_hold(
    shared: Path, keep: Keep, file: str, least: int
) -> None:
    path = shared / "idp" / file
    reading = read_upload(keep(path.read_bytes(), filename=path.name))
    assert len(reading.rows) >= least


@pytest.mark.shared
def test_real_round_is_taken_row_by_row(shared: Path, keep: Keep, manager: User) -> None:
    path = shared / "idp" / "haiti2013" / "iom-haiti-dtm.csv"
    upload = keep(path.read_bytes(), name="haiti", filename=path.name)
    days = (date(2013, 6, 1), date(2013, 6, 30))
    actions.map_old_round(upload=upload, mapping=Mapping(), places={}, days=days, by=manager)
    reading = read_upload(upload)

    taken = take(upload, manager)

    assert taken.rows == len(reading.rows) == Submission.objects.count()
    names = [name for name in reading.concepts if name.endswith("_individuals")]
    assert names
    first = Submission.objects.order_by("id").first()
    assert first is not None
    for name in names:
        assert queries.observation_of(first).get(name) == reading.rows[0].values.get(name)


def test_taken_rows_are_checked_signed_off_and_computed_like_any_other(
    keep: Keep, manager: User, operation: Operation, site: Site
) -> None:
    factories.SiteStatusFactory.create(site=site, since=date(2024, 1, 1))
    take(keep(b"Site ID,Date of assessment,IDP individuals\nS1,2024-03-04,120\n"), manager)
    round_ = Round.objects.get()

    verify.check_round(round_=round_, by=manager)
    owed = doubts.findings_for(manager, operation).filter(state="open")
    verify.decide_findings(findings=owed, reason="An old round: right as it was.", by=manager)
    verify.sign_off_round(round_=round_, by=manager)
    run_matrix(Round.objects.get(), by=manager)

    totals = figures.totals_of_round(operation, 1)
    assert totals["idp_individuals"] == 120.0
