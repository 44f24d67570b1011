"""What the database itself refuses about documents and money: tried in raw SQL as staff's role, each by its named rule."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from billing.models import Invoice, InvoiceLine, InvoiceReference, InvoiceTax, Payment
from billing.services.crediting import Credit, issue_credit_note
from billing.services.payments import allocate
from tests.billing.factories import NOW, TODAY, make_invoice, make_order, make_payment
from tests.factories import make_customer, make_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def ids() -> dict[str, Any]:
    """An invoice half paid, its credit note, another that goes too far, a payment, an allocation, a stranger's invoice."""
    customer = make_customer()
    invoice = make_invoice(customer=customer)
    line = invoice.lines.first()
    note = issue_credit_note(
        invoice=invoice,
        lines=[Credit(line.pk, Decimal(1), "goods")],
        reason="Broken",
        by=None,
        today=TODAY,
        settle=False,
    )
    Invoice.objects.filter(pk=invoice.pk).update(pdf=make_file(content=b"as issued"))
    beyond = _too_much(line)
    payment = make_payment(payer=customer, amount="100.00", bank_reference="REF-1")
    instalment = invoice.instalments.get()
    allocation = allocate(payment=payment, parts=[(instalment.pk, Decimal("50.00"))], by=None, at=NOW)[0]
    foreign = make_invoice(customer=make_customer())
    open_order = make_order(lines=1)
    draft = Invoice.objects.create(
        issuer=invoice.issuer, customer=customer, payer=customer, account=customer.account, kind="invoice",
        currency="EUR", payer_name="x",
    )  # fmt: skip
    out = Payment.objects.create(
        issuer=invoice.issuer, payer=customer, account=customer.account, direction="out", method="cash",
        currency="EUR", amount=Decimal("1.00"), value_on=TODAY, recorded_at=NOW,
    )  # fmt: skip
    return {
        "invoice": invoice.pk, "line": line.pk, "note": note.pk, "payment": payment.pk, "instalment": instalment.pk,
        "allocation": allocation.pk, "foreign": foreign.pk, "foreign_instalment": foreign.instalments.get().pk,
        "foreign_payer": foreign.payer_id, "draft": draft.pk, "out": out.pk, "customer": customer.pk,
        "account": customer.account_id, "series": invoice.series_id, "order_line": line.order_line_id,
        "shipment_line": line.shipment_line_id, "issuer": invoice.issuer_id, "note_series": note.series_id,
        "foreign_order": open_order.pk, "beyond": beyond.pk,
    }  # fmt: skip


def _too_much(line: InvoiceLine) -> Invoice:
    """The draft of a credit note over the whole price of a line of which units were credited before."""
    of = line.invoice
    note = Invoice.objects.create(
        issuer_id=of.issuer_id, customer_id=of.customer_id, payer_id=of.payer_id, account_id=of.account_id,
        kind="credit_note", currency="EUR", payer_name="x", reason="x", net=line.net, tax=Decimal("10.50"),
        gross=line.net + Decimal("10.50"),
    )  # fmt: skip
    InvoiceLine.objects.create(
        invoice=note, account_id=of.account_id, position=1, corrects=line, credit_kind="price", description="x",
        quantity=line.quantity, price=line.price, tax_rate=line.tax_rate,
    )  # fmt: skip
    InvoiceTax.objects.create(
        invoice=note, account_id=of.account_id, rate=line.tax_rate, base=line.net, amount=Decimal("10.50")
    )
    InvoiceReference.objects.create(credit_note=note, invoice=of, account_id=of.account_id)
    return note


ALLOCATE = (
    "INSERT INTO billing_allocation (account_id, payer_id, currency, payment_id, credit_note_id, credit_note_kind, "
    "invoice_id, invoice_kind, instalment_id, refund_id, payment_direction, refund_direction, amount, reverses_id, "
    "value_on, at) VALUES ({account}, {payer}, '{currency}', {payment}, {credit_note}, 'credit_note', {invoice}, "
    "'invoice', {instalment}, {refund}, 'in', 'out', {amount}, {reverses}, '2026-11-20', now())"
)


def allocation(**changed: Any) -> str:
    values = {
        "account": "%(account)s", "payer": "%(customer)s", "currency": "EUR", "payment": "%(payment)s",
        "credit_note": "NULL", "invoice": "%(invoice)s", "instalment": "%(instalment)s", "refund": "NULL",
        "amount": "1", "reverses": "NULL", **changed,
    }  # fmt: skip
    return ALLOCATE.format(**values)


FORBIDDEN = [
    ("invoice_frozen", "UPDATE billing_invoice SET gross = gross + 1, net = net + 1 WHERE id = %(invoice)s"),
    ("invoice_frozen", "UPDATE billing_invoice SET payer_name = 'x' WHERE id = %(invoice)s"),
    ("invoice_frozen", "UPDATE billing_invoice SET number = 'F26-9' WHERE id = %(invoice)s"),
    ("invoice_frozen", "DELETE FROM billing_invoice WHERE id = %(invoice)s"),
    ("invoice_frozen", "UPDATE billing_invoice SET pdf_id = NULL WHERE id = %(invoice)s"),
    ("invoicereference_frozen", "DELETE FROM billing_invoicereference WHERE credit_note_id = %(note)s"),
    ("invoicereference_frozen", "UPDATE billing_invoicereference SET credit_note_id = %(beyond)s WHERE credit_note_id = %(note)s"),
    ("invoicereference_frozen", "UPDATE billing_invoicereference SET credit_note_id = %(note)s WHERE credit_note_id = %(beyond)s"),
    ("invoicereference_frozen", "INSERT INTO billing_invoicereference (credit_note_id, invoice_id, account_id) VALUES (%(note)s, %(draft)s, %(account)s)"),
    ("invoiceline_credited_within_billed", "UPDATE billing_invoice SET status = 'issued', series_id = %(note_series)s, sequence = 2, number = 'R26-000002', issued_on = '2026-11-20' WHERE id = %(beyond)s"),
    ("invoice_settled_within_total", "UPDATE billing_invoice SET settled = gross + 1 WHERE id = %(invoice)s"),
    ("invoice_starts_as_draft", "INSERT INTO billing_invoice (issuer_id, customer_id, payer_id, account_id, kind, status, currency, language, payer_name, parties, reason, net, tax, gross, settled, created_at, series_id, sequence, number, issued_on) VALUES (%(issuer)s, %(customer)s, %(customer)s, %(account)s, 'invoice', 'issued', 'EUR', 'es', 'x', '{{}}', '', 0, 0, 0, 0, now(), %(series)s, 99, 'F26-99', '2026-11-20')"),
    ("invoice_draft_has_no_number", "UPDATE billing_invoice SET number = 'F26-000077' WHERE id = %(draft)s"),
    ("invoice_totals_add_up", "UPDATE billing_invoice SET gross = 5 WHERE id = %(draft)s"),
    ("invoice_payer_same_account", "UPDATE billing_invoice SET payer_id = %(foreign_payer)s WHERE id = %(draft)s"),
    ("invoice_order_same_account", "UPDATE billing_invoice SET order_id = %(foreign_order)s WHERE id = %(draft)s"),
    ("invoice_numbered_by_series", "UPDATE billing_invoice SET status = 'issued', series_id = %(series)s, sequence = 50, number = 'F26-000050', issued_on = '2026-11-20' WHERE id = %(draft)s"),
    ("invoice_sequence_once", "UPDATE billing_invoice SET status = 'issued', series_id = %(series)s, sequence = 1, number = 'F26-x', issued_on = '2026-11-20' WHERE id = %(draft)s"),
    ("invoice_of_series", "UPDATE billing_invoice SET series_id = %(note_series)s WHERE id = %(draft)s"),
    ("invoiceline_frozen", "UPDATE billing_invoiceline SET quantity = 1 WHERE id = %(line)s"),
    ("invoiceline_frozen", "DELETE FROM billing_invoiceline WHERE id = %(line)s"),
    ("invoicetax_frozen", "UPDATE billing_invoicetax SET base = 0, amount = 0 WHERE invoice_id = %(invoice)s"),
    ("instalment_frozen", "UPDATE billing_instalment SET amount = 1 WHERE id = %(instalment)s"),
    ("instalment_frozen", "UPDATE billing_instalment SET due_on = '2030-01-01' WHERE id = %(instalment)s"),
    ("instalment_settled_within_amount", "UPDATE billing_instalment SET settled = amount + 1 WHERE id = %(instalment)s"),
    ("instalment_method_known", "INSERT INTO billing_instalment (invoice_id, account_id, position, due_on, method, amount, settled) VALUES (%(draft)s, %(account)s, 9, '2026-12-20', 'promise', 1, 0)"),
    ("invoiceseries_counts_up", "UPDATE billing_invoiceseries SET last_number = 0 WHERE id = %(series)s"),
    ("invoiceseries_gapless", "UPDATE billing_invoiceseries SET last_number = last_number + 5 WHERE id = %(series)s; SET CONSTRAINTS ALL IMMEDIATE"),
    ("payment_frozen", "UPDATE billing_payment SET amount = 1000 WHERE id = %(payment)s"),
    ("payment_frozen", "DELETE FROM billing_payment WHERE id = %(payment)s"),
    ("payment_allocated_within_amount", "UPDATE billing_payment SET allocated = 100.01 WHERE id = %(payment)s"),
    ("payment_bank_reference_once", "INSERT INTO billing_payment (issuer_id, payer_id, account_id, direction, method, currency, amount, allocated, value_on, bank_reference, note, recorded_at) VALUES (%(issuer)s, %(customer)s, %(account)s, 'in', 'cash', 'EUR', 1, 0, '2026-11-20', 'REF-1', '', now())"),
    ("allocation_append_only", "UPDATE billing_allocation SET amount = 1 WHERE id = %(allocation)s"),
    ("allocation_append_only", "DELETE FROM billing_allocation WHERE id = %(allocation)s"),
    ("allocation_one_source", allocation(credit_note="%(note)s")),
    ("allocation_one_source", allocation(payment="NULL")),
    ("allocation_one_target", allocation(refund="%(out)s")),
    ("allocation_one_target", allocation(invoice="NULL", instalment="NULL")),
    ("allocation_sign", allocation(amount="-1")),
    ("allocation_of_invoice", allocation(invoice="%(foreign)s", instalment="%(foreign_instalment)s")),
    ("allocation_of_instalment", allocation(instalment="%(foreign_instalment)s")),
    ("allocation_of_payment", allocation(payment="%(out)s")),
    ("allocation_of_refund", allocation(invoice="NULL", instalment="NULL", refund="%(payment)s")),
    ("allocation_of_credit_note", allocation(payment="NULL", credit_note="%(invoice)s")),
    ("allocation_reversal_matches", allocation(amount="-49", reverses="%(allocation)s")),
    ("allocation_payer_same_account", allocation(payer="%(foreign_payer)s")),
    ("shipmentline_billed_once", "UPDATE orders_shipmentline SET invoiced = quantity + 1 WHERE id = %(shipment_line)s"),
    ("orderline_invoiced_within_shipped", "UPDATE orders_orderline SET invoiced = shipped + 1 WHERE id = %(order_line)s"),
    ("orderline_credited_within_invoiced", "UPDATE orders_orderline SET credited = invoiced + 1 WHERE id = %(order_line)s"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "statement"), FORBIDDEN, ids=[f"{rule}-{n}" for n, (rule, _sql) in enumerate(FORBIDDEN)]
)
def test_database_refuses(rule: str, statement: str, ids: dict[str, Any], as_role: Callable[..., Any]) -> None:
    with connection.cursor() as cursor:  # what the set-up left to the end of its transaction
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    with pytest.raises(DatabaseError) as refusal:
        _try((statement % ids).replace("{{}}", "{}"), as_role)
    assert refusal.value.__cause__.diag.constraint_name == rule


def _try(statements: str, as_role: Callable[..., Any]) -> None:
    with transaction.atomic(), as_role("lonja_desk"), connection.cursor() as cursor:
        for part in statements.split("; "):
            cursor.execute(part)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
