"""What every screen says about a line."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.database.roles import PORTAL
from orders.facts import LineFact, describe, line_facts
from orders.models import Order, OrderEvent
from orders.services.cancelling import cancel_order
from orders.services.picking import start_picking
from orders.services.shipping import ship
from orders.services.tracking import deliver
from tests.conftest import acting_as
from tests.factories import make_customer, make_user
from tests.orders.factories import (
    MONDAY,
    make_draft,
    make_limited_customer,
    make_order,
    make_price,
    make_price_list,
    make_product,
    make_stock,
    make_supply,
)

pytestmark = pytest.mark.django_db
LATER = MONDAY + datetime.timedelta(hours=2)


def fact_of(order: Order) -> LineFact:
    """The facts of the first line."""
    return line_facts(order, at=MONDAY)[0]


def test_the_states_of_a_line_from_draft_to_door() -> None:
    product = make_product()
    warehouse = make_stock(product=product, quantity=4)
    assert fact_of(make_draft(lines=[(product, 1)])).state == "draft"

    order = make_order(lines=[(product, 4)])
    fact = fact_of(order)
    assert (fact.state, fact.state_label, fact.tone, fact.is_late) == ("reserved", "Reserved", "info", False)
    assert fact.promise == f"4 from {warehouse.name}, 3 Mar"
    assert (fact.price_reason, fact.stock) == ("Base: Base", 0)
    assert line_facts(order, at=MONDAY + datetime.timedelta(days=5))[0].is_late

    by = make_user()
    shipment = start_picking(order=order, warehouse=warehouse, by=by, at=LATER)
    ship(shipment=shipment, quantities={order.lines.get().pk: Decimal(3)}, by=by, at=LATER)
    assert fact_of(order).state == "partly_shipped"
    assert [(part.code, part.quantity) for part in fact_of(order).parts] == [("on_the_way", 3), ("reserved", 1)]
    rest = ship(shipment=start_picking(order=order, warehouse=warehouse, by=by, at=LATER), by=by, at=LATER)
    assert (fact_of(order).state, fact_of(order).is_done, fact_of(order).promise) == ("shipped", True, "")
    for part in (shipment, rest):
        deliver(shipment=part, quantities=None, at=LATER, received_by="Ana", by=by)
    assert fact_of(order).state == "delivered"


def test_waiting_held_and_cancelled_lines() -> None:
    product = make_product()
    make_stock(product=product, quantity=1)
    make_supply(product=product, quantity=3, expected_on=datetime.date(2026, 3, 12))
    partly = make_order(lines=[(product, 2)])
    waiting = make_order(lines=[(product, 2)])
    without = make_order(lines=[(product, 2)])
    held = make_order(customer=make_limited_customer(limit="1"), lines=[(product, 2)])
    gone = cancel_order(order=make_order(lines=[(product, 1)]), by=None, at=LATER, reason="x")

    states = [fact_of(order).state for order in (partly, waiting, without, held, gone)]

    assert states == ["partly_reserved", "waiting", "no_date", "credit_hold", "cancelled"]
    assert fact_of(waiting).promise == "2 wait for supply, 16 Mar: from the next delivery of the supplier"
    assert fact_of(without).promise.endswith("no date yet: nothing on order with the supplier yet")
    assert fact_of(held).promise == "The order is on hold"


def test_a_price_says_where_it_came_from() -> None:
    customer, product = make_customer(), make_product()
    own = make_price_list(level="contract", customer=customer, name="Spring 2026")
    make_price(product=product, price="7", price_list=own, minimum="2")
    make_stock(product=product, quantity=10)

    assert fact_of(make_order(customer=customer, lines=[(product, 2)])).price_reason == "Contract: Spring 2026, from 2"


@pytest.mark.parametrize("lines", [1, 3])
def test_facts_take_three_statements(lines: int) -> None:
    order = make_order(lines=lines)

    with CaptureQueriesContext(connection) as captured:
        assert len(line_facts(order, at=MONDAY)) == lines

    assert len(captured) == 3


def test_the_portal_says_what_the_desk_says() -> None:
    product = make_product()
    make_stock(product=product, quantity=1)
    order = make_order(lines=[(product, 2)])

    def said() -> list[tuple]:
        return [
            (fact.state, fact.promised_on, fact.promise, fact.price_reason, fact.stock, fact.line.net)
            for fact in line_facts(order, at=MONDAY)
        ]

    desk = said()
    with acting_as(PORTAL, order.account_id):
        assert said() == desk


def test_every_event_has_a_sentence() -> None:
    order = make_order(lines=1, customer_po="77")
    texts = {event.kind: describe(event).text for event in OrderEvent.objects.filter(order=order)}

    assert texts == {"drafted": "", "placed": "1 line, PO 77", "released": "1 line reserved, promised for 3 Mar"}
