"""A page or the fragment of it that htmx asked for."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

PRIVATE_PARAMETERS = ("_panel", "_news", "_peek")
ELEMENT_ID = re.compile(r"[A-Za-z][\w-]{0,63}")
NEWS = "components/_news.html"


def fragment_id(template: str) -> str:
    """Return the id of the container whose content a fragment is: ``orders/_order_table.html`` → ``order_table``."""
    return PurePosixPath(template).stem.removeprefix("_")


def swap_target(request: HttpRequest) -> str:
    """Return the id of the element that htmx will fill, "" for a whole page or a history restore."""
    headers = request.headers
    if headers.get("HX-Request") != "true" or headers.get("HX-History-Restore-Request") == "true":
        return ""
    target = headers.get("HX-Target", "")
    return target if ELEMENT_ID.fullmatch(target) else ""


def address(request: HttpRequest, **changes: object) -> str:
    """Return this page's address with query parameters changed; None or "" drops one. Internal ones are kept."""
    query: dict[str, object] = dict(request.GET.lists())
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"{request.path}?{urlencode(query, doseq=True)}" if query else request.path


def public_address(request: HttpRequest) -> str:
    """Return this page's address as it may stand in the browser's bar: without internal and empty parameters."""
    query: QueryDict = request.GET.copy()
    for name in [name for name in query if name in PRIVATE_PARAMETERS or not any(query.getlist(name))]:
        query.pop(name)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    fragments: Sequence[str] = (),
    status: int = 200,
    triggers: Sequence[str] = (),
) -> HttpResponse:
    """Return the page, or exactly the fragment whose container htmx is going to fill.

    ``fragments`` are the templates of the page that may be asked for alone: the one whose file stem without the
    underscore equals ``HX-Target`` is rendered (inside a panel, which has an id of its own, the one named by the
    query parameter ``_panel``). ``triggers`` are event names for ``HX-Trigger`` ("orders-changed").

    Pending messages become toasts of a fragment. The address is pushed only when the fragment belongs to the page
    that is open; fragments are never stored by the browser.
    """
    context = {**(context or {})}
    target = swap_target(request)
    wanted = request.GET.get("_panel", "") if target else ""
    wanted = wanted if ELEMENT_ID.fullmatch(wanted) else target
    chosen = next((name for name in fragments if fragment_id(name) == wanted), None)
    listing = context.get("list")
    if wanted and chosen is None and listing is not None and wanted == f"{listing.target}_news":
        chosen = NEWS

    context["target"] = target if chosen else ""
    context["embedded"] = bool(chosen) and not _same_page(request)
    response = render(request, chosen or template, context, status=status)
    patch_vary_headers(response, ("HX-Request", "HX-Target"))
    if chosen:
        response["Cache-Control"] = "no-store"
        push = request.method == "GET" and chosen != NEWS and status < 400 and not context["embedded"]
        response["HX-Push-Url"] = public_address(request) if push else "false"
    if request.headers.get("HX-Request") == "true":
        _add_triggers(request, response, triggers, with_toasts=bool(chosen))
    return response


def go_to(
    request: HttpRequest, to: str | Model, *args: object, triggers: Sequence[str] = (), **kwargs: object
) -> HttpResponse:
    """Answer a finished POST with another page: a redirect, or ``HX-Redirect`` when htmx sent it.

    ``to`` is what ``django.shortcuts.redirect`` takes. Messages wait for the page that opens.
    """
    url = resolve_url(to, *args, **kwargs)
    if request.headers.get("HX-Request") == "true":
        response = HttpResponse(status=204)
        response["HX-Redirect"] = url
    else:
        response = HttpResponse(status=303)
        response["Location"] = url
    patch_vary_headers(response, ("HX-Request", "HX-Target"))
    return response


def done(request: HttpRequest, triggers: Sequence[str] = ()) -> HttpResponse:
    """Answer a POST that swaps nothing: 204 with pending messages as toasts and the events of ``triggers``.

    A plain form goes back to the page it came from, where the messages wait.
    """
    if request.headers.get("HX-Request") != "true":
        back = request.headers.get("Referer", "/")
        safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
        return go_to(request, back if safe else "/")
    response = HttpResponse(status=204)
    _add_triggers(request, response, triggers, with_toasts=True)
    return response


def toast(request: HttpRequest, text: str, *, undo: str = "", level: int = messages.SUCCESS) -> None:
    """Say ``text`` to the user once, as a toast; ``undo`` is the address that a POST to takes it back."""
    messages.add_message(request, level, text, extra_tags=f"undo:{undo}" if undo else "")


def _same_page(request: HttpRequest) -> bool:
    """Tell whether the request comes from the very page it addresses (and not from a panel or a drawer)."""
    if "_panel" in request.GET:
        return False
    return urlsplit(request.headers.get("HX-Current-URL", "")).path == request.path


def _add_triggers(request: HttpRequest, response: HttpResponse, triggers: Sequence[str], *, with_toasts: bool) -> None:
    events: dict[str, object] = {name: {} for name in triggers}
    if with_toasts:
        toasts = [
            {
                "text": str(message),
                "kind": message.level_tag,
                "undo": (message.extra_tags or "").partition("undo:")[2],
            }
            for message in messages.get_messages(request)
        ]
        if toasts:
            events["toast"] = {"toasts": toasts}
    if events:
        response["HX-Trigger"] = json.dumps(events)
