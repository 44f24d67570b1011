"""Each proof finds what was broken behind the rules' back, and only that."""

from decimal import Decimal

import pytest
from django.db import connection

from billing.integrity import proofs
from billing.services.crediting import Credit, issue_credit_note
from config.integrity import check
from tests.billing.factories import TODAY, make_invoice, make_payment
from tests.factories import make_customer

pytestmark = pytest.mark.django_db

# proof → what breaks it
BROKEN = {
    "invoice_net_is_lines": "UPDATE billing_invoice SET net = net + 1, gross = gross + 1 WHERE kind = 'invoice'",
    "invoice_tax_is_per_rate": "UPDATE billing_invoice SET tax = tax + 1, gross = gross + 1 WHERE kind = 'invoice'",
    "invoice_instalments_are_total": "UPDATE billing_instalment SET amount = amount + 1",
    "invoiceseries_has_no_gaps": "UPDATE billing_invoiceseries SET last_number = last_number + 1 WHERE kind = 'invoice'",
    "invoice_credit_note_refers": "DELETE FROM billing_invoicereference",
    "invoiceline_credited_within_billed": "UPDATE billing_invoiceline SET price = price * 11 WHERE credit_kind = 'goods'",
    "instalment_settled_is_allocations": "UPDATE billing_instalment SET settled = settled - 1",
    "invoice_settled_is_allocations": "UPDATE billing_invoice SET settled = settled - 1 WHERE kind = 'invoice'",
    "payment_allocated_is_allocations": "UPDATE billing_payment SET allocated = allocated - 1",
    "orderline_billed_is_invoice_lines": "UPDATE orders_orderline SET invoiced = invoiced - 1",
    "shipmentline_billed_is_invoice_lines": "UPDATE orders_shipmentline SET invoiced = invoiced - 1",
    "account_receivable_is_open_invoices": "UPDATE customers_account SET receivable = receivable + 1",
}
TABLES = (
    "billing_invoice", "billing_invoiceline", "billing_invoicereference", "billing_instalment", "billing_payment",
    "billing_invoiceseries",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _books() -> None:
    customer = make_customer()
    invoice = make_invoice(customer=customer)
    line = invoice.lines.first()
    issue_credit_note(invoice=invoice, lines=[Credit(line.pk, Decimal(1), "goods")], reason="x", by=None, today=TODAY)
    make_payment(payer=customer, amount="50.00", parts=[(invoice.instalments.get().pk, Decimal("50.00"))])


def _wrong() -> set[str]:
    return {result.proof.name for result in check([proof.name for proof in proofs()]) if not result.holds}


def test_proofs_hold_and_all_are_tried_here() -> None:
    assert _wrong() == set()
    assert {proof.name for proof in proofs()} == set(BROKEN)


@pytest.mark.parametrize("name", BROKEN)
def test_proof_finds_what_is_broken(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(BROKEN[name])
    assert name in _wrong()
