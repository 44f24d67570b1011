"""Documents and money to look up; nobody changes them here."""

from django.contrib import admin

from billing.models import Allocation, Instalment, Invoice, InvoiceLine, InvoiceSeries, InvoiceTax, Payment
from config.web.admin import ReadOnlyAdmin, ReadOnlyInline


class LineInline(ReadOnlyInline):
    """Lines as billed."""

    model = InvoiceLine
    fields = ["position", "code", "description", "quantity", "price", "tax_rate", "net"]


class TaxInline(ReadOnlyInline):
    """Taxes per rate."""

    model = InvoiceTax
    fields = ["rate", "surcharge_rate", "base", "amount", "surcharge"]


class InstalmentInline(ReadOnlyInline):
    """When it falls due."""

    model = Instalment
    fields = ["position", "due_on", "method", "amount", "settled"]


class AllocationInline(ReadOnlyInline):
    """What the money was used for."""

    model = Allocation
    fk_name = "payment"
    fields = ["invoice", "instalment", "refund", "amount", "value_on", "by"]


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    """Invoices and credit notes."""

    list_display = ["__str__", "kind", "status", "payer_name", "issued_on", "gross", "open_amount"]
    list_filter = ["kind", "status", "issuer"]
    search_fields = ["number", "payer_name"]
    show_full_result_count = False
    ordering = ["-pk"]
    inlines = [LineInline, TaxInline, InstalmentInline]


@admin.register(InvoiceSeries)
class InvoiceSeriesAdmin(ReadOnlyAdmin):
    """Counters of numbers."""

    list_display = ["code", "kind", "issuer", "last_number", "last_issued_on"]


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    """Money in and out."""

    list_display = ["value_on", "payer", "direction", "method", "amount", "unallocated", "bank_reference"]
    list_filter = ["direction", "method"]
    list_select_related = ["payer"]
    search_fields = ["bank_reference"]
    show_full_result_count = False
    ordering = ["-pk"]
    inlines = [AllocationInline]
