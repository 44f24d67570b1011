"""What a customer pays: one resolver for every channel, all lines in one statement.

Lists that apply are, from the strongest to the weakest: contract, promotion, customer, group, segment, base. The
strongest that has a price for the product and the quantity decides; a customer with ``best_price`` gets the lowest.
Within a list the break with the greatest ``minimum_quantity`` that the quantity reaches counts.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from config.database.prepared import prepared_cursor
from customers.models import Customer
from inventory.models import PriceLevel, Product


@dataclass(frozen=True)
class PriceQuery:
    """A product and how much of it is wanted, in stock units; ``position`` is the caller's key."""

    position: int
    product_id: int
    quantity: Decimal


@dataclass(frozen=True)
class Price:
    """A net price, an amount per ``price_quantity`` stock units, and where it comes from.

    ``next_break`` is the next better break of the same list as (quantity, price), if there is one.
    """

    product_id: int
    price: Decimal
    price_quantity: Decimal
    level: str
    price_list_id: int
    price_list_name: str
    minimum_quantity: Decimal
    valid_from: datetime.date
    next_break: tuple[Decimal, Decimal] | None


@dataclass(frozen=True)
class ChainEntry:
    """One price that was considered; ``verdict`` is "wins", "weaker", "dearer", "too_little" or "other_dates"."""

    price_list_id: int
    price_list_name: str
    level: str
    price: Decimal
    minimum_quantity: Decimal
    valid_from: datetime.date
    valid_to: datetime.date | None
    verdict: str

    @property
    def wins(self) -> bool:
        """True for the one that decides."""
        return self.verdict == "wins"

    @property
    def level_label(self) -> str:
        """The level in words."""
        return str(PriceLevel(self.level).label)


# The lists that apply to a customer on a day: own ones, the group's, and those for everybody or its segment.
_LISTS = """
    SELECT l.id, l.rank, l.level, l.name FROM inventory_pricelist l
    WHERE l.customer_id = %(customer)s AND l.is_active AND l.currency = (SELECT currency FROM buyer)
      AND l.valid_from <= %(on)s AND (l.valid_to IS NULL OR l.valid_to >= %(on)s)
    UNION ALL
    SELECT l.id, l.rank, l.level, l.name FROM inventory_pricelist l
    WHERE l.group_id = %(account)s AND l.is_active AND l.currency = (SELECT currency FROM buyer)
      AND l.valid_from <= %(on)s AND (l.valid_to IS NULL OR l.valid_to >= %(on)s)
    UNION ALL
    SELECT l.id, l.rank, l.level, l.name FROM inventory_pricelist l
    WHERE l.customer_id IS NULL AND l.group_id IS NULL AND (l.segment_id IS NULL OR l.segment_id = %(segment)s)
      AND l.is_active AND l.currency = (SELECT currency FROM buyer)
      AND l.valid_from <= %(on)s AND (l.valid_to IS NULL OR l.valid_to >= %(on)s)
"""

_RESOLVE = f"""
    WITH buyer AS MATERIALIZED (SELECT a.currency FROM customers_account a WHERE a.id = %(account)s),
    lists AS MATERIALIZED ({_LISTS})
    SELECT w.position, w.product_id, p.price, product.price_quantity, p.level, p.list_id, p.list_name,
           p.minimum_quantity, p.valid_from, n.minimum_quantity, n.price
    FROM unnest(%(positions)s::int[], %(products)s::bigint[], %(quantities)s::numeric[])
         AS w(position, product_id, quantity)
    JOIN inventory_product product ON product.id = w.product_id
    CROSS JOIN LATERAL (
        SELECT r.price, r.minimum_quantity, r.valid_from, l.id AS list_id, l.name AS list_name, l.level
        FROM lists l
        CROSS JOIN LATERAL (
            SELECT r.price, r.minimum_quantity, r.valid_from FROM inventory_pricerule r
            WHERE r.product_id = w.product_id AND r.price_list_id = l.id AND r.minimum_quantity <= w.quantity
              AND r.valid_from <= %(on)s AND (r.valid_to IS NULL OR r.valid_to >= %(on)s)
            ORDER BY r.minimum_quantity DESC, r.valid_from DESC LIMIT 1
        ) r
        ORDER BY CASE WHEN %(best)s THEN r.price END, l.rank, r.price, l.id LIMIT 1
    ) p
    LEFT JOIN LATERAL (
        SELECT r.minimum_quantity, r.price FROM inventory_pricerule r
        WHERE r.product_id = w.product_id AND r.price_list_id = p.list_id AND r.minimum_quantity > w.quantity
          AND r.price < p.price AND r.valid_from <= %(on)s AND (r.valid_to IS NULL OR r.valid_to >= %(on)s)
        ORDER BY r.minimum_quantity LIMIT 1
    ) n ON true
"""  # noqa: S608 - made of constants

_CHAIN = f"""
    WITH buyer AS MATERIALIZED (SELECT a.currency FROM customers_account a WHERE a.id = %(account)s),
    lists AS MATERIALIZED ({_LISTS})
    SELECT l.id, l.name, l.level, r.price, r.minimum_quantity, r.valid_from, r.valid_to,
           r.minimum_quantity <= %(quantity)s,
           r.valid_from <= %(on)s AND (r.valid_to IS NULL OR r.valid_to >= %(on)s)
    FROM lists l JOIN inventory_pricerule r ON r.price_list_id = l.id AND r.product_id = %(product)s
    ORDER BY l.rank, l.id, r.minimum_quantity DESC, r.valid_from DESC
"""  # noqa: S608 - made of constants


def resolve_prices(*, customer: Customer, lines: Sequence[PriceQuery], on: datetime.date) -> dict[int, Price]:
    """Return the price of each line by its position, in the currency of the customer's account.

    A position that is missing has no price. One statement, whatever the number of lines.
    """
    if not lines:
        return {}
    with prepared_cursor() as cursor:
        cursor.execute(
            _RESOLVE,
            _buyer(customer, on)
            | {
                "best": customer.best_price,
                "positions": [line.position for line in lines],
                "products": [line.product_id for line in lines],
                "quantities": [line.quantity for line in lines],
            },
        )
        return {row[0]: Price(*(*row[1:9], None if row[9] is None else (row[9], row[10]))) for row in cursor.fetchall()}


def price_chain(*, customer: Customer, product: Product, quantity: Decimal, on: datetime.date) -> list[ChainEntry]:
    """Return every price that was considered for a quantity (stock units), strongest list first: why this price.

    Two statements.
    """
    query = PriceQuery(position=1, product_id=product.pk, quantity=quantity)
    winner = resolve_prices(customer=customer, lines=[query], on=on).get(1)
    with prepared_cursor() as cursor:
        cursor.execute(_CHAIN, _buyer(customer, on) | {"product": product.pk, "quantity": quantity})
        rows = cursor.fetchall()
    return [ChainEntry(*(*row[:7], _verdict(winner, row, best_price=customer.best_price))) for row in rows]


def _verdict(winner: Price | None, row: tuple, *, best_price: bool) -> str:
    list_id, _name, _level, price, minimum, valid_from, _valid_to, reached, dated = row
    if winner and (list_id, minimum, valid_from) == (
        winner.price_list_id,
        winner.minimum_quantity,
        winner.valid_from,
    ):
        return "wins"
    if not dated:
        return "other_dates"
    if not reached:
        return "too_little"
    return "dearer" if best_price and winner and price >= winner.price else "weaker"


def _buyer(customer: Customer, on: datetime.date) -> dict[str, Any]:
    return {
        "customer": customer.pk,
        "account": customer.account_id,
        "segment": customer.segment_id,
        "on": on,
    }
