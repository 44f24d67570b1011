"""What a request gets: page or fragment, headers, toasts; preferences; the live question."""

import json
from typing import Any

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import RequestFactory
from django.urls import reverse

from config.web import badges, live, pages, preferences
from config.web.pages import done, go_to, render_page, toast

FRAGMENTS = ["demo/_row_table.html", "demo/_peek.html"]
HX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _templates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of the test's own: each says its name and what the context tells it."""

    def render(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        return HttpResponse(f"{template} {context['target']} {context['embedded']}", status=status)

    monkeypatch.setattr(pages, "render", render)


def ask(url: str = "/rows/", method: str = "get", **headers: str) -> HttpRequest:
    request = getattr(RequestFactory(), method)(
        url, headers={name.replace("_", "-"): text for name, text in headers.items()}
    )
    request._messages = CookieStorage(request)
    return request


def answer(request: HttpRequest, **options: Any) -> HttpResponse:
    return render_page(request, "demo/page.html", {}, fragments=FRAGMENTS, **options)


def test_a_plain_request_gets_the_page() -> None:
    response = answer(ask())
    assert response.content == b"demo/page.html  False"
    assert response["Vary"] == "HX-Request, HX-Target"
    assert not response.has_header("HX-Push-Url")
    assert not response.has_header("Cache-Control")


def test_the_target_gets_its_fragment_and_the_address_is_pushed_clean() -> None:
    request = ask(
        "/rows/?q=vega&status=&page=2",
        HX_Request="true",
        HX_Target="row_table",
        HX_Current_URL="http://testserver/rows/",
    )
    response = answer(request)
    assert response.content == b"demo/_row_table.html row_table False"
    assert response["HX-Push-Url"] == "/rows/?q=vega&page=2"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "headers",
    [
        {"HX_Request": "true", "HX_Target": "unknown"},
        {"HX_Request": "true", "HX_Target": "main"},
        {"HX_Request": "true"},
        {"HX_Target": "row_table"},
        {"HX_Request": "true", "HX_Target": "row_table", "HX_History_Restore_Request": "true"},
        {"HX_Request": "true", "HX_Target": "<script>"},
    ],
)
def test_anything_else_gets_the_page(headers: dict[str, str]) -> None:
    assert answer(ask(**headers)).content == b"demo/page.html  False"


def test_a_drawer_opened_on_another_page_pushes_no_address() -> None:
    response = answer(ask("/rows/5/", HX_Request="true", HX_Target="peek", HX_Current_URL="http://testserver/rows/"))
    assert response.content == b"demo/_peek.html peek True"
    assert response["HX-Push-Url"] == "false"


def test_a_panel_names_its_fragment_and_keeps_its_own_id() -> None:
    response = answer(ask("/rows/?_panel=row_table&customer=5", HX_Request="true", HX_Target="customer_rows"))
    assert response.content == b"demo/_row_table.html customer_rows True"
    assert response["HX-Push-Url"] == "false"


def test_a_post_pushes_no_address_and_a_mistake_is_422() -> None:
    request = ask(method="post", HX_Request="true", HX_Target="row_table", HX_Current_URL="http://testserver/rows/")
    response = answer(request, status=422)
    assert (response.status_code, response["HX-Push-Url"]) == (422, "false")


def test_messages_become_toasts_of_a_fragment_and_events_follow() -> None:
    request = ask(method="post", HX_Request="true", HX_Target="row_table")
    toast(request, "Two orders confirmed", undo="/rows/undo/")
    response = answer(request, triggers=["orders-changed"])
    assert json.loads(response["HX-Trigger"]) == {
        "orders-changed": {},
        "toast": {"toasts": [{"text": "Two orders confirmed", "kind": "success", "undo": "/rows/undo/"}]},
    }


def test_messages_wait_for_the_page_when_no_fragment_is_answered() -> None:
    request = ask(method="post")
    toast(request, "Saved")
    assert not answer(request).has_header("HX-Trigger")


def test_go_to_redirects_both_kinds_of_post() -> None:
    plain = go_to(ask(method="post"), "/rows/7/")
    assert (plain.status_code, plain["Location"]) == (303, "/rows/7/")
    swapped = go_to(ask(method="post", HX_Request="true"), "/rows/7/")
    assert (swapped.status_code, swapped["HX-Redirect"]) == (204, "/rows/7/")


def test_done_says_what_changed_or_goes_back() -> None:
    response = done(ask(method="post", HX_Request="true"), triggers=["orders-changed"])
    assert (response.status_code, json.loads(response["HX-Trigger"])) == (204, {"orders-changed": {}})
    assert done(ask(method="post", Referer="http://testserver/rows/?q=1"))["Location"] == "http://testserver/rows/?q=1"
    assert done(ask(method="post", Referer="https://elsewhere.example/"))["Location"] == "/"


def test_preferences_are_read_from_cookies_and_anything_else_is_the_default() -> None:
    request = ask()
    request.COOKIES = {"theme": "dark", "density": "gigantic"}
    assert preferences.of(request) == {"theme": "dark", "density": "compact", "keys": "on"}


def test_preferences_are_saved_without_signing_in(client: Any) -> None:
    answered = client.post(reverse("preferences"), {"theme": "dark", "keys": "bogus", "language": "es", "next": "/x/"})
    assert (answered.status_code, answered["Location"]) == (303, "/x/")
    assert {name: cookie.value for name, cookie in answered.cookies.items()} == {
        "theme": "dark",
        "django_language": "es",
    }


def test_preferences_lead_back_to_any_address(client: Any) -> None:
    answered = client.post(reverse("preferences"), {"theme": "dark", "next": "/search/?q=a\0\nb"})
    assert (answered.status_code, answered["Location"]) == (303, "/search/?q=a%00%0Ab")


def test_preferences_lead_to_no_foreign_site(client: Any) -> None:
    answered = client.post(reverse("preferences"), {"theme": "dark", "next": "https://elsewhere.example/"})
    assert answered["Location"] == "/"


VERSIONS = {"orders": 7, "stock": None}


def orders_version(request: HttpRequest) -> int | None:
    return VERSIONS["orders"]


def stock_version(request: HttpRequest) -> int | None:
    return VERSIONS["stock"]


def desk_counts(request: HttpRequest) -> dict[str, int]:
    return {"orders:order_list": 71, "notices": 0}


@pytest.fixture
def topics(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LIVE_TOPICS = {"orders": f"{__name__}.orders_version", "stock": f"{__name__}.stock_version"}
    settings.LIVE_COUNTS = [f"{__name__}.desk_counts"]
    monkeypatch.setitem(VERSIONS, "orders", 7)
    live._reader.cache_clear()


@pytest.mark.usefixtures("topics")
def test_live_first_tells_versions_and_counts_then_nothing() -> None:
    first = json.loads(live.live(ask("/live/?v="))["HX-Trigger"])
    assert first == {"live": {"v": "orders:7", "counts": {"orders:order_list": "71", "notices": ""}}}
    again = live.live(ask("/live/?v=orders:7"))
    assert (again.status_code, again.has_header("HX-Trigger")) == (204, False)
    assert again["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("topics")
def test_live_names_what_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(VERSIONS, "orders", 8)
    events = json.loads(live.live(ask("/live/?v=orders:7"))["HX-Trigger"])
    assert list(events) == ["orders-changed", "live"]
    assert events["live"]["v"] == "orders:8"


@pytest.mark.usefixtures("topics")
@pytest.mark.parametrize("known", ["garbage", "::::", "orders", "a:1,b:2"])
def test_live_takes_nonsense_for_no_version(known: str) -> None:
    assert "orders-changed" not in json.loads(live.live(ask(f"/live/?v={known}"))["HX-Trigger"])


def test_a_badge_is_a_word_and_a_pip_and_escaped() -> None:
    assert badges.badge("<b>", "warn") == (
        '<span class="badge badge-warn"><i class="badge-pip badge-empty" aria-hidden="true"></i>&lt;b&gt;</span>'
    )
    assert badges.initials("Marta Ibáñez Ruiz") == "MR"
    assert badges.initials("marta@lonja.example") == "ML"
    assert badges.initials("") == "?"


def test_the_panel_tag_links_to_the_view_and_loads_its_fragment() -> None:
    template = engines["django"].from_string(
        '{% panel "preferences" target="row_table" id="customer_rows" customer=5 on="orders-changed" label="Rows" %}'
    )
    html = template.render({})
    assert 'id="customer_rows"' in html
    assert f'hx-get="{reverse("preferences")}?customer=5&amp;_panel=row_table"' in html
    assert 'hx-trigger="load, orders-changed from:body"' in html
    assert f'href="{reverse("preferences")}?customer=5"' in html
    assert " style=" not in html
