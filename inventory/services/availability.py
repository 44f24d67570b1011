"""How much of a product is free where, and what is on its way."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from config.database.prepared import prepared_cursor


@dataclass(frozen=True)
class Availability:
    """A product in a warehouse, in stock units: ``available`` can still be sold, ``arriving`` is neither
    received nor promised yet, ``arriving_on`` the first day on which some of it is expected."""

    product_id: int
    warehouse_id: int
    warehouse_name: str
    on_hand: Decimal
    available: Decimal
    arriving: Decimal
    arriving_on: datetime.date | None


_AVAILABILITY = """
    SELECT coalesce(l.product_id, s.product_id), w.id, w.name, coalesce(l.on_hand, 0), coalesce(l.available, 0),
           coalesce(s.arriving, 0), s.arriving_on
    FROM (
        SELECT product_id, warehouse_id, on_hand, available FROM inventory_stocklevel WHERE product_id = ANY(%(products)s)
    ) l
    FULL JOIN (
        SELECT s.product_id, s.warehouse_id, sum(s.expected - s.received - s.pegged) AS arriving,
               min(s.expected_on) AS arriving_on
        FROM inventory_purchaseorderline s
        JOIN inventory_purchaseorder o ON o.id = s.order_id AND o.status IN ('sent', 'confirmed')
        WHERE s.product_id = ANY(%(products)s) AND NOT s.is_closed AND s.expected > s.received + s.pegged
        GROUP BY s.product_id, s.warehouse_id
    ) s ON s.product_id = l.product_id AND s.warehouse_id = l.warehouse_id
    JOIN inventory_warehouse w ON w.id = coalesce(l.warehouse_id, s.warehouse_id)
    WHERE w.is_active AND w.kind = 'stock'
    ORDER BY 1, w.code
"""


def availability(*, product_ids: Collection[int]) -> dict[int, list[Availability]]:
    """Return, per product, its figures in each active warehouse that has some or expects some; one statement."""
    found: dict[int, list[Availability]] = {product_id: [] for product_id in product_ids}
    if found:
        with prepared_cursor() as cursor:
            cursor.execute(_AVAILABILITY, {"products": list(found)})
            for row in cursor.fetchall():
                found[row[0]].append(Availability(*row))
    return found
