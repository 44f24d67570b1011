"""Placing an order: checks, credit, stock, supply, dates, and how many statements that takes."""

import datetime
import itertools
from decimal import Decimal
from typing import Any

import pghistory
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.database.idempotency import KeyReused
from customers.models import Account
from inventory.exceptions import StockMoved
from inventory.models import StockLevel
from orders.exceptions import OrderRefused, StaleOrder
from orders.models import Order, OrderEvent, OrderLine, Peg, Reservation
from orders.services import reservations
from orders.services.drafts import LineInput, set_lines, update_header
from orders.services.placing import place_order, place_typed, submit_and_place
from tests.factories import make_address, make_customer, make_user
from tests.orders.factories import (
    MONDAY,
    make_draft,
    make_limited_customer,
    make_order,
    make_price,
    make_product,
    make_stock,
    make_supply,
)

pytestmark = pytest.mark.django_db


def state() -> dict[str, Any]:
    """Everything that placing may touch."""
    return {
        "orders": list(Order.objects.order_by("pk").values()),
        "lines": list(OrderLine.objects.order_by("pk").values()),
        "reservations": list(Reservation.objects.order_by("pk").values()),
        "pegs": list(Peg.objects.order_by("pk").values()),
        "events": list(OrderEvent.objects.order_by("pk").values_list("pk", "kind")),
        "levels": list(StockLevel.objects.order_by("pk").values()),
        "accounts": list(Account.objects.order_by("pk").values()),
    }


def statements(captured: CaptureQueriesContext) -> int:
    """What was sent beside savepoints, which stand in for BEGIN and COMMIT in a test."""
    return len([query for query in captured if "SAVEPOINT" not in query["sql"]])


def test_placing_reserves_and_promises_everything_from_stock() -> None:
    by = make_user()
    order = make_order(lines=2, by=by)

    stored = Order.objects.get(pk=order.pk)
    assert (stored.status, stored.credit_decision, stored.version) == ("released", "no_limit", 2)
    assert (stored.net, stored.tax, stored.gross) == (Decimal("60.00"), Decimal("6.00"), Decimal("66.00"))
    assert stored.promised_on == datetime.date(2026, 3, 3)  # leaves on Monday, one working day to the door
    assert stored.placed_by == by
    for line in order.lines.all():
        assert (line.ordered, line.reserved, line.backordered, line.pending) == (3, 3, 0, 0)
        assert (line.promised_on, line.promise_reason) == (stored.promised_on, "stock")
        assert (line.order_status, line.price_level) == ("released", "base")
        assert line.reservations.get().quantity == 3
        assert StockLevel.objects.get(product=line.product).available == 97
    assert Account.objects.get(pk=order.account_id).open_orders == Decimal("66.00")
    assert list(order.events.order_by("pk").values_list("kind", flat=True)) == ["drafted", "placed", "released"]


@pytest.mark.parametrize("lines", [1, 10, 100])
def test_placing_a_draft_takes_seven_statements_whatever_the_lines(lines: int) -> None:
    draft = make_draft(lines=lines)

    with CaptureQueriesContext(connection) as captured:
        place_order(order=draft, by=make_user(), at=MONDAY, version=draft.version)

    assert statements(captured) - 1 == 7  # one statement makes the user


@pytest.mark.parametrize("lines", [1, 10, 100])
def test_submitting_takes_eight_statements_whatever_the_lines(lines: int) -> None:
    products = [make_product() for _line in range(lines)]
    for product in products:
        make_stock(product=product, quantity=5)
    make_supply(product=products[0], quantity=50, expected_on=datetime.date(2026, 3, 20))
    customer, by = make_customer(), make_user()
    typed = [LineInput(position, product.code, Decimal(5)) for position, product in enumerate(products)]

    counted = []
    for key in ("from stock", "from supply"):
        with CaptureQueriesContext(connection) as captured:
            submit_and_place(customer=customer, lines=typed, by=by, at=MONDAY, channel="api", key=key)
        counted.append(statements(captured))

    # When everything waits, no stock row is touched.
    assert counted == [8, 8]
    assert Peg.objects.count() == 1


def test_what_stock_lacks_waits_for_supply_with_its_date() -> None:
    product = make_product()
    warehouse = make_stock(product=product, quantity=4)
    supply = make_supply(product=product, quantity=10, expected_on=datetime.date(2026, 3, 12), warehouse=warehouse)

    order = make_order(lines=[(product, 6)])

    line = order.lines.get()
    assert (line.reserved, line.backordered, line.promise_reason) == (4, 2, "supply")
    # Expected on Thursday, received on Friday, a working day to the door: Monday.
    assert line.promised_on == order.promised_on == datetime.date(2026, 3, 16)
    peg = line.pegs.get()
    assert (peg.supply_id, peg.quantity, peg.promised_on) == (supply.pk, 2, line.promised_on)
    supply.refresh_from_db()
    assert supply.pegged == 2
    assert line.reservations.get().promised_on == datetime.date(2026, 3, 3)


@pytest.mark.parametrize(
    ("expected_on", "reason"),
    [(None, "no_supply_date"), (datetime.date(2026, 2, 20), "supply_late")],
)
def test_nobody_invents_a_date(expected_on: datetime.date | None, reason: str) -> None:
    product = make_product()
    make_stock(product=product, quantity=1)
    make_supply(product=product, quantity=10, expected_on=expected_on)

    order = make_order(lines=[(product, 2)])

    line = order.lines.get()
    assert (line.promised_on, line.promise_reason, order.promised_on) == (None, reason, None)
    assert line.pegs.get().promised_on is None


def test_what_nobody_has_ordered_waits_without_a_date() -> None:
    product = make_product()
    make_stock(product=product, quantity=1)

    line = make_order(lines=[(product, 3)]).lines.get()

    assert (line.reserved, line.backordered, line.promised_on, line.promise_reason) == (1, 2, None, "no_supply")


def test_two_orders_never_count_on_the_same_supply() -> None:
    product = make_product()
    make_stock(product=product, quantity=1)
    supply = make_supply(product=product, quantity=5, expected_on=datetime.date(2026, 3, 12))

    first, second = make_order(lines=[(product, 5)]), make_order(lines=[(product, 5)])

    assert [line.pegs.get().quantity for line in (first.lines.get(), second.lines.get())] == [4, 1]
    assert second.lines.get().promise_reason == "no_supply"
    supply.refresh_from_db()
    assert supply.pegged == 5


def test_a_customer_without_backorders_is_refused_and_told_what_is_free() -> None:
    short, plenty = make_product(), make_product()
    make_stock(product=short, quantity=2)
    make_stock(product=plenty, quantity=50)
    draft = make_draft(customer=make_customer(accepts_backorders=False), lines=[(short, 3), (plenty, 3)])
    before = state()

    with pytest.raises(OrderRefused) as refused:
        place_order(order=draft, by=None, at=MONDAY)

    assert [(p.position, p.code) for p in refused.value.problems] == [(1, "short")]
    assert "Only 2" in str(refused.value)
    assert short.code in str(refused.value)
    assert state() == before


def test_complete_deliveries_are_promised_for_the_last_line() -> None:
    here, coming = make_product(), make_product()
    make_stock(product=here, quantity=50)
    make_supply(product=coming, quantity=50, expected_on=datetime.date(2026, 3, 12))

    order = make_order(customer=make_customer(ship_complete=True), lines=[(here, 1), (coming, 1)])

    assert {line.promised_on for line in order.lines.all()} == {datetime.date(2026, 3, 16)}


def test_everything_that_is_wrong_is_said_at_once() -> None:
    customer = make_customer(status="on_hold", po_required=True, accepts_backorders=False)
    product, unsold = make_product(), make_product()
    make_stock(product=unsold, quantity=50)
    draft = make_draft(customer=customer, lines=[(product, 3), (unsold, 1)])
    unsold.status = "discontinued"
    unsold.save()
    before = state()

    with pytest.raises(OrderRefused) as refused:
        place_order(order=draft, by=None, at=MONDAY)

    assert refused.value.codes == {"customer_on_hold", "po_missing", "short", "not_sold"}
    assert state() == before


def test_an_order_without_lines_is_refused() -> None:
    draft = make_draft(lines=[])

    with pytest.raises(OrderRefused) as refused:
        place_order(order=draft, by=None, at=MONDAY)

    assert refused.value.codes == {"no_lines"}


def test_a_price_that_changed_since_it_was_seen_is_not_placed() -> None:
    draft = make_draft(lines=1)
    product = draft.lines.get().product
    rule = product.price_rules.get()
    rule.price = Decimal(12)
    rule.save()
    before = state()

    with pytest.raises(OrderRefused) as refused:
        place_order(order=draft, by=None, at=MONDAY)
    assert refused.value.codes == {"price_changed"}
    assert state() == before

    set_lines(order=draft, rows=[LineInput(1, product.code, Decimal(3))], by=None, at=MONDAY, version=draft.version)
    assert place_order(order=draft, by=None, at=MONDAY).net == Decimal("36.00")


def test_a_quote_keeps_its_prices_until_it_expires() -> None:
    draft = make_draft(lines=1)
    Order.objects.filter(pk=draft.pk).update(status="quoted", valid_until=MONDAY.date())
    draft.lines.get().product.price_rules.update(price=Decimal(12))

    late = MONDAY + datetime.timedelta(days=1)
    with pytest.raises(OrderRefused) as refused:
        place_order(order=draft, by=None, at=late)
    assert refused.value.codes == {"price_changed"}
    assert place_order(order=draft, by=None, at=MONDAY).net == Decimal("30.00")


# -- Credit -------------------------------------------------------------------------------------------------------


def test_credit_is_used_up_to_the_cent() -> None:
    order = make_order(customer=make_limited_customer(limit="66.00"), lines=2)

    assert (order.status, order.credit_decision) == ("released", "within_limit")


def test_an_order_beyond_the_limit_is_held_with_its_reason_and_holds_no_stock() -> None:
    product = make_product()
    make_stock(product=product, quantity=100)
    customer = make_limited_customer(limit="100")
    make_order(customer=customer, lines=[(product, 5)])

    order = make_order(customer=customer, lines=[(product, 5)])

    assert (order.status, order.hold_reason, order.credit_decision) == ("credit_hold", "over_limit 10.00 EUR", None)
    line = order.lines.get()
    assert (line.reserved, line.backordered, line.pending) == (0, 0, 5)
    assert (line.promised_on, line.promise_reason) == (None, "on_hold")
    assert StockLevel.objects.get(product=product).reserved == 5
    assert Account.objects.get(pk=customer.account_id).open_orders == Decimal("55.00")
    assert order.events.latest("pk").kind == "held"


def test_a_blocked_group_gets_no_stock() -> None:
    customer = make_customer()
    Account.objects.update(is_blocked=True)

    order = make_order(customer=customer, lines=1)

    assert (order.status, order.hold_reason) == ("credit_hold", "blocked")


# -- PO numbers ---------------------------------------------------------------------------------------------------


def test_a_repeated_po_number_is_refused_by_the_customers_policy() -> None:
    customer = make_customer(po_policy="refuse")
    first = make_order(customer=customer, lines=1, customer_po="PO 77")
    draft = make_draft(customer=customer, lines=1, customer_po="po 77")
    before = state()

    with pytest.raises(OrderRefused) as refused:
        place_order(order=draft, by=None, at=MONDAY)

    assert refused.value.codes == {"po_repeated"}
    assert first.number in str(refused.value)
    assert state() == before


def test_a_named_person_accepts_a_repeated_po_number_with_a_reason() -> None:
    customer, by = make_customer(po_policy="refuse"), make_user()
    make_order(customer=customer, lines=1, customer_po="PO 77")
    draft = make_draft(customer=customer, lines=1, customer_po="PO 77")

    order = place_order(order=draft, by=by, at=MONDAY, po_override_reason="second truck")

    stored = Order.objects.get(pk=order.pk)
    assert (stored.po_override_by, stored.po_override_reason, stored.po_must_be_unique) == (by, "second truck", False)
    note = order.events.get(kind="note")
    assert (note.data["reason"], note.is_public) == ("second truck", False)


@pytest.mark.parametrize("policy", ["warn", "allow"])
def test_other_policies_let_a_po_number_come_again(policy: str) -> None:
    customer = make_customer(po_policy=policy)
    orders = [make_order(customer=customer, lines=1, customer_po="BLANKET 1") for _order in range(2)]

    assert [order.status for order in orders] == ["released", "released"]


# -- Races, repetitions -------------------------------------------------------------------------------------------


def test_saleor_543_stock_that_was_taken_after_the_plan_is_not_sold(monkeypatch: pytest.MonkeyPatch) -> None:
    draft = make_draft(lines=2)
    taken = draft.lines.first().product

    def somebody_else(wanted: Any) -> None:
        StockLevel.objects.filter(product=taken).update(reserved=98)
        reservations.take_stock(wanted)

    monkeypatch.setattr("orders.services.writing.take_stock", somebody_else)
    before = state()

    with pytest.raises(StockMoved):
        place_order(order=draft, by=None, at=MONDAY)

    assert state() == before


def test_an_order_is_placed_once() -> None:
    draft = make_draft(lines=1)
    place_order(order=draft, by=None, at=MONDAY, version=draft.version)

    with pytest.raises(StaleOrder):
        place_order(order=draft, by=None, at=MONDAY, version=draft.version)
    with pytest.raises(OrderRefused):
        place_order(order=draft, by=None, at=MONDAY)


def test_shopware_19943_the_same_request_makes_one_order() -> None:
    customer, product, by = make_customer(), make_product(), make_user()
    make_stock(product=product, quantity=100)
    typed = [LineInput(1, product.code, Decimal(1))]
    asked = {"customer": customer, "by": by, "at": MONDAY, "channel": "api", "key": "k"}

    first = submit_and_place(lines=typed, **asked)
    again = submit_and_place(lines=typed, **asked)

    assert again == first
    assert Order.objects.count() == 1
    with pytest.raises(KeyReused):
        submit_and_place(lines=[LineInput(1, product.code, Decimal(2))], **asked)


def test_submitting_writes_what_a_draft_would() -> None:
    customer = make_customer(tax_treatment="surcharge")
    address = make_address(customer=customer, is_default=True)
    product = make_product(packs={"box": "12"}, price="1.2345", price_quantity=Decimal(12), cost=Decimal("0.07"))
    make_price(product=product, price="1.10", minimum="24")
    make_stock(product=product, quantity=100)
    typed = [LineInput(7, product.code, Decimal(3), "box", discount=Decimal("2.5"))]
    by = make_user()

    submitted = submit_and_place(
        customer=customer, lines=typed, by=by, at=MONDAY, channel="desk", key="k", customer_po="A"
    )
    draft = make_draft(customer=customer, lines=[], by=by, customer_po="B")
    set_lines(order=draft, rows=typed, by=by, at=MONDAY, version=None)
    placed = place_order(order=draft, by=by, at=MONDAY)

    ours = {"id", "order_id", "number", "words", "customer_po", "version"}
    for model, pks in ((Order, [submitted.pk, placed.pk]), (OrderLine, None)):
        rows = model.objects.filter(pk__in=pks) if pks else model.objects.all()
        one, other = ({k: v for k, v in row.items() if k not in ours} for row in rows.order_by("pk").values())
        assert one == other
    line = submitted.lines.get()
    assert (line.ordered, line.price, line.net, line.price_break) == (36, Decimal("1.10"), Decimal("3.22"), 24)
    assert (line.tax_rate, line.surcharge_rate) == (Decimal(10), Decimal("1.4"))
    assert (submitted.gross, submitted.ship_to_id) == (Decimal("3.59"), address.pk)  # 3.22 + 0.32 + 0.05


def test_numbers_are_not_in_a_row() -> None:
    numbers = [int(make_draft(lines=[]).number.removeprefix("SO-")) for _order in range(5)]

    assert all(10_000_000 <= number <= 99_999_999 for number in numbers)
    assert len({b - a for a, b in itertools.pairwise(numbers)}) == 4


# -- What was typed last ------------------------------------------------------------------------------------------


def test_typed_rows_are_saved_and_placed_in_one_go() -> None:
    first, second, third = (make_product() for _product in range(3))
    for product in (first, second, third):
        make_stock(product=product, quantity=50)
    draft, by = make_draft(lines=[(first, 1), (second, 2), (third, 3)]), make_user()
    typed = [LineInput(1, third.code, Decimal(7)), LineInput(2, second.code, Decimal(2), price=Decimal("1.5"))]

    placed = place_typed(
        order=draft, rows=typed, by=by, at=MONDAY, version=draft.version, customer_po=" A\0 ", note="back door"
    )

    stored = Order.objects.get(pk=draft.pk)
    for order in (placed, stored):
        assert (order.status, order.customer_po, order.note, order.line_count) == ("released", "A", "back door", 2)
        assert (order.net, order.tax, order.gross) == (Decimal("73.00"), Decimal("7.30"), Decimal("80.30"))
        assert (order.placed_by_id, order.version) == (by.pk, draft.version + 1)
    assert list(stored.lines.order_by("position").values_list("product_id", "ordered", "reserved", "priced_by_id")) == [
        (third.pk, 7, 7, None),
        (second.pk, 2, 2, by.pk),
    ]
    assert StockLevel.objects.get(product=first).reserved == 0
    assert Account.objects.get(pk=draft.account_id).open_orders == Decimal("80.30")


def test_typing_and_placing_writes_what_both_would_one_after_the_other() -> None:
    customer, product, by = make_customer(tax_treatment="surcharge"), make_product(), make_user()
    make_stock(product=product, quantity=100)
    typed = [LineInput(1, product.code, Decimal(3), discount=Decimal("2.5"))]
    at_once, apart = (make_draft(customer=customer, lines=[(product, 9)], by=by) for _draft in range(2))

    place_typed(order=at_once, rows=typed, by=by, at=MONDAY, version=at_once.version, note="n")
    update_header(order=apart, by=by, at=MONDAY, version=None, note="n")
    set_lines(order=apart, rows=typed, by=by, at=MONDAY, version=None)
    place_order(order=apart, by=by, at=MONDAY)

    ours = {"id", "order_id", "number", "words", "version"}
    for rows in (Order.objects.order_by("pk"), OrderLine.objects.order_by("pk")):
        one, other = ({k: v for k, v in row.items() if k not in ours} for row in rows.values())
        assert one == other


def test_what_is_refused_leaves_the_draft_as_it_was() -> None:
    draft = make_draft(lines=1)
    typed = [LineInput(1, "NOPE", Decimal(1)), LineInput(2, draft.lines.get().code, None)]

    with pytest.raises(OrderRefused) as refused:
        place_typed(order=draft, rows=typed, by=None, at=MONDAY, version=draft.version, note="x")

    assert [(problem.position, problem.code) for problem in refused.value.problems] == [
        (1, "unknown_product"),
        (2, "bad_quantity"),
    ]
    stored = Order.objects.get(pk=draft.pk)
    assert (stored.status, stored.note, stored.lines.get().ordered) == ("draft", "", draft.lines.get().ordered)
    with pytest.raises(StaleOrder):
        place_typed(order=draft, rows=typed, by=None, at=MONDAY, version=draft.version + 1)


@pytest.mark.parametrize("lines", [1, 10, 100])
def test_placing_what_is_typed_takes_six_statements_whatever_the_lines(lines: int) -> None:
    draft = make_draft(lines=lines)
    typed = [LineInput(line.position, line.code, Decimal(2)) for line in draft.lines.all()]

    with CaptureQueriesContext(connection) as captured:
        place_typed(order=draft, rows=typed, by=None, at=MONDAY, version=draft.version)

    assert statements(captured) == 6


def test_history_knows_who_placed_what_was_typed() -> None:
    draft, by = make_draft(lines=1), make_user()
    typed = [LineInput(1, draft.lines.get().code, Decimal(9))]

    with pghistory.context(user=by.pk, url="/there/"):
        place_typed(order=draft, rows=typed, by=by, at=MONDAY, version=draft.version)

    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT status, pgh_context->>'user' FROM orders_orderaudit WHERE pgh_obj_id = %(order)s AND pgh_label = 'update'
            UNION ALL
            SELECT ordered::int::text, pgh_context->>'user' FROM orders_orderlineaudit WHERE order_id = %(order)s
            """,
            {"order": draft.pk},
        )
        assert cursor.fetchall()[-2:] == [("released", str(by.pk)), ("9", str(by.pk))]
