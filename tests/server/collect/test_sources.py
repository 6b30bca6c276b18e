"""Sources: set up with a sealed secret, read with somebody else's form, pulled when they are due, by the command too."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from tests.server.collect.elsewhere import CentralServer, KoboServer
from tests.server.phone import filled, xform

from opendtm.errors.forms import ConceptLineUnfit
from opendtm_server.collect import actions, queries
from opendtm_server.collect.errors import (
    AddressRefused,
    SecretMissing,
    SourceNameTaken,
)
from opendtm_server.collect.models import FormVersion, Pull, Round, Source, Submission
from opendtm_server.collect.sources.opening import open_remote
from opendtm_server.collect.sources.sealing import seal, unseal
from opendtm_server.collect.tokens import token_hash
from opendtm_server.govern.models import AuditEvent, Operation
from opendtm_server.places.models import Site

SECRET = "what a secret"
PLAIN = xform().replace(b" opendtm:concept=", b" data-x=")
LINES = "# what is asked\n/site_id: site_id\nassessment_date: assessment_date\nidp_individuals : idp_individuals  # persons\n"


def central_at(url: str = "https://central.example.org") -> actions.Place:
    """Say where a form lies."""
    return actions.Place("central", url, "site_visit", 7, "reader@example.org")


@pytest.fixture
def central(settings: Any) -> Iterator[CentralServer]:
    """Give an ODK Central whose form says nothing of concepts."""
    settings.OPENDTM_PRIVATE_SOURCES = True
    server = CentralServer(forms={"1": PLAIN})
    yield server
    server.close()


def test_seal_gives_back_what_was_sealed_and_only_in_this_house(settings: Any) -> None:
    sealed = seal(SECRET)
    assert SECRET.encode() not in sealed
    assert unseal(sealed, name="x") == SECRET
    settings.SECRET_KEY = "the key of another house"
    with pytest.raises(SecretMissing):
        unseal(sealed, name="x")


def test_add_source_needs_the_right_a_secret_and_an_address_outside(
    operation: Operation, manager: User, coordinator: User
) -> None:
    def add(place: actions.Place, secret: str = SECRET, by: User = manager) -> Source:
        return actions.add_source(
            operation=operation, name="one", place=place, secret=secret, by=by
        )

    with pytest.raises(PermissionDenied):
        add(central_at(), by=coordinator)
    with pytest.raises(SecretMissing):
        add(central_at(), secret="")
    with pytest.raises(AddressRefused):
        add(central_at("http://central.example.org"))
    add(central_at())
    with pytest.raises(SourceNameTaken):
        add(central_at())


def test_keep_source_finds_the_same_place_again(operation: Operation, manager: User) -> None:
    def keep(secret: str, minutes: int | None = None) -> Source:
        habits = actions.Habits(minutes)
        return actions.keep_source(
            operation=operation, place=central_at(), secret=secret, habits=habits, by=manager
        )

    first = keep(SECRET)
    again = keep("", 60)
    assert first == again
    assert first.name == "central-site_visit"
    again.refresh_from_db()
    assert again.every_minutes == 60
    assert unseal(bytes(again.secret), name="x") == SECRET
    keep("another")
    again.refresh_from_db()
    assert unseal(bytes(again.secret), name="x") == "another"


def test_pull_with_a_mapping_places_what_a_foreign_form_says(
    central: CentralServer, operation: Operation, manager: User, site: Site
) -> None:
    central.send("uuid:a", filled(instance="uuid:a", persons=42))
    source = actions.add_source(
        operation=operation,
        name="one",
        place=central_at(central.url),
        secret=central.password,
        habits=actions.Habits(mapping=LINES),
        by=manager,
    )

    actions.pull_source(source=source, by=manager)

    held = Submission.objects.get()
    assert bytes(held.form_version.xform) == PLAIN
    assert held.site == site
    assert queries.observation_of(held)["idp_individuals"] == 42


def test_mapping_said_later_places_what_came_before(
    central: CentralServer, operation: Operation, manager: User, site: Site
) -> None:
    central.send("uuid:a", filled(instance="uuid:a", persons=42))
    source = actions.add_source(
        operation=operation,
        name="one",
        place=central_at(central.url),
        secret=central.password,
        by=manager,
    )
    actions.pull_source(source=source, by=manager)
    assert Submission.objects.get().site is None

    actions.change_source(source=source, habits=actions.Habits(mapping=LINES), by=manager)

    held = Submission.objects.get()
    assert held.site == site
    assert queries.observation_of(held)["idp_individuals"] == 42


def test_mapping_that_names_no_question_is_refused_with_its_line(
    published: FormVersion, manager: User
) -> None:
    operation = published.form.operation
    for lines in ("nothing_like_it: site_id", "site_id: no_such_concept", "site_id"):
        with pytest.raises(ConceptLineUnfit):
            actions.add_source(
                operation=operation,
                name="one",
                place=central_at(),
                secret=SECRET,
                habits=actions.Habits(mapping=lines),
                by=manager,
            )
    assert not Source.objects.exists()


def test_pull_with_a_mapping_that_does_not_fit_publishes_nothing_and_fails(
    central: CentralServer, operation: Operation, manager: User
) -> None:
    central.send("uuid:a", filled(instance="uuid:a"))
    source = actions.add_source(
        operation=operation,
        name="one",
        place=central_at(central.url),
        secret=central.password,
        habits=actions.Habits(mapping="nowhere: site_id"),
        by=manager,
    )

    run = actions.pull_source(source=source, by=manager)

    assert (run.state, run.error_code) == ("failed", "OD772")
    assert not FormVersion.objects.exists()


def test_due_names_what_was_pulled_too_long_ago(operation: Operation, manager: User) -> None:
    made = {}
    for name, minutes in (("by-hand", None), ("new", 60), ("early", 60), ("late", 60)):
        made[name] = actions.add_source(
            operation=operation,
            name=name,
            place=central_at(),
            secret=SECRET,
            habits=actions.Habits(minutes),
            by=manager,
        )
    now = timezone.now()
    for name, ago in (("early", 30), ("late", 61)):
        run = Pull.objects.create(
            source=made[name], by="house", worker="x:1", finished_at=now, state="done"
        )
        Pull.objects.filter(pk=run.pk).update(started_at=now - timedelta(minutes=ago))

    assert [one.name for one in queries.due(now)] == ["new", "late"]
    actions.pause_source(source=made["late"], by=manager)
    assert [one.name for one in queries.due(now)] == ["new"]


def test_source_is_signed_in_to_with_its_opened_secret(
    settings: Any, operation: Operation, manager: User
) -> None:
    settings.OPENDTM_PRIVATE_SOURCES = True
    server = KoboServer()
    place = actions.Place("kobo", server.url, server.asset)
    source = actions.add_source(
        operation=operation, name="one", place=place, secret=server.token, by=manager
    )
    remote = open_remote(source)
    assert remote.title() == "Site visit"
    remote.close()
    server.close()


def test_open_hook_gives_a_new_secret_and_keeps_its_hash(
    operation: Operation, manager: User
) -> None:
    source = actions.add_source(
        operation=operation, name="one", place=central_at(), secret=SECRET, by=manager
    )
    first = actions.open_hook(source=source, by=manager)
    second = actions.open_hook(source=source, by=manager)
    source.refresh_from_db()
    assert len({first.token, first.word, second.token, second.word}) == 4
    assert (source.hook_sha256, source.hook_word_sha256) == (
        token_hash(second.token),
        token_hash(second.word),
    )
    assert AuditEvent.objects.filter(action="open_hook").count() == 2


def opendtm(
    *arguments: object, lang: str = "en", **secrets: str
) -> subprocess.CompletedProcess[str]:
    """Run a command as a person does, over a database of its own."""
    environment = {
        name: value for name, value in os.environ.items() if name != "OPENDTM_DATABASE_URL"
    }
    return subprocess.run(
        [sys.executable, "-m", "opendtm.cli.main", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env=environment | {"OPENDTM_LANG": lang, "OPENDTM_PRIVATE_SOURCES": "1"} | secrets,
    )


@pytest.mark.command_line
def test_command_pulls_from_central_into_a_new_house(tmp_path: Path) -> None:
    server = CentralServer(forms={"1": xform()})
    server.send("uuid:a", filled(instance="uuid:a"))
    server.send("uuid:b", b"<data id='site_visit' version='1'>")
    wanted = ("pull", "central", "--data", tmp_path / "house", "--url", server.url)
    wanted = (*wanted, "--project", 7, "--form", "site_visit", "--user", server.account)

    first = opendtm(*wanted, OPENDTM_PULL_PASSWORD=server.password)
    again = opendtm(*wanted, lang="fr", OPENDTM_PULL_PASSWORD="")
    server.close()

    assert first.returncode == 1
    assert "2 seen, 1 taken, 1 not taken." in first.stdout
    assert "uuid:b: OD703" in first.stderr
    assert "not well formed" in first.stderr
    assert "Message(" not in first.stderr
    assert server.password not in first.stdout + first.stderr + again.stdout + again.stderr
    assert again.returncode == 0, again.stderr
    assert "0 prises" in again.stdout


@pytest.mark.command_line
def test_command_without_a_password_says_where_it_belongs(tmp_path: Path) -> None:
    done = opendtm(
        "pull",
        "kobo",
        "--data",
        tmp_path / "house",
        "--url",
        "https://kf.example.org",
        "--asset",
        "a1",
    )
    assert done.returncode == 1
    assert "OD774" in done.stderr
    assert "OPENDTM_PULL_TOKEN" in done.stderr


def test_rounds_are_found_for_what_is_pulled(
    central: CentralServer, week: Round, manager: User
) -> None:
    operation = week.operation
    central.send("uuid:a", filled(instance="uuid:a", day="2026-01-06"))
    source = actions.add_source(
        operation=operation,
        name="one",
        place=central_at(central.url),
        secret=central.password,
        by=manager,
    )
    actions.pull_source(source=source, by=manager)
    assert Submission.objects.get().round == week
