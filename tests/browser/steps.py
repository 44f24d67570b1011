"""What people do on the pages, one function per step; each leaves its page where the step ends."""

import re
import uuid
from decimal import Decimal

from playwright.sync_api import Locator, Page, expect

from billing.models import Instalment
from orders.models import Order, Shipment
from tests.browser.conftest import PHONE


def is_phone(page: Page) -> bool:
    return page.viewport_size == PHONE


def press(page: Page, target: Locator) -> None:
    """With a finger on a phone, with the pointer elsewhere."""
    target.tap() if is_phone(page) else target.click()


def settled(page: Page) -> None:
    """Everything that loads by itself is there."""
    expect(page.locator(".skeleton, .htmx-request")).to_have_count(0)


# -- Agent --------------------------------------------------------------------------------------------------------


def look_for(page: Page, text: str, label: str) -> Locator:
    """Type into the search box; returns the hit that says ``label``."""
    if not page.locator("#palette[open]").count():
        if is_phone(page):
            page.get_by_role("button", name=re.compile("Search")).first.tap()
        else:
            page.keyboard.press("Control+k")
    box = page.locator("#palette_q")
    expect(box).to_be_focused()
    box.fill(text)
    hit = page.locator("#palette_results [role=option]").filter(has_text=label).first
    expect(hit).to_be_visible()
    return hit


def begin_order(page: Page) -> None:
    """From a customer's page to the first empty line."""
    press(page, page.get_by_role("link", name="Order for this customer"))
    press(page, page.get_by_role("button", name="Begin the order"))
    expect(page).to_have_url(re.compile(r"/desk/orders/\d+/edit/$"))
    settled(page)


def add_line(page: Page, code: str, quantity: str) -> None:
    """Type a code, take the suggestion, type how many."""
    rows = page.locator("tr[data-line]")
    before = rows.count()
    if is_phone(page):
        page.locator("#new_code").tap()
    else:
        expect(page.locator("#new_code")).to_be_focused()
    page.keyboard.insert_text(code)
    option = page.locator(f"#product_options [role=option][data-value='{code}']")
    expect(option).to_be_visible()
    if is_phone(page):
        option.tap()
    else:
        page.keyboard.press("Enter")
    expect(page.locator("#new_qty")).to_be_focused()
    page.keyboard.type(quantity)
    page.keyboard.press("Enter")
    expect(rows).to_have_count(before + 1)
    expect(rows.nth(before).locator(".entry-amount")).to_contain_text("€")


def explains_its_lines(page: Page) -> None:
    """Every line tells its price with the reason, its free stock and its date; the foot sums them up with the tax."""
    for row in page.locator("tr[data-line]").all():
        expect(row.locator(".entry-price b")).to_contain_text("€")
        expect(row.locator(".entry-price .t-sub").first).not_to_be_empty()
        expect(row.locator(".entry-name")).to_contain_text("free")
        expect(row.locator(".entry-date")).not_to_be_empty()
    totals = page.locator(".entry-totals dd")
    net, tax, total = (Decimal(re.sub(r"[^\d.]", "", totals.nth(number).text_content() or "")) for number in range(3))
    assert net > 0
    assert tax > 0
    assert net + tax == total


def place(page: Page, po_number: str = "") -> int:
    """Give the customer's number and place the order; returns its id."""
    page.get_by_label("Their PO").fill(po_number or f"WALK-{uuid.uuid4().hex[:8]}")
    page.get_by_label("Their PO").press("Enter")
    expect(page.locator("#entry_state")).to_contain_text("Draft saved")
    if is_phone(page):
        page.locator("#entry_place").tap()
    else:
        page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(r"/desk/orders/\d+/\?placed=1$"))
    return int(page.url.split("/")[-2])


# -- Warehouse ----------------------------------------------------------------------------------------------------


def pick_first_and_ship(page: Page, order: Order, tracking_number: str) -> Shipment:
    """Pick the first line whole and leave the rest for later; ship it."""
    page.goto("/warehouse/")
    reservation = order.lines.order_by("position").first().reservations.get()
    here = page.locator(f"button[name=warehouse][value='{reservation.warehouse_id}']")
    press(page, here)
    expect(here).to_have_attribute("aria-current", "true")
    press(page, page.locator(f"form[action$='/{order.pk}/pick/'] button"))
    expect(page.locator(".wh-product h3")).to_be_visible()
    count = page.locator("#pick_form input[name=quantity]")
    first = page.locator("#pick_line").input_value()
    count.fill(count.get_attribute("max") or "")
    press(page, page.locator("#pick_form .wh-go"))
    expect(page.locator(f"#pick_line[value='{first}']")).to_have_count(0)
    press(page, page.get_by_role("link", name="Pack what is here"))
    page.get_by_label("Tracking number").fill(tracking_number)
    expect(page.locator(".wh-message.is-warn")).to_contain_text("stays reserved")
    press(page, page.get_by_role("button", name="Ship now"))
    expect(page.locator(".toast", has_text="DN-")).to_be_visible()
    return Shipment.objects.get(order=order)


def deliver(page: Page, shipment: Shipment) -> None:
    """The carrier reports, then the goods are taken."""
    page.goto(f"/desk/shipments/{shipment.pk}/")
    page.get_by_label("What happened").select_option("out_for_delivery")
    press(page, page.get_by_role("button", name="Note it"))
    expect(page.locator("#shipment_journey")).to_contain_text("Out for delivery")
    press(page, page.get_by_role("button", name="Deliver").first)
    page.get_by_label("Received by").fill("M. Ruiz")
    press(page, page.locator("#deliver_dialog").get_by_role("button", name="Deliver"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Delivered")


# -- Finance ------------------------------------------------------------------------------------------------------


def invoice(page: Page, order_id: int) -> str:
    """Invoice what was shipped; returns the invoice's number."""
    page.goto(f"/money/orders/{order_id}/")
    press(page, page.get_by_role("button", name="Invoice what shipped"))
    expect(page).to_have_url(re.compile(r"/money/invoices/\d+/$"))
    return page.locator("nav.crumbs span").inner_text()


def credit_one(page: Page, number: str) -> str:
    """Give one unit of the first line back as goods that came back; returns the credit note's number."""
    press(page, page.get_by_role("link", name="Credit this invoice"))
    page.get_by_label(re.compile("^Quantity of")).first.fill("1")
    page.get_by_label(re.compile("^Reason for")).first.select_option("goods")
    page.get_by_label("Reason, as printed").fill("One came back dented")
    press(page, page.get_by_role("button", name="Issue credit note"))
    expect(page.locator(".head-meta")).to_contain_text("Credit note")
    expect(page.get_by_role("link", name=number).first).to_be_visible()
    return page.locator("nav.crumbs span").inner_text()


def open_invoice(page: Page, number: str) -> None:
    page.goto(f"/money/invoices/?q={number}")
    press(page, page.locator("#invoice_table").get_by_role("link", name=number, exact=True))
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    settled(page)


def book_payment(page: Page, number: str) -> None:
    """Book the transfer for exactly what is open of this invoice, whatever else is owed."""
    press(page, page.get_by_role("link", name="Record payment"))
    expect(page.locator("#id_amount")).not_to_have_value("")
    page.locator("#payment_parts input").evaluate_all("inputs => inputs.forEach(input => input.value = '')")
    for instalment in Instalment.objects.filter(invoice__number=number):
        page.locator(f"[name=part_{instalment.pk}]").fill(str(instalment.open))
    press(page, page.get_by_role("button", name="Record payment"))
    expect(page).to_have_url(re.compile(r"/money/payments/\d+/$"))
