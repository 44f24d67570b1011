"""What must add up between orders, stock and supply.

Orders brought from another system (``is_history``) were never reserved, shipped or billed here: the proofs that are
about that leave them out, the proofs of totals don't.
"""

from django.utils.translation import gettext_lazy as _

from config.database.states import guarded_states, written_moves
from config.integrity import Proof
from orders.services.exposure import ACCOUNT_EXPOSURE
from orders.services.totals import ORDER_TOTALS

LEFT = "('shipped', 'in_transit', 'exception', 'delivered', 'returned_to_sender')"
LIVE = "('released', 'paused', 'in_fulfilment')"


def proofs() -> list[Proof]:
    """All of them."""
    return [*_stock(), *_buckets(), *_moves(), *_dates(), *_money(), *_fulfilment()]


def _stock() -> list[Proof]:
    return [
        Proof(
            "stocklevel_reserved_is_reservations",
            _("Stock reserved is the sum of the reservations."),
            """
            SELECT p.code || ' @ ' || w.code, coalesce(r.quantity, 0)::text, l.reserved::text
            FROM inventory_stocklevel l
            JOIN inventory_product p ON p.id = l.product_id JOIN inventory_warehouse w ON w.id = l.warehouse_id
            LEFT JOIN (
                SELECT product_id, warehouse_id, sum(quantity) AS quantity FROM orders_reservation
                GROUP BY product_id, warehouse_id
            ) r ON r.product_id = l.product_id AND r.warehouse_id = l.warehouse_id
            WHERE l.reserved <> coalesce(r.quantity, 0)
            """,
        ),
        Proof(
            "purchaseorderline_pegged_is_pegs",
            _("Supply pegged is the sum of the pegs, and never more than is to come."),
            """
            SELECT o.number || ' ' || p.code, coalesce(g.quantity, 0)::text, s.pegged::text
            FROM inventory_purchaseorderline s
            JOIN inventory_purchaseorder o ON o.id = s.order_id JOIN inventory_product p ON p.id = s.product_id
            LEFT JOIN (SELECT supply_id, sum(quantity) AS quantity FROM orders_peg GROUP BY supply_id) g
                ON g.supply_id = s.id
            WHERE s.pegged <> coalesce(g.quantity, 0) OR (s.pegged > 0 AND s.pegged > s.expected - s.received)
            """,
        ),
    ]


def _buckets() -> list[Proof]:
    return [
        Proof(
            "orderline_buckets_are_ordered",
            _("Every ordered unit is in exactly one place, and a released order has placed all its goods."),
            f"""
            SELECT o.number || ' line ' || l.position, l.ordered::text,
                   (l.cancelled + l.backordered + l.reserved + l.picked + l.shipped)::text
            FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
            WHERE l.ordered < l.cancelled + l.backordered + l.reserved + l.picked + l.shipped
               OR least(l.cancelled, l.backordered, l.reserved, l.picked, l.shipped) < 0
               OR (l.order_status IN {LIVE} AND l.type IN ('goods', 'free') AND NOT l.is_history
                   AND l.ordered <> l.cancelled + l.backordered + l.reserved + l.picked + l.shipped)
            """,  # noqa: S608 - made of constants
        ),
        Proof(
            "orderline_reserved_is_reservations",
            _("Units reserved and picked for a line are the sum of its reservations."),
            """
            SELECT o.number || ' line ' || l.position,
                   coalesce(r.quantity - r.picked, 0) || ' + ' || coalesce(r.picked, 0),
                   l.reserved || ' + ' || l.picked
            FROM orders_orderline l
            JOIN orders_order o ON o.id = l.order_id
            LEFT JOIN (
                SELECT line_id, sum(quantity) AS quantity, sum(picked) AS picked FROM orders_reservation GROUP BY line_id
            ) r ON r.line_id = l.id
            WHERE (l.reserved > 0 OR l.picked > 0 OR r.line_id IS NOT NULL)
              AND (l.reserved <> coalesce(r.quantity - r.picked, 0) OR l.picked <> coalesce(r.picked, 0))
            """,
        ),
        Proof(
            "orderline_pegs_within_backorder",
            _("No more is pegged for a line than it waits for."),
            """
            SELECT o.number || ' line ' || l.position, '<= ' || l.backordered, p.quantity::text
            FROM (SELECT line_id, sum(quantity) AS quantity FROM orders_peg GROUP BY line_id) p
            JOIN orders_orderline l ON l.id = p.line_id JOIN orders_order o ON o.id = l.order_id
            WHERE p.quantity > l.backordered
            """,
        ),
        Proof(
            "orderline_is_as_its_order",
            _("A line carries its order's status, group and billing policy."),
            """
            SELECT coalesce(o.number, 'order ' || l.order_id) || ' line ' || l.position,
                   coalesce(concat_ws(' ', o.status, o.account_id, o.billing_policy, o.is_history), 'an order'),
                   concat_ws(' ', l.order_status, l.account_id, l.billing_policy, l.is_history)
            FROM orders_orderline l LEFT JOIN orders_order o ON o.id = l.order_id
            WHERE o.id IS NULL OR (l.order_status, l.account_id, l.billing_policy, l.is_history)
                  IS DISTINCT FROM (o.status, o.account_id, o.billing_policy, o.is_history)
            """,
        ),
    ]


def _moves() -> list[Proof]:
    moves = ", ".join(
        f"('{table}', '{move}')"
        for table, states in guarded_states()
        for move in written_moves(states.transitions()).split()
    )
    return [
        Proof(
            "order_moves_are_the_table_of_moves",
            _("The moves that the database allows are those of the program."),
            f"""
            SELECT coalesce(v.guarded, t.guarded) || ' ' || coalesce(v.move, t.move),
                   CASE WHEN v.move IS NULL THEN 'forbidden' ELSE 'allowed' END,
                   CASE WHEN t.move IS NULL THEN 'forbidden' ELSE 'allowed' END
            FROM (VALUES {moves}) AS v(guarded, move)
            FULL JOIN (
                SELECT g.tgrelid::regclass::text AS guarded,
                       unnest(string_to_array(rtrim(encode(g.tgargs, 'escape'), '\\000'), ' ')) AS move
                FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid
                WHERE p.proname = 'lonja_check_move' AND g.tgenabled <> 'D'
            ) t ON (t.guarded, t.move) = (v.guarded, v.move)
            WHERE v.move IS NULL OR t.move IS NULL
            """,  # noqa: S608 - made of constants
        ),
    ]


def _dates() -> list[Proof]:
    return [
        Proof(
            "orderline_date_is_last_of_its_sources",
            _("A line is promised for the last day of what it is served from, and has none while a part has none."),
            f"""
            WITH pieces AS (
                SELECT line_id, quantity, promised_on, true AS is_peg FROM orders_peg
                UNION ALL
                SELECT line_id, quantity, promised_on, false FROM orders_reservation
            ), due AS (
                SELECT line_id, CASE WHEN count(*) = count(promised_on) THEN max(promised_on) END AS promised_on,
                       coalesce(sum(quantity) FILTER (WHERE is_peg), 0) AS pegged
                FROM pieces GROUP BY line_id
            )
            SELECT o.number || ' line ' || l.position,
                   coalesce(CASE WHEN due.pegged = l.backordered THEN due.promised_on END::text, 'no date'),
                   coalesce(l.promised_on::text, 'no date')
            FROM orders_orderline l
            JOIN orders_order o ON o.id = l.order_id
            JOIN customers_customer c ON c.id = o.customer_id
            LEFT JOIN due ON due.line_id = l.id
            WHERE l.order_status IN {LIVE} AND NOT c.ship_complete AND l.type IN ('goods', 'free')
              AND l.ordered > l.cancelled + l.shipped
              AND l.promised_on IS DISTINCT FROM
                  CASE WHEN coalesce(due.pegged, 0) = l.backordered THEN due.promised_on END
            """,  # noqa: S608 - made of constants
        ),
        Proof(
            "order_date_is_last_of_its_lines",
            _("An order is promised for the last day of its open goods, and has none while one of them has none."),
            f"""
            SELECT o.number, coalesce(n.promised_on::text, 'no date'), coalesce(o.promised_on::text, 'no date')
            FROM orders_order o
            JOIN (
                SELECT order_id, CASE WHEN count(*) = count(promised_on) THEN max(promised_on) END AS promised_on
                FROM orders_orderline
                WHERE order_status IN {LIVE} AND NOT is_history AND type IN ('goods', 'free')
                  AND ordered > cancelled + shipped
                GROUP BY order_id
            ) n ON n.order_id = o.id
            WHERE o.promised_on IS DISTINCT FROM n.promised_on
            """,  # noqa: S608 - made of constants
        ),
    ]


def _money() -> list[Proof]:
    return [
        Proof(
            "order_totals_are_lines",
            _("Net and tax of an order are those of its lines, tax rounded once per rate."),
            f"""
            SELECT o.number, coalesce(t.net, 0) || ' + ' || coalesce(t.tax, 0) || ', ' || coalesce(t.lines, 0) || ' lines',
                   o.net || ' + ' || o.tax || ', ' || o.line_count || ' lines'
            FROM orders_order o LEFT JOIN ({ORDER_TOTALS.format(lines="orders_orderline l")}) t ON t.order_id = o.id
            WHERE (o.net, o.tax, o.line_count)
                  IS DISTINCT FROM (coalesce(t.net, 0), coalesce(t.tax, 0), coalesce(t.lines, 0))
            """,  # noqa: S608 - made of constants
        ),
        Proof(
            "account_exposure_is_lines",
            _("What a group has on order and unbilled is the sum of its lines."),
            f"""
            SELECT a.name, coalesce(e.open_orders, 0) || ' / ' || coalesce(e.unbilled, 0),
                   a.open_orders || ' / ' || a.unbilled
            FROM customers_account a
            LEFT JOIN ({ACCOUNT_EXPOSURE.format(where="")}) e ON e.account_id = a.id
            WHERE (a.open_orders, a.unbilled) IS DISTINCT FROM (coalesce(e.open_orders, 0), coalesce(e.unbilled, 0))
            """,  # noqa: S608 - made of constants
        ),
    ]


def _fulfilment() -> list[Proof]:
    return [
        Proof(
            "orderline_shipped_is_shipments",
            _("What a line has shipped, delivered and refused is the sum of its shipments."),
            f"""
            SELECT o.number || ' line ' || l.position,
                   concat_ws(' / ', coalesce(s.quantity, 0), coalesce(s.delivered, 0), coalesce(s.refused, 0)),
                   concat_ws(' / ', l.shipped, l.delivered, l.refused)
            FROM orders_orderline l
            JOIN orders_order o ON o.id = l.order_id
            LEFT JOIN (
                SELECT sl.line_id, sum(sl.quantity) AS quantity, sum(sl.delivered) AS delivered,
                       sum(sl.refused) AS refused
                FROM orders_shipmentline sl JOIN orders_shipment h ON h.id = sl.shipment_id
                WHERE h.status IN {LEFT} GROUP BY sl.line_id
            ) s ON s.line_id = l.id
            WHERE NOT l.is_history
              AND (l.shipped, l.delivered, l.refused)
                <> (coalesce(s.quantity, 0), coalesce(s.delivered, 0), coalesce(s.refused, 0))
            """,  # noqa: S608 - made of constants
        ),
        Proof(
            "shipmentline_is_of_its_order",
            _("A shipment carries lines of its own order alone."),
            """
            SELECT h.number || ' line ' || sl.line_id, h.order_id::text, l.order_id::text
            FROM orders_shipmentline sl
            JOIN orders_shipment h ON h.id = sl.shipment_id
            JOIN orders_orderline l ON l.id = sl.line_id
            WHERE l.order_id <> h.order_id
            """,
        ),
        Proof(
            "shipment_is_in_the_ledger",
            _("What shipments took along has left the ledger, from the same warehouse."),
            f"""
            SELECT coalesce(s.number, m.document) || ' product ' || coalesce(s.product_id, m.product_id),
                   coalesce(s.quantity, 0)::text, coalesce(m.quantity, 0)::text
            FROM (
                SELECT h.number, h.warehouse_id, l.product_id, sum(sl.quantity) AS quantity
                FROM orders_shipmentline sl
                JOIN orders_shipment h ON h.id = sl.shipment_id AND h.status IN {LEFT}
                JOIN orders_orderline l ON l.id = sl.line_id AND l.type IN ('goods', 'free')
                GROUP BY h.number, h.warehouse_id, l.product_id
            ) s
            FULL JOIN (
                SELECT document, warehouse_id, product_id, -sum(quantity) AS quantity
                FROM inventory_stockmovement WHERE kind = 'shipment' GROUP BY document, warehouse_id, product_id
            ) m ON m.document = s.number AND m.warehouse_id = s.warehouse_id AND m.product_id = s.product_id
            WHERE coalesce(s.quantity, 0) <> coalesce(m.quantity, 0)
            """,  # noqa: S608 - made of constants
        ),
        Proof(
            "orderline_returned_is_returns",
            _("What a line has got back is the sum of its returns."),
            """
            SELECT o.number || ' line ' || l.position, coalesce(r.quantity, 0)::text, l.returned::text
            FROM orders_orderline l
            JOIN orders_order o ON o.id = l.order_id
            LEFT JOIN (
                SELECT line_id, sum(received) AS quantity FROM orders_returnline WHERE line_id IS NOT NULL
                GROUP BY line_id
            ) r ON r.line_id = l.id
            WHERE NOT l.is_history AND l.returned <> coalesce(r.quantity, 0)
            """,
        ),
    ]
