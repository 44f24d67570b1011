"""The warehouse's screens and the desk's, as requests."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from inventory.models import ProductBarcode, StockLevel, Warehouse
from orders.models import Incident, OrderEvent, OrderLine, Shipment
from tests.factories import make_user
from tests.orders.factories import (
    make_begun,
    make_incident,
    make_left,
    make_order,
    make_product,
    make_return,
    make_supply,
    make_warehouse,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def warehouse_client(client: Client) -> Client:
    client.force_login(make_user(desk="warehouse"))
    return client


@pytest.fixture
def desk_client(client: Client) -> Client:
    client.force_login(make_user(desk="manager"))
    return client


def text(response):
    return response.content.decode()


def at(name, *args):
    return reverse(f"orders:{name}", args=args)


def test_queue_shows_what_is_reserved_and_begins_it(warehouse_client):
    order = make_order(lines=1)
    page = text(warehouse_client.get(at("pick_queue")))
    assert order.number in page
    answer = warehouse_client.post(at("pick_start", order.pk))
    shipment = Shipment.objects.get()
    assert answer["Location"] == at("pick_page", shipment.pk)


@pytest.mark.parametrize("address", ["/warehouse/stock/", "/warehouse/goods-in/"])
def test_a_scan_that_is_no_text_is_refused(warehouse_client, address):
    make_begun()
    answer = warehouse_client.post(address, {"scan": "x\0y"})
    assert (answer.status_code, "Nothing was changed" in text(answer)) == (400, True)


def test_queue_says_so_when_there_is_nothing(warehouse_client):
    assert "No warehouse yet" in text(warehouse_client.get(at("pick_queue")))
    make_warehouse()
    assert "Nothing waits to be picked" in text(warehouse_client.get(at("pick_queue")))


def test_queue_remembers_the_warehouse(warehouse_client):
    make_order(lines=1)
    other = make_warehouse(name="Zaragoza")
    warehouse_client.post(at("warehouse_choose"), {"warehouse": other.pk})
    page = text(warehouse_client.get(at("pick_queue")))
    assert "Nothing waits to be picked" in page


def test_scan_counts_the_right_product_and_refuses_another(warehouse_client):
    shipment = make_begun(lines=1)
    row = shipment.lines.get()
    ProductBarcode.objects.create(product=row.line.product, code="8412345678905")
    scan = at("pick_scan", shipment.pk)
    page = text(warehouse_client.post(scan, {"scan": "8412345678905", "line": row.pk}))
    assert "Right product" in page
    page = text(warehouse_client.post(scan, {"scan": "4006381333931", "line": row.pk}))
    assert "none of this order" in page
    assert OrderLine.objects.get(pk=row.line_id).picked == 1
    warehouse_client.post(scan, {"scan": row.line.code, "line": row.pk})
    warehouse_client.post(scan, {"scan": row.line.code, "line": row.pk})
    page = text(warehouse_client.post(scan, {"scan": row.line.code, "line": row.pk}))
    assert "in the box already" in page
    assert OrderLine.objects.get(pk=row.line_id).picked == 3


def test_confirm_answers_the_fragment_with_the_next_line(warehouse_client):
    shipment = make_begun(lines=2)
    first, second = sorted(shipment.lines.all(), key=lambda row: row.line.code)
    answer = warehouse_client.post(
        at("pick_page", shipment.pk),
        {"line": first.pk, "quantity": "3"},
        headers=HTMX | {"HX-Target": "pick_now"},
    )
    assert f'name="line" value="{second.pk}"' in text(answer)
    assert "<html" not in text(answer)
    assert warehouse_client.post(at("pick_page", shipment.pk), {"line": second.pk, "quantity": "x"}).status_code == 422


def test_ship_by_double_click_ships_once_and_says_it_well(warehouse_client):
    shipment = make_begun(lines=1)
    page = at("pack_page", shipment.pk)
    data = {"parcels": "2", "tracking_number": "T1", "form_key": "k1", "then": "ship"}
    assert [warehouse_client.post(page, data).status_code for _click in range(2)] == [303, 302]
    said = [str(message) for message in warehouse_client.get(at("pick_queue")).context["messages"]]
    assert all("on its way" in one for one in said)
    product = shipment.lines.get().line.product
    assert StockLevel.objects.get(product=product).on_hand == 97
    warehouse_client.post(page, data | {"form_key": "k2"})
    said = [str(message) for message in warehouse_client.get(at("pick_queue")).context["messages"]]
    assert "already left" in said[0]


def test_warehouse_sees_no_prices(warehouse_client):
    shipment = make_begun(lines=1)
    for page in (
        at("pick_queue"),
        at("pick_page", shipment.pk),
        at("pack_page", shipment.pk),
        at("shipment_page", shipment.pk),
        at("shipment_list"),
    ):
        assert "€" not in text(warehouse_client.get(page))
    assert warehouse_client.get(reverse("orders:order_page", args=[shipment.order_id])).status_code == 403


def test_papers_are_pdf(warehouse_client):
    shipment = make_begun(lines=1)
    for name in ("pick_list", "delivery_note"):
        answer = warehouse_client.get(at(name, shipment.pk) + "?valued=1")
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")


def test_goods_in_receives_once_per_form(warehouse_client):
    make_warehouse()
    supply = make_supply(product=make_product(), quantity=10, expected_on=datetime.date.today())  # noqa: DTZ011
    page = at("receipt_page", supply.pk)
    assert warehouse_client.post(page, {"quantity": "-1"}).status_code == 422
    for data in ({"quantity": "4", "form_key": "k"}, {"quantity": "6", "form_key": "closes the line"}):
        answers = [warehouse_client.post(page, data) for _click in range(2)]
        assert {answer["Location"] for answer in answers} == {at("receipt_list")}
    supply.refresh_from_db()
    assert (supply.received, supply.is_closed) == (10, True)


def test_stock_is_corrected_with_a_reason_but_not_below_what_is_reserved(warehouse_client):
    order = make_order(lines=1)
    level = StockLevel.objects.get(product=order.lines.get().product)
    page = reverse("inventory:stock_page", args=[level.pk])
    assert warehouse_client.post(page, {"counted": "90"}).status_code == 422
    warehouse_client.post(page, {"counted": "90", "reason": "Counted"})
    level.refresh_from_db()
    assert level.on_hand == 90
    warehouse_client.post(page, {"counted": "2", "reason": "Counted"})
    level.refresh_from_db()
    assert level.on_hand == 90


def test_delivery_of_part_from_the_desk(desk_client):
    shipment = make_left(lines=1)
    line = shipment.lines.get().line
    desk_client.post(at("shipment_deliver", shipment.pk), {f"line_{line.pk}": "2", "received_by": "M. Ruiz"})
    shipment.refresh_from_db()
    assert (shipment.status, shipment.received_by, Incident.objects.count()) == ("delivered", "M. Ruiz", 1)
    answer = desk_client.post(at("shipment_deliver", shipment.pk), {})
    assert answer.status_code == 422


def test_tracking_reported_from_the_desk(desk_client):
    shipment = make_left(lines=1)
    desk_client.post(at("shipment_track", shipment.pk), {"code": "delayed", "location": "Getafe"})
    assert "Delayed" in text(desk_client.get(at("shipment_page", shipment.pk)))


def test_new_date_is_shown_before_it_is_told(desk_client):
    make_warehouse()
    product = make_product()
    soon = datetime.date.today() + datetime.timedelta(days=7)  # noqa: DTZ011
    supply = make_supply(product=product, quantity=10, expected_on=soon)
    order = make_order(lines=[(product, 3)])
    later = soon + datetime.timedelta(days=14)
    page = at("supply_page", supply.pk)
    shown = text(
        desk_client.get(page, {"expected_on": later.isoformat()}, headers=HTMX | {"HX-Target": "supply_promises"})
    )
    assert order.number in shown
    assert "later than announced" in shown
    assert not OrderEvent.objects.filter(kind="promise_changed").exists()
    desk_client.post(page, {"expected_on": later.isoformat()})
    assert OrderEvent.objects.filter(kind="promise_changed", order=order).count() == 1
    for day in ("2020-01-01", "9999-12-31"):
        assert desk_client.post(page, {"expected_on": day}).status_code == 422
        assert desk_client.get(page, {"expected_on": day}).status_code == 422


def test_return_walks_from_request_to_shelf(desk_client):
    document = make_return(lines=1)
    row = document.lines.get()
    page = at("return_page", document.pk)
    for step in ("authorise", "receive", "inspect"):
        desk_client.post(page, {"step": step, f"line_{row.pk}": "1", "warehouse": Warehouse.objects.get().pk})
    row.refresh_from_db()
    assert (row.status, row.restocked, row.scrapped) == ("closed", 1, 0)


def test_incident_is_assigned_and_solved(desk_client):
    incident = make_incident()
    desk_client.post(at("incident_page", incident.pk), {"due_on": "2026-03-09"})
    assert desk_client.post(at("incident_solve", incident.pk), {"outcome": ""}).status_code == 422
    desk_client.post(at("incident_solve", incident.pk), {"outcome": "Sent again"})
    incident.refresh_from_db()
    assert incident.status == "solved"


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("shipment_list", make_left),
        ("incident_list", make_incident),
        ("return_list", make_return),
        ("pick_queue", lambda: make_order(lines=1)),
        ("dispatch_list", make_left),
        ("supply_list", lambda: make_supply(product=make_product(), quantity=3)),
        ("receipt_list", lambda: make_supply(product=make_product(), quantity=3)),
    ],
)
def test_lists_cost_the_same_with_one_and_three_rows(desk_client, name, make):
    make()
    desk_client.get(at(name))
    first = cost(lambda: desk_client.get(at(name) + "?view=all"))
    make()
    make()
    assert cost(lambda: desk_client.get(at(name) + "?view=all")) == first


def cost(act):
    with CaptureQueriesContext(connection) as queries:
        assert act().status_code == 200
    return len(queries)


def test_what_is_still_to_come_is_not_reported(desk_client):
    shipment = make_left()
    ahead = (timezone.localtime() + datetime.timedelta(days=400)).strftime("%Y-%m-%dT%H:%M")
    for name, data in (("shipment_track", {"code": "collected"}), ("shipment_deliver", {})):
        answer = desk_client.post(at(name, shipment.pk), data | {"at": ahead})
        assert answer.status_code == 422
        assert "That time is still to come." in text(answer)
    shipment.refresh_from_db()
    assert (shipment.status, shipment.delivered_at) == ("shipped", None)
