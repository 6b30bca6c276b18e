"""The doors of the portal: finding what an address names, and saying how long an answer may be kept.

A page may be kept for a minute by anybody's cache as long as nobody is signed in; a file of a release
never changes and may be kept for ever.
"""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers

from opendtm_server.collect import store
from opendtm_server.govern.queries import public_operation
from opendtm_server.publish import queries
from opendtm_server.publish.models import Release, ReleaseFile

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

A_MINUTE, A_YEAR = 60, 31_536_000
View = Callable[..., HttpResponseBase]


def open_page(view: View) -> View:
    """Let caches keep a page for a minute, apart for each cookie, and not at all for people signed in."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        patch_vary_headers(response, ["Cookie"])
        if not request.user.is_authenticated:
            patch_cache_control(response, public=True, max_age=A_MINUTE)
        return response

    return door


def open_file(view: View) -> View:
    """Let caches keep a file of a release for ever: it never changes and is the same for everybody."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        patch_cache_control(response, public=True, max_age=A_YEAR, immutable=True)
        return response

    return door


def operation_at(code: str) -> "Operation":
    """Give the operation of an address; Http404 where there is none."""
    found = public_operation(code)
    if found is None:
        raise Http404
    return found


def release_at(operation: str, product: str, number: int) -> Release:
    """Give the release of an address; Http404 where there is none."""
    found = queries.release(operation_at(operation), product, number)
    if found is None:
        raise Http404
    return found


def address_of(release: Release) -> str:
    """Give the address of a release's page in the reader's language."""
    return reverse(
        "publish:release", args=[release.operation.code, release.product, release.number]
    )


def content_of(file: ReleaseFile) -> bytes:
    """Read a file of a release."""
    return store.read_kept(file.release.operation.code, file.sha256)
