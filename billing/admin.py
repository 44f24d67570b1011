"""Documents and money, to look at: they are changed by documents and payments only."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from billing.models import Allocation, Instalment, Invoice, InvoiceLine, InvoiceSeries, InvoiceTax, Payment
from config.web.admin import ReadOnlyAdmin, ReadOnlyInline


class InvoiceLineInline(ReadOnlyInline):
    """Lines as billed."""

    model = InvoiceLine
    fields = ["position", "code", "description", "quantity", "unit", "price", "discount_percent", "tax_rate", "net"]


class InvoiceTaxInline(ReadOnlyInline):
    """Taxes by rate."""

    model = InvoiceTax
    fields = ["rate", "surcharge_rate", "base", "amount", "surcharge"]


class InstalmentInline(ReadOnlyInline):
    """When it falls due."""

    model = Instalment
    fields = ["position", "due_on", "method", "amount", "settled"]


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    """Invoices and credit notes."""

    list_display = ["number", "kind", "payer_name", "issued_on", "due_on", "gross", "open_amount", "currency"]
    list_filter = ["kind", "status"]
    search_fields = ["number"]
    ordering = ["-id"]
    inlines = [InvoiceLineInline, InvoiceTaxInline, InstalmentInline]


@admin.register(InvoiceSeries)
class InvoiceSeriesAdmin(ReadOnlyAdmin):
    """Counters of document numbers."""

    list_display = ["code", "issuer", "kind", "last_number", "last_issued_on"]
    list_select_related = ["issuer"]


class AllocationInline(ReadOnlyInline):
    """What a payment settled."""

    model = Allocation
    fk_name = "payment"
    fields = ["value_on", "invoice", "refund", "amount", "reverses", "by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Allocation]:
        return super().get_queryset(request).select_related("invoice", "by", "refund__payer", "reverses__invoice")


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    """Payments."""

    list_display = ["value_on", "payer", "direction", "method", "amount", "unallocated", "currency", "bank_reference"]
    list_filter = ["direction", "method"]
    list_select_related = ["payer"]
    search_fields = ["bank_reference__exact", "payer__number__exact"]
    ordering = ["-id"]
    inlines = [AllocationInline]


@admin.register(Allocation)
class AllocationAdmin(ReadOnlyAdmin):
    """What settled what."""

    list_display = ["value_on", "payer", "invoice", "amount", "currency", "by"]
    list_select_related = ["payer", "invoice", "by"]
    search_fields = ["invoice__number__exact", "payer__number__exact"]
    ordering = ["-id"]
