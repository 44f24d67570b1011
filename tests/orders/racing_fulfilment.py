"""What several processes do at once in the tests of fulfilment."""

from decimal import Decimal

from config.database.retry import run_transaction
from inventory.models import Product, PurchaseOrderLine, Warehouse
from orders.exceptions import FulfilmentRefused
from orders.models import Order, Shipment
from orders.services.backorders import serve_backorders
from orders.services.cancelling import cancel_order
from orders.services.drafts import LineInput
from orders.services.filling import receive_supply
from orders.services.picking import start_picking
from orders.services.placing import submit_and_place
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


def free_or_serve(number: int, product_id: int, order_ids: list[int]) -> int:
    """Cancel orders, serve who waits, or place new ones: whatever this process is for; how many orders it cancelled."""
    orders = [Order.objects.get(pk=pk) for pk in order_ids]
    if number % 3 == 0:
        for order in orders[number::6]:
            run_transaction(lambda one=order: cancel_order(order=one, by=None, at=MONDAY, reason="x"))
        return len(orders[number::6])
    code, customer = Product.objects.get(pk=product_id).code, orders[number].customer
    for turn in range(6):
        if number % 3 == 1:
            run_transaction(lambda: serve_backorders(product_ids=[product_id], at=MONDAY))
            continue
        asked = {"customer": customer, "lines": [LineInput(1, code, Decimal(2))], "key": f"{number}.{turn}"}
        run_transaction(lambda one=asked: submit_and_place(**one, by=None, at=MONDAY, channel="api"))
    return 0
