"""Setting up another server that submissions are taken from: where, with which secret, how often."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from opendtm.forms import concept_lines
from opendtm_server.collect import rules
from opendtm_server.collect.actions.concepts import set_concepts
from opendtm_server.collect.errors import SecretMissing, SourceNameTaken
from opendtm_server.collect.models import Form, Source
from opendtm_server.collect.queries.forms import definition_of
from opendtm_server.collect.sources.addresses import server_of
from opendtm_server.collect.sources.opening import Place
from opendtm_server.collect.sources.sealing import seal
from opendtm_server.collect.tokens import token_hash
from opendtm_server.govern import audit

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


@dataclass(frozen=True)
class Habits:
    """How a source is pulled: every so many minutes (None: by hand), and what its form's questions measure."""

    every_minutes: int | None = None
    mapping: str = ""


@dataclass(frozen=True)
class HookSecrets:
    """What a webhook knows: the part of its address, and the word that it says beside it with every call."""

    token: str
    word: str


@transaction.atomic
def add_source(
    *,
    operation: "Operation",
    name: str,
    place: Place,
    secret: str,
    habits: Habits = Habits(),
    by: User,
) -> Source:
    """Keep where a form lies and how to sign in; the secret is sealed and never shown again.

    Raises PermissionDenied, AddressRefused, SecretMissing, SourceNameTaken or ConceptLineUnfit.
    """
    rules.check_manage(by, operation)
    if not secret:
        raise SecretMissing(name=name)
    if Source.objects.filter(operation=operation, name=name).exists():
        raise SourceNameTaken(name=name)
    source = Source.objects.create(
        operation=operation,
        name=name,
        **{**vars(place), "url": server_of(place.url)},
        **vars(habits),
        secret=seal(secret),
        created_by=by.get_username(),
    )
    details = {"kind": place.kind, "every_minutes": habits.every_minutes}
    _note(by, "add_source", source, details)
    _apply_mapping(source, by)
    return source


@transaction.atomic
def change_source(*, source: Source, secret: str = "", habits: Habits, by: User) -> Source:
    """Replace the secret (an empty one leaves it) and say anew how the source is pulled."""
    rules.check_manage(by, source.operation)
    said_anew = habits.mapping != source.mapping
    source.every_minutes, source.mapping = habits.every_minutes, habits.mapping
    if secret:
        source.secret = seal(secret)
    source.save(update_fields=["every_minutes", "mapping", "secret"])
    details = {"every_minutes": habits.every_minutes, "secret": bool(secret), "mapping": said_anew}
    _note(by, "change_source", source, details)
    if said_anew:
        _apply_mapping(source, by)
    return source


def keep_source(
    *, operation: "Operation", place: Place, secret: str, habits: Habits, by: User
) -> Source:
    """Find the source of a form on another server, or make it; the newest secret and habits hold.

    Without a secret the one kept before is used. Raises what `add_source` raises.
    """
    url = server_of(place.url)
    known = Source.objects.filter(operation=operation, **{**vars(place), "url": url}).first()
    if known is None:
        name = _free_name(operation, place)
        return add_source(
            operation=operation, name=name, place=place, secret=secret, habits=habits, by=by
        )
    kept = Habits(habits.every_minutes or known.every_minutes, habits.mapping or known.mapping)
    if secret or kept != Habits(known.every_minutes, known.mapping):
        return change_source(source=known, secret=secret, habits=kept, by=by)
    return known


@transaction.atomic
def pause_source(*, source: Source, by: User) -> Source:
    """Take nothing more from a source, and accept no webhook of it; again, and it goes on."""
    rules.check_manage(by, source.operation)
    source.paused_at = None if source.paused_at else timezone.now()
    source.save(update_fields=["paused_at"])
    _note(by, "pause_source", source, {"paused": source.paused_at is not None})
    return source


@transaction.atomic
def open_hook(*, source: Source, by: User) -> HookSecrets:
    """Give a source's webhook new secrets, shown this once; those that it had before are worthless."""
    rules.check_manage(by, source.operation)
    made = HookSecrets(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    source.hook_sha256, source.hook_word_sha256 = token_hash(made.token), token_hash(made.word)
    source.save(update_fields=["hook_sha256", "hook_word_sha256"])
    _note(by, "open_hook", source, {})
    return made


def _apply_mapping(source: Source, by: User) -> None:
    """Read the mapping with the newest version of the form where the house has it; else when it comes."""
    form = Form.objects.filter(operation=source.operation, form_id=source.remote_form).first()
    version = form.versions.select_related("form__operation").first() if form else None
    if version is not None and source.mapping:
        set_concepts(
            form=version.form, concepts=concept_lines(source.mapping, definition_of(version)), by=by
        )


def _free_name(operation: "Operation", place: Place) -> str:
    wanted = slugify(f"{place.kind}-{place.remote_form}")[:36] or place.kind
    taken = set(Source.objects.filter(operation=operation).values_list("name", flat=True))
    names = [wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


def _note(by: User, action: str, source: Source, details: Mapping[str, object]) -> None:
    audit.record(
        by.get_username(),
        action,
        operation=source.operation.code,
        subject=source.name,
        details=dict(details),
    )
