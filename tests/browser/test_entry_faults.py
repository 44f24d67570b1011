"""Taking an order when the server is slow, away or forgetful: nothing that was typed is lost, nothing is doubled."""

import re

import pytest
from playwright.sync_api import Page, Request, Route, expect

from customers.models import Customer, PoPolicy
from orders.models import Order
from tests.browser.conftest import Open, log_in
from tests.browser.test_desk import begin_order, type_line

SAVING = re.compile(r"/desk/orders/\d+/edit/$")
PLACING = re.compile(r"/desk/orders/\d+/place/$")
SUGGESTING = re.compile(r"/desk/orders/\d+/products/")


class Hold:
    """Requests of one method to some addresses wait, until they are let go."""

    def __init__(self, page: Page, address: re.Pattern[str], method: str = "POST") -> None:
        self.page, self.method = page, method
        self.waiting: list[Route] = []
        self.is_over = False
        page.route(address, self._take)

    def _take(self, route: Route) -> None:
        if self.is_over or route.request.method != self.method:
            route.continue_()
        else:
            self.waiting.append(route)

    def until_asked(self) -> None:
        """Wait until a request waits."""
        for _moment in range(200):
            if self.waiting:
                return
            self.page.wait_for_timeout(50)
        pytest.fail("nothing was asked")

    def release(self) -> None:
        """Let everything go that waits, and all that comes after."""
        self.is_over = True
        for route in self.waiting:
            route.continue_()


def typed_rows(page: Page) -> list[tuple[str, str]]:
    rows = page.locator("tr[data-line]")
    return [
        (rows.nth(n).locator("[name=code]").input_value(), rows.nth(n).locator("[name=qty]").input_value())
        for n in range(rows.count())
    ]


def is_saved(page: Page) -> None:
    expect(page.locator("#entry_state")).to_contain_text("Draft saved")


def type_row(page: Page, code: str, quantity: str) -> None:
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.keyboard.type(quantity)
    page.keyboard.press("Enter")


def test_a_late_suggestion_is_not_taken_for_what_was_typed(desk: Open) -> None:
    page = desk()
    begin_order(page)
    held = Hold(page, SUGGESTING, "GET")
    page.keyboard.type("O")
    held.until_asked()
    type_row(page, "NOPE-1", "2")
    held.release()
    type_row(page, "NOPE-2", "3")
    expect(page.locator("tr[data-line]")).to_have_count(2)
    assert typed_rows(page) == [("ONOPE-1", "2"), ("NOPE-2", "3")]
    expect(page.locator("#product_options [role=option]")).to_have_count(0)


def test_what_is_typed_while_a_paste_is_read_stays(desk: Open) -> None:
    page = desk()
    begin_order(page)
    held = Hold(page, SAVING)
    page.locator("#new_code").evaluate(
        """(input) => {
            const data = new DataTransfer();
            data.setData("text", "NOPE-1\\t5\\nNOPE-2\\t3");
            input.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }"""
    )
    held.until_asked()
    type_row(page, "NOPE-3", "2")
    page.keyboard.type("NOPE-4")
    held.release()
    expect(page.locator("tr[data-line]")).to_have_count(3)
    expect(page.locator("#entry_foot")).to_contain_text("3 lines to correct")
    expect(page.locator("#new_code")).to_have_value("NOPE-4")
    expect(page.locator("#new_code")).to_be_focused()
    assert sorted(typed_rows(page)) == [("NOPE-1", "5"), ("NOPE-2", "3"), ("NOPE-3", "2")]


def test_an_answer_between_pressing_and_letting_go_does_not_eat_the_click(desk: Open) -> None:
    page = desk()
    begin_order(page)
    type_line(page, "OIL", "2")
    is_saved(page)
    held = Hold(page, SAVING)
    page.locator("tr[data-line] [name=qty]").fill("3")
    page.locator("#entry_place").hover()
    page.mouse.down()
    held.until_asked()
    with page.expect_response(SAVING):
        held.release()
    page.wait_for_timeout(100)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"placed=1$"))
    assert Order.objects.get(pk=page.url.split("/")[-2]).lines.get().entered == 3


def test_a_unit_chosen_while_saving_stays(desk: Open) -> None:
    page = desk()
    begin_order(page)
    for text in ("OIL", "VEG", "CAN", "FIS"):
        type_line(page, text, "1")
    is_saved(page)
    row = page.locator("tr[data-line]", has=page.locator("select[name=unit]")).first
    choice = row.locator("select[name=unit]")
    held = Hold(page, SAVING)
    row.locator("[name=qty]").fill("2")
    page.keyboard.press("Enter")
    held.until_asked()
    other = choice.locator("option:not([selected])").first.get_attribute("value") or ""
    choice.select_option(other)
    page.locator("#new_code").focus()
    held.release()
    expect(page.locator(".htmx-request")).to_have_count(0)
    is_saved(page)
    page.reload()
    expect(row.locator("select[name=unit]")).to_have_value(other)


def test_the_reason_for_a_repeated_po_stays_while_typing(desk: Open) -> None:
    customer = Customer.objects.filter(po_policy=PoPolicy.REFUSE, status="active", account__is_blocked=False).first()
    assert customer is not None
    page = desk()
    begin_order(page, customer.number)
    order = Order.objects.get(pk=page.url.split("/")[-3])
    earlier = Order.objects.filter(customer=customer, status="invoiced").exclude(customer_po="").first()
    if earlier is None:
        earlier = Order.objects.filter(customer=customer).exclude(pk=order.pk).exclude(customer_po="").first()
    assert earlier is not None
    page.get_by_label("Their PO").fill(earlier.customer_po)
    page.keyboard.press("Enter")
    type_line(page, "OIL", "1")
    page.locator("#po_override_reason").fill("They said so")
    page.locator("tr[data-line] [name=qty]").fill("2")
    page.keyboard.press("Enter")
    expect(page.locator(".htmx-request")).to_have_count(0)
    is_saved(page)
    expect(page.locator("#po_override_reason")).to_have_value("They said so")


def test_lines_typed_while_the_server_is_away_are_saved_when_it_is_back(desk: Open) -> None:
    page = desk(faults=True)
    begin_order(page)
    type_line(page, "OIL", "1")
    is_saved(page)
    page.context.set_offline(True)
    type_row(page, "NOPE-1", "2")
    expect(page.locator("#entry_state")).to_contain_text("Not saved yet")
    with page.expect_event("requestfailed"):  # it tries again
        type_row(page, "NOPE-2", "3")
    page.context.set_offline(False)
    is_saved(page)
    typed = typed_rows(page)
    page.reload()
    assert typed_rows(page) == typed
    assert typed[1:] == [("NOPE-1", "2"), ("NOPE-2", "3")]


def test_a_busy_server_is_asked_again(desk: Open) -> None:
    page = desk(faults=True)
    begin_order(page)
    answers = iter([503, 503])

    def answer(route: Route) -> None:
        status = next(answers, None) if route.request.method == "POST" else None
        route.fulfill(status=status, body="busy") if status else route.continue_()

    page.route(SAVING, answer)
    type_row(page, "NOPE-1", "2")
    expect(page.locator("#entry_state")).to_contain_text("Not saved yet")
    is_saved(page)
    page.reload()
    assert typed_rows(page) == [("NOPE-1", "2")]


def test_placing_while_the_server_is_away_can_be_pressed_again(desk: Open) -> None:
    page = desk(faults=True)
    begin_order(page)
    type_line(page, "OIL", "1")
    is_saved(page)
    page.context.set_offline(True)
    page.locator("#entry_place").click()
    expect(page.locator("#entry_state")).to_contain_text("Not saved yet")
    page.context.set_offline(False)
    is_saved(page)
    page.locator("#entry_place").click()
    expect(page).to_have_url(re.compile(r"placed=1$"))


@pytest.mark.parametrize("how", ["keyboard", "pointer"])
def test_a_session_that_ends_in_mid_entry_loses_nothing(desk: Open, how: str) -> None:
    page = desk(faults=True)
    begin_order(page)
    type_line(page, "OIL", "1")
    is_saved(page)
    page.context.clear_cookies()
    if how == "keyboard":
        held = Hold(page, SAVING)
        page.get_by_label("Note for the warehouse").fill("Ring twice")
        page.locator("#new_code").focus()
        type_row(page, "NOPE-1", "2")
        held.until_asked()
        held.release()
    else:
        page.locator("tr[data-line] [name=qty]").fill("7")
        page.locator("#entry_place").click()
    expect(page).to_have_url(re.compile(r"/accounts/login/"))
    log_in(page, "manager")
    expect(page).to_have_url(SAVING)
    expect(page.locator(".toast", has_text="What you typed last is back.")).to_be_visible()
    is_saved(page)
    typed = typed_rows(page)
    page.reload()
    assert typed_rows(page) == typed
    if how == "keyboard":
        assert typed[1:] == [("NOPE-1", "2")]
        expect(page.get_by_label("Note for the warehouse")).to_have_value("Ring twice")
    else:
        assert typed[0][1] == "7"


def test_signing_out_keeps_nothing_of_what_was_typed(desk: Open) -> None:
    page = desk(faults=True)
    begin_order(page)
    page.route(SAVING, lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.on("dialog", lambda dialog: dialog.accept())
    type_row(page, "NOPE-1", "2")
    expect(page.locator("#entry_state")).to_contain_text("Not saved yet")
    page.locator("#sign_out").evaluate("form => form.requestSubmit()")
    expect(page.locator("#sign_out")).to_have_count(0)
    assert page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('kept '))") == []


def test_back_after_placing_shows_the_order_and_places_nothing(desk: Open) -> None:
    page = desk()
    begin_order(page)
    posts: list[Request] = []
    page.on("request", lambda request: posts.append(request) if PLACING.search(request.url) else None)
    type_line(page, "OIL", "1")
    expect(page.locator("tr[data-line] .entry-amount")).to_contain_text("€")
    page.locator("#entry_place").dblclick()
    expect(page).to_have_url(re.compile(r"placed=1$"))
    page.go_back()
    expect(page.locator("#order_timeline")).to_be_visible()
    expect(page.locator("#entry_place")).to_have_count(0)
    assert len(posts) == 1
