"""Which rates a line is billed at, and the tax of a document: once per pair of rates, on its net sum."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from config.money import ZERO, tax_amount
from customers.models import TaxTreatment
from inventory.models import TaxRate

Rates = tuple[Decimal, Decimal]

NO_TAX: Rates = (Decimal("0.00"), Decimal("0.00"))


@dataclass(frozen=True)
class Tax:
    """The tax of one pair of rates (per cent): ``base`` is the net sum, ``amount`` and ``surcharge`` what is due on it."""

    rate: Decimal
    surcharge_rate: Decimal
    base: Decimal
    amount: Decimal
    surcharge: Decimal


def rates_of_classes(tax_class_ids: Iterable[int]) -> dict[int, list[tuple[datetime.date, Decimal, Decimal]]]:
    """All dated rates of some tax classes, the latest first: (from, VAT, equivalence surcharge). One query."""
    found: dict[int, list[tuple[datetime.date, Decimal, Decimal]]] = {}
    rows = TaxRate.objects.filter(tax_class_id__in=set(tax_class_ids)).order_by("-valid_from")
    for pk, since, rate, surcharge in rows.values_list("tax_class_id", "valid_from", "rate", "surcharge"):
        found.setdefault(pk, []).append((since, rate, surcharge))
    return found


def rates_on(
    known: Mapping[int, list[tuple[datetime.date, Decimal, Decimal]]],
    tax_class_id: int,
    treatment: str,
    day: datetime.date,
) -> Rates | None:
    """(VAT, surcharge) in per cent for a sale on a day, by how the customer is taxed; None if no rate is known.

    Sales within the Union to taxable persons, exports and exempt customers carry no tax; the document says why.
    """
    if treatment not in (TaxTreatment.DOMESTIC, TaxTreatment.SURCHARGE):
        return NO_TAX
    for since, rate, surcharge in known.get(tax_class_id, ()):
        if since <= day:
            return rate, surcharge if treatment == TaxTreatment.SURCHARGE else Decimal("0.00")
    return None


def tax_of_lines(lines: Iterable[tuple[Decimal, Decimal, Decimal]]) -> list[Tax]:
    """The taxes of a document from its lines' (VAT %, surcharge %, net), the highest rate first.

    Nets are added first and each tax is rounded half up once: 3 × 0.05 at 21 % is 0.03, not 0.03 + 0.00….
    """
    nets: dict[Rates, Decimal] = {}
    for rate, surcharge_rate, net in lines:
        nets[rate, surcharge_rate] = nets.get((rate, surcharge_rate), ZERO) + net
    return [
        Tax(rate, surcharge_rate, base, tax_amount(base, rate), tax_amount(base, surcharge_rate))
        for (rate, surcharge_rate), base in sorted(nets.items(), reverse=True)
    ]
