"""At which rates a sale is taxed: those of the product on the day, as far as the customer is charged them."""

from decimal import Decimal

from config.money import ZERO
from customers.models import TaxTreatment

# The rates (VAT, equivalence surcharge) of a tax class that are in force on a day; no row when none is known.
RATES_ON = """
    SELECT r.rate, r.surcharge FROM inventory_taxrate r
    WHERE r.tax_class_id = {tax_class} AND r.valid_from <= {day} ORDER BY r.valid_from DESC LIMIT 1
"""


def rates_for(treatment: str, rate: Decimal | None, surcharge: Decimal | None) -> tuple[Decimal, Decimal] | None:
    """(VAT, surcharge) in per cent that a customer of a tax treatment is charged; None if the rate is not known.

    Sales within the Union to taxable persons, exports and exempt customers carry no tax; the document says why.
    """
    if treatment not in (TaxTreatment.DOMESTIC, TaxTreatment.SURCHARGE):
        return ZERO, ZERO
    if rate is None or surcharge is None:
        return None
    return rate, surcharge if treatment == TaxTreatment.SURCHARGE else ZERO
