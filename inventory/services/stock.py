"""Stock comes, goes and is corrected: a movement in the ledger and the level it changes, in one go."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction

from customers.models import User
from inventory.exceptions import InsufficientStock
from inventory.models import MovementKind, Product, Warehouse


@dataclass(frozen=True)
class Move:
    """A change of stock on hand, in stock units, out of a warehouse when negative."""

    product_id: int
    warehouse_id: int
    quantity: Decimal
    kind: str
    document: str = ""
    reason: str = ""


# Levels that are missing are made; then all are locked in one order, and changed if what is free allows it.
_MAKE_LEVELS = """
    INSERT INTO inventory_stocklevel
        (product_id, warehouse_id, on_hand, reserved, held, quarantined, reorder_point, bin)
    SELECT DISTINCT product_id, warehouse_id, 0, 0, 0, 0, 0, ''
    FROM unnest(%s::bigint[], %s::bigint[]) AS w(warehouse_id, product_id)
    ORDER BY warehouse_id, product_id
    ON CONFLICT DO NOTHING
"""

_WRITE = """
    INSERT INTO inventory_stockmovement (product_id, warehouse_id, quantity, kind, document, reason, by_id, at)
    SELECT product_id, warehouse_id, quantity, kind, document, reason, %s, %s
    FROM unnest(%s::bigint[], %s::bigint[], %s::numeric[], %s::text[], %s::text[], %s::text[])
         AS w(warehouse_id, product_id, quantity, kind, document, reason)
"""

_CHANGE = """
    WITH locked AS MATERIALIZED (
        SELECT l.id, l.available, w.quantity
        FROM unnest(%s::bigint[], %s::bigint[], %s::numeric[]) AS w(warehouse_id, product_id, quantity)
        JOIN inventory_stocklevel l ON l.warehouse_id = w.warehouse_id AND l.product_id = w.product_id
        ORDER BY l.warehouse_id, l.product_id
        FOR NO KEY UPDATE OF l
    )
    UPDATE inventory_stocklevel l SET on_hand = l.on_hand + k.quantity
    FROM locked k WHERE l.id = k.id AND k.available + k.quantity >= 0
    RETURNING l.warehouse_id, l.product_id
"""

_MISSING = """
    SELECT p.code, -w.quantity - coalesce(l.available, 0)
    FROM unnest(%s::bigint[], %s::bigint[], %s::numeric[]) AS w(warehouse_id, product_id, quantity)
    JOIN inventory_product p ON p.id = w.product_id
    LEFT JOIN inventory_stocklevel l ON l.warehouse_id = w.warehouse_id AND l.product_id = w.product_id
    WHERE coalesce(l.available, 0) + w.quantity < 0
"""


@transaction.atomic
def move_stock(*, moves: Sequence[Move], by: User | None, at: datetime.datetime) -> None:
    """Write movements and change the levels they belong to; three statements, whatever the number of moves.

    What is reserved, held or in quarantine can't be moved out: raises InsufficientStock naming every product.
    """
    if not moves:
        return
    with connection.cursor() as cursor:
        levels: dict[tuple[int, int], Decimal] = {}
        for move in moves:
            level = (move.warehouse_id, move.product_id)
            levels[level] = levels.get(level, Decimal(0)) + move.quantity
        warehouses, products = (list(column) for column in zip(*sorted(levels), strict=True))
        quantities = [levels[level] for level in sorted(levels)]
        cursor.execute(_MAKE_LEVELS, [warehouses, products])
        cursor.execute(
            _WRITE,
            [
                by.pk if by else None,
                at,
                [move.warehouse_id for move in moves],
                [move.product_id for move in moves],
                [move.quantity for move in moves],
                [move.kind for move in moves],
                [move.document for move in moves],
                [move.reason for move in moves],
            ],
        )
        cursor.execute(_CHANGE, [warehouses, products, quantities])
        if cursor.rowcount < len(levels):
            cursor.execute(_MISSING, [warehouses, products, quantities])
            raise InsufficientStock(dict(cursor.fetchall()))


def receive_stock(
    *,
    product: Product,
    warehouse: Warehouse,
    quantity: Decimal,
    by: User | None,
    at: datetime.datetime,
    document: str,
    reason: str = "",
    kind: str = MovementKind.RECEIPT,
) -> None:
    """Put stock units on hand: from a supplier, a customer (``kind`` "return") or at the beginning ("opening")."""
    move = Move(product.pk, warehouse.pk, quantity, kind, document, reason)
    move_stock(moves=[move], by=by, at=at)


def adjust_stock(
    *,
    product: Product,
    warehouse: Warehouse,
    quantity: Decimal,
    by: User | None,
    at: datetime.datetime,
    document: str,
    reason: str,
) -> None:
    """Correct stock on hand by some units, up or down, for a reason. Raises InsufficientStock."""
    move = Move(product.pk, warehouse.pk, quantity, MovementKind.ADJUSTMENT, document, reason)
    move_stock(moves=[move], by=by, at=at)


def transfer_stock(
    *,
    product: Product,
    source: Warehouse,
    target: Warehouse,
    quantity: Decimal,
    by: User | None,
    at: datetime.datetime,
    document: str,
    reason: str = "",
) -> None:
    """Move stock units from one warehouse to another. Raises InsufficientStock."""
    moves = [
        Move(product.pk, source.pk, -quantity, MovementKind.TRANSFER_OUT, document, reason),
        Move(product.pk, target.pk, quantity, MovementKind.TRANSFER_IN, document, reason),
    ]
    move_stock(moves=moves, by=by, at=at)
