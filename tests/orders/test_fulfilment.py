"""Picking, shipping, tracking and delivering, down to the buckets, the ledger and the levels."""

import datetime
from decimal import Decimal

import pytest
from django.db.models import Sum

from inventory.models import MovementKind, StockLevel, StockMovement, Warehouse
from orders.exceptions import FulfilmentRefused
from orders.models import (
    Carrier,
    EventKind,
    Incident,
    OrderEvent,
    OrderLine,
    Reservation,
    Return,
    ReturnLine,
    Shipment,
    TrackingEvent,
)
from orders.services import aftersales, picking, shipping, tracking
from orders.services.aftersales import Outcome
from tests.factories import make_customer, make_user
from tests.orders.factories import (
    MONDAY,
    make_order,
    make_product,
    make_region,
    make_stock,
    make_supply,
    make_tax_class,
    make_warehouse,
)

pytestmark = pytest.mark.django_db
LATER = MONDAY + datetime.timedelta(hours=2)
TUESDAY = MONDAY + datetime.timedelta(days=1)
BUCKETS = ("ordered", "backordered", "reserved", "picked", "shipped", "delivered", "returned")


def buckets(line):
    return {name: int(getattr(OrderLine.objects.get(pk=line.pk), name)) for name in BUCKETS}


def bucket(line, **values):
    assert buckets(line) == dict.fromkeys(BUCKETS, 0) | values


def level(product):
    found = StockLevel.objects.get(product=product)
    return int(found.on_hand), int(found.reserved), int(found.quarantined)


def begin(order):
    return picking.start_picking(order=order, warehouse=Warehouse.objects.get(), by=make_user(), at=LATER)


def ship(shipment, **options):
    return shipping.ship(shipment=shipment, by=make_user(), at=LATER, **options)


def kinds(order):
    return list(OrderEvent.objects.filter(order=order).order_by("id").values_list("kind", flat=True))


def test_start_picking_opens_one_shipment_with_what_is_reserved():
    order = make_order(lines=2)
    shipment = begin(order)
    assert shipment.number.startswith("DN-")
    assert [(row.line.position, row.quantity) for row in shipment.lines.order_by("line__position")] == [(1, 3), (2, 3)]
    order.refresh_from_db()
    assert order.status == "in_fulfilment"
    assert begin(order) == shipment
    assert kinds(order)[-1] == EventKind.PICKING


def test_start_picking_refuses_where_nothing_is_reserved():
    make_warehouse()
    order = make_order(lines=[(make_product(), 3)])
    with pytest.raises(FulfilmentRefused):
        begin(order)
    order.refresh_from_db()
    assert (order.status, Shipment.objects.count()) == ("released", 0)


def test_start_picking_refuses_part_of_what_must_be_complete():
    product, missing = make_product(), make_product()
    make_stock(product=product, quantity=10)
    order = make_order(lines=[(product, 3), (missing, 1)], customer=make_customer(ship_complete=True))
    with pytest.raises(FulfilmentRefused):
        begin(order)
    assert Shipment.objects.count() == 0


def test_confirm_pick_moves_units_within_the_reservation_and_is_absolute():
    order = make_order(lines=1)
    shipment = begin(order)
    row = shipment.lines.get()
    for _repetition in range(2):
        picking.confirm_pick(shipment=shipment, shipment_line_id=row.pk, quantity=Decimal(2), by=make_user(), at=LATER)
        bucket(row.line, ordered=3, picked=2, reserved=1)
    with pytest.raises(FulfilmentRefused):
        picking.confirm_pick(shipment=shipment, shipment_line_id=row.pk, quantity=Decimal(4), by=make_user(), at=LATER)
    bucket(row.line, ordered=3, picked=2, reserved=1)


def test_short_pick_leaves_the_rest_reserved():
    order = make_order(lines=1)
    shipment = begin(order)
    row = shipment.lines.get()
    short = picking.short_pick(
        shipment=shipment, shipment_line_id=row.pk, found=Decimal(2), is_missing=False, by=make_user(), at=LATER
    )
    assert (short.quantity, short.served) == (1, None)
    bucket(row.line, ordered=3, picked=2, reserved=1)
    ship(shipment)
    bucket(row.line, ordered=3, reserved=1, shipped=2)
    order.refresh_from_db()
    assert order.status == "in_fulfilment"
    assert level(row.line.product) == (98, 1, 0)


def test_short_pick_of_missing_goods_corrects_the_stock_and_tells_the_desk():
    order = make_order(lines=1)
    shipment = begin(order)
    row = shipment.lines.get()
    picking.short_pick(
        shipment=shipment, shipment_line_id=row.pk, found=Decimal(0), is_missing=True, by=make_user(), at=LATER
    )
    bucket(row.line, ordered=3, backordered=3)
    assert level(row.line.product) == (97, 0, 0)
    movement = StockMovement.objects.get(kind=MovementKind.ADJUSTMENT)
    assert (movement.quantity, movement.document) == (-3, shipment.number)
    assert Incident.objects.get().kind == "shortage"
    assert not Reservation.objects.exists()
    shipment.refresh_from_db()
    assert shipment.status == "cancelled"


def test_ship_moves_everything_in_one_go():
    order = make_order(lines=2)
    carrier = Carrier.objects.create(code="C", name="Carrier")
    shipment = ship(begin(order), carrier=carrier, tracking_number=" ABC 1 ", parcels=2)
    for line in order.lines.all():
        bucket(line, ordered=3, shipped=3)
        assert level(line.product) == (97, 0, 0)
        assert StockMovement.objects.filter(product=line.product).aggregate(total=Sum("quantity"))["total"] == 97
    assert not Reservation.objects.exists()
    order.refresh_from_db()
    order.account.refresh_from_db()
    assert order.status == "shipped"
    assert (order.account.open_orders, order.account.unbilled) == (0, order.gross)
    assert (shipment.status, shipment.shipped_at, shipment.tracking_number, shipment.parcels) == (
        "shipped",
        LATER,
        "ABC 1",
        2,
    )
    assert kinds(order)[-1] == EventKind.SHIPPED


def test_ship_part_leaves_the_order_promised_for_what_is_still_open():
    region = make_region()
    near = make_warehouse(regions=[(region, 1, 1)])
    far = make_warehouse(regions=[(region, 2, 3)])
    close_by, remote = make_product(), make_product()
    make_stock(product=close_by, quantity=5, warehouse=near)
    make_stock(product=close_by, quantity=5, warehouse=far)
    make_stock(product=remote, quantity=5, warehouse=far)
    order = make_order(customer=make_customer(region=region), lines=[(close_by, 8), (remote, 1)])
    soon, later = sorted(set(Reservation.objects.values_list("promised_on", flat=True)))
    assert order.promised_on == later
    shipment = picking.start_picking(order=order, warehouse=far, by=None, at=LATER)
    ship(shipment)
    order.refresh_from_db()
    assert (order.status, order.promised_on) == ("in_fulfilment", soon)
    assert order.lines.get(product=close_by).promised_on == soon


def test_ship_twice_tells_the_second_and_changes_nothing():
    order = make_order(lines=1)
    shipment = begin(order)
    ship(shipment)
    events = kinds(order)
    with pytest.raises(FulfilmentRefused, match="already left"):
        ship(shipment)
    assert kinds(order) == events
    assert level(order.lines.get().product) == (97, 0, 0)


def test_ship_part_keeps_the_rest_reserved_and_picked_goods_go_back():
    order = make_order(lines=2)
    shipment = begin(order)
    first, second = shipment.lines.order_by("line__position")
    picking.confirm_pick(shipment=shipment, shipment_line_id=second.pk, quantity=Decimal(3), by=None, at=LATER)
    ship(shipment, quantities={first.line_id: Decimal(2)})
    bucket(first.line, ordered=3, shipped=2, reserved=1)
    bucket(second.line, ordered=3, reserved=3)
    assert [row.line_id for row in shipment.lines.all()] == [first.line_id]
    rest = begin(order)
    assert rest != shipment
    ship(rest)
    order.refresh_from_db()
    assert order.status == "shipped"


def test_ship_refuses_more_than_was_made_ready():
    order = make_order(lines=1)
    shipment = begin(order)
    line = order.lines.get()
    for quantities in ({line.pk: Decimal(4)}, {line.pk: Decimal(-1)}, {0: Decimal(1)}, {line.pk: Decimal(0)}, {}):
        with pytest.raises(FulfilmentRefused):
            ship(shipment, quantities=quantities)
        bucket(line, ordered=3, reserved=3)
        assert level(line.product) == (100, 3, 0)


def test_charges_and_packaging_go_with_the_first_shipment():
    product, freight = make_product(), make_product(kind="charge", tax_class=make_tax_class(rate="21"))
    make_stock(product=product, quantity=10)
    order = make_order(lines=[(product, 3), (freight, 1)])
    shipment = begin(order)
    goods, charge = order.lines.all()
    ship(shipment, quantities={goods.pk: Decimal(1)})
    bucket(charge, ordered=1, shipped=1)
    assert {row.line_id for row in shipment.lines.all()} == {goods.pk, charge.pk}
    rest = begin(order)
    ship(rest)
    assert {row.line_id for row in rest.lines.all()} == {goods.pk}


def test_paused_orders_do_not_leave():
    order = make_order(lines=1)
    shipment = begin(order)
    type(order).objects.filter(pk=order.pk).update(status="paused")
    with pytest.raises(FulfilmentRefused):
        ship(shipment)
    bucket(order.lines.get(), ordered=3, reserved=3)


def test_cancelled_shipment_frees_what_was_picked():
    order = make_order(lines=1)
    shipment = begin(order)
    row = shipment.lines.get()
    picking.confirm_pick(shipment=shipment, shipment_line_id=row.pk, quantity=Decimal(3), by=None, at=LATER)
    picking.cancel_shipment(shipment=shipment, by=None, at=LATER)
    bucket(row.line, ordered=3, reserved=3)
    assert begin(order) != shipment


def test_tracking_moves_the_shipment_and_repeats_are_ignored():
    shipment = ship(begin(make_order(lines=1)))
    states = []
    for hours, code in enumerate(("collected", "out_for_delivery", "delayed", "in_transit", "delivered"), 1):
        tracking.record_tracking(
            shipment=shipment, code=code, at=LATER + datetime.timedelta(hours=hours), location="Getafe", by=None
        )
        shipment.refresh_from_db()
        states.append(shipment.status)
    assert states == ["in_transit", "in_transit", "exception", "in_transit", "delivered"]
    assert Incident.objects.get().kind == "delay"
    shipment.order.refresh_from_db()
    assert shipment.order.status == "delivered"
    assert TrackingEvent.objects.count() == 5


def test_tracking_reported_twice_or_late_moves_nothing():
    shipment = ship(begin(make_order(lines=1)))
    soon, late = LATER + datetime.timedelta(hours=1), LATER + datetime.timedelta(hours=5)
    tracking.record_tracking(shipment=shipment, code="out_for_delivery", at=late, by=None)
    assert tracking.record_tracking(shipment=shipment, code="out_for_delivery", at=late, by=None) is None
    tracking.record_tracking(shipment=shipment, code="delayed", at=soon, by=None)
    shipment.refresh_from_db()
    assert shipment.status == "in_transit"
    with pytest.raises(FulfilmentRefused):
        tracking.record_tracking(shipment=shipment, code="collected", at=MONDAY, by=None)


def test_delivery_of_part_opens_an_incident_and_a_return_until_the_goods_are_back():
    order = make_order(lines=1)
    shipment = ship(begin(order))
    line = order.lines.get()
    tracking.deliver(
        shipment=shipment, quantities={line.pk: Decimal(2)}, at=TUESDAY, received_by="M. Ruiz", by=make_user()
    )
    bucket(line, ordered=3, shipped=3, delivered=2)
    shipment.refresh_from_db()
    order.refresh_from_db()
    assert (shipment.status, shipment.received_by, order.status) == ("delivered", "M. Ruiz", "shipped")
    assert Incident.objects.get().kind == "refusal"
    document = Return.objects.get()
    row = document.lines.get()
    assert (row.status, row.authorised) == ("in_transit", 1)

    by = make_user()
    aftersales.receive_return(
        document=document, quantities={row.pk: Decimal(1)}, warehouse=shipment.warehouse, by=by, at=TUESDAY
    )
    bucket(line, ordered=3, shipped=3, delivered=2, returned=1)
    assert level(line.product) == (98, 0, 1)
    order.refresh_from_db()
    assert order.status == "delivered"

    with pytest.raises(FulfilmentRefused):
        aftersales.inspect_return(
            document=document, outcomes={row.pk: Outcome(Decimal(1), Decimal(1))}, by=by, at=TUESDAY
        )
    aftersales.inspect_return(document=document, outcomes={row.pk: Outcome(Decimal(0), Decimal(1))}, by=by, at=TUESDAY)
    assert level(line.product) == (97, 0, 0)
    assert ReturnLine.objects.get().status == "closed"


def test_delivery_refused_whole_goes_back_to_the_sender():
    order = make_order(lines=1)
    shipment = ship(begin(order))
    line = order.lines.get()
    tracking.deliver(shipment=shipment, quantities={line.pk: Decimal(0)}, at=TUESDAY, by=None)
    shipment.refresh_from_db()
    assert (shipment.status, shipment.delivered_at) == ("returned_to_sender", None)
    assert Return.objects.get().lines.get().authorised == 3
    with pytest.raises(FulfilmentRefused):
        tracking.deliver(shipment=shipment, at=TUESDAY, by=None)


def test_delivery_refuses_more_than_was_shipped():
    order = make_order(lines=1)
    shipment = ship(begin(order))
    with pytest.raises(FulfilmentRefused):
        tracking.deliver(shipment=shipment, quantities={order.lines.get().pk: Decimal(4)}, at=TUESDAY, by=None)
    bucket(order.lines.get(), ordered=3, shipped=3)


def test_return_is_requested_authorised_received_and_restocked():
    order = make_order(lines=1)
    tracking.deliver(shipment=ship(begin(order)), at=TUESDAY, by=None)
    line, by = order.lines.get(), make_user()
    warehouse = Warehouse.objects.get()
    with pytest.raises(FulfilmentRefused, match=line.code):
        aftersales.request_return(order=order, quantities={line.pk: Decimal(4)}, reason="", by=by, at=TUESDAY)
    document = aftersales.request_return(
        order=order, quantities={line.pk: Decimal(2)}, reason="Too many", by=by, at=TUESDAY
    )
    assert aftersales.returnable_quantities(order=order) == {line.pk: 1}
    row = document.lines.get()
    with pytest.raises(FulfilmentRefused):
        aftersales.receive_return(
            document=document, quantities={row.pk: Decimal(2)}, warehouse=warehouse, by=by, at=TUESDAY
        )
    aftersales.authorise_return(
        document=document, quantities={row.pk: Decimal(2)}, warehouse=warehouse, by=by, at=TUESDAY
    )
    aftersales.receive_return(
        document=document, quantities={row.pk: Decimal(2)}, warehouse=warehouse, by=by, at=TUESDAY
    )
    with pytest.raises(FulfilmentRefused):
        aftersales.receive_return(
            document=document, quantities={row.pk: Decimal(2)}, warehouse=warehouse, by=by, at=TUESDAY
        )
    aftersales.inspect_return(document=document, outcomes={row.pk: Outcome(Decimal(2), Decimal(0))}, by=by, at=TUESDAY)
    assert level(line.product) == (99, 0, 0)
    bucket(line, ordered=3, shipped=3, delivered=3, returned=2)


def test_incident_has_owner_deadline_and_outcome():
    order, by = make_order(lines=1), make_user()
    incident = aftersales.report_incident(order=order, kind="delay", description="Van broke down", by=by, at=LATER)
    assert incident.due_on == datetime.date(2026, 3, 4)
    aftersales.assign_incident(incident=incident, owner=by, due_on=incident.due_on, by=by, at=LATER)
    aftersales.solve_incident(incident=incident, outcome="Sent again", by=by, at=TUESDAY)
    incident.refresh_from_db()
    assert (incident.status, incident.outcome, incident.solved_at) == ("solved", "Sent again", TUESDAY)
    with pytest.raises(FulfilmentRefused):
        aftersales.solve_incident(incident=incident, outcome="Again", by=by, at=TUESDAY)


def test_shipped_part_is_expected_on_its_own_day_not_on_that_of_the_rest():
    warehouse, product = make_warehouse(), make_product()
    make_stock(product=product, quantity=2)
    make_supply(product=product, quantity=9, expected_on=datetime.date(2026, 3, 20), warehouse=warehouse)
    order = make_order(lines=[(product, 5)])
    assert order.promised_on == datetime.date(2026, 3, 24)
    shipment = ship(begin(order))
    assert shipment.expected_on == datetime.date(2026, 3, 3)
    order.refresh_from_db()
    assert order.promised_on == datetime.date(2026, 3, 24)
