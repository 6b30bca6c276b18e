"""Where the files of exports lie, and what they are called when they are handed out."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify

from opendtm.render.raw import FORMATS
from opendtm_server.verify.models import Export


def path_of(export: Export) -> Path:
    """Say where the file of an export lies."""
    ending = FORMATS[export.wishes["kind"]][0]
    return Path(settings.DATA_DIR) / "exports" / f"{export.pk}{ending}"


def making_of(export: Export) -> Path:
    """Say where the rows of an export lie while it is made."""
    return Path(settings.DATA_DIR) / "exports" / f"{export.pk}.making"


def filename_of(export: Export) -> str:
    """Name the file for who takes it: the operation, the form, the day, the number."""
    form = slugify(export.form.form_id) or "form"
    day = timezone.localdate().isoformat()
    ending = FORMATS[export.wishes["kind"]][0]
    return f"{export.operation.code}_{form}_{day}_{export.pk}{ending}"


def sha256_of(path: Path) -> str:
    """Give the SHA-256 of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
