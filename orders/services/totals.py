"""Totals of orders from their lines, in the database: net, and tax per rate on the net sum of that rate."""

from collections.abc import Iterable

from django.db import connection

from config.money import TAX

# The same for orders that are there, for one that is being written and for the proof of totals; ``lines`` is a
# relation with order_id, tax_rate, surcharge_rate and net.
ORDER_TOTALS = f"""
    SELECT order_id, sum(net) AS net,
           sum({TAX.format(base="net", rate="tax_rate")} + {TAX.format(base="net", rate="surcharge_rate")}) AS tax,
           sum(lines) AS lines
    FROM (
        SELECT l.order_id, l.tax_rate, l.surcharge_rate, sum(l.net) AS net, count(*) AS lines
        FROM {{lines}} GROUP BY l.order_id, l.tax_rate, l.surcharge_rate
    ) rates GROUP BY order_id
"""  # noqa: S608 - made of constants


def refresh_totals(*, order_ids: Iterable[int]) -> None:
    """Write net, tax, total and number of lines of orders anew from their lines; one statement."""
    ids = list(order_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE orders_order o
            SET net = coalesce(t.net, 0), tax = coalesce(t.tax, 0), gross = coalesce(t.net + t.tax, 0),
                line_count = coalesce(t.lines, 0)
            FROM unnest(%s::bigint[]) AS wanted(id)
            LEFT JOIN ({ORDER_TOTALS.format(lines="orders_orderline l WHERE l.order_id = ANY(%s)")}) t ON t.order_id = wanted.id
            WHERE o.id = wanted.id
            """,  # noqa: S608 - made of constants
            [ids, ids],
        )
