"""The one statement that moves stock: entries of the ledger and the levels they add up to."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from customers.models import User
from inventory.exceptions import stock_moved

ZERO = Decimal(0)


@dataclass(frozen=True)
class LevelChange:
    """What is added to a level (less than zero: taken away), in stock units; ``on_hand`` also makes a movement."""

    product_id: int
    warehouse_id: int
    on_hand: Decimal = ZERO
    reserved: Decimal = ZERO
    quarantined: Decimal = ZERO


_ENSURE = """
    INSERT INTO inventory_stocklevel (product_id, warehouse_id, on_hand, reserved, held, quarantined, reorder_point, bin)
    SELECT w.product_id, w.warehouse_id, 0, 0, 0, 0, 0, ''
    FROM unnest(%s::bigint[], %s::bigint[]) AS w(product_id, warehouse_id)
    ORDER BY w.warehouse_id, w.product_id
    ON CONFLICT (warehouse_id, product_id) DO NOTHING
"""

_MOVE = """
    WITH asked AS (
        SELECT * FROM unnest(%(product)s::bigint[], %(warehouse)s::bigint[], %(on_hand)s::numeric[],
                             %(reserved)s::numeric[], %(quarantined)s::numeric[])
            AS t(product_id, warehouse_id, on_hand, reserved, quarantined)
    ),
    wanted AS (
        SELECT product_id, warehouse_id, sum(on_hand) AS on_hand, sum(reserved) AS reserved,
               sum(quarantined) AS quarantined
        FROM asked GROUP BY product_id, warehouse_id
    ),
    moved AS (
        INSERT INTO inventory_stockmovement (product_id, warehouse_id, quantity, kind, document, reason, by_id, at)
        SELECT product_id, warehouse_id, on_hand, %(kind)s, %(document)s, %(reason)s, %(by)s, %(at)s
        FROM wanted WHERE on_hand <> 0
    ),
    locked AS MATERIALIZED (
        SELECT l.id, w.on_hand, w.reserved, w.quarantined
        FROM inventory_stocklevel l
        JOIN wanted w ON w.product_id = l.product_id AND w.warehouse_id = l.warehouse_id
        ORDER BY l.warehouse_id, l.product_id
        FOR NO KEY UPDATE OF l
    )
    UPDATE inventory_stocklevel l
    SET on_hand = l.on_hand + k.on_hand, reserved = l.reserved + k.reserved,
        quarantined = l.quarantined + k.quarantined
    FROM locked k
    WHERE l.id = k.id AND l.on_hand + k.on_hand >= l.reserved + k.reserved + l.held + l.quarantined + k.quarantined
      AND l.reserved + k.reserved >= 0 AND l.quarantined + k.quarantined >= 0
    RETURNING l.product_id, l.warehouse_id
"""


def ensure_levels(*, levels: Collection[tuple[int, int]]) -> None:
    """Make the levels of (product, warehouse) that are missing, empty; reservations and movements refer to them."""
    with connection.cursor() as cursor:
        cursor.execute(_ENSURE, [[product for product, _w in levels], [warehouse for _p, warehouse in levels]])


def move_levels(
    *,
    changes: Sequence[LevelChange],
    kind: str,
    document: str,
    by: User | None,
    at: datetime.datetime,
    reason: str = "",
) -> None:
    """Write the movements (of ``MovementKind``) and change the levels, locked in order, in one statement.

    The last thing a transaction does: stock rows are locked after everything else. Raises ``StockMoved``, which
    repeats the transaction, when a level would not hold what is reserved, held and in quarantine.
    """
    if not changes:
        return
    levels = {(change.product_id, change.warehouse_id) for change in changes}
    if any(change.on_hand > 0 for change in changes):
        ensure_levels(levels=levels)
    with connection.cursor() as cursor:
        cursor.execute(
            _MOVE,
            {
                "product": [change.product_id for change in changes],
                "warehouse": [change.warehouse_id for change in changes],
                "on_hand": [change.on_hand for change in changes],
                "reserved": [change.reserved for change in changes],
                "quarantined": [change.quarantined for change in changes],
                "kind": kind,
                "document": document,
                "reason": reason,
                "by": by.pk if by else None,
                "at": at,
            },
        )
        if cursor.rowcount != len(levels):
            raise stock_moved()
    _tell_free({change.product_id for change in changes if change.on_hand > change.reserved + change.quarantined})


def _tell_free(product_ids: set[int]) -> None:
    """Tell the apps above, by the functions that the settings name, of which products something became free."""
    if product_ids:
        for name in settings.STOCK_FREED:
            import_string(name)(product_ids=product_ids)
