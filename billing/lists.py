"""The rows of billing's lists, as an address asks for them: the same for the page, its figures and its export."""

from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from billing.models import Instalment, Invoice, Payment
from billing.querysets import INVOICE_VIEWS, PAYMENT_VIEWS
from billing.services.ageing import BUCKET_KEYS, due_within, open_instalments
from config.web import lists

DUE_VIEWS = ("all", "overdue", *BUCKET_KEYS)


def invoices(request: HttpRequest) -> QuerySet[Any]:
    """Documents that the person may see, in the tab asked for, with ``next_due_on``."""
    view = lists.current_view(request, INVOICE_VIEWS)
    return Invoice.objects.visible_to(request.user).in_view(view, timezone.localdate()).with_next_due()


def payments(request: HttpRequest) -> QuerySet[Any]:
    """Payments that the person may see, in the tab asked for."""
    return Payment.objects.visible_to(request.user).in_view(lists.current_view(request, PAYMENT_VIEWS))


def dues(request: HttpRequest) -> QuerySet[Any]:
    """Open instalments that the person may see, of the age asked for, with ``open``."""
    return dues_in_view(visible_dues(request), lists.current_view(request, DUE_VIEWS)).annotate(
        open=F("amount") - F("settled")
    )


def visible_dues(request: HttpRequest) -> QuerySet[Instalment]:
    """Open instalments of the invoices that a person may see."""
    rows = open_instalments()
    user = request.user
    return rows if user.is_desk and user.sees_all_customers else rows.filter(invoice__customer__rep=user)


def dues_in_view(rows: QuerySet[Instalment], view: str) -> QuerySet[Instalment]:
    """Open instalments of one age."""
    today = timezone.localdate()
    if view == "overdue":
        return rows.filter(due_on__lt=today)
    return rows.filter(due_within(view, today)) if view in BUCKET_KEYS else rows
