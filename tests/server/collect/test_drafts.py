"""The form studio: a draft is begun, checked, mended, mapped, previewed, published, and nothing of it is lost."""

from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from tests.server.phone import Phone, filled, xform

from opendtm.errors import InputProblem
from opendtm.forms import open_content, setting_of
from opendtm_server.collect import actions, queries
from opendtm_server.collect.errors import (
    ConceptUnfit,
    DraftChanged,
    DraftClosed,
    DraftNotConverted,
    FormHasProblems,
    VersionExists,
)
from opendtm_server.collect.models import DraftRevision, FormDraft, FormMedia, FormVersion
from opendtm_server.govern.models import AuditEvent, Operation

Browse = Callable[[User], Client]
Start = Callable[..., FormDraft]
FAULTY = """
| survey |
| | type       | name      | label::English (en) | label::French (fr) | relevant         |
| | integer    | how many? | How many?           | Combien ?          |                  |
| | text       | why       | Why?                | Pourquoi ?         | ${how many?} > 0 |
| settings |
| | form_id | form_title |
| | arrivals | Arrivals |
"""
SOUND = FAULTY.replace("how many?", "idp_individuals").replace(
    "| | form_id | form_title |\n| | arrivals | Arrivals |",
    "| | form_id | form_title | version |\n| | arrivals | Arrivals | 1 |",
)


@pytest.fixture
def start(operation: Operation, manager: User) -> Start:
    """Give a maker of drafts from tables."""

    def make(text: str = SOUND, filename: str = "arrivals.md") -> FormDraft:
        return actions.start_draft(
            operation=operation, filename=filename, content=text.encode(), by=manager
        )

    return make


def address(draft: FormDraft, name: str = "draft") -> str:
    """Give the address of a page about a draft."""
    return reverse(f"collect:{name}", args=[draft.operation.code, draft.pk])


def concept_of(draft: FormDraft, path: str) -> str | None:
    """Read what a question of a draft measures."""
    form = queries.form_of_draft(draft)
    assert form is not None
    return form.by_path[path].concept


def test_uploaded_file_becomes_a_draft_that_is_kept_as_it_came(
    browse: Browse, manager: User, operation: Operation
) -> None:
    file = SimpleUploadedFile("arrivals.md", FAULTY.encode())
    answer = browse(manager).post(reverse("collect:drafts", args=[operation.code]), {"file": file})
    draft = FormDraft.objects.get()
    assert answer["Location"] == address(draft)
    assert draft.title == "Arrivals"
    assert bytes(draft.revisions.get().content) == FAULTY.encode()


def test_file_that_is_no_form_is_refused_on_the_page(
    browse: Browse, manager: User, operation: Operation
) -> None:
    file = SimpleUploadedFile("a.xlsx", b"\x00\x01\x02")
    page = browse(manager).post(reverse("collect:drafts", args=[operation.code]), {"file": file})
    assert "cannot be read as an XLSForm" in page.content.decode()
    assert not FormDraft.objects.exists()


def test_xml_that_is_no_form_is_refused(start: Start) -> None:
    with pytest.raises(InputProblem):
        start("<note>no form</note>", "a.xml")


def test_studio_lists_drafts_and_the_catalogue(
    browse: Browse, manager: User, operation: Operation, start: Start
) -> None:
    client = browse(manager)
    empty = client.get(reverse("collect:drafts", args=[operation.code])).content.decode()
    draft = start()
    page = client.get(reverse("collect:drafts", args=[operation.code])).content.decode()
    assert "No draft is open" in empty
    assert address(draft) in page
    assert "weekly_site_update" in page


def test_catalogue_form_opens_as_a_workbook_that_can_be_published(
    browse: Browse, manager: User, operation: Operation
) -> None:
    client = browse(manager)
    client.post(reverse("collect:draft_from_catalogue", args=[operation.code, "site_closure"]))
    draft = FormDraft.objects.get()
    assert bytes(draft.revisions.get().content).startswith(b"PK")
    published = actions.publish_draft(draft=draft, version="2026010101", base=1, by=manager)
    assert published.form.form_id == "site_closure"
    assert published.version == "2026010101"


def test_catalogue_form_of_an_unknown_name_does_not_exist(
    browse: Browse, manager: User, operation: Operation
) -> None:
    there = reverse("collect:draft_from_catalogue", args=[operation.code, "nothing"])
    assert browse(manager).post(there).status_code == 404


def test_page_shows_findings_beside_their_rows_hard_ones_first(
    browse: Browse, manager: User, start: Start
) -> None:
    draft = start(FAULTY)
    page = browse(manager).get(address(draft)).content.decode()
    assert page.index("Must be mended</span>") < page.index("Better mended</span>")
    assert "survey, 2, name" in page
    assert "integer · how many? · How many?" in page
    hard = browse(manager).get(address(draft), {"weight": "hard"}).content.decode()
    assert "Better mended</span>" not in hard


def test_mend_shows_the_change_then_makes_it_and_keeps_the_state_before(
    browse: Browse, manager: User, start: Start
) -> None:
    draft = start(FAULTY)
    client = browse(manager)
    page = client.get(address(draft)).content.decode()
    assert "${how many?} &gt; 0" in page
    assert "${how_many} &gt; 0" in page

    client.post(address(draft), {"mend": "names", "base": "1"})

    newest = queries.newest_revision(draft)
    assert (newest.number, newest.change) == (2, "names")
    assert queries.read_revision(newest).form is not None
    assert bytes(draft.revisions.get(number=1).content) == FAULTY.encode()


def test_every_mend_at_once_makes_the_draft_publishable(start: Start, manager: User) -> None:
    draft = start(FAULTY)
    with pytest.raises(DraftNotConverted):
        actions.publish_draft(draft=draft, version="1", base=1, by=manager)
    actions.mend_draft(draft=draft, key="all", base=1, version="1", by=manager)
    assert actions.publish_draft(draft=draft, version="1", base=2, by=manager).version == "1"


def test_mend_that_does_not_apply_or_of_another_state_is_refused(
    start: Start, manager: User
) -> None:
    draft = start(FAULTY)
    for key, base in (("cascade", 1), ("names", 7)):
        with pytest.raises(DraftChanged):
            actions.mend_draft(draft=draft, key=key, base=base, by=manager)
    assert draft.revisions.count() == 1


def test_stale_mend_at_the_desk_is_said_and_not_made(
    browse: Browse, manager: User, start: Start
) -> None:
    draft = start(FAULTY)
    answer = browse(manager).post(address(draft), {"mend": "names", "base": "x"})
    assert answer.status_code == 422
    assert "has changed since you opened the page" in answer.content.decode()


def test_earlier_state_is_restored_as_a_new_one_and_downloaded(
    browse: Browse, manager: User, start: Start
) -> None:
    draft = start(FAULTY)
    actions.mend_draft(draft=draft, key="names", base=1, by=manager)
    client = browse(manager)
    assert "Mended" in client.get(address(draft, "draft_history")).content.decode()
    client.post(address(draft, "draft_history"), {"number": "1", "base": "2"})
    assert queries.newest_revision(draft).number == 3
    there = reverse("collect:draft_file", args=[draft.operation.code, draft.pk, 3])
    assert client.get(there).content == FAULTY.encode()
    missing = client.post(address(draft, "draft_history"), {"number": "9", "base": "3"})
    assert missing.status_code == 404


def test_other_file_takes_the_place_of_a_draft(browse: Browse, manager: User, start: Start) -> None:
    draft = start(FAULTY)
    file = SimpleUploadedFile("new.md", SOUND.encode())
    browse(manager).post(address(draft), {"file": file, "base": "1"})
    assert queries.newest_revision(draft).change == "replaced"


def test_concepts_are_suggested_and_written_into_the_form(
    browse: Browse, manager: User, start: Start
) -> None:
    draft = start()
    client = browse(manager)
    page = client.get(address(draft, "draft_concepts")).content.decode()
    assert "The question is named like it." in page
    assert "0 of 2 questions measure something" in page

    client.post(address(draft, "draft_concepts"), {"accept": "1", "base": "1"})

    assert concept_of(draft, "/idp_individuals") == "idp_individuals"
    assert concept_of(draft, "/why") is None
    book = queries.read_revision(queries.newest_revision(draft)).book
    assert book is not None
    assert {"opendtm::concept", "hxl"} <= set(book.headings["survey"])


def test_questions_are_filtered_by_their_concept(
    browse: Browse, manager: User, start: Start
) -> None:
    page = browse(manager).get(address(start(), "draft_concepts"), {"measured": "suggested"})
    assert "1 question shown, 1 hidden" in page.content.decode()


def test_unknown_concept_is_refused_and_the_choice_stays_on_the_page(
    browse: Browse, manager: User, start: Start
) -> None:
    draft = start()
    page = browse(manager).post(
        address(draft, "draft_concepts"), {"/why": "no_such_thing", "base": "1"}
    )
    assert "is no concept of the data dictionary" in page.content.decode()
    assert 'value="no_such_thing"' in page.content.decode()
    with pytest.raises(ConceptUnfit):
        actions.map_draft(draft=draft, concepts={"/why": "x"}, base=1, by=manager)


def test_concepts_of_an_xform_are_said_beside_it(
    operation: Operation, manager: User, start: Start
) -> None:
    content = xform().replace(b' opendtm:concept="idp_households"', b"")
    draft = start(content.decode(), "form.xml")
    actions.map_draft(
        draft=draft, concepts={"/idp_households": "idp_households"}, base=1, by=manager
    )
    assert concept_of(FormDraft.objects.get(), "/idp_households") == "idp_households"
    published = actions.publish_draft(draft=draft, version="", base=1, by=manager)
    assert bytes(published.xform) == content
    assert published.form.concepts == {"/idp_households": "idp_households"}


def test_preview_shows_the_form_in_the_language_that_is_chosen(
    browse: Browse, manager: User, start: Start
) -> None:
    client, draft = browse(manager), start()
    english = client.get(address(draft, "draft_preview")).content.decode()
    french = client.get(
        address(draft, "draft_preview"), {"language_shown": "French (fr)"}
    ).content.decode()
    assert "Why?" in english
    assert "question 1 is more than 0" in english
    assert "Pourquoi ?" in french


def test_pages_of_a_draft_that_is_no_form_yet_say_so(
    browse: Browse, manager: User, start: Start
) -> None:
    client, draft = browse(manager), start(FAULTY)
    for name in ("draft_preview", "draft_concepts"):
        assert "There is nothing to show yet" in client.get(address(draft, name)).content.decode()
    assert "must be mended before" in client.get(address(draft, "publish_draft")).content.decode()


def test_publishing_says_what_breaks_and_makes_a_new_version(
    browse: Browse, manager: User, start: Start, phone: Phone
) -> None:
    first = actions.publish_draft(draft=start(), version="1", base=1, by=manager)
    client = browse(manager)
    client.post(
        reverse("collect:draft_from_version", args=[first.form.operation.code, first.form_id])
    )
    draft = FormDraft.objects.get(closed_at=None)
    changed = SOUND.replace("integer ", "text    ")
    actions.replace_draft(draft=draft, content=changed.encode(), base=1, by=manager)
    page = client.get(address(draft, "publish_draft")).content.decode()
    assert "Type changed: whole number → text." in page
    assert 'class="alert">1<' in page

    answer = client.post(address(draft, "publish_draft"), {"version": "2", "base": "2"})

    second = FormVersion.objects.get(version="2")
    assert second.form == first.form
    assert answer["Location"] == reverse(
        "collect:form", args=[first.form.operation.code, first.form_id]
    )
    assert setting_of(open_content("f.xlsx", bytes(second.xlsform or b"")), "version") == "2"
    listed = phone.ask("GET", "/formList").text
    assert "<version>2</version>" in listed
    old = phone.send(
        filled(form="arrivals", version="1").replace(b"<site_id>S1</site_id>", b"<why>x</why>")
    )
    assert old.status == 201


def test_version_that_the_form_has_had_is_refused_on_the_page(
    browse: Browse, manager: User, start: Start
) -> None:
    first = actions.publish_draft(draft=start(), version="1", base=1, by=manager)
    draft = start()
    with pytest.raises(VersionExists):
        actions.publish_draft(draft=draft, version="1", base=1, by=manager)
    page = browse(manager).post(address(draft, "publish_draft"), {"version": "1", "base": "1"})
    assert "is already published" in page.content.decode()
    assert first.form.versions.count() == 1
    assert FormDraft.objects.get(pk=draft.pk).closed_at is None


def test_draft_with_hard_findings_is_not_published(start: Start, manager: User) -> None:
    text = SOUND.replace(
        "| | text       | why",
        "| | integer    | IDP_individuals | Again | Encore | |\n| | text       | why",
    )
    draft = start(text.replace("IDP_individuals", "idp individuals 2"))
    with pytest.raises((FormHasProblems, DraftNotConverted)):
        actions.publish_draft(draft=draft, version="5", base=1, by=manager)


def test_files_of_the_version_before_go_along(start: Start, manager: User) -> None:
    text = SOUND.replace(
        "| | text       | why",
        "| | select_one_from_file lga.csv | lga | LGA | LGA | |\n| | text       | why",
    )
    first = actions.publish_draft(draft=start(text), version="1", base=1, by=manager)
    FormMedia.objects.create(
        form_version=first, filename="lga.csv", content=b"name,label\n1,One\n", md5="0" * 32
    )
    again = actions.start_from_version(version=first, by=manager)
    second = actions.publish_draft(draft=again, version="2", base=1, by=manager)
    assert [bytes(one.content) for one in second.media.all()] == [b"name,label\n1,One\n"]


def test_closed_draft_is_not_changed_any_more(browse: Browse, manager: User, start: Start) -> None:
    draft = start(FAULTY)
    browse(manager).post(address(draft, "discard_draft"))
    with pytest.raises(DraftClosed):
        actions.mend_draft(draft=draft, key="names", base=1, by=manager)
    page = browse(manager).get(address(draft)).content.decode()
    assert "Closed" in page
    assert "Make every safe mend" not in page
    assert AuditEvent.objects.filter(action="discard_form_draft").count() == 1


def test_facilitator_begins_no_draft(operation: Operation, facilitator: User) -> None:
    with pytest.raises(PermissionDenied):
        actions.start_draft(
            operation=operation, filename="f.md", content=SOUND.encode(), by=facilitator
        )


def test_draft_of_another_operation_does_not_exist(
    browse: Browse, manager: User, start: Start, other_operation: Operation
) -> None:
    draft = start()
    FormDraft.objects.update(operation=other_operation)
    for name in ("draft", "draft_preview", "draft_concepts", "publish_draft", "draft_history"):
        assert browse(manager).get(address(draft, name)).status_code == 404


def test_state_of_a_draft_has_its_number_once(start: Start) -> None:
    draft = start()
    with pytest.raises(IntegrityError), transaction.atomic():
        DraftRevision.objects.create(draft=draft, number=1, content=b"", sha256="", made_by="x")


def test_suggested_version_is_one_that_the_form_has_not_had(
    start: Start, manager: User, published: FormVersion
) -> None:
    day = date(2026, 11, 25)
    assert queries.suggested_version(None, "", day) == "2026112501"
    assert queries.suggested_version(published.form, "2", day) == "2"
    assert queries.suggested_version(published.form, "1", day) == "2026112501"
