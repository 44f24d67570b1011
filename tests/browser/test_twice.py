"""Whoever clicks twice on a form that creates something gets it once."""

import re

from django.db.models import F
from playwright.sync_api import Page, expect

from billing.models import Invoice, InvoiceKind, Payment
from customers.models import JobRun
from orders.models import Incident, Order, OrderLine, Return, Shipment
from tests.browser.conftest import Open


def twice(page: Page, name: str | re.Pattern[str], address: str) -> None:
    """Double-click the button of this name; wait for the page that follows."""
    page.get_by_role("button", name=name).last.dblclick()
    expect(page).to_have_url(re.compile(address))
    page.wait_for_load_state()


def test_a_draft_begun_twice_is_one(desk: Open) -> None:
    page = desk()
    customer = Order.objects.filter(status="released").latest("pk").customer
    drafts = Order.objects.filter(customer=customer, status="draft")
    before = drafts.count()
    page.goto(f"/desk/orders/new/?customer={customer.pk}")
    twice(page, "Begin the order", r"/desk/orders/\d+/edit/$")
    assert drafts.count() <= before + 1


def test_a_pick_begun_and_goods_shipped_twice_are_one_shipment(desk: Open) -> None:
    page = desk("warehouse")
    page.goto("/warehouse/")
    form = page.locator("form[action*='/pick/']").first
    order = int((form.get_attribute("action") or "").split("/")[-3])
    before = Shipment.objects.filter(order=order).count()
    form.get_by_role("button").dblclick()
    expect(page).to_have_url(re.compile(r"/warehouse/shipments/\d+/$"))
    page.get_by_role("link", name="Pack what is here").click()
    twice(page, "Ship now", r"/warehouse/$")
    assert Shipment.objects.filter(order=order).count() == before + 1


def test_an_invoice_asked_for_twice_is_one(desk: Open) -> None:
    page = desk("finance")
    line = OrderLine.objects.filter(
        shipped__gt=F("invoiced"), invoiced=0, order__is_history=False, order__billing_policy="on_shipment"
    ).latest("order_id")
    page.goto(f"/money/orders/{line.order_id}/")
    twice(page, re.compile("^Invoice"), r"/money/invoices/\d+/$")
    assert Invoice.objects.filter(order=line.order, kind=InvoiceKind.INVOICE).count() == 1


def test_a_credit_note_and_a_payment_sent_twice_are_one(desk: Open) -> None:
    page = desk("finance")
    invoice = Invoice.objects.filter(kind=InvoiceKind.INVOICE, status="issued", settled=0, gross__gt=5).latest("pk")
    page.goto(f"/money/invoices/{invoice.pk}/credit/")
    page.get_by_label(re.compile("^Quantity of")).first.fill("1")
    page.get_by_label("Reason, as printed").fill("Sent twice")
    notes = Invoice.objects.filter(kind=InvoiceKind.CREDIT_NOTE)
    before = notes.count()
    twice(page, "Issue credit note", r"/money/invoices/\d+/$")
    assert notes.count() == before + 1

    payments = Payment.objects.filter(payer=invoice.payer)
    before = payments.count()
    page.goto(f"/money/payments/new/?payer={invoice.payer_id}&amount=1.00")
    twice(page, "Record payment", r"/money/payments/\d+/$")
    assert payments.count() == before + 1


def test_a_return_and_an_incident_asked_for_twice_are_one(desk: Open) -> None:
    page = desk()
    line = (
        OrderLine.objects.filter(delivered__gte=2, returned=0, order__is_history=False)
        .exclude(order__returns__isnull=False)
        .latest("order_id")
    )
    page.goto(f"/desk/orders/{line.order_id}/return/")
    page.get_by_label(f"Comes back of {line.code}").fill("1")
    page.get_by_label("Reason").fill("Sent twice")
    twice(page, "Request the return", r"/desk/returns/")
    assert Return.objects.filter(order=line.order).count() == 1

    before = Incident.objects.filter(order=line.order).count()
    page.goto(f"/desk/orders/{line.order_id}/incident/")
    page.get_by_label("What happened").fill("Two tins are dented")
    twice(page, re.compile("^Report"), r"/desk/incidents/\d+/")
    assert Incident.objects.filter(order=line.order).count() == before + 1


def test_a_file_imported_twice_is_one_job(desk: Open) -> None:
    page = desk("admin")
    before = JobRun.objects.filter(kind="import_orders").count()
    page.goto("/desk/imports/")
    page.locator("#id_file").set_input_files(
        {"name": "orders.csv", "mimeType": "text/csv", "buffer": b"Invoice,StockCode\n1,2\n"}
    )
    twice(page, "Import", r"/jobs/")
    assert JobRun.objects.filter(kind="import_orders").count() == before + 1
