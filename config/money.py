"""Rounding of money and tax: the only place where an amount loses decimals (see ``docs/decisions/0008-rounding.md``).

Amounts are ``numeric(14,2)``. Half a cent goes away from zero (5.005 → 5.01, −5.005 → −5.01), as invoices are
added up by hand and as PostgreSQL's ``round(numeric)`` does. Each rule stands here once in Python and once in SQL.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
HUNDRED = Decimal(100)

# Holds the product of all columns of a line, and tells a quotient just below half a cent from half a cent.
_EXACT = Context(prec=80)

# What a line comes to, from columns named as an order line's and an invoice line's; ``quantity`` is an expression.
# Everything is multiplied before the one division. That keeps as many decimals as its dividend has, hence the cast:
# without it a large amount just below half a cent is rounded twice, up.
LINE_NET = "round(({quantity} * price * (100 - discount_percent))::numeric(60, 30) / (price_quantity * 100), 2)"
LINE_GROSS = (
    "round(({quantity} * price * (100 - discount_percent) * (100 + tax_rate + surcharge_rate))::numeric(60, 30)"
    " / (price_quantity * 10000), 2)"
)
TAX = "round({base} * {rate} / 100, 2)"


@dataclass(frozen=True)
class Tax:
    """The tax of one pair of rates (per cent): ``base`` is the net sum, ``amount`` and ``surcharge`` what is due on it."""

    rate: Decimal
    surcharge_rate: Decimal
    base: Decimal
    amount: Decimal
    surcharge: Decimal


@dataclass(frozen=True)
class Totals:
    """What a document comes to; ``taxes`` has the highest rate first."""

    net: Decimal
    tax: Decimal
    gross: Decimal
    taxes: list[Tax]


def round_half_up(amount: Decimal, unit: Decimal = CENT) -> Decimal:
    """Return ``amount`` rounded to a multiple of ``unit`` (default: cents), halves away from zero."""
    if unit == CENT:
        return amount.quantize(CENT, rounding=ROUND_HALF_UP)
    return (amount / unit).quantize(Decimal(1), rounding=ROUND_HALF_UP) * unit


def line_net(
    quantity: Decimal, price: Decimal, price_quantity: Decimal = Decimal(1), discount_percent: Decimal = ZERO
) -> Decimal:
    """Return the net amount in cents of a quantity at a price per ``price_quantity``, rounded once, at the end."""
    with localcontext(_EXACT):
        return round_half_up(quantity * price * (HUNDRED - discount_percent) / (price_quantity * HUNDRED))


def line_gross(
    quantity: Decimal, price: Decimal, price_quantity: Decimal, discount_percent: Decimal, tax_percent: Decimal
) -> Decimal:
    """Return the same with all its taxes, rounded once: what a line adds to a group's exposure, not what is billed."""
    with localcontext(_EXACT):
        net = quantity * price * (HUNDRED - discount_percent)
        return round_half_up(net * (HUNDRED + tax_percent) / (price_quantity * HUNDRED * HUNDRED))


def share(amount: Decimal, quantity: Decimal, whole: Decimal) -> Decimal:
    """Return the part in cents of an amount that ``quantity`` out of ``whole`` units has."""
    with localcontext(_EXACT):
        return round_half_up(amount * quantity / whole)


def tax_amount(net: Decimal, rate: Decimal) -> Decimal:
    """Return the tax in cents on ``net`` at ``rate`` per cent (21 means 21 %)."""
    return round_half_up(net * rate / HUNDRED)


def total(lines: Iterable[tuple[Decimal, Decimal, Decimal]]) -> Totals:
    """Return the totals of lines given as (tax rate, surcharge rate, net).

    Nets are added first and each tax is rounded half up once: three lines of 0.04 at 10 % pay 0.01, not three times nothing.
    """
    nets: dict[tuple[Decimal, Decimal], Decimal] = {}
    for rate, surcharge_rate, net in lines:
        nets[rate, surcharge_rate] = nets.get((rate, surcharge_rate), ZERO) + net
    taxes = [
        Tax(rate, surcharge_rate, base, tax_amount(base, rate), tax_amount(base, surcharge_rate))
        for (rate, surcharge_rate), base in sorted(nets.items(), reverse=True)
    ]
    net = sum((one.base for one in taxes), ZERO)
    tax = sum((one.amount + one.surcharge for one in taxes), ZERO)
    return Totals(net=net, tax=tax, gross=net + tax, taxes=taxes)
