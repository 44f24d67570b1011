"""What the search box finds of orders: their number, the customer's PO, a shipment's tracking number."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from config.web import formats
from config.web.search import Hit
from customers.requests import PersonRequest
from orders.models import Order, Shipment

COLUMNS = ("pk", "number", "customer_po", "customer_name", "placed_at", "gross", "currency")


def search(request: PersonRequest, text: str, limit: int) -> list[Hit]:
    """Orders and shipments for what was typed; at most ``limit`` of each. Three indexed queries."""
    if not request.user.is_desk:
        return []
    hits: list[Hit] = []
    if request.user.has_perm("orders.view_order"):
        orders = Order.objects.visible_to(request.user)
        rows = list(
            orders.filter(number=text.upper().strip())
            .values(*COLUMNS)
            .union(orders.matching(text).order_by("-placed_at", "-pk").values(*COLUMNS)[:limit], all=True)
        )
        unique = {row["pk"]: row for row in rows}
        hits += [_order(row, text) for row in list(unique.values())[:limit]]
    if request.user.has_perm("orders.view_shipment"):
        hits += _shipments(request, text, limit)
    return hits


def _order(row: dict[str, Any], text: str) -> Hit:
    wanted = text.casefold().strip()
    exact = wanted in (row["number"].casefold(), row["customer_po"].casefold())
    parts = [row["customer_name"], row["customer_po"], formats.money(row["gross"], row["currency"])]
    return Hit(
        kind=_("Orders"),
        label=row["number"],
        url=reverse("orders:order_page", args=[row["pk"]]),
        sub=" · ".join(filter(None, [*parts, formats.day(row["placed_at"])])),
        icon="shopping-cart",
        exact=exact,
    )


def _shipments(request: PersonRequest, text: str, limit: int) -> list[Hit]:
    number = text.strip()
    found = (
        Shipment.objects.visible_to(request.user)
        .filter(Q(number__in={number, number.upper()}) | Q(tracking_number__in={number, number.upper()} - {""}))
        .values("pk", "number", "tracking_number", "order_id", "order__number", "order__customer_name")[:limit]
    )
    return [
        Hit(
            kind=_("Shipments"),
            label=row["number"],
            url=_shipment_address(row),
            sub=" · ".join(filter(None, [row["order__number"], row["order__customer_name"], row["tracking_number"]])),
            icon="truck",
            exact=True,
        )
        for row in found
    ]


def _shipment_address(row: Mapping[str, object]) -> str:
    try:
        return reverse("orders:shipment_page", args=[row["pk"]])
    except NoReverseMatch:
        return reverse("orders:order_page", args=[row["order_id"]])
