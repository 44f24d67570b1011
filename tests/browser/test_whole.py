"""From the order to the cash through five desks, on a desk's screen and on a phone, and seen live by a sixth person."""

import re
import uuid

import pytest
from django.db.models import F
from playwright.sync_api import Page, expect

from billing.models import Instalment
from config.web import formats
from customers.models import Customer
from inventory.models import StockLevel
from orders.models import OrderLine
from tests.browser.conftest import PHONE, WIDE, Open
from tests.browser.test_desk import begin_order, type_line

QUANTITY = "6"


def take_order(page: Page, customer: Customer, code: str) -> int:
    """The agent types the order; returns its id."""
    begin_order(page, customer.number)
    assert type_line(page, code, QUANTITY) == code
    expect(page.locator("tr[data-line] .entry-amount")).to_contain_text("€")
    page.get_by_label("Their PO").fill(f"WALK-{uuid.uuid4().hex[:8]}")
    page.locator("#entry_place").click()
    expect(page).to_have_url(re.compile(r"/desk/orders/\d+/\?placed=1$"))
    return int(page.url.split("/")[-2])


def ship(page: Page, line: OrderLine, tracking_number: str) -> None:
    """The warehouse picks the one line of the order and sends it off."""
    page.goto("/warehouse/")
    here = page.locator(f"button[name=warehouse][value='{line.reservations.get().warehouse_id}']")
    here.click()
    expect(here).to_have_attribute("aria-current", "true")
    page.locator(f"form[action$='/{line.order_id}/pick/'] button").click()
    count = page.locator("input[name=quantity]")
    count.fill(count.get_attribute("max") or "")
    page.locator("#pick_form .wh-go").click()
    page.get_by_role("link", name="Pack", exact=True).click()
    page.get_by_label("Tracking number").fill(tracking_number)
    page.get_by_role("button", name="Ship now").click()
    expect(page.locator(".toast", has_text="DN-")).to_be_visible()


def invoice(page: Page, order_id: int) -> str:
    """Finance invoices what was shipped; returns the invoice's number."""
    page.goto(f"/money/orders/{order_id}/")
    page.get_by_role("button", name="Invoice what shipped").click()
    expect(page).to_have_url(re.compile(r"/money/invoices/\d+/$"))
    return page.locator("nav.crumbs span").inner_text()


def book_payment(page: Page, number: str) -> None:
    """Finance books the customer's transfer for exactly this invoice, whatever else they owe."""
    page.get_by_role("link", name="Record payment").click()
    expect(page.locator("#id_amount")).not_to_have_value("")
    page.locator("#payment_parts input").evaluate_all("inputs => inputs.forEach(input => input.value = '')")
    for instalment in Instalment.objects.filter(invoice__number=number):
        page.locator(f"[name=part_{instalment.pk}]").fill(str(instalment.amount))
    page.get_by_role("button", name="Record payment").click()
    expect(page).to_have_url(re.compile(r"/money/payments/\d+/$"))


@pytest.mark.xfail(strict=False, reason="the walk has not been seen through to its end yet")
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["1440", "390"])
def test_an_order_becomes_money_and_its_buyer_sees_the_same(desk: Open, size: dict) -> None:
    agent, manager, warehouse, finance, buyer = (
        desk(who, size) for who in ("agent", "manager", "warehouse", "finance", "owner")
    )
    customer = Customer.objects.filter(memberships__user__email="owner@example.com").order_by("pk").first()
    stocked = (
        StockLevel.objects.filter(available__gte=100, product__minimum_quantity__lte=1).order_by("-available").first()
    )

    order_id = take_order(agent, customer, stocked.product.code)
    line = OrderLine.objects.select_related("order").get(order_id=order_id)
    assert line.reserved == line.ordered > 0
    with manager.expect_response(re.compile("/live/")):
        manager.goto(f"/desk/orders/{order_id}/")

    buyer.goto(f"/portal/orders/{order_id}/")
    expect(buyer.locator("[data-fact=promised]")).to_have_text(formats.weekday(line.promised_on, "en"))
    for page in (agent, manager):
        expect(page.locator(".line-promise b")).to_have_text(formats.promise(line.promised_on)[0])

    tracking_number = f"TRACK-{order_id}"
    ship(warehouse, line, tracking_number)
    expect(manager.locator("#order_head .badge")).to_have_text("Shipped")
    expect(manager.locator("#order_timeline")).to_contain_text(tracking_number)
    buyer.reload()
    expect(buyer.locator("#portal_order_body")).to_contain_text(tracking_number)

    number = invoice(finance, order_id)
    expect(manager.locator("main")).to_contain_text(number)
    buyer.goto(f"/portal/invoices/?q={number}")
    buyer.get_by_role("link", name=number).click()
    with buyer.expect_response(re.compile("/live/")):
        expect(buyer.locator("#portal_invoice_hero")).not_to_contain_text("Paid")
    book_payment(finance, number)
    expect(buyer.locator("#portal_invoice_hero h1")).to_contain_text("Paid")
    assert not Instalment.objects.filter(invoice__number=number, settled__lt=F("amount")).exists()
