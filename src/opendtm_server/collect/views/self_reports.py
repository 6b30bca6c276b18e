"""What anybody with a public link sees: one form, its files, and the address that takes it.

No session and no cookie; whoever answers stays unknown. Opened in a browser a refusal is a page in every
language; to the page's own script it is an OpenRosa answer, as to a phone.
"""

import json
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from opendtm_server.collect import actions, openrosa, queries, rules
from opendtm_server.collect.errors import LinkFull, NotHere, Refusal
from opendtm_server.collect.fill_words import catalogues
from opendtm_server.collect.media import media_file, media_of
from opendtm_server.collect.models import PublicLink
from opendtm_server.collect.open_lists import without_positions
from opendtm_server.collect.parcel import laid_down, taken_apart
from opendtm_server.collect.queries.scopes import EVERYWHERE
from opendtm_server.collect.views.fill import PERMISSIONS, POLICY
from opendtm_server.collect.views.phones import refused, taken

LinkView = Callable[..., HttpResponse]


def for_everybody(view: LinkView) -> LinkView:
    """Open an address to whoever has the link; every refusal becomes an OpenRosa answer."""

    @csrf_exempt
    @wraps(view)
    def answered(request: HttpRequest, secret: str, **kwargs: str) -> HttpResponse:
        try:
            return view(request, queries.public_link_at(secret), **kwargs)
        except Refusal as refusal:
            return refused(refusal)

    return answered


@require_safe
def page(request: HttpRequest, secret: str) -> HttpResponse:
    """Give the page with the form, or say in every language why there is none."""
    try:
        link = queries.public_link_at(secret)
        rules.check_link_open(link, at=timezone.now())
        if link.used >= link.quota:
            raise LinkFull
        version = queries.version_of_link(link)
    except Refusal as refusal:
        context: dict[str, object] = {"said": _in_every_language(refusal)}
        response = render(request, "collect/self_report.html", context, status=refusal.status)
    else:
        files = [file.filename for file in media_of(version, EVERYWHERE)]
        context = {"media": json.dumps(files), "words": {"catalogues": catalogues()}}
        context |= {"languages": settings.LANGUAGES, "base": request.path}
        response = render(request, "collect/self_report.html", context)
    response["Content-Security-Policy"] = POLICY
    response["Permissions-Policy"] = PERMISSIONS
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@for_everybody
@require_safe
def form(_request: HttpRequest, link: PublicLink) -> HttpResponse:
    """Give the form's bytes."""
    return openrosa.respond(bytes(queries.version_of_link(link).xform))


@for_everybody
@require_safe
def media(_request: HttpRequest, link: PublicLink, *, filename: str) -> HttpResponse:
    """Give a file that belongs to the form; lists with persons are never among them, nor where sites are."""
    version = queries.version_of_link(link)
    file = media_file(link.operation, str(version.pk), filename, EVERYWHERE)
    if file is None:
        raise NotHere
    content = without_positions(file.content) if file.entity_list else file.content
    response = HttpResponse(content, content_type=file.media_type)
    response["Content-Disposition"] = "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@for_everybody
@require_POST
def submission(request: HttpRequest, link: PublicLink) -> HttpResponse:
    """Take a filled form, and count it."""
    rules.check_link_open(link, at=timezone.now())
    with laid_down(request) as body:
        parcel = taken_apart(body, str(request.META.get("CONTENT_TYPE", "")))
        return taken(actions.receive_from_link(link=link, parcel=parcel))


def _in_every_language(refusal: Refusal) -> list[tuple[str, str, str]]:
    said = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            said.append((code, refusal.text(code), refusal.remedy_text(code)))
    return said
