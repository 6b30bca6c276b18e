"""A short way for phones: their addresses know no session, no cookie and no page, so nothing of that is set up.

It stands after the headers that every answer carries and before everything that serves browsers.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override

PREFIX = "/openrosa/"


class PhoneLine:
    """Hands a phone's request to its view, in the language of the phone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep what comes after, for everybody else."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        request.resolver_match = match
        language = get_language_from_request(request)
        with override(language):
            response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language",))
        return response
