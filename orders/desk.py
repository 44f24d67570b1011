"""What stands around an order on the desk: panels of other pages, and what came of placing it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.templatetags.ui import panel
from config.web import formats
from orders import facts
from orders.models import Order, OrderStatus

WAITING_NAMED = 6


@dataclass(frozen=True)
class Panel:
    """Another page's fragment on this one."""

    label: str
    html: SafeString
    heading: bool = False


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


def order_panels(request: HttpRequest, order: Order) -> dict[str, list[Panel]]:
    """Shipments, papers and money of an order from the pages that own them, as far as this person may see them."""
    may = request.user.has_perm
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
        query = {"label": _("Credit"), "target": "balance_card", "id": "credit_of_payer"}
        wanted.append(("side", _("Credit"), "billing:balance_card", "order-changed", (order.account_id,), query))
    panels: dict[str, list[Panel]] = {"main": [], "side": []}
    for place, label, view, event, args, query in wanted:
        if address_of(view, *args):
            panels[place].append(
                Panel(label, panel(view, *args, on=event, **query), heading=view == "billing:balance_card")
            )
    return panels


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
