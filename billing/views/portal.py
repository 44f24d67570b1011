"""A customer's own invoices and balance."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from billing.filters import PortalInvoiceFilter
from billing.models import Invoice
from billing.services.ageing import balance
from billing.tables import PortalInvoiceTable
from billing.views.invoices import invoice_context, pdf_response
from billing.views.receivables import statement_context
from config.web import lists
from config.web.pages import render_page, swap_target
from customers.access import portal_required
from customers.models import Customer
from customers.requests import PortalRequest

VIEWS = ("all", "open", "overdue", "paid", "credit_notes")


@require_GET
@portal_required("invoices.view")
def portal_invoice_list(request: PortalRequest) -> HttpResponse:
    """One's invoices and credit notes with their state in plain words."""
    today = timezone.localdate()
    mine = Invoice.objects.visible_to(request.user)
    view = lists.current_view(request, VIEWS)
    tabs = []
    if swap_target(request) in ("", "main"):
        counts = lists.counts(open=mine.in_view("open", today), overdue=mine.in_view("overdue", today))
        labels = {
            "all": (_("All"), ""),
            "open": (_("To pay"), ""),
            "overdue": (_("Overdue"), "bad"),
            "paid": (_("Paid"), ""),
            "credit_notes": (_("Credit notes"), ""),
        }
        tabs = [lists.Tab(key, label, counts.get(key), tone=tone) for key, (label, tone) in labels.items()]
    listing = lists.build(
        request,
        mine.in_view(view, today).with_next_due().values(*PortalInvoiceTable.fields),
        PortalInvoiceTable,
        PortalInvoiceFilter,
        tabs=tabs,
        live="billing-changed",
        per_page=25,
    )
    account = request.membership.account
    context = {
        "list": listing,
        "title": _("Invoices"),
        "shell": "portal.html",
        "account": account,
        "balance": balance(account=account, today=today, payers=Customer.objects.visible_to(request.user)),
    }
    return render_page(
        request, "billing/portal_invoice_list.html", context, fragments=["billing/_portal_invoice_table.html"]
    )


def _mine(request: PortalRequest) -> QuerySet[Invoice]:
    return (
        Invoice.objects.visible_to(request.user)
        .issued()
        .with_next_due()
        .select_related("customer", "payer", "order", "pdf")
    )


@require_GET
@portal_required("invoices.view")
def portal_invoice_page(request: PortalRequest, pk: int) -> HttpResponse:
    """One invoice: what to pay until when and how, its lines, what was paid."""
    invoice = get_object_or_404(_mine(request), pk=pk)
    return render_page(
        request,
        "billing/portal_invoice_page.html",
        invoice_context(request, invoice),
        fragments=["billing/_portal_invoice_hero.html"],
    )


@require_GET
@portal_required("invoices.view")
def portal_invoice_file(request: PortalRequest, pk: int) -> HttpResponse:
    """The PDF of one's own invoice."""
    return pdf_response(get_object_or_404(_mine(request), pk=pk))


@require_GET
@portal_required("account.view")
def portal_account_page(request: PortalRequest) -> HttpResponse:
    """The balance by age and the statement of the companies one acts for, as far as they pay for themselves."""
    payers = Customer.objects.visible_to(request.user)
    context = {
        "title": _("Account"),
        "company": request.membership.customer,
        **statement_context(request, request.membership.account, payers),
    }
    return render_page(
        request, "billing/portal_account_page.html", context, fragments=["billing/_portal_statement.html"]
    )
