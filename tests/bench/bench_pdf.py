"""An invoice of 25 lines as PDF: the first of a process, and those that follow."""

import datetime
import time
from collections.abc import Iterator
from decimal import Decimal

from billing.models import Instalment, Invoice, InvoiceLine, InvoiceTax
from billing.services.documents import VARIANT, Group, payment_qr, spaced_iban
from config.web.pdf import render_pdf
from tests.bench.report import Figure, Table

FIGURES = ("invoice_pdf_s",)
ROUNDS = 8
LINES = 25
DAY = datetime.date(2026, 11, 20)


def run() -> Iterator[Figure | Table]:
    """Yield the CPU seconds of a following document; the table has the first one and the wall clock too."""
    times = []
    for number in range(ROUNDS + 1):
        context = document(number)
        wall, cpu = time.perf_counter(), time.process_time()
        pdf = render_pdf("billing/pdf/invoice.html", context, "es", variant=VARIANT, strict=True)
        times.append((time.process_time() - cpu, time.perf_counter() - wall, len(pdf)))
    following = sorted(times[1:])[ROUNDS // 2]
    yield Figure("invoice_pdf_s", following[0], "s", goal=0.6)
    yield Table(
        f"Invoice of {LINES} lines as PDF/A-3b",
        ["document", "CPU s", "wall s", "kB"],
        [["first of a process", times[0][0], times[0][1], times[0][2] / 1000],
         ["following (median)", following[0], following[1], following[2] / 1000]],
    )  # fmt: skip


def document(number: int) -> dict[str, object]:
    """What the template of an invoice shows, without a database; each number gives another document."""
    bank = {"bank": "Banco del Sur", "iban": "ES9121000418450200051332", "bic": "CAIXESBBXXX"}
    issuer = {
        "name": "Mercado del Sur", "legal_name": "Mercado del Sur, S.L.", "tax_number": "B12345674", "phone": "",
        "street": "Calle del Puerto 4", "postcode": "41001", "city": "Sevilla", "country": "ES", "register_entry": "",
    }  # fmt: skip
    payer = {
        "number": f"C{number:05d}", "name": "Hotel Mirador", "legal_name": "Mirador Hoteles, S.L.", "city": "Madrid",
        "tax_number": "B87654321", "street": "Gran Vía 12", "postcode": "28013", "country": "ES",
    }  # fmt: skip
    invoice = Invoice(
        number=f"F26-{number:06d}", kind="invoice", currency="EUR", language="es", issued_on=DAY, net=Decimal(1000),
        tax=Decimal(210), gross=Decimal(1210), parties={"issuer": issuer, "bank": bank},
    )  # fmt: skip
    lines = [
        InvoiceLine(
            position=n, code=f"OIL-{n:04d}", description=f"Aceite de oliva virgen extra, cosecha temprana nº {n}",
            unit="ud", quantity=Decimal(n), price=Decimal("4.25"), tax_rate=Decimal(21), net=Decimal("4.25") * n,
        )
        for n in range(1, LINES + 1)
    ]  # fmt: skip
    due = Instalment(due_on=DAY + datetime.timedelta(days=30), amount=Decimal(1210), method="transfer")
    return {
        "invoice": invoice, "issuer": issuer, "payer": payer, "customer": None, "ship_to": None, "bank": bank,
        "orders": [], "corrects": [], "is_credit": False, "has_discount": False, "has_surcharge": False,
        "line_groups": [Group(f"Albarán A-{number:06d}", lines)], "legal": [], "vat": Decimal(210),
        "taxes": [InvoiceTax(rate=Decimal(21), base=Decimal(1000), amount=Decimal(210))],
        "instalments": [due], "iban": spaced_iban(bank["iban"]), "qr": payment_qr(invoice),
    }  # fmt: skip
