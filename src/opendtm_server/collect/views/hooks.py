"""The address to which another server tells that something came: it is pulled from there, never believed.

What is posted only says *that* there is something new, and which. The submission itself is asked for at the
source, with the house's own account, so that whoever knows the address can bring in nothing of their own.
"""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from opendtm.errors import OpenDTMError
from opendtm_server.collect import actions, basic, queries
from opendtm_server.collect.errors import NoAnswer
from opendtm_server.collect.models import Source
from opendtm_server.collect.tokens import token_hash

BODY_LIMIT = 2 * 1024 * 1024
HOOK_HEADER = "X-OpenDTM-Secret"
KEYS = {"kobo": ("_id",), "central": ("instanceId", "__id")}


@csrf_exempt
@require_POST
def receive(request: HttpRequest, token: str) -> HttpResponse:
    """Take one submission that another server tells of: 201 taken, 200 known, 422 not taken, 503 later.

    404 where no source has that address, 401 where the word beside it is missing or wrong, 400 where the body
    names no submission, 413 where it is too large.
    """
    source = queries.source_of_hook(token_hash(token))
    if source is None:
        return _say(404, "unknown")
    if not _says_the_word(request, source):
        return _say(401, "secret missing or wrong")
    if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_LIMIT:
        return _say(413, "too large")
    key = _key(request.read(BODY_LIMIT + 1), source.kind)
    return _taken(source, key) if key else _say(400, "no submission named")


def _says_the_word(request: HttpRequest, source: Source) -> bool:
    """Compare, in constant time, what stands in the header or as the password of Basic with the hook's word."""
    if not source.hook_word_sha256:  # a hook from before there were words
        return True
    said = (request.headers.get(HOOK_HEADER, ""), basic.password_of(request))
    return any(constant_time_compare(token_hash(one), source.hook_word_sha256) for one in said)


def _taken(source: Source, key: str) -> HttpResponse:
    owner = queries.owner_of(source)
    if owner is None:
        return _say(503, "nobody pulls this source")
    try:
        new = actions.pull_one(source=source, key=key, by=owner)
    except NoAnswer as later:
        return _say(503, later.code)
    except OpenDTMError as problem:
        return _say(422, problem.code)
    return _say(201 if new else 200, "taken" if new else "known")


def _key(body: bytes, kind: str) -> str:
    """Find which submission a body names; nothing where it is nonsense."""
    try:
        said: Any = json.loads(body) if len(body) <= BODY_LIMIT else None
    except ValueError:
        return ""
    inner = said.get("data", said) if isinstance(said, dict) else None
    for candidate in (said, inner):
        if isinstance(candidate, dict):
            for name in KEYS[kind]:
                found = candidate.get(name)
                if isinstance(found, int | str) and not isinstance(found, bool) and str(found):
                    return str(found)[:200]
    return ""


def _say(status: int, words: str) -> HttpResponse:
    return JsonResponse({"outcome": words}, status=status)
