"""Answers for when nothing else can be answered; neither asks the database anything."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

RETRY_AFTER = 5  # seconds


def unavailable() -> HttpResponse:
    """503: nothing was changed, and the same request may succeed in a moment."""
    response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def unreadable() -> HttpResponse:
    """400: something asked or typed is nothing that the database can keep; the same request will fail again."""
    return HttpResponse(render_to_string("400.html"), status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's ``handler500``: 503 when it was the database that failed or took too long, else 500."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable()
    return HttpResponse(render_to_string("500.html"), status=500)
