"""Returns that come in parts, into several warehouses, or not at all."""

from decimal import Decimal

import pytest
from django.urls import reverse

from config.integrity import check
from inventory.models import StockLevel
from orders.exceptions import FulfilmentRefused
from orders.models import OrderLine, Return
from orders.services.aftersales import (
    Outcome,
    authorise_return,
    inspect_return,
    receive_return,
    request_return,
    returnable_quantities,
)
from orders.services.tracking import deliver
from tests.factories import make_user
from tests.orders.factories import MONDAY, make_left, make_warehouse

pytestmark = pytest.mark.django_db


def authorised(lines=1) -> Return:
    """All three units of each line are to come back."""
    shipment = deliver(shipment=make_left(lines=lines), at=MONDAY, by=None)
    asked = {line.pk: Decimal(3) for line in shipment.order.lines.all()}
    document = request_return(order=shipment.order, quantities=asked, reason="", by=make_user(), at=MONDAY)
    accepted = {row.pk: Decimal(3) for row in document.lines.all()}
    authorise_return(document=document, quantities=accepted, warehouse=shipment.warehouse, by=make_user(), at=MONDAY)
    return Return.objects.get(pk=document.pk)


def receive(document, row, quantity, warehouse, **options):
    receive_return(
        document=document, quantities={row.pk: Decimal(quantity)}, warehouse=warehouse, by=None, at=MONDAY, **options
    )


def inspect(document, row, restocked, scrapped):
    outcome = Outcome(Decimal(restocked), Decimal(scrapped))
    inspect_return(document=document, outcomes={row.pk: outcome}, by=None, at=MONDAY)


def level(product, warehouse):
    found = StockLevel.objects.get(product=product, warehouse=warehouse)
    return int(found.on_hand), int(found.quarantined)


def states(document):
    return [(row.status, int(row.authorised), int(row.received)) for row in document.lines.order_by("position").all()]


def test_lines_received_in_two_warehouses_are_inspected_where_they_lie():
    document, other = authorised(lines=2), make_warehouse()
    first, second = document.lines.order_by("position")
    here = first.parent.warehouse
    receive(document, first, 3, here)
    receive(document, second, 3, other)
    inspect(document, first, 3, 0)
    inspect(document, second, 1, 2)
    assert level(first.product, here) == (100, 0)
    assert level(second.product, other) == (1, 0)
    assert [result.proof.name for result in check() if not result.holds] == []


def test_what_is_missing_of_a_return_comes_later():
    document, other = authorised(), make_warehouse()
    row = document.lines.get()
    receive(document, row, 1, document.warehouse)
    assert states(document) == [("received", 1, 1), ("authorised", 2, 0)]
    inspect(document, row, 1, 0)
    rest = document.lines.get(status="authorised")
    with pytest.raises(FulfilmentRefused):
        receive(document, rest, 3, other)
    receive(document, rest, 2, other)
    inspect(document, rest, 0, 2)
    assert states(document) == [("closed", 1, 1), ("closed", 2, 2)]
    assert OrderLine.objects.get(pk=row.line_id).returned == 3
    assert returnable_quantities(order=document.order) == {}


@pytest.mark.parametrize(("came", "left"), [(1, [("received", 1, 1)]), (0, [("closed", 0, 0)])])
def test_what_never_comes_is_given_up_and_may_be_asked_for_again(client, came, left):
    document = authorised()
    row = document.lines.get()
    client.force_login(make_user(desk="warehouse"))
    page = reverse("orders:return_page", args=[document.pk])
    data = {"step": "receive", f"line_{row.pk}": str(came), "warehouse": document.warehouse_id, "rest": "last"}
    client.post(page, data)
    assert states(document) == left
    assert returnable_quantities(order=document.order) == {row.line_id: 3 - came}
    assert OrderLine.objects.get(pk=row.line_id).returned == came
