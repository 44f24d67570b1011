"""From the order to the cash through five desks, on a desk's screen and on a phone, and seen live by a sixth person."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from billing.facts import order_payment_state
from billing.models import Instalment, Invoice
from billing.services.ageing import balance
from config.web import formats
from customers.models import Account, Customer, PoPolicy
from inventory.models import Product, StockLevel
from orders.models import Order, OrderLine, OrderStatus, Shipment
from tests.browser import steps
from tests.browser.conftest import PHONE, WIDE, Open
from tests.browser.steps import press, settled

BOTH = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["1440", "390"])


def plenty() -> list[Product]:
    """Two products of one warehouse that will not run out, sold one by one."""
    levels = StockLevel.objects.filter(
        available__gte=200, product__minimum_quantity__lte=1, product__status="active"
    ).select_related("product")
    warehouse = levels.order_by("-available").first().warehouse_id
    return [level.product for level in levels.filter(warehouse=warehouse).order_by("-available")[:2]]


def buyers_company() -> Customer:
    """The company that owner@example.com acts for first."""
    return Customer.objects.filter(memberships__user__email="owner@example.com").order_by("memberships__pk").first()


def show_the_same(agent: Page, manager: Page, buyer: Page, line: OrderLine) -> None:
    """Agent, manager and customer read one date, price and total of the line."""
    order = line.order
    promised = formats.promise(line.promised_on)[0]
    expect(buyer.locator("[data-fact=promised]").first).to_have_text(promised)
    expect(buyer.locator(".lines-amount").first).to_have_text(formats.money(line.net, order.currency))
    expect(buyer.locator(".totals-grand dd")).to_have_text(formats.money(order.gross, order.currency))
    for page in (agent, manager):
        row = page.locator("#order_rows tr").first
        expect(row.locator(".line-promise b")).to_have_text(promised)
        expect(row.locator(".line-net")).to_have_text(formats.money(line.net, order.currency))
        expect(page.locator("#order_totals .totals-grand dd").first).to_have_text(
            formats.money(order.gross, order.currency)
        )


@BOTH
def test_an_order_becomes_money_and_its_buyer_sees_the_same(walk: Open, size: dict) -> None:
    agent, manager, warehouse, buyer = (walk(who, size) for who in ("agent", "manager", "warehouse", "owner"))
    customer, (first, second) = buyers_company(), plenty()

    agent.goto("/desk/")
    press(agent, steps.look_for(agent, customer.number, customer.name))
    expect(agent.get_by_role("heading", level=1)).to_contain_text(customer.name)
    settled(agent)
    steps.begin_order(agent)
    steps.add_line(agent, first.code, "6")
    steps.add_line(agent, second.code, "4")
    steps.explains_its_lines(agent)
    order = Order.objects.get(pk=steps.place(agent))
    line = OrderLine.objects.select_related("order").filter(order=order).order_by("position").first()
    assert (order.status, line.reserved) == (OrderStatus.RELEASED, line.ordered)

    with manager.expect_response(re.compile("/live/")):
        manager.goto(f"/desk/orders/{order.pk}/")
    buyer.goto(f"/portal/orders/{order.pk}/")
    show_the_same(agent, manager, buyer, line)

    shipment = steps.pick_first_and_ship(warehouse, order, f"TRACK-{order.pk}")
    expect(manager.locator("#order_timeline")).to_contain_text(shipment.tracking_number)
    code = shipment.lines.get().line.code
    gone, waiting = (manager.locator("#order_rows tr").filter(**{how: code}) for how in ("has_text", "has_not_text"))
    expect(gone).to_contain_text("Shipped")
    expect(waiting).to_contain_text("Reserved")
    expect(buyer.locator("#portal_order_body")).to_contain_text(shipment.tracking_number)
    note = warehouse.request.get(f"/desk/shipments/{shipment.pk}/delivery-note.pdf")
    assert (note.status, note.body()[:5]) == (200, b"%PDF-")

    steps.deliver(agent, shipment)
    expect(gone).to_contain_text("Delivered")
    taken = f"{shipment.lines.get().quantity:.0f}"
    expect(buyer.locator("#portal_order_body")).to_contain_text(f"{taken} of {taken} delivered")
    collect(walk("finance", size), manager, buyer, order)


def collect(finance: Page, manager: Page, buyer: Page, order: Order) -> None:
    """Invoice, PDF, credit note, payment, its reversal, balance: at the finance desk and as the buyer sees it."""
    number = steps.invoice(finance, order.pk)
    invoiced = Invoice.objects.get(number=number)
    expect(manager.locator("main")).to_contain_text(number)
    settled(finance)
    again = finance.request.post(
        f"/money/to-invoice/{order.pk}/", headers={"X-CSRFToken": finance.locator("body").get_attribute("data-csrf")}
    )
    assert again.ok
    assert list(Invoice.objects.filter(order=order).values_list("number", flat=True)) == [number]
    finance.goto(f"/money/orders/{order.pk}/")
    expect(finance.get_by_role("button", name=re.compile("^Invoice"))).to_have_count(0)

    for page, address in ((finance, "money"), (buyer, "portal")):
        document = page.request.get(f"/{address}/invoices/{invoiced.pk}/pdf/")
        assert (document.status, document.body()[:5]) == (200, b"%PDF-"), address
    buyer.goto(f"/portal/invoices/?q={number}")
    press(buyer, buyer.get_by_role("link", name=number, exact=True))
    with buyer.expect_response(re.compile("/live/")):
        expect(buyer.locator("#portal_invoice_hero h1")).not_to_contain_text("Paid")

    steps.open_invoice(finance, number)
    steps.credit_one(finance, number)
    steps.open_invoice(finance, number)
    steps.book_payment(finance, number)
    expect(buyer.locator("#portal_invoice_hero h1")).to_contain_text("Paid")
    assert order_payment_state(order, timezone.localdate()) == "paid"

    press(finance, finance.locator("#payment_uses button").first)
    expect(finance.locator("#payment_uses")).to_contain_text("undone")
    expect(buyer.locator("#portal_invoice_hero h1")).not_to_contain_text("Paid")
    assert Instalment.objects.filter(invoice=invoiced, settled__lt=invoiced.gross).exists()

    owed = balance(account=order.account, today=timezone.localdate())
    amount = formats.money(owed.balance, order.currency)
    finance.goto(f"/money/receivables/{order.account_id}/")
    expect(finance.locator("#balance_card .card-headline b")).to_have_text(amount)
    ages = [formats.money(part, order.currency) for _key, _label, part in owed.parts]
    assert finance.locator("#balance_card dd").all_inner_texts()[: len(ages)] == ages
    buyer.goto("/portal/account/")
    expect(buyer.locator("main")).to_contain_text(amount.removeprefix("-"))


@BOTH
def test_the_search_box_finds_everything_by_its_number(walk: Open, size: dict) -> None:
    page = walk("agent", size)
    page.goto("/desk/")
    shipped = Shipment.objects.exclude(tracking_number="").exclude(order__customer_po="").latest("pk")
    invoiced = Invoice.objects.filter(kind="invoice", status="issued").latest("pk")
    product = Product.objects.filter(barcodes__isnull=False, status="active").first()
    barcode = product.barcodes.first()
    for text, label in (
        (shipped.order.customer.number, shipped.order.customer.name),
        (shipped.order.number, shipped.order.number),
        (shipped.order.customer_po, shipped.order.number),
        (product.code, product.name),
        (barcode.code, product.name),
        (invoiced.number, invoiced.number),
        (shipped.tracking_number, shipped.number),
    ):
        steps.look_for(page, text, label)
    press(page, steps.look_for(page, shipped.tracking_number, shipped.number))
    expect(page.get_by_role("heading", level=1)).to_contain_text(shipped.number)


@BOTH
def test_a_customers_page_shows_all_about_them(walk: Open, size: dict) -> None:
    page = walk("agent", size)
    customer = Shipment.objects.filter(shipped_at__isnull=False).latest("pk").customer
    page.goto(f"/desk/customers/{customer.pk}/")
    settled(page)
    for panel in ("customer_orders", "customer_shipments", "customer_invoices"):
        expect(page.locator(f"#{panel} a.t-link").first).to_be_visible()
    owed = balance(account=customer.account, today=timezone.localdate())
    expect(page.locator("#customer_balance .card-headline b")).to_have_text(
        formats.money(owed.balance, customer.account.currency)
    )
    note = page.locator("#customer_notes")
    note.get_by_role("textbox").fill("Likes to be called before nine")
    press(page, note.get_by_role("button").first)
    expect(note).to_contain_text("Likes to be called before nine")


@BOTH
def test_a_po_number_that_came_before_is_for_the_manager_to_accept(walk: Open, size: dict) -> None:
    agent, manager = walk("agent", size), walk("manager", size)
    customer = (
        Customer.objects.filter(
            po_policy=PoPolicy.REFUSE, status="active", account__is_blocked=False, account__credit_limit__isnull=True
        ).first()
        or Customer.objects.filter(po_policy=PoPolicy.REFUSE, status="active", account__is_blocked=False).first()
    )
    product = plenty()[0]
    number = f"TWICE-{customer.number}-{size['width']}-{timezone.now():%H%M%S}"
    agent.goto(f"/desk/customers/{customer.pk}/")
    steps.begin_order(agent)
    steps.add_line(agent, product.code, "1")
    steps.place(agent, number)

    agent.goto(f"/desk/customers/{customer.pk}/")
    steps.begin_order(agent)
    steps.add_line(agent, product.code, "1")
    agent.get_by_label("Their PO").fill(number)
    agent.get_by_label("Their PO").press("Enter")
    expect(agent.locator("#entry_po")).to_contain_text("a sales manager may accept it")
    expect(agent.locator("#entry_place")).to_be_disabled()
    settled(agent)

    manager.goto(agent.url)
    expect(manager.locator("#entry_place")).to_be_enabled()
    manager.locator("#po_override_reason").fill("They order twice a week")
    press(manager, manager.locator("#entry_place"))
    expect(manager).to_have_url(re.compile(r"placed=1$"))
    expect(manager.locator("#order_timeline")).to_contain_text("They order twice a week")


@BOTH
def test_an_order_over_the_credit_is_held_and_released_by_name(walk: Open, size: dict) -> None:
    agent, manager = walk("agent", size), walk("manager", size)
    accounts = Account.objects.filter(is_blocked=False, credit_limit__isnull=False, exposure__gt=0)
    customer = Customer.objects.filter(
        status="active", account__in=accounts, po_required=False, po_policy=PoPolicy.ALLOW, ship_complete=False
    ).order_by("-pk")[0 if size == WIDE else 1]
    limit = customer.account.credit_limit
    Account.objects.filter(pk=customer.account_id).update(credit_limit=0)
    agent.goto(f"/desk/customers/{customer.pk}/")
    steps.begin_order(agent)
    steps.add_line(agent, plenty()[0].code, "2")
    expect(agent.locator("#entry_foot")).to_contain_text("it will be held")
    order = Order.objects.get(pk=steps.place(agent))
    expect(agent.locator(".order-alert")).to_contain_text("On credit hold")
    expect(agent.get_by_role("button", name="Release…")).to_have_count(0)
    assert (order.status, order.lines.get().reserved) == (OrderStatus.CREDIT_HOLD, 0)

    manager.goto(f"/desk/orders/{order.pk}/")
    press(manager, manager.get_by_role("button", name="Release…"))
    manager.locator("#release_dialog").get_by_label("Reason").fill("Their transfer is on its way")
    press(manager, manager.locator("#release_dialog").get_by_role("button", name="Release"))
    expect(manager.locator("#order_head .badge")).to_have_text("Released")
    said = manager.locator("#order_timeline li", has_text="Their transfer is on its way")
    expect(said).to_contain_text(
        manager.locator(".me-name").text_content().split("\n")[0].removesuffix("Sales manager")
    )
    Account.objects.filter(pk=customer.account_id).update(credit_limit=limit)


def rows_behind(page: Page) -> str:
    """How many rows the list that is open says it has."""
    settled(page)
    foot = page.locator(".list-foot > span b")
    return foot.nth(1).inner_text() if foot.count() else "0"


@BOTH
def test_todays_figures_are_those_of_their_lists(walk: Open, size: dict) -> None:
    page = walk("manager", size)
    page.goto("/desk/")
    cards = [
        (card.get_attribute("href"), card.locator(".queue-count").inner_text())
        for card in page.locator("#today_cards .queue a").all()
    ]
    assert len(cards) >= 4
    shown = []
    for address, _count in cards:
        page.goto(address)
        shown.append((address, rows_behind(page)))
    assert shown == cards
    page.goto("/desk/")
    amount = page.locator("#today_cards .tile", has_text="Overdue")
    overdue = amount.locator(".tile-value").inner_text()
    page.goto(amount.get_attribute("href"))
    assert overdue in page.locator(".list-sum b").all_inner_texts()


@BOTH
def test_a_list_is_sorted_filtered_paged_and_written_to_a_file(walk: Open, size: dict) -> None:
    page = walk("manager", size)
    page.goto("/desk/orders/?view=all")
    numbers = page.locator("#order_table .t-link")
    newest = numbers.all_inner_texts()
    press(page, page.get_by_role("link", name="Older"))
    expect(numbers.first).not_to_have_text(newest[0])
    assert not set(numbers.all_inner_texts()) & set(newest)
    press(page, page.get_by_role("link", name="Newer"))
    expect(numbers.first).to_have_text(newest[0])
    if size == WIDE:
        page.get_by_role("columnheader", name="Total").get_by_role("link").click()
        expect(page).to_have_url(re.compile(r"sort=-?total"))
        expect(numbers.first).not_to_have_text(newest[0])
        dearest = Order.objects.exclude(status="draft").order_by("-gross").first()
        expect(numbers.first).to_have_text(dearest.number)

    customer = Order.objects.filter(is_history=False).exclude(status="draft").latest("pk").customer
    page.goto("/desk/orders/?view=all")
    page.locator("[data-list-search]").fill(customer.name)
    expect(page).to_have_url(re.compile("q="))
    settled(page)
    found = rows_behind(page)
    press(
        page,
        page.get_by_role("link", name=re.compile("Export")).or_(page.get_by_role("button", name=re.compile("Export"))),
    )
    with page.expect_download() as file:
        page.locator("#job_state a.btn").click()
    text = file.value.path().read_text("utf-8-sig")
    assert len(text.splitlines()) - 1 == int(found)
