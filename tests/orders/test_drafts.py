"""Typing an order: what rows mean, what is wrong with them, and who is told that somebody was faster."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Product, ProductBarcode
from orders.exceptions import OrderRefused, StaleOrder
from orders.models import Order, OrderLine
from orders.services.drafts import DraftResult, LineInput, discard_draft, set_lines, start_draft, update_header
from tests.factories import make_address, make_customer, make_user
from tests.orders.factories import (
    MONDAY,
    make_draft,
    make_issuer,
    make_order,
    make_price,
    make_product,
    make_stock,
    make_tax_class,
)

pytestmark = pytest.mark.django_db


def typed(order: Order, *rows: LineInput, by: Any = None) -> DraftResult:
    """The rows as lines of an order, whatever its version."""
    return set_lines(order=order, rows=rows, by=by, at=MONDAY, version=None)


@pytest.fixture
def draft() -> Order:
    return make_draft(lines=[])


def test_a_draft_begins_with_what_is_known_of_the_customer() -> None:
    issuer, rep = make_issuer(), make_user(desk="rep")
    parent = make_customer()
    customer = make_customer(parent=parent, payer=parent, rep=rep, billing_policy="on_order")
    address = make_address(customer=customer, is_default=True)

    order = start_draft(customer=customer, by=rep, channel="phone", at=MONDAY)

    order.refresh_from_db()
    assert (order.issuer, order.customer, order.payer, order.account) == (issuer, customer, parent, parent.account)
    assert (order.ship_to, order.rep, order.placed_by, order.channel) == (address, rep, rep, "phone")
    assert (order.status, order.billing_policy, order.currency, order.version) == ("draft", "on_order", "EUR", 0)


def test_products_are_found_by_code_barcode_and_name(draft: Order) -> None:
    product = make_product(code="ACE-1", name="Aceite de Jaén", packs={"box": "6"})
    ProductBarcode.objects.create(product=product, pack=product.packs.get(), code="8412345678905")
    texts = ["ACE-1", "ace-1", "8412345678905", "aceite de jaen", "ACE-1 · Aceite", " ACE-1 "]

    result = typed(draft, *(LineInput(n, text, Decimal(2)) for n, text in enumerate(texts)))

    assert not result.problems
    assert {row.product.code for row in result.rows} == {"ACE-1"}
    assert [row.ordered for row in result.rows] == [2, 2, 12, 2, 2, 2]  # the barcode is the box's
    assert draft.lines.count() == 6


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"text": "nothing of ours"}, "unknown_product"),
        ({"text": "same name"}, "ambiguous_product"),
        ({"text": "\0'; DROP TABLE orders_order; --"}, "unknown_product"),
        ({"quantity": None}, "bad_quantity"),
        ({"quantity": Decimal(0)}, "bad_quantity"),
        ({"quantity": Decimal(-1)}, "bad_quantity"),
        ({"quantity": Decimal("NaN")}, "bad_quantity"),
        ({"quantity": Decimal("1.5")}, "bad_quantity"),
        ({"quantity": Decimal("1e12")}, "bad_quantity"),
        ({"quantity": Decimal(3)}, "below_minimum"),
        ({"quantity": Decimal(7)}, "not_a_multiple"),
        ({"unit": "pallet"}, "unknown_unit"),
        ({"discount": Decimal(101)}, "bad_discount"),
        ({"price": Decimal(-1)}, "bad_price"),
        ({"price": Decimal("Infinity")}, "bad_price"),
        ({"text": "UNPRICED"}, "no_price"),
        ({"text": "OLD"}, "not_sold"),
    ],
)
def test_bad_rows_stay_off_the_order_and_say_why(draft: Order, row: dict[str, Any], code: str) -> None:
    make_product(code="GOOD", minimum_quantity=Decimal(4), multiple=Decimal(2))
    make_product(code="UNPRICED", price=None)
    make_product(code="OLD", status="discontinued", successor=Product.objects.get(code="GOOD"))
    make_product(name="Same name")
    make_product(name="Same name")

    result = typed(
        draft,
        LineInput(1, "GOOD", Decimal(4)),
        LineInput(**{"position": 2, "text": "GOOD", "quantity": Decimal(8)} | row),
    )

    assert [(problem.position, problem.code) for problem in result.problems] == [(2, code)]
    assert [line.position for line in draft.lines.all()] == [1]
    assert result.totals.net == result.order.net == Order.objects.get(pk=draft.pk).net == 40


def test_a_price_by_hand_names_the_person_and_free_goods_are_free(draft: Order) -> None:
    product, by = make_product(price="10"), make_user()

    typed(
        draft,
        LineInput(1, product.code, Decimal(1), price=Decimal("8.5")),
        LineInput(2, product.code, Decimal(1), price=Decimal(0)),
        LineInput(3, product.code, Decimal(1), discount=Decimal(10)),
        LineInput(4, product.code, Decimal(1)),
        by=by,
    )

    rows = draft.lines.values_list("type", "price", "net", "price_level", "priced_by")
    assert list(rows) == [
        ("goods", Decimal("8.5"), Decimal("8.50"), "", by.pk),
        ("free", 0, 0, "", by.pk),
        ("goods", 10, 9, "base", by.pk),
        ("goods", 10, 10, "base", None),
    ]


def test_totals_round_tax_once_per_rate(draft: Order) -> None:
    reduced, general = make_tax_class(rate="10"), make_tax_class(rate="21", surcharge="5.2")
    codes = [make_product(price="0.05", tax_class=tax_class).code for tax_class in (reduced, reduced, reduced, general)]

    result = typed(draft, *(LineInput(n, code, Decimal(1)) for n, code in enumerate(codes)))

    # 0.15 at 10 % is 0.015, half up 0.02, where each line alone would make 0.01; 0.05 at 21 % is 0.01.
    assert (result.totals.net, result.totals.tax, result.totals.gross) == (
        Decimal("0.20"), Decimal("0.03"), Decimal("0.23"),
    )  # fmt: skip
    order = Order.objects.get(pk=draft.pk)
    assert (order.net, order.tax, order.gross) == (result.totals.net, result.totals.tax, result.totals.gross)


def test_lines_are_changed_added_and_removed_by_position(draft: Order) -> None:
    one, two = make_product(), make_product()
    typed(draft, LineInput(1, one.code, Decimal(1)), LineInput(2, two.code, Decimal(2)))
    first = OrderLine.objects.get(position=1)

    typed(draft, LineInput(1, one.code, Decimal(5)), LineInput(3, two.code, Decimal(1)))

    assert list(draft.lines.values_list("position", "ordered")) == [(1, 5), (3, 1)]
    assert OrderLine.objects.get(position=1).pk == first.pk
    assert Order.objects.get(pk=draft.pk).version == draft.version + 2


def test_the_second_of_two_editors_is_told_and_nothing_is_lost(draft: Order) -> None:
    product = make_product()
    rows = [LineInput(1, product.code, Decimal(1))]
    set_lines(order=draft, rows=rows, by=None, at=MONDAY, version=draft.version)

    with pytest.raises(StaleOrder) as stale:
        set_lines(order=draft, rows=[LineInput(1, product.code, Decimal(9))], by=None, at=MONDAY, version=draft.version)
    assert stale.value.version == draft.version + 1
    with pytest.raises(StaleOrder):
        update_header(order=draft, by=None, at=MONDAY, version=draft.version, customer_po="X")
    assert draft.lines.get().ordered == 1
    assert Order.objects.get(pk=draft.pk).customer_po == ""


def test_what_is_placed_is_not_typed_over() -> None:
    order = make_order(lines=1)

    with pytest.raises(OrderRefused):
        typed(order, LineInput(1, "X", Decimal(1)))
    with pytest.raises(OrderRefused):
        update_header(order=order, by=None, at=MONDAY, version=None, note="x")
    with pytest.raises(OrderRefused):
        discard_draft(order=order, by=None, at=MONDAY)


def test_a_row_shows_its_date_its_stock_and_the_shortage(draft: Order) -> None:
    product = make_product()
    warehouse = make_stock(product=product, quantity=4)
    make_price(product=product, price="9", minimum="24")
    draft.customer.accepts_backorders = False
    draft.customer.save()

    (row,) = typed(draft, LineInput(1, product.code, Decimal(6))).rows

    assert [(free.warehouse_id, free.available) for free in row.available] == [(warehouse.pk, 4)]
    assert (row.promise.from_stock, row.promise.unpromised) == (4, 2)
    assert [problem.code for problem in row.warnings] == ["short"]
    assert row.price.next_break == (24, 9)


@pytest.mark.parametrize("count", [1, 40])
def test_setting_lines_takes_eight_statements_whatever_their_number(draft: Order, count: int) -> None:
    rows = [LineInput(n, make_product().code, Decimal(1)) for n in range(count)]

    with CaptureQueriesContext(connection) as captured:
        set_lines(order=draft, rows=rows, by=None, at=MONDAY, version=draft.version)

    assert len([query for query in captured if "SAVEPOINT" not in query["sql"]]) == 8
