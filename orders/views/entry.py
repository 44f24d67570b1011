"""Taking an order at the desk: choose the customer, type lines, see what they mean, place it.

The browser owns what is typed; the server owns what it means. Every change posts the whole grid; the answer carries
only the facts that changed (out of band), never the inputs, so that nobody's keystrokes are overwritten.
"""

import uuid
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from django.contrib import messages
from django.db import transaction
from django.db.models import Max, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from config.database.idempotency import KeyReused, is_noted, note, once
from config.database.prepared import prepared
from config.web.numbers import parse_id
from config.web.once import once_per_form
from config.web.pages import go_to, render_page, toast
from customers.access import desk_required
from customers.models import Customer
from customers.requests import PersonRequest
from orders.entry import (
    Grid,
    conflict_of,
    forget,
    grid_of,
    line_inputs,
    remember,
    remembered_problems,
    rows_of,
)
from orders.exceptions import OrderRefused, Problem, StaleOrder
from orders.forms import EntryHeaderForm, TypedRow, typed_rows
from orders.models import Channel, Order
from orders.services.drafts import discard_draft, set_lines, start_draft, update_header
from orders.services.placing import place_typed
from orders.suggestions import find_products, usual_products

CUSTOMERS_SHOWN = 8
PRODUCTS_SHOWN = 8
MINE_SHOWN = 8
PHONE_DIGITS = 5
PHONE_KEY = 9  # digits of ``Customer.phone_key``
PAGE_KEY_LENGTH = 32

T = TypeVar("T")


@desk_required("orders.add_order")
@once_per_form
def order_create(request: PersonRequest) -> HttpResponse:
    """Choose for whom; a post begins a draft and opens its grid (an empty one of one's own is taken again)."""
    if request.method == "POST":
        key = parse_id(request.POST.get("customer"))
        customer = get_object_or_404(Customer.objects.visible_to(request.user).select_related("account"), pk=key)
        mine = Order.objects.drafts_of(request.user).filter(customer=customer, line_count=0, customer_po="")
        order = mine.order_by("-pk").first() or start_draft(
            customer=customer, by=request.user, channel=_channel(request), at=timezone.now()
        )
        return go_to(request, "orders:order_edit", order.pk)
    text = request.GET.get("q", "")
    context = {
        "title": _("New order"),
        "q": text,
        "customers": _customers(request, text) if text else [],
        "recent": [] if text else _recent_customers(request),
        "drafts": Order.objects.visible_to(request.user)
        .drafts_of(request.user)
        .exclude(line_count=0)
        .order_by("-placed_at", "-pk")[:MINE_SHOWN],
        "chosen": _chosen(request),
    }
    return render_page(request, "orders/order_create.html", context)


@require_GET
@desk_required("orders.add_order")
def customer_suggest(request: PersonRequest) -> HttpResponse:
    """Customers for the words typed: name, number, town, tax number, telephone."""
    text = request.GET.get("q", "")
    context = {"customers": _customers(request, text), "q": text, "title": _("New order")}
    return render_page(request, "orders/_customer_options.html", context, fragments=["orders/_customer_options.html"])


@desk_required("orders.change_order")
def order_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """The grid. A post saves it as typed: htmx gets the facts that changed, a plain form the page again."""
    order = _draft(request, pk)
    if not order.is_editable:
        return go_to(request, "orders:order_page", order.pk)
    if request.method != "POST":
        grid = grid_of(request, order, rows_of(request, order), at=timezone.now())
        return _page(request, order, grid, problems=remembered_problems(request, order))
    is_whole = request.headers.get("HX-Request") != "true"
    rows = typed_rows(request.POST, with_new=is_whole)
    header = _header(request, order)
    try:
        grid = _unless_conflict(request, order, lambda version: _save(request, order, rows, header, version=version))
    except StaleOrder as stale:
        return _conflict(request, order, rows, header, stale)
    except OrderRefused as refused:
        return _no_draft(request, order, refused)
    if is_whole:
        return go_to(request, "orders:order_edit", order.pk)
    return _facts(request, grid, header)


@require_POST
@desk_required("orders.place_order")
def order_place(request: PersonRequest, pk: int) -> HttpResponse:
    """Save what was typed and place it, once however often it is sent; what is wrong comes back at its place."""
    orders = Order.objects.visible_to(request.user).select_related("ship_to", "warehouse")
    with prepared():
        order = get_object_or_404(orders.only("customer", *_HEADER_COLUMNS, *_CHOSEN), pk=pk)
    rows = typed_rows(request.POST, with_new=True)
    header = _header(request, order)
    try:
        with once(
            scope=f"order_place {request.user.pk}",
            key=request.POST.get("key", ""),
            body={"order": order.pk},
            location=str(order.pk),
        ) as slot:
            if not slot.is_answered:
                if not header.is_valid():
                    raise OrderRefused([])
                place = partial(
                    place_typed,
                    order=order,
                    rows=line_inputs(request, order, rows),
                    by=request.user,
                    at=timezone.now(),
                    po_override_reason=_override(request),
                    **header.changes(),
                )
                placed = _unless_conflict(request, order, lambda version: place(version=version))
                toast(request, _("%s placed") % placed.number)
        forget(request, order)
        return go_to(request, f"{reverse('orders:order_page', args=[slot.location])}?placed=1")
    except KeyReused:
        messages.error(request, _("This page was opened for another order. Nothing was changed."))
        return go_to(request, "orders:order_page", order.pk)
    except StaleOrder as stale:
        return _conflict(request, order, rows, header, stale)
    except OrderRefused as refused:
        if "not_a_draft" in refused.codes:
            return _no_draft(request, order, refused)
        return _not_placed(request, order, rows, header, refused.problems)


@require_POST
@desk_required("orders.change_order")
def order_discard(request: PersonRequest, pk: int) -> HttpResponse:
    """Throw a draft of nobody's interest away."""
    order = _draft(request, pk)
    try:
        discard_draft(order=order, by=request.user, at=timezone.now())
    except OrderRefused as refused:
        messages.error(request, str(refused))
        return go_to(request, "orders:order_page", order.pk)
    forget(request, order)
    messages.success(request, _("Draft %s thrown away") % order.number)
    return go_to(request, "orders:order_list")


@require_GET
@desk_required("orders.add_order")
def product_suggest(request: PersonRequest, pk: int) -> HttpResponse:
    """Products for the code, name or barcode typed, with this customer's price and what is free."""
    order = _draft(request, pk)
    text = request.GET.get("q", "") or request.GET.get("code", "")
    found = find_products(
        customer=order.customer, user=request.user, text=text, limit=PRODUCTS_SHOWN, on=timezone.localdate()
    )
    context = {"order": order, "products": found, "q": text, "title": order.number}
    return render_page(request, "orders/_product_options.html", context, fragments=["orders/_product_options.html"])


@require_GET
@desk_required("orders.add_order")
def entry_aside(request: PersonRequest, pk: int) -> HttpResponse:
    """What the customer usually buys and bought last, beside the grid."""
    order = _draft(request, pk)
    context = {
        "order": order,
        "title": order.number,
        "usual": usual_products(order=order, user=request.user),
        "last_orders": Order.objects.visible_to(request.user)
        .filter(customer=order.customer)
        .exclude(status__in=["draft", "cancelled"])
        .order_by("-placed_at", "-pk")[:5],
    }
    return render_page(request, "orders/_entry_aside.html", context, fragments=["orders/_entry_aside.html"])


def _draft(request: PersonRequest, pk: int) -> Order:
    orders = Order.objects.visible_to(request.user).select_related("customer__account", "ship_to", "warehouse")
    return get_object_or_404(orders, pk=pk)


def _channel(request: PersonRequest) -> str:
    return Channel.PHONE if request.user.desk == "agent" else Channel.DESK


def _header(request: PersonRequest, order: Order) -> EntryHeaderForm:
    """The band as typed, bound to a copy: validating must not change the order at hand."""
    shown = Order(**{name: getattr(order, name) for name in ("pk", "customer_id", *_HEADER_COLUMNS)})
    return EntryHeaderForm(request.POST, instance=shown, today=timezone.localdate())


_HEADER_COLUMNS = ("customer_po", "requested_on", "ship_to", "warehouse", "note")
_CHOSEN = ("ship_to__is_active", "warehouse__is_active")


@transaction.atomic
def _save(
    request: PersonRequest, order: Order, rows: list[TypedRow], header: EntryHeaderForm, *, version: int | None
) -> Grid:
    """Write header and lines as typed. Raises StaleOrder and OrderRefused."""
    now = timezone.now()
    header.is_valid()
    changes = header.changes()
    if changes:
        order = update_header(order=order, by=request.user, at=now, version=version, **changes)
        version = order.version
    result = set_lines(order=order, rows=line_inputs(request, order, rows), by=request.user, at=now, version=version)
    if page := _page_key(request):
        note(**_saving(request, order.pk, page, result.order.version))
    grid = Grid.build(request, result, rows)
    remember(request, order, rows, grid)
    return grid


def _not_placed(
    request: PersonRequest, order: Order, rows: list[TypedRow], header: EntryHeaderForm, problems: Sequence[Problem]
) -> HttpResponse:
    """Save what was typed all the same, and show why it was not placed."""
    try:
        grid = _unless_conflict(request, order, lambda version: _save(request, order, rows, header, version=version))
    except StaleOrder as stale:
        return _conflict(request, order, rows, header, stale)
    except OrderRefused as refused:
        return _no_draft(request, order, refused)
    remember(request, order, rows, grid, problems=problems)
    if not header.is_valid():
        return _page(request, order, grid, header=header, problems=[], status=422)
    return go_to(request, "orders:order_edit", order.pk)


def _unless_conflict(request: PersonRequest, order: Order, act: Callable[[int | None], T]) -> T:
    """Act on the version that this page knows, or on the stored one where this page wrote it and never heard so.

    Raises StaleOrder otherwise.
    """
    try:
        return act(_version(request))
    except StaleOrder as stale:
        page = _page_key(request)
        if not page or not is_noted(**_saving(request, order.pk, page, stale.version)):
            raise
        return act(stale.version)


def _page_key(request: PersonRequest) -> str:
    """The random key of one rendering of the grid, which its saves carry."""
    return request.POST.get("page", "")[:PAGE_KEY_LENGTH]


def _saving(request: PersonRequest, order: int, page: str, version: int) -> dict[str, str]:
    """The note that a page has written this version of a draft."""
    return {"scope": f"order_save {request.user.pk}", "key": f"{page} {order} {version}"}


def _version(request: PersonRequest) -> int | None:
    return parse_id(request.POST.get("over") or request.POST.get("version")) or 0


def _override(request: PersonRequest) -> str:
    reason = request.POST.get("po_override_reason", "").strip()[:200]
    return reason if request.user.has_perm("orders.override_po") else ""


def _no_draft(request: PersonRequest, order: Order, refused: OrderRefused) -> HttpResponse:
    """The order was placed or thrown away meanwhile: show it as it is."""
    messages.error(request, str(refused))
    return go_to(request, "orders:order_page", order.pk)


def _page(
    request: PersonRequest,
    order: Order,
    grid: Grid,
    *,
    header: EntryHeaderForm | None = None,
    problems: Any = (),
    conflict: Any = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "order": order,
        "title": order.number,
        "grid": grid,
        "header": header or EntryHeaderForm(instance=order, today=timezone.localdate()),
        "problems": problems,
        "conflict": conflict,
        "key": uuid.uuid4().hex,
    }
    return render_page(
        request, "orders/order_entry.html", context, fragments=["orders/_entry_grid.html"], status=status
    )


def _facts(request: PersonRequest, grid: Grid, header: EntryHeaderForm) -> HttpResponse:
    """The facts that changed, out of band, and the rows that were pasted."""
    there = {mark.partition(":")[0] for mark in request.POST.getlist("row")}
    context = {
        "order": grid.order,
        "grid": grid,
        "header": header,
        "title": grid.order.number,
        "known": [row for row in grid.rows if row.uid in there],
        "pasted": [row for row in grid.rows if row.uid not in there],
    }
    return render_page(request, "orders/_entry_facts.html", context)


def _conflict(
    request: PersonRequest, order: Order, rows: list[TypedRow], header: EntryHeaderForm, stale: StaleOrder
) -> HttpResponse:
    """Somebody else saved meanwhile: say what differs and keep what was typed."""
    order = _draft(request, order.pk)
    if not order.is_editable:
        messages.warning(request, _("%s was placed meanwhile; what you typed last is not on it.") % order.number)
        return go_to(request, "orders:order_page", order.pk)
    conflict = conflict_of(order, line_inputs(request, order, rows), header, version=stale.version)
    if request.headers.get("HX-Request") == "true":
        context = {"order": order, "conflict": conflict, "title": order.number}
        return render_page(request, "orders/_entry_conflict_facts.html", context)
    grid = grid_of(request, order, rows, at=timezone.now())
    return _page(request, order, grid, header=header, conflict=conflict, status=422)


def _customers(request: PersonRequest, text: str) -> QuerySet[Customer] | list[Customer]:
    found = Customer.objects.visible_to(request.user).exclude(status="closed").select_related("account")
    digits = "".join(sign for sign in text if sign.isdigit())
    if len(digits) >= PHONE_DIGITS and not any(sign.isalpha() for sign in text):
        key = digits[-PHONE_KEY:]
        by_phone = found.filter(phone_key=key) if len(key) == PHONE_KEY else found.filter(phone_key__endswith=key)
        by_phone = by_phone.order_by("search_key")
        return list(by_phone[:CUSTOMERS_SHOWN]) or list(found.matching(text).order_by("search_key")[:CUSTOMERS_SHOWN])
    return list(found.matching(text).order_by("search_key", "pk")[:CUSTOMERS_SHOWN])


def _recent_customers(request: PersonRequest) -> list[Customer]:
    """Those for whom this person took orders last."""
    latest = (
        Order.objects.visible_to(request.user)
        .filter(placed_by=request.user)
        .order_by()
        .values("customer_id")
        .annotate(last=Max("placed_at"))
        .order_by("-last")[:MINE_SHOWN]
    )
    ids = [row["customer_id"] for row in latest]
    found = Customer.objects.visible_to(request.user).exclude(status="closed").select_related("account").in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def _chosen(request: PersonRequest) -> Customer | None:
    key = parse_id(request.GET.get("customer"))
    return Customer.objects.visible_to(request.user).filter(pk=key).select_related("account").first() if key else None
