"""The one place where a request becomes a database role and a transaction, and where both are tried again."""

import json
import logging
import uuid
from collections.abc import Callable
from typing import Any

import pghistory.middleware
from django.conf import settings
from django.contrib.messages.storage import default_storage
from django.db import DataError, Error, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse

from config.database import retry, roles
from config.database.prepared import prepared_cursor
from config.web.errors import unavailable, unreadable

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]


def stays_with_login(request: HttpRequest) -> bool:
    """True for visitors and for pages about oneself, which take no other role."""
    return not request.user.is_authenticated or request.path.startswith(settings.LOGIN_ROLE_PATHS)


class HistoryMiddleware(pghistory.middleware.HistoryMiddleware):
    """Tells the history of rows who is at work where no role is taken, in front of every statement.

    Everywhere else ``RoleMiddleware`` says it once, with the role, for the whole transaction.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in settings.PGHISTORY_MIDDLEWARE_METHODS and stays_with_login(request):
            response: HttpResponse = super().__call__(request)
            return response
        return self.get_response(request)


class RoleMiddleware:
    """Run every view of somebody who is logged in inside one transaction, under the database role of that person.

    Staff act as ``lonja_desk``; people of a customer as ``lonja_portal``, and PostgreSQL shows them the rows of the
    account of ``request.membership`` alone, or none without one. Templates are rendered inside, too. Visitors and
    pages below ``settings.LOGIN_ROLE_PATHS`` (log in, log out, passwords) stay with the login role, which sees
    sessions and users only.

    A deadlock, a serialization failure or a lock timeout runs the view again, four times at most; then 503 with
    Retry-After. A value that PostgreSQL can't take (a NUL, a number out of range) answers 400. Whatever a view has written is undone when it answers 400 or more. Nothing may stream to the portal:
    a stream would be produced after the transaction.

    It has to be the last middleware, because its ``process_view`` takes over the view: a middleware around
    ``get_response`` meets exceptions only as finished 500 answers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if stays_with_login(request):
            return None
        role, account = database_role(request)
        for attempt in range(retry.RETRIES + 1):
            if attempt:
                retry.pause(attempt)
                _forget_first_try(request)
            try:
                return _answer(request, view, args, kwargs, role=role, account=account)
            except DataError as error:
                if not _is_readers(error):
                    raise
                logger.warning("%s holds what the database can't take", request.path, exc_info=True)
                return unreadable()
            except Error as error:
                if not retry.is_repeatable(error):
                    raise
        return unavailable()


_READERS = (None, "22003", "22007", "22008", "22021", "22P05")  # a sign, number or date that nothing can be kept as


def _is_readers(error: DataError) -> bool:
    """Whether what the database can't take was asked or typed; a bad cast of ours is a fault of ours."""
    return getattr(error.__cause__, "sqlstate", None) in _READERS


def database_role(request: HttpRequest) -> tuple[str, int | None]:
    """The role that a logged-in person acts as, and for the portal the account that it is confined to."""
    if request.user.is_authenticated and request.user.is_desk:
        return roles.DESK, None
    membership = getattr(request, "membership", None)
    return roles.PORTAL, membership.account_id if membership else None


def _answer(
    request: HttpRequest,
    view: View,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    *,
    role: str,
    account: int | None,
) -> HttpResponse:
    with transaction.atomic():
        _take_role(role, account, request.user.pk, *_history(request))
        response = view(request, *args, **kwargs)
        if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
            response.render()
        if role == roles.PORTAL and getattr(response, "streaming", False):
            raise RuntimeError(f"{request.path} streams to the portal, outside of its transaction and role.")
        if response.status_code >= 400:
            transaction.set_rollback(True)
    if connection.in_atomic_block:  # a transaction around ours, as in tests, would go on with our role
        _take_role("none", None, None)
    return response


_TAKE_ROLE = """
    SELECT set_config('role', %s, true), set_config('app.account', %s, true), set_config('app.user', %s, true),
           set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true)
"""


def _take_role(role: str, account: int | None, person: int | None, context_id: str = "", metadata: str = "") -> None:
    """Act as a role until the transaction ends, and tell the history of rows who is at work; all falls with it."""
    with prepared_cursor() as cursor:
        cursor.execute(
            _TAKE_ROLE, [role, *("" if pk is None else str(pk) for pk in (account, person)), context_id, metadata]
        )


def _history(request: HttpRequest) -> tuple[str, str]:
    """What the history of rows keeps of a request that may change some: an id, and who asked for what."""
    if request.method not in settings.PGHISTORY_MIDDLEWARE_METHODS:
        return "", ""
    return str(uuid.uuid4()), json.dumps({"user": request.user.pk, "url": request.path})


def _forget_first_try(request: HttpRequest) -> None:
    """Give a view the request that it had before: messages it left are gone, uploads are back at their start."""
    if hasattr(request, "_messages"):
        request._messages = default_storage(request)
    for files in request.FILES.lists():
        for file in files[1]:
            file.seek(0)
