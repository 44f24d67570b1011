"""What the desk's first page says about orders; each figure is the length of the list it opens."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.money import ZERO
from config.web import lists
from config.web.today import Card
from customers.requests import PersonRequest
from orders.lists import incidents_in_view, returns_in_view, shipments_in_view
from orders.models import Order, OrderStatus
from orders.querysets import OrderQuerySet, orders_in_view

ORDERED = (
    OrderStatus.SUBMITTED,
    OrderStatus.CREDIT_HOLD,
    OrderStatus.RELEASED,
    OrderStatus.PAUSED,
    OrderStatus.IN_FULFILMENT,
    OrderStatus.SHIPPED,
    OrderStatus.DELIVERED,
    OrderStatus.CLOSED,
)
QUEUES = ("to_release", "late", "at_risk", "undated", "to_ship", "my_drafts")


def cards(request: PersonRequest, today: datetime.date) -> list[Card]:
    """What was ordered, what orders wait for, what is under way; each for those who may open its list."""
    if not request.user.is_desk:
        return []
    sales = _sales(request, today) if request.user.has_perm("orders.view_order") else []
    return [*sales, *_goods(request)]


def _sales(request: PersonRequest, today: datetime.date) -> list[Card]:
    """Late promises, credit holds, backorders without a date, what ships today, my drafts; two statements."""
    orders = Order.objects.visible_to(request.user)
    counts = lists.counts(**{view: orders_in_view(orders, view, user=request.user, today=today) for view in QUEUES})
    words = {
        "to_release": (_("Orders on credit hold"), _("somebody has to decide"), "shield-alert", "bad"),
        "late": (_("Promises past their day"), _("call the customer before they call"), "alarm-clock", "bad"),
        "at_risk": (_("Promises at risk"), _("their delivery to us is overdue"), "siren", "bad"),
        "undated": (_("Backorders without a date"), _("ask the supplier"), "calendar-x-2", "warn"),
        "to_ship": (_("Orders to ship today"), "", "truck", ""),
        "my_drafts": (_("My drafts"), _("begun and not placed"), "pencil", ""),
    }
    queues = [
        Card(
            key=view,
            label=label,
            url=f"{reverse('orders:order_list')}?view={view}",
            count=counts[view],
            note=note,
            icon=icon,
            tone=tone if counts[view] else "",
        )
        for view, (label, note, icon, tone) in words.items()
    ]
    return [*_ordered(orders, today), *queues]


def _goods(request: PersonRequest) -> list[Card]:
    """Shipments that have not left or are in trouble, open incidents, returns to decide; one statement."""
    every: dict[str, tuple[str, Callable[[PersonRequest], Mapping[str, QuerySet[Any]]], str]] = {
        "leaving": ("orders.view_shipment", shipments_in_view, "orders:shipment_list"),
        "trouble": ("orders.view_shipment", shipments_in_view, "orders:shipment_list"),
        "open": ("orders.view_incident", incidents_in_view, "orders:incident_list"),
        "to_decide": ("orders.view_return", returns_in_view, "orders:return_list"),
    }
    mine = {view: (rows, url) for view, (right, rows, url) in every.items() if request.user.has_perm(right)}
    counts = lists.counts(**{view: rows(request)[view] for view, (rows, _url) in mine.items()})
    words = {
        "leaving": (_("Shipments not left yet"), _("picked, packed, waiting for the carrier"), "package", ""),
        "trouble": (_("Shipments with a problem"), _("the carrier could not deliver"), "triangle-alert", "bad"),
        "open": (_("Open incidents"), _("damaged, missing, refused"), "circle-alert", "warn"),
        "to_decide": (_("Returns to decide"), _("the customer waits for an answer"), "undo-2", "warn"),
    }
    cards = []
    for view, (_rows, url) in mine.items():
        label, note, icon, tone = words[view]
        cards.append(
            Card(
                key=view,
                label=label,
                url=f"{reverse(url)}?view={view}",
                count=counts[view],
                note=note,
                icon=icon,
                tone=tone if counts[view] else "",
                group="warehouse",
            )
        )
    return cards


def _ordered(orders: OrderQuerySet, today: datetime.date) -> list[Card]:
    """What was ordered today and since the first of the month, with tax; each with its number of orders."""
    periods = {"today": (today, _("Ordered today")), "month": (today.replace(day=1), _("Ordered this month"))}
    sums: dict[str, Sum | Count] = {}
    for key, (day, _label) in periods.items():
        sums |= {f"{key}_sum": Sum("gross", filter=_since(day)), f"{key}_count": Count("pk", filter=_since(day))}
    found = orders.filter(_since(today.replace(day=1)), status__in=ORDERED).aggregate(**sums)
    cards = []
    for key, (day, label) in periods.items():
        count = found[f"{key}_count"]
        query = urlencode({"status": ORDERED, "placed_after": day.isoformat()}, doseq=True)
        cards.append(
            Card(
                key=f"ordered_{key}",
                label=label,
                url=f"{reverse('orders:order_list')}?{query}",
                amount=found[f"{key}_sum"] or ZERO,
                note=ngettext("%(n)s order", "%(n)s orders", count) % {"n": count},
            )
        )
    return cards


def _since(day: datetime.date) -> Q:
    return Q(placed_at__gte=timezone.make_aware(datetime.datetime.combine(day, datetime.time.min)))
