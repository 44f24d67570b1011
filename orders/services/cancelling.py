"""Cancelling: an order as a whole before anything of it is picked, later what is still open of a line."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from customers.models import BillingPolicy, User
from orders.exceptions import OrderRefused, Problem
from orders.models import EventKind, Order, OrderLine, OrderStatus
from orders.services.backorders import announce_free
from orders.services.exposure import refresh_exposure
from orders.services.reservations import return_stock, return_supply
from orders.services.states import lock_order, move_order, status_on_arrival
from orders.services.totals import refresh_totals
from orders.services.waiting import decide, waiting_lines, write_changes

_FREE = """
    WITH freed AS (
        DELETE FROM orders_reservation r USING orders_orderline l WHERE l.id = r.line_id AND l.order_id = %(order)s
        RETURNING r.warehouse_id, r.product_id, r.quantity
    ),
    unpegged AS (
        DELETE FROM orders_peg p USING orders_orderline l WHERE l.id = p.line_id AND l.order_id = %(order)s
        RETURNING p.supply_id, p.product_id, p.quantity
    ),
    lines AS (
        UPDATE orders_orderline
        SET cancelled = ordered, reserved = 0, backordered = 0, promised_on = NULL,
            promise_reason = ''
        WHERE order_id = %(order)s
    )
    SELECT 'stock', warehouse_id, product_id, quantity FROM freed
    UNION ALL
    SELECT 'supply', supply_id, product_id, quantity FROM unpegged
"""

# What lies in a begun shipment is kept; everything else of the line that is open goes.
_CANCEL_REST = """
    WITH line AS (SELECT * FROM orders_orderline WHERE id = %(line)s),
    kept AS MATERIALIZED (
        SELECT r.id, r.warehouse_id, r.product_id, r.quantity,
               least(r.quantity, greatest(r.picked, coalesce(s.quantity, 0))) AS keeps
        FROM orders_reservation r
        LEFT JOIN (
            SELECT h.warehouse_id, sum(sl.quantity) AS quantity
            FROM orders_shipmentline sl JOIN orders_shipment h ON h.id = sl.shipment_id
            WHERE sl.line_id = %(line)s AND h.status IN ('open', 'packed') GROUP BY h.warehouse_id
        ) s ON s.warehouse_id = r.warehouse_id
        WHERE r.line_id = %(line)s
    ),
    gone AS (DELETE FROM orders_reservation r USING kept k WHERE r.id = k.id AND k.keeps = 0),
    cut AS (
        UPDATE orders_reservation r SET quantity = k.keeps
        FROM kept k WHERE r.id = k.id AND k.keeps > 0 AND k.keeps < k.quantity
    ),
    unpegged AS (DELETE FROM orders_peg WHERE line_id = %(line)s RETURNING supply_id, product_id, quantity),
    cancelled AS (
        UPDATE orders_orderline l
        SET cancelled = l.cancelled + l.pending + l.backordered + k.freed, backordered = 0, reserved = l.reserved - k.freed
        FROM (SELECT coalesce(sum(quantity - keeps), 0) AS freed FROM kept) k
        WHERE l.id = %(line)s
        RETURNING l.cancelled
    )
    SELECT 'line', NULL, NULL, cancelled.cancelled - line.cancelled FROM cancelled, line
    UNION ALL
    SELECT 'stock', warehouse_id, product_id, quantity - keeps FROM kept WHERE quantity > keeps
    UNION ALL
    SELECT 'supply', supply_id, product_id, quantity FROM unpegged
"""


@transaction.atomic
def cancel_order(*, order: Order, by: User | None, at: datetime.datetime, reason: str) -> Order:
    """Cancel an order of which nothing is picked or shipped: its stock and supply are free again.

    Raises OrderRefused: once picking has begun, the rest of lines is cancelled instead, and what was invoiced when it
    was ordered is credited first. At most twelve statements.
    """
    locked = lock_order(order.pk)
    if not OrderStatus(locked.status).may_become(OrderStatus.CANCELLED):
        message = _("Order %(number)s is %(status)s: cancel what is still open line by line.")
        values = {"number": locked.number, "status": locked.get_status_display()}
        raise OrderRefused([Problem(None, "wrong_status", message % values)])
    if locked.shipments.exclude(status="cancelled").exists():
        message = _("Picking of order %(number)s has begun: cancel what is still open line by line.")
        raise OrderRefused([Problem(None, "picking_begun", message % {"number": locked.number})])
    _refuse_billed(locked)
    return _cancel(locked, by, at, reason=reason)


@transaction.atomic
def cancel_line_rest(*, line: OrderLine, by: User | None, at: datetime.datetime, reason: str) -> OrderLine:
    """Cancel what of a line is neither shipped nor in a begun shipment.

    An order of which nothing is left is cancelled with it, one of which everything else has left is shipped. The
    dates of what remains are worked out again. Raises OrderRefused when nothing is open, or when it was invoiced when it
    was ordered. At most 20 statements.
    """
    order = lock_order(line.order_id)
    if order.status not in (*OrderStatus.LIVE, OrderStatus.CREDIT_HOLD):
        message = _("Nothing of order %(number)s can be cancelled: it is %(status)s.")
        values = {"number": order.number, "status": order.get_status_display()}
        raise OrderRefused([Problem(line.position, "wrong_status", message % values)])
    _refuse_billed(order, line)
    with connection.cursor() as cursor:
        cursor.execute(_CANCEL_REST, {"line": line.pk})
        rows = cursor.fetchall()
    cancelled = next((row[3] for row in rows if row[0] == "line"), Decimal(0))
    if not cancelled:
        message = _("Nothing of %(code)s is open: it is shipped, or it is being packed.")
        raise OrderRefused([Problem(line.position, "nothing_open", message % {"code": line.code})])
    data = {"line": line.pk, "position": line.position, "code": line.code, "quantity": str(cancelled)}
    state = _status_after(order)
    to = order.status if state == OrderStatus.CANCELLED else state
    move_order(order=order, to=to, may_stay=True, kind=EventKind.LINE_CANCELLED, by=by, at=at, data=data, reason=reason)
    if state == OrderStatus.CANCELLED:
        _refuse_billed(order)
        _cancel(order, by, at, freed=rows)
    else:
        refresh_totals(order_ids=[order.pk])
        if (arrived := status_on_arrival(order)) != order.status:
            move_order(order=order, to=arrived, kind=EventKind.DELIVERED, by=by, at=at, data={"is_whole": True})
        if order.status in OrderStatus.LIVE:
            lines = waiting_lines(order_ids=[order.pk])
            write_changes(changes=decide(lines=lines, cause="cancelled", about={}, at=at), by=by, at=at)
        refresh_exposure(account_ids=[order.account_id])
        _give_back(rows)
    return OrderLine.objects.get(pk=line.pk)


def _refuse_billed(order: Order, line: OrderLine | None = None) -> None:
    """Refuse to cancel what an invoice stands for, of an order that is billed as it is ordered."""
    if order.billing_policy != BillingPolicy.ON_ORDER:
        return
    lines = OrderLine.objects.filter(order=order, invoiced__gt=F("reversed"))
    billed = list((lines.filter(pk=line.pk) if line else lines).order_by("position").values_list("position", "code"))
    if billed:
        message = _("%(codes)s of order %(number)s are invoiced already: credit the invoice first.")
        values = {"codes": ", ".join(code for _position, code in billed), "number": order.number}
        raise OrderRefused([Problem(billed[0][0] if line else None, "invoiced", message % values)])


def _cancel(
    order: Order,
    by: User | None,
    at: datetime.datetime,
    *,
    reason: str = "",
    freed: Sequence[tuple[Any, ...]] = (),
) -> Order:
    with connection.cursor() as cursor:
        cursor.execute(_FREE, {"order": order.pk})
        rows = [*freed, *cursor.fetchall()]
    nothing: dict[str, Any] = {"promised_on": None, "hold_reason": "", "net": 0, "tax": 0, "gross": 0}
    move_order(order=order, to=OrderStatus.CANCELLED, kind=EventKind.CANCELLED, by=by, at=at, reason=reason, **nothing)
    refresh_exposure(account_ids=[order.account_id])
    _give_back(rows)
    return Order.objects.get(pk=order.pk)


def _status_after(order: Order) -> str:
    """What an order is once a rest was cancelled: cancelled, shipped, or what it is."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT sum(ordered - cancelled - shipped), sum(shipped),
                   sum(ordered - cancelled - shipped) FILTER (WHERE type IN ('goods', 'free'))
            FROM orders_orderline WHERE order_id = %s
            """,
            [order.pk],
        )
        still_open, shipped, goods_open = cursor.fetchone()
    if not shipped and not goods_open:
        return OrderStatus.CANCELLED  # charges alone go nowhere
    return order.status if still_open else OrderStatus.SHIPPED


def _give_back(rows: Sequence[tuple[Any, ...]]) -> None:
    """Let go of supply, then of stock: the last locks, in the order everybody keeps. Who waits for it is served next."""
    pegs: dict[int, Decimal] = {}
    levels: dict[tuple[int, int], Decimal] = {}
    for kind, first, product_id, quantity in rows:
        if kind == "supply":
            pegs[first] = pegs.get(first, Decimal(0)) + quantity
        elif kind == "stock":
            levels[first, product_id] = levels.get((first, product_id), Decimal(0)) + quantity
    announce_free(product_ids={product_id for kind, _first, product_id, _quantity in rows if kind != "line"})
    return_supply(pegs)
    return_stock(levels)
