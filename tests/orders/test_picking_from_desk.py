"""Picking begun on an order's page, and what those see there who may not pick."""

import pytest
from django.test import Client

from inventory.models import Warehouse
from orders.models import Shipment
from orders.services.holds import pause_order
from tests.factories import make_customer, make_user
from tests.orders.factories import MONDAY, make_begun, make_order, make_product, make_region, make_stock, make_warehouse

pytestmark = pytest.mark.django_db


def page_of(order, desk="manager", **fields):
    client = Client()
    client.force_login(make_user(desk=desk, **fields))
    return client, client.get(f"/desk/orders/{order.pk}/").content.decode()


def make_split():
    """An order of which a part lies in each of two warehouses: Lugo, then Vigo."""
    region = make_region()
    places = [make_warehouse(name=name, regions=[(region, rank, 1)]) for rank, name in ((1, "Lugo"), (2, "Vigo"))]
    product = make_product()
    for place in places:
        make_stock(product=product, quantity=2, warehouse=place)
    return make_order(lines=[(product, 4)], customer=make_customer(region=region)), *places


def test_order_page_names_the_warehouses_and_begins_in_the_one_pressed():
    order, _lugo, vigo = make_split()
    client, page = page_of(order)
    assert "1 line to pick in Lugo" in page
    assert "Pick in Vigo" in page
    answer = client.post(f"/warehouse/orders/{order.pk}/pick/", {"warehouse": vigo.pk, "back": "order"})
    shipment = Shipment.objects.get()
    assert (shipment.warehouse, answer["Location"]) == (vigo, f"/warehouse/shipments/{shipment.pk}/")
    again = client.post(f"/warehouse/orders/{order.pk}/pick/", {"warehouse": vigo.pk, "back": "order"})
    assert (again["Location"], Shipment.objects.count()) == (answer["Location"], 1)
    page = client.get(f"/desk/orders/{order.pk}/").content.decode()
    assert "Go on picking in Vigo" in page
    assert f"{shipment.created_by.name} picks it in Vigo" in page


def test_who_may_not_pick_sees_where_and_who():
    shipment = make_begun()
    _client, page = page_of(shipment.order, desk="agent")
    assert f"Being picked in {shipment.warehouse.name}" in page
    assert "/pick/" not in page
    client, _page = page_of(shipment.order, desk="agent")
    assert client.post(f"/warehouse/orders/{shipment.order_id}/pick/").status_code == 403


def test_packed_shipment_leads_to_its_dispatch():
    shipment = make_begun()
    Shipment.objects.update(status="packed")
    _client, page = page_of(shipment.order)
    assert f"Packed in {shipment.warehouse.name}" in page
    assert f'href="/warehouse/shipments/{shipment.pk}/pack/"' in page


def test_order_that_must_be_complete_is_not_offered_for_picking():
    product, missing = make_product(), make_product()
    make_stock(product=product, quantity=10)
    order = make_order(lines=[(product, 3), (missing, 1)], customer=make_customer(ship_complete=True))
    _client, page = page_of(order)
    assert "until all is there" in page
    assert "/pick/" not in page


def test_picking_that_is_refused_says_so_on_the_order():
    order = make_order(lines=1)
    warehouse = Warehouse.objects.get()
    client, _page = page_of(order)
    pause_order(order=order, by=make_user(), at=MONDAY, reason="x")
    answer = client.post(f"/warehouse/orders/{order.pk}/pick/", {"warehouse": warehouse.pk, "back": "order"})
    assert answer["Location"] == f"/desk/orders/{order.pk}/"
    assert "can't be picked" in str(next(iter(client.get(answer["Location"]).context["messages"])))
    assert not Shipment.objects.exists()


@pytest.mark.parametrize("posted", ["0", "x", "", "99999999999"])
def test_warehouse_that_is_none_is_not_found(posted):
    order = make_order(lines=1)
    client, _page = page_of(order)
    assert client.post(f"/warehouse/orders/{order.pk}/pick/", {"warehouse": posted}).status_code == 404
    assert not Shipment.objects.exists()


def test_warehouse_without_the_goods_begins_nothing():
    order = make_order(lines=1)
    elsewhere = make_warehouse()
    client, _page = page_of(order, desk="warehouse")
    answer = client.post(f"/warehouse/orders/{order.pk}/pick/", {"warehouse": elsewhere.pk, "back": "order"})
    assert answer["Location"] == "/warehouse/"
    assert not Shipment.objects.exists()
