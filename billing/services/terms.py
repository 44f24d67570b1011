"""When an invoice falls due."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from config.money import ZERO, round_half_up


@dataclass(frozen=True)
class Due:
    """A part of a total and the day it is due."""

    due_on: datetime.date
    amount: Decimal


def split_total(*, total: Decimal, parts: Sequence[tuple[int, Decimal]], issued_on: datetime.date) -> list[Due]:
    """Share a total over payment terms, given as (days after the invoice, per cent).

    The percentages are 100 together. Each part is rounded half up and the last takes what rounding leaves, so that the
    parts add up to the total. Parts of nothing are left out; without terms all of it is due on the day of the invoice.
    """
    dues: list[Due] = []
    rest = total
    ordered = sorted(parts) or [(0, Decimal(100))]
    for place, (days, percent) in enumerate(ordered, start=1):
        amount = rest if place == len(ordered) else min(rest, round_half_up(total * percent / 100))
        if amount > ZERO:
            dues.append(Due(issued_on + datetime.timedelta(days=days), amount))
        rest -= amount
    return dues
