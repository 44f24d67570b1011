"""Keyset paging against PostgreSQL: every row once, in order, nulls included, at a fixed number of statements."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.test import RequestFactory

from config.models import IdempotencyKey
from config.web import lists
from config.web.filters import AnyOfFilter, BaseFilter, DatesFilter, SearchFilter
from config.web.tables import BaseTable, DateTimeColumn, SelectColumn, TextColumn

START = datetime(2026, 11, 1, 8, tzinfo=UTC)


class KeyTable(BaseTable):
    select = SelectColumn(label="key")
    key = TextColumn(verbose_name="Key")
    status = TextColumn(verbose_name="Status")
    created = DateTimeColumn(accessor="created_at", verbose_name="Created")

    sorts = {"created": ("created_at", "desc"), "status": ("status", "asc"), "key": ("key", "asc")}
    panel_exclude = ("created",)
    panel_rows = 2


class KeyFilter(BaseFilter):
    q = SearchFilter(field_name="key", lookup_expr="contains", label="Key")
    status = AnyOfFilter(choices=[("200", "OK"), ("201", "Created")], label="Status")
    created = DatesFilter(field_name="created_at", label="Created")
    more = ("created",)


def make_keys(number: int) -> None:
    IdempotencyKey.objects.bulk_create(
        IdempotencyKey(
            scope="test",
            key=f"<{index:04d}>",
            status=(None, 200, 201)[index % 3],
            body_hash="-",
            created_at=START + timedelta(minutes=index // 2),  # two of each: the primary key breaks ties
        )
        for index in range(number)
    )


def request_for(url: str, **headers: str) -> HttpRequest:
    return RequestFactory().get(url, headers=headers)


def build(url: str = "/keys/", **options: Any) -> lists.Listing:
    headers = options.pop("headers", {})
    queryset = options.pop("queryset", IdempotencyKey.objects.all())
    return lists.build(request_for(url, **headers), queryset, KeyTable, KeyFilter, **options)


def walk(url: str, *, per_page: int) -> list[list[int]]:
    """The keys of all pages, going older, then checked to be the same going newer."""
    pages: list[list[int]] = []
    listing = build(url, per_page=per_page)
    while True:
        pages.append([row.pk for row in listing.rows])
        if not listing.older_url:
            break
        listing = build(listing.older_url, per_page=per_page)
    back = [pages[-1]]
    while listing.newer_url:
        listing = build(listing.newer_url, per_page=per_page)
        back.insert(0, [row.pk for row in listing.rows])
    assert back[1:] == pages[1:]
    assert back[0] == pages[0]
    return pages


@pytest.mark.django_db
@pytest.mark.parametrize("sort", ["created", "-created", "status", "-status", "key", "-key"])
def test_pages_show_every_row_once_in_both_directions(sort: str) -> None:
    make_keys(23)
    seen = [pk for page in walk(f"/keys/?sort={sort}", per_page=5) for pk in page]
    path, sign = KeyTable.sorts[sort.lstrip("-")][0], "-" if sort.startswith("-") else ""
    expected = list(IdempotencyKey.objects.order_by(f"{sign}{path}", f"{sign}pk").values_list("pk", flat=True))
    assert seen == expected


@pytest.mark.django_db
def test_a_page_stays_where_it_is_when_rows_come_before_it() -> None:
    make_keys(10)
    second = build(build(per_page=4).older_url, per_page=4)
    before = [row.pk for row in second.rows]
    IdempotencyKey.objects.create(scope="new", key="new", body_hash="-", created_at=START + timedelta(days=1))
    again = build(second.request.get_full_path(), per_page=4)
    assert [row.pk for row in again.rows] == before
    assert (again.start, again.end) == (5, 8)


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_build_takes_one_statement_when_one_page_shows_all(
    rows: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    make_keys(rows)
    with django_assert_num_queries(1):
        listing = build()
        assert str(listing.count) == str(rows)


@pytest.mark.django_db
def test_build_takes_two_statements_when_there_are_more_pages(django_assert_num_queries: Callable[..., Any]) -> None:
    make_keys(12)
    with django_assert_num_queries(2):
        listing = build(per_page=5)
        assert str(listing.count) == "12"
        assert (listing.start, listing.end) == (1, 5)


@pytest.mark.django_db
def test_count_stops_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "COUNT_LIMIT", 5)
    make_keys(9)
    counted = lists.count(IdempotencyKey.objects.all())
    assert (counted.value, str(counted)) == (6, "5+")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "cursor",
    [
        "garbage",
        "%00",
        "W10",  # []
        "WyJ4IiwiMSIsMF0",  # ["x","1",0]: no moment
        "WyIyMDI2LTExLTAxIiwieCIsMF0",  # a primary key that is no number
        "e30",  # {}
        "é",
    ],
)
def test_a_cursor_that_makes_no_sense_is_the_first_page(cursor: str) -> None:
    make_keys(3)
    for name in ("after", "before"):
        assert len(build(f"/keys/?{name}={cursor}&sort=bogus").rows) == 3


@pytest.mark.django_db
def test_sorting_and_filtering_drop_the_cursor() -> None:
    make_keys(12)
    older = build("/keys/?status=200&status=201", per_page=3).older_url
    listing = build(older, per_page=3)
    for header in listing.headers:
        assert "after" not in parse_qs(urlsplit(header.url).query)
    assert "after" not in parse_qs(urlsplit(listing.chips[0].url).query)
    assert [header.direction for header in listing.headers if header.url] == ["", "", "desc"]
    assert [chip.value for chip in listing.chips] == ["OK", "Created"]
    assert parse_qs(urlsplit(listing.chips[0].url).query)["status"] == ["201"]
    assert listing.bare_url == "/keys/"


@pytest.mark.django_db
def test_filters_ignore_values_that_are_none_of_theirs() -> None:
    make_keys(4)
    assert len(build("/keys/?status=999&created_after=yesterday").rows) == 4
    assert len(build("/keys/?status=200").rows) == 1
    assert len(build("/keys/?q=0003").rows) == 1
    listing = build("/keys/?created_after=2026-11-01&created_before=2026-11-01")
    assert len(listing.rows) == 4
    assert [(chip.label, chip.value) for chip in listing.chips] == [("Created", "1 Nov – 1 Nov")]
    assert listing.filter.controls.more_active == 1


@pytest.mark.django_db
def test_news_counts_what_came_before_the_first_row() -> None:
    make_keys(4)
    listing = build()
    assert listing.news is None
    IdempotencyKey.objects.create(scope="new", key="new", body_hash="-", created_at=START + timedelta(days=1))
    assert str(build(listing.news_url).news) == "1"
    assert listing.refresh_url == "/keys/"


@pytest.mark.django_db
def test_news_of_an_empty_list_counts_everything() -> None:
    listing = build()
    make_keys(2)
    assert str(build(listing.news_url).news) == "2"


@pytest.mark.django_db
def test_a_panel_shows_few_rows_and_columns_under_its_own_id() -> None:
    make_keys(6)
    listing = build("/keys/?_panel=key_table", headers={"HX-Request": "true", "HX-Target": "customer_keys"})
    assert listing.target == "customer_keys"
    assert len(listing.rows) == 2
    assert [header.label for header in listing.headers] == ["Key", "Status"]
    assert "_panel=key_table" in listing.older_url


@pytest.mark.django_db
def test_rows_are_escaped_and_the_check_box_names_its_row() -> None:
    make_keys(1)
    listing = build()
    html = render_to_string("table.html", {"table": listing.table}, listing.request)
    assert "&lt;0000&gt;" in html
    assert "<0000>" not in html
    assert 'aria-label="Select &lt;0000&gt;"' in html
    assert 'aria-sort="descending"' in html


@pytest.mark.django_db
def test_totals_are_per_currency_and_of_all_rows_only_while_counted_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    make_keys(6)
    listing = build(per_page=4, sums=("status", "scope"))
    assert [(total.currency, total.page, total.all) for total in listing.totals] == [("test", 602, 802)]
    monkeypatch.setattr(lists, "COUNT_LIMIT", 3)
    assert build(per_page=4, sums=("status", "scope")).totals[0].all is None


def test_tabs_know_which_view_is_shown() -> None:
    request = SimpleNamespace(GET=QueryDict("view=late"), path="/orders/")
    tabs = lists._tabs(request, [lists.Tab("all", "All"), lists.Tab("late", "Late", 3, "bad")])
    assert [(tab.url, tab.current) for tab in tabs] == [("/orders/", False), ("/orders/?view=late", True)]
    assert lists.current_view(SimpleNamespace(GET=QueryDict("view=bogus")), ["all", "late"]) == "all"
