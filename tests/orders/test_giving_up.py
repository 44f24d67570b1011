"""What is begun can be given up, what is billed has to be credited first; each step leaves its trace."""

from decimal import Decimal

import pytest
from django.utils import timezone

from billing.services.invoicing import issue_invoice
from orders.exceptions import OrderRefused
from orders.facts import describe
from orders.models import Order, OrderLine
from orders.services import aftersales, picking
from orders.services.cancelling import cancel_line_rest, cancel_order
from orders.services.shipping import ship
from tests.factories import make_customer, make_user
from tests.orders.factories import MONDAY, make_begun, make_incident, make_order

pytestmark = pytest.mark.django_db


def status(order):
    return Order.objects.get(pk=order.pk).status


def kinds(order):
    return list(order.events.order_by("id").values_list("kind", flat=True))


def give_up(shipment, by):
    picking.cancel_shipment(shipment=shipment, by=by, at=MONDAY)


def find_nothing(shipment, by):
    row = shipment.lines.get()
    picking.short_pick(shipment=shipment, shipment_line_id=row.pk, found=Decimal(0), is_missing=False, by=by, at=MONDAY)


@pytest.mark.parametrize("act", [give_up, find_nothing])
def test_picking_that_is_given_up_leaves_the_order_as_it_was(act):
    shipment, by = make_begun(lines=1), make_user()
    act(shipment, by)
    order = shipment.order
    assert status(order) == "released"
    event = order.events.latest("pk")
    assert (event.kind, event.by, event.is_public) == ("picking_stopped", by, False)
    assert shipment.number in describe(event).text
    assert cancel_order(order=order, by=by, at=MONDAY, reason="").status == "cancelled"


def test_picking_that_is_given_up_changes_nothing_of_what_has_left():
    shipment = make_begun(lines=2)
    ship(shipment=shipment, quantities={shipment.lines.first().line_id: Decimal(1)}, by=None, at=MONDAY)
    rest = picking.start_picking(order=shipment.order, warehouse=shipment.warehouse, by=None, at=MONDAY)
    give_up(rest, make_user())
    assert status(shipment.order) == "in_fulfilment"


def test_packing_and_assigning_are_noted_for_staff():
    shipment, by = make_begun(lines=1), make_user()
    picking.pack(shipment=shipment, parcels=2, carrier=None, by=by, at=MONDAY)
    packed = shipment.order.events.latest("pk")
    assert (packed.kind, packed.by, packed.is_public) == ("packed", by, False)
    assert describe(packed).text == f"{shipment.number} · 2 parcels"

    incident = make_incident()
    aftersales.assign_incident(incident=incident, owner=by, due_on=MONDAY.date(), by=by, at=MONDAY)
    assigned = incident.order.events.latest("pk")
    assert (assigned.kind, assigned.by, assigned.is_public) == ("incident", by, False)
    assert (describe(assigned).title, describe(assigned).text) == (
        "Incident assigned",
        f"Delay: {by.name}, until 2 Mar",
    )


def test_what_is_billed_on_order_is_credited_before_it_is_cancelled():
    order = make_order(customer=make_customer(billing_policy="on_order"), lines=2)
    issue_invoice(order=order, by=make_user(), today=timezone.localdate(MONDAY))
    first = order.lines.first()
    before = list(OrderLine.objects.filter(order=order).values_list("cancelled", "reserved")), kinds(order)
    with pytest.raises(OrderRefused, match="credit the invoice first") as refused:
        cancel_order(order=order, by=None, at=MONDAY, reason="")
    assert refused.value.codes == {"invoiced"}
    with pytest.raises(OrderRefused, match=first.code):
        cancel_line_rest(line=first, by=None, at=MONDAY, reason="")
    after = list(OrderLine.objects.filter(order=order).values_list("cancelled", "reserved")), kinds(order)
    assert after == before
