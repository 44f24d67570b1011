"""The one place that moves orders and shipments from state to state, by the tables of moves of their statuses."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from customers.models import User
from orders.exceptions import FulfilmentRefused, OrderRefused, Problem
from orders.models import EventKind, Order, OrderEvent, OrderStatus, Shipment, ShipmentStatus
from orders.services.events import record

_MOVE_ORDERS = """
    WITH moved AS (
        UPDATE orders_order SET status = %(to)s, version = version + 1
        WHERE id = ANY(%(orders)s) AND status = ANY(%(sources)s)
        RETURNING id, account_id
    )
    INSERT INTO orders_orderevent (order_id, account_id, kind, at, data, is_public)
    SELECT id, account_id, %(kind)s, %(at)s, '{}', true FROM moved
"""


def lock_order(order_id: int) -> Order:
    """Return the order with its row locked: the first lock of every service that touches an order."""
    return Order.objects.select_for_update(of=("self",)).get(pk=order_id)


def move_order(
    *,
    order: Order,
    to: str,
    kind: EventKind,
    by: User | None,
    at: datetime.datetime,
    data: dict[str, Any] | None = None,
    is_public: bool = True,
    reason: str = "",
    may_stay: bool = False,
    **changed: Any,
) -> OrderEvent:
    """Bring a locked order into a state and append the event that tells why.

    ``changed`` are other columns that change with it; nothing else of the order is written, its lines follow by their
    key. ``data``, ``is_public`` and ``reason`` are the event's, as in ``events.record``. One that ``may_stay`` what it
    is then gets the event alone. Raises OrderRefused for a move that ``OrderStatus.TRANSITIONS`` doesn't have. At most
    two statements.
    """
    if not may_stay or to != order.status:
        check_move(order=order, to=to)
        order.status = OrderStatus(to).value
        order.version += 1
        for name, value in changed.items():
            setattr(order, name, value)
        order.save(update_fields=["status", "version", *changed])
    return record(order=order, kind=kind, by=by, at=at, data=data, is_public=is_public, reason=reason)


def check_move(*, order: Order, to: str) -> None:
    """Refuse a move that the table of moves doesn't have, before a statement that writes it with much else.

    Raises OrderRefused.
    """
    if not OrderStatus(order.status).may_become(to):
        raise wrong_status(order)


def wrong_status(order: Order) -> OrderRefused:
    """The refusal of what an order in its state can't do."""
    message = _("Order %(number)s is %(status)s by now.")
    values = {"number": order.number, "status": order.get_status_display()}
    return OrderRefused([Problem(None, "wrong_status", message % values)])


def move_orders(*, order_ids: Iterable[int], to: OrderStatus, kind: EventKind, at: datetime.datetime) -> int:
    """Bring locked orders into a state, each with a public event of nobody's; how many it moved.

    Those whose state doesn't allow the move are left alone. One statement, whatever their number.
    """
    sources = [status.value for status in OrderStatus if status.may_become(to)]
    values: dict[str, Any] = {
        "orders": list(order_ids),
        "to": to.value,
        "sources": sources,
        "kind": kind.value,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_ORDERS, values)
        return cursor.rowcount


def status_on_arrival(order: Order) -> str:
    """What a locked order is once goods arrived somewhere: "delivered" when it was shipped whole and nothing of it is
    on the way, else what it is. At most one statement.
    """
    if order.status != OrderStatus.SHIPPED:
        return order.status
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM orders_orderline WHERE order_id = %s AND shipped > delivered + returned)",
            [order.pk],
        )
        is_on_the_way = cursor.fetchone()[0]
    return order.status if is_on_the_way else OrderStatus.DELIVERED.value


def move_shipment(*, shipment: Shipment, to: ShipmentStatus, may_stay: bool = False, **changed: Any) -> None:
    """Bring a locked shipment into a state, unless it ``may_stay`` in it, with other columns that change with it.

    What happened is told by an event of its order, which the caller appends. Raises FulfilmentRefused for a move that
    ``ShipmentStatus.TRANSITIONS`` doesn't have. One statement.
    """
    is_move = not may_stay or to != shipment.status
    if is_move and not ShipmentStatus(shipment.status).may_become(to):
        raise FulfilmentRefused(
            _("%(number)s is %(status)s by now.")
            % {"number": shipment.number, "status": shipment.get_status_display().lower()}
        )
    shipment.status = to.value
    for name, value in changed.items():
        setattr(shipment, name, value)
    shipment.save(update_fields=["status", *changed])
