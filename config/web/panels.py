"""Another view's fragment inside a page, drawn at once as part of the page's own request."""

import copy
from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.middleware.csrf import get_token
from django.urls import get_script_prefix, resolve
from django.utils.safestring import SafeString
from django_htmx.middleware import HtmxDetails

from config.database.prepared import prepared
from config.web.requests import WebRequest

Found = TypeVar("Found")


def once_for_page(request: WebRequest, key: str, find: Callable[[], Found]) -> Found:
    """Return what ``find`` returns, asked once for all panels that are drawn with a page; ``key`` names it."""
    found: dict[str, Found] = request.__dict__.setdefault("found_for_page", {})
    if key not in found:
        found[key] = find()
    return found[key]


def draw(request: WebRequest, address: str, target: str) -> SafeString:
    """Return what ``address`` answers to a panel with the id ``target``, "" for what this person may not see.

    The view is asked as htmx would ask it, by the same person, in the same transaction and role, with its own checks
    of access; session, person and role are read once for the page and all its panels.
    """
    path, _mark, query = address.partition("?")
    if "CSRF_COOKIE" not in request.META:
        get_token(request)  # one secret for the page and the forms of its panels
    request.__dict__.setdefault("found_for_page", {})
    asked = copy.copy(request)
    asked.__dict__.pop("headers", None)
    asked.method = "GET"
    asked.path = path
    asked.path_info = "/" + path.removeprefix(get_script_prefix())
    asked.GET, asked.POST = QueryDict(query), QueryDict()
    asked.META = {
        **request.META,
        "REQUEST_METHOD": "GET",
        "PATH_INFO": asked.path_info,
        "QUERY_STRING": query,
        "HTTP_HX_REQUEST": "true",
        "HTTP_HX_TARGET": target,
        "HTTP_HX_CURRENT_URL": request.build_absolute_uri(),
    }
    asked.META.pop("HTTP_HX_HISTORY_RESTORE_REQUEST", None)
    asked.htmx = HtmxDetails(asked)
    asked._messages = []  # what is to be said belongs to the page
    asked.resolver_match = match = resolve(asked.path_info)
    try:
        with prepared():
            response = match.func(asked, *match.args, **match.kwargs)
    except (Http404, PermissionDenied):
        return SafeString("")
    return SafeString(response.content.decode() if response.status_code == 200 else "")
