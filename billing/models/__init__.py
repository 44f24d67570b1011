"""What is owed and what was paid."""

from billing.models.invoices import (
    CreditLineKind,
    Instalment,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceReference,
    InvoiceSeries,
    InvoiceStatus,
    InvoiceTax,
)
from billing.models.payments import Allocation, Payment, PaymentDirection

__all__ = [
    "Allocation",
    "CreditLineKind",
    "Instalment",
    "Invoice",
    "InvoiceKind",
    "InvoiceLine",
    "InvoiceReference",
    "InvoiceSeries",
    "InvoiceStatus",
    "InvoiceTax",
    "Payment",
    "PaymentDirection",
]
