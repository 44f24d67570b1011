"""What must add up in stock."""

from django.utils.translation import gettext_lazy as _

from config.integrity import Proof


def proofs() -> list[Proof]:
    """Levels against the ledger and the soft holds."""
    return [
        Proof(
            "stocklevel_on_hand_is_movements",
            _("Stock on hand is the sum of its movements."),
            """
            SELECT p.code || ' @ ' || w.code, coalesce(m.quantity, 0)::text, l.on_hand::text
            FROM inventory_stocklevel l
            JOIN inventory_product p ON p.id = l.product_id JOIN inventory_warehouse w ON w.id = l.warehouse_id
            LEFT JOIN (
                SELECT product_id, warehouse_id, sum(quantity) AS quantity FROM inventory_stockmovement
                GROUP BY product_id, warehouse_id
            ) m ON m.product_id = l.product_id AND m.warehouse_id = l.warehouse_id
            WHERE l.on_hand <> coalesce(m.quantity, 0)
            """,
        ),
        Proof(
            "stocklevel_held_is_holds",
            _("Stock held is the sum of the soft holds."),
            """
            SELECT p.code || ' @ ' || w.code, coalesce(h.quantity, 0)::text, l.held::text
            FROM inventory_stocklevel l
            JOIN inventory_product p ON p.id = l.product_id JOIN inventory_warehouse w ON w.id = l.warehouse_id
            LEFT JOIN (
                SELECT product_id, warehouse_id, sum(quantity) AS quantity FROM inventory_stockhold
                GROUP BY product_id, warehouse_id
            ) h ON h.product_id = l.product_id AND h.warehouse_id = l.warehouse_id
            WHERE l.held <> coalesce(h.quantity, 0)
            """,
        ),
        Proof(
            "stocklevel_promises_what_is_there",
            _("No more is reserved, held and in quarantine than is on hand."),
            """
            SELECT p.code || ' @ ' || w.code, '<= ' || l.on_hand, (l.reserved + l.held + l.quarantined)::text
            FROM inventory_stocklevel l
            JOIN inventory_product p ON p.id = l.product_id JOIN inventory_warehouse w ON w.id = l.warehouse_id
            WHERE l.reserved + l.held + l.quarantined > l.on_hand
               OR least(l.on_hand, l.reserved, l.held, l.quarantined) < 0
            """,
        ),
        Proof(
            "stockmovement_has_level",
            _("Every movement belongs to a stock level."),
            """
            SELECT DISTINCT p.code || ' @ ' || m.warehouse_id, 'a level', 'none'
            FROM inventory_stockmovement m JOIN inventory_product p ON p.id = m.product_id
            WHERE NOT EXISTS (
                SELECT FROM inventory_stocklevel l
                WHERE l.product_id = m.product_id AND l.warehouse_id = m.warehouse_id)
            """,
        ),
    ]
