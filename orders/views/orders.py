"""The desk's list of orders, and one order with what may be done to it."""

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from config.money import Totals, total
from config.web import lists
from config.web.numbers import parse_id
from config.web.pages import go_to, render_page, swap_target
from customers.access import desk_required
from customers.requests import PersonRequest
from customers.views.exporting import export
from inventory.models import PriceLevel
from inventory.services.prices import price_chain
from orders import facts, live
from orders.desk import address_of, order_panels, outcome_of, pick_places
from orders.exceptions import OrderError
from orders.lists import ORDER_VIEWS, orders
from orders.models import Order, OrderLine, OrderStatus
from orders.querysets import orders_in_view
from orders.services import cancelling, closing, holds
from orders.views.timeline import timeline_of

LINES_AT_ONCE = 60
PEEK_LINES = 12


@desk_required("orders.view_order")
def order_list(request: PersonRequest) -> HttpResponse:
    """Orders: search, filter, sort, look inside, release several at once, export."""
    if request.method == "POST":
        _release_selected(request)
    elif request.GET.get("export") == "csv":
        return export(request, "orders")
    listing = orders(request).page(
        request,
        tabs=_tabs(request),
        sums=("gross", "currency"),
        live="orders-changed",
        exclude=() if _selects(request) else ("select",),
    )
    context = {
        "list": listing,
        "title": _("Orders"),
        "view": lists.current_view(request, ORDER_VIEWS),
        "selects": _selects(request),
    }
    return render_page(request, "orders/order_list.html", context, fragments=["orders/_order_table.html"])


def _tabs(request: PersonRequest) -> list[lists.Tab]:
    """The views with their counts, in one statement while nothing happens; a fragment shows none and asks for none."""
    if swap_target(request) not in ("", "main"):
        return []
    labels = {
        "all": (_("All"), ""),
        "to_release": (_("To release"), "bad"),
        "backordered": (_("Backordered"), ""),
        "undated": (_("No date yet"), "bad"),
        "at_risk": (_("At risk"), "bad"),
        "late": (_("Late"), "bad"),
        "to_ship": (_("To ship today"), ""),
        "my_drafts": (_("My drafts"), ""),
        "mine": (_("My customers"), ""),
    }
    today, mine = timezone.localdate(), Order.objects.visible_to(request.user)
    counts = lists.remembered_counts(
        ("orders", request.user.pk, today, live.version(request)),
        lambda: lists.counts(
            **{view: orders_in_view(mine, view, user=request.user, today=today) for view in ORDER_VIEWS}
        ),
    )
    return [lists.Tab(key, str(label), counts[key], tone=tone) for key, (label, tone) in labels.items()]


def _selects(request: PersonRequest) -> bool:
    return bool(request.user.has_perm("orders.release_credit_hold"))


def _release_selected(request: PersonRequest) -> None:
    """Release the ticked orders from credit hold, each in its own step; what can't be is said."""
    if not request.user.has_perm("orders.release_credit_hold"):
        raise PermissionDenied
    reason = request.POST.get("reason", "").strip()
    wanted = [pk for pk in map(parse_id, request.POST.getlist("select")) if pk][: lists.PER_PAGE]
    if not reason:
        messages.error(request, _("Say why you release these orders. Nothing was changed."))
        return
    held = list(Order.objects.visible_to(request.user).to_release().filter(pk__in=wanted).order_by("pk"))
    outcomes = holds.release_credit_holds(orders=held, by=request.user, at=timezone.now(), reason=reason)
    for order in held:
        if outcomes[order.pk]:
            messages.error(request, f"{order.number}: {outcomes[order.pk]}")
    if released := sum(refusal is None for refusal in outcomes.values()):
        messages.success(request, ngettext("%d order released", "%d orders released", released) % released)
    if others := len(wanted) - len(held):
        text = ngettext("%d order was not on credit hold", "%d orders were not on credit hold", others)
        messages.warning(request, text % others)


@require_GET
@desk_required("orders.view_order")
def order_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One order: lines, money, papers, what happened; as a drawer, its essence."""
    order = _order(request, pk)
    now = timezone.now()
    peek = swap_target(request) == "peek"
    context: dict[str, Any] = {
        "order": order,
        "title": order.number,
        "actions": _actions(request, order),
        "hold": facts.hold_sentence(order.hold_reason) if order.status == OrderStatus.CREDIT_HOLD else "",
        "customer_url": _customer_url(order),
        **_lines(request, order, after=0, limit=PEEK_LINES if peek else LINES_AT_ONCE, now=now),
    }
    if peek:
        context["events"] = timeline_of(request, order, limit=4)["events"]
    else:
        context |= _money(request, order) | timeline_of(request, order) | {"places": pick_places(order)}
        context["all_url"] = f"{reverse('orders:order_timeline', args=[order.pk])}?all=1"
        context["panels"] = order_panels(request, order)
        context["outcome"] = outcome_of(order) if "placed" in request.GET else None
    return render_page(
        request,
        "orders/order_page.html",
        context,
        fragments=[
            "orders/desk/_peek.html",
            "orders/_order_head.html",
            "orders/_order_lines.html",
            "orders/_order_totals.html",
        ],
    )


@require_GET
@desk_required("orders.view_order")
def order_lines(request: PersonRequest, pk: int) -> HttpResponse:
    """The next lines of a long order, loaded as one scrolls."""
    order = _order(request, pk)
    context = {"order": order, "title": order.number, "actions": _actions(request, order)}
    after = parse_id(request.GET.get("after")) or 0
    context |= _lines(request, order, after=after, limit=LINES_AT_ONCE, now=timezone.now())
    return render_page(request, "orders/_order_rows.html", context, fragments=["orders/_order_rows.html"])


@require_GET
@desk_required("orders.view_order", "inventory.view_pricelist")
def line_price(request: PersonRequest, pk: int, line_id: int) -> HttpResponse:
    """Why a line costs what it costs: what is frozen on it, and every price that counts for it now."""
    order = _order(request, pk)
    line = get_object_or_404(
        OrderLine.objects.filter(order=order).select_related("product__unit", "price_list", "priced_by", "unit"),
        pk=line_id,
    )
    chain = price_chain(
        customer=order.customer, product=line.product, quantity=line.ordered, on=timezone.localdate(order.placed_at)
    )
    context = {
        "order": order,
        "line": line,
        "reason": facts.price_reason(line),
        "chain": [(entry, str(PriceLevel(entry.level).label), *_verdict(entry.verdict)) for entry in chain],
        "title": line.code,
    }
    return render_page(request, "orders/_line_price.html", context, fragments=["orders/_line_price.html"])


def _verdict(verdict: str) -> tuple[str, str]:
    """What became of a price that was considered, and the tone of its badge."""
    return {
        "wins": (_("Applies"), "ok"),
        "weaker": (_("A stronger list applies"), "neutral"),
        "dearer": (_("Another is lower"), "neutral"),
        "too_little": (_("Quantity not reached"), "neutral"),
        "other_dates": (_("Not on that day"), "neutral"),
    }[verdict]


@require_POST
@desk_required("orders.release_credit_hold")
def order_release(request: PersonRequest, pk: int) -> HttpResponse:
    """Release an order from credit hold in one's own name."""
    order = _order(request, pk)

    def release(reason: str) -> None:
        holds.release_credit_hold(order=order, by=request.user, at=timezone.now(), reason=reason)

    return _act(request, order, release, said=_("%s released"))


@require_POST
@desk_required("orders.change_order")
def order_pause(request: PersonRequest, pk: int) -> HttpResponse:
    """Stop an order for now; it keeps its stock."""
    order = _order(request, pk)

    def pause(reason: str) -> None:
        holds.pause_order(order=order, by=request.user, at=timezone.now(), reason=reason)

    return _act(request, order, pause, said=_("%s paused"))


@require_POST
@desk_required("orders.change_order")
def order_resume(request: PersonRequest, pk: int) -> HttpResponse:
    """Let a paused order go on."""
    order = _order(request, pk)

    def resume(reason: str) -> None:
        holds.resume_order(order=order, by=request.user, at=timezone.now())

    return _act(request, order, resume, said=_("%s goes on"), asks=False)


@require_POST
@desk_required("orders.cancel_order")
def order_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    """Cancel an order that nobody has begun to pick."""
    order = _order(request, pk)

    def cancel(reason: str) -> None:
        cancelling.cancel_order(order=order, by=request.user, at=timezone.now(), reason=reason)

    return _act(request, order, cancel, said=_("%s cancelled"))


@require_POST
@desk_required("orders.change_order")
def order_close(request: PersonRequest, pk: int) -> HttpResponse:
    """Close a delivered order of which nothing more is expected, before it closes by itself."""
    order = _order(request, pk)

    def close(reason: str) -> None:
        closing.close_order(order=order, by=request.user, at=timezone.now())

    return _act(request, order, close, said=_("%s closed"), asks=False)


@desk_required("orders.cancel_order")
def line_cancel(request: PersonRequest, pk: int, line_id: int) -> HttpResponse:
    """Cancel what is still open of a line; a get asks for the reason."""
    order = _order(request, pk)
    line = get_object_or_404(OrderLine.objects.filter(order=order).defer("unit_cost"), pk=line_id)
    if request.method != "POST":
        rest = line.ordered - line.cancelled - line.shipped - line.picked
        context = {"order": order, "line": line, "rest": rest, "title": line.code}
        template = "orders/_line_cancel_form.html"
        return render_page(request, template, context, fragments=[template])

    def cancel(reason: str) -> None:
        cancelling.cancel_line_rest(line=line, by=request.user, at=timezone.now(), reason=reason)

    return _act(request, order, cancel, said=_("Rest of a line of %s cancelled"))


def _act(
    request: PersonRequest, order: Order, act: Callable[[str], None], *, said: str, asks: bool = True
) -> HttpResponse:
    """Do one thing to an order for the reason given, and show the order again with what came of it."""
    reason = request.POST.get("reason", "").strip()[:200]
    if asks and not reason:
        messages.error(request, _("A reason is needed. Nothing was changed."))
        return go_to(request, "orders:order_page", order.pk)
    try:
        act(reason)
    except OrderError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said % order.number)
    return go_to(request, "orders:order_page", order.pk)


def _order(request: PersonRequest, pk: int) -> Order:
    orders = Order.objects.visible_to(request.user).select_related(
        "customer", "payer", "account", "rep", "placed_by", "warehouse", "ship_to", "credit_decided_by"
    )
    return get_object_or_404(orders, pk=pk)


def _customer_url(order: Order) -> str:
    return address_of("customers:customer_page", order.customer_id)


def _lines(
    request: PersonRequest, order: Order, *, after: int, limit: int, now: datetime.datetime
) -> dict[str, Sequence[Any] | int | None]:
    """The lines behind position ``after`` with their facts, and where the next ones begin."""
    found = list(order.lines.filter(position__gt=after).order_by("position").values_list("pk", "position")[: limit + 1])
    shown = found[:limit]
    return {
        "lines": facts.line_facts(order, line_ids=[pk for pk, _position in shown], at=now),
        "more_after": shown[-1][1] if len(found) > limit else None,
    }


def _money(request: PersonRequest, order: Order) -> dict[str, Any]:
    """Totals with tax per rate; cost and margin for those who may see them."""
    costs = request.user.has_perm("inventory.view_cost")
    sums = {"net": Sum("net")}
    if costs:
        sums["cost"] = Sum((F("ordered") - F("cancelled")) * F("unit_cost"))
    rows = list(order.lines.order_by().values_list("tax_rate", "surcharge_rate").annotate(**sums))
    totals: Totals = total((row[0], row[1], row[2]) for row in rows)
    context: dict[str, Any] = {"totals": totals}
    if costs and totals.net and all(row[3] is not None for row in rows):
        cost = sum((row[3] for row in rows), Decimal(0))
        context |= {"margin": totals.net - cost, "margin_percent": 100 * (totals.net - cost) / totals.net}
    return context


def _actions(request: PersonRequest, order: Order) -> dict[str, bool]:
    """What this person may do to this order now."""
    status, may = OrderStatus(order.status), request.user.has_perm
    return {
        "edit": order.is_editable and may("orders.change_order"),
        "release": status == OrderStatus.CREDIT_HOLD and may("orders.release_credit_hold"),
        "pause": status in (OrderStatus.RELEASED, OrderStatus.IN_FULFILMENT) and may("orders.change_order"),
        "resume": status == OrderStatus.PAUSED and may("orders.change_order"),
        "close": status == OrderStatus.DELIVERED and may("orders.change_order"),
        "discard": status == OrderStatus.DRAFT and may("orders.change_order"),
        "cancel": status.may_become(OrderStatus.CANCELLED) and may("orders.cancel_order"),
        "cancel_lines": status in OrderStatus.LIVE and may("orders.cancel_order"),
        "note": may("orders.change_order"),
        "prices": may("inventory.view_pricelist"),
    }
