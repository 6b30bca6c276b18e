"""What every answer carries, what logs leave out, and what people see when something goes wrong."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as house
from django.contrib.auth.models import User
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from opendtm_server.config import problems
from opendtm_server.config.logs import without_secrets
from opendtm_server.config.problems import ProblemPages, broken
from opendtm_server.govern.problems import LastHead


def explode(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError("secret detail")


urlpatterns = [path("en/explode/", explode)]
handler500 = "opendtm_server.config.problems.broken"


@pytest.mark.django_db
def test_policy_allows_nothing_inline_and_nothing_from_outside(client: Client) -> None:
    policy = client.get("/en/login/")["Content-Security-Policy"]
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert parts["default-src"] == parts["script-src"] == parts["style-src"] == "'self'"
    assert parts["object-src"] == parts["frame-ancestors"] == parts["base-uri"] == "'none'"
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.django_db
def test_headers_keep_answers_to_themselves(client: Client) -> None:
    answer = client.get("/en/login/")
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"


def test_pages_of_signed_in_people_are_not_cached(
    browse: Callable[[User], Client], keeper: User
) -> None:
    assert "no-store" in browse(keeper).get("/en/desk/")["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "first"), [("en", "There is nothing"), ("fr", "Il n'y a rien")]
)
def test_missing_page_is_bilingual_with_own_language_first(
    client: Client, language: str, first: str
) -> None:
    answer = client.get(f"/{language}/nothing-here/")
    text = answer.content.decode().replace("&#x27;", "'")
    assert answer.status_code == 404
    assert first in text.split("<h2>")[0]
    assert "There is nothing" in text
    assert "Il n'y a rien" in text


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_broken_page_shows_no_traceback() -> None:
    answer = Client(raise_request_exception=False).get("/en/explode/")
    text = answer.content.decode()
    assert answer.status_code == 500
    assert "Something broke" in text
    assert "secret detail" not in text
    assert "Traceback" not in text


def test_broken_page_needs_no_database() -> None:
    assert broken(HttpRequest()).status_code == 500


@pytest.mark.parametrize(
    ("page", "status"), [(problems.bad_request, 400), (problems.csrf_failed, 403)]
)
def test_problem_page_has_its_status(
    page: Callable[[HttpRequest], HttpResponse], status: int
) -> None:
    assert page(HttpRequest()).status_code == status


def test_refusal_says_the_rules_own_sentence() -> None:
    page = problems.forbidden(HttpRequest(), PermissionError("Only the keeper."))
    assert "Only the keeper." in page.content.decode()


def test_known_problem_becomes_a_page_with_code_and_remedy() -> None:
    page = ProblemPages(lambda _request: HttpResponse()).process_exception(
        HttpRequest(), LastHead()
    )
    assert page is not None
    assert page.status_code == 422
    assert "OD801" in page.content.decode()
    assert "Make somebody else head of mission first." in page.content.decode()


def test_unknown_problem_is_left_alone() -> None:
    assert (
        ProblemPages(lambda _request: HttpResponse()).process_exception(HttpRequest(), ValueError())
        is None
    )


def test_log_leaves_out_tokens_and_requests() -> None:
    event = {
        "event": "Not Found: /openrosa/key/s3cret/formList",
        "request": object(),
        "args": ("/openrosa/key/s3cret/x",),
    }
    kept = without_secrets(None, "warning", event)
    assert "s3cret" not in json.dumps(kept)
    assert "formList" in kept["event"]


@pytest.mark.django_db
def test_log_of_a_missing_page_has_no_token(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    handler = logging.getLogger().handlers
    formatter = next(
        one.formatter for one in handler if getattr(one.formatter, "foreign_pre_chain", None)
    )
    record = logging.makeLogRecord(
        {
            "name": "django.request",
            "levelno": 30,
            "levelname": "WARNING",
            "msg": "Not Found: %s",
            "args": ("/openrosa/key/abc123/formList",),
        }
    )
    assert formatter is not None
    line = formatter.format(record)
    assert "abc123" not in line
    assert json.loads(line)["event"] == "Not Found: /openrosa/key/-/formList"


def test_cookies_are_out_of_reach_of_scripts() -> None:
    assert house.SESSION_COOKIE_HTTPONLY
    assert house.CSRF_COOKIE_HTTPONLY
    assert house.SESSION_COOKIE_SAMESITE == "Lax"


def test_deployment_behind_tls_passes_djangos_own_check(settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.SECURE_SSL_REDIRECT = (
        True
    )
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    settings.SECURE_HSTS_PRELOAD = True
    call_command("check", deploy=True, fail_level="WARNING")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("accepted", "language"), [("fr-ML,fr;q=0.9", "fr"), ("en-GB", "en"), ("de", "en")]
)
def test_address_without_language_follows_the_browser(
    client: Client, accepted: str, language: str
) -> None:
    assert (
        client.get("/desk/", headers={"accept-language": accepted})["Location"]
        == f"/{language}/desk/"
    )
