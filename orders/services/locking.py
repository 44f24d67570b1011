"""Locks for what is done to several orders at once, in the order that everybody keeps (see ``reservations``)."""

from collections.abc import Iterable

from django.db import connection

_PRODUCTS = "SELECT product_id FROM orders_orderline WHERE order_id = ANY(%(orders)s)"
_LOCKS = (
    "SELECT id FROM orders_order WHERE id = ANY(%(orders)s) ORDER BY id FOR UPDATE",
    "SELECT id FROM customers_account WHERE id IN (SELECT account_id FROM orders_order WHERE id = ANY(%(orders)s))"
    " ORDER BY id FOR NO KEY UPDATE",
    f"SELECT id FROM inventory_purchaseorderline WHERE NOT is_closed AND product_id IN ({_PRODUCTS})"  # noqa: S608
    " ORDER BY id FOR NO KEY UPDATE",
    f"SELECT id FROM inventory_stocklevel WHERE product_id IN ({_PRODUCTS})"  # noqa: S608 - made of constants
    " ORDER BY warehouse_id, product_id FOR NO KEY UPDATE",
)


def lock_together(order_ids: Iterable[int]) -> None:
    """Lock orders, their groups' accounts, and the supply and stock of their products, before any of them is changed.

    Services that are called one by one in the same transaction then wait for nothing. Four statements.
    """
    ids = sorted(set(order_ids))
    with connection.cursor() as cursor:
        for lock in _LOCKS:
            cursor.execute(lock, {"orders": ids})
