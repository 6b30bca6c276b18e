"""Which methods an address for phones knows; any other is refused in OpenRosa's words, not with an empty page."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from opendtm_server.collect import openrosa
from opendtm_server.collect.errors import MethodRefused
from opendtm_server.ui.templatetags.words import short_language

View = Callable[..., HttpResponse]


def require_http_methods(methods: list[str]) -> Callable[[View], View]:
    """Let requests of these methods through; 405 with words and the methods that are known otherwise."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.method in methods:
                return view(request, *args, **kwargs)
            return _refused(methods)

        return guarded

    return guard


def require_safe(view: View) -> View:
    """Let requests through that only read."""
    return require_http_methods(["GET", "HEAD"])(view)


def _refused(methods: list[str]) -> HttpResponse:
    refusal = MethodRefused()
    lang = short_language(get_language())
    words = f"{refusal.text(lang)} {refusal.remedy_text(lang)} ({refusal.code})"
    response = openrosa.respond(
        openrosa.answer(words, nature="submit_error"), status=refusal.status
    )
    response["Allow"] = ", ".join(methods)
    return response
