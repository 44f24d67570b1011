"""The record of what happened to orders: append-only, one row per thing."""

import datetime
from typing import Any

from customers.models import User
from orders.models import EventKind, Order, OrderEvent


def record(
    *,
    order: Order,
    kind: str,
    by: User | None,
    at: datetime.datetime,
    data: dict[str, Any] | None = None,
    is_public: bool = True,
    reason: str = "",
) -> OrderEvent:
    """Append an event (a value of ``EventKind``); ``data`` holds JSON that its sentence is made of. One statement.

    Quantities and amounts in ``data`` are texts, days are ISO; ``orders.facts.describe`` reads them. ``reason`` is
    what a person typed for colleagues: it becomes a note beside the event that no customer can read.
    """
    shared: dict[str, Any] = {"order_id": order.pk, "account_id": order.account_id, "by": by, "at": at}
    event = OrderEvent(kind=kind, data=data or {}, is_public=is_public, **shared)
    notes = [OrderEvent(data=reason_of(kind, reason), kind=EventKind.NOTE, is_public=False, **shared)]
    OrderEvent.objects.bulk_create([*(notes if reason.strip() else []), event])
    return event


def reason_of(kind: str, reason: str) -> dict[str, str]:
    """What a note holds that says why an event of some kind happened."""
    return {"about": kind, "text": reason.strip()}
