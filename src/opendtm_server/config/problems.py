"""What a person sees when something cannot be done: a sentence and a way on, never a traceback.

These pages say it in every language at once and need neither the database nor a session, because either
may be what is broken.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext_noop, override
from django.utils.translation import gettext as translate

from opendtm.errors import OpenDTMError
from opendtm_server.ui.templatetags.words import short_language

SENTENCES = {
    400: (
        gettext_noop("This request cannot be read."),
        gettext_noop("Go back, load the page again and repeat the step."),
    ),
    403: (
        gettext_noop("You may not do this."),
        gettext_noop("Sign in with another account, or ask the head of mission for the right."),
    ),
    404: (
        gettext_noop("There is nothing at this address."),
        gettext_noop("Check the address, or begin at the front page."),
    ),
    500: (
        gettext_noop("Something broke on our side."),
        gettext_noop(
            "Nothing was changed. Try again; if it happens again, tell whoever keeps this house."
        ),
    ),
}
FORGERY = (
    gettext_noop("The page was open for too long, or its security token is missing."),
    gettext_noop("Go back, load the page again and repeat the step. Cookies must be allowed."),
)


class ProblemPages:
    """Turns an OpenDTM error that a view lets through into a page with code, sentence and remedy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep what comes after."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        return self.get_response(request)

    def process_exception(self, _request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 422 with the error in the reader's language; leave every other exception alone."""
        if not isinstance(exception, OpenDTMError):
            return None
        lang = short_language(get_language())
        words = {
            "lang": lang,
            "code": exception.code,
            "sentence": exception.text(lang),
            "remedy": exception.remedy_text(lang),
            "where": exception.where.text(lang),
        }
        return _page(422, [words])


def bad_request(_request: HttpRequest, *_args: object, **_details: object) -> HttpResponse:
    """Answer 400."""
    return _page(400, _in_every_language(*SENTENCES[400]))


def forbidden(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403; the rule's own sentence comes after the general one where it has one."""
    sections = _in_every_language(*SENTENCES[403])
    if exception is not None and str(exception):
        sections[0]["reason"] = str(exception)
    return _page(403, sections)


def not_found(_request: HttpRequest, *_args: object, **_details: object) -> HttpResponse:
    """Answer 404 without saying whether the thing exists for somebody else."""
    return _page(404, _in_every_language(*SENTENCES[404]))


def broken(_request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    return _page(500, _in_every_language(*SENTENCES[500]))


def csrf_failed(_request: HttpRequest, *_args: object, **_details: object) -> HttpResponse:
    """Answer 403 to a form without its security token."""
    return _page(403, _in_every_language(*FORGERY))


def _in_every_language(sentence: str, remedy: str) -> list[dict[str, Any]]:
    first = short_language(get_language())
    languages = sorted((code for code, _name in settings.LANGUAGES), key=lambda code: code != first)
    return [_in_language(lang, sentence, remedy) for lang in languages]


def _in_language(lang: str, sentence: str, remedy: str) -> dict[str, Any]:
    with override(lang):
        return {"lang": lang, "sentence": translate(sentence), "remedy": translate(remedy)}


def _page(status: int, sections: list[dict[str, Any]]) -> HttpResponse:
    page = render_to_string("ui/problem.html", {"status": status, "sections": sections})
    return HttpResponse(page, status=status)
