"""Taking an order at the desk: what is typed is kept, what is wrong is said at its place, one order is placed."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.http import QueryDict
from django.test import Client
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from customers.models import Customer, Desk, User
from inventory.models import ProductBarcode
from orders.forms import pasted_rows, typed_rows
from orders.models import Order
from orders.suggestions import find_products
from tests.factories import make_address, make_customer, make_user
from tests.orders.factories import (
    LONG_AGO,
    make_draft,
    make_issuer,
    make_limited_customer,
    make_order,
    make_price,
    make_price_list,
    make_product,
    make_stock,
)

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true", "HX-Target": "entry_grid"}


@pytest.fixture
def manager(client: Client) -> User:
    """A sales manager who is logged in."""
    user = make_user(desk=Desk.MANAGER)
    client.force_login(user)
    return user


def typed(order: Order, *rows: tuple[str, ...], **header: Any) -> dict[str, Any]:
    """What the grid posts: rows of code, quantity and perhaps unit and price."""
    full = [(*row, *("",) * (4 - len(row))) for row in rows]
    return {
        "version": str(Order.objects.get(pk=order.pk).version),
        "row": [f"l{number}:" for number in range(1, len(full) + 1)],
        "code": [row[0] for row in full],
        "qty": [row[1] for row in full],
        "unit": [row[2] for row in full],
        "price": [row[3] for row in full],
        "customer_po": order.customer_po,
        "ship_to": order.ship_to_id or "",
        "key": "one",
        "page": "one",
        **header,
    }


def stocked(quantity: int = 100, **fields: Any) -> Any:
    """A product with stock."""
    product = make_product(**fields)
    make_stock(product=product, quantity=quantity)
    return product


def lines_of(order: Order) -> list[tuple[str, Decimal]]:
    return list(order.lines.order_by("position").values_list("code", "ordered"))


# -- Numbers and pastes -------------------------------------------------------------------------------------------


def test_page_in_another_language_keeps_the_meaning_of_its_numbers() -> None:
    data = QueryDict("numbers=es&row=l1:&code=A&qty=8.898&unit=&price=1,5&row=l2:&code=B&qty=x&unit=&price=")
    with override("en"):
        rows = typed_rows(data, with_new=False)
    assert [(row.quantity, row.price) for row in rows] == [("8,898", "1.5"), ("x", "")]


def test_pasted_rows() -> None:
    text = "Code\tQty\r\nA-1\t3\r\nB-2;4\n\n7\tC-3\nD-4\nE-5\tOlive oil\t12\nF-6\tmany"
    assert [(row.code, row.quantity) for row in pasted_rows(text)] == [
        ("A-1", "3"),
        ("B-2", "4"),
        ("C-3", "7"),
        ("D-4", "1"),
        ("E-5", "12"),
        ("F-6", "many"),
    ]


def test_the_open_row_counts_only_when_the_whole_form_is_sent() -> None:
    data = QueryDict(mutable=True)
    for name, values in {"row": ["l1:", "new:"], "code": ["A", "B"], "qty": ["1", ""], "unit": ["", ""]}.items():
        data.setlist(name, values)
    data.setlist("price", ["", ""])
    assert [row.code for row in typed_rows(data, with_new=False)] == ["A"]
    assert [row.code for row in typed_rows(data, with_new=True)] == ["A", "B"]
    data["remove"] = "l1"
    assert [row.code for row in typed_rows(data, with_new=True)] == ["B"]


# -- Choosing the customer ----------------------------------------------------------------------------------------


def test_choosing_a_customer_begins_a_draft_once(client: Client, manager: User) -> None:
    make_issuer()
    customer = make_customer()
    first = client.post("/desk/orders/new/", {"customer": customer.pk})
    second = client.post("/desk/orders/new/", {"customer": customer.pk})
    order = Order.objects.get(customer=customer)
    assert (order.status, order.channel, order.placed_by) == ("draft", "desk", manager)
    assert first["Location"] == second["Location"] == f"/desk/orders/{order.pk}/edit/"


def test_opening_the_page_begins_nothing(client: Client, manager: User) -> None:
    customer = make_customer()
    response = client.get(f"/desk/orders/new/?customer={customer.pk}")
    assert response.context["chosen"] == customer
    assert not Order.objects.exists()


@pytest.mark.parametrize("text", ["hostal peña", "C777", "600 111 222", "600111222", "+34600111222"])
def test_customers_are_found_by_name_number_and_telephone(client: Client, manager: User, text: str) -> None:
    customer = make_customer(name="Hostal Peña", number="C777", phone="+34 600 111 222")
    make_customer(name="Other")
    found = client.get("/desk/orders/new/customers/", {"q": text}, headers=HTMX).context["customers"]
    assert list(found) == [customer]


def test_a_rep_begins_no_order_for_a_foreign_customer(client: Client) -> None:
    client.force_login(make_user(desk=Desk.REP, sees_all_customers=False))
    customer = make_customer()
    assert client.post("/desk/orders/new/", {"customer": customer.pk}).status_code == 404
    assert not Order.objects.exists()


# -- The grid -----------------------------------------------------------------------------------------------------


def test_what_is_typed_is_saved_and_explained(client: Client, manager: User) -> None:
    product = stocked(20)
    make_price(product=product, price="8", minimum="12")
    order = make_draft(lines=[(product, 1)], by=manager)
    response = client.post(f"/desk/orders/{order.pk}/edit/", typed(order, (product.code, "5")), headers=HTMX)
    assert response.status_code == 200
    assert lines_of(order) == [(product.code, Decimal(5))]
    row = response.context["grid"].rows[0]
    assert row.price_reason == "Base: Base"
    assert row.next_break == (Decimal(7), Decimal(8))
    assert [place.free for place in row.places] == [Decimal(20)]
    assert response.context["grid"].totals.gross == Decimal("55.00")


def test_rows_above_take_their_stock_first(client: Client, manager: User) -> None:
    product = stocked(10)
    order = make_draft(lines=[(product, 1)], by=manager)
    data = typed(order, (product.code, "8"), (product.code, "8"))
    rows = client.post(f"/desk/orders/{order.pk}/edit/", data, headers=HTMX).context["grid"].rows
    assert [row.places[0].free for row in rows] == [Decimal(10), Decimal(2)]
    assert [row.tone for row in rows] == ["ok", "late"]


def test_wrong_rows_are_kept_as_typed_and_block_placing(client: Client, manager: User) -> None:
    product = stocked()
    order = make_draft(lines=[(product, 1)], by=manager)
    data = typed(order, ("NOPE-1", "4"), (product.code, "x"), (product.code, "2"))
    grid = client.post(f"/desk/orders/{order.pk}/edit/", data, headers=HTMX).context["grid"]
    assert (grid.wrong, grid.can_place) == (2, False)
    assert lines_of(order) == [(product.code, Decimal(2))]
    again = client.get(f"/desk/orders/{order.pk}/edit/").context["grid"]
    kept = [(row.typed.code, row.typed.quantity, bool(row.problems)) for row in again.rows]
    assert kept == [("NOPE-1", "4", True), (product.code, "x", True), (product.code, "2", False)]

    response = client.post(f"/desk/orders/{order.pk}/place/", typed(order, ("NOPE-1", "4"), (product.code, "2")))
    order.refresh_from_db()
    assert (response.status_code, response["Location"]) == (303, f"/desk/orders/{order.pk}/edit/")
    assert order.status == "draft"
    problems = client.get(f"/desk/orders/{order.pk}/edit/").context["problems"]
    assert [(problem.position, problem.code) for problem in problems] == [(1, "unknown_product")]


def test_only_what_changed_is_answered(client: Client, manager: User) -> None:
    first, second = stocked(), stocked()
    order = make_draft(lines=[(first, 1), (second, 1)], by=manager)
    page = client.get(f"/desk/orders/{order.pk}/edit/").context["grid"]
    data = typed(order, (first.code, "1"), (second.code, "2"))
    data["row"] = [f"{row.uid}:{row.seen}" for row in page.rows]
    text = client.post(f"/desk/orders/{order.pk}/edit/", data, headers=HTMX).content.decode()
    assert 'id="name_l2"' in text
    assert 'id="name_l1"' not in text
    assert "<input" not in text.split('id="entry_news"')[0].replace('name="po_override_reason"', "")


def test_pasted_rows_join_the_grid(client: Client, manager: User) -> None:
    first, second = stocked(), stocked()
    order = make_draft(lines=[(first, 1)], by=manager)
    data = typed(order, (first.code, "1"), paste=f"{second.code}\t7\nNOPE\t2")
    response = client.post(f"/desk/orders/{order.pk}/edit/", data, headers=HTMX)
    assert [row.typed.code for row in response.context["pasted"]] == [second.code, "NOPE"]
    assert lines_of(order) == [(first.code, Decimal(1)), (second.code, Decimal(7))]
    assert [row.typed.code for row in response.context["grid"].rows] == [first.code, second.code, "NOPE"]


@pytest.mark.parametrize("number", [1, 3])
def test_saving_query_count(
    client: Client, manager: User, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    products = [stocked() for _number in range(number)]
    order = make_draft(lines=[(product, 1) for product in products], by=manager)
    data = typed(order, *((product.code, "2") for product in products))
    with django_assert_num_queries(SAVING):
        client.post(f"/desk/orders/{order.pk}/edit/", data, headers=HTMX)


SAVING = 22


def test_without_javascript_a_plain_form_saves_and_removes(client: Client, manager: User) -> None:
    first, second = stocked(), stocked()
    order = make_draft(lines=[(first, 1)], by=manager)
    data = typed(order, (first.code, "1"), (second.code, "3"), to="save")
    data["row"] = ["l1:", "new:"]
    assert client.post(f"/desk/orders/{order.pk}/edit/", data).status_code == 303
    assert lines_of(order) == [(first.code, Decimal(1)), (second.code, Decimal(3))]
    data = typed(order, (first.code, "1"), (second.code, "3"), remove="l1")
    client.post(f"/desk/orders/{order.pk}/edit/", data)
    assert lines_of(order) == [(second.code, Decimal(3))]


# -- Placing ------------------------------------------------------------------------------------------------------


def test_placing_releases_and_reserves_once(client: Client, manager: User) -> None:
    product = stocked(10)
    order = make_draft(lines=[(product, 1)], by=manager)
    data = typed(order, (product.code, "4"))
    first = client.post(f"/desk/orders/{order.pk}/place/", data)
    second = client.post(f"/desk/orders/{order.pk}/place/", data)
    order.refresh_from_db()
    assert first["Location"] == second["Location"] == f"/desk/orders/{order.pk}/?placed=1"
    assert (order.status, order.lines.get().reserved) == ("released", Decimal(4))
    assert order.events.filter(kind="placed").count() == 1
    outcome = client.get(first["Location"]).context["outcome"]
    assert outcome.css == "alert-ok"


def test_the_result_tells_of_holds_and_of_lines_without_a_date(client: Client, manager: User) -> None:
    product = stocked(1)
    order = make_draft(lines=[(product, 1)], by=manager)
    client.post(f"/desk/orders/{order.pk}/place/", typed(order, (product.code, "4")))
    outcome = client.get(f"/desk/orders/{order.pk}/?placed=1").context["outcome"]
    assert (outcome.css, outcome.headline) == ("alert-warn", "Released. Part of it has no date yet.")
    held = make_draft(customer=make_limited_customer(limit="1"), lines=[(product, 1)], by=manager)
    client.post(f"/desk/orders/{held.pk}/place/", typed(held, (product.code, "1"), key="two"))
    page = client.get(f"/desk/orders/{held.pk}/?placed=1")
    assert "credit" in page.context["hold"]


def test_the_screen_warns_before_the_credit_holds(client: Client, manager: User) -> None:
    product = stocked()
    order = make_draft(customer=make_limited_customer(limit="50"), lines=[(product, 1)], by=manager)
    credit = client.get(f"/desk/orders/{order.pk}/edit/").context["grid"].credit
    assert (credit.left, credit.will_hold) == (Decimal("39.00"), False)
    data = typed(order, (product.code, "9"))
    credit = client.post(f"/desk/orders/{order.pk}/edit/", data, headers=HTMX).context["grid"].credit
    assert (credit.left, credit.will_hold) == (Decimal("-49.00"), True)


def test_a_short_line_without_backorders_names_what_is_free(client: Client, manager: User) -> None:
    product = stocked(3)
    customer = make_customer(accepts_backorders=False)
    order = make_draft(customer=customer, lines=[(product, 1)], by=manager)
    grid = client.post(f"/desk/orders/{order.pk}/edit/", typed(order, (product.code, "5")), headers=HTMX).context[
        "grid"
    ]
    assert (grid.short, grid.can_place) == (1, False)
    client.post(f"/desk/orders/{order.pk}/place/", typed(order, (product.code, "5")))
    order.refresh_from_db()
    assert (order.status, lines_of(order)) == ("draft", [(product.code, Decimal(5))])
    problems = client.get(f"/desk/orders/{order.pk}/edit/").context["problems"]
    assert [(problem.position, problem.code) for problem in problems] == [(1, "short")]
    assert "3" in problems[0].message


@pytest.mark.parametrize(("policy", "status"), [("refuse", "draft"), ("warn", "released"), ("allow", "released")])
def test_a_repeated_po_follows_the_customers_policy(client: Client, manager: User, policy: str, status: str) -> None:
    customer = make_customer(po_policy=policy)
    earlier = make_order(customer=customer, customer_po="PO-1")
    product = stocked()
    order = make_draft(customer=customer, lines=[(product, 1)], by=manager)
    data = typed(order, (product.code, "1"), customer_po="po-1")
    grid = client.post(f"/desk/orders/{order.pk}/edit/", data, headers=HTMX).context["grid"]
    assert (grid.same_po["pk"] if grid.same_po else None) == (None if policy == "allow" else earlier.pk)
    client.post(f"/desk/orders/{order.pk}/place/", typed(order, (product.code, "1"), customer_po="po-1"))
    order.refresh_from_db()
    assert order.status == status


def test_a_repeated_po_is_accepted_by_name_and_reason(client: Client, manager: User) -> None:
    customer = make_customer(po_policy="refuse")
    make_order(customer=customer, customer_po="PO-1")
    product = stocked()
    order = make_draft(customer=customer, lines=[(product, 1)], by=manager)
    header = {"customer_po": "PO-1", "po_override_reason": "Second delivery, agreed"}
    client.post(f"/desk/orders/{order.pk}/place/", typed(order, (product.code, "1"), **header))
    order.refresh_from_db()
    assert (order.status, order.po_override_by, order.po_override_reason) == (
        "released",
        manager,
        "Second delivery, agreed",
    )


def test_an_agent_may_not_accept_a_repeated_po(client: Client) -> None:
    agent = make_user(desk=Desk.AGENT)
    client.force_login(agent)
    customer = make_customer(po_policy="refuse")
    make_order(customer=customer, customer_po="PO-1")
    product = stocked()
    order = make_draft(customer=customer, lines=[(product, 1)], by=agent)
    header = {"customer_po": "PO-1", "po_override_reason": "Because"}
    client.post(f"/desk/orders/{order.pk}/place/", typed(order, (product.code, "1"), **header))
    order.refresh_from_db()
    assert order.status == "draft"


# -- Prices -------------------------------------------------------------------------------------------------------


def test_a_price_by_hand_is_for_those_who_may(client: Client, manager: User) -> None:
    product = stocked()
    order = make_draft(lines=[(product, 1)], by=manager)
    data = typed(order, (product.code, "1", "", "7.50"))
    row = client.post(f"/desk/orders/{order.pk}/edit/", data, headers=HTMX).context["grid"].rows[0]
    assert (row.draft.unit_price, row.is_manual) == (Decimal("7.5"), True)
    assert order.lines.get().priced_by == manager

    agent = make_user(desk=Desk.AGENT)
    client.force_login(agent)
    other = make_draft(lines=[(product, 1)], by=agent)
    data = typed(other, (product.code, "1", "", "1"))
    grid = client.post(f"/desk/orders/{other.pk}/edit/", data, headers=HTMX).context["grid"]
    assert (grid.rows[0].draft.unit_price, grid.may_price) == (Decimal(10), False)


def test_an_agent_leaves_the_price_that_a_manager_agreed(client: Client, manager: User) -> None:
    first, second = stocked(), stocked()
    order = make_draft(lines=[(first, 1), (second, 1)], by=manager)
    client.post(f"/desk/orders/{order.pk}/edit/", typed(order, (first.code, "1", "", ""), (second.code, "1", "", "7")))
    agent = make_user(desk=Desk.AGENT)
    client.force_login(agent)
    order.refresh_from_db()

    client.post(f"/desk/orders/{order.pk}/edit/", typed(order, (second.code, "3", "", ""), (second.code, "1", "", "")))

    lines = order.lines.order_by("position").values_list("price", "priced_by")
    assert list(lines) == [(Decimal(7), manager.pk), (Decimal(10), None)]


def test_margin_is_for_those_who_may_see_costs(client: Client, manager: User) -> None:
    product = stocked(cost=Decimal(6))
    order = make_draft(lines=[(product, 1)], by=manager)
    assert client.get(f"/desk/orders/{order.pk}/edit/").context["grid"].margin == Decimal(40)
    rep = make_user(desk=Desk.REP)
    client.force_login(rep)
    assert client.get(f"/desk/orders/{order.pk}/edit/").context["grid"].margin is None
    rep.user_permissions.add(Permission.objects.get(codename="view_cost"))
    client.force_login(User.objects.get(pk=rep.pk))
    assert client.get(f"/desk/orders/{order.pk}/edit/").context["grid"].margin == Decimal(40)


def test_suggestions_know_code_name_barcode_and_this_customers_price(client: Client, manager: User) -> None:
    product = stocked(12, code="OLI-1", name="Aceite de oliva")
    ProductBarcode.objects.create(product=product, code="84123456")
    customer = make_customer()
    contract = make_price_list(level="contract", customer=customer, name="Contract 2026", valid_from=LONG_AGO)
    make_price(product=product, price="7", price_list=contract)
    order = make_draft(customer=customer, lines=[(stocked(), 1)], by=manager)
    for text in ("oli", "OLI-1", "oliva acei", "84123456"):
        found = client.get(f"/desk/orders/{order.pk}/products/", {"code": text}, headers=HTMX).context["products"]
        assert [(one.product.code, one.price.price, one.free) for one in found] == [
            ("OLI-1", Decimal(7), Decimal(12))
        ], text
    on = order.placed_at.date()
    assert find_products(customer=customer, user=manager, text=" ", limit=5, on=on) == []


# -- The rest -----------------------------------------------------------------------------------------------------


def test_usual_products_leave_out_what_is_on_the_order(client: Client, manager: User) -> None:
    customer = make_customer()
    often, once = stocked(), stocked()
    make_order(customer=customer, lines=[(often, 4), (once, 1)])
    make_order(customer=customer, lines=[(often, 6)])
    order = make_draft(customer=customer, lines=[(once, 1)], by=manager)
    usual = client.get(f"/desk/orders/{order.pk}/aside/", headers=HTMX).context["usual"]
    assert [(row["product__code"], row["times"], row["usual"]) for row in usual] == [(often.code, 2, Decimal(5))]


def test_why_an_order_was_not_placed_goes_with_the_next_thing_saved(client: Client, manager: User) -> None:
    product = stocked()
    order = make_draft(lines=[(product, 1)], by=manager)
    order.lines.all().delete()
    refused = client.post(f"/desk/orders/{order.pk}/place/", typed(order))
    assert "The order was not placed." in client.get(refused["Location"]).content.decode()
    saved = client.post(f"/desk/orders/{order.pk}/edit/", typed(order, (product.code, "1")), headers=HTMX)
    assert '<div id="entry_refusal" hx-swap-oob="innerHTML"></div>' in saved.content.decode()


@pytest.mark.parametrize("day", ["2020-01-01", "9999-12-31"])
def test_header_errors_stay_on_the_page_and_nothing_is_placed(client: Client, manager: User, day: str) -> None:
    product = stocked()
    order = make_draft(lines=[(product, 1)], by=manager)
    data = typed(order, (product.code, "1"), requested_on=day)
    response = client.post(f"/desk/orders/{order.pk}/place/", data)
    order.refresh_from_db()
    assert (response.status_code, order.status) == (422, "draft")
    assert "requested_on" in response.context["header"].errors


def test_an_address_of_another_customer_is_refused(client: Client, manager: User) -> None:
    product = stocked()
    order = make_draft(lines=[(product, 1)], by=manager)
    foreign = make_address()
    data = typed(order, (product.code, "1"), ship_to=foreign.pk)
    assert client.post(f"/desk/orders/{order.pk}/place/", data).status_code == 422
    order.refresh_from_db()
    assert (order.status, order.ship_to) == ("draft", None)


def test_a_placed_order_is_not_edited(client: Client, manager: User) -> None:
    order = make_order()
    before = lines_of(order)
    response = client.post(f"/desk/orders/{order.pk}/edit/", typed(order, ("X", "1")))
    assert response["Location"] == f"/desk/orders/{order.pk}/"
    assert client.get(f"/desk/orders/{order.pk}/edit/")["Location"] == f"/desk/orders/{order.pk}/"
    assert lines_of(order) == before


def test_a_draft_is_thrown_away(client: Client, manager: User) -> None:
    order = make_draft(by=manager)
    client.post(f"/desk/orders/{order.pk}/discard/")
    order.refresh_from_db()
    assert (order.status, order.lines.count()) == ("cancelled", 0)
    placed = make_order()
    client.post(f"/desk/orders/{placed.pk}/discard/")
    placed.refresh_from_db()
    assert placed.status == "released"


def test_a_customer_on_hold_gets_no_order(client: Client, manager: User) -> None:
    product = stocked()
    order = make_draft(lines=[(product, 1)], by=manager)
    Customer.objects.filter(pk=order.customer_id).update(status="on_hold")
    client.post(f"/desk/orders/{order.pk}/place/", typed(order, (product.code, "1")))
    order.refresh_from_db()
    assert order.status == "draft"
