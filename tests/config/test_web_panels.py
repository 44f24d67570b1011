"""Panels drawn as part of the page: asked as htmx would ask, with the view's own checks."""

from urllib.parse import urlencode

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import path

from config.web import panels
from config.web.pages import swap_target

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def told(request: HttpRequest) -> HttpResponse:
    """Say how it was asked."""
    parts = [request.method, request.path, swap_target(request), request.headers["HX-Current-URL"], len(request.POST)]
    return HttpResponse(" ".join(map(str, [*parts, request.GET.urlencode(), len(get_messages(request))])))


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def missing(request: HttpRequest) -> HttpResponse:
    raise Http404


def broken(request: HttpRequest) -> HttpResponse:
    return HttpResponse("no", status=422)


urlpatterns = [path("told/", told), path("forbidden/", forbidden), path("missing/", missing), path("broken/", broken)]


def ask(address: str, request: HttpRequest | None = None) -> str:
    return panels.draw(request or RequestFactory().get("/page/?view=late"), address, "own_panel")


def test_view_is_asked_as_htmx_asks() -> None:
    query = urlencode({"customer": 5, "_panel": "order_table"})
    assert ask(f"/told/?{query}") == f"GET /told/ own_panel http://testserver/page/?view=late 0 {query} 0"


def test_request_of_the_page_stays_as_it_was() -> None:
    request = RequestFactory().post("/page/", {"a": "1"}, headers={"HX-Target": "main"})
    assert "GET /told/ own_panel" in ask("/told/", request)
    assert (request.method, request.path, request.headers["HX-Target"]) == ("POST", "/page/", "main")
    assert request.POST["a"] == "1"


@pytest.mark.parametrize("address", ["/forbidden/", "/missing/", "/broken/"])
def test_what_the_reader_may_not_see_is_left_empty(address: str) -> None:
    assert ask(address) == ""
