"""The files of a release, open to everybody: downloads, and the parts that the release's page is made of."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from opendtm_server.collect import store
from opendtm_server.publish import queries
from opendtm_server.publish.doors import open_file, release_at
from opendtm_server.publish.models import Release, ReleaseFile
from opendtm_server.publish.products import DOWNLOADS, MEDIA
from opendtm_server.ui.templatetags.words import language


@require_safe
@open_file
def download(
    _request: HttpRequest, operation: str, product: str, number: int, name: str
) -> HttpResponseBase:
    """Give one file of a release; a PDF opens in the browser, everything else is saved."""
    file = queries.file_of(release_at(operation, product, number), name)
    if file is None or file.format not in DOWNLOADS:
        raise Http404
    return _file(file, attached=file.format != "pdf")


@require_safe
@open_file
def map_picture(
    _request: HttpRequest, operation: str, product: str, number: int
) -> HttpResponseBase:
    """Give the map of a release as a picture in the language of the address."""
    return _part(release_at(operation, product, number), "svg", language())


@require_safe
@open_file
def narrow_map(
    _request: HttpRequest, operation: str, product: str, number: int
) -> HttpResponseBase:
    """Give the map drawn for a phone, its letters legible there."""
    return _part(release_at(operation, product, number), "svg_narrow", language())


@require_safe
@open_file
def points(_request: HttpRequest, operation: str, product: str, number: int) -> HttpResponseBase:
    """Give the sites of a release for the map on screen, in the language of the address."""
    return _part(release_at(operation, product, number), "points", language())


@require_safe
@open_file
def areas(_request: HttpRequest, operation: str, product: str, number: int) -> HttpResponseBase:
    """Give the areas of a release for the map on screen."""
    return _part(release_at(operation, product, number), "areas", "")


def _part(release: Release, form: str, lang: str) -> HttpResponseBase:
    file = queries.part_of(release, language=lang, form=form)
    if file is None:
        raise Http404
    return _file(file, attached=False)


def _file(file: ReleaseFile, *, attached: bool) -> FileResponse:
    opened = store.open_kept(file.release.operation.code, file.sha256)
    return FileResponse(
        opened, as_attachment=attached, filename=file.name, content_type=MEDIA[file.format]
    )
