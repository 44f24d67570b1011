"""The record of what happened to orders: append-only, one row per thing."""

import datetime
from typing import Any

from customers.models import User
from orders.models import Order, OrderEvent


def record(
    *,
    order: Order,
    kind: str,
    by: User | None,
    at: datetime.datetime,
    data: dict[str, Any] | None = None,
    is_public: bool = True,
) -> OrderEvent:
    """Append an event (a value of ``EventKind``); ``data`` holds JSON that its sentence is made of. One statement.

    Quantities and amounts in ``data`` are texts, days are ISO; ``orders.facts.describe`` reads them.
    """
    return OrderEvent.objects.create(
        order_id=order.pk, account_id=order.account_id, kind=kind, by=by, at=at, data=data or {}, is_public=is_public
    )
