"""Picking: from what is reserved for an order in a warehouse to what lies packed on the dock."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import User
from inventory.models import MovementKind, Warehouse
from inventory.services.levels import LevelChange, move_levels
from orders.exceptions import FulfilmentRefused
from orders.models import (
    Carrier,
    EventKind,
    Incident,
    IncidentKind,
    IncidentStatus,
    Order,
    OrderLine,
    OrderStatus,
    PromiseReason,
    Reservation,
    Shipment,
    ShipmentLine,
    ShipmentStatus,
)
from orders.services.backorders import Served, serve_lines
from orders.services.events import record
from orders.services.states import lock_order, move_order, move_shipment
from orders.services.waiting import waiting_lines


@dataclass(frozen=True)
class Short:
    """Stock units that a pick found too few; ``served`` says from where missing ones come, None for ones that wait."""

    quantity: Decimal
    served: Served | None


BEGUN = (ShipmentStatus.OPEN, ShipmentStatus.PACKED)

_FILL = """
    INSERT INTO orders_shipmentline (shipment_id, line_id, account_id, quantity, delivered, invoiced, reversed)
    SELECT %(shipment)s, r.line_id, r.account_id, r.quantity, 0, 0, 0
    FROM orders_reservation r
    JOIN orders_orderline l ON l.id = r.line_id AND l.order_id = %(order)s
    WHERE r.warehouse_id = %(warehouse)s
"""

# The shipment is cut to what lies in the box; with an empty box it stays as it is.
_CUT_TO_BOX = """
    WITH box AS MATERIALIZED (
        SELECT sl.id, least(sl.quantity, coalesce(r.picked, 0)) AS quantity
        FROM orders_shipmentline sl
        LEFT JOIN orders_reservation r ON r.line_id = sl.line_id AND r.warehouse_id = %(warehouse)s
        WHERE sl.shipment_id = %(shipment)s
    ),
    filled AS (SELECT * FROM box WHERE EXISTS (SELECT FROM box WHERE quantity > 0)),
    gone AS (DELETE FROM orders_shipmentline sl USING filled f WHERE sl.id = f.id AND f.quantity = 0)
    UPDATE orders_shipmentline sl SET quantity = f.quantity
    FROM filled f WHERE sl.id = f.id AND f.quantity > 0 AND f.quantity < sl.quantity
"""


def lock_begun(shipment: Shipment) -> tuple[Order, Shipment]:
    """Lock a shipment's order, then the shipment; refuse when it has left or was cancelled."""
    order = lock_order(shipment.order_id)
    locked = Shipment.objects.select_for_update(of=("self",)).select_related("warehouse", "carrier").get(pk=shipment.pk)
    if locked.status == ShipmentStatus.CANCELLED:
        raise FulfilmentRefused(_("%(number)s was cancelled in the meantime.") % {"number": locked.number})
    if locked.status not in BEGUN:
        raise FulfilmentRefused(
            _("%(number)s has already left the warehouse. Nothing was shipped twice.") % {"number": locked.number}
        )
    if order.status not in (OrderStatus.RELEASED, OrderStatus.IN_FULFILMENT):
        raise FulfilmentRefused(
            _("Order %(number)s is %(status)s: put the goods aside and ask the desk.")
            % {"number": order.number, "status": order.get_status_display().lower()}
        )
    return order, locked


@transaction.atomic
def start_picking(*, order: Order, warehouse: Warehouse, by: User | None, at: datetime.datetime) -> Shipment:
    """Open a shipment with everything that is reserved for an order in a warehouse, and return it.

    The order becomes "in fulfilment". Where one is begun already, that one is returned: what has been reserved since
    goes with the next. Refused when nothing is reserved there, when the order waits, or when its customer takes complete deliveries
    only and something is still missing.
    """
    order = lock_order(order.pk)
    if order.status not in (OrderStatus.RELEASED, OrderStatus.IN_FULFILMENT):
        raise FulfilmentRefused(
            _("Order %(number)s is %(status)s and can't be picked.")
            % {"number": order.number, "status": order.get_status_display().lower()}
        )
    shipment = order.shipments.filter(warehouse=warehouse, status__in=BEGUN).first()
    if shipment:
        return shipment
    _refuse_incomplete(order)
    shipment = Shipment.objects.create(
        order=order,
        customer_id=order.customer_id,
        account_id=order.account_id,
        warehouse=warehouse,
        number=_new_number(),
        ship_to_id=order.ship_to_id,
        created_by=by,
        created_at=at,
    )
    if not _fill(shipment):
        raise FulfilmentRefused(
            _("Nothing of order %(number)s is reserved in %(warehouse)s.")
            % {"number": order.number, "warehouse": warehouse.name}
        )
    move_order(
        order=order,
        to=OrderStatus.IN_FULFILMENT,
        may_stay=True,
        kind=EventKind.PICKING,
        by=by,
        at=at,
        data={"shipment": shipment.number, "warehouse": warehouse.name},
    )
    return shipment


@transaction.atomic
def confirm_pick(
    *, shipment: Shipment, shipment_line_id: int, quantity: Decimal, by: User | None, at: datetime.datetime
) -> ShipmentLine:
    """Write down that ``quantity`` stock units of a line lie in the box: absolute, so that repeating changes nothing.

    Units move between "reserved" and "picked" of the order line, within its reservation. Refused outside
    0 … what the shipment wants.
    """
    _order, shipment = lock_begun(shipment)
    row = _line_of(shipment, shipment_line_id)
    if not 0 <= quantity <= row.quantity:
        raise FulfilmentRefused(
            _("%(quantity)s can't be picked: the line wants %(wanted)s.")
            % {"quantity": f"{quantity.normalize():f}", "wanted": f"{row.quantity.normalize():f}"}
        )
    _pick(shipment, row, quantity)
    return row


@transaction.atomic
def short_pick(
    *,
    shipment: Shipment,
    shipment_line_id: int,
    found: Decimal,
    is_missing: bool,
    by: User | None,
    at: datetime.datetime,
) -> Short:
    """Close a line with less than was wanted; what is short, and from where it comes now.

    The shipment keeps what was ``found``. The rest stays reserved for a later shipment; when it ``is_missing`` from
    its place it leaves the reservation and the stock (an adjustment with its reason), an incident tells the desk, and
    it is set aside in another warehouse, else waits for supply with a date, else without one. A shipment without
    lines is given up as by ``cancel_shipment``. Raises StockMoved: the transaction is to be repeated.
    """
    order, shipment = lock_begun(shipment)
    row = _line_of(shipment, shipment_line_id)
    if not 0 <= found < row.quantity:
        raise FulfilmentRefused(_("That is the whole quantity: confirm it instead."))
    short = row.quantity - found
    _pick(shipment, row, found)
    if found:
        row.quantity = found
        row.save(update_fields=["quantity"])
    else:
        row.delete()
        if not shipment.lines.exists():
            _put_back(order, shipment, by, at)
    served = _give_up(order, shipment, row.line, short, by, at) if is_missing else None
    return Short(short, served)


@transaction.atomic
def pack(
    *,
    shipment: Shipment,
    parcels: int,
    carrier: Carrier | None,
    tracking_number: str = "",
    by: User | None,
    at: datetime.datetime,
) -> Shipment:
    """Note parcels and carrier of a shipment: it waits for its dispatch with what lies in the box.

    What was not picked stays reserved for a later shipment. Where nothing was confirmed somebody picked from paper:
    then everything is in the box.
    """
    order, shipment = lock_begun(shipment)
    with connection.cursor() as cursor:
        cursor.execute(_CUT_TO_BOX, {"shipment": shipment.pk, "warehouse": shipment.warehouse_id})
    move_shipment(
        shipment=shipment,
        to=ShipmentStatus.PACKED,
        may_stay=True,
        parcels=parcels,
        carrier=carrier,
        tracking_number=tracking_number.strip(),
    )
    data = {"shipment": shipment.number, "parcels": parcels, "carrier": carrier.name if carrier else ""}
    record(order=order, kind=EventKind.PACKED, by=by, at=at, data=data, is_public=False)
    return shipment


@transaction.atomic
def cancel_shipment(*, shipment: Shipment, by: User | None, at: datetime.datetime) -> Shipment:
    """Give a begun shipment up: what was picked counts as reserved again, nothing leaves.

    An order of which nothing else was begun is "released" again, and can be cancelled as a whole.
    """
    order, shipment = lock_begun(shipment)
    for row in shipment.lines.select_related("line"):
        _pick(shipment, row, Decimal(0))
    _put_back(order, shipment, by, at)
    return shipment


def _put_back(order: Order, shipment: Shipment, by: User | None, at: datetime.datetime) -> None:
    """Cancel a shipment with nothing in its box, and undo the beginning of its order if it was the only one."""
    move_shipment(shipment=shipment, to=ShipmentStatus.CANCELLED)
    is_begun = order.shipments.exclude(status=ShipmentStatus.CANCELLED).exists()
    to = order.status if is_begun else OrderStatus.RELEASED
    data = {"shipment": shipment.number, "warehouse": shipment.warehouse.name}
    move_order(
        order=order, to=to, may_stay=True, kind=EventKind.PICKING_STOPPED, by=by, at=at, data=data, is_public=False
    )


def _refuse_incomplete(order: Order) -> None:
    if not order.customer.ship_complete:
        return
    waiting = OrderLine.objects.filter(order=order, backordered__gt=0).count()
    if waiting:
        raise FulfilmentRefused(
            _("%(customer)s takes complete deliveries only, and %(count)s lines still wait for stock.")
            % {"customer": order.customer_name, "count": waiting}
        )


def _new_number() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT orders_new_shipment_number()")
        return cursor.fetchone()[0]


def _fill(shipment: Shipment) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_FILL, {"shipment": shipment.pk, "order": shipment.order_id, "warehouse": shipment.warehouse_id})
        return cursor.rowcount


def _line_of(shipment: Shipment, shipment_line_id: int) -> ShipmentLine:
    row = shipment.lines.select_related("line__product").filter(pk=shipment_line_id).first()
    if row is None:
        raise FulfilmentRefused(_("That line is no longer part of %(number)s.") % {"number": shipment.number})
    return row


def _pick(shipment: Shipment, row: ShipmentLine, quantity: Decimal) -> None:
    """Set what is picked of a line in this warehouse; the order line follows by the difference."""
    reservation = Reservation.objects.filter(line_id=row.line_id, warehouse_id=shipment.warehouse_id).first()
    if reservation is None or quantity > reservation.quantity:
        raise FulfilmentRefused(_("That line is no longer reserved here. Ask the desk before it leaves."))
    change = quantity - reservation.picked
    if change:
        OrderLine.objects.filter(pk=row.line_id).update(picked=F("picked") + change, reserved=F("reserved") - change)
        Reservation.objects.filter(pk=reservation.pk).update(picked=quantity)


def _give_up(
    order: Order, shipment: Shipment, line: OrderLine, short: Decimal, by: User | None, at: datetime.datetime
) -> Served:
    """Take missing units out of reservation and stock; another warehouse serves them, or a supplier, or nobody yet."""
    reservation = Reservation.objects.get(line=line, warehouse_id=shipment.warehouse_id)
    if reservation.quantity > short:
        Reservation.objects.filter(pk=reservation.pk).update(quantity=F("quantity") - short)
    else:
        reservation.delete()
    OrderLine.objects.filter(pk=line.pk).update(
        reserved=F("reserved") - short,
        backordered=F("backordered") + short,
        promise_reason=PromiseReason.NO_SUPPLY,
    )
    _report_shortage(order, shipment, line, short, by, at)
    served = serve_lines(
        lines=waiting_lines(order_ids=[order.pk]), cause="missing", by=by, at=at, about={line.pk: short}
    )
    missing = LevelChange(line.product_id, shipment.warehouse_id, on_hand=-short, reserved=-short)
    move_levels(
        changes=[
            missing,
            *(LevelChange(product, warehouse, reserved=units) for (warehouse, product), units in served.taken.items()),
        ],
        kind=MovementKind.ADJUSTMENT,
        document=shipment.number,
        reason=_("Not found when picking"),
        by=by,
        at=at,
    )
    return served


def _report_shortage(
    order: Order, shipment: Shipment, line: OrderLine, short: Decimal, by: User | None, at: datetime.datetime
) -> None:
    """Tell the desk by an incident: until it is solved, this order counts on no stock of that warehouse by itself."""
    text = _("%(quantity)s × %(product)s were not in their place in %(warehouse)s when %(shipment)s was picked.")
    incident = Incident.objects.create(
        order=order,
        customer_id=order.customer_id,
        account_id=order.account_id,
        shipment=shipment,
        kind=IncidentKind.SHORTAGE,
        description=text
        % {
            "quantity": f"{short.normalize():f}",
            "product": f"{line.code} {line.description}",
            "warehouse": shipment.warehouse.name,
            "shipment": shipment.number,
        },
        owner_id=order.rep_id,
        due_on=timezone.localdate(at),
        opened_by=by,
        opened_at=at,
    )
    data = {
        "incident": incident.pk,
        "kind": incident.kind,
        "description": incident.description,
        "shipment": shipment.number,
        "state": IncidentStatus.OPEN,
    }
    record(order=order, kind=EventKind.INCIDENT, by=by, at=at, data=data, is_public=False)
