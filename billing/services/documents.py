"""Invoices and credit notes as PDF: made in a job, kept in the private store, the same bytes whenever rebuilt."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import qrcode
from django.db import transaction
from django.utils import translation
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.types import JSONValue
from qrcode.image.svg import SvgPathImage

from billing.models import Invoice, InvoiceKind, InvoiceLine
from config.money import ZERO
from config.web import formats
from config.web.pdf import render_pdf
from customers.models import FileKind, PaymentMethod, StoredFile, TaxTreatment
from customers.services.files import store_file

RENDER_INVOICE = "billing.tasks.render_invoice"
VARIANT = "pdf/a-3b"


@dataclass(frozen=True)
class Group:
    """Lines that came with one delivery note (or without any)."""

    title: str
    lines: list[InvoiceLine]


def invoice_pdf(invoice: Invoice) -> bytes:
    """The document as PDF/A-3b, in the language it was issued in. Raises UnprintableText."""
    return render_pdf(
        "billing/pdf/invoice.html", document_context(invoice), invoice.language, variant=VARIANT, strict=True
    )


def enqueue_pdfs(*, invoices: Iterable[Invoice]) -> None:
    """Let the worker make the PDF of issued documents once the caller's transaction is committed; one statement."""
    jobs: list[dict[str, JSONValue]] = [{"invoice_id": invoice.pk} for invoice in invoices]
    app.configure_task(RENDER_INVOICE, allow_unknown=False).batch_defer(*jobs)


def store_invoice_pdf(*, invoice_id: int) -> StoredFile | None:
    """Make the PDF of an issued document and keep it; one that exists is returned as it is, a draft has none.

    It is drawn before the document's row is locked, so that no payment waits for it; of two made at once one is kept.
    """
    invoice = Invoice.objects.filter(pk=invoice_id, status="issued").first()
    if invoice is None or invoice.pdf_id:
        return invoice.pdf if invoice else None
    content = invoice_pdf(invoice)
    with transaction.atomic():
        invoice = Invoice.objects.select_for_update(of=("self",), no_key=True).get(pk=invoice_id)
        if invoice.pdf_id is None:
            invoice.pdf = store_file(
                content=content,
                name=f"{invoice.number}.pdf",
                kind=FileKind.INVOICE,
                content_type="application/pdf",
                account=invoice.account,
            )
            invoice.save(update_fields=["pdf"])
    return invoice.pdf


def document_context(invoice: Invoice, language: str | None = "") -> dict[str, Any]:
    """What the template shows, in the document's language (None for the reader's); three queries for any number of lines."""
    with translation.override(invoice.language if language == "" else translation.get_language()):
        lines = list(
            invoice.lines.select_related("shipment_line__shipment", "order_line__order")
            .defer("order_line__unit_cost")
            .order_by("position")
        )
        parties = invoice.parties or {"issuer": {}, "payer": {}}
        taxes = list(invoice.taxes.all())
        instalments = list(invoice.instalments.all())
        is_credit = invoice.kind == InvoiceKind.CREDIT_NOTE
        methods = {one.method for one in instalments}
        bank = parties.get("bank") if not is_credit and methods != {PaymentMethod.DIRECT_DEBIT} else None
        return {
            "invoice": invoice,
            "issuer": parties["issuer"],
            "payer": parties["payer"],
            "customer": parties.get("customer"),
            "ship_to": parties.get("ship_to"),
            "bank": bank,
            "orders": parties.get("orders", []),
            "corrects": [{**one, "issued_on": parse_date(one["issued_on"])} for one in parties.get("corrects", [])],
            "is_credit": is_credit,
            "line_groups": list(_groups(lines)),
            "has_discount": any(line.discount_percent for line in lines),
            "taxes": taxes,
            "vat": sum((tax.amount for tax in taxes), ZERO),
            "has_surcharge": any(tax.surcharge_rate for tax in taxes),
            "surcharge": sum((tax.surcharge for tax in taxes), ZERO),
            "instalments": instalments,
            "is_debited": PaymentMethod.DIRECT_DEBIT in methods,
            "iban": spaced_iban(bank["iban"]) if bank else "",
            "qr": payment_qr(invoice) if bank and PaymentMethod.DIRECT_DEBIT not in methods else "",
            "legal": legal_notes(parties.get("tax_treatment", "")),
        }


def spaced_iban(iban: str) -> str:
    """An IBAN in groups of four, as it is read out."""
    return " ".join(iban[i : i + 4] for i in range(0, len(iban), 4))


def legal_notes(treatment: str) -> list[str]:
    """Why a document carries no tax, or another one: the law asks for these words."""
    notes: dict[str, list[str]] = {
        TaxTreatment.INTRA_COMMUNITY: [
            _(
                "Intra-Community supply exempt from VAT: article 25 of the Spanish VAT Act, article 138 of Directive 2006/112/EC."
            )
        ],
        TaxTreatment.EXPORT: [_("Export exempt from VAT: article 21 of the Spanish VAT Act.")],
        TaxTreatment.EXEMPT: [_("Supply exempt from VAT: article 20 of the Spanish VAT Act.")],
        TaxTreatment.SURCHARGE: [_("The customer is under the equivalence surcharge scheme.")],
    }
    return notes.get(treatment, [])


def payment_qr(invoice: Invoice) -> str:
    """The European payment code (EPC069-12) of what the invoice asks for, as a ``data:`` address; "" outside the euro."""
    if invoice.currency != "EUR" or invoice.gross <= 0:
        return ""
    bank, issuer = invoice.parties["bank"], invoice.parties["issuer"]
    text = "\n".join(
        [
            "BCD",
            "002",
            "1",
            "SCT",
            bank["bic"],
            issuer["legal_name"][:70],
            bank["iban"],
            f"EUR{invoice.gross:.2f}",
            "",
            "",
            str(invoice.number),
        ]
    )
    image = qrcode.make(text, image_factory=SvgPathImage, border=0, error_correction=qrcode.ERROR_CORRECT_M)
    return "data:image/svg+xml;base64," + base64.b64encode(image.to_string()).decode()


def _groups(lines: Iterable[InvoiceLine]) -> Iterable[Group]:
    for _key, found in groupby(lines, key=lambda line: line.shipment_line and line.shipment_line.shipment_id):
        group = list(found)
        yield Group(_title(group[0]), group)


def _title(line: InvoiceLine) -> str:
    """ "Delivery note A-000123 of 20 November 2026 · Order P-77 · your reference PO-1"."""
    parts = []
    if line.shipment_line:
        shipment = line.shipment_line.shipment
        day = formats.day_full(shipment.shipped_at) if shipment.shipped_at else ""
        parts.append(_("Delivery note %(number)s of %(day)s") % {"number": shipment.number, "day": day})
    if line.order_line:
        order = line.order_line.order
        parts.append(_("Order %s") % order.number)
        if order.customer_po:
            parts.append(_("your reference %s") % order.customer_po)
    return " · ".join(parts)
