"""Holding an order back, and letting it go on: credit holds, rejections, pauses."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from customers.models import User
from inventory.services.promises import PromiseQuery, plan, read_sources
from orders.exceptions import OrderError, OrderRefused, Problem
from orders.models import CreditDecision, EventKind, Order, OrderStatus
from orders.services.deciding import OrderContext, decide_credit, order_context
from orders.services.drafts import shortage
from orders.services.events import reason_of
from orders.services.locking import lock_together
from orders.services.states import check_move, lock_order, move_order, wrong_status
from orders.services.writing import PLACED, Placement, event, promised_on, release_events, write_order

_LINES = """
    SELECT l.id, l.position, l.code, l.product_id, l.ordered - l.cancelled, l.type IN ('goods', 'free'),
           l.open_gross
    FROM orders_orderline l WHERE l.order_id = %s AND l.ordered > l.cancelled ORDER BY l.position
"""

_RELEASE = f"""
    WITH input AS MATERIALIZED (SELECT * FROM json_to_recordset(%(lines)s::json) AS x(id bigint, {PLACED})),
    placed AS (
        UPDATE orders_order
        SET status = %(status)s, credit_decision = %(decision)s, credit_decided_by_id = %(by)s, hold_reason = '',
            promised_on = %(promised_on)s, version = version + 1
        WHERE id = %(order)s
        RETURNING id, number, net, tax, gross, line_count, version
    ),
    written AS (
        UPDATE orders_orderline l
        SET order_status = %(status)s, reserved = i.reserved, backordered = i.backordered,
            promised_on = i.promised_on, first_promised_on = coalesce(l.first_promised_on, i.promised_on),
            promise_reason = i.promise_reason
        FROM input i WHERE l.id = i.id
        RETURNING l.id, l.position, l.product_id, l.open_gross
    )
"""  # noqa: S608 - made of constants


@transaction.atomic
def release_credit_hold(*, order: Order, by: User, at: datetime.datetime, reason: str) -> Order:
    """Release an order from credit hold in the name of ``by``: it takes its place in stock and supply as of now.

    Where the group's credit allows it by now, that is what is recorded; else it is ``by``'s decision, for which a
    reason has to be given. Raises OrderRefused, and StockMoved (the transaction is to be repeated). At most six
    statements, whatever the number of lines.
    """
    held, context = order_context(order.pk)
    _refuse_unless(held, OrderStatus.CREDIT_HOLD)
    check_move(order=held, to=OrderStatus.RELEASED)
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [held.pk])
        lines = cursor.fetchall()
    credit = decide_credit(context, sum(line[6] for line in lines))
    overrides = credit.status != OrderStatus.RELEASED
    if overrides and not reason.strip():
        raise OrderRefused([Problem(None, "reason_missing", _("Say why the order is released all the same."))])
    placements = _promise(held, context, lines, at)
    values: dict[str, Any] = {
        "order": held.pk,
        "account": held.account_id,
        "at": at,
        "by": by.pk,
        "status": OrderStatus.RELEASED.value,
        "decision": CreditDecision.OVERRIDE.value if overrides else credit.decision,
        "promised_on": promised_on(placement.promise for placement in placements),
    }
    events = release_events(values, placements, is_from_hold=True)
    if overrides:
        events.insert(0, event(EventKind.NOTE, is_public=False, **reason_of(EventKind.RELEASED, reason)))
    result = write_order(_RELEASE, values, placements, events)
    held.status, held.hold_reason = values["status"], ""
    held.credit_decision, held.credit_decided_by_id = str(values["decision"]), by.pk
    held.promised_on, held.version = values["promised_on"], result[6]
    return held


@transaction.atomic
def release_credit_holds(
    *, orders: Sequence[Order], by: User, at: datetime.datetime, reason: str
) -> dict[int, OrderError | None]:
    """Release several orders from credit hold, each by itself: order id → what refused it, None when it is released.

    Everything they need is locked first, so that nobody waits in a circle. Raises StockMoved.
    """
    lock_together(order.pk for order in orders)
    return {order.pk: _try_release(order, by, at, reason) for order in orders}


def _try_release(order: Order, by: User, at: datetime.datetime, reason: str) -> OrderError | None:
    try:
        release_credit_hold(order=order, by=by, at=at, reason=reason)
    except OrderError as error:
        return error
    return None


def _promise(
    order: Order, context: OrderContext, lines: list[tuple[Any, ...]], at: datetime.datetime
) -> list[Placement]:
    sources = read_sources(
        customer=context.customer,
        warehouse_id=order.warehouse_id,
        product_ids=[line[3] for line in lines if line[5]],
        at=at,
    )
    queries = [
        PromiseQuery(position, product_id, quantity, order.requested_on, stocked)
        for _pk, position, _code, product_id, quantity, stocked, _gross in lines
    ]
    promises = plan(sources=sources, lines=queries, at=at, ship_complete=context.customer.ship_complete)
    placements = [Placement(line[1], line[2], promises[line[1]], {"id": line[0]}) for line in lines]
    if not context.customer.accepts_backorders:
        short = [placement for placement in placements if placement.promise.short]
        if short:
            raise OrderRefused([shortage(p.position, p.code, p.promise.from_stock) for p in short])
    return placements


@transaction.atomic
def reject_order(*, order: Order, by: User, at: datetime.datetime, reason: str) -> Order:
    """Refuse an order that waits for a decision (credit hold, approval, the desk); three statements."""
    locked = lock_order(order.pk)
    move_order(
        order=locked, to=OrderStatus.REJECTED, kind=EventKind.REJECTED, by=by, at=at, reason=reason, hold_reason=""
    )
    return locked


@transaction.atomic
def pause_order(*, order: Order, by: User, at: datetime.datetime, reason: str) -> Order:
    """Keep an order from being picked and shipped for a while; it keeps its stock. Raises OrderRefused."""
    locked = lock_order(order.pk)
    move_order(order=locked, to=OrderStatus.PAUSED, kind=EventKind.PAUSED, by=by, at=at, reason=reason)
    return locked


@transaction.atomic
def resume_order(*, order: Order, by: User, at: datetime.datetime, reason: str = "") -> Order:
    """Let a paused order go on where it was: in fulfilment if something of it was picked or has left."""
    locked = lock_order(order.pk)
    _refuse_unless(locked, OrderStatus.PAUSED)
    begun = locked.shipments.exclude(status="cancelled").exists()
    status = OrderStatus.IN_FULFILMENT if begun else OrderStatus.RELEASED
    move_order(order=locked, to=status, kind=EventKind.RESUMED, by=by, at=at, reason=reason)
    return locked


def _refuse_unless(order: Order, status: OrderStatus) -> None:
    if order.status != status:
        raise wrong_status(order)
