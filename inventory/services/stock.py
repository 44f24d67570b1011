"""Stock comes, goes and is corrected by people: what they ask for is done, or refused naming what is missing."""

import datetime
from collections.abc import Sequence
from decimal import Decimal

from django.db import connection, transaction

from customers.models import User
from inventory.exceptions import InsufficientStock, StockMoved
from inventory.models import MovementKind, Product, Warehouse
from inventory.services.levels import LevelChange, move_levels

_MISSING = """
    SELECT p.code, -w.quantity - coalesce(l.available, 0)
    FROM unnest(%s::bigint[], %s::bigint[], %s::numeric[]) AS w(warehouse_id, product_id, quantity)
    JOIN inventory_product p ON p.id = w.product_id
    LEFT JOIN inventory_stocklevel l ON l.warehouse_id = w.warehouse_id AND l.product_id = w.product_id
    WHERE coalesce(l.available, 0) + w.quantity < 0
"""


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
    change = LevelChange(product.pk, warehouse.pk, on_hand=quantity)
    _move([change], kind=kind, document=document, reason=reason, by=by, at=at)


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
    change = LevelChange(product.pk, warehouse.pk, on_hand=quantity)
    _move([change], kind=MovementKind.ADJUSTMENT, document=document, reason=reason, by=by, at=at)


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
    changes = [
        LevelChange(product.pk, source.pk, on_hand=-quantity, kind=MovementKind.TRANSFER_OUT),
        LevelChange(product.pk, target.pk, on_hand=quantity, kind=MovementKind.TRANSFER_IN),
    ]
    _move(changes, kind=MovementKind.TRANSFER_OUT, document=document, reason=reason, by=by, at=at)


@transaction.atomic
def _move(
    changes: Sequence[LevelChange],
    *,
    kind: str,
    document: str,
    reason: str,
    by: User | None,
    at: datetime.datetime,
) -> None:
    """Move levels; what is reserved, held or in quarantine can't be moved out, which names every product."""
    try:
        move_levels(changes=changes, kind=kind, document=document, reason=reason, by=by, at=at)
    except StockMoved:
        if missing := _missing(changes):
            raise InsufficientStock(missing) from None
        raise


def _missing(changes: Sequence[LevelChange]) -> dict[str, Decimal]:
    with connection.cursor() as cursor:
        cursor.execute(
            _MISSING,
            [
                [change.warehouse_id for change in changes],
                [change.product_id for change in changes],
                [change.on_hand for change in changes],
            ],
        )
        return dict(cursor.fetchall())
