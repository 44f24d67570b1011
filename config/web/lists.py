"""Lists that cost the same on every page and at every size: keyset paging, capped counts, declared sorts.

A list view declares a table (``config.web.tables.BaseTable`` with ``sorts``), a filter set and a queryset::

    listing = lists.build(request, Order.objects.visible_to(request.user).for_list(), OrderTable, OrderFilter)
    return render_page(request, "orders/order_list.html", {"list": listing}, fragments=["orders/_order_table.html"])

The query string is the state: the filter's fields, ``sort=placed`` or ``sort=-placed``, ``after=`` or ``before=``
a row. A page starts at a row, not at a number, so nothing is counted or skipped on the way.
"""

import time
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from config.web import formats
from config.web.keyset import Cursor, Keyset, read
from config.web.pages import ELEMENT_ID, address, swap_target

COUNT_LIMIT = 1000
PER_PAGE = 50
REMEMBERED_SECONDS = 10
REMEMBERED_MOST = 256

_REMEMBERED: dict[Hashable, tuple[float, "dict[str, Count] | None"]] = {}


@dataclass(frozen=True)
class Count:
    """A number of rows, exact up to ``COUNT_LIMIT``; beyond that only known to be more."""

    value: int

    @property
    def capped(self) -> bool:
        return self.value > COUNT_LIMIT

    def __str__(self) -> str:
        return formats.quantity(COUNT_LIMIT) + "+" if self.capped else formats.quantity(self.value)

    def __bool__(self) -> bool:
        return self.value > 0


def count(queryset: QuerySet[Any]) -> Count:
    """Count rows, reading at most ``COUNT_LIMIT`` + 1 of them."""
    return Count(queryset.order_by().values("pk")[: COUNT_LIMIT + 1].count())


def counts(**querysets: QuerySet[Any]) -> dict[str, Count]:
    """Count the rows of several querysets, each as ``count`` does, in one statement."""
    compiled = [
        q.order_by().values("pk")[: COUNT_LIMIT + 1].query.get_compiler(q.db, elide_empty=False).as_sql()
        for q in querysets.values()
    ]
    columns = ", ".join(f"(SELECT count(*) FROM ({sql}) AS rows)" for sql, _params in compiled)  # noqa: S608 Django's
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", [value for _sql, params in compiled for value in params])
        return dict(zip(querysets, map(Count, cursor.fetchone()), strict=True))


def tab_counts(request: HttpRequest, **querysets: QuerySet[Any]) -> dict[str, Count]:
    """The counts of tabs as ``counts`` makes them; none for a fragment or a panel, which show no tabs."""
    return counts(**querysets) if swap_target(request) in ("", "main") else {}


def remembered_counts(key: Hashable, make: Callable[[], dict[str, Count]]) -> dict[str, Count]:
    """What ``make`` counted for this key within the last ten seconds in this process, else what it counts now.

    The key names the reader and a version that changes with the rows (see ``LIVE_TOPICS``).
    """
    now = time.monotonic()
    at, found = _REMEMBERED.get(key, (0.0, None))
    if found is None or now - at > REMEMBERED_SECONDS:
        if len(_REMEMBERED) >= REMEMBERED_MOST:
            _REMEMBERED.clear()
        found = make()
        _REMEMBERED[key] = now, found
    return found


@dataclass(frozen=True)
class Tab:
    """A saved view above a list: ``?view=<key>``; ``tone`` "bad" makes a count above zero stand out."""

    key: str
    label: str
    count: Count | int | None = None
    tone: str = ""
    url: str = ""
    current: bool = False


@dataclass(frozen=True)
class Header:
    """One column's head; ``url`` is "" where the list does not sort by it."""

    label: str
    css: str
    url: str = ""
    direction: str = ""
    select: bool = False


@dataclass(frozen=True)
class Total:
    """A sum in one currency: over the rows shown and, up to ``COUNT_LIMIT`` rows, over all of them."""

    currency: str
    page: Decimal
    all: Decimal | None


@dataclass
class Listing:
    """One page of a list, with everything its template shows."""

    request: HttpRequest
    id: str
    target: str
    table: Any
    filter: Any
    rows: list[Any]
    start: int
    headers: tuple[Header, ...]
    newer_url: str
    older_url: str
    sort: str
    first: Cursor | None
    matching: QuerySet[Any] = field(repr=False)
    keyset: Keyset = field(repr=False)
    tabs: tuple[Tab, ...] = ()
    view: str = ""
    sums: tuple[str, str] | None = None
    live: str = ""
    known_count: Count | None = None

    @cached_property
    def count(self) -> Count:
        """All rows that match, capped; free when the first page already shows them all."""
        if self.known_count is not None:
            return self.known_count
        with self.keyset.planned():
            return count(self.matching)

    @property
    def end(self) -> int:
        return self.start + len(self.rows) - 1

    @cached_property
    def chips(self) -> list[Any]:
        """The filters in force, each with the address that takes it off."""
        return self.filter.chips(self.request) if self.filter is not None else []

    @property
    def filtered(self) -> bool:
        return bool(self.chips)

    @property
    def bare(self) -> bool:
        """True when nothing narrows the list, not even a value from a link: its column heads are the same for many."""
        return self.filter is None or not self.filter.in_force

    @property
    def bare_url(self) -> str:
        """The address of the list without any filter, in the same view."""
        names = () if self.filter is None else self.filter.names()
        return address(self.request, after=None, before=None, **dict.fromkeys(names))

    @property
    def export_url(self) -> str:
        return address(self.request, after=None, before=None, _panel=None, export="csv")

    @property
    def news_url(self) -> str:
        return address(self.request, _news=self.first.encode() if self.first else "-", after=None, before=None)

    @property
    def refresh_url(self) -> str:
        return address(self.request, after=None, before=None, _news=None)

    @cached_property
    def news(self) -> Count | None:
        """Rows that now stand before the first one shown: asked for by the live strip, None otherwise."""
        token = self.request.GET.get("_news")
        if token is None:
            return None
        cursor = Cursor.decode(token)
        rows = self.keyset.beyond(cursor, reverse=True) if cursor else None
        return count(rows) if rows is not None else self.count

    @cached_property
    def totals(self) -> list[Total]:
        """Sums of the rows shown and, while the count is exact, of all that match; one entry per currency."""
        if not self.sums or not self.rows:
            return []
        amount, currency = self.sums
        page: dict[str, Decimal] = {}
        for row in self.rows:
            key = read(row, currency) or ""
            page[key] = page.get(key, Decimal(0)) + (read(row, amount) or 0)
        every: dict[str, Decimal] = {}
        if not self.count.capped:
            if self.older_url or self.newer_url:
                groups = self.matching.order_by().values_list(currency).annotate(_sum=Sum(amount))
                with self.keyset.planned():
                    every = {key or "": total for key, total in groups}
            else:
                every = page
        return [Total(key, total, every.get(key)) for key, total in page.items()]


def build(
    request: HttpRequest,
    queryset: QuerySet[Any],
    table: type[Any],
    filterset: type[Any] | None = None,
    *,
    columns: Sequence[str] = (),
    per_page: int = PER_PAGE,
    tabs: Sequence[Tab] = (),
    sums: tuple[str, str] | None = None,
    live: str = "",
    exclude: Sequence[str] = (),
    transform: Callable[[list[Any]], Iterable[Any]] | None = None,
) -> Listing:
    """Return one page of ``queryset`` as the request's query string describes it.

    ``table.sorts`` declares what may be sorted: ``{"placed": ("placed_at", "desc"), …}``, key = column name, the
    direction is the one of the first click, the first entry the list's own order; the primary key breaks ties.
    ``columns`` are what a row needs (rows are dicts then); counts and sums go without the joins that they ask for.
    ``sums=("total_gross", "currency")`` adds totals, ``tabs`` the views (already filtered into ``queryset`` by the
    view itself), ``live`` the event that tells about changes ("orders-changed"), ``exclude`` hides columns,
    ``transform`` turns the fetched rows into what the table shows (one query for all of them, never one each).
    Costs one query for the rows, one for the capped count unless a tab knows it, one for all totals.
    """
    bound = filterset(request.GET or None, queryset=queryset, request=request) if filterset else None
    matching = bound.qs if bound is not None else queryset
    key, _path, direction = _chosen_sort(table, request.GET.get("sort", ""))
    wanted = matching.values(*columns) if columns else matching
    keyset = sorted_rows(wanted, table, request, keeps_plan=bound is None or bound.keeps_plan)
    inside = bool(swap_target(request)) and "_panel" in request.GET
    if inside:
        per_page = min(per_page, table.panel_rows)
        controls = [name for name, column in table.base_columns.items() if getattr(column, "control", False)]
        narrowed = [name for name in table.base_columns if request.GET.get(name)]  # the same in every row
        exclude = (*exclude, *table.panel_exclude, *controls, *narrowed)
    rows, start, newer, older = _cut(keyset, request, per_page)
    known = Count(len(rows)) if not newer and not older else None
    if known is None and not (bound is not None and bound.in_force):
        known = _count_of_view(request, tabs)
    shown = list(transform(rows)) if transform else rows

    sort = f"-{key}" if direction == "desc" else key
    made = table(shown, exclude=exclude)
    made.request = request  # not as an argument, which would have django-tables2 sort and page the rows again
    base_id = made.container_id
    target = swap_target(request)
    if "_news" in request.GET:
        target = target.removesuffix("_news")
    elif not inside:
        target = base_id
    listing = Listing(
        request=request,
        id=base_id,
        target=target if ELEMENT_ID.fullmatch(target) else base_id,
        table=made,
        filter=bound,
        rows=shown,
        start=start,
        headers=_headers(request, made, key, direction),
        newer_url=address(request, before=newer.encode(), after=None) if newer else "",
        older_url=address(request, after=older.encode(), before=None) if older else "",
        sort=sort,
        first=keyset.cursor(rows[0], start - 1) if rows else None,
        matching=matching,
        keyset=keyset,
        tabs=_tabs(request, tabs),
        view=request.GET.get("view", ""),
        sums=sums,
        live=live,
        known_count=known,
    )
    made.listing = listing
    return listing


def current_view(request: HttpRequest, keys: Sequence[str]) -> str:
    """Return the view asked for by ``?view=``, the first of ``keys`` when it is none of them."""
    asked = request.GET.get("view", "")
    return asked if asked in keys else keys[0]


def sorted_rows(queryset: QuerySet[Any], table: type[Any], request: HttpRequest, *, keeps_plan: bool = False) -> Keyset:
    """Return rows in the order that the address asks of a table; see ``Keyset``."""
    _key, path, direction = _chosen_sort(table, request.GET.get("sort", ""))
    return Keyset(queryset, path, direction, keeps_plan=keeps_plan)


def _chosen_sort(table: type[Any], asked: str) -> tuple[str, str, str]:
    sorts: Mapping[str, tuple[str, str]] = table.sorts
    key = asked.removeprefix("-")
    if key in sorts:
        return key, sorts[key][0], "desc" if asked.startswith("-") else "asc"
    key = next(iter(sorts))
    return key, *sorts[key]


def _cut(keyset: Keyset, request: HttpRequest, per_page: int) -> tuple[list[Any], int, Cursor | None, Cursor | None]:
    """Return (rows, number of the first, cursor to newer rows, cursor to older rows)."""
    before = Cursor.decode(request.GET.get("before", ""))
    if before:
        queryset = keyset.beyond(before, reverse=True)
        found = keyset.fetch(queryset, per_page + 1) if queryset is not None else []
        if len(found) > per_page:
            rows = found[per_page - 1 :: -1]
            start = max(1, before.position - per_page + 1)
            return rows, start, keyset.cursor(rows[0], start - 1), keyset.cursor(rows[-1], start - 1 + len(rows))
    after = Cursor.decode(request.GET.get("after", "")) if not before else None
    queryset = keyset.beyond(after) if after else None
    start = after.position + 1 if after and queryset is not None else 1
    found = keyset.fetch(keyset.ordered() if queryset is None else queryset, per_page + 1)
    rows = found[:per_page]
    newer = keyset.cursor(rows[0], start - 1) if rows and start > 1 else None
    older = keyset.cursor(rows[-1], start - 1 + len(rows)) if len(found) > per_page else None
    if after and not rows:
        return _first_page(keyset, per_page)
    return rows, start, newer, older


def _first_page(keyset: Keyset, per_page: int) -> tuple[list[Any], int, Cursor | None, Cursor | None]:
    found = keyset.fetch(keyset.ordered(), per_page + 1)
    rows = found[:per_page]
    return rows, 1, None, keyset.cursor(rows[-1], len(rows)) if len(found) > per_page else None


def _headers(request: HttpRequest, table: Any, key: str, direction: str) -> tuple[Header, ...]:
    headers = []
    for name, _column, css in table.shown:
        if "t-select" in css:
            headers.append(Header(_("Select all on this page"), css, select=True))
        elif name in table.sorts:
            first = table.sorts[name][1]
            turned = {"asc": "desc", "desc": "asc"}[direction] if name == key else first
            url = address(request, sort=f"-{name}" if turned == "desc" else name, after=None, before=None)
            headers.append(Header(table.labels[name], css, url, direction if name == key else ""))
        else:
            headers.append(Header(table.labels[name], css))
    return tuple(headers)


def _count_of_view(request: HttpRequest, tabs: Sequence[Tab]) -> Count | None:
    """The count that the tab of the current view already shows; None without one."""
    if not tabs:
        return None
    current = current_view(request, [tab.key for tab in tabs])
    return next((tab.count for tab in tabs if tab.key == current and isinstance(tab.count, Count)), None)


def _tabs(request: HttpRequest, tabs: Sequence[Tab]) -> tuple[Tab, ...]:
    if not tabs:
        return ()
    current = current_view(request, [tab.key for tab in tabs])
    return tuple(
        Tab(
            tab.key,
            tab.label,
            Count(tab.count) if isinstance(tab.count, int) else tab.count,
            tab.tone,
            request.path if index == 0 else f"{request.path}?view={tab.key}",
            tab.key == current,
        )
        for index, tab in enumerate(tabs)
    )
