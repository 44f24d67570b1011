"""Lines that wait are served from what became free, and told: nobody has to ask for it.

What frees stock or supply says so in its transaction (``announce_free``); a job serves who waits right after the
commit. A second job looks at everything every few minutes, for supply that was entered and days that have passed.
"""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from customers.models import User
from inventory.exceptions import stock_moved
from orders.models import EventKind, OrderEvent, OrderLine, OrderStatus
from orders.services.reservations import take_stock
from orders.services.sharing import read_pool, share_out
from orders.services.waiting import (
    Change,
    Geography,
    WaitingLine,
    decide,
    lock_orders,
    read_geography,
    waiting_lines,
    write_changes,
)

FILL_BACKORDERS = "orders.tasks.fill_backorders"
ZERO = Decimal(0)
REPLACED = {"supplier_cancelled": "supplier_replaced", "overdue": "overdue_replaced"}
ORDERS_AT_ONCE = 200
LINES_AT_ONCE = 500  # looked at in one transaction; the job goes on with the next ones

# Waiting lines that free stock may serve, or a free delivery that is better than what they have, first promised first.
_CANDIDATES = """
    SELECT l.order_id
    FROM orders_orderline l
    JOIN orders_order o ON o.id = l.order_id
    WHERE l.backordered > 0 AND l.order_status IN ('released', 'paused', 'in_fulfilment')
      AND (%(products)s::bigint[] IS NULL OR l.product_id = ANY(%(products)s))
      AND (EXISTS (SELECT FROM inventory_stocklevel v WHERE v.product_id = l.product_id AND v.available > 0)
           OR EXISTS (
               SELECT FROM inventory_purchaseorderline s
               WHERE s.product_id = l.product_id AND NOT s.is_closed AND s.expected > s.received + s.pegged
                 AND (l.backordered > coalesce((SELECT sum(p.quantity) FROM orders_peg p WHERE p.line_id = l.id), 0)
                      OR EXISTS (SELECT FROM orders_peg p WHERE p.line_id = l.id AND s.expected_on >= %(today)s
                                   AND (p.promised_on IS NULL OR p.promised_on > s.expected_on)))))
    ORDER BY l.promised_on NULLS LAST, o.placed_at, l.id
    LIMIT %(limit)s OFFSET %(offset)s
"""

# Orders with a date that hangs on a delivery whose day has passed.
_OVERDUE = """
    SELECT DISTINCT l.order_id
    FROM inventory_purchaseorderline s
    JOIN orders_peg p ON p.supply_id = s.id AND p.promised_on IS NOT NULL
    JOIN orders_orderline l ON l.id = p.line_id
    WHERE NOT s.is_closed AND s.pegged > 0 AND s.expected_on < %(today)s
    ORDER BY l.order_id
    LIMIT %(limit)s
"""

_WRITE = """
    WITH given AS MATERIALIZED (
        SELECT * FROM unnest(%(lines)s::bigint[], %(warehouses)s::bigint[], %(units)s::numeric[], %(days)s::date[])
            AS g(line_id, warehouse_id, quantity, promised_on)
    ),
    pegged AS MATERIALIZED (
        SELECT * FROM unnest(%(peg_lines)s::bigint[], %(peg_supplies)s::bigint[], %(peg_units)s::numeric[],
                             %(peg_days)s::date[])
            AS p(line_id, supply_id, quantity, promised_on)
    ),
    gone AS (
        DELETE FROM orders_peg p
        WHERE p.line_id = ANY(%(touched)s::bigint[])
          AND NOT EXISTS (SELECT FROM pegged n WHERE n.line_id = p.line_id AND n.supply_id = p.supply_id)
    ),
    kept AS (
        INSERT INTO orders_peg AS p (line_id, account_id, product_id, supply_id, quantity, promised_on)
        SELECT l.id, l.account_id, l.product_id, n.supply_id, n.quantity, n.promised_on
        FROM pegged n JOIN orders_orderline l ON l.id = n.line_id
        ON CONFLICT (line_id, supply_id) DO UPDATE SET quantity = excluded.quantity, promised_on = excluded.promised_on
    ),
    moved AS (
        UPDATE orders_orderline l SET backordered = l.backordered - g.quantity, reserved = l.reserved + g.quantity
        FROM (SELECT line_id, sum(quantity) AS quantity FROM given GROUP BY line_id) g WHERE l.id = g.line_id
    )
    INSERT INTO orders_reservation AS r (line_id, account_id, product_id, warehouse_id, quantity, picked, promised_on)
    SELECT l.id, l.account_id, l.product_id, g.warehouse_id, g.quantity, 0, g.promised_on
    FROM given g JOIN orders_orderline l ON l.id = g.line_id
    ON CONFLICT (line_id, warehouse_id) DO UPDATE
    SET quantity = r.quantity + excluded.quantity, promised_on = greatest(r.promised_on, excluded.promised_on)
"""

# What is taken of deliveries and given back to them, in one statement that locks them in one order.
_PEG = """
    WITH locked AS MATERIALIZED (
        SELECT s.id, w.quantity, s.expected - s.received - s.pegged AS free, s.is_closed, s.expected_on, w.expected_on AS believed
        FROM unnest(%s::bigint[], %s::numeric[], %s::date[]) AS w(id, quantity, expected_on)
        JOIN inventory_purchaseorderline s ON s.id = w.id
        ORDER BY s.id
        FOR NO KEY UPDATE OF s
    )
    UPDATE inventory_purchaseorderline s SET pegged = s.pegged + k.quantity
    FROM locked k
    WHERE s.id = k.id
      AND (k.quantity <= 0 OR NOT k.is_closed AND k.free >= k.quantity AND k.expected_on IS NOT DISTINCT FROM k.believed)
    RETURNING s.id
"""

Holdings = tuple[dict[int, Decimal], dict[int, Decimal]]


@dataclass(frozen=True)
class Given:
    """Units that were set aside for a line from the stock of a warehouse, and the day they are at the door."""

    line: WaitingLine
    warehouse_id: int
    quantity: Decimal
    promised_on: datetime.date | None


@dataclass(frozen=True)
class Served:
    """What came of serving lines: units set aside, dates that moved, mails written."""

    given: Sequence[Given]
    changes: Sequence[Change]
    mails: int

    @property
    def taken(self) -> dict[tuple[int, int], Decimal]:
        """Stock units by (warehouse, product)."""
        found: dict[tuple[int, int], Decimal] = {}
        for part in self.given:
            level = (part.warehouse_id, part.line.product_id)
            found[level] = found.get(level, ZERO) + part.quantity
        return found


def announce_free(*, product_ids: Collection[int]) -> None:
    """Let a job serve who waits for products of which something became free, after the caller's transaction.

    One statement, two when somebody waits.
    """
    waiting = OrderLine.objects.filter(
        product__in=product_ids, backordered__gt=0, order_status__in=OrderStatus.LIVE
    ).order_by()
    products = sorted(waiting.values_list("product_id", flat=True).distinct()) if product_ids else []
    if products:
        app.configure_task(FILL_BACKORDERS, allow_unknown=False).defer(product_ids=[*products])


@transaction.atomic
def serve_backorders(
    *, product_ids: Collection[int] | None, at: datetime.datetime, skip: int = 0
) -> tuple[Served | None, int]:
    """Give free stock and free supply of some products (None: of all) to lines that wait for it, first promised first.

    Looks at up to ``LINES_AT_ONCE`` lines after the first ``skip``; returns what was done (None for nothing) and how
    many were looked at. Nothing is locked where nothing can be given. The number of statements does not depend on the
    number of lines. Raises StockMoved: the transaction is to be repeated.
    """
    orders, looked_at = _candidates(product_ids, at, skip)
    geography = read_geography(at=at)
    touched = _share_out(waiting_lines(order_ids=orders), geography, at) if orders else []
    if not touched:
        return None, looked_at
    orders = {line.order_id for line in touched}
    lock_orders(order_ids=orders)
    lines = [line for line in waiting_lines(order_ids=orders) if _is_live(line)]
    return serve(lines=lines, cause="freed", by=None, at=at, geography=geography), looked_at


@transaction.atomic
def withdraw_overdue(*, at: datetime.datetime) -> Served | None:
    """Take back the dates that hang on deliveries whose day has passed, once; None when there are none (any more).

    Who waits for them is served from another source where there is one, else has no date until the supplier gives a
    new one; each order is told, each customer gets one mail. Up to ``ORDERS_AT_ONCE`` orders. Raises StockMoved.
    """
    today = timezone.localdate(at)
    with connection.cursor() as cursor:
        cursor.execute(_OVERDUE, {"today": today, "limit": ORDERS_AT_ONCE})
        orders = {order_id for (order_id,) in cursor.fetchall()}
    if not orders:
        return None
    lock_orders(order_ids=orders)
    lines = waiting_lines(order_ids=orders)
    about = {}
    for line in lines:
        late = [piece for piece in line.pieces if piece.supply_id and piece.expected_on and piece.expected_on < today]
        for piece in late:
            piece.promised_on = None
        if late:
            about[line.id] = sum((piece.quantity for piece in late), ZERO)
    return serve(lines=lines, cause="overdue", by=None, at=at, about=about)


def serve(
    *, lines: Sequence[WaitingLine], cause: str, by: User | None, at: datetime.datetime, **options: Any
) -> Served:
    """Serve waiting lines and take what they get from the stock: the last statement of a transaction.

    See ``serve_lines``, which takes the same options.
    """
    served = serve_lines(lines=lines, cause=cause, by=by, at=at, **options)
    take_stock(served.taken)
    return served


def serve_lines(
    *,
    lines: Sequence[WaitingLine],
    cause: str,
    by: User | None,
    at: datetime.datetime,
    geography: Geography | None = None,
    about: Mapping[int, Decimal] | None = None,
    expected: tuple[datetime.date | None, datetime.date | None] | None = None,
) -> Served:
    """Serve waiting lines from what is free, within the caller's transaction.

    The lines are all open ones of orders that the caller has locked; their pieces may hold other dates than the
    database by now. ``cause`` says why dates move, ``about`` how many units of which line, ``expected`` are a
    supplier's dates before and after. Supply rows are locked; the stock that is ``taken`` is the caller's to take.
    """
    geography = geography or read_geography(at=at)
    before = holdings(lines)
    touched = _share_out(lines, geography, at)
    given = [part for line in touched for part in _given(line, before[line.id])]
    if touched:
        _write(touched, given)
    units = about or {line.id: _new_units(line, before[line.id]) for line in touched}
    changes = [_with_cause(change, given) for change in decide(lines=lines, cause=cause, about=units, at=at)]
    if given:
        _record(given, cause, by, at)
    mails = write_changes(changes=changes, by=by, at=at, expected=expected) if changes else 0
    _move_supply(touched, before)
    return Served(given, changes, mails)


def holdings(lines: Sequence[WaitingLine]) -> dict[int, Holdings]:
    """What lines hold: supply → pegged units, and warehouse → reserved units."""
    found: dict[int, Holdings] = {}
    for line in lines:
        pegs, stock = found.setdefault(line.id, ({}, {}))
        for piece in line.pieces:
            if piece.supply_id:
                pegs[piece.supply_id] = pegs.get(piece.supply_id, ZERO) + piece.quantity
            else:
                stock[piece.warehouse_id] = stock.get(piece.warehouse_id, ZERO) + piece.quantity
    return found


def _candidates(product_ids: Collection[int] | None, at: datetime.datetime, skip: int) -> tuple[set[int], int]:
    with connection.cursor() as cursor:
        cursor.execute(
            _CANDIDATES,
            {
                "products": None if product_ids is None else list(product_ids),
                "today": timezone.localdate(at),
                "limit": LINES_AT_ONCE,
                "offset": skip,
            },
        )
        found = cursor.fetchall()
    return {order_id for (order_id,) in found}, len(found)


def _share_out(lines: Sequence[WaitingLine], geography: Geography, at: datetime.datetime) -> list[WaitingLine]:
    """Share out what is free as it is read now; the lines that got something."""
    before = holdings(lines)
    products = {line.product_id for line in lines if line.backordered}
    pool = read_pool(lines=lines, product_ids=products, today=timezone.localdate(at))
    share_out(lines=lines, pool=pool, geography=geography, at=at)
    return [line for line in lines if holdings([line])[line.id] != before[line.id]]


def _given(line: WaitingLine, before: Holdings) -> list[Given]:
    """What a line holds of stock beyond what it held."""
    days = {piece.warehouse_id: piece.promised_on for piece in line.pieces if not piece.supply_id}
    return [
        Given(line, warehouse_id, quantity - before[1].get(warehouse_id, ZERO), days[warehouse_id])
        for warehouse_id, quantity in holdings([line])[line.id][1].items()
        if quantity > before[1].get(warehouse_id, ZERO)
    ]


def _new_units(line: WaitingLine, before: Holdings) -> Decimal:
    """How many units of a line are served otherwise than before."""
    return sum(
        (
            max(quantity - old.get(source, ZERO), ZERO)
            for now, old in zip(holdings([line])[line.id], before, strict=True)
            for source, quantity in now.items()
        ),
        ZERO,
    )


def _with_cause(change: Change, given: Sequence[Given]) -> Change:
    """Say of a date that moved where the goods come from: no stock but a delivery, or another source after all."""
    line = change.line
    if change.cause == "freed" and not any(
        part.line.id == line.id or (line.ship_complete and part.line.order_id == line.order_id) for part in given
    ):
        return replace(change, cause="repegged")
    if change.cause in REPLACED and change.new:
        return replace(change, cause=REPLACED[change.cause])
    return change


def _write(touched: Sequence[WaitingLine], given: Sequence[Given]) -> None:
    pegs = [(line.id, piece) for line in touched for piece in line.pieces if piece.supply_id]
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "touched": [line.id for line in touched],
                "lines": [part.line.id for part in given],
                "warehouses": [part.warehouse_id for part in given],
                "units": [part.quantity for part in given],
                "days": [part.promised_on for part in given],
                "peg_lines": [line_id for line_id, _peg in pegs],
                "peg_supplies": [peg.supply_id for _line_id, peg in pegs],
                "peg_units": [peg.quantity for _line_id, peg in pegs],
                "peg_days": [peg.promised_on for _line_id, peg in pegs],
            },
        )


def _move_supply(touched: Sequence[WaitingLine], before: Mapping[int, Holdings]) -> None:
    """Take from deliveries, and give back to them, what the pegs of the lines changed by."""
    change: dict[int, Decimal] = {}
    believed: dict[int, datetime.date | None] = {}
    for line in touched:
        now = holdings([line])[line.id][0]
        for piece in line.pieces:
            if piece.supply_id:
                believed[piece.supply_id] = piece.expected_on
        for supply_id in now.keys() | before[line.id][0].keys():
            units = now.get(supply_id, ZERO) - before[line.id][0].get(supply_id, ZERO)
            change[supply_id] = change.get(supply_id, ZERO) + units
    ids = sorted(pk for pk, units in change.items() if units)
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_PEG, [ids, [change[pk] for pk in ids], [believed.get(pk) for pk in ids]])
        if cursor.rowcount < len(ids):
            raise stock_moved()


def _record(given: Sequence[Given], cause: str, by: User | None, at: datetime.datetime) -> None:
    """One event per order and warehouse that gave something."""
    names = _names({part.warehouse_id for part in given})
    together: dict[tuple[int, int], list[Given]] = {}
    for part in given:
        together.setdefault((part.line.order_id, part.warehouse_id), []).append(part)
    OrderEvent.objects.bulk_create(
        OrderEvent(
            order_id=order_id,
            account_id=parts[0].line.account_id,
            kind=EventKind.RESERVED,
            by=by,
            at=at,
            data={
                "cause": cause,
                "warehouse": names[warehouse_id],
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
        for (order_id, warehouse_id), parts in together.items()
    )


def _names(warehouse_ids: Collection[int]) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM inventory_warehouse WHERE id = ANY(%s)", [list(warehouse_ids)])
        return dict(cursor.fetchall())


def _is_live(line: WaitingLine) -> bool:
    return line.order_status in OrderStatus.LIVE
