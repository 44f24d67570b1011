"""Papers that go with the goods: the pick list and the delivery note, as PDF."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch

from config.web.pdf import render_pdf
from inventory.models import StockLevel
from orders.models import OrderLine, Shipment, ShipmentLine


@dataclass(frozen=True)
class PrintedLine:
    """Stock units of an order's line on paper: their net amount, and where they lie."""

    line: OrderLine
    quantity: Decimal
    amount: Decimal | None
    place: str = ""


def delivery_note_pdf(*, shipment: Shipment, is_valued: bool = False) -> bytes:
    """The delivery note in the customer's language; ``is_valued`` prints prices and amounts of what is in it."""
    context = _context(shipment) | {"is_valued": is_valued}
    return render_pdf("orders/pdf/delivery_note.html", context, context["shipment"].customer.language)


def pick_list_pdf(*, shipment: Shipment, language: str) -> bytes:
    """The lines of a shipment in the order of their places, with a box to tick; no prices."""
    context = _context(shipment)
    places = dict(
        StockLevel.objects.filter(
            warehouse_id=shipment.warehouse_id, product__in=[row.line.product_id for row in context["lines"]]
        ).values_list("product_id", "bin")
    )
    goods = [
        replace(row, place=places.get(row.line.product_id) or "")
        for row in context["lines"]
        if row.line.type in ("goods", "free")
    ]
    context["lines"] = sorted(goods, key=lambda row: (row.place or "\uffff", row.line.code))
    return render_pdf("orders/pdf/pick_list.html", context, language)


def _context(shipment: Shipment) -> dict[str, Any]:
    """The shipment with everything its papers print; three queries."""
    lines = ShipmentLine.objects.select_related("line__product__unit").defer("line__unit_cost", "line__product__cost")
    found = (
        Shipment.objects.select_related("order__issuer", "customer", "warehouse", "carrier", "ship_to")
        .prefetch_related(Prefetch("lines", queryset=lines.order_by("line__position")))
        .get(pk=shipment.pk)
    )
    rows = [PrintedLine(row.line, row.quantity, row.line.share_of(row.quantity)) for row in found.lines.all()]
    return {
        "shipment": found,
        "order": found.order,
        "issuer": found.order.issuer,
        "lines": rows,
        "weight": sum((row.quantity * (row.line.product.weight_kg or 0) for row in rows), 0),
    }
