"""What waits for the finance desk."""

from django.db.models import Exists, F, OuterRef, QuerySet

from orders.models import Order, OrderLine, OrderStatus, ShipmentLine

# Orders in these states have shipped or may be billed before they do.
BILLABLE = (*OrderStatus.LIVE, *OrderStatus.DONE)
GONE = ("shipped", "in_transit", "exception", "delivered", "returned_to_sender")


def unbilled_shipment_lines() -> QuerySet[ShipmentLine]:
    """Lines of delivery notes that left and are not (wholly) billed, but for what was refused on delivery.

    Read from the partial index.
    """
    return ShipmentLine.objects.filter(
        quantity__gt=F("refused") + F("invoiced") - F("reversed"),
        shipment__status__in=GONE,
        line__billing_policy="on_shipment",
        line__is_history=False,
    )


def orders_to_invoice() -> QuerySet[Order]:
    """Orders with units shipped, or billed on order, that stand on no invoice. Callers add ``visible_to``.

    ``unbilled_gross`` on the line is an amount; free goods alone are nothing to invoice, so quantities decide.
    """
    shipped = unbilled_shipment_lines().filter(shipment__order=OuterRef("pk"))
    ordered = OrderLine.objects.filter(
        order=OuterRef("pk"),
        billing_policy="on_order",
        is_history=False,
        ordered__gt=F("cancelled") + F("refused") + F("invoiced") - F("reversed"),
    )
    charges = OrderLine.objects.filter(
        order=OuterRef("pk"),
        billing_policy="on_shipment",
        type__in=["charge", "deposit"],
        is_history=False,
        shipped__gt=F("invoiced") - F("reversed"),
    ).exclude(Exists(ShipmentLine.objects.filter(line=OuterRef("pk"))))
    return Order.objects.filter(
        Exists(shipped) | Exists(ordered) | Exists(charges), status__in=BILLABLE, is_history=False
    )
