"""What is read about forms: the list for phones, one version by its address, its questions."""

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import F, OuterRef, QuerySet, Subquery

from opendtm import forms as workshop
from opendtm.forms import FormDefinition
from opendtm_server.collect.models import Form, FormVersion, Submission
from opendtm_server.govern.access import Reader, check_may
from opendtm_server.govern.roles import Permission

if TYPE_CHECKING:
    from opendtm.records import Finding
    from opendtm_server.govern.models import Operation

DefinitionKey = tuple[int, str, str, str, tuple[tuple[str, str], ...]]


def forms_for(reader: Reader, operation: "Operation") -> QuerySet[Form]:
    """Give the operation's forms with their versions. PermissionDenied without the right to manage them."""
    check_may(reader, Permission.MANAGE_COLLECTION, operation)
    return (
        Form.objects.filter(operation=operation)
        .prefetch_related("versions")
        .order_by("title", "form_id")
    )


def filled_forms(operation: "Operation") -> QuerySet[Form]:
    """Give the forms of which something was sent, retired ones too, by title; for rooms that check the reader.

    Each version is looked up in the ordered index. Asked whether a submission of a version exists, PostgreSQL
    reads every submission for each version without one, where nearly all are of another.
    """
    at_or_after = Submission.objects.filter(form_version_id__gte=OuterRef("pk"))
    nearest = at_or_after.order_by("form_version_id").values("form_version_id")[:1]
    versions = FormVersion.objects.filter(form__operation=operation).order_by()
    filled = versions.annotate(nearest=Subquery(nearest)).filter(nearest=F("pk"))
    return Form.objects.filter(pk__in=filled.values("form_id")).order_by("title", "form_id")


def versions_of(form: Form) -> QuerySet[FormVersion]:
    """Give the versions of a form, the newest first, without their bytes."""
    return form.versions.select_related("form").defer("xform", "xlsform").order_by("-pk")


def listed_versions(operation: "Operation") -> list[FormVersion]:
    """Give the newest version of every form that phones should hold, by form ID."""
    every = FormVersion.objects.filter(form__operation=operation, form__retired_at=None)
    every = every.select_related("form").defer("xform", "xlsform").order_by("form__form_id", "-pk")
    newest: dict[int, FormVersion] = {}
    for version in every:
        newest.setdefault(version.form_id, version)
    return list(newest.values())


class ListedVersion(NamedTuple):
    """What the list of forms says of a version."""

    pk: int
    md5: str
    form_id: str
    version: str
    title: str


def versions_for_phones(operation: "Operation") -> tuple[ListedVersion, ...]:
    """Give what `listed_versions` gives, as bare facts: hundreds cost little, and alike lists are equal."""
    every = FormVersion.objects.filter(form__operation=operation, form__retired_at=None)
    facts = ("pk", "md5", "form__form_id", "version", "form__title")
    newest: dict[str, ListedVersion] = {}
    for row in every.order_by("form__form_id", "-pk").values_list(*facts):
        newest.setdefault(row[2], ListedVersion(*row))
    return tuple(newest.values())


def version_at(operation: "Operation", address: str) -> FormVersion | None:
    """Find a published version by `form ID/version`, as it stands in a download address."""
    versions = FormVersion.objects.filter(form__operation=operation).select_related("form")
    for version in versions.defer("xform", "xlsform"):
        if f"{version.form.form_id}/{version.version}" == address:
            return version
    return None


def published_version(operation: "Operation", form_id: str, version: str) -> FormVersion | None:
    """Find the version that a submission was filled with, retired or not."""
    found = FormVersion.objects.filter(
        form__operation=operation, form__form_id=form_id, version=version
    )
    return found.select_related("form__operation").defer("xform", "xlsform").first()


def definition_of(version: FormVersion) -> FormDefinition:
    """Give the questions of a version."""
    return definition_by_key(*definition_key(version))


def definition_key(version: FormVersion) -> DefinitionKey:
    """Give all that the questions of a version depend on."""
    said = tuple(sorted(version.form.concepts.items()))
    return version.pk, version.md5, version.form.form_id, version.version, said


def definition_keys(versions: Iterable[int]) -> dict[int, DefinitionKey]:
    """Give all that the questions of some versions depend on, by the version's number."""
    found = FormVersion.objects.filter(pk__in=set(versions)).select_related("form")
    return {one.pk: definition_key(one) for one in found.defer("xform", "xlsform")}


def definitions(versions: Iterable[int]) -> list[FormDefinition]:
    """Give the questions of some versions, named by number."""
    return [definition_by_key(*key) for key in definition_keys(versions).values()]


def look_over(source: bytes) -> "tuple[Finding, ...]":
    """Say what the check thinks of an XLSForm's bytes, without publishing it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "form.xlsx"
        path.write_bytes(source)
        return workshop.check(path)


@lru_cache(maxsize=128)
def definition_by_key(
    key: int, md5: str, form_id: str, version: str, said: tuple[tuple[str, str], ...]
) -> FormDefinition:
    """Read a version's bytes; its ID and version are those under which it was published."""
    xform = FormVersion.objects.values_list("xform", flat=True).get(pk=key, md5=md5)
    read = replace(workshop.read_form(bytes(xform)), form_id=form_id, version=version)
    return workshop.with_concepts(read, dict(said))
