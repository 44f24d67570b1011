"""The rows of billing's lists, as an address asks for them: the same for the page, its figures and its file."""

from django.db.models import F, QuerySet
from django.utils import timezone

from billing.filters import DueFilter, InvoiceFilter, PaymentFilter
from billing.models import Instalment, Invoice, Payment
from billing.querysets import INVOICE_VIEWS, PAYMENT_VIEWS
from billing.services.ageing import BUCKET_KEYS, due_within
from billing.tables import DueTable, InvoiceTable, PaymentTable
from config.web import lists
from config.web.exports import ListSource
from customers.requests import PersonRequest

DUE_VIEWS = ("all", "overdue", *BUCKET_KEYS)


def invoices(request: PersonRequest) -> ListSource:
    """Documents that the person may see, in the tab asked for, with ``next_due_on``."""
    view = lists.current_view(request, INVOICE_VIEWS)
    rows = Invoice.objects.visible_to(request.user).in_view(view, timezone.localdate()).with_next_due()
    return ListSource(rows, InvoiceTable, InvoiceFilter)


def payments(request: PersonRequest) -> ListSource:
    """Payments that the person may see, in the tab asked for."""
    rows = Payment.objects.visible_to(request.user).in_view(lists.current_view(request, PAYMENT_VIEWS))
    return ListSource(rows, PaymentTable, PaymentFilter)


def dues(request: PersonRequest) -> ListSource:
    """Open instalments that the person may see, of the age asked for, with ``left`` to pay."""
    rows = dues_in_view(visible_dues(request), lists.current_view(request, DUE_VIEWS))
    return ListSource(rows.annotate(left=F("amount") - F("settled")), DueTable, DueFilter)


def visible_dues(request: PersonRequest) -> QuerySet[Instalment]:
    """Open instalments of the invoices that a person may see."""
    return Instalment.objects.visible_to(request.user).open()


def dues_in_view(rows: QuerySet[Instalment], view: str) -> QuerySet[Instalment]:
    """Open instalments of one age."""
    today = timezone.localdate()
    if view == "overdue":
        return rows.filter(due_on__lt=today)
    return rows.filter(due_within(view, today)) if view in BUCKET_KEYS else rows
