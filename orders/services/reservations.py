"""Taking stock and supply for order lines: each in one statement that locks its rows in one order for everybody.

A transaction that places an order touches, in this order: its idempotency row, the order row, the account row, the
order's own rows, supply rows by id, and last of all stock rows by (warehouse, product). Nobody waits in a circle.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

import psycopg
from django.db import IntegrityError

from config.database.prepared import prepared_cursor
from inventory.exceptions import stock_moved
from inventory.services.promises import PegPlan, Promise

# The lock is taken in the order of the rows, then each is changed only if it still has enough. What somebody else
# committed in the meantime is seen, for PostgreSQL reads a row anew once it has the lock.
_TAKE_STOCK = """
    WITH locked AS MATERIALIZED (
        SELECT l.id, l.available, w.quantity
        FROM unnest(%s::bigint[], %s::bigint[], %s::numeric[]) AS w(warehouse_id, product_id, quantity)
        JOIN inventory_stocklevel l ON l.warehouse_id = w.warehouse_id AND l.product_id = w.product_id
        ORDER BY l.warehouse_id, l.product_id
        FOR NO KEY UPDATE OF l
    )
    UPDATE inventory_stocklevel l SET reserved = l.reserved + k.quantity
    FROM locked k WHERE l.id = k.id AND k.available >= k.quantity
    RETURNING l.id
"""

_TAKE_SUPPLY = """
    WITH locked AS MATERIALIZED (
        SELECT s.id, s.expected - s.received - s.pegged AS free, s.is_closed, s.expected_on, w.quantity,
               w.expected_on AS believed
        FROM unnest(%s::bigint[], %s::numeric[], %s::date[]) AS w(id, quantity, expected_on)
        JOIN inventory_purchaseorderline s ON s.id = w.id
        ORDER BY s.id
        FOR NO KEY UPDATE OF s
    )
    UPDATE inventory_purchaseorderline s SET pegged = s.pegged + k.quantity
    FROM locked k
    WHERE s.id = k.id AND NOT k.is_closed AND k.free >= k.quantity AND k.expected_on IS NOT DISTINCT FROM k.believed
    RETURNING s.id
"""


def take_supply(promises: Iterable[Promise]) -> None:
    """Peg what promises count on from inbound supply; one statement, or none without pegs.

    Raises StockMoved when supply was pegged, closed or postponed since the promise was made.
    """
    wanted: dict[int, Decimal] = {}
    pegs: dict[int, PegPlan] = {}
    for peg in (peg for promise in promises for peg in promise.pegs):
        wanted[peg.supply_id] = wanted.get(peg.supply_id, Decimal(0)) + peg.quantity
        pegs[peg.supply_id] = peg
    if not wanted:
        return
    ids = sorted(wanted)
    with prepared_cursor() as cursor:
        cursor.execute(_TAKE_SUPPLY, [ids, [wanted[pk] for pk in ids], [pegs[pk].expected_on for pk in ids]])
        if cursor.rowcount < len(ids):
            raise stock_moved()


def wanted_stock(promises: Iterable[Promise]) -> dict[tuple[int, int], Decimal]:
    """What promises take from stock: (warehouse, product) → stock units."""
    wanted: dict[tuple[int, int], Decimal] = {}
    for promise in promises:
        for part in promise.allocations:
            level = (part.warehouse_id, promise.product_id)
            wanted[level] = wanted.get(level, Decimal(0)) + part.quantity
    return wanted


def take_stock(wanted: Mapping[tuple[int, int], Decimal]) -> None:
    """Raise ``reserved`` of stock levels by what is wanted of each; the last statement of a transaction.

    Raises StockMoved when one of them has too little by now; nothing is taken then, for the transaction ends.
    """
    if not wanted:
        return
    levels = sorted(wanted)
    with prepared_cursor() as cursor:
        try:
            cursor.execute(
                _TAKE_STOCK,
                [
                    [warehouse_id for warehouse_id, _product_id in levels],
                    [product_id for _warehouse_id, product_id in levels],
                    [wanted[level] for level in levels],
                ],
            )
        except IntegrityError as error:
            if _is_oversold(error):
                raise stock_moved()  # noqa: B904 - its cause is the sign that it may be done again
            raise
        if cursor.rowcount < len(levels):
            raise stock_moved()


def _is_oversold(error: IntegrityError) -> bool:
    """Whether the rule of the stock row itself refused what the condition of the statement had let through."""
    cause = error.__cause__
    return isinstance(cause, psycopg.Error) and cause.diag.constraint_name == "stocklevel_not_oversold"


_RETURN_STOCK = """
    WITH locked AS MATERIALIZED (
        SELECT l.id, w.quantity
        FROM unnest(%s::bigint[], %s::bigint[], %s::numeric[]) AS w(warehouse_id, product_id, quantity)
        JOIN inventory_stocklevel l ON l.warehouse_id = w.warehouse_id AND l.product_id = w.product_id
        ORDER BY l.warehouse_id, l.product_id
        FOR NO KEY UPDATE OF l
    )
    UPDATE inventory_stocklevel l SET reserved = l.reserved - k.quantity FROM locked k WHERE l.id = k.id
"""

_RETURN_SUPPLY = """
    WITH locked AS MATERIALIZED (
        SELECT s.id, w.quantity
        FROM unnest(%s::bigint[], %s::numeric[]) AS w(id, quantity)
        JOIN inventory_purchaseorderline s ON s.id = w.id
        ORDER BY s.id
        FOR NO KEY UPDATE OF s
    )
    UPDATE inventory_purchaseorderline s SET pegged = s.pegged - k.quantity FROM locked k WHERE s.id = k.id
"""


def return_supply(pegs: Mapping[int, Decimal]) -> None:
    """Let go of pegged units: supply → stock units; one statement, or none. Before any stock row is locked."""
    if pegs:
        ids = sorted(pegs)
        with prepared_cursor() as cursor:
            cursor.execute(_RETURN_SUPPLY, [ids, [pegs[pk] for pk in ids]])


def return_stock(levels: Mapping[tuple[int, int], Decimal]) -> None:
    """Let go of reserved units: (warehouse, product) → stock units; the last statement of a transaction, or none."""
    if levels:
        keys = sorted(levels)
        with prepared_cursor() as cursor:
            cursor.execute(
                _RETURN_STOCK,
                [[key[0] for key in keys], [key[1] for key in keys], [levels[key] for key in keys]],
            )
