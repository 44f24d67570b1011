"""The document on paper: what it says in both languages, that it is the same each time, and what it never reads."""

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import prefetch_related_objects
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from billing.models import Invoice
from billing.services.crediting import Credit, issue_credit_note
from billing.services.documents import document_context, invoice_pdf, store_invoice_pdf
from config.web.pdf import OwnFilesFetcher, UnprintableText, render_pdf
from customers.services.files import read_file
from tests.billing.factories import TODAY, make_invoice, make_order, make_terms
from tests.factories import make_address, make_customer

pytestmark = pytest.mark.django_db


def make_full_invoice(*, language: str = "en", lines: int = 26, method: str = "transfer", **fields: Any) -> Invoice:
    customer = make_customer(
        name="Hotel Mirador", legal_name="Mirador Hoteles, S.L.", tax_number="B87654321", language=language,
        terms=make_terms((30, "50"), (60, "50"), method=method), **fields,
    )  # fmt: skip
    make_address(customer=customer, label="Office", street="Gran Vía 12", postcode="28013", is_billing=True)
    make_address(customer=customer, label="Kitchen", street="Calle Cádiz 3", postcode="28012", is_default=True)
    specs = [
        {
            "ordered": 3 + n, "price": f"{4 + n}.25", "rate": ("21", "10", "4")[n % 3],
            "surcharge": ("5.2", "1.4", "0.5")[n % 3], "discount_percent": Decimal("5.00") if n % 5 == 0 else 0,
            "description": f"Aceite de oliva virgen extra, cosecha temprana nº {n + 1}",
        }
        for n in range(lines)
    ]  # fmt: skip
    return make_invoice(order=make_order(customer=customer, lines=specs, customer_po="PO-77"))


def text_of(pdf: bytes) -> str:
    return flat("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def flat(text: str) -> str:
    """The words as they follow, however lines are broken; amounts have spaces that do not break."""
    return " ".join(text.split())


def test_english_invoice_says_everything() -> None:
    invoice = make_full_invoice()
    reader = PdfReader(io.BytesIO(invoice_pdf(invoice)))
    text = flat("\n".join(page.extract_text() for page in reader.pages))
    shipment = invoice.order.shipments.get()
    for words in (
        "Invoice", "F26-000001", "20 November 2026", "Mirador Hoteles, S.L.", "Tax number B87654321", "Gran Vía 12",
        "Calle Cádiz 3", f"Delivery note {shipment.number} of 20 November 2026", "your reference PO-77",
        "cosecha temprana nº 26", "VAT 21 %", "VAT 10 %", "VAT 4 %", "20 December 2026", "19 January 2027",
        "Bank transfer", "ES91 2100 0418 4502 0005 1332", "Registro Mercantil de Sevilla", f"Page 1 of {len(reader.pages)}",
        f"Page {len(reader.pages)} of {len(reader.pages)}", "€" + f"{invoice.gross:,.2f}",
    ):  # fmt: skip
        assert words in text, words
    assert len(reader.pages) == 2
    assert reader.metadata.title == "Invoice F26-000001"


def test_spanish_invoice_says_everything() -> None:
    invoice = make_full_invoice(language="es")
    reader = PdfReader(io.BytesIO(invoice_pdf(invoice)))
    text = flat("\n".join(page.extract_text() for page in reader.pages))
    shipment = invoice.order.shipments.get()
    for words in (
        "Factura", "F26-000001", "20 de noviembre de 2026", "Facturado a", "Mirador Hoteles, S.L.", "NIF B87654321",
        "Entregado a", f"Albarán {shipment.number} del 20 de noviembre de 2026", "Código", "Descripción", "Cantidad",
        "Base", "Importe", "IVA 21 %", "IVA 10 %", "IVA 4 %", "Transferencia", "20 de diciembre de 2026",
        "19 de enero de 2027", "Página 1 de 2", "Página 2 de 2", "ES91 2100 0418 4502 0005 1332",
    ):  # fmt: skip
        assert words in text, words
    assert reader.metadata.title == "Factura F26-000001"
    for english in ("Invoice", "Page", "VAT", "Total net", "Due on"):
        assert english not in text, english


@pytest.mark.parametrize(("language", "vat"), [("en", "VAT"), ("es", "IVA")])
def test_amounts_and_taxes_are_written_as_the_language_does(language: str, vat: str) -> None:
    invoice = make_full_invoice(language=language)
    text = text_of(invoice_pdf(invoice))
    for tax in invoice.taxes.all():
        row = f"{vat} {tax.rate:f}".rstrip("0").rstrip(".") + f" % {written(tax.base, language)} "
        assert row + written(tax.amount, language) in text
    assert invoice.gross > 1000
    assert f"Total {written(invoice.gross, language)}" in text
    for line in invoice.lines.all():
        assert written(line.net, language) in text
    for instalment in invoice.instalments.all():
        assert written(instalment.amount, language) in text


def written(amount: Decimal, language: str) -> str:
    """1234.5 as "€1,234.50" or "1.234,50 €"."""
    english = f"{amount:,.2f}"
    return f"€{english}" if language == "en" else english.translate(str.maketrans(",.", ".,")) + " €"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ("Direct debit", "We collect this amount from your account", "the direct debit mandate that you signed"),
        ),
        ("es", ("Domiciliación", "Cargaremos este importe en su cuenta", "el mandato de domiciliación que firmó")),
    ],
)
def test_direct_debit_asks_for_no_transfer(language: str, words: tuple[str, ...]) -> None:
    invoice = make_full_invoice(language=language, lines=2, method="direct_debit")
    text = text_of(invoice_pdf(invoice))
    for said in words:
        assert said in text, said
    for asked in ("IBAN", "ES91", "BIC", "Scan to pay", "Escanee"):
        assert asked not in text, asked


def test_part_by_debit_and_part_by_transfer_says_both_and_has_no_code_for_the_whole() -> None:
    invoice = make_full_invoice(lines=2)
    prefetch_related_objects([invoice], "instalments")
    invoice.instalments.all()[0].method = "direct_debit"
    context = document_context(invoice)
    assert context["is_debited"]
    assert context["iban"].startswith("ES91")
    assert context["qr"] == ""


def test_document_is_the_same_whenever_it_is_made() -> None:
    invoice = make_full_invoice(lines=3)
    assert invoice_pdf(invoice) == invoice_pdf(Invoice.objects.get())


def test_document_is_kept_once(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path
    invoice = make_full_invoice(lines=1)
    stored = store_invoice_pdf(invoice_id=invoice.pk)
    assert read_file(stored).startswith(b"%PDF")
    assert (stored.name, stored.account_id, stored.kind) == ("F26-000001.pdf", invoice.account_id, "invoice")
    assert store_invoice_pdf(invoice_id=invoice.pk) == stored


def test_document_is_drawn_while_its_row_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    invoice = make_invoice()
    locked_before = []

    def draw(invoice: Invoice) -> bytes:
        locked_before.append(any("UPDATE" in query["sql"] for query in statements))
        return b"%PDF drawn"

    monkeypatch.setattr("billing.services.documents.invoice_pdf", draw)
    with CaptureQueriesContext(connection) as statements:
        stored = store_invoice_pdf(invoice_id=invoice.pk)
    assert locked_before == [False]
    invoice.refresh_from_db()
    assert invoice.pdf == stored


def test_document_made_twice_at_once_is_kept_once(monkeypatch: pytest.MonkeyPatch) -> None:
    invoice = make_invoice()

    def draw(invoice: Invoice) -> bytes:
        monkeypatch.setattr("billing.services.documents.invoice_pdf", lambda invoice: b"%PDF first")
        store_invoice_pdf(invoice_id=invoice.pk)
        return b"%PDF second"

    monkeypatch.setattr("billing.services.documents.invoice_pdf", draw)
    assert read_file(store_invoice_pdf(invoice_id=invoice.pk)) == b"%PDF first"


def test_fonts_are_embedded_and_the_file_says_it_is_for_the_archive() -> None:
    reader = PdfReader(io.BytesIO(invoice_pdf(make_full_invoice(lines=2))))
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert "Inter" in descriptor["/FontName"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)
    root = reader.trailer["/Root"]
    assert "/OutputIntents" in root
    assert b"pdfaid" in root["/Metadata"].get_object().get_data()


def test_surcharge_and_exemption_are_stated() -> None:
    text = text_of(invoice_pdf(make_full_invoice(lines=3, tax_treatment="surcharge")))
    assert "Equivalence surcharge 5.2 %" in text
    assert "equivalence surcharge scheme" in text
    text = text_of(invoice_pdf(make_full_invoice(lines=1, tax_treatment="intra_community")))
    assert "article 138 of Directive 2006/112/EC" in text


def test_credit_note_refers_to_what_it_corrects() -> None:
    invoice = make_full_invoice(lines=2)
    line = invoice.lines.first()
    note = issue_credit_note(
        invoice=invoice,
        lines=[Credit(line.pk, Decimal(1), "goods")],
        reason="Bottle broken on arrival",
        by=None,
        today=TODAY,
    )
    text = text_of(invoice_pdf(note))
    for words in (
        "Credit note",
        "R26-000001",
        "Invoice F26-000001 of 20 November 2026",
        "Bottle broken",
        "Goods returned",
    ):
        assert words in text, words
    assert "IBAN" not in text


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "http://127.0.0.1/x", "https://example.com/x.png", "ftp://h/x"]
)
def test_nothing_but_our_own_files_is_read(address: str) -> None:
    with pytest.raises(ValueError, match="disallowed"):
        OwnFilesFetcher().fetch(address)


@pytest.mark.parametrize("name", ["static:../config/settings.py", "static:/etc/passwd", "static:pdf/../../manage.py"])
def test_our_own_files_are_those_under_static(name: str) -> None:
    with pytest.raises(ValueError, match="own files"):
        OwnFilesFetcher().fetch(name)


def test_renderer_refuses_signs_without_a_glyph() -> None:
    invoice = make_full_invoice(lines=1)
    invoice.parties["payer"]["legal_name"] = "Casa 橄榄"
    with pytest.raises(UnprintableText):
        invoice_pdf(invoice)
    assert render_pdf  # the plain renderer leaves boxes instead
