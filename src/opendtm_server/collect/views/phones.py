"""What phones talk to: the OpenRosa protocol below `/openrosa/key/<token>/`.

These addresses know no session and no cookie: the token in the address is the key, and nothing else. That
is why they alone are exempt from the check against forged requests.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

import structlog
from django.db import Error as DatabaseFailure
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.csrf import csrf_exempt

from opendtm_server.collect import actions, basic, digest, openrosa, queries
from opendtm_server.collect.errors import (
    DigestStale,
    DigestUnknown,
    HouseUnavailable,
    NotHere,
    Refusal,
    StoreFailed,
)
from opendtm_server.collect.faults import fault
from opendtm_server.collect.form_list import address_of, form_list_of
from opendtm_server.collect.media import MediaFile, media_file, media_of, with_media
from opendtm_server.collect.models import Device, FormVersion
from opendtm_server.collect.parcel import laid_down, size_limit, taken_apart, whole
from opendtm_server.collect.queries.scopes import scope_of
from opendtm_server.collect.tokens import device_of, remembered_device
from opendtm_server.collect.views.methods import require_http_methods, require_safe
from opendtm_server.ui.templatetags.words import short_language

log = structlog.get_logger()
RETRY_SECONDS = "120"
BASIC = f'Basic realm="{digest.REALM}", charset="UTF-8"'
PENDING_HEADER = "X-OpenDTM-Pending"
PhoneView = Callable[..., HttpResponse]


def for_phones(view: PhoneView) -> PhoneView:
    """Open an address to the phone whose token stands in it, or that signs in by Basic or Digest.

    Every failure becomes an OpenRosa answer.
    """
    return _opened(view, device_of)


def for_senders(view: PhoneView) -> PhoneView:
    """Open an address as `for_phones` does, for an action that checks again whether the phone is welcome."""
    return _opened(view, remembered_device)


def _opened(view: PhoneView, find: Callable[[str], Device]) -> PhoneView:
    @csrf_exempt
    @wraps(view)
    def answered(request: HttpRequest, token: str = "", **kwargs: str) -> HttpResponse:
        try:
            _check_address(request)
            device = find(token) if token else _device_of_request(request)
            return openrosa.with_headers(view(request, device, **kwargs))
        except Refusal as refusal:
            return refused(refusal, challenges=_challenges(request, refusal))
        except OSError as failure:
            log.warning("disk_failed", kind=type(failure).__name__, errno=failure.errno)
            return refused(StoreFailed())
        except DatabaseFailure as failure:
            log.warning("database_unavailable", kind=type(failure).__name__)
            return refused(HouseUnavailable())

    return answered


def _device_of_request(request: HttpRequest) -> Device:
    kind = request.headers.get("Authorization", "").partition(" ")[0].lower()
    if kind == "digest":
        return digest.device_of_request(request)
    return basic.device_of_request(request)


def _challenges(request: HttpRequest, refusal: Refusal) -> tuple[str, ...]:
    """Say how to sign in, in the order of our wishes: ODK Collect takes the first way that it knows.

    Over TLS that is Basic, which people can use too and which costs no journey more; without TLS it is Digest,
    which keeps the token off the wire. Where Digest cannot succeed Basic stands alone, so that an application
    that prefers Digest goes on to it.
    """
    if refusal.status != HTTPStatus.UNAUTHORIZED:
        return ()
    if isinstance(refusal, DigestUnknown):
        return (BASIC,)
    nonce = str(refusal.details.get("nonce", ""))
    asked = digest.challenge(nonce=nonce, stale=isinstance(refusal, DigestStale))
    return (BASIC, asked) if request.is_secure() else (asked, BASIC)


def _check_address(request: HttpRequest) -> None:
    """Refuse what no address here holds, before any of it is looked up."""
    if "\0" in request.path_info or "%00" in str(request.META.get("QUERY_STRING", "")):
        raise NotHere


def refused(refusal: Refusal, *, challenges: tuple[str, ...] = ()) -> HttpResponse:
    """Answer with a refusal's status and words for the enumerator; `challenges` say how to sign in."""
    lang = short_language(get_language())
    words = f"{refusal.text(lang)} {refusal.remedy_text(lang)}".strip()
    response = openrosa.respond(
        openrosa.answer(f"{words} ({refusal.code})", nature="submit_error"),
        status=refusal.status,
        challenges=challenges,
    )
    if refusal.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = RETRY_SECONDS
    log.info("phone_refused", code=refusal.code, status=refusal.status)
    return response


@for_phones
@require_safe
def form_list(request: HttpRequest, device: Device) -> HttpResponse:
    """List the blank forms of the phone's operation; `?formID=` asks for one."""
    actions.note_contact(
        device=device,
        application=request.headers.get("User-Agent", ""),
        pending=_pending(request),
    )
    wanted = request.GET.get("formID")
    listed = tuple(
        version
        for version in queries.versions_for_phones(device.operation)
        if wanted is None or version.form_id == wanted
    )
    document = form_list_of(listed, with_media(listed), below=_below(request))
    return openrosa.respond(document)


@for_phones
@require_safe
def form(_request: HttpRequest, device: Device, *, address: str) -> HttpResponse:
    """Give a form's bytes, as they were published."""
    version = _version(device, address)
    actions.note_form(device=device, version=version)
    return openrosa.respond(bytes(version.xform))


@for_phones
@require_safe
def manifest(request: HttpRequest, device: Device, *, address: str) -> HttpResponse:
    """List the files that belong to a form."""
    version, below = _version(device, address), _below(request)
    files = (
        openrosa.ListedMedia(
            file.filename,
            file.md5,
            address_of(below, "media", f"{version.pk}/{file.filename}"),
            address_of(below, "integrity", file.entity_list) if file.entity_list else "",
        )
        for file in media_of(version, scope_of(device))
    )
    return openrosa.respond(openrosa.manifest(files))


@for_phones
@require_safe
def media(request: HttpRequest, device: Device, *, address: str) -> HttpResponse:
    """Give a file that belongs to a form; 304 where the phone has it already."""
    key, _, filename = address.partition("/")
    file = media_file(device.operation, key, filename, scope_of(device))
    if file is None:
        raise NotHere
    etag = quote_etag(file.md5)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = _download(file)
    if not isinstance(response, HttpResponse):
        raise NotHere
    response["ETag"] = etag
    return response


@for_senders
@require_http_methods(["HEAD", "POST"])
def submission(request: HttpRequest, device: Device) -> HttpResponse:
    """Say how much may be sent at once, or take a filled form."""
    if request.method == "HEAD":
        response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    else:
        response = taken(_received(request, device))
        fault("before_answer")
    response["Location"] = request.build_absolute_uri(request.path)
    response["X-OpenRosa-Accept-Content-Length"] = str(size_limit())
    return response


def _received(request: HttpRequest, device: Device) -> actions.Receipt:
    with laid_down(request) as body:
        try:
            parcel = taken_apart(body, str(request.META.get("CONTENT_TYPE", "")))
        except Refusal as reason:
            if body.size:
                actions.put_in_quarantine(device=device, body=whole(body), reason=reason)
            raise
        return actions.receive_submission(device=device, parcel=parcel)


def taken(receipt_: actions.Receipt) -> HttpResponse:
    """Answer what was taken: 201 for something new, 202 for a repeat."""
    submission_ = receipt_.submission
    missing = sum(1 for _, sha256 in receipt_.files if not sha256)
    held = openrosa.ReceiptOf(
        form_id=submission_.form_version.form.form_id,
        instance_id=submission_.instance_id,
        received_at=submission_.received_at.isoformat(),
        sha256=submission_.sha256,
        complete=submission_.complete,
        files=tuple((name, sha256) for name, sha256 in receipt_.files if sha256),
    )
    words = _words(receipt_.outcome, missing)
    status = (
        HTTPStatus.ACCEPTED if receipt_.outcome is actions.Outcome.REPEATED else HTTPStatus.CREATED
    )
    return openrosa.respond(
        openrosa.answer(words, nature="submit_success", receipt=held), status=status
    )


def _words(outcome: actions.Outcome, missing: int) -> str:
    if outcome is actions.Outcome.REPEATED:
        words = gettext("This form had been received before; nothing was added.")
    elif outcome is actions.Outcome.ADDED:
        words = gettext("More files of this form were received and are safe.")
    else:
        words = gettext("The form was received and is safe.")
    if missing:
        words += " " + ngettext(
            "%(count)d announced file is still missing.",
            "%(count)d announced files are still missing.",
            missing,
        ) % {"count": missing}
    return words


def _pending(request: HttpRequest) -> int | None:
    """Read how many forms wait on the phone, where it tells: our page in the browser does, ODK Collect does not."""
    told = request.headers.get(PENDING_HEADER, "")
    return int(told) if told.isdecimal() and len(told) < 7 else None


def _version(device: Device, address: str) -> FormVersion:
    version = queries.version_at(device.operation, address)
    if version is None:
        raise NotHere
    return version


def _below(request: HttpRequest) -> str:
    """Give the address below which everything for this phone stands; it ends with a stroke."""
    token = request.resolver_match.kwargs.get("token", "") if request.resolver_match else ""
    path = reverse("openrosa:form_list", kwargs={"token": token} if token else {})
    return request.build_absolute_uri(path.removesuffix("formList"))


def _download(file: MediaFile) -> HttpResponse:
    response = HttpResponse(file.content, content_type=file.media_type)
    response["Content-Disposition"] = "attachment"
    return response
