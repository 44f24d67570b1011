"""Orders at the desk in a real browser: taken by keyboard alone, seen by colleagues at once, fit for a phone."""

import re

from playwright.sync_api import Page, expect

from orders.models import Order
from tests.browser.conftest import PHONE, Open


def begin_order(page: Page, customer: str = "casa") -> None:
    """Choose a customer by keyboard; leaves the caret in the first code."""
    page.goto("/desk/orders/new/")
    expect(page.locator("#customer_q")).to_be_focused()
    page.keyboard.insert_text(customer)  # at once, so that there is one list of suggestions and no later one
    expect(page.locator("#customer_options [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/desk/orders/\d+/edit/$"))
    expect(page.locator("#new_code")).to_be_focused()


def type_line(page: Page, text: str, quantity: str) -> str:
    """Take the first suggestion for ``text``; returns its code."""
    page.keyboard.insert_text(text)
    option = page.locator("#product_options [role=option][aria-selected=true]")
    expect(option).to_be_visible()
    code = option.get_attribute("data-value") or ""
    page.keyboard.press("Enter")
    expect(page.locator("#new_qty")).to_be_focused()
    page.keyboard.type(quantity)
    page.keyboard.press("Enter")
    expect(page.locator("#new_code")).to_be_focused()
    return code


def test_an_order_is_taken_by_keyboard_alone(desk: Open) -> None:
    page = desk()
    begin_order(page)
    codes = [type_line(page, text, "12") for text in ("OIL", "VEG", "FIS")]
    rows = page.locator("tr[data-line]")
    expect(rows).to_have_count(3)
    for number, code in enumerate(codes):
        expect(rows.nth(number).locator("[name=code]")).to_have_value(code)
        expect(rows.nth(number).locator(".entry-amount")).to_contain_text("€")
        expect(rows.nth(number).locator(".entry-price .t-sub").first).not_to_be_empty()
        expect(rows.nth(number).locator(".entry-name")).to_contain_text("free")
    expect(page.locator("#entry_foot")).to_contain_text("Credit left")

    page.keyboard.type("NOPE-1")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(rows.nth(3).locator("[name=code]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#entry_place")).to_be_disabled()

    expect(page.locator(".htmx-request")).to_have_count(0)
    page.reload()
    expect(rows.nth(3).locator("[name=code]")).to_have_value("NOPE-1")
    rows.nth(3).get_by_role("button", name=re.compile("Remove line")).press("Enter")
    expect(rows).to_have_count(3)
    expect(page.locator("#entry_place")).to_be_enabled()

    page.locator("#new_code").focus()
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(r"/desk/orders/\d+/\?placed=1$"))
    expect(page.locator(".order-alert")).to_be_visible()
    expect(page.locator(".order-lines tbody tr")).to_have_count(3)


def test_typing_faster_than_the_server_loses_no_line(desk: Open) -> None:
    page = desk()
    begin_order(page)
    for number in range(8):
        page.keyboard.type(f"NOPE-{number}")
        page.keyboard.press("Enter")
        page.keyboard.type(str(number + 1))
        page.keyboard.press("Enter")
    rows = page.locator("tr[data-line]")
    expect(rows).to_have_count(8)
    expect(page.locator("#entry_foot")).to_contain_text("8 lines to correct")
    expect(page.locator(".htmx-request")).to_have_count(0)
    page.reload()
    typed = [(f"NOPE-{number}", str(number + 1)) for number in range(8)]
    shown = [
        (rows.nth(n).locator("[name=code]").input_value(), rows.nth(n).locator("[name=qty]").input_value())
        for n in range(8)
    ]
    assert shown == typed


def test_rows_are_pasted_and_a_removed_line_comes_back(desk: Open) -> None:
    page = desk()
    begin_order(page)
    code = type_line(page, "OIL", "2")
    page.locator("#new_code").evaluate(
        """(input, text) => {
            const data = new DataTransfer();
            data.setData("text", text);
            input.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        f"{code}\t5\nNOPE\t3",
    )
    rows = page.locator("tr[data-line]")
    expect(rows).to_have_count(3)
    expect(rows.nth(1).locator("[name=qty]")).to_have_value("5")
    rows.nth(1).get_by_role("button", name=re.compile("Remove line")).click()
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(3)
    expect(rows.nth(1).locator("[name=qty]")).to_have_value("5")


def test_the_second_editor_sees_a_conflict(desk: Open) -> None:
    first = desk()
    begin_order(first)
    code = type_line(first, "OIL", "2")
    expect(first.locator(".entry-amount").nth(1)).to_contain_text("€")
    version = first.locator("#entry_version").input_value()
    second = desk("agent")
    second.goto(first.url)
    first.locator("tr[data-line] [name=qty]").fill("7")
    first.keyboard.press("Enter")
    expect(first.locator("#entry_state")).to_contain_text("saved")
    expect(first.locator("#entry_version")).not_to_have_value(version)
    second.locator("tr[data-line] [name=qty]").fill("9")
    second.keyboard.press("Enter")
    expect(second.locator("#entry_conflict")).to_contain_text(f"{code}: 7 ud saved by somebody else, 9 ud on this page")
    expect(second.locator("tr[data-line] [name=qty]")).to_have_value("9")
    second.get_by_role("button", name="Save mine over it").click()
    expect(second.locator("#entry_conflict .alert")).to_have_count(0)
    first.reload()
    expect(first.locator("tr[data-line] [name=qty]")).to_have_value("9")


def test_an_open_order_shows_a_colleagues_change(desk: Open) -> None:
    reader, writer = desk(), desk("agent")
    order = Order.objects.filter(status="released").latest("pk")
    with reader.expect_response(re.compile("/live/")):  # what has changed since is shown
        reader.goto(f"/desk/orders/{order.pk}/")
    writer.goto(reader.url)
    writer.locator("#note_text").fill("The gate opens at six")
    writer.keyboard.press("Enter")
    expect(reader.locator("#order_timeline")).to_contain_text("The gate opens at six")


def test_a_list_opens_by_keys_and_looks_inside(desk: Open) -> None:
    page = desk()
    page.goto("/desk/orders/?view=backordered")
    page.keyboard.press("j")
    page.keyboard.press(" ")
    expect(page.locator("#peek")).to_contain_text("What happened")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/desk/orders/\d+/$"))
    page.locator(".entry-why").first.click()
    expect(page.locator("#line_price")).to_contain_text("Applies")


def test_an_order_is_taken_on_a_phone(desk: Open) -> None:
    page = desk("rep", PHONE)
    begin_order(page)
    type_line(page, "OIL", "3")
    expect(page.locator("tr[data-line] .entry-amount")).to_contain_text("€")
    page.locator("#entry_place").click()
    expect(page).to_have_url(re.compile(r"placed=1$"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
