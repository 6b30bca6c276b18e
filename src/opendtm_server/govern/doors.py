"""The door of every staff page: signed in, a role in the operation, and the right that the page asks for.

A page behind `desk_page` receives the operation itself. Somebody without a role in the operation gets 404,
as if it did not exist; somebody with a role that does not suffice gets 403.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from opendtm_server.govern.access import check_may
from opendtm_server.govern.models import Operation
from opendtm_server.govern.queries import has_first_password, operation_for
from opendtm_server.govern.roles import Permission

P = ParamSpec("P")
DeskView = Callable[Concatenate[HttpRequest, Operation, P], HttpResponseBase]
Door = Callable[..., HttpResponseBase]


def desk_page(permission: Permission) -> Callable[[DeskView[P]], Door]:
    """Open a page `view(request, operation, ...)` to those whose role allows `permission`.

    The address must hold `<slug:operation>`.
    """

    def with_door(view: DeskView[P]) -> Door:
        @wraps(view)
        def door(
            request: HttpRequest, operation: str, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            found = _operation(request, operation)
            check_may(request.user, permission, found)
            return view(request, found, *args, **kwargs)

        return signed_in(door)

    return with_door


def signed_in(view: Door) -> Door:
    """Open a page to every signed-in person whose first password has been replaced."""

    @login_required
    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if has_first_password(request.user):
            return redirect("govern:password")
        return view(request, *args, **kwargs)

    return door


def actor(request: HttpRequest) -> User:
    """Give the person behind a request that came through a door."""
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    return user


def _operation(request: HttpRequest, code: str) -> Operation:
    try:
        return operation_for(request.user, code)
    except Operation.DoesNotExist as missing:
        raise Http404 from missing
