"""Totals of an order: net of its lines, tax per rate on the net sum of that rate, rounded half up.

The database computes each line's net amount; tax and equivalence surcharge are rounded once per rate.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from config.money import ZERO, round_half_up, tax_amount
from customers.models import TaxTreatment

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class TaxLine:
    """Net and taxes of one rate (per cent), in the order's currency."""

    rate: Decimal
    surcharge_rate: Decimal
    net: Decimal
    tax: Decimal
    surcharge: Decimal


@dataclass(frozen=True)
class Totals:
    """What an order comes to."""

    net: Decimal
    tax: Decimal
    gross: Decimal
    taxes: list[TaxLine]


def line_net(
    quantity: Decimal, price: Decimal, price_quantity: Decimal, discount_percent: Decimal = Decimal(0)
) -> Decimal:
    """The net amount in cents of a quantity of stock units, as the column ``net`` computes it."""
    return round_half_up(quantity * price / price_quantity * (HUNDRED - discount_percent) / HUNDRED)


def total(lines: Iterable[tuple[Decimal, Decimal, Decimal]]) -> Totals:
    """Add up lines given as (tax rate, surcharge rate, net)."""
    nets: dict[tuple[Decimal, Decimal], Decimal] = {}
    for rate, surcharge_rate, net in lines:
        nets[rate, surcharge_rate] = nets.get((rate, surcharge_rate), ZERO) + net
    taxes = [
        TaxLine(rate, surcharge_rate, net, tax_amount(net, rate), tax_amount(net, surcharge_rate))
        for (rate, surcharge_rate), net in sorted(nets.items(), reverse=True)
    ]
    net = sum((part.net for part in taxes), ZERO)
    tax = sum((part.tax + part.surcharge for part in taxes), ZERO)
    return Totals(net=net, tax=tax, gross=net + tax, taxes=taxes)


def rates_for(treatment: str, rate: Decimal, surcharge: Decimal) -> tuple[Decimal, Decimal]:
    """The rates (VAT, equivalence surcharge) that a customer of a tax treatment is charged."""
    if treatment == TaxTreatment.DOMESTIC:
        return rate, ZERO
    if treatment == TaxTreatment.SURCHARGE:
        return rate, surcharge
    return ZERO, ZERO


# Also what the proof of totals compares with: one expression for both.
ORDER_TOTALS = """
    SELECT order_id, sum(net) AS net, sum(round(net * tax_rate / 100, 2) + round(net * surcharge_rate / 100, 2)) AS tax,
           sum(lines) AS lines
    FROM (
        SELECT l.order_id, l.tax_rate, l.surcharge_rate, sum(l.net) AS net, count(*) AS lines
        FROM orders_orderline l {where} GROUP BY l.order_id, l.tax_rate, l.surcharge_rate
    ) rates GROUP BY order_id
"""


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
            LEFT JOIN ({ORDER_TOTALS.format(where="WHERE l.order_id = ANY(%s)")}) t ON t.order_id = wanted.id
            WHERE o.id = wanted.id
            """,  # noqa: S608 - made of constants
            [ids, ids],
        )
