"""The files that go with a form: those published with it, and the entity lists that it names.

A form that chooses from `sites.csv` gets that list as of today, so that a site opened this morning is on
the phone this noon. A file published with the form comes before a list of the same name, but for the sites.
"""

import mimetypes
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from opendtm_server.collect.list_files import list_file
from opendtm_server.collect.models import FormMedia, FormVersion

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

SITES_FILE = "sites.csv"
_LISTS = re.compile(rb"jr://file(?:-csv)?/([A-Za-z_][A-Za-z0-9_-]*)\.csv")


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


def media_of(version: FormVersion) -> list[MediaFile]:
    """Give the files of a form version, by name."""
    published = FormMedia.objects.filter(form_version=version).exclude(filename=SITES_FILE)
    files = {one.filename: _published(one) for one in published.defer("content")}
    for name in lists_named(version):
        kept = None if f"{name}.csv" in files else list_file(version.form.operation, name)
        if kept:
            files[f"{name}.csv"] = MediaFile(f"{name}.csv", kept.md5, kept.content, name)
    return [files[name] for name in sorted(files)]


def media_file(operation: "Operation", key: str, filename: str) -> MediaFile | None:
    """Find one file of a form version of an operation by the version's number and the file's name."""
    if not key.isdecimal():
        return None
    versions = FormVersion.objects.filter(form__operation=operation, pk=int(key))
    version = versions.select_related("form__operation").defer("xform", "xlsform").first()
    if version is None:
        return None
    return next((file for file in media_of(version) if file.filename == filename), None)


def lists_named(version: FormVersion) -> tuple[str, ...]:
    """Name the lists that a form reads from files of the kind `jr://file-csv/NAME.csv`."""
    return _lists_named(version.pk, version.md5)


def _published(media: FormMedia) -> MediaFile:
    return MediaFile(media.filename, media.md5, lambda: bytes(media.content))


@lru_cache(maxsize=256)
def _lists_named(key: int, md5: str) -> tuple[str, ...]:
    xform = FormVersion.objects.values_list("xform", flat=True).get(pk=key, md5=md5)
    return tuple(dict.fromkeys(name.decode() for name in _LISTS.findall(bytes(xform))))
