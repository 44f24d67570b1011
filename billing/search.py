"""What the search box finds of money: documents by number or payer, payments by the bank's reference."""

from django.urls import reverse
from django.utils.translation import gettext as _

from billing.models import Invoice, InvoiceKind, Payment
from config.web import formats
from config.web.search import Hit
from customers.requests import PersonRequest


def search(request: PersonRequest, text: str, limit: int) -> list[Hit]:
    """Invoices, credit notes and payments for what was typed. Two indexed queries."""
    if not (request.user.is_desk and request.user.has_perm("billing.view_invoice")):
        return []
    hits = [
        Hit(
            kind=_("Invoices"),
            label=row["number"] or "",
            url=reverse("billing:invoice_page", args=[row["pk"]]),
            sub=" · ".join(
                [row["payer_name"], formats.money(row["gross"], row["currency"]), formats.day(row["issued_on"])]
            ),
            icon="receipt-text" if row["kind"] == InvoiceKind.CREDIT_NOTE else "receipt",
            exact=(row["number"] or "").casefold() == text.casefold().strip(),
        )
        for row in Invoice.objects.visible_to(request.user)
        .issued()
        .matching(text)
        .order_by("-issued_on", "-pk")
        .values("pk", "number", "payer_name", "gross", "currency", "issued_on", "kind")[:limit]
    ]
    if request.user.has_perm("billing.view_payment"):
        found = Payment.objects.visible_to(request.user).filter(bank_reference=text.strip()).select_related("payer")
        hits += [
            Hit(
                kind=_("Payments"),
                label=payment.bank_reference or "",
                url=reverse("billing:payment_page", args=[payment.pk]),
                sub=f"{payment.payer.name} · {formats.money(payment.amount, payment.currency)}",
                icon="hand-coins",
                exact=True,
            )
            for payment in found[:limit]
        ]
    return hits
