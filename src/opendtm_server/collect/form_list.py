"""The list of blank forms as a phone gets it.

The document is written once for the forms that it lists and kept; the address below which a phone finds them,
which holds its token, is put in for each phone. What is kept is known by all that the document says, as the
database has it at that moment: a form published or retired is in the next list, or out of it.
"""

import secrets
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote
from xml.sax.saxutils import escape

from django.utils.http import RFC3986_SUBDELIMS

from opendtm_server.collect import openrosa
from opendtm_server.collect.queries.forms import ListedVersion

SAFE = f"{RFC3986_SUBDELIMS}/~:@"
_BELOW = f"below-{secrets.token_hex(16)}/"  # stands for the address; no title can hold it


def form_list_of(
    versions: tuple[ListedVersion, ...], with_files: frozenset[int], *, below: str
) -> bytes:
    """Write the list of some form versions, with a manifest for those `with_files`."""
    return _document(versions, with_files).replace(_BELOW.encode(), escape(below).encode())


def address_of(below: str, kind: str, what: str) -> str:
    """Give the address of a form, a manifest or a file."""
    return f"{below}{kind}/{quote(what, safe=SAFE)}"


@lru_cache(maxsize=32)
def _document(versions: tuple[ListedVersion, ...], with_files: frozenset[int]) -> bytes:
    return openrosa.form_list(_listed(versions, with_files))


def _listed(
    versions: tuple[ListedVersion, ...], with_files: frozenset[int]
) -> Iterator[openrosa.ListedForm]:
    for one in versions:
        address = f"{one.form_id}/{one.version}"
        has_files = one.pk in with_files
        yield openrosa.ListedForm(
            form_id=one.form_id,
            name=one.title,
            version=one.version,
            md5=one.md5,
            download_url=address_of(_BELOW, "forms", address),
            manifest_url=address_of(_BELOW, "manifest", address) if has_files else "",
        )
