"""The totals of a document: tax once per pair of rates, on its net sum."""

from collections.abc import Iterable

from billing.models import Invoice, InvoiceLine, InvoiceTax
from config.money import total


def take_totals(invoice: Invoice, lines: Iterable[InvoiceLine]) -> list[InvoiceTax]:
    """Set a document's net, tax and total from the nets of its lines; returns its taxes, nothing is written."""
    totals = total((line.tax_rate, line.surcharge_rate, line.net) for line in lines)
    invoice.net, invoice.tax, invoice.gross = totals.net, totals.tax, totals.gross
    return [InvoiceTax(invoice=invoice, account_id=invoice.account_id, **vars(tax)) for tax in totals.taxes]
