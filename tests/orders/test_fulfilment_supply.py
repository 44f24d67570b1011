"""Supply arrives, slips or is given up: who waits gets the goods, the new date and the reason."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import OutboxMessage
from inventory.exceptions import SupplyRefused
from inventory.models import StockLevel
from orders.facts import describe
from orders.models import OrderEvent, OrderLine, Peg, Reservation
from orders.services import filling
from tests.factories import make_contact, make_customer, make_user
from tests.orders.factories import MONDAY, make_order, make_product, make_stock, make_supply, make_warehouse

pytestmark = pytest.mark.django_db
LATER = MONDAY + datetime.timedelta(hours=2)
THURSDAY = datetime.date(2026, 3, 5)
NEXT_WEDNESDAY = datetime.date(2026, 3, 11)


def make_waiting(quantity=5, *, supply=20, customer=None, product=None, **fields):
    """An order that waits for a supply of Thursday; (order line, supply line)."""
    make_warehouse() if not product else None
    product = product or make_product()
    line = make_supply(product=product, quantity=supply, expected_on=THURSDAY) if supply else None
    customer = customer or make_customer(email="shop@shop.test", language="en")
    order = make_order(lines=[(product, quantity)], customer=customer, **fields)
    return order.lines.get(), line or product.supply.get()


def fresh(line):
    return OrderLine.objects.get(pk=line.pk)


def receive(supply, quantity):
    supply.refresh_from_db()
    return filling.receive_supply(supply_line=supply, quantity=Decimal(quantity), by=make_user(), at=LATER)


def redate(supply, day):
    supply.refresh_from_db()
    return filling.redate_supply(supply_line=supply, expected_on=day, by=make_user(), at=LATER)


def test_receipt_fills_first_promised_first_and_the_rest_is_free():
    first, supply = make_waiting(5)
    second, _supply = make_waiting(4, product=first.product, supply=0, at=MONDAY + datetime.timedelta(minutes=5))
    receipt = receive(supply, 7)
    assert [(part.line.id, part.quantity) for part in receipt.filled] == [(first.pk, 5), (second.pk, 2)]
    assert (fresh(first).backordered, fresh(first).reserved) == (0, 5)
    assert (fresh(second).backordered, fresh(second).reserved) == (2, 2)
    level = StockLevel.objects.get(product=first.product)
    assert (level.on_hand, level.reserved, level.available) == (7, 7, 0)
    assert list(Peg.objects.values_list("line", "quantity")) == [(second.pk, 2)]
    supply.refresh_from_db()
    assert (supply.received, supply.pegged, supply.is_closed) == (7, 2, False)

    receipt = receive(supply, 13)
    supply.refresh_from_db()
    supply.order.refresh_from_db()
    level.refresh_from_db()
    assert (receipt.set_aside, supply.pegged, supply.is_closed, supply.order.status) == (2, 0, True, "received")
    assert (level.on_hand, level.reserved, level.available) == (20, 9, 11)
    with pytest.raises(SupplyRefused):
        receive(supply, 1)


def test_receipt_brings_the_date_forward_and_says_why():
    line, supply = make_waiting(5)
    before = line.promised_on
    receive(supply, 5)
    assert before == datetime.date(2026, 3, 9)
    assert fresh(line).promised_on == datetime.date(2026, 3, 3)
    assert fresh(line).promise_reason == "stock"
    assert Reservation.objects.get().promised_on == datetime.date(2026, 3, 3)
    texts = [describe(event).text for event in OrderEvent.objects.filter(order=line.order).order_by("id")][-2:]
    assert texts[0].startswith("Arrived in")
    assert line.code in texts[0]
    assert "Tuesday 3 March instead of Monday 9 March" in texts[1]
    line.order.refresh_from_db()
    assert line.order.promised_on == datetime.date(2026, 3, 3)


def test_receipt_serves_lines_that_nothing_was_pegged_for():
    make_warehouse()
    product = make_product()
    order = make_order(lines=[(product, 4)])
    line = order.lines.get()
    assert (line.promised_on, line.promise_reason) == (None, "no_supply")
    supply = make_supply(product=product, quantity=10, expected_on=THURSDAY)
    receipt = receive(supply, 10)
    assert [(part.quantity, part.from_peg) for part in receipt.filled] == [(4, False)]
    assert (fresh(line).reserved, fresh(line).backordered, fresh(line).promise_reason) == (4, 0, "stock")


def test_later_supply_moves_every_date_and_tells_each_customer_once():
    customer = make_customer(language="es")
    make_contact(customer=customer, email="compras@shop.test", is_main=True)
    first, supply = make_waiting(5, customer=customer)
    second, _supply = make_waiting(4, product=first.product, supply=0, customer=customer)
    other, _supply = make_waiting(3, product=first.product, supply=0)
    changes = redate(supply, NEXT_WEDNESDAY)
    assert [(change.line.id, change.old, change.new, change.cause) for change in changes] == [
        (line.pk, datetime.date(2026, 3, 9), datetime.date(2026, 3, 13), "later") for line in (first, second, other)
    ]
    assert {fresh(line).promised_on for line in (first, second, other)} == {datetime.date(2026, 3, 13)}
    assert set(Peg.objects.values_list("promised_on", flat=True)) == {datetime.date(2026, 3, 13)}
    first.order.refresh_from_db()
    assert first.order.promised_on == datetime.date(2026, 3, 13)
    assert fresh(first).first_promised_on == datetime.date(2026, 3, 9)
    mails = OutboxMessage.objects.order_by("recipient")
    assert [mail.recipient for mail in mails] == ["compras@shop.test", "shop@shop.test"]
    assert first.order.number in mails[0].body
    assert second.order.number in mails[0].body
    assert "Friday 13 March" in mails[1].body
    assert "later than announced" in mails[1].body
    event = OrderEvent.objects.filter(order=first.order, kind="promise_changed").get()
    assert event.is_public
    assert describe(event).text == (
        f"{first.code} {first.description}: Friday 13 March instead of Monday 9 March. "
        "Our supplier delivers this product later than announced."
    )


def test_supply_without_a_date_leaves_no_date_and_a_reason():
    line, supply = make_waiting(5)
    redate(supply, None)
    assert (fresh(line).promised_on, fresh(line).promise_reason) == (None, "no_supply_date")
    line.order.refresh_from_db()
    assert line.order.promised_on is None
    (change,) = redate(supply, THURSDAY)
    assert (change.cause, change.tone, fresh(line).promised_on) == ("dated", "ok", datetime.date(2026, 3, 9))


def test_preview_changes_nothing_and_says_what_redating_would_do():
    line, supply = make_waiting(5)
    (change,) = filling.preview_redate(supply_line=supply, expected_on=NEXT_WEDNESDAY, at=LATER)
    assert (change.old, change.new, change.days, change.tone) == (
        datetime.date(2026, 3, 9),
        datetime.date(2026, 3, 13),
        4,
        "bad",
    )
    assert fresh(line).promised_on == datetime.date(2026, 3, 9)
    assert not OutboxMessage.objects.exists()


def test_complete_deliveries_are_redated_as_a_whole():
    make_warehouse()
    here, late = make_product(), make_product()
    make_stock(product=here, quantity=10)
    supply = make_supply(product=late, quantity=10, expected_on=THURSDAY)
    order = make_order(lines=[(here, 1), (late, 1)], customer=make_customer(ship_complete=True))
    redate(supply, NEXT_WEDNESDAY)
    assert set(order.lines.values_list("promised_on", flat=True)) == {datetime.date(2026, 3, 13)}


def test_redate_refuses_the_past_what_is_too_far_away_and_closed_lines():
    line, supply = make_waiting(5)
    with pytest.raises(SupplyRefused):
        redate(supply, datetime.date(2026, 3, 1))
    with pytest.raises(SupplyRefused):
        redate(supply, datetime.date.max)
    assert fresh(line).promised_on == datetime.date(2026, 3, 9)
    assert redate(supply, THURSDAY) == []
    filling.close_supply(supply_line=supply, by=None, at=LATER)
    with pytest.raises(SupplyRefused):
        redate(supply, NEXT_WEDNESDAY)


def test_closed_supply_frees_its_pegs_and_says_so():
    line, supply = make_waiting(5)
    (change,) = filling.close_supply(supply_line=supply, by=make_user(), at=LATER)
    supply.refresh_from_db()
    assert (change.cause, supply.pegged, supply.is_closed, Peg.objects.count()) == ("supplier_cancelled", 0, True, 0)
    assert (fresh(line).backordered, fresh(line).promised_on, fresh(line).promise_reason) == (5, None, "no_supply")


def test_redating_many_lines_costs_the_same_as_one():
    first, supply = make_waiting(1)

    def cost(day):
        supply.refresh_from_db()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            filling.redate_supply(supply_line=supply, expected_on=day, by=None, at=LATER)
        return len(queries)

    one = cost(NEXT_WEDNESDAY)
    for _order in range(3):
        make_waiting(1, product=first.product, supply=0)
    assert cost(NEXT_WEDNESDAY + datetime.timedelta(days=1)) == one
