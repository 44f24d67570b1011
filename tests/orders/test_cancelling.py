"""Cancelling orders and rests of lines."""

import datetime
from decimal import Decimal

import pytest

from customers.models import Account
from inventory.models import PurchaseOrderLine, StockLevel
from orders.exceptions import OrderRefused
from orders.models import Order, Peg, Reservation
from orders.services.cancelling import cancel_line_rest, cancel_order
from orders.services.holds import pause_order
from orders.services.picking import confirm_pick, start_picking
from orders.services.shipping import ship
from tests.factories import make_customer, make_user
from tests.orders.factories import MONDAY, make_draft, make_order, make_product, make_stock, make_supply

pytestmark = pytest.mark.django_db
LATER = MONDAY + datetime.timedelta(hours=2)


def short_order(**fields: object) -> Order:
    """Six pieces, four of them in stock, two from supply."""
    product = make_product()
    make_stock(product=product, quantity=4)
    make_supply(product=product, quantity=10, expected_on=datetime.date(2026, 3, 12))
    return make_order(lines=[(product, 6)], **fields)


def held_by(order: Order) -> tuple[Decimal, Decimal, Decimal]:
    """Reserved, pegged, and what the group owes in open orders."""
    product = order.lines.first().product
    return (
        StockLevel.objects.get(product=product).reserved,
        PurchaseOrderLine.objects.get(product=product).pegged,
        Account.objects.get(pk=order.account_id).open_orders,
    )


def test_cancelling_gives_everything_back() -> None:
    order = short_order()
    assert held_by(order) == (4, 2, Decimal("66.00"))

    cancelled = cancel_order(order=order, by=make_user(), at=LATER, reason="ordered twice")

    assert (cancelled.status, cancelled.gross, cancelled.promised_on) == ("cancelled", 0, None)
    line = order.lines.get()
    assert (line.cancelled, line.reserved, line.backordered, line.net) == (6, 0, 0, 0)
    assert held_by(order) == (0, 0, 0)
    assert not Reservation.objects.exists()
    assert not Peg.objects.exists()
    note = order.events.get(kind="note")
    assert (note.data, note.is_public) == ({"about": "cancelled", "text": "ordered twice"}, False)


def test_drafts_and_paused_orders_can_be_cancelled() -> None:
    draft, paused = make_draft(lines=1), make_order(lines=1)
    pause_order(order=paused, by=make_user(), at=LATER, reason="x")

    for order in (draft, paused):
        assert cancel_order(order=order, by=None, at=LATER, reason="x").status == "cancelled"


def test_an_order_that_is_being_picked_is_not_cancelled() -> None:
    order = make_order(lines=1)
    shipment = start_picking(order=order, warehouse=order.lines.get().reservations.get().warehouse, by=None, at=LATER)

    with pytest.raises(OrderRefused):
        cancel_order(order=order, by=None, at=LATER, reason="x")

    ship(shipment=shipment, by=None, at=LATER)
    with pytest.raises(OrderRefused):
        cancel_order(order=order, by=None, at=LATER, reason="x")
    assert order.lines.get().cancelled == 0


def test_the_rest_of_a_line_is_what_is_not_being_packed() -> None:
    order = short_order()
    line = order.lines.get()
    shipment = start_picking(order=order, warehouse=line.reservations.get().warehouse, by=None, at=LATER)
    confirm_pick(shipment=shipment, shipment_line_id=shipment.lines.get().pk, quantity=Decimal(3), by=None, at=LATER)

    line = cancel_line_rest(line=line, by=make_user(), at=LATER, reason="found elsewhere")

    assert (line.cancelled, line.reserved, line.picked, line.backordered) == (2, 1, 3, 0)
    assert held_by(order) == (4, 0, Decimal("44.00"))
    stored = Order.objects.get(pk=order.pk)
    assert (stored.status, stored.net, stored.promised_on) == (
        "in_fulfilment",
        Decimal("40.00"),
        datetime.date(2026, 3, 3),
    )
    assert (line.promised_on, line.promise_reason) == (stored.promised_on, "stock")
    with pytest.raises(OrderRefused):
        cancel_line_rest(line=line, by=make_user(), at=LATER, reason="more")

    ship(shipment=shipment, by=None, at=LATER)
    assert Order.objects.get(pk=order.pk).status == "shipped"


def test_cancelling_the_rest_of_a_part_shipped_order_makes_it_shipped() -> None:
    order = short_order()
    line = order.lines.get()
    shipment = start_picking(order=order, warehouse=line.reservations.get().warehouse, by=None, at=LATER)
    ship(shipment=shipment, by=None, at=LATER)
    pause_order(order=order, by=make_user(), at=LATER, reason="x")

    line = cancel_line_rest(line=line, by=make_user(), at=LATER, reason="not needed")

    assert (line.cancelled, line.shipped, line.order_status) == (2, 4, "shipped")
    assert held_by(order) == (0, 0, 0)
    assert Account.objects.get(pk=order.account_id).unbilled == Decimal("44.00")


def test_cancelling_the_last_open_line_cancels_the_order_with_its_charges() -> None:
    goods, freight = make_product(), make_product(kind="charge")
    make_stock(product=goods, quantity=10)
    order = make_order(lines=[(goods, 2), (freight, 1)])

    cancel_line_rest(line=order.lines.first(), by=make_user(), at=LATER, reason="x")

    assert Order.objects.get(pk=order.pk).status == "cancelled"
    assert [line.cancelled for line in order.lines.all()] == [2, 1]
    assert Account.objects.get(pk=order.account_id).open_orders == 0


def test_a_complete_delivery_comes_sooner_without_the_line_it_waited_for() -> None:
    here, coming = make_product(), make_product()
    make_stock(product=here, quantity=10)
    make_supply(product=coming, quantity=10, expected_on=datetime.date(2026, 3, 12))
    order = make_order(customer=make_customer(ship_complete=True), lines=[(here, 2), (coming, 1)])
    first, second = order.lines.all()

    cancel_line_rest(line=second, by=make_user(), at=LATER, reason="x")

    first.refresh_from_db()
    assert (first.promised_on, first.promise_reason) == (datetime.date(2026, 3, 3), "stock")
    assert Order.objects.get(pk=order.pk).promised_on == first.promised_on
