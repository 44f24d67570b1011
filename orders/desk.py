"""What stands around an order on the desk: panels of other pages, and what came of placing it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, FilteredRelation, Q
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.templatetags.ui import panel
from config.web import formats
from customers.requests import PersonRequest
from orders import facts
from orders.models import Order, OrderStatus, Reservation, ShipmentStatus
from orders.services.picking import BEGUN

WAITING_NAMED = 6


@dataclass(frozen=True)
class Panel:
    """Another page's fragment on this one."""

    label: str
    html: SafeString
    heading: bool = False


@dataclass(frozen=True)
class PickPlace:
    """A warehouse that holds goods for an order: how many lines, and the shipment begun there, if any."""

    warehouse_id: int
    name: str
    shipment_id: int | None
    status: str | None
    picker: str | None
    lines: int
    waits: bool  # for the rest of an order whose customer takes complete deliveries only

    @property
    def is_packed(self) -> bool:
        """True when what is begun there waits for its carrier."""
        return self.status == ShipmentStatus.PACKED

    @property
    def sentence(self) -> str:
        """Who does what there: "Nuria picks it in Getafe", "12 lines to pick in Getafe"."""
        values = {"place": self.name, "name": self.picker, "lines": self.lines}
        if self.is_packed:
            return _("Packed in %(place)s") % values
        if self.shipment_id and self.picker:
            return _("%(name)s picks it in %(place)s") % values
        if self.shipment_id:
            return _("Being picked in %(place)s") % values
        if self.waits:
            text = ngettext(
                "%(lines)s line kept in %(place)s until all is there",
                "%(lines)s lines kept in %(place)s until all is there",
                self.lines,
            )
        else:
            text = ngettext("%(lines)s line to pick in %(place)s", "%(lines)s lines to pick in %(place)s", self.lines)
        return text % values


@dataclass(frozen=True)
class Outcome:
    """What came of placing an order, in words."""

    css: str
    icon: str
    headline: str
    sentences: list[str]


def address_of(view: str, *args: object) -> str:
    """The address of a view that takes arguments, "" when there is none."""
    try:
        return reverse(view, args=args)
    except NoReverseMatch:
        return ""


def order_panels(request: PersonRequest, order: Order) -> dict[str, list[Panel]]:
    """Shipments, papers and money of an order from the pages that own them, as far as this person may see them."""
    may = request.user.has_perm
    query: dict[str, Any]
    wanted: list[tuple[str, str, str, str, tuple[object, ...], dict[str, Any]]] = []
    if order.status not in OrderStatus.UNRELEASED and may("orders.view_shipment"):
        query = {"order": order.pk, "label": _("Shipments"), "target": "shipment_table", "id": "order_shipments"}
        wanted.append(("main", _("Shipments"), "orders:shipment_list", "orders-changed", (), query))
    if order.status not in OrderStatus.UNRELEASED and may("billing.view_invoice"):
        query = {"label": _("Invoices and payments"), "target": "order_billing", "id": "billing_of_order"}
        wanted.append(
            ("side", _("Invoices and payments"), "billing:order_billing", "order-changed", (order.pk,), query)
        )
    if may("customers.view_credit"):
        query = {"label": _("Credit"), "target": "balance_card", "id": "credit_of_payer", "rows": 8}
        wanted.append(("side", _("Credit"), "billing:balance_card", "order-changed", (order.account_id,), query))
    panels: dict[str, list[Panel]] = {"main": [], "side": []}
    for place, label, view, event, args, query in wanted:
        if address_of(view, *args):
            panels[place].append(
                Panel(label, panel(view, *args, on=event, **query), heading=view == "billing:balance_card")
            )
    return panels


def pick_places(order: Order) -> list[PickPlace]:
    """Where goods are set aside for an order that may be picked, by code; one statement, two for customers who take
    complete deliveries only, none in other states."""
    if order.status not in (OrderStatus.RELEASED, OrderStatus.IN_FULFILMENT):
        return []
    of_this = Q(warehouse__shipments__order=order, warehouse__shipments__status__in=BEGUN)
    held = (
        Reservation.objects.filter(line__order=order)
        .annotate(begun=FilteredRelation("warehouse__shipments", condition=of_this))
        .values_list("warehouse_id", "warehouse__name", "begun__pk", "begun__status", "begun__created_by__name")
        .annotate(lines=Count("pk", distinct=True))
        .order_by("warehouse__code")
    )
    waits = order.customer.ship_complete and order.lines.filter(backordered__gt=0).exists()
    return [
        PickPlace(warehouse_id, name, shipment_id, status, picker, lines, waits)
        for warehouse_id, name, shipment_id, status, picker, lines in held
    ]


def outcome_of(order: Order) -> Outcome:
    """Say what came of placing an order: held, all from stock, or which lines wait until when and why."""
    if order.status == OrderStatus.CREDIT_HOLD:
        return Outcome(
            "alert-bad", "shield-alert", _("Placed, and held for credit."), [facts.hold_sentence(order.hold_reason)]
        )
    lines = facts.line_facts(order)
    waiting = [fact for fact in lines if fact.line.backordered]
    served = len(lines) - len(waiting)
    sentences = []
    if served:
        text = ngettext("%d line is reserved from stock.", "%d lines are reserved from stock.", served)
        sentences.append(text % served)
    sentences += [f"{fact.line.code} {fact.line.description}: {fact.promise}" for fact in waiting[:WAITING_NAMED]]
    if (more := len(waiting) - WAITING_NAMED) > 0:
        sentences.append(ngettext("and %d more line", "and %d more lines", more) % more)
    undated = any(fact.promised_on is None for fact in waiting)
    if order.promised_on:
        headline = _("Released. Everything is promised by %(day)s.") % {"day": formats.weekday_long(order.promised_on)}
    elif undated:
        headline = _("Released. Part of it has no date yet.")
    else:
        headline = _("Released.")
    css, icon = ("alert-warn", "hourglass") if waiting else ("alert-ok", "circle-check")
    return Outcome(css, icon, headline, sentences)
