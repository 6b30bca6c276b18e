"""The browser forms: one page that opens without a network, its worker, and what makes it installable.

The page is the same for everybody and holds nothing of anybody: who fills in is known to the browser alone,
which keeps the key that stood in the address. It talks to the house through the phones' addresses.
"""

import hashlib
import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext, override
from django.views.decorators.http import require_safe

from opendtm_server.collect.fill_words import catalogues
from opendtm_server.ui.policy import content_policy

FILES = (
    "build/fill.css",
    "build/tokens.css",
    "build/fill.js",
    "build/fill-form.js",
    "build/fonts/NotoSans-Regular.woff",
    "build/fonts/NotoSans-SemiBold.woff",
    "ui/icon.svg",
)
POLICY = content_policy(
    {
        "script-src": "'self' 'wasm-unsafe-eval'",
        "img-src": "'self' data: blob:",
        "media-src": "'self' blob:",
        "worker-src": "'self'",
    }
)
PERMISSIONS = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"
TEMPLATE = "collect/fill.html"


@require_safe
def page(request: HttpRequest, token: str = "") -> HttpResponse:  # noqa: ARG001 - the browser reads the key
    """Give the page. A key in its address is taken by the browser and never written into the page."""
    response = render(request, TEMPLATE, _context())
    response["Content-Security-Policy"] = POLICY
    response["Permissions-Policy"] = PERMISSIONS
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """Give the worker of the page: the list of what it keeps, named after its content, and its script."""
    files = [static(name) for name in FILES]
    shell = {"edition": _edition(files), "files": files}
    script = f"self.shell = {json.dumps(shell)};\nimportScripts({json.dumps(static('build/fill-worker.js'))});\n"
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = reverse("openrosa:fill")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def manifest(_request: HttpRequest) -> JsonResponse:
    """Give what a browser needs to put the page on the home screen."""
    address = reverse("openrosa:fill")
    icon = {"src": static("ui/icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    told = {
        "id": address,
        "start_url": address,
        "scope": address,
        "name": "OpenDTM",
        "short_name": "OpenDTM",
        "description": _in_every_language("Forms"),
        "display": "standalone",
        "background_color": "#F5F7F9",
        "theme_color": "#1F5C99",
        "icons": [icon],
    }
    return JsonResponse(told, content_type="application/manifest+json")


def _context() -> dict[str, object]:
    return {"languages": settings.LANGUAGES, "words": {"catalogues": catalogues()}}


def _edition(files: list[str]) -> str:
    """Name this edition of the page: it changes with any word of it and with any file it is made of."""
    page_now = render_to_string(TEMPLATE, _context())
    return hashlib.sha256("\n".join([*files, page_now]).encode()).hexdigest()[:16]


def _in_every_language(sentence: str) -> str:
    said = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            said.append(gettext(sentence))
    return " / ".join(said)
