"""Stock on hand and its ledger."""

from decimal import Decimal

import pytest

from inventory.exceptions import InsufficientStock
from inventory.models import StockLevel, StockMovement
from inventory.services.stock import adjust_stock, receive_stock, transfer_stock
from tests.orders.factories import MONDAY, make_order, make_product, make_stock, make_warehouse

pytestmark = pytest.mark.django_db


def test_a_receipt_is_a_movement_and_a_level() -> None:
    product, warehouse = make_product(), make_warehouse()
    for quantity in (3, 4):
        receive_stock(
            product=product, warehouse=warehouse, quantity=Decimal(quantity), by=None, at=MONDAY, document="PO-1"
        )

    assert StockLevel.objects.get(product=product).on_hand == 7
    assert list(StockMovement.objects.order_by("pk").values_list("quantity", "kind", "document")) == [
        (3, "receipt", "PO-1"),
        (4, "receipt", "PO-1"),
    ]


def test_what_is_reserved_can_not_be_taken_away() -> None:
    product = make_product()
    warehouse = make_stock(product=product, quantity=10)
    make_order(lines=[(product, 8)])
    change = {"product": product, "warehouse": warehouse, "by": None, "at": MONDAY, "document": "A", "reason": "broken"}
    adjust_stock(quantity=Decimal(-2), **change)
    before = list(StockMovement.objects.values_list("pk", "quantity"))

    with pytest.raises(InsufficientStock) as refused:
        adjust_stock(quantity=Decimal(-3), **change)

    assert refused.value.shortages == {product.code: 3}
    assert list(StockMovement.objects.values_list("pk", "quantity")) == before
    assert StockLevel.objects.get(product=product).on_hand == 8


def test_a_transfer_leaves_one_warehouse_for_the_other() -> None:
    product = make_product()
    source, target = make_stock(product=product, quantity=10), make_warehouse()
    move = {"product": product, "source": source, "target": target, "by": None, "at": MONDAY, "document": "T"}
    transfer_stock(quantity=Decimal(4), **move)

    assert dict(StockLevel.objects.values_list("warehouse", "on_hand")) == {source.pk: 6, target.pk: 4}
    with pytest.raises(InsufficientStock):
        transfer_stock(quantity=Decimal(7), **move)
    assert dict(StockLevel.objects.values_list("warehouse", "on_hand")) == {source.pk: 6, target.pk: 4}
