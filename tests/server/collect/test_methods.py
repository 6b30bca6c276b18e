"""A phone that uses an address in the wrong way is told so in words, in its language."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from opendtm_server.collect.views.methods import require_http_methods, require_safe

View = Callable[[HttpRequest], HttpResponse]


@require_http_methods(["HEAD", "POST"])
def takes(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("taken")


@require_safe
def gives(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("given")


@pytest.mark.parametrize(("view", "method"), [(takes, "POST"), (gives, "GET"), (gives, "HEAD")])
def test_a_known_method_comes_through(view: View, method: str) -> None:
    assert view(RequestFactory().generic(method, "/")).status_code == 200


@pytest.mark.parametrize(
    ("view", "method", "allowed"), [(takes, "PUT", "HEAD, POST"), (gives, "POST", "GET, HEAD")]
)
def test_another_method_is_refused_in_words(view: View, method: str, allowed: str) -> None:
    answer = view(RequestFactory().generic(method, "/"))

    assert answer.status_code == 405
    assert answer["Allow"] == allowed
    assert "This address cannot be used in this way" in answer.content.decode()
    assert "(OD715)" in answer.content.decode()


def test_the_words_are_in_the_phones_language() -> None:
    with translation.override("fr"):
        answer = takes(RequestFactory().put("/"))

    assert "ne peut pas être utilisée" in answer.content.decode()
