"""Rounding of money and tax: the only place where an amount loses decimals.

Amounts are ``numeric(14,2)``. Half a cent goes away from zero (5.005 → 5.01, −5.005 → −5.01), as invoices are
added up by hand and as PostgreSQL's ``round(numeric)`` does.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def round_half_up(amount: Decimal, unit: Decimal = CENT) -> Decimal:
    """Return ``amount`` rounded to a multiple of ``unit`` (default: cents), halves away from zero."""
    if unit == CENT:
        return amount.quantize(CENT, rounding=ROUND_HALF_UP)
    return (amount / unit).quantize(Decimal(1), rounding=ROUND_HALF_UP) * unit


def line_amount(quantity: Decimal, price: Decimal, price_quantity: Decimal = Decimal(1)) -> Decimal:
    """Return the net amount of a line in cents: ``quantity × price ÷ price_quantity``, rounded once, at the end."""
    return round_half_up(quantity * price / price_quantity)


def tax_amount(net: Decimal, rate: Decimal) -> Decimal:
    """Return the tax in cents on ``net`` at ``rate`` per cent (21 means 21 %)."""
    return round_half_up(net * rate / 100)


def tax_by_rate(lines: Iterable[tuple[Decimal, Decimal]]) -> dict[Decimal, tuple[Decimal, Decimal]]:
    """Return ``{rate: (net, tax)}`` for ``(rate per cent, net)`` pairs; tax is rounded on the net sum of each rate."""
    nets: dict[Decimal, Decimal] = {}
    for rate, net in lines:
        nets[rate] = nets.get(rate, ZERO) + net
    return {rate: (net, tax_amount(net, rate)) for rate, net in sorted(nets.items(), reverse=True)}
