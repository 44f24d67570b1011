"""When something went wrong, and when goods come back."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import User
from inventory.models import MovementKind, Warehouse
from inventory.services.levels import LevelChange, move_levels
from orders.exceptions import FulfilmentRefused
from orders.models import (
    EventKind,
    Incident,
    IncidentStatus,
    Order,
    OrderLine,
    Return,
    ReturnLine,
    ReturnLineStatus,
    Shipment,
)
from orders.services.events import record
from orders.services.states import lock_order, move_order, status_on_arrival

ZERO = Decimal(0)
ANSWER_WITHIN = datetime.timedelta(days=2)  # a new incident's deadline


@dataclass(frozen=True)
class Outcome:
    """What became of received units of a return line, in stock units."""

    restocked: Decimal
    scrapped: Decimal


# -- Incidents ----------------------------------------------------------------------------------------------------


def open_incident(
    *,
    order: Order,
    kind: str,
    description: str,
    by: User | None,
    at: datetime.datetime,
    shipment: Shipment | None = None,
    owner: User | None = None,
    due_on: datetime.date | None = None,
    is_public: bool = True,
) -> Incident:
    """Write an incident and its event, within the caller's transaction. Without an owner it is the rep's, if any."""
    incident = Incident.objects.create(
        order=order,
        customer_id=order.customer_id,
        account_id=order.account_id,
        shipment=shipment,
        kind=kind,
        description=description,
        owner_id=owner.pk if owner else order.rep_id,
        due_on=due_on or timezone.localdate(at + ANSWER_WITHIN),
        opened_by=by,
        opened_at=at,
    )
    data = {
        "incident": incident.pk,
        "kind": kind,
        "description": description,
        "shipment": shipment.number if shipment else "",
        "state": IncidentStatus.OPEN,
    }
    record(order=order, kind=EventKind.INCIDENT, by=by, at=at, data=data, is_public=is_public)
    return incident


@transaction.atomic
def report_incident(
    *,
    order: Order,
    kind: str,
    description: str,
    by: User,
    at: datetime.datetime,
    shipment: Shipment | None = None,
    owner: User | None = None,
    due_on: datetime.date | None = None,
) -> Incident:
    """Report that something went wrong with an order: who deals with it, until when."""
    return open_incident(
        order=lock_order(order.pk),
        kind=kind,
        description=description,
        by=by,
        at=at,
        shipment=shipment,
        owner=owner,
        due_on=due_on,
    )


@transaction.atomic
def report_problem(
    *, order: Order, kind: str, description: str, by: User, at: datetime.datetime, shipment: Shipment | None = None
) -> Incident:
    """Report a problem for a customer; the order's rep deals with it within ``ANSWER_WITHIN``.

    Locks nothing: neither the order nor its goods change, and a customer's session may lock no order.
    """
    return open_incident(order=order, kind=kind, description=description, by=by, at=at, shipment=shipment)


@transaction.atomic
def assign_incident(
    *, incident: Incident, owner: User | None, due_on: datetime.date | None, by: User, at: datetime.datetime
) -> Incident:
    """Give an open incident an owner and a deadline; with an owner it is being dealt with."""
    incident = _lock_incident(incident)
    incident.owner, incident.due_on = owner, due_on
    incident.status = IncidentStatus.IN_PROGRESS if owner else IncidentStatus.OPEN
    incident.save(update_fields=["owner", "due_on", "status"])
    data = {
        "incident": incident.pk,
        "kind": incident.kind,
        "state": incident.status,
        "owner": owner.name or owner.email if owner else "",
        "due_on": due_on.isoformat() if due_on else None,
    }
    record(order=incident.order, kind=EventKind.INCIDENT, by=by, at=at, data=data, is_public=False)
    return incident


@transaction.atomic
def solve_incident(*, incident: Incident, outcome: str, by: User, at: datetime.datetime) -> Incident:
    """Close an incident with what came of it; the customer reads the outcome on the order's timeline."""
    incident = _lock_incident(incident)
    incident.status, incident.outcome, incident.solved_at = IncidentStatus.SOLVED, outcome, at
    incident.save(update_fields=["status", "outcome", "solved_at"])
    data = {
        "incident": incident.pk,
        "kind": incident.kind,
        "description": outcome,
        "shipment": incident.shipment.number if incident.shipment else "",
        "state": IncidentStatus.SOLVED,
    }
    record(order=incident.order, kind=EventKind.INCIDENT, by=by, at=at, data=data)
    return incident


def _lock_incident(incident: Incident) -> Incident:
    lock_order(incident.order_id)
    incident = Incident.objects.select_for_update(of=("self",)).select_related("order", "shipment").get(pk=incident.pk)
    if incident.status == IncidentStatus.SOLVED:
        raise FulfilmentRefused(_("This incident has been solved in the meantime."))
    return incident


# -- Returns ------------------------------------------------------------------------------------------------------


def open_return(
    *,
    order: Order,
    quantities: Mapping[int, Decimal],
    by: User | None,
    at: datetime.datetime,
    shipment: Shipment | None = None,
    reason: str = "",
    status: str = ReturnLineStatus.IN_TRANSIT,
) -> Return | None:
    """Write a return of ``quantities`` (order line id → stock units), within the caller's transaction.

    In transit: authorised as it is, for the goods are on their way back. None when there is nothing to return.
    """
    lines = {line.pk: line for line in OrderLine.objects.filter(order=order, pk__in=quantities)}
    wanted = {pk: quantity for pk, quantity in quantities.items() if quantity > 0 and pk in lines}
    if not wanted:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT orders_new_return_number()")
        number = cursor.fetchone()[0]
    document = Return.objects.create(
        order=order,
        customer_id=order.customer_id,
        account_id=order.account_id,
        shipment=shipment,
        warehouse_id=shipment.warehouse_id if shipment else order.warehouse_id,
        number=number,
        reason=(reason or (_("Refused on delivery") if shipment else ""))[:200],
        requested_by=by,
        requested_at=at,
    )
    is_authorised = status != ReturnLineStatus.REQUESTED
    ReturnLine.objects.bulk_create(
        ReturnLine(
            parent=document,
            account_id=order.account_id,
            line=lines[pk],
            product_id=lines[pk].product_id,
            position=position,
            status=status,
            requested=quantity,
            authorised=quantity if is_authorised else 0,
            price=lines[pk].price,
        )
        for position, (pk, quantity) in enumerate(sorted(wanted.items(), key=lambda item: lines[item[0]].position), 1)
    )
    record(
        order=order,
        kind=EventKind.RETURN_REQUESTED,
        by=by,
        at=at,
        data={
            "return": number,
            "return_id": document.pk,
            "reason": document.reason,
            "lines": [_said(lines[pk], quantity) for pk, quantity in wanted.items()],
        },
    )
    return document


@transaction.atomic
def request_return(
    *, order: Order, quantities: Mapping[int, Decimal], reason: str, by: User, at: datetime.datetime
) -> Return:
    """Ask to send goods back: ``quantities`` maps order line ids to stock units.

    Refused for more than was delivered and isn't on its way back yet, naming every such line at once.
    """
    order = lock_order(order.pk)
    returnable = returnable_quantities(order=order)
    wanted = {pk: quantity for pk, quantity in quantities.items() if quantity > 0}
    wrong = [pk for pk, quantity in wanted.items() if quantity > returnable.get(pk, ZERO)]
    if wrong:
        codes = OrderLine.objects.filter(pk__in=wrong).values_list("code", flat=True)
        raise FulfilmentRefused(
            _("More can't come back than was delivered: %(products)s.") % {"products": ", ".join(codes)}
        )
    document = open_return(
        order=order, quantities=wanted, by=by, at=at, reason=reason, status=ReturnLineStatus.REQUESTED
    )
    if document is None:
        raise FulfilmentRefused(_("Say how many of which product come back."))
    return document


def returnable_quantities(*, order: Order) -> dict[int, Decimal]:
    """Stock units, per order line, that were delivered and that no return asks for yet. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT l.id, l.delivered - coalesce(sum(
                CASE WHEN r.status = 'requested' THEN r.requested WHEN r.status = 'refused' THEN 0 ELSE r.authorised END
            ) FILTER (WHERE p.shipment_id IS NULL), 0)
            FROM orders_orderline l
            LEFT JOIN orders_returnline r ON r.line_id = l.id
            LEFT JOIN orders_return p ON p.id = r.parent_id
            WHERE l.order_id = %s AND l.type IN ('goods', 'free')
            GROUP BY l.id
            """,
            [order.pk],
        )
        return {pk: quantity for pk, quantity in cursor.fetchall() if quantity > 0}


@transaction.atomic
def authorise_return(
    *, document: Return, quantities: Mapping[int, Decimal], warehouse: Warehouse, by: User, at: datetime.datetime
) -> Return:
    """Decide about a requested return: ``quantities`` (return line id → stock units accepted; 0 refuses the line).

    ``warehouse`` is where the goods are to arrive. Lines left out stay requested.
    """
    document, rows = _lock_return(document, quantities, (ReturnLineStatus.REQUESTED,))
    _check(rows, quantities, "requested", _("More can't be accepted than was asked for: %(products)s."))
    for pk, row in rows.items():
        row.authorised = quantities[pk]
        row.status = ReturnLineStatus.AUTHORISED if quantities[pk] else ReturnLineStatus.REFUSED
    ReturnLine.objects.bulk_update(rows.values(), ["authorised", "status"])
    Return.objects.filter(pk=document.pk).update(warehouse=warehouse)
    accepted = any(quantities.values())
    _record_return(document, "authorised" if accepted else "refused", rows, quantities, by, at)
    return document


@transaction.atomic
def receive_return(
    *,
    document: Return,
    quantities: Mapping[int, Decimal],
    warehouse: Warehouse,
    by: User | None,
    at: datetime.datetime,
    is_last: bool = False,
) -> Return:
    """Book goods that came back: ``quantities`` (return line id → stock units). They lie in quarantine until inspected.

    The order line counts them as returned, the ledger as a return; an order of which nothing else was on the way
    becomes delivered. What is missing of a line is still to come, as a line of its own, unless these were the last:
    then it is given up, and may be asked for again. Refused for more than was authorised.
    """
    document, rows = _lock_return(document, quantities, (ReturnLineStatus.AUTHORISED, ReturnLineStatus.IN_TRANSIT))
    _check(rows, quantities, "authorised", _("More can't be received than was accepted: %(products)s."))
    missing = {pk: row for pk, row in rows.items() if quantities[pk] < row.authorised}
    if is_last:
        _give_up_rest(document, missing, quantities, by, at)
    rows = {pk: row for pk, row in rows.items() if quantities[pk]}
    if not rows:
        if is_last and missing:
            return document
        raise FulfilmentRefused(_("Say how many of which product came back."))
    if not is_last:
        _keep_rest(document, [row for pk, row in missing.items() if pk in rows], quantities)
    for pk, row in rows.items():
        row.received, row.status, row.warehouse = quantities[pk], ReturnLineStatus.RECEIVED, warehouse
    ReturnLine.objects.bulk_update(rows.values(), ["requested", "authorised", "received", "status", "warehouse"])
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE orders_orderline l SET returned = l.returned + r.received
            FROM unnest(%s::bigint[], %s::numeric[]) AS r(line_id, received) WHERE l.id = r.line_id
            """,
            [[row.line_id for row in rows.values()], [row.received for row in rows.values()]],
        )
    _record_return(document, "received", rows, quantities, by, at)
    move_levels(
        changes=[
            LevelChange(row.product_id, warehouse.pk, on_hand=row.received, quarantined=row.received)
            for row in rows.values()
        ],
        kind=MovementKind.RETURN,
        document=document.number,
        by=by,
        at=at,
    )
    return document


@transaction.atomic
def inspect_return(
    *, document: Return, outcomes: Mapping[int, Outcome], by: User | None, at: datetime.datetime
) -> Return:
    """Decide what becomes of received goods: back on the shelf, or scrapped; both together are what was received.

    Restocked units leave quarantine and can be sold; scrapped ones leave the stock, with a movement. The line closes.
    """
    document, rows = _lock_return(document, outcomes, (ReturnLineStatus.RECEIVED, ReturnLineStatus.INSPECTED))
    wrong = [
        row.product.code
        for pk, row in rows.items()
        if min(outcomes[pk].restocked, outcomes[pk].scrapped) < 0
        or outcomes[pk].restocked + outcomes[pk].scrapped != row.received
    ]
    if wrong:
        raise FulfilmentRefused(
            _("Back on the shelf and scrapped together must be what was received: %(products)s.")
            % {"products": ", ".join(wrong)}
        )
    for pk, row in rows.items():
        row.restocked, row.scrapped = outcomes[pk].restocked, outcomes[pk].scrapped
        row.status = ReturnLineStatus.CLOSED
    ReturnLine.objects.bulk_update(rows.values(), ["restocked", "scrapped", "status"])
    _record_return(document, "closed", rows, {pk: row.received for pk, row in rows.items()}, by, at, is_public=False)
    move_levels(
        changes=[
            LevelChange(row.product_id, row.warehouse_id, on_hand=-row.scrapped, quarantined=-row.received)
            for row in rows.values()
            if row.warehouse_id is not None  # what was received lies somewhere
        ],
        kind=MovementKind.SCRAP,
        document=document.number,
        reason=_("Not fit for sale after a return"),
        by=by,
        at=at,
    )
    return document


def _keep_rest(document: Return, rows: Sequence[ReturnLine], quantities: Mapping[int, Decimal]) -> None:
    """Cut lines, in memory, to what came back of them; write the rest as lines that are still to come."""
    last = document.lines.aggregate(last=Max("position"))["last"]
    rests = []
    for position, row in enumerate(rows, last + 1):
        rest = row.authorised - quantities[row.pk]
        row.requested, row.authorised = row.requested - rest, quantities[row.pk]
        rests.append(
            ReturnLine(
                parent=document,
                account_id=row.account_id,
                line_id=row.line_id,
                product_id=row.product_id,
                position=position,
                status=row.status,
                requested=rest,
                authorised=rest,
                price=row.price,
            )
        )
    ReturnLine.objects.bulk_create(rests)


def _give_up_rest(
    document: Return,
    rows: Mapping[int, ReturnLine],
    quantities: Mapping[int, Decimal],
    by: User | None,
    at: datetime.datetime,
) -> None:
    """Count no more on what is missing of lines; one of which nothing came is closed."""
    if not rows:
        return
    rests = {pk: row.authorised - quantities[pk] for pk, row in rows.items()}
    for pk, row in rows.items():
        row.authorised = quantities[pk]
        row.status = row.status if quantities[pk] else ReturnLineStatus.CLOSED
    ReturnLine.objects.bulk_update(rows.values(), ["authorised", "status"])
    _record_return(document, "given_up", rows, rests, by, at)


def _lock_return(
    document: Return, chosen: Mapping[int, Any], states: tuple[str, ...]
) -> tuple[Return, dict[int, ReturnLine]]:
    """Lock the order, then the return's chosen lines, which have to be in one of some states."""
    if document.order_id:
        lock_order(document.order_id)
    document = Return.objects.select_for_update(of=("self",)).select_related("order").get(pk=document.pk)
    rows = {
        row.pk: row
        for row in ReturnLine.objects.filter(parent=document, pk__in=chosen)
        .select_related("product")
        .order_by("position")
    }
    late = [row.product.code for row in rows.values() if row.status not in states]
    if late or len(rows) < len(chosen):
        raise FulfilmentRefused(
            _("Somebody else dealt with this return in the meantime: %(products)s. Nothing was changed.")
            % {"products": ", ".join(late) or document.number}
        )
    return document, rows


def _check(rows: Mapping[int, ReturnLine], quantities: Mapping[int, Decimal], limit: str, message: str) -> None:
    wrong = [row.product.code for pk, row in rows.items() if not 0 <= quantities[pk] <= getattr(row, limit)]
    if wrong:
        raise FulfilmentRefused(message % {"products": ", ".join(wrong)})


def _record_return(
    document: Return,
    step: str,
    rows: Mapping[int, ReturnLine],
    quantities: Mapping[int, Decimal],
    by: User | None,
    at: datetime.datetime,
    *,
    is_public: bool = True,
) -> None:
    """Tell of a step of a return; an order that waited for nothing but these goods is delivered by it."""
    order = document.order
    if order is None:
        return
    lines = [
        {"code": row.product.code, "product": row.product.name, "quantity": f"{quantities[pk].normalize():f}"}
        for pk, row in rows.items()
    ]
    data = {"return": document.number, "return_id": document.pk, "step": step, "lines": lines}
    kind = EventKind.RETURNED if step in ("received", "given_up", "closed") else EventKind.RETURN_REQUESTED
    to = status_on_arrival(order) if step == "received" else order.status
    move_order(order=order, to=to, may_stay=True, kind=kind, by=by, at=at, data=data, is_public=is_public)


def _said(line: OrderLine, quantity: Decimal) -> dict[str, str]:
    return {"code": line.code, "product": line.description, "quantity": f"{quantity.normalize():f}"}
