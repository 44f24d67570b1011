"""Moving orders and shipments: the tables of moves, and the events that tell of a move."""

import pytest

from orders.exceptions import FulfilmentRefused, OrderRefused
from orders.models import EventKind, Order, OrderEvent, OrderStatus, ShipmentStatus
from orders.services.cancelling import cancel_line_rest
from orders.services.holds import pause_order
from orders.services.picking import start_picking
from orders.services.shipping import ship
from orders.services.states import lock_order, move_order, move_orders, move_shipment
from orders.services.tracking import deliver
from tests.factories import make_user
from tests.orders.factories import MONDAY, make_begun, make_left, make_order, make_product, make_stock

pytestmark = pytest.mark.django_db


def _events(order: Order) -> list[str]:
    return list(OrderEvent.objects.filter(order=order).order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize("to", ["released", "credit_hold", "delivered"])
def test_move_that_is_not_in_the_table_is_refused_and_writes_nothing(to: str) -> None:
    order = make_order(lines=1)
    before = _events(order)
    with pytest.raises(OrderRefused) as refused:
        move_order(order=lock_order(order.pk), to=to, kind=EventKind.NOTE, by=None, at=MONDAY)
    assert [(problem.position, problem.code) for problem in refused.value.problems] == [(None, "wrong_status")]
    stored = Order.objects.get(pk=order.pk)
    assert (stored.status, stored.version, _events(order)) == ("released", order.version, before)


def test_order_that_may_stay_gets_the_event_alone() -> None:
    order = make_order(lines=1)
    move_order(order=order, to="released", may_stay=True, kind=EventKind.EDITED, by=None, at=MONDAY, data={"a": "b"})
    stored = Order.objects.get(pk=order.pk)
    event = OrderEvent.objects.latest("pk")
    assert (stored.version, event.kind, event.data) == (order.version, "edited", {"a": "b"})


def test_many_orders_move_at_once_and_others_are_left_alone() -> None:
    placed, draft = make_order(lines=1), make_order(lines=1, placed=False)
    delivered = deliver(shipment=make_left(), at=MONDAY, by=None).order
    ids = [order.pk for order in (placed, draft, delivered)]
    assert move_orders(order_ids=ids, to=OrderStatus.CLOSED, kind=EventKind.CLOSED, at=MONDAY) == 1
    statuses = {order.pk: order.status for order in Order.objects.all()}
    assert statuses == {placed.pk: "released", draft.pk: "draft", delivered.pk: "closed"}
    assert [event.order_id for event in OrderEvent.objects.filter(kind="closed")] == [delivered.pk]


def test_shipment_that_has_left_does_not_go_back() -> None:
    shipment = make_left()
    with pytest.raises(FulfilmentRefused, match=f"{shipment.number} is shipped by now"):
        move_shipment(shipment=shipment, to=ShipmentStatus.PACKED, parcels=9)
    shipment.refresh_from_db()
    assert (shipment.status, shipment.parcels) == ("shipped", 1)


def test_paused_order_is_shipped_once_its_last_open_rest_is_cancelled() -> None:
    first, second = make_product(), make_product()
    warehouse = make_stock(product=first, quantity=5)
    order = make_order(lines=[(first, 5), (second, 5)])
    ship(shipment=start_picking(order=order, warehouse=warehouse, by=None, at=MONDAY), by=None, at=MONDAY)
    pause_order(order=order, by=make_user(), at=MONDAY, reason="Asks for time")
    cancel_line_rest(line=order.lines.get(product=second), by=make_user(), at=MONDAY, reason="Not needed")
    assert Order.objects.get(pk=order.pk).status == "shipped"
    assert _events(order)[-2:] == ["note", "line_cancelled"]


def test_delivery_that_completes_an_order_says_so() -> None:
    shipment = make_begun(lines=1)
    deliver(shipment=ship(shipment=shipment, by=None, at=MONDAY), at=MONDAY, by=None)
    event = OrderEvent.objects.get(order=shipment.order_id, kind="delivered")
    assert (event.data["is_whole"], Order.objects.get(pk=shipment.order_id).status) == (True, "delivered")
