"""Two people at the same shipment, many at the same stock: real processes."""

from decimal import Decimal

import pytest
from django.db.models import Sum

from config.integrity import check
from inventory.models import StockLevel, StockMovement, Warehouse
from orders.models import OrderLine, Reservation, Shipment
from orders.tasks import fill_backorders
from tests.orders.factories import make_begun, make_order, make_product, make_stock, make_supply, make_warehouse

pytestmark = pytest.mark.django_db(transaction=True)
SHIP = "tests.orders.racing_fulfilment.ship_it"
RECEIVE = "tests.orders.racing_fulfilment.receive_one"


def test_shipments_leave_once_whoever_races(run_processes):
    products = [make_product() for _number in range(4)]
    for product in products:
        make_stock(product=product, quantity=100)
    shipments = [
        make_begun(lines=[(product, 2) for product in (products if number % 2 else products[::-1])])
        for number in range(6)
    ]
    shipped = run_processes(6, SHIP, [shipment.pk for shipment in shipments])
    assert sum(shipped) == len(shipments)
    assert set(Shipment.objects.values_list("status", flat=True)) == {"shipped"}
    for level in StockLevel.objects.all():
        assert (level.on_hand, level.reserved) == (88, 0)
        moved = StockMovement.objects.filter(product=level.product_id).aggregate(total=Sum("quantity"))["total"]
        assert moved == level.on_hand
    assert OrderLine.objects.aggregate(total=Sum("shipped"))["total"] == 48
    assert not Reservation.objects.exists()


def test_receipts_at_once_fill_each_unit_once(run_processes):
    make_warehouse()
    product = make_product()
    supply = make_supply(product=product, quantity=20)
    lines = [make_order(lines=[(product, 2)]).lines.get() for _number in range(3)]
    assert sum(run_processes(8, RECEIVE, supply.pk)) == 8
    supply.refresh_from_db()
    level = StockLevel.objects.get(product=product)
    assert (supply.received, supply.pegged, level.on_hand, level.reserved) == (8, 0, 8, 6)
    for line in lines:
        line.refresh_from_db()
        assert (line.reserved, line.backordered) == (Decimal(2), 0)


def test_several_people_begin_one_shipment(run_processes):
    order = make_order(lines=2)
    warehouse = Warehouse.objects.get()
    shipments = run_processes(6, "tests.orders.racing_fulfilment.begin_picking", order.pk, warehouse.pk)
    assert set(shipments) == {Shipment.objects.get().pk}


def test_freed_stock_is_given_once_whoever_races(run_processes):
    product = make_product()
    make_stock(product=product, quantity=24)
    holders = [make_order(lines=[(product, 2)]) for _number in range(12)]
    for _number in range(6):
        make_order(lines=[(product, 2)])  # they wait
    cancelled = run_processes(
        6, "tests.orders.racing_fulfilment.free_or_serve", product.pk, [order.pk for order in holders]
    )
    fill_backorders([product.pk])
    level = StockLevel.objects.get(product=product)
    assert (sum(cancelled), level.on_hand, level.reserved, level.available) == (4, 24, 24, 0)
    assert Reservation.objects.aggregate(total=Sum("quantity"))["total"] == 24
    others = OrderLine.objects.exclude(order__in=holders)
    assert others.aggregate(total=Sum("reserved"))["total"] == 8, "what was freed, whoever came first"
    assert [result.proof.name for result in check() if not result.holds] == []
