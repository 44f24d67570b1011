"""Supply arrives, slips or is given up: backorders are filled, and every date that follows is worked out again."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import User
from inventory.exceptions import SupplyRefused, stock_moved
from inventory.models import MovementKind, PurchaseOrder, PurchaseOrderLine, PurchaseOrderStatus
from inventory.services.calendar import HORIZON
from inventory.services.levels import LevelChange, ensure_levels, move_levels
from orders.models import EventKind, OrderEvent
from orders.services.backorders import serve
from orders.services.waiting import (
    Change,
    Geography,
    Piece,
    WaitingLine,
    decide,
    lock_orders,
    lock_supply,
    orders_pegged_to,
    read_geography,
    waiting_lines,
    write_changes,
)

ZERO = Decimal(0)


@dataclass(frozen=True)
class Filled:
    """Arrived units that were set aside for a line."""

    line: WaitingLine
    quantity: Decimal
    from_peg: bool


@dataclass(frozen=True)
class Receipt:
    """What a receipt did: who got what of it, which dates moved, how many mails were written."""

    supply_line: PurchaseOrderLine
    quantity: Decimal
    filled: Sequence[Filled]
    changes: Sequence[Change]
    mails: int

    @property
    def set_aside(self) -> Decimal:
        """Units that went to waiting orders."""
        return sum((part.quantity for part in self.filled), ZERO)


# -- A new date ---------------------------------------------------------------------------------------------------


def preview_redate(
    *, supply_line: PurchaseOrderLine, expected_on: datetime.date | None, at: datetime.datetime
) -> list[Change]:
    """Say what another date of a supply would do to the lines that wait for it, without changing anything.

    The lines pegged to it first, in the order in which they were promised; then other lines of customers who take
    complete deliveries only. Five statements, whatever the number of lines.
    """
    lines = waiting_lines(order_ids=orders_pegged_to(supply_id=supply_line.pk))
    changes = _redate(lines, supply_line, expected_on, at)
    pegged = [change for change in changes if change.quantity]
    along = [change for change in changes if not change.quantity and change.is_moved]
    return sorted(pegged, key=lambda c: (c.old or datetime.date.max, c.line.order_number, c.line.position)) + along


def check_supply_day(expected_on: datetime.date | None, *, at: datetime.datetime) -> None:
    """Raise SupplyRefused for a supplier's date that has passed or that is too far away to promise anything."""
    today = timezone.localdate(at)
    if expected_on and expected_on < today:
        raise SupplyRefused(_("That day has passed. Leave the date empty when the supplier has none."))
    if expected_on and expected_on > today + HORIZON:
        raise SupplyRefused(_("That day is more than two years away. Leave the date empty when the supplier has none."))


@transaction.atomic
def redate_supply(
    *, supply_line: PurchaseOrderLine, expected_on: datetime.date | None, by: User | None, at: datetime.datetime
) -> list[Change]:
    """Give an inbound line another expected date (None: the supplier has none) and re-date everything that waits.

    In one transaction: pegs, lines and orders get their new dates, each order whose date moved an event that says
    the cause and both dates, and each customer concerned one mail in the outbox. Returns what changed. Raises
    SupplyRefused for a date in the past, one too far away, or a line that is closed.
    """
    orders = orders_pegged_to(supply_id=supply_line.pk)
    lock_orders(order_ids=orders)
    supply = _lock_same(supply_line.pk, orders)
    if supply.is_closed:
        raise SupplyRefused(_("This line is closed: nothing more is expected."))
    check_supply_day(expected_on, at=at)
    if expected_on == supply.expected_on:
        return []
    before = supply.expected_on
    changes = _redate(waiting_lines(order_ids=orders), supply, expected_on, at)
    PurchaseOrderLine.objects.filter(pk=supply.pk).update(expected_on=expected_on)
    if changes:
        write_changes(changes=changes, by=by, at=at, expected=(before, expected_on))
    return changes


def _redate(
    lines: Sequence[WaitingLine],
    supply: PurchaseOrderLine,
    expected_on: datetime.date | None,
    at: datetime.datetime,
) -> list[Change]:
    """Put a new date on every piece that waits for a supply, and decide what the lines are promised then."""
    geography = read_geography(at=at)
    about = {}
    for line in lines:
        for piece in line.pieces:
            if piece.supply_id == supply.pk:
                about[line.id] = piece.quantity
                piece.expected_on = expected_on
            if piece.supply_id == supply.pk or line.ship_complete:
                _date_piece(line, piece, geography, at)
    return decide(lines=lines, cause=_cause(supply.expected_on, expected_on), about=about, at=at)


def _date_piece(line: WaitingLine, piece: Piece, geography: Geography, at: datetime.datetime) -> None:
    if piece.supply_id:
        piece.promised_on = geography.from_supply(line, piece, piece.expected_on, at)
    else:
        piece.promised_on = geography.from_stock(line, piece.warehouse_id, at)


def _cause(old: datetime.date | None, new: datetime.date | None) -> str:
    if new is None:
        return "undated"
    if old is None:
        return "dated"
    return "later" if new > old else "earlier"


def _lock_same(supply_id: int, orders: set[int]) -> PurchaseOrderLine:
    """Lock the supply; when somebody was pegged to it in the meantime, the transaction is to be repeated."""
    supply = lock_supply(supply_id=supply_id)
    if not orders_pegged_to(supply_id=supply_id) <= orders:
        raise stock_moved()
    return supply


# -- It arrives ---------------------------------------------------------------------------------------------------

# Live orders with units of the product that nothing is pegged for, which this warehouse may serve.
_UNPEGGED = """
    SELECT DISTINCT l.order_id
    FROM orders_orderline l
    JOIN orders_order o ON o.id = l.order_id
    JOIN customers_customer c ON c.id = o.customer_id
    WHERE l.product_id = %(product)s AND l.backordered > 0
      AND l.order_status IN ('released', 'paused', 'in_fulfilment')
      AND (o.warehouse_id = %(warehouse)s OR o.warehouse_id IS NULL AND (
           EXISTS (SELECT FROM inventory_warehouseregion r
                   WHERE r.region_id = c.region_id AND r.warehouse_id = %(warehouse)s)
           OR NOT EXISTS (SELECT FROM inventory_warehouseregion r WHERE r.region_id = c.region_id)))
      AND l.backordered > coalesce((SELECT sum(p.quantity) FROM orders_peg p WHERE p.line_id = l.id), 0)
"""

_FILL = """
    WITH filled AS MATERIALIZED (
        SELECT * FROM unnest(%(lines)s::bigint[], %(quantities)s::numeric[], %(pegged)s::numeric[], %(days)s::date[])
            AS f(line_id, quantity, pegged, promised_on)
    ),
    unpegged AS (
        DELETE FROM orders_peg p USING filled f
        WHERE p.line_id = f.line_id AND p.supply_id = %(supply)s AND p.quantity = f.pegged
    ),
    less AS (
        UPDATE orders_peg p SET quantity = p.quantity - f.pegged FROM filled f
        WHERE p.line_id = f.line_id AND p.supply_id = %(supply)s AND f.pegged > 0 AND p.quantity > f.pegged
    ),
    changed AS (
        UPDATE orders_orderline l SET backordered = l.backordered - f.quantity, reserved = l.reserved + f.quantity
        FROM filled f WHERE l.id = f.line_id
        RETURNING l.id, l.account_id, l.product_id
    )
    INSERT INTO orders_reservation AS r (line_id, account_id, product_id, warehouse_id, quantity, picked, promised_on)
    SELECT c.id, c.account_id, c.product_id, %(warehouse)s, f.quantity, 0, f.promised_on
    FROM changed c JOIN filled f ON f.line_id = c.id
    ON CONFLICT (line_id, warehouse_id) DO UPDATE
    SET quantity = r.quantity + excluded.quantity, promised_on = greatest(r.promised_on, excluded.promised_on)
"""


@transaction.atomic
def receive_supply(
    *, supply_line: PurchaseOrderLine, quantity: Decimal, by: User | None, at: datetime.datetime, note: str = ""
) -> Receipt:
    """Book ``quantity`` stock units that arrived for an inbound line, and give them to who waits for them.

    Lines pegged to it are filled first, the first promised first; then lines that nothing was pegged for, the first
    placed first; the rest is free. In one transaction: stock up with its movement, backordered units become
    reserved, their dates are those of goods in stock, each order is told. The line closes when all is there.
    Raises SupplyRefused for nothing, or a line that is closed.
    """
    if quantity <= 0:
        raise SupplyRefused(_("Say how much has arrived."))
    product_id, warehouse_id = supply_line.product_id, supply_line.warehouse_id
    pegged = orders_pegged_to(supply_id=supply_line.pk)
    orders = pegged | _orders_without_peg(product_id, warehouse_id)
    lock_orders(order_ids=orders)
    supply = _lock_same(supply_line.pk, orders)
    if supply.is_closed or supply.order.status not in (PurchaseOrderStatus.SENT, PurchaseOrderStatus.CONFIRMED):
        raise SupplyRefused(_("This line is closed: nothing more is expected."))

    lines = waiting_lines(order_ids=orders)
    filled = _share_out(lines, supply, quantity)
    geography = read_geography(at=at)
    about = _apply(filled, supply, geography, at)
    receipt = Receipt(supply, quantity, filled, [], 0)
    if filled:
        _write_fill(receipt, about)
        moved = {part.line.order_id for part in filled}
        touched = [line for line in lines if line.order_id in moved and (line.id in about or line.ship_complete)]
        for line in touched:
            if line.ship_complete:
                for piece in line.pieces:
                    _date_piece(line, piece, geography, at)
        changes = decide(lines=touched, cause="arrived", about={part.line.id: part.quantity for part in filled}, at=at)
        _record_arrivals(receipt, by, at)
        mails = write_changes(changes=changes, by=by, at=at)
        receipt = Receipt(supply, quantity, filled, changes, mails)
    from_pegs = sum((part.quantity for part in filled if part.from_peg), ZERO)
    supply.received += quantity
    supply.pegged -= from_pegs
    supply.is_closed = supply.received >= supply.expected
    supply.save(update_fields=["received", "pegged", "is_closed"])
    _close_purchase_order(supply)
    move_levels(
        changes=[LevelChange(product_id, warehouse_id, on_hand=quantity, reserved=receipt.set_aside)],
        kind=MovementKind.RECEIPT,
        document=supply.order.number,
        reason=note,
        by=by,
        at=at,
    )
    return receipt


@transaction.atomic
def close_supply(*, supply_line: PurchaseOrderLine, by: User | None, at: datetime.datetime) -> Sequence[Change]:
    """Expect nothing more of an inbound line: who waits for it is served from another source, or has no date for now.

    Customers concerned are told why. Returns what changed.
    """
    orders = orders_pegged_to(supply_id=supply_line.pk)
    lock_orders(order_ids=orders)
    supply = _lock_same(supply_line.pk, orders)
    if supply.is_closed:
        raise SupplyRefused(_("This line is closed: nothing more is expected."))
    lines = waiting_lines(order_ids=orders)
    about = {line.id: line.pegged_to(supply.pk) for line in lines if line.pegged_to(supply.pk)}
    for line in lines:
        line.pieces = [piece for piece in line.pieces if piece.supply_id != supply.pk]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM orders_peg WHERE supply_id = %s", [supply.pk])
    supply.pegged, supply.is_closed = ZERO, True
    supply.save(update_fields=["pegged", "is_closed"])
    _close_purchase_order(supply)
    if not lines:
        return []
    expected = (supply.expected_on, None)
    return serve(lines=lines, cause="supplier_cancelled", by=by, at=at, about=about, expected=expected).changes


def _orders_without_peg(product_id: int, warehouse_id: int) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(_UNPEGGED, {"product": product_id, "warehouse": warehouse_id})
        return {order_id for (order_id,) in cursor.fetchall()}


def _share_out(lines: Sequence[WaitingLine], supply: PurchaseOrderLine, quantity: Decimal) -> list[Filled]:
    """Give arrived units to pegged lines, first promised first, then to lines without a peg, first placed first."""
    pegged = [line for line in lines if line.pegged_to(supply.pk)]
    pegged.sort(key=lambda line: (line.promised_on or datetime.date.max, line.placed_at, line.id))
    bare = [line for line in lines if line.product_id == supply.product_id and line.unpegged > 0]
    bare.sort(key=lambda line: (line.placed_at, line.id))
    wishes = [(line, line.pegged_to(supply.pk), True) for line in pegged]
    wishes += [(line, line.unpegged, False) for line in bare]
    filled, left = [], quantity
    for line, wanted, from_peg in wishes:
        taken = min(wanted, left)
        if taken > 0:
            filled.append(Filled(line, taken, from_peg))
            left -= taken
    return filled


def _apply(
    filled: Sequence[Filled], supply: PurchaseOrderLine, geography: Geography, at: datetime.datetime
) -> dict[int, datetime.date]:
    """Change the pieces of the lines as the receipt does; returns the day at the door per line."""
    days = {}
    for part in filled:
        line = part.line
        days[line.id] = geography.from_stock(line, supply.warehouse_id, at)
        line.backordered -= part.quantity
        if part.from_peg:
            for piece in line.pieces:
                if piece.supply_id == supply.pk:
                    piece.quantity -= part.quantity
            line.pieces = [piece for piece in line.pieces if piece.quantity > 0]
        line.pieces.append(Piece(0, None, supply.warehouse_id, part.quantity, days[line.id]))
    return days


def _write_fill(receipt: Receipt, days: dict[int, datetime.date]) -> None:
    supply = receipt.supply_line
    ensure_levels(levels=[(supply.product_id, supply.warehouse_id)])
    total: dict[int, Decimal] = {}
    pegged: dict[int, Decimal] = {}
    for part in receipt.filled:
        total[part.line.id] = total.get(part.line.id, ZERO) + part.quantity
        if part.from_peg:
            pegged[part.line.id] = part.quantity
    with connection.cursor() as cursor:
        cursor.execute(
            _FILL,
            {
                "lines": list(total),
                "quantities": list(total.values()),
                "pegged": [pegged.get(line_id, ZERO) for line_id in total],
                "days": [days[line_id] for line_id in total],
                "supply": supply.pk,
                "warehouse": supply.warehouse_id,
            },
        )


def _record_arrivals(receipt: Receipt, by: User | None, at: datetime.datetime) -> None:
    """One event per order that got something."""
    by_order: dict[int, list[Filled]] = {}
    for part in receipt.filled:
        by_order.setdefault(part.line.order_id, []).append(part)
    OrderEvent.objects.bulk_create(
        OrderEvent(
            order_id=order_id,
            account_id=parts[0].line.account_id,
            kind=EventKind.RESERVED,
            by=by,
            at=at,
            data={
                "cause": "arrived",
                "warehouse": receipt.supply_line.warehouse.name,
                "lines": [
                    {
                        "line": part.line.id,
                        "code": part.line.code,
                        "product": part.line.description,
                        "quantity": f"{part.quantity.normalize():f}",
                    }
                    for part in parts
                ],
            },
        )
        for order_id, parts in by_order.items()
    )


def _close_purchase_order(supply: PurchaseOrderLine) -> None:
    """A purchase order of which nothing is expected any more is received."""
    if not PurchaseOrderLine.objects.filter(order_id=supply.order_id, is_closed=False).exists():
        PurchaseOrder.objects.filter(pk=supply.order_id).update(status=PurchaseOrderStatus.RECEIVED)
