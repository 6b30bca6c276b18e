"""The page of the browser forms as the house gives it: policy, worker, words, nothing of anybody."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from opendtm_server.collect.fill_words import WORDS, catalogues
from opendtm_server.config.headers import HEADERS
from opendtm_server.config.logs import without_secrets

FRONTEND = Path(__file__).resolve().parents[3] / "frontend"
SAID = re.compile(r"""\b(?:say|count)\((?:[^"()]|\([^"()]*\))*"([^"]+)"(?:, "([^"]+)")?""")
pytestmark = pytest.mark.django_db


def policy(answer: object) -> dict[str, str]:
    """Read the security policy of an answer."""
    parts = str(answer["Content-Security-Policy"]).split("; ")  # type: ignore[index]
    return dict(part.split(" ", 1) for part in parts)


def said_in_scripts() -> set[str]:
    """Find every sentence that the scripts of the page say."""
    scripts = [*sorted((FRONTEND / "src" / "fill").glob("*.js")), FRONTEND / "webforms.mjs"]
    text = "\n".join(script.read_text().replace('\\"', '"') for script in scripts)
    found = {words for match in SAID.findall(text) for words in match if words}
    listed = re.search(r"const WORDS = \[(.*?)\];", text, re.DOTALL)
    assert listed is not None
    return found | {words.strip() for words in re.findall(r'"(.+)",\n', listed.group(1))}


def test_page_runs_no_script_from_text_and_no_inline_style(client: Client) -> None:
    found = policy(client.get(reverse("openrosa:fill")))
    assert found["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert found["style-src"] == "'self'"
    assert found["connect-src"] == "'self'"
    assert "unsafe-inline" not in str(found)
    assert "'unsafe-eval'" not in str(found)


def test_other_pages_keep_the_common_policy(client: Client) -> None:
    answer = client.get(reverse("govern:login"))
    assert answer["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]
    assert policy(answer)["script-src"] == "'self'"
    assert "geolocation=()" in answer["Permissions-Policy"]


def test_page_never_holds_the_key_of_its_address(client: Client) -> None:
    with_key = client.get(reverse("openrosa:fill_with_key", kwargs={"token": "secret-key"}))
    without = client.get(reverse("openrosa:fill"))
    assert with_key.status_code == 200
    assert with_key.content == without.content
    assert with_key["Referrer-Policy"] == "no-referrer"


def test_page_needs_no_session_and_sets_no_cookie(client: Client) -> None:
    answer = client.get(reverse("openrosa:fill"))
    assert answer.cookies == {}
    assert "csrf" not in answer.content.decode()


def test_worker_serves_its_folder_and_lists_what_it_keeps(client: Client) -> None:
    answer = client.get(reverse("openrosa:fill_worker"))
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Service-Worker-Allowed"] == "/fill/"
    assert answer["Cache-Control"] == "no-cache"
    first = answer.content.decode().splitlines()[0]
    shell = json.loads(first.removeprefix("self.shell = ").removesuffix(";"))
    assert "/static/build/fill-form.js" in shell["files"]
    assert re.fullmatch("[0-9a-f]{16}", shell["edition"])


def test_worker_takes_a_new_name_when_a_word_changes(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = client.get(reverse("openrosa:fill_worker")).content
    assert client.get(reverse("openrosa:fill_worker")).content == before
    changed = {"fr": {"Send": "Transmettre"}}
    monkeypatch.setattr("opendtm_server.collect.views.fill.catalogues", lambda: changed)
    assert client.get(reverse("openrosa:fill_worker")).content != before


def test_manifest_makes_the_page_installable(client: Client) -> None:
    told = client.get(reverse("openrosa:fill_manifest")).json()
    assert told["start_url"] == told["scope"] == "/fill/"
    assert told["display"] == "standalone"
    assert told["icons"]
    assert told["description"] == "Forms / Formulaires"


def test_every_sentence_of_the_scripts_is_translated() -> None:
    assert said_in_scripts() <= set(WORDS)
    french = catalogues()["fr"]
    assert [words for words in WORDS if not french[words]] == []
    assert french["Send"] == "Envoyer"


def test_no_sentence_is_translated_for_nothing() -> None:
    scripts = "\n".join(
        path.read_text()
        for path in [*(FRONTEND / "src" / "fill").glob("*.js"), FRONTEND / "webforms.mjs"]
    )
    assert [words for words in WORDS if words not in scripts] == []


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("GET /fill/abc-DEF_1/ 200", "GET /fill/-/ 200"),
        ("GET /openrosa/key/abc/formList", "GET /openrosa/key/-/formList"),
        ("GET /fill/ 200", "GET /fill/ 200"),
        ("GET /fill/worker.js 200", "GET /fill/worker.js 200"),
    ],
)
def test_logs_hold_no_key(written: str, kept: str) -> None:
    assert without_secrets(None, "info", {"event": written}) == {"event": kept}
