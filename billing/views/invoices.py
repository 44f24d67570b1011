"""Invoices and credit notes at the desk."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from billing import facts
from billing import lists as rows_of
from billing.exceptions import Refused
from billing.filters import DueFilter
from billing.forms import credits_typed
from billing.models import Allocation, CreditLineKind, Invoice, InvoiceKind
from billing.services.ageing import BUCKETS
from billing.services.crediting import creditable, issue_credit_note
from billing.services.documents import document_context, invoice_pdf
from config.database.idempotency import KeyReused, once
from config.web import lists
from config.web.numbers import write_number
from config.web.pages import go_to, render_page, swap_target, toast
from customers.access import desk_required
from customers.requests import PersonRequest
from customers.views.exporting import export
from customers.views.files import file_response


@require_GET
@desk_required("billing.view_invoice")
def invoice_list(request: PersonRequest) -> HttpResponse:
    """Invoices and credit notes: search, filter, sort, export."""
    if request.GET.get("export") == "csv":
        return export(request, "invoices")
    listing = rows_of.invoices(request).page(
        request, tabs=_tabs(request), sums=("gross", "currency"), live="billing-changed"
    )
    return render_page(
        request,
        "billing/invoice_list.html",
        {"list": listing, "title": _("Invoices")},
        fragments=["billing/_invoice_table.html"],
    )


def _tabs(request: PersonRequest) -> list[lists.Tab]:
    if swap_target(request) not in ("", "main"):
        return []
    today = timezone.localdate()
    mine = Invoice.objects.visible_to(request.user)
    labels = {
        "all": (_("All"), ""),
        "open": (_("To pay"), ""),
        "overdue": (_("Overdue"), "bad"),
        "paid": (_("Paid"), ""),
        "credit_notes": (_("Credit notes"), ""),
    }
    counts = lists.counts(**{view: mine.in_view(view, today) for view in ("open", "overdue")})
    return [lists.Tab(key, label, counts.get(key), tone=tone) for key, (label, tone) in labels.items()]


@require_GET
@desk_required("billing.view_invoice")
def due_list(request: PersonRequest) -> HttpResponse:
    """Open instalments by age; what the receivables page adds up."""
    if request.GET.get("export") == "csv":
        return export(request, "dues")
    tabs = []
    if swap_target(request) in ("", "main"):
        rows = DueFilter(
            {"account": request.GET.get("account", "")}, queryset=rows_of.visible_dues(request), request=request
        ).qs
        counts = lists.counts(**{f"v{n}": rows_of.dues_in_view(rows, key) for n, key in enumerate(rows_of.DUE_VIEWS)})
        labels = {"all": _("All open"), "overdue": _("Overdue"), **{key: str(label) for key, label, _f, _l in BUCKETS}}
        tabs = [
            lists.Tab(key, labels[key], counts[f"v{n}"], tone="bad" if key == "overdue" else "")
            for n, key in enumerate(rows_of.DUE_VIEWS)
        ]
    listing = rows_of.dues(request).page(request, tabs=tabs, sums=("left", "invoice__currency"), live="billing-changed")
    return render_page(
        request,
        "billing/due_list.html",
        {"list": listing, "title": _("What is due")},
        fragments=["billing/_due_table.html"],
    )


@require_GET
@desk_required("billing.view_invoice")
def invoice_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One document: lines, taxes, instalments, what settled it, its papers."""
    invoice = get_object_or_404(_documents(request), pk=pk)
    return render_page(
        request,
        "billing/invoice_page.html",
        invoice_context(request, invoice),
        fragments=["billing/_invoice_lines.html", "billing/_invoice_money.html", "billing/_invoice_document.html"],
    )


def _documents(request: PersonRequest) -> QuerySet[Invoice]:
    return (
        Invoice.objects.visible_to(request.user)
        .with_next_due()
        .select_related("customer", "payer", "order", "issuer", "pdf", "issued_by")
        .defer("issued_by__password")
    )


def invoice_context(request: PersonRequest, invoice: Invoice) -> dict[str, Any]:
    """What the pages of a document show, at the desk and in the portal."""
    today = timezone.localdate()
    allocations = (
        Allocation.objects.filter(invoice=invoice)
        if invoice.kind == InvoiceKind.INVOICE
        else Allocation.objects.filter(credit_note=invoice)
    ).select_related("payment", "credit_note", "invoice", "refund", "by", "reversed_by")
    allocations = allocations.defer("by__password").order_by("-pk")
    is_credit = invoice.kind == InvoiceKind.CREDIT_NOTE
    references = invoice.references if is_credit else invoice.credit_note_references
    return {
        **document_context(invoice, language=None),
        "title": invoice.number or str(invoice.get_kind_display()),
        "state": facts.payment_state(invoice, today),
        "sentence": facts.payment_sentence(invoice, today),
        "today": today,
        "allocations": list(allocations),
        "related": [
            one.invoice if is_credit else one.credit_note
            for one in references.select_related("invoice", "credit_note").order_by("pk")
        ],
        "share": int(100 * invoice.settled / invoice.gross) if invoice.gross else 100,
    }


@require_GET
@desk_required("billing.view_invoice")
def invoice_file(request: PersonRequest, pk: int) -> HttpResponse:
    """The PDF: the one in the store, or the same bytes made now while the job has not been there yet."""
    return pdf_response(get_object_or_404(_documents(request), pk=pk, status="issued"))


def pdf_response(invoice: Invoice) -> HttpResponse:
    """A document's PDF, shown in the browser under its number."""
    if invoice.pdf:
        return file_response(invoice.pdf)
    response = HttpResponse(invoice_pdf(invoice), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{invoice.number}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
@desk_required("billing.issue_invoice")
def credit_note_create(request: PersonRequest, pk: int) -> HttpResponse:
    """Credit an invoice by line and quantity."""
    invoice = get_object_or_404(_documents(request), pk=pk, status="issued", kind=InvoiceKind.INVOICE)
    lines = list(invoice.lines.select_related("order_line").order_by("position"))
    problems: list[str] = []
    if request.method == "POST":
        credits, problems = credits_typed(request.POST, lines)
        if not problems:
            try:
                return go_to(request, _credit(request, invoice, credits))
            except Refused as error:
                problems = list(error.problems)
            except KeyReused:
                problems = [_("This form was sent before with other values. Open it again.")]
    left = creditable(lines)
    whole = request.GET.get("all") == "1"
    rows = [
        {
            "line": line,
            "left": left[line.pk],
            "quantity": request.POST.get(f"quantity_{line.pk}", write_number(left[line.pk].quantity) if whole else ""),
            "kind": request.POST.get(f"kind_{line.pk}", "reversal"),
            "price": request.POST.get(f"price_{line.pk}", ""),
        }
        for line in lines
    ]
    context = {
        "title": _("Credit %(number)s") % {"number": invoice.number},
        "invoice": invoice,
        "rows": rows,
        "kinds": CreditLineKind.choices,
        "reason": request.POST.get("reason", ""),
        "problems": problems,
        "key": request.POST.get("key") or timezone.now().strftime("%Y%m%d%H%M%S%f"),
    }
    return render_page(
        request,
        "billing/credit_note_form.html",
        context,
        fragments=["billing/_credit_note_form.html"],
        status=422 if problems else 200,
    )


def _credit(request: PersonRequest, invoice: Invoice, credits: list[Any]) -> str:
    """Issue the credit note once for this form and return its address."""
    with once(
        scope=f"credit_note {request.user.pk}", key=request.POST.get("key", ""), body=request.POST.urlencode()
    ) as slot:
        if not slot.is_answered:
            note = issue_credit_note(
                invoice=invoice,
                lines=credits,
                reason=request.POST.get("reason", ""),
                by=request.user,
                today=timezone.localdate(),
                at=timezone.now(),
            )
            toast(request, _("Credit note %(number)s issued.") % {"number": note.number})
            slot.answer(location=note.get_absolute_url())
    return slot.location


def order_invoices(request: PersonRequest, order_id: int) -> QuerySet[Invoice]:
    """Documents of an order that the person may see."""
    found = Invoice.objects.visible_to(request.user).filter(lines__order_line__order=order_id, status="issued")
    return found.with_next_due().distinct()
