"""Placing orders."""

from decimal import Decimal

import pytest

from orders.models import Order
from tests.orders.factories import make_order

pytestmark = pytest.mark.django_db


def test_placing_reserves_and_promises_everything_from_stock() -> None:
    order = make_order(lines=2)

    assert Order.objects.get(pk=order.pk).status == "released"
    assert [line.reserved for line in order.lines.all()] == [Decimal(3), Decimal(3)]
