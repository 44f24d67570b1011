"""On the way: what carriers report moves a shipment, and its delivery moves the order."""

import datetime
from collections.abc import Mapping
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext as _

from customers.models import User
from orders.exceptions import FulfilmentRefused
from orders.models import (
    EventKind,
    IncidentKind,
    LineType,
    Order,
    OrderStatus,
    Shipment,
    ShipmentStatus,
    TrackingCode,
    TrackingEvent,
)
from orders.services.aftersales import open_incident, open_return
from orders.services.events import record
from orders.services.exposure import refresh_exposure
from orders.services.states import lock_order, move_order, move_shipment, status_on_arrival

# What a report makes of a shipment.
MEANS = {
    TrackingCode.COLLECTED: ShipmentStatus.IN_TRANSIT,
    TrackingCode.IN_TRANSIT: ShipmentStatus.IN_TRANSIT,
    TrackingCode.OUT_FOR_DELIVERY: ShipmentStatus.IN_TRANSIT,
    TrackingCode.DELAYED: ShipmentStatus.EXCEPTION,
    TrackingCode.DAMAGED: ShipmentStatus.EXCEPTION,
    TrackingCode.REFUSED: ShipmentStatus.EXCEPTION,
    TrackingCode.DELIVERED: ShipmentStatus.DELIVERED,
    TrackingCode.RETURNED: ShipmentStatus.RETURNED_TO_SENDER,
}
GOES_WRONG = {
    TrackingCode.DELAYED: IncidentKind.DELAY,
    TrackingCode.DAMAGED: IncidentKind.DAMAGE,
    TrackingCode.REFUSED: IncidentKind.REFUSAL,
}
GOODS = (LineType.GOODS, LineType.FREE)
OVER = (ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED_TO_SENDER, ShipmentStatus.CANCELLED)

_DELIVER = """
    WITH rows AS MATERIALIZED (
        SELECT sl.id, sl.line_id, coalesce(a.quantity, sl.quantity) AS quantity,
               sl.quantity - coalesce(a.quantity, sl.quantity) AS refused
        FROM orders_shipmentline sl
        LEFT JOIN unnest(%(lines)s::bigint[], %(quantities)s::numeric[]) AS a(line_id, quantity) ON a.line_id = sl.line_id
        WHERE sl.shipment_id = %(shipment)s
    ),
    arrived AS (
        UPDATE orders_shipmentline sl SET delivered = r.quantity, refused = r.refused FROM rows r WHERE sl.id = r.id
    )
    UPDATE orders_orderline l SET delivered = l.delivered + r.quantity, refused = l.refused + r.refused
    FROM rows r WHERE l.id = r.line_id
"""


@transaction.atomic
def record_tracking(
    *,
    shipment: Shipment,
    code: str,
    at: datetime.datetime,
    location: str = "",
    note: str = "",
    by: User | None,
) -> TrackingEvent | None:
    """Write down where a shipment was seen, and move it; None when the very same was reported before.

    ``at`` is when it was seen. A report older than the latest one is kept and moves nothing. "Delivered" delivers
    everything that is not delivered yet, "returned" sends all of it back; trouble opens an incident.
    Raises FulfilmentRefused before the shipment has left and after its journey is over.
    """
    order, shipment = _lock_travelling(shipment)
    if code == TrackingCode.DELIVERED:
        _deliver(order, shipment, {}, at, "", by, location=location, note=note)
        return shipment.tracking_events.filter(code=code, at=at).first()
    return _report(order, shipment, code, at, location, note, by)


@transaction.atomic
def deliver(
    *,
    shipment: Shipment,
    quantities: Mapping[int, Decimal] | None = None,
    at: datetime.datetime,
    received_by: str = "",
    by: User | None,
) -> Shipment:
    """Deliver a shipment: all of it, or ``quantities`` (order line id → stock units; lines left out went whole).

    What was not taken is refused: an incident is opened and a return that is on its way back; when nothing at all was
    taken, the shipment goes back to its sender. The order is
    "delivered" when nothing of it is open or on the way. ``received_by`` is the name on the proof of delivery.
    """
    order, shipment = _lock_travelling(shipment)
    _deliver(order, shipment, quantities or {}, at, received_by, by)
    return shipment


def _lock_travelling(shipment: Shipment) -> tuple[Order, Shipment]:
    order = lock_order(shipment.order_id)
    shipment = Shipment.objects.select_for_update(of=("self",)).select_related("warehouse").get(pk=shipment.pk)
    if shipment.status in OVER:
        raise FulfilmentRefused(
            _("%(number)s is %(status)s already; its journey is over.")
            % {"number": shipment.number, "status": shipment.get_status_display().lower()}
        )
    if shipment.shipped_at is None:
        raise FulfilmentRefused(_("%(number)s has not left the warehouse yet.") % {"number": shipment.number})
    return order, shipment


def _write_event(
    shipment: Shipment, code: str, at: datetime.datetime, location: str, note: str, by: User | None
) -> TrackingEvent | None:
    event, is_new = TrackingEvent.objects.get_or_create(
        shipment=shipment,
        code=code,
        at=at,
        defaults={
            "account_id": shipment.account_id,
            "location": location.strip()[:120],
            "note": note.strip()[:200],
            "by": by,
        },
    )
    return event if is_new else None


def _report(
    order: Order, shipment: Shipment, code: str, at: datetime.datetime, location: str, note: str, by: User | None
) -> TrackingEvent | None:
    _refuse_before_shipping(shipment, at)
    latest = shipment.tracking_events.order_by("-at", "-id").values_list("at", flat=True).first()
    event = _write_event(shipment, code, at, location, note, by)
    if event is None:
        return None
    status = MEANS[TrackingCode(code)]
    if (latest is None or at >= latest) and shipment.status not in (status, *OVER):
        move_shipment(shipment=shipment, to=status)
    record(
        order=order,
        kind=EventKind.TRACKED,
        by=by,
        at=at,
        data={
            "shipment": shipment.number,
            "shipment_id": shipment.pk,
            "code": code,
            "location": event.location,
            "note": event.note,
        },
    )
    if kind := GOES_WRONG.get(TrackingCode(code)):
        description = ", ".join(part for part in (event.get_code_display(), event.location, event.note) if part)
        open_incident(order=order, shipment=shipment, kind=kind, description=description, by=by, at=at)
    if code == TrackingCode.RETURNED and shipment.status == ShipmentStatus.RETURNED_TO_SENDER:
        _send_back(order, shipment, by, at)
    return event


def _deliver(
    order: Order,
    shipment: Shipment,
    quantities: Mapping[int, Decimal],
    at: datetime.datetime,
    received_by: str,
    by: User | None,
    location: str = "",
    note: str = "",
) -> None:
    _refuse_before_shipping(shipment, at)
    rows = {row.line_id: row for row in shipment.lines.select_related("line")}
    wrong = [
        rows[line_id].line.code if line_id in rows else str(line_id)
        for line_id, quantity in quantities.items()
        if line_id not in rows or not 0 <= quantity <= rows[line_id].quantity
    ]
    if wrong:
        raise FulfilmentRefused(
            _("More can't be delivered than was shipped: %(products)s.") % {"products": ", ".join(wrong)}
        )
    refused = {
        line_id: rows[line_id].quantity - quantity
        for line_id, quantity in quantities.items()
        if quantity < rows[line_id].quantity
    }
    taken = [quantities.get(row.line_id, row.quantity) for row in rows.values() if row.line.type in GOODS]
    if taken and not any(taken):
        move_shipment(shipment=shipment, to=ShipmentStatus.RETURNED_TO_SENDER)
        _report(order, shipment, TrackingCode.REFUSED, at, location, note, by)
        _send_back(order, shipment, by, at)
        return
    _write_delivered(shipment, quantities)
    name = received_by.strip()[:120]
    move_shipment(shipment=shipment, to=ShipmentStatus.DELIVERED, delivered_at=at, received_by=name)
    _write_event(shipment, TrackingCode.DELIVERED, at, location, note, by)
    refused_lines = [
        {
            "position": rows[line_id].line.position,
            "code": rows[line_id].line.code,
            "product": rows[line_id].line.description,
            "quantity": f"{quantity.normalize():f}",
        }
        for line_id, quantity in refused.items()
    ]
    to = status_on_arrival(order)
    data = {
        "shipment": shipment.number,
        "shipment_id": shipment.pk,
        "received_by": name,
        "refused": refused_lines,
        "is_whole": to == OrderStatus.DELIVERED,
    }
    move_order(order=order, to=to, may_stay=True, kind=EventKind.DELIVERED, by=by, at=at, data=data)
    if refused:
        products = ", ".join(f"{line['quantity']} × {line['code']} {line['product']}" for line in refused_lines)
        open_incident(
            order=order,
            shipment=shipment,
            kind=IncidentKind.REFUSAL,
            description=_("Not accepted on delivery: %(products)s.") % {"products": products},
            by=by,
            at=at,
        )
        open_return(order=order, shipment=shipment, quantities=refused, by=by, at=at)


def _refuse_before_shipping(shipment: Shipment, at: datetime.datetime) -> None:
    if shipment.shipped_at is None or at < shipment.shipped_at:
        raise FulfilmentRefused(
            _("%(number)s left later than that: look at the time of the report.") % {"number": shipment.number}
        )


def _send_back(order: Order, shipment: Shipment, by: User | None, at: datetime.datetime) -> None:
    """All goods of a shipment come back: a return on its way. What was a service was rendered."""
    goods = dict(shipment.lines.filter(line__type__in=GOODS).values_list("line_id", "quantity"))
    _write_delivered(shipment, dict.fromkeys(goods, Decimal(0)))
    open_return(order=order, shipment=shipment, quantities=goods, by=by, at=at)


def _write_delivered(shipment: Shipment, quantities: Mapping[int, Decimal]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _DELIVER,
            {"shipment": shipment.pk, "lines": list(quantities), "quantities": list(quantities.values())},
        )
    refresh_exposure(account_ids=[shipment.account_id])  # what was refused is not billed
