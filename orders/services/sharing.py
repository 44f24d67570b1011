"""Who of those that wait gets what became free: stock first, then deliveries of suppliers, the first promised first.

Everything happens on ``WaitingLine`` objects; ``orders.services.backorders`` writes it down.
"""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from inventory.services.promises import Supply
from orders.services.waiting import Geography, Piece, WaitingLine

ZERO = Decimal(0)

# Warehouses that may serve the lines of some orders, the nearest first: the order's own, else those of the customer's
# region, else all. Stock that was missing where the order was picked is not counted on until that is cleared up.
_PLACES = """
    SELECT o.id, w.id, EXISTS (
        SELECT FROM orders_incident i JOIN orders_shipment s ON s.id = i.shipment_id
        WHERE i.order_id = o.id AND i.kind = 'shortage' AND i.status <> 'solved' AND s.warehouse_id = w.id)
    FROM orders_order o
    JOIN customers_customer c ON c.id = o.customer_id
    JOIN inventory_warehouse w ON w.is_active AND w.kind = 'stock'
    LEFT JOIN inventory_warehouseregion r ON r.warehouse_id = w.id AND r.region_id = c.region_id
    WHERE o.id = ANY(%s)
      AND CASE WHEN o.warehouse_id IS NOT NULL THEN w.id = o.warehouse_id
          ELSE r.id IS NOT NULL
            OR NOT EXISTS (SELECT FROM inventory_warehouseregion x WHERE x.region_id = c.region_id) END
    ORDER BY o.id, r.rank NULLS LAST, w.code
"""

_STOCK = """
    SELECT product_id, warehouse_id, available FROM inventory_stocklevel WHERE product_id = ANY(%s) AND available > 0
"""

_SUPPLY = """
    SELECT s.product_id, s.id, s.warehouse_id, s.expected - s.received - s.pegged, s.expected_on
    FROM inventory_purchaseorderline s
    JOIN inventory_purchaseorder o ON o.id = s.order_id AND o.status IN ('sent', 'confirmed')
    WHERE s.product_id = ANY(%(products)s) AND NOT s.is_closed AND s.expected >= s.received + s.pegged
    ORDER BY s.expected_on < %(today)s NULLS LAST, s.expected_on, s.id
"""


@dataclass
class Pool:
    """What is free of some products, and which warehouses may serve which order, as it was read.

    ``doubtful`` are the (order, warehouse) where goods were missing from their place.
    """

    places: dict[int, list[int]]
    doubtful: set[tuple[int, int]]
    stock: dict[tuple[int, int], Decimal]
    supply: dict[int, list[Supply]]


def read_pool(*, lines: Sequence[WaitingLine], product_ids: Collection[int], today: datetime.date) -> Pool:
    """Read what may serve some lines, without locking; three statements."""
    places: dict[int, list[int]] = {}
    doubtful = set()
    supply: dict[int, list[Supply]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [sorted({line.order_id for line in lines})])
        for order_id, warehouse_id, was_missing in cursor.fetchall():
            places.setdefault(order_id, []).append(warehouse_id)
            if was_missing:
                doubtful.add((order_id, warehouse_id))
        cursor.execute(_STOCK, [list(product_ids)])
        stock = {(product_id, warehouse_id): free for product_id, warehouse_id, free in cursor.fetchall()}
        cursor.execute(_SUPPLY, {"products": list(product_ids), "today": today})
        for product_id, *row in cursor.fetchall():
            supply.setdefault(product_id, []).append(Supply(*row))
    return Pool(places, doubtful, stock, supply)


def share_out(*, lines: Sequence[WaitingLine], pool: Pool, geography: Geography, at: datetime.datetime) -> None:
    """Give what is free to waiting lines; their pieces change, and the pool is used up.

    The first promised is served first, then who has no date, the first placed first. Stock takes the place of a
    delivery that would be there no sooner; a delivery takes the place of one that would be there later.
    """
    waiting = sorted(
        (line for line in lines if line.backordered > 0),
        key=lambda line: (line.promised_on or datetime.date.max, line.placed_at, line.id),
    )
    for line in waiting:
        _from_stock(line, pool, geography, at)
    for line in waiting:
        _from_supply(line, pool, geography, at)


def _from_stock(line: WaitingLine, pool: Pool, geography: Geography, at: datetime.datetime) -> None:
    for warehouse_id in pool.places.get(line.order_id, ()):
        free = pool.stock.get((line.product_id, warehouse_id), ZERO)
        if free <= 0 or line.backordered <= 0 or (line.order_id, warehouse_id) in pool.doubtful:
            continue
        day = geography.from_stock(line, warehouse_id, at)
        worse = [peg for peg in line.pieces if peg.supply_id and (peg.promised_on is None or peg.promised_on >= day)]
        taken = _give_up(line, worse, free, pool)
        if taken:
            line.backordered -= taken
            line.pieces.append(Piece(0, None, warehouse_id, taken, day))
            pool.stock[line.product_id, warehouse_id] -= taken


def _from_supply(line: WaitingLine, pool: Pool, geography: Geography, at: datetime.datetime) -> None:
    places = pool.places.get(line.order_id, ())
    for supply in pool.supply.get(line.product_id, ()):
        if supply.free <= 0 or supply.warehouse_id not in places:
            continue
        new = Piece(0, supply.supply_id, supply.warehouse_id, ZERO, None, supply.expected_on)
        new.promised_on = day = geography.from_supply(line, new, supply.expected_on, at)
        worse = [peg for peg in line.pieces if peg.supply_id and day and (peg.promised_on or day.max) > day]
        new.quantity = _give_up(line, worse, supply.free, pool)
        if new.quantity:
            supply.free -= new.quantity
            _join(line, new)


def _give_up(line: WaitingLine, worse: Sequence[Piece], most: Decimal, pool: Pool) -> Decimal:
    """Take up to ``most`` waiting units of a line out of nothing and of worse pegs, the latest first; how many."""
    taken = min(line.unpegged, most)
    for peg in sorted(worse, key=lambda peg: peg.promised_on or datetime.date.max, reverse=True):
        units = min(peg.quantity, most - taken)
        peg.quantity -= units
        taken += units
        for supply in pool.supply.get(line.product_id, ()):
            if supply.supply_id == peg.supply_id:
                supply.free += units
    line.pieces = [piece for piece in line.pieces if piece.quantity > 0]
    return taken


def _join(line: WaitingLine, new: Piece) -> None:
    """Add a peg to a line, to the one it has on the same delivery if any."""
    for piece in line.pieces:
        if piece.supply_id == new.supply_id:
            piece.quantity += new.quantity
            return
    line.pieces.append(new)
