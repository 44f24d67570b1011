"""From the queue to the customer's door: the warehouse on its tablet with a scanner, then the desk."""

import datetime
import re

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

TABLET = {"width": 1180, "height": 820}


def scan(page: Page, code: str) -> None:
    """A scanner types within milliseconds and ends with Enter; nothing needs the focus."""
    page.evaluate(
        """code => [...code, "Enter"].forEach(
            key => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })))""",
        code,
    )


def test_goods_go_from_the_queue_to_the_door(desk: Open) -> None:
    tablet, manager = desk("warehouse", TABLET), desk("manager")
    tablet.goto("/warehouse/")
    row = tablet.locator("form[action*='/pick/'] button").last
    customer = row.locator("b").first.inner_text()
    row.click()
    expect(tablet).to_have_url(re.compile(r"/warehouse/shipments/\d+/$"))

    scan(tablet, "4006381333931")
    expect(tablet.get_by_role("status").filter(has_text="Nothing was counted")).to_be_visible()
    code = tablet.locator(".wh-product p").inner_text().split(" · ")[0]
    scan(tablet, code)
    expect(tablet.locator(".wh-message").filter(has_text=re.compile("Right product|is complete"))).to_be_visible()

    tablet.reload()
    for _line in range(60):
        if tablet.get_by_role("heading", name="Everything is picked").is_visible():
            break
        wanted = tablet.locator("input[name=quantity]").get_attribute("max")
        tablet.locator("input[name=quantity]").fill(wanted)
        line = tablet.locator("#pick_line").input_value()
        tablet.locator("#pick_form .wh-go").click()
        expect(tablet.locator(f"#pick_line[value='{line}']")).to_have_count(0)
    tablet.get_by_role("link", name="Pack", exact=True).click()
    number = re.search(r"DN-\d+", tablet.locator(".wh-heading").inner_text())[0]
    tablet.get_by_label("Tracking number").fill("TRACK-1")
    tablet.get_by_role("button", name="Ship now").dblclick()
    expect(tablet).to_have_url(re.compile(r"/warehouse/$"))
    expect(tablet.locator(".toast", has_text=f"{number} of")).to_be_visible()

    manager.goto(f"/desk/shipments/?q={number}")
    manager.get_by_role("link", name=number, exact=True).click()
    expect(manager.get_by_text(customer).first).to_be_visible()
    manager.get_by_label("What happened").select_option("out_for_delivery")
    manager.get_by_role("button", name="Note it").click()
    expect(manager.locator("#shipment_journey")).to_contain_text("Out for delivery")
    manager.get_by_role("button", name="Deliver").first.click()
    manager.get_by_label("Received by").fill("M. Ruiz")
    manager.locator("#deliver_dialog").get_by_role("button", name="Deliver").click()
    expect(manager.get_by_role("heading", level=1)).to_contain_text("Delivered")
    expect(manager.get_by_text("M. Ruiz")).to_be_visible()


def test_late_supply_is_shown_before_it_is_told(desk: Open) -> None:
    manager = desk("manager")
    manager.goto("/desk/supply/")
    manager.locator("#supply_table a.t-link").first.click()
    expect(manager.get_by_role("heading", name="Promises that hang on it")).to_be_visible()
    manager.get_by_label("Supplier's new date").fill(str(timezone.localdate() + datetime.timedelta(days=90)))
    button = manager.get_by_role("button", name="Re-date and tell the customers")
    expect(button).to_be_visible()
    expect(manager.locator("#supply_promises")).to_contain_text("They read:")
    button.click()
    expect(manager.locator(".toast")).to_contain_text("re-dated")
    manager.locator(".supply-table a.t-link").first.click()
    expect(manager.locator("#order_timeline")).to_contain_text("Our supplier")


def test_queue_follows_what_happens_elsewhere(desk: Open) -> None:
    tablet, manager = desk("warehouse", TABLET), desk("manager")
    with tablet.expect_response(re.compile("/live/")):
        tablet.goto("/warehouse/")
    manager.goto("/warehouse/")
    last = manager.locator("form[action*='/pick/']").last
    waiting = tablet.locator(f"form[action='{last.get_attribute('action')}']")
    expect(waiting).to_have_count(1)
    last.locator("button").click()
    expect(manager).to_have_url(re.compile(r"/warehouse/shipments/\d+/$"))
    expect(waiting).to_have_count(0)
