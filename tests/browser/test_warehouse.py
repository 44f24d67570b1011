"""From the queue to the customer's door: the warehouse on its tablet with a scanner, then the desk."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

TABLET = {"width": 1180, "height": 820}
PHONE = {"width": 390, "height": 844}
SCREENS = ("/warehouse/", "/warehouse/dispatch/", "/warehouse/goods-in/", "/warehouse/stock/")


def log_in(page: Page, name: str) -> Page:
    page.goto("/accounts/login/")
    page.locator("#id_login").fill(f"{name}@example.com")
    page.locator("#id_password").fill("demo")
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/accounts/login/"))
    return page


@pytest.fixture
def tablet(browser: Browser, browser_context_args: dict) -> Iterator[Page]:
    context = browser.new_context(**browser_context_args | {"viewport": TABLET})
    yield log_in(context.new_page(), "warehouse")
    context.close()


@pytest.fixture
def desk(browser: Browser, browser_context_args: dict) -> Iterator[Page]:
    context = browser.new_context(**browser_context_args | {"viewport": {"width": 1440, "height": 900}})
    yield log_in(context.new_page(), "manager")
    context.close()


def scan(page: Page, code: str) -> None:
    """A scanner types within milliseconds and ends with Enter; nothing needs the focus."""
    page.evaluate(
        """code => [...code, "Enter"].forEach(
            key => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })))""",
        code,
    )


def test_goods_go_from_the_queue_to_the_door(tablet: Page, desk: Page) -> None:
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

    desk.goto(f"/desk/shipments/?q={number}")
    desk.get_by_role("link", name=number, exact=True).click()
    expect(desk.get_by_text(customer).first).to_be_visible()
    desk.get_by_label("What happened").select_option("out_for_delivery")
    desk.get_by_role("button", name="Note it").click()
    expect(desk.locator("#shipment_journey")).to_contain_text("Out for delivery")
    desk.get_by_role("button", name="Deliver").first.click()
    desk.get_by_label("Received by").fill("M. Ruiz")
    desk.locator("#deliver_dialog").get_by_role("button", name="Deliver").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Delivered")
    expect(desk.get_by_text("M. Ruiz")).to_be_visible()


def test_late_supply_is_shown_before_it_is_told(desk: Page) -> None:
    desk.goto("/desk/supply/")
    desk.locator("#supply_table a.t-link").first.click()
    expect(desk.get_by_role("heading", name="Promises that hang on it")).to_be_visible()
    desk.get_by_label("Supplier's new date").fill("2030-01-15")
    button = desk.get_by_role("button", name="Re-date and tell the customers")
    expect(button).to_be_visible()
    expect(desk.locator("#supply_promises")).to_contain_text("They read:")
    button.click()
    expect(desk.locator(".toast")).to_contain_text("re-dated")
    desk.locator(".supply-table a.t-link").first.click()
    expect(desk.locator("#order_timeline")).to_contain_text("Our supplier")


def test_queue_follows_what_happens_elsewhere(tablet: Page, desk: Page) -> None:
    with tablet.expect_response(re.compile("/live/")):
        tablet.goto("/warehouse/")
    desk.goto("/warehouse/")
    last = desk.locator("form[action*='/pick/']").last
    waiting = tablet.locator(f"form[action='{last.get_attribute('action')}']")
    expect(waiting).to_have_count(1)
    last.locator("button").click()
    expect(desk).to_have_url(re.compile(r"/warehouse/shipments/\d+/$"))
    expect(waiting).to_have_count(0, timeout=10_000)


@pytest.mark.parametrize(("size", "scheme"), [(TABLET, "light"), (PHONE, "dark")], ids=["tablet-light", "phone-dark"])
def test_screens_are_accessible_and_fit(browser: Browser, browser_context_args: dict, scheme: str, size: dict) -> None:
    context = browser.new_context(**browser_context_args | {"viewport": size, "color_scheme": scheme})
    page = log_in(context.new_page(), "warehouse")
    addresses = list(SCREENS)
    page.goto("/warehouse/")
    begun = page.locator(".wh-queue a[href*='/warehouse/shipments/']").first
    if begun.count():
        addresses += [begun.get_attribute("href"), begun.get_attribute("href") + "pack/"]
    for address in addresses:
        page.goto(address)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_desk_pages_are_accessible(browser: Browser, browser_context_args: dict, scheme: str) -> None:
    context = browser.new_context(**browser_context_args | {"color_scheme": scheme})
    page = log_in(context.new_page(), "manager")
    for address in ("/desk/shipments/", "/desk/supply/", "/desk/incidents/", "/desk/returns/"):
        page.goto(address)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address}: {found.generate_report()}"
        row = page.locator("a.t-link").first
        if row.count():
            page.goto(row.get_attribute("href"))
            found = Axe().run(page)
            assert found.violations_count == 0, f"{address} first row: {found.generate_report()}"
    context.close()
