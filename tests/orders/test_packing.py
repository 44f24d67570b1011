"""What lies in the box is what leaves, however it leaves."""

from decimal import Decimal

import pytest
from django.urls import reverse

from orders.services import picking
from tests.factories import make_user
from tests.orders.factories import MONDAY, make_begun

pytestmark = pytest.mark.django_db


@pytest.fixture
def packer(client):
    """Somebody of the warehouse who is logged in."""
    client.force_login(make_user(desk="warehouse"))
    return client


def pick(shipment, *quantities):
    """Put so many of each line into the box, by position."""
    for row, quantity in zip(shipment.lines.order_by("line__position"), quantities, strict=True):
        picking.confirm_pick(shipment=shipment, shipment_line_id=row.pk, quantity=Decimal(quantity), by=None, at=MONDAY)


def shipped(order):
    return [int(line.shipped) for line in order.lines.order_by("position")]


@pytest.mark.parametrize("leaves", ["now", "later"])
@pytest.mark.parametrize(("picked", "left"), [((1, 0), [1, 0]), ((3, 2), [3, 2]), ((0, 0), [3, 3])])
def test_what_lies_in_the_box_leaves_now_as_later(packer, leaves, picked, left):
    shipment = make_begun(lines=2)
    pick(shipment, *picked)
    pack = {"parcels": "1", "form_key": "k", "then": "ship" if leaves == "now" else "keep"}
    packer.post(reverse("orders:pack_page", args=[shipment.pk]), pack)
    packer.post(reverse("orders:dispatch_list"), {"select": shipment.pk})
    assert shipped(shipment.order) == left


def test_packed_shipment_holds_what_was_picked_and_the_rest_stays_reserved():
    shipment = make_begun(lines=2)
    pick(shipment, 1, 0)
    picking.pack(shipment=shipment, parcels=1, carrier=None, by=None, at=MONDAY)
    first, second = shipment.order.lines.order_by("position")
    assert list(shipment.lines.values_list("line", "quantity")) == [(first.pk, 1)]
    assert [(int(line.picked), int(line.reserved)) for line in (first, second)] == [(1, 2), (0, 3)]
