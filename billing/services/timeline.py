"""What orders' timelines say about money."""

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import F

from billing.models import Invoice
from customers.models import User
from orders.models import EventKind, Order, OrderEvent


def record(
    pairs: Iterable[tuple[Order, Invoice]],
    *,
    kind: EventKind,
    by: User | None,
    at: datetime.datetime,
    is_public: bool = True,
    amounts: Mapping[int, Decimal] | None = None,
    **data: Any,
) -> None:
    """Note on each order that a document was issued for it, credited or paid; one statement.

    It is shown to the customer unless told otherwise. ``amounts`` are by invoice, its total unless given.
    """
    OrderEvent.objects.bulk_create(
        OrderEvent(
            order=order,
            account_id=order.account_id,
            kind=kind,
            by=by,
            at=at,
            is_public=is_public,
            data={
                "invoice": invoice.pk,
                "number": invoice.number,
                "amount": str(amounts[invoice.pk] if amounts else invoice.gross),
                "currency": invoice.currency,
                **data,
            },
        )
        for order, invoice in pairs
    )


def orders_of(invoice_ids: Iterable[int]) -> dict[int, list[Order]]:
    """Invoice → orders whose lines it bills. One query."""
    found: dict[int, list[Order]] = {}
    orders = (
        Order.objects.filter(lines__invoice_lines__invoice_id__in=list(invoice_ids))
        .annotate(billed_by=F("lines__invoice_lines__invoice_id"))
        .order_by("pk")
        .distinct()
    )
    for order in orders:
        found.setdefault(order.billed_by, []).append(order)
    return found
