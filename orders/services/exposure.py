"""What a group owes us in goods: the orders' part of its exposure (billing writes the rest)."""

from collections.abc import Iterable

from django.db import connection

# Also what the proof of exposure compares with.
ACCOUNT_EXPOSURE = """
    SELECT l.account_id, sum(l.open_gross) AS open_orders, sum(l.unbilled_gross) AS unbilled
    FROM orders_orderline l
    WHERE l.order_status IN ('released', 'paused', 'in_fulfilment', 'shipped', 'delivered', 'closed')
      AND NOT l.is_history AND (l.open_gross > 0 OR l.unbilled_gross > 0) {where}
    GROUP BY l.account_id
"""


def refresh_exposure(*, account_ids: Iterable[int]) -> None:
    """Re-compute ``open_orders`` and ``unbilled`` of accounts from their lines, taxes included.

    The account rows are locked first, in order; two statements. Call it after the lines were written and before
    stock rows are locked.
    """
    ids = sorted(set(account_ids))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM customers_account WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [ids])
        cursor.execute(
            f"""
            UPDATE customers_account a
            SET open_orders = coalesce(e.open_orders, 0), unbilled = coalesce(e.unbilled, 0)
            FROM unnest(%s::bigint[]) AS wanted(id)
            LEFT JOIN ({ACCOUNT_EXPOSURE.format(where="AND l.account_id = ANY(%s)")}) e ON e.account_id = wanted.id
            WHERE a.id = wanted.id
              AND (a.open_orders, a.unbilled) IS DISTINCT FROM (coalesce(e.open_orders, 0), coalesce(e.unbilled, 0))
            """,  # noqa: S608 - made of constants
            [ids, ids],
        )
