"""Invoices: what they bill, once; their numbers, taxes and instalments."""

import datetime
from decimal import Decimal

import pytest
from django.db.models import F

from billing.exceptions import InvoiceRefused, NothingToInvoice
from billing.facts import order_money
from billing.models import Invoice, InvoiceSeries
from billing.queues import orders_to_invoice
from billing.services.crediting import Credit, issue_credit_note, reversal_of
from billing.services.invoicing import issue_invoice, issue_invoices
from billing.views.queue import with_amounts
from customers.models import TaxTreatment
from inventory.models import TaxRate
from orders.models import OrderEvent, OrderLine, ShipmentLine
from orders.services.tracking import deliver
from tests.billing.factories import NOW, TODAY, make_order, make_shipment, make_terms
from tests.factories import make_customer, make_user

pytestmark = pytest.mark.django_db


def test_invoice_bills_what_was_shipped_and_nothing_twice() -> None:
    order = make_order(
        lines=[{"ordered": 10, "price": "5.00"}, {"ordered": 3, "price": "2.50", "rate": "10"}], shipped=False
    )
    first, second = order.lines.all()
    make_shipment(order, quantities={first.pk: 4, second.pk: 3})
    invoice = issue_invoice(order=order, by=None, today=TODAY)
    assert [(line.quantity, line.net) for line in invoice.lines.all()] == [(4, Decimal("20.00")), (3, Decimal("7.50"))]
    assert (invoice.net, invoice.tax, invoice.gross) == (Decimal("27.50"), Decimal("4.95"), Decimal("32.45"))
    assert invoice.number == "F26-000001"
    assert list(orders_to_invoice()) == []
    with pytest.raises(NothingToInvoice):
        issue_invoice(order=order, by=None, today=TODAY)
    assert Invoice.objects.count() == 1

    make_shipment(order)
    assert list(orders_to_invoice()) == [order]
    rest = issue_invoice(order=order, by=None, today=TODAY)
    assert [line.quantity for line in rest.lines.all()] == [6]
    assert not OrderLine.objects.exclude(invoiced=F("shipped")).exists()
    assert not ShipmentLine.objects.exclude(invoiced=F("quantity")).exists()


def test_one_shipment_alone_is_invoiced() -> None:
    order = make_order(lines=1, shipped=False)
    line = order.lines.get()
    first = make_shipment(order, quantities={line.pk: 2})
    make_shipment(order, quantities={line.pk: 3})
    invoice = issue_invoice(shipments=[first], by=None, today=TODAY)
    assert [(one.quantity, one.shipment_line.shipment) for one in invoice.lines.all()] == [(2, first)]
    assert list(orders_to_invoice()) == [order]


def test_what_was_refused_on_delivery_is_not_billed() -> None:
    order = make_order(lines=2)
    refused, taken = order.lines.all()
    deliver(shipment=order.shipments.get(), quantities={refused.pk: Decimal(4)}, at=NOW, by=None)
    order.account.refresh_from_db()
    assert order.account.unbilled == Decimal("84.70")
    [row] = with_amounts(orders_to_invoice().values("pk"))
    assert row["to_bill"] == Decimal("84.70")
    invoice = issue_invoice(order=order, by=None, today=TODAY)
    assert [(line.order_line, line.quantity) for line in invoice.lines.all()] == [(refused, 4), (taken, 10)]
    assert order_money([order.pk], TODAY)[order.pk].fully_invoiced
    assert list(orders_to_invoice()) == []


@pytest.mark.parametrize("policy", ["on_shipment", "on_order"])
def test_delivery_of_which_nothing_was_taken_is_not_invoiced(policy: str) -> None:
    order = make_order(lines=1, billing_policy=policy)
    deliver(shipment=order.shipments.get(), quantities={order.lines.get().pk: Decimal(0)}, at=NOW, by=None)
    order.account.refresh_from_db()
    assert (list(orders_to_invoice()), order.account.unbilled) == ([], 0)
    with pytest.raises(NothingToInvoice):
        issue_invoice(order=order, by=None, today=TODAY)


def test_what_was_refused_after_it_was_billed_is_credited_and_not_billed_again() -> None:
    order = make_order(lines=1)
    invoice = issue_invoice(order=order, by=None, today=TODAY)
    deliver(shipment=order.shipments.get(), quantities={order.lines.get().pk: Decimal(4)}, at=NOW, by=None)
    back = Credit(invoice.lines.get().pk, Decimal(6), "reversal")
    issue_credit_note(invoice=invoice, lines=[back], reason="Refused", by=None, today=TODAY)
    order.account.refresh_from_db()
    assert (list(orders_to_invoice()), order.account.unbilled) == ([], 0)
    assert order.account.receivable == Decimal("24.20")


def test_shipments_of_several_orders_make_one_invoice() -> None:
    customer = make_customer()
    orders = [make_order(customer=customer, lines=1), make_order(customer=customer, lines=1)]
    shipments = [order.shipments.get() for order in orders]
    invoice = issue_invoice(shipments=shipments, by=None, today=TODAY)
    assert invoice.order is None
    assert invoice.net == Decimal("100.00")
    assert OrderEvent.objects.filter(kind="invoiced", order__in=orders).count() == 2
    stranger = make_order(lines=1)
    again = [make_order(customer=customer, lines=1).shipments.get(), stranger.shipments.get()]
    with pytest.raises(InvoiceRefused):
        issue_invoice(shipments=again, by=None, today=TODAY)


def test_order_billed_on_order_is_invoiced_before_it_ships() -> None:
    order = make_order(billing_policy="on_order", lines=[{"ordered": 10}], shipped=False)
    assert list(orders_to_invoice()) == [order]
    invoice = issue_invoice(order=order, by=None, today=TODAY)
    assert invoice.net == Decimal("50.00")
    make_shipment(order)
    assert list(orders_to_invoice()) == []
    with pytest.raises(NothingToInvoice):
        issue_invoice(order=order, by=None, today=TODAY)


def test_charge_without_delivery_note_goes_along() -> None:
    order = make_order(lines=[{"ordered": 10}, {"ordered": 1, "price": "9.90", "type": "charge"}], shipped=False)
    goods, freight = order.lines.all()
    make_shipment(order, quantities={goods.pk: 10})
    OrderLine.objects.filter(pk=freight.pk).update(shipped=1)
    invoice = issue_invoice(shipments=list(order.shipments.all()), by=None, today=TODAY)
    assert invoice.net == Decimal("59.90")
    assert list(orders_to_invoice()) == []


def test_units_are_billed_again_after_a_reversal() -> None:
    order = make_order(lines=2)
    invoice = issue_invoice(order=order, by=None, today=TODAY)
    note = issue_credit_note(invoice=invoice, lines=reversal_of(invoice), reason="Wrong customer", by=None, today=TODAY)
    assert (note.number, note.gross) == ("R26-000001", invoice.gross)
    assert list(orders_to_invoice()) == [order]
    again = issue_invoice(order=order, by=None, today=TODAY)
    assert (again.number, again.gross) == ("F26-000002", invoice.gross)
    assert list(orders_to_invoice()) == []
    invoice.refresh_from_db()
    assert invoice.open_amount == 0
    order.account.refresh_from_db()
    assert (order.account.receivable, order.account.unallocated, order.account.unbilled) == (again.gross, 0, 0)


@pytest.mark.parametrize(
    ("treatment", "tax"),
    [
        (TaxTreatment.DOMESTIC, "31.00"),
        (TaxTreatment.SURCHARGE, "37.60"),
        (TaxTreatment.INTRA_COMMUNITY, "0.00"),
        (TaxTreatment.EXPORT, "0.00"),
        (TaxTreatment.EXEMPT, "0.00"),
    ],
)
def test_tax_follows_how_the_customer_is_taxed(treatment: str, tax: str) -> None:
    customer = make_customer(tax_treatment=treatment)
    lines = [{"ordered": 10, "price": "10.00"}, {"ordered": 10, "price": "10.00", "rate": "10", "surcharge": "1.4"}]
    invoice = issue_invoice(order=make_order(customer=customer, lines=lines), by=None, today=TODAY)
    assert (invoice.net, invoice.tax) == (Decimal("200.00"), Decimal(tax))


def test_tax_is_rounded_once_per_rate() -> None:
    """Three lines of 0.05: 21 % of 0.15 is 0.0315, so 0.03; per line it would be 0.01 + 0.01 + 0.01."""
    lines = [{"ordered": 1, "price": "0.05"}] * 3 + [{"ordered": 1, "price": "0.50", "rate": "5"}]
    invoice = issue_invoice(order=make_order(lines=lines), by=None, today=TODAY)
    assert [(tax.rate, tax.base, tax.amount) for tax in invoice.taxes.all()] == [
        (Decimal("21.00"), Decimal("0.15"), Decimal("0.03")),
        (Decimal("5.00"), Decimal("0.50"), Decimal("0.03")),  # 0.025 goes up
    ]


def test_rate_is_the_one_of_the_day_of_supply() -> None:
    order = make_order(lines=1)
    tax_class = order.lines.get().tax_class
    TaxRate.objects.create(tax_class=tax_class, valid_from=TODAY + datetime.timedelta(days=5), rate=Decimal(25))
    invoice = issue_invoice(order=order, by=None, today=TODAY + datetime.timedelta(days=10))
    assert invoice.taxes.get().rate == Decimal("21.00")
    assert invoice.supplied_on == TODAY


def test_instalments_share_the_total_and_the_last_takes_the_rest() -> None:
    customer = make_customer(terms=make_terms((30, "33.33"), (60, "33.33"), (90, "33.34"), method="direct_debit"))
    order = make_order(customer=customer, lines=[{"ordered": 1, "price": "82.65"}])
    invoice = issue_invoice(order=order, by=None, today=TODAY)
    assert invoice.gross == Decimal("100.01")
    assert [(one.due_on, one.amount, one.method) for one in invoice.instalments.all()] == [
        (datetime.date(2026, 12, 20), Decimal("33.33"), "direct_debit"),
        (datetime.date(2027, 1, 19), Decimal("33.33"), "direct_debit"),
        (datetime.date(2027, 2, 18), Decimal("33.35"), "direct_debit"),
    ]
    assert invoice.due_on == datetime.date(2027, 2, 18)


def test_bulk_gives_each_order_its_invoice_in_a_constant_number_of_statements(django_assert_num_queries) -> None:
    def issue(count: int) -> list[Invoice]:
        orders = [make_order(lines=2) for _number in range(count)]
        with django_assert_num_queries(BULK_STATEMENTS):
            return issue_invoices(order_ids=[order.pk for order in orders], by=None, today=TODAY)

    assert len(issue(1)) == 1
    assert [one.number for one in issue(3)] == ["F26-000002", "F26-000003", "F26-000004"]


BULK_STATEMENTS = 28


def test_series_are_made_per_year_and_keep_dates_in_order() -> None:
    issue_invoice(order=make_order(), by=None, today=TODAY)
    with pytest.raises(InvoiceRefused, match="F26"):
        issue_invoice(order=make_order(), by=None, today=TODAY - datetime.timedelta(days=1))
    later = issue_invoice(order=make_order(), by=None, today=datetime.date(2027, 1, 2))
    assert later.number == "F27-000001"
    assert dict(InvoiceSeries.objects.values_list("code", "last_number")) == {"F26": 1, "F27": 1}


def test_signs_without_a_glyph_are_refused_and_named() -> None:
    order = make_order(lines=[{"description": "Olives 🫒 and 橄榄"}])
    with pytest.raises(InvoiceRefused) as refusal:
        issue_invoice(order=order, by=None, today=TODAY)
    assert refusal.value.problems == (f"Order {order.number}, line 1 “Olives 🫒 and 橄榄”: 🫒 橄 榄 can't be printed.",)
    assert not Invoice.objects.exists()
    assert not InvoiceSeries.objects.exists()


def test_event_and_parties_are_written_down() -> None:
    user = make_user()
    order = make_order(customer_po="PO-7")
    invoice = issue_invoice(order=order, by=user, today=TODAY)
    event = OrderEvent.objects.get(order=order, kind="invoiced")
    assert event.data == {"invoice": invoice.pk, "number": "F26-000001", "amount": "121.00", "currency": "EUR"}
    assert (event.by, event.is_public) == (user, True)
    assert invoice.parties["issuer"]["tax_number"] == "B12345674"
    assert invoice.parties["payer"]["legal_name"] == "Los Arcos Hostelería, S.L."
    assert invoice.parties["bank"]["iban"] == "ES9121000418450200051332"
    assert invoice.parties["orders"][0]["customer_po"] == "PO-7"


def test_free_goods_are_invoiced_at_nothing() -> None:
    order = make_order(lines=[{"ordered": 2, "price": "0", "type": "free"}])
    invoice = issue_invoice(order=order, by=None, today=TODAY)
    assert (invoice.gross, invoice.instalments.count()) == (Decimal("0.00"), 0)
