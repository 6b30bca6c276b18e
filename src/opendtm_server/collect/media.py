"""The files that go with a form: those published with it, and the list of the operation's sites.

A form that chooses its site from `sites.csv` gets that list made anew, so that a site opened this morning
is on the phone this noon. Columns: `name` (the site's code, which is what the form stores), `label`, `area`.
"""

import csv
import io
import mimetypes
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from opendtm_server.collect.actions.forms import md5
from opendtm_server.collect.models import FormMedia, FormVersion
from opendtm_server.collect.queries.forms import SITES_FILE, wants_sites
from opendtm_server.places import queries as places

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


@dataclass(frozen=True)
class MediaFile:
    """One file that goes with a form."""

    filename: str
    content: bytes
    md5: str

    @property
    def media_type(self) -> str:
        """Guess the type from the name; bytes where it says nothing."""
        return mimetypes.guess_type(self.filename)[0] or "application/octet-stream"


def media_of(version: FormVersion) -> list[MediaFile]:
    """Give the files of a form version, by name."""
    files = [
        MediaFile(one.filename, bytes(one.content), one.md5)
        for one in FormMedia.objects.filter(form_version=version).exclude(filename=SITES_FILE)
    ]
    if wants_sites(version):
        content = sites_csv(version.form.operation)
        files.append(MediaFile(SITES_FILE, content, md5(content)))
    return sorted(files, key=lambda file: file.filename)


def media_file(operation: "Operation", key: str, filename: str) -> MediaFile | None:
    """Find one file of a form version of an operation by the version's number and the file's name."""
    versions = (
        FormVersion.objects.filter(form__operation=operation, pk=int(key))
        if key.isdecimal()
        else None
    )
    version = versions.select_related("form__operation").first() if versions is not None else None
    if version is None:
        return None
    return next((file for file in media_of(version) if file.filename == filename), None)


def sites_csv(operation: "Operation") -> bytes:
    """Write the operation's sites of today that are not closed, for a choice on the phone."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(["name", "label", "area"])
    for site in places.sites_on(operation, timezone.localdate()):
        if site.status != "closed":
            area = next((name for name in reversed(site.admin_names) if name), "")
            lines.writerow([site.site_id, site.name, area])
    return text.getvalue().encode()
