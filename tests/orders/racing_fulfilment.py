"""What several processes do at once in the tests of fulfilment."""

from decimal import Decimal

from config.database.retry import run_transaction
from inventory.models import PurchaseOrderLine, Warehouse
from orders.exceptions import FulfilmentRefused
from orders.models import Order, Shipment
from orders.services.filling import receive_supply
from orders.services.picking import start_picking
from orders.services.shipping import ship
from tests.orders.factories import MONDAY


def ship_it(number: int, shipment_ids: list[int]) -> int:
    """Try to ship the shipments, each process from another end; how many of them this one shipped."""
    shipped = 0
    ids = shipment_ids if number % 2 else shipment_ids[::-1]
    for shipment_id in ids:
        try:
            run_transaction(lambda pk=shipment_id: ship(shipment=Shipment.objects.get(pk=pk), by=None, at=MONDAY))
            shipped += 1
        except FulfilmentRefused:
            pass
    return shipped


def receive_one(number: int, supply_id: int) -> int:
    """Receive one unit of a supply."""
    line = PurchaseOrderLine.objects.get(pk=supply_id)
    run_transaction(lambda: receive_supply(supply_line=line, quantity=Decimal(1), by=None, at=MONDAY))
    return 1


def begin_picking(number: int, order_id: int, warehouse_id: int) -> int:
    """Begin to pick an order; the shipment that is picked."""
    order, warehouse = Order.objects.get(pk=order_id), Warehouse.objects.get(pk=warehouse_id)
    return run_transaction(lambda: start_picking(order=order, warehouse=warehouse, by=None, at=MONDAY)).pk
