"""Shipping: goods leave, and order lines, reservations, ledger and stock levels say so in one transaction."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import User
from inventory.models import MovementKind
from inventory.services.levels import LevelChange, move_levels
from orders.exceptions import FulfilmentRefused, OrderError
from orders.models import Carrier, EventKind, Order, OrderLine, OrderStatus, Shipment, ShipmentStatus
from orders.services.exposure import refresh_exposure
from orders.services.locking import lock_together
from orders.services.picking import lock_begun
from orders.services.states import move_order, move_shipment
from orders.services.waiting import read_geography

ZERO = Decimal(0)

# The shipment is cut to what is asked for.
_CUT = """
    WITH asked AS (SELECT * FROM unnest(%(lines)s::bigint[], %(quantities)s::numeric[]) AS a(line_id, quantity)),
    gone AS (
        DELETE FROM orders_shipmentline sl
        WHERE sl.shipment_id = %(shipment)s
          AND NOT EXISTS (SELECT FROM asked a WHERE a.line_id = sl.line_id AND a.quantity > 0)
    )
    UPDATE orders_shipmentline sl SET quantity = a.quantity
    FROM asked a
    WHERE sl.shipment_id = %(shipment)s AND sl.line_id = a.line_id AND a.quantity > 0 AND sl.quantity <> a.quantity
"""

# Picked units leave first; what was picked and stays counts as reserved again.
_LEAVE = """
    WITH leaving AS MATERIALIZED (
        SELECT sl.line_id, sl.quantity, r.id AS reservation_id, r.quantity AS kept, r.picked, l.product_id,
               r.promised_on
        FROM orders_shipmentline sl
        JOIN orders_orderline l ON l.id = sl.line_id
        JOIN orders_reservation r ON r.line_id = sl.line_id AND r.warehouse_id = %(warehouse)s
        WHERE sl.shipment_id = %(shipment)s AND r.quantity >= sl.quantity
    ),
    put_back AS (
        SELECT r.id, r.line_id, r.picked
        FROM orders_reservation r
        JOIN orders_orderline l ON l.id = r.line_id AND l.order_id = %(order)s
        WHERE r.warehouse_id = %(warehouse)s AND r.picked > 0 AND r.line_id NOT IN (SELECT line_id FROM leaving)
    ),
    released AS (
        DELETE FROM orders_reservation r USING leaving g WHERE r.id = g.reservation_id AND g.kept = g.quantity
    ),
    kept AS (
        UPDATE orders_reservation r SET quantity = g.kept - g.quantity, picked = 0
        FROM leaving g WHERE r.id = g.reservation_id AND g.kept > g.quantity
    ),
    unpicked AS (UPDATE orders_reservation r SET picked = 0 FROM put_back p WHERE r.id = p.id),
    changed AS (
        UPDATE orders_orderline l
        SET shipped = l.shipped + c.quantity, picked = l.picked - c.picked, reserved = l.reserved - c.quantity + c.picked
        FROM (
            SELECT line_id, quantity, picked FROM leaving
            UNION ALL
            SELECT line_id, 0, picked FROM put_back
        ) c
        WHERE l.id = c.line_id
    )
    SELECT line_id, product_id, quantity, promised_on FROM leaving ORDER BY product_id
"""

# What stays is promised for the last day of what serves it now, and the order for the last day of its open goods.
_REDATE_LINES = """
    WITH pieces AS (
        SELECT r.line_id, r.quantity, r.promised_on, false AS is_peg FROM orders_reservation r
        JOIN orders_orderline l ON l.id = r.line_id AND l.order_id = %(order)s
        UNION ALL
        SELECT p.line_id, p.quantity, p.promised_on, true FROM orders_peg p
        JOIN orders_orderline l ON l.id = p.line_id AND l.order_id = %(order)s
    ),
    due AS (
        SELECT line_id, CASE WHEN count(*) = count(promised_on) THEN max(promised_on) END AS promised_on,
               coalesce(sum(quantity) FILTER (WHERE is_peg), 0) AS pegged
        FROM pieces GROUP BY line_id
    )
    UPDATE orders_orderline l SET promised_on = due.promised_on
    FROM due
    WHERE l.id = due.line_id AND due.pegged = l.backordered AND l.promised_on IS DISTINCT FROM due.promised_on
      AND due.promised_on IS NOT NULL AND l.ordered > l.cancelled + l.shipped
"""
_REDATE_ORDER = """
    UPDATE orders_order o SET promised_on = n.promised_on
    FROM (
        SELECT CASE WHEN count(*) = count(promised_on) THEN max(promised_on) END AS promised_on
        FROM orders_orderline
        WHERE order_id = %(order)s AND type IN ('goods', 'free') AND ordered > cancelled + shipped
    ) n
    WHERE o.id = %(order)s AND o.promised_on IS DISTINCT FROM n.promised_on
"""

# Charges and packaging go with the first goods that leave.
_GO_ALONG = """
    WITH along AS (
        UPDATE orders_orderline l SET shipped = l.ordered - l.cancelled
        WHERE l.order_id = %(order)s AND l.type IN ('charge', 'deposit') AND l.shipped < l.ordered - l.cancelled
        RETURNING l.id, l.account_id, l.ordered - l.cancelled AS quantity
    )
    INSERT INTO orders_shipmentline (shipment_id, line_id, account_id, quantity, delivered, invoiced, reversed)
    SELECT %(shipment)s, id, account_id, quantity, 0, 0, 0 FROM along
"""


@transaction.atomic
def ship(
    *,
    shipment: Shipment,
    quantities: Mapping[int, Decimal] | None = None,
    carrier: Carrier | None = None,
    tracking_number: str = "",
    parcels: int | None = None,
    by: User | None,
    at: datetime.datetime,
) -> Shipment:
    """Let a begun shipment leave: all of it, or ``quantities`` (order line id → stock units; lines left out stay).

    In one transaction: reservations go down, the ledger and the stock levels follow, ``shipped`` goes up; charges
    and returnable packaging go with the first shipment; the rest stays reserved. The order is "shipped" when nothing
    of it is open. Carrier, parcels and tracking number are kept as packed unless given.

    Raises FulfilmentRefused when it has left already (who comes second is told so, nothing is shipped twice), when
    nothing would leave, and when more would leave than the shipment holds, naming every such line at once.
    """
    order, shipment = lock_begun(shipment)
    _cut(shipment, quantities)
    leaving = _leave(shipment)
    with connection.cursor() as cursor:
        cursor.execute(_GO_ALONG, {"order": order.pk, "shipment": shipment.pk})

    is_whole = not OrderLine.objects.filter(order=order, ordered__gt=F("cancelled") + F("shipped")).exists()
    if not is_whole and not order.customer.ship_complete:
        with connection.cursor() as cursor:
            cursor.execute(_REDATE_LINES, {"order": order.pk})
            cursor.execute(_REDATE_ORDER, {"order": order.pk})

    expected_on = _expected_on(order, shipment, [day for *_leaving, day in leaving], at)
    move_shipment(
        shipment=shipment,
        to=ShipmentStatus.SHIPPED,
        shipped_at=at,
        carrier=carrier or shipment.carrier,
        tracking_number=tracking_number.strip() or shipment.tracking_number,
        parcels=parcels or shipment.parcels,
        expected_on=expected_on,
    )
    move_order(
        order=order,
        to=OrderStatus.SHIPPED if is_whole else OrderStatus.IN_FULFILMENT,
        may_stay=True,
        kind=EventKind.SHIPPED,
        by=by,
        at=at,
        data={
            "shipment": shipment.number,
            "shipment_id": shipment.pk,
            "warehouse": shipment.warehouse.name,
            "carrier": shipment.carrier.name if shipment.carrier else "",
            "tracking_number": shipment.tracking_number,
            "parcels": shipment.parcels,
            "lines": len(leaving),
            "is_whole": is_whole,
            "expected_on": expected_on.isoformat(),
        },
    )
    refresh_exposure(account_ids=[order.account_id])
    move_levels(
        changes=[
            LevelChange(product_id, shipment.warehouse_id, on_hand=-quantity, reserved=-quantity)
            for _line_id, product_id, quantity, _day in leaving
        ],
        kind=MovementKind.SHIPMENT,
        document=shipment.number,
        by=by,
        at=at,
    )
    return shipment


@transaction.atomic
def ship_together(
    *, shipments: Sequence[Shipment], by: User | None, at: datetime.datetime
) -> dict[int, OrderError | None]:
    """Let several packed shipments leave, each by itself: shipment id → what refused it, None when it has left.

    Everything they need is locked first, so that nobody waits in a circle.
    """
    lock_together(shipment.order_id for shipment in shipments)
    return {shipment.pk: _try_ship(shipment, by, at) for shipment in shipments}


def _try_ship(shipment: Shipment, by: User | None, at: datetime.datetime) -> OrderError | None:
    try:
        ship(shipment=shipment, by=by, at=at)
    except OrderError as error:
        return error
    return None


def _cut(shipment: Shipment, quantities: Mapping[int, Decimal] | None) -> None:
    """Reduce the shipment to what is asked for."""
    if quantities is None:
        return
    rows = {row.line_id: row for row in shipment.lines.select_related("line")}
    wrong = [
        row.line.code if row else str(line_id)
        for line_id, quantity in quantities.items()
        for row in [rows.get(line_id)]
        if row is None or not 0 <= quantity <= row.quantity
    ]
    if wrong:
        raise FulfilmentRefused(
            _("More can't leave than was made ready: %(products)s. Nothing was shipped.")
            % {"products": ", ".join(wrong)}
        )
    with connection.cursor() as cursor:
        cursor.execute(
            _CUT,
            {"shipment": shipment.pk, "lines": list(quantities), "quantities": list(quantities.values())},
        )


def _leave(shipment: Shipment) -> Sequence[tuple[int, int, Decimal, datetime.date | None]]:
    """Take what leaves out of the reservations; (line, product, stock units, promised day)."""
    with connection.cursor() as cursor:
        cursor.execute(
            _LEAVE,
            {"shipment": shipment.pk, "warehouse": shipment.warehouse_id, "order": shipment.order_id},
        )
        leaving = cursor.fetchall()
    wanted = shipment.lines.count()
    if not wanted:
        raise FulfilmentRefused(_("Nothing is left to ship on %(number)s.") % {"number": shipment.number})
    if len(leaving) < wanted:
        raise FulfilmentRefused(
            _("Part of %(number)s is no longer reserved. Ask the desk; nothing was shipped.")
            % {"number": shipment.number}
        )
    return leaving


def _expected_on(
    order: Order, shipment: Shipment, days: Sequence[datetime.date | None], at: datetime.datetime
) -> datetime.date:
    """The last day that was promised for the units that leave; the day they can be there when that is later."""
    customer = order.customer
    arrival = read_geography(at=at).arrival(
        region_id=customer.region_id,
        weekdays=customer.delivery_weekdays,
        warehouse_id=shipment.warehouse_id,
        leaves_on=timezone.localdate(at),
    )
    return max([arrival, *(day for day in days if day)])
