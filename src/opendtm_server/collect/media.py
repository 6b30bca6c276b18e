"""The files that go with a form: those published with it, and the entity lists that it names.

A form that chooses from `sites.csv` gets that list as of today, so that a site opened this morning is on
the phone this noon. A file published with the form comes before a list of the same name, but for the sites.
"""

import mimetypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opendtm_server.collect.list_files import list_file
from opendtm_server.collect.models import FormMedia, FormVersion
from opendtm_server.collect.queries.declared import lists_named
from opendtm_server.collect.queries.forms import ListedVersion
from opendtm_server.collect.queries.scopes import EVERYWHERE, Scope

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

SITES_FILE = "sites.csv"
NUMBER_LENGTH = 18


@dataclass(frozen=True)
class MediaFile:
    """One file that goes with a form; `entity_list` is the list's name where it is one."""

    filename: str
    md5: str
    read: Callable[[], bytes]
    entity_list: str = ""

    @property
    def content(self) -> bytes:
        """Give the file's bytes."""
        return self.read()

    @property
    def media_type(self) -> str:
        """Guess the type from the name; bytes where it says nothing."""
        return mimetypes.guess_type(self.filename)[0] or "application/octet-stream"


def media_of(version: FormVersion, scope: Scope = EVERYWHERE) -> list[MediaFile]:
    """Give the files of a form version by name, its lists cut to a scope."""
    published = FormMedia.objects.filter(form_version=version).exclude(filename=SITES_FILE)
    files = {one.filename: _published(one) for one in published.defer("content")}
    for name in lists_named(version):
        kept = None if f"{name}.csv" in files else list_file(version.form.operation, name, scope)
        if kept:
            files[f"{name}.csv"] = MediaFile(f"{name}.csv", kept.md5, kept.content, name)
    return [files[name] for name in sorted(files)]


def media_file(
    operation: "Operation", key: str, filename: str, scope: Scope = EVERYWHERE
) -> MediaFile | None:
    """Find one file of a form version of an operation by the version's number and the file's name."""
    if not key.isdecimal() or len(key) > NUMBER_LENGTH:
        return None
    versions = FormVersion.objects.filter(form__operation=operation, pk=int(key))
    version = versions.select_related("form__operation").defer("xform", "xlsform").first()
    if version is None:
        return None
    return _one(version, filename, scope)


def with_media(versions: Sequence[ListedVersion]) -> frozenset[int]:
    """Tell which of some form versions have files, by number, without reading or writing any."""
    keys = [version.pk for version in versions]
    published = FormMedia.objects.filter(form_version_id__in=keys)
    named = (version.pk for version in versions if lists_named(version))
    return frozenset(published.values_list("form_version_id", flat=True)).union(named)


def _one(version: FormVersion, filename: str, scope: Scope) -> MediaFile | None:
    own = FormMedia.objects.filter(form_version=version, filename=filename)
    if filename != SITES_FILE and (found := own.first()):
        return _published(found)
    name = filename.removesuffix(".csv")
    if filename == name or name not in lists_named(version):
        return None
    kept = list_file(version.form.operation, name, scope)
    return MediaFile(filename, kept.md5, kept.content, name) if kept else None


def _published(media: FormMedia) -> MediaFile:
    return MediaFile(media.filename, media.md5, lambda: bytes(media.content))
