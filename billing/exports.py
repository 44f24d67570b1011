"""Lists of documents and money as files, written by a job."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import override

from billing.filters import DueFilter, InvoiceFilter, PaymentFilter
from billing.lists import dues, invoices, payments
from billing.tables import DueTable, InvoiceTable, PaymentTable
from customers.models import JobRun, StoredFile
from customers.services.jobs import Progress
from orders.exports import write_list

# name of the list → (rows of a request, table, filter)
LISTS: dict[str, tuple[Callable[[HttpRequest], QuerySet[Any]], type[Any], type[Any]]] = {
    "invoices": (invoices, InvoiceTable, InvoiceFilter),
    "payments": (payments, PaymentTable, PaymentFilter),
    "dues": (dues, DueTable, DueFilter),
}


def write_billing_list(run: JobRun, progress: Progress) -> StoredFile:
    """Write a list, as its name and its address (arguments ``list``, ``query``) describe it, for who asked."""
    request = HttpRequest()
    request.user, request.GET = run.user, QueryDict(run.arguments["query"])
    rows, table, filterset = LISTS[run.arguments["list"]]
    with override(run.language):
        matching = filterset(request.GET or None, queryset=rows(request), request=request).qs
        name = f"{run.arguments['list']}-{timezone.localdate().isoformat()}.csv"
        return write_list(matching, table, request, name=name, run=run, progress=progress)
