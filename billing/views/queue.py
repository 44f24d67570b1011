"""What was shipped and is on no invoice yet."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from billing.exceptions import Refused
from billing.filters import ToInvoiceFilter
from billing.queues import orders_to_invoice
from billing.services.invoicing import issue_invoice, issue_invoices
from billing.tables import ToInvoiceTable
from billing.tasks import invoice_everything
from config.money import LINE_GROSS
from config.web import lists
from config.web.numbers import parse_id
from config.web.pages import go_to, render_page, toast
from customers.access import desk_required
from customers.requests import PersonRequest
from customers.services.jobs import start_job
from orders.models import Order, Shipment

AT_ONCE = 50


@require_http_methods(["GET", "POST"])
@desk_required("billing.issue_invoice")
def to_invoice_list(request: PersonRequest) -> HttpResponse:
    """Orders with something to invoice; the chosen ones are invoiced at once."""
    problems = _invoice_selected(request) if request.method == "POST" else []
    orders = orders_to_invoice().filter(pk__in=Order.objects.visible_to(request.user).values("pk"))
    listing = lists.build(
        request,
        orders.values(*ToInvoiceTable.fields),
        ToInvoiceTable,
        ToInvoiceFilter,
        per_page=AT_ONCE,
        live="orders-changed",
        transform=with_amounts,
    )
    context = {"list": listing, "title": _("To invoice"), "problems": problems}
    return render_page(
        request,
        "billing/to_invoice_list.html",
        context,
        fragments=["billing/_to_invoice_table.html"],
        status=422 if problems else 200,
        triggers=["billing-changed"] if request.method == "POST" else [],
    )


@require_POST
@desk_required("billing.issue_invoice")
def order_invoice(request: PersonRequest, pk: int) -> HttpResponse:
    """Invoice one order, or with ``shipment`` one of its delivery notes."""
    order = get_object_or_404(Order.objects.visible_to(request.user), pk=pk)
    shipment = request.POST.get("shipment", "")
    try:
        if shipment:
            found = get_object_or_404(Shipment, pk=parse_id(shipment), order=order)
            invoice = issue_invoice(shipments=[found], by=request.user, today=timezone.localdate(), at=timezone.now())
        else:
            invoice = issue_invoice(order=order, by=request.user, today=timezone.localdate(), at=timezone.now())
    except Refused as error:
        toast(request, " ".join(error.problems), level=messages.ERROR)
        return go_to(request, "orders:order_page", order.pk)
    toast(request, _("Invoice %(number)s issued.") % {"number": invoice.number})
    return go_to(request, "billing:invoice_page", invoice.pk)


@require_POST
@desk_required("billing.issue_invoice")
def everything_invoice(request: PersonRequest) -> HttpResponse:
    """Invoice the whole queue as a job, and show it."""
    run = start_job(
        user=request.user, kind="invoice_everything", title=_("Invoice everything shipped"), task=invoice_everything
    )
    return go_to(request, "customers:job_page", run.pk)


def _invoice_selected(request: PersonRequest) -> list[str]:
    asked = request.POST.getlist("only") or request.POST.getlist("select")
    mine = (
        Order.objects.visible_to(request.user)
        .filter(pk__in=filter(None, map(parse_id, asked)))
        .values_list("pk", flat=True)
    )
    try:
        issued = issue_invoices(order_ids=mine, by=request.user, today=timezone.localdate(), at=timezone.now())
    except Refused as error:
        return list(error.problems)
    toast(request, ngettext("%(n)s invoice issued.", "%(n)s invoices issued.", len(issued)) % {"n": len(issued)})
    return []


_AMOUNTS = f"""
SELECT l.order_id,
  sum({LINE_GROSS.format(quantity="l.units")}) AS to_bill,
  (SELECT string_agg(s.number, ', ' ORDER BY s.id) FROM orders_shipment s WHERE s.order_id = l.order_id
     AND EXISTS (SELECT FROM orders_shipmentline sl WHERE sl.shipment_id = s.id
                 AND sl.quantity > sl.refused + sl.invoiced - sl.reversed)
     AND s.status NOT IN ('open', 'packed', 'cancelled')) AS notes,
  (SELECT max(s.shipped_at) FROM orders_shipment s WHERE s.order_id = l.order_id) AS supplied_at,
  bool_and(l.shipped >= l.ordered - l.cancelled) AS complete
FROM (SELECT *, CASE WHEN billing_policy = 'on_order' THEN ordered - cancelled ELSE shipped END
        - refused - invoiced + reversed AS units FROM orders_orderline WHERE order_id = ANY(%s)) l
GROUP BY l.order_id
"""  # noqa: S608 - made of constants


def with_amounts(rows: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Add what is to bill (taxes included), delivery notes and the last day of supply. One query for all rows."""
    with connection.cursor() as cursor:
        cursor.execute(_AMOUNTS, [[row["pk"] for row in rows]])
        found = {pk: values for pk, *values in cursor.fetchall()}
    for row in rows:
        to_bill, notes, supplied_at, complete = found.get(row["pk"], (None, "", None, False))
        yield {
            **row,
            "to_bill": to_bill,
            "delivery_notes": notes,
            "supplied_on": supplied_at and timezone.localtime(supplied_at).date(),
            "is_complete": complete,
        }
