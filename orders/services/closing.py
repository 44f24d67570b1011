"""Closing orders of which nothing more is expected: all delivered, all invoiced, nothing in dispute or coming back."""

import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from customers.models import User
from orders.exceptions import FulfilmentRefused
from orders.models import EventKind, Order, OrderStatus
from orders.services.states import lock_order, move_order, move_orders

CLAIM_WITHIN = datetime.timedelta(days=7)  # after the last delivery, before an order closes by itself
ORDERS_AT_ONCE = 1000

_UNBILLED = """
    EXISTS (SELECT FROM orders_orderline l WHERE l.order_id = o.id
              AND CASE l.billing_policy WHEN 'on_order' THEN l.ordered - l.cancelled ELSE l.shipped END
                  > l.refused + l.invoiced - l.reversed)
"""
_DISPUTED = "EXISTS (SELECT FROM orders_incident i WHERE i.order_id = o.id AND i.status <> 'solved')"
_COMING_BACK = """
    EXISTS (SELECT FROM orders_return p JOIN orders_returnline r ON r.parent_id = p.id
            WHERE p.order_id = o.id AND r.status NOT IN ('refused', 'closed'))
"""

_FINISHED = f"""
    SELECT o.id FROM orders_order o
    WHERE o.status = 'delivered' AND NOT o.is_history
      AND NOT EXISTS (SELECT FROM orders_shipment s WHERE s.order_id = o.id
                        AND coalesce(s.delivered_at, s.shipped_at) > %(since)s)
      AND NOT {_UNBILLED} AND NOT {_DISPUTED} AND NOT {_COMING_BACK}
    ORDER BY o.id LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
"""  # noqa: S608 - made of constants


@transaction.atomic
def close_order(*, order: Order, by: User | None, at: datetime.datetime) -> Order:
    """Close a delivered order in the name of ``by``: nothing more is expected of it.

    Raises FulfilmentRefused in any other state, and naming all that is still expected: units to invoice, open
    incidents, returns under way.
    """
    order = lock_order(order.pk)
    if order.status != OrderStatus.DELIVERED:
        raise FulfilmentRefused(_("Only a delivered order is closed; %(number)s is not.") % {"number": order.number})
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_UNBILLED}, {_DISPUTED}, {_COMING_BACK} FROM orders_order o WHERE o.id = %s",  # noqa: S608
            [order.pk],
        )
        unbilled, disputed, coming_back = cursor.fetchone()
    reasons = [
        reason
        for applies, reason in (
            (unbilled, _("Part of it is not invoiced yet.")),
            (disputed, _("An incident is open.")),
            (coming_back, _("Goods are on their way back.")),
        )
        if applies
    ]
    if reasons:
        raise FulfilmentRefused(
            _("%(number)s can't be closed: %(reasons)s") % {"number": order.number, "reasons": " ".join(reasons)}
        )
    move_order(order=order, to=OrderStatus.CLOSED, kind=EventKind.CLOSED, by=by, at=at)
    return order


@transaction.atomic
def close_finished(*, at: datetime.datetime) -> int:
    """Close every order that was delivered a week ago and of which nothing is expected; how many it closed.

    Two statements, up to ``ORDERS_AT_ONCE`` orders; an order that somebody works on waits for the next time.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FINISHED, {"since": at - CLAIM_WITHIN, "limit": ORDERS_AT_ONCE})
        finished = [order_id for (order_id,) in cursor.fetchall()]
    return move_orders(order_ids=finished, to=OrderStatus.CLOSED, kind=EventKind.CLOSED, at=at)
