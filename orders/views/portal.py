"""What a customer sees of its orders: what arrives when, what is on its way, what happened."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from config.web import lists
from config.web.pages import render_page
from config.web.pdf import pdf_response
from customers.access import may, portal_required
from customers.models import Account
from customers.requests import PortalRequest
from orders.documents import delivery_note_pdf
from orders.facts import LineFact, line_facts
from orders.filters import PortalOrderFilter
from orders.journey import UNDER_WAY, journey
from orders.models import EventKind, Incident, Order, OrderEvent, OrderStatus, Return, Shipment, ShipmentLine
from orders.sentences import describe
from orders.tables import PortalOrderTable, PortalReturnTable
from orders.views.problems import may_report

MONEY_EVENTS = (EventKind.INVOICED, EventKind.CREDITED, EventKind.PAID)
EVENTS_SHOWN = 60
ARRIVALS_SHOWN = 3


@dataclass(frozen=True)
class ShippedPart:
    """Stock units of a line in a shipment, and how many of them have arrived."""

    fact: LineFact
    quantity: Decimal
    delivered: Decimal

    @property
    def wanted(self) -> Decimal:
        """Stock units of the line that are ordered in all."""
        return self.fact.line.ordered - self.fact.line.cancelled

    @property
    def amount(self) -> Decimal | None:
        """Net amount of these units, None when all of the line was cancelled."""
        return self.fact.line.share_of(self.quantity)


@require_GET
@portal_required("orders.view")
def portal_home(request: PortalRequest) -> HttpResponse:
    """The first page: what arrives next, what is open, and for the root of a group what it owes."""
    today = timezone.localdate()
    orders = Order.objects.visible_to(request.user)
    shipments = (
        Shipment.objects.visible_to(request.user)
        .filter(status__in=UNDER_WAY)
        .select_related("order", "carrier")
        .order_by("expected_on", "pk")
    )
    counts = lists.counts(
        open=_in_view(orders, "open"),
        late=orders.late(today),
        under_way=shipments.order_by(),
        incidents=Incident.objects.visible_to(request.user).exclude(status="solved"),
    )
    context = {
        "title": _("Home"),
        "today": today,
        "arrivals": list(shipments[:ARRIVALS_SHOWN]),
        "orders": list(_in_view(orders, "open").order_by("-placed_at", "-pk")[:6]),
        "counts": counts,
        "account": Account.objects.visible_to(request.user).filter(pk=request.membership.account_id).first()
        if may(request, "account.view")
        else None,
    }
    return render_page(request, "orders/portal_home.html", context, fragments=["orders/_portal_arrivals.html"])


@require_GET
@portal_required("orders.view")
def portal_order_list(request: PortalRequest) -> HttpResponse:
    """One's orders: open ones first, then everything."""
    orders = Order.objects.visible_to(request.user).exclude(status=OrderStatus.DRAFT)
    views = ["open", "all", "done"]
    counts = lists.counts(**{view: _in_view(orders, view) for view in views})
    chosen = lists.current_view(request, views)
    labels = {"open": _("Open"), "all": _("All"), "done": _("Delivered")}
    listing = lists.build(
        request,
        _in_view(orders, chosen).values(*PortalOrderTable.fields),
        PortalOrderTable,
        PortalOrderFilter,
        tabs=[lists.Tab(view, labels[view], counts[view]) for view in views],
        live="orders-changed",
    )
    return render_page(
        request,
        "orders/portal_order_list.html",
        {"list": listing, "title": _("Your orders"), "shell": "portal.html"},
        fragments=["orders/_portal_order_table.html"],
    )


@require_GET
@portal_required("orders.view")
def portal_order_page(request: PortalRequest, pk: int) -> HttpResponse:
    """One order: when it arrives and why, where every line is, what happened, its documents."""
    order = get_object_or_404(
        Order.objects.visible_to(request.user)
        .exclude(status=OrderStatus.DRAFT)
        .select_related("customer", "rep", "ship_to", "placed_by")
        .defer("rep__password", "placed_by__password"),
        pk=pk,
    )
    context = {
        "title": order.number,
        "order": order,
        "may_invoices": may(request, "invoices.view"),
        **_order_context(request, order),
    }
    return render_page(request, "orders/portal_order_page.html", context, fragments=["orders/_portal_order_body.html"])


@require_GET
@portal_required("orders.view")
def portal_delivery_note(request: PortalRequest, pk: int) -> HttpResponse:
    """The delivery note of a shipment that has left, as PDF without prices."""
    shipments = Shipment.objects.visible_to(request.user).filter(shipped_at__isnull=False)
    shipment = get_object_or_404(shipments, pk=pk)
    return pdf_response(delivery_note_pdf(shipment=shipment), f"{shipment.number}.pdf")


@require_GET
@portal_required("orders.view")
def portal_return_list(request: PortalRequest) -> HttpResponse:
    """What was sent back, and where it is."""
    returns = Return.objects.visible_to(request.user)
    listing = lists.build(request, returns.values(*PortalReturnTable.fields), PortalReturnTable)
    return render_page(
        request,
        "orders/portal_return_list.html",
        {"list": listing, "title": _("Returns"), "shell": "portal.html"},
        fragments=["orders/_portal_return_table.html"],
    )


def _in_view(orders: QuerySet[Order], view: str) -> QuerySet[Order]:
    """Orders of a tab: "open" wants something done or is on its way, "done" has arrived."""
    if view == "done":
        return orders.filter(status__in=[OrderStatus.DELIVERED, OrderStatus.CLOSED])
    if view == "open":
        waiting = ("submitted", "pending_approval", "credit_hold", "quoted", "shipped")
        return orders.filter(status__in=[*OrderStatus.LIVE, *waiting])
    return orders.exclude(status=OrderStatus.DRAFT)


def _order_context(request: PortalRequest, order: Order) -> dict[str, Any]:
    """Everything that changes while the page is open; a constant number of statements."""
    today = timezone.localdate()
    facts = line_facts(order)
    by_line = {fact.line.pk: fact for fact in facts}
    shipments = list(
        Shipment.objects.visible_to(request.user)
        .filter(order=order)
        .exclude(status="cancelled")
        .select_related("carrier", "warehouse")
        .order_by("-created_at", "-pk")
    )
    contents: dict[int, list[ShippedPart]] = {}
    for row in ShipmentLine.objects.filter(shipment__in=[s.pk for s in shipments]).order_by("line__position"):
        part = ShippedPart(by_line[row.line_id], row.quantity, row.delivered)
        contents.setdefault(row.shipment_id, []).append(part)
    hidden = () if may(request, "invoices.view") else MONEY_EVENTS
    events = list(
        OrderEvent.objects.visible_to(request.user)
        .filter(order=order)
        .exclude(kind__in=hidden)
        .select_related("by")
        .defer("by__password")
        .order_by("-at", "-pk")[:EVENTS_SHOWN]
    )
    rests = ((fact, fact.line.ordered - fact.line.cancelled - fact.line.shipped) for fact in facts if not fact.is_done)
    waiting = [(fact, rest, fact.line.share_of(rest)) for fact, rest in rests if rest > 0]
    return {
        "today": today,
        "journey": journey(order, facts=facts, shipments=shipments, events=events, today=today),
        "shipments": [(shipment, contents.get(shipment.pk, [])) for shipment in shipments],
        "may_report": may_report(request, order),
        "delivery_notes": [shipment for shipment in shipments if shipment.shipped_at],
        "waiting": waiting,
        "cancelled": [fact for fact in facts if fact.state == "cancelled"],
        "history_lines": facts if order.is_history else [],
        "events": [describe(event) for event in events],
        "incidents": list(Incident.objects.visible_to(request.user).filter(order=order).order_by("-opened_at")),
        "returns": list(Return.objects.visible_to(request.user).filter(order=order).order_by("-requested_at")),
    }
