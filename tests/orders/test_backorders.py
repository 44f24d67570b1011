"""What became free goes to who waits, by itself: the first promised first, in one step, with a word to each."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from config.integrity import check
from customers.models import OutboxMessage
from inventory.models import Product, StockLevel, Warehouse
from inventory.services.levels import LevelChange, move_levels
from inventory.services.stock import count_stock
from orders.facts import describe
from orders.models import Incident, Order, OrderEvent, OrderLine, Peg, Reservation
from orders.querysets import orders_in_view
from orders.services.aftersales import Outcome, authorise_return, inspect_return, receive_return, solve_incident
from orders.services.backorders import serve_backorders
from orders.services.cancelling import cancel_line_rest, cancel_order
from orders.services.filling import close_supply, receive_supply
from orders.services.picking import short_pick, start_picking
from orders.tasks import fill_backorders, serve_all_backorders, withdraw_overdue_promises
from tests.factories import make_customer, make_user
from tests.orders.factories import (
    MONDAY,
    make_order,
    make_product,
    make_region,
    make_return,
    make_stock,
    make_supply,
    make_warehouse,
)

pytestmark = pytest.mark.django_db
LATER = MONDAY + datetime.timedelta(hours=2)
TUESDAY = datetime.date(2026, 3, 3)
THURSDAY = datetime.date(2026, 3, 5)
FRIDAY = datetime.date(2026, 3, 6)
NEXT_MONDAY = datetime.date(2026, 3, 9)
IN_TWO_WEEKS = datetime.date(2026, 3, 16)


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    """The jobs read the clock: it is Monday morning for them."""
    monkeypatch.setattr("orders.tasks.timezone.now", lambda: LATER)


def waiting_job():
    """The products that a job is to look at; what tests with processes left behind names products that are gone."""
    jobs = ProcrastinateJob.objects.filter(task_name="orders.tasks.fill_backorders", status="todo")
    known = set(Product.objects.values_list("pk", flat=True))
    return [pk for job in jobs for pk in job.args["product_ids"] if pk in known]


def fresh(line):
    return OrderLine.objects.get(pk=line.pk)


def held(line):
    found = fresh(line)
    return int(found.reserved), int(found.backordered), found.promised_on, found.promise_reason


def whole():
    assert [result.proof.name for result in check() if not result.holds] == []


def make_short(stock=4, wanted=(4, 3), **fields):
    """A product of which the first order took everything; (product, its lines in the order of their placing)."""
    make_warehouse()
    product = make_product()
    make_stock(product=product, quantity=stock)
    lines = [
        make_order(lines=[(product, units)], at=MONDAY + datetime.timedelta(minutes=number), **fields).lines.get()
        for number, units in enumerate(wanted)
    ]
    return product, lines


def test_cancelled_order_serves_who_waits_and_says_so():
    product, (first, second) = make_short()
    assert held(second) == (0, 3, None, "no_supply")
    cancel_order(order=first.order, by=make_user(), at=LATER, reason="x")
    assert waiting_job() == [product.pk]
    fill_backorders([product.pk])
    assert held(second) == (3, 0, TUESDAY, "stock")
    second.order.refresh_from_db()
    assert second.order.promised_on == TUESDAY
    level = StockLevel.objects.get(product=product)
    assert (level.reserved, level.available) == (3, 1)
    said = [describe(event).text for event in OrderEvent.objects.filter(order=second.order).order_by("id")][-2:]
    assert said[0] == f"Set aside in {level.warehouse.name}: 3 × {product.code}"
    assert "Tuesday 3 March instead of no date yet. Goods became free" in said[1]
    whole()


def test_nobody_waits_no_job():
    _product, (only,) = make_short(wanted=(4,))
    cancel_order(order=only.order, by=make_user(), at=LATER, reason="x")
    assert waiting_job() == []


def test_rest_of_a_line_that_is_cancelled_serves_who_waits():
    _product, (first, second) = make_short()
    cancel_line_rest(line=first, by=make_user(), at=LATER, reason="x")
    fill_backorders(waiting_job())
    assert held(second) == (3, 0, TUESDAY, "stock")
    whole()


def test_first_promised_is_served_first_then_the_first_placed():
    product, (holder, early, undated) = make_short(wanted=(4, 3, 3))
    supply = make_supply(product=product, quantity=3, expected_on=IN_TWO_WEEKS)
    fill_backorders([product.pk])
    assert held(early)[:2] == (0, 3)
    assert (fresh(early).promised_on is not None, fresh(undated).promised_on) == (True, None)
    cancel_order(order=holder.order, by=make_user(), at=LATER, reason="x")
    fill_backorders([product.pk])
    assert held(early) == (3, 0, TUESDAY, "stock")
    assert held(undated)[:2] == (1, 2)
    supply.refresh_from_db()
    assert supply.pegged == 2
    assert fresh(undated).promised_on == fresh(early).first_promised_on
    whole()


def test_corrected_stock_serves_who_waits():
    product, (_first, second) = make_short()
    level = StockLevel.objects.get(product=product)
    count_stock(level=level, counted=level.on_hand + 2, by=None, at=LATER)
    fill_backorders(waiting_job())
    assert held(second)[:3] == (2, 1, None)
    whole()


def test_stock_that_another_warehouse_sends_serves_who_waits():
    product, (_first, second) = make_short()
    level, region = StockLevel.objects.get(product=product), make_region()
    other = make_warehouse(regions=[(region, 1, 1)])
    type(second.order).objects.filter(pk=second.order_id).update(warehouse=level.warehouse)
    make_stock(product=product, quantity=3, warehouse=other)
    fill_backorders([product.pk])
    assert held(second)[:2] == (0, 3)
    for kind, warehouse, sent in (("transfer_out", other, -3), ("transfer_in", level.warehouse, 3)):
        change = LevelChange(product.pk, warehouse.pk, on_hand=Decimal(sent))
        move_levels(changes=[change], kind=kind, document="T", by=None, at=LATER)
    fill_backorders(waiting_job())
    assert held(second)[:2] == (3, 0)
    whole()


def test_goods_that_come_back_good_serve_who_waits():
    document = make_return()
    row, by = document.lines.get(), make_user()
    warehouse = Warehouse.objects.get()
    level = StockLevel.objects.get(product=row.product)
    taker = make_order(lines=[(row.product, level.available + 1)]).lines.get()
    authorise_return(document=document, quantities={row.pk: Decimal(1)}, warehouse=warehouse, by=by, at=LATER)
    receive_return(document=document, quantities={row.pk: Decimal(1)}, warehouse=warehouse, by=by, at=LATER)
    assert waiting_job() == []
    inspect_return(document=document, outcomes={row.pk: Outcome(Decimal(1), Decimal(0))}, by=by, at=LATER)
    fill_backorders(waiting_job())
    assert held(taker)[1:] == (0, TUESDAY, "stock")
    whole()


def test_rest_of_a_receipt_serves_who_waits_for_a_later_delivery():
    product, (_holder, second) = make_short()
    later = make_supply(product=product, quantity=5, expected_on=IN_TWO_WEEKS)
    fill_backorders([product.pk])
    sooner = make_supply(product=product, quantity=9, expected_on=THURSDAY)
    receive_supply(supply_line=sooner, quantity=Decimal(9), by=None, at=LATER)
    fill_backorders(waiting_job())
    assert held(second) == (3, 0, TUESDAY, "stock")
    later.refresh_from_db()
    assert (later.pegged, Peg.objects.count()) == (0, 0)
    whole()


def test_supply_that_becomes_free_goes_to_who_waits_longest():
    make_warehouse()
    product = make_product()
    supply = make_supply(product=product, quantity=4, expected_on=THURSDAY)
    first, second = (make_order(lines=[(product, units)]).lines.get() for units in (4, 3))
    assert (fresh(first).promised_on, fresh(second).promised_on) == (NEXT_MONDAY, None)
    cancel_order(order=first.order, by=make_user(), at=LATER, reason="x")
    fill_backorders(waiting_job())
    assert held(second) == (0, 3, NEXT_MONDAY, "supply")
    supply.refresh_from_db()
    assert supply.pegged == 3
    assert "An earlier delivery" in describe(OrderEvent.objects.latest("id")).text
    whole()


def test_supply_that_was_entered_serves_who_waits():
    product, (_first, second) = make_short()
    make_supply(product=product, quantity=3, expected_on=THURSDAY)
    serve_all_backorders(0)
    assert held(second) == (0, 3, NEXT_MONDAY, "supply")
    whole()


def test_complete_deliveries_wait_for_their_last_line():
    make_warehouse()
    here, late, gone = make_product(), make_product(), make_product()
    make_stock(product=gone, quantity=2)
    holder = make_order(lines=[(gone, 2)])
    make_supply(product=late, quantity=1, expected_on=THURSDAY)
    make_stock(product=here, quantity=1)
    order = make_order(lines=[(here, 1), (late, 1), (gone, 1)], customer=make_customer(ship_complete=True))
    assert set(order.lines.values_list("promised_on", flat=True)) == {None}
    cancel_order(order=holder, by=make_user(), at=LATER, reason="x")
    fill_backorders(waiting_job())
    assert set(order.lines.values_list("promised_on", flat=True)) == {NEXT_MONDAY}
    whole()


def test_goods_that_would_come_later_than_promised_stay_free():
    region = make_region()
    near, far = make_warehouse(regions=[(region, 1, 1)]), make_warehouse(regions=[(region, 2, 9)])
    product = make_product()
    make_supply(product=product, quantity=3, expected_on=TUESDAY, warehouse=near)
    line = make_order(lines=[(product, 3)], customer=make_customer(region=region)).lines.get()
    promised = line.promised_on
    make_stock(product=product, quantity=3, warehouse=far)
    fill_backorders(waiting_job())
    assert held(line) == (0, 3, promised, "supply")


def test_customers_are_told_once_per_run():
    customer = make_customer(email="shop@shop.test", language="en")
    product, (first, _second, _third) = make_short(stock=9, wanted=(9, 3, 2), customer=customer)
    cancel_order(order=first.order, by=make_user(), at=LATER, reason="x")
    fill_backorders(waiting_job())
    mail = OutboxMessage.objects.get()
    assert mail.subject.startswith("New delivery dates for orders")
    fill_backorders([product.pk])
    serve_all_backorders(0)
    assert OutboxMessage.objects.count() == 1


def test_serving_many_lines_costs_the_same_as_one():
    def cost(waiting):
        product, (holder, *_rest) = make_short(stock=20, wanted=(20, *[1] * waiting))
        cancel_order(order=holder.order, by=make_user(), at=LATER, reason="x")
        with CaptureQueriesContext(connection) as queries:
            served, _count = serve_backorders(product_ids=[product.pk], at=LATER)
        assert len(served.given) == waiting
        return len(queries)

    assert cost(1) == cost(4)


def test_nothing_is_locked_or_written_where_nothing_can_be_given():
    product, _lines = make_short()
    before = list(Reservation.objects.values())
    with CaptureQueriesContext(connection) as queries:
        assert serve_backorders(product_ids=[product.pk], at=LATER) == (None, 0)
    assert not any("FOR UPDATE" in query["sql"] for query in queries)
    assert list(Reservation.objects.values()) == before


def test_overdue_delivery_takes_its_date_back_once_and_says_so(monkeypatch):
    customer = make_customer(email="shop@shop.test", language="en")
    product, (_holder, line) = make_short(customer=customer)
    supply = make_supply(product=product, quantity=3, expected_on=THURSDAY)
    fill_backorders([product.pk])
    assert held(line) == (0, 3, NEXT_MONDAY, "supply")
    OutboxMessage.objects.all().delete()
    withdraw_overdue_promises(0)
    assert held(line) == (0, 3, NEXT_MONDAY, "supply")
    monkeypatch.setattr("orders.tasks.timezone.now", lambda: LATER + datetime.timedelta(days=4))
    for _hour in range(2):
        withdraw_overdue_promises(0)
        assert held(line) == (0, 3, None, "supply_late")
    line.order.refresh_from_db()
    assert line.order.promised_on is None
    events = OrderEvent.objects.filter(order=line.order, kind="promise_changed", data__cause="overdue")
    assert "no date yet instead of Monday 9 March. Our supplier has not delivered" in describe(events.get()).text
    assert OutboxMessage.objects.count() == 1
    assert list(Peg.objects.values_list("supply", "quantity", "promised_on")) == [(supply.pk, 3, None)]
    assert orders_in_view(Order.objects.all(), "at_risk", user=None, today=FRIDAY).get() == line.order
    assert not orders_in_view(Order.objects.all(), "at_risk", user=None, today=THURSDAY).exists()
    whole()


def test_overdue_delivery_is_replaced_where_another_source_is_free(monkeypatch):
    product, (_holder, line) = make_short()
    late = make_supply(product=product, quantity=3, expected_on=THURSDAY)
    fill_backorders([product.pk])
    other = make_supply(product=product, quantity=5, expected_on=IN_TWO_WEEKS)
    monkeypatch.setattr("orders.tasks.timezone.now", lambda: LATER + datetime.timedelta(days=4))
    withdraw_overdue_promises(0)
    assert held(line) == (0, 3, datetime.date(2026, 3, 18), "supply")
    assert list(Peg.objects.values_list("supply", "quantity")) == [(other.pk, 3)]
    late.refresh_from_db()
    assert late.pegged == 0
    assert "you get it from another source" in describe(OrderEvent.objects.latest("id")).text
    whole()


def test_figure_of_promises_at_risk_is_the_list_behind_it(client, monkeypatch):
    product, _lines = make_short()
    make_supply(product=product, quantity=3, expected_on=THURSDAY)
    fill_backorders([product.pk])
    client.force_login(make_user(desk="manager"))
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *moment: FRIDAY)
    groups = client.get("/desk/").context["queues"]
    card = next(card for _title, cards in groups for card in cards if card.key == "at_risk")
    assert (str(card.count), card.url) == ("1", "/desk/orders/?view=at_risk")
    assert len(client.get(card.url).context["list"].rows) == 1


def make_two_places(first, second):
    """A line of 3 units that was to be picked in the first of two warehouses; (shipment, line, second warehouse)."""
    region = make_region()
    here, there = (make_warehouse(regions=[(region, rank, rank)]) for rank in (1, 2))
    product = make_product()
    make_stock(product=product, quantity=first, warehouse=here)
    order = make_order(lines=[(product, 3)], customer=make_customer(region=region))
    if second:
        make_stock(product=product, quantity=second, warehouse=there)
    return start_picking(order=order, warehouse=here, by=None, at=LATER), order.lines.get(), there


def pick_short(shipment, found):
    return short_pick(
        shipment=shipment,
        shipment_line_id=shipment.lines.get().pk,
        found=Decimal(found),
        is_missing=True,
        by=make_user(),
        at=LATER,
    )


def test_missing_goods_come_from_another_warehouse():
    shipment, line, there = make_two_places(9, 5)
    short = pick_short(shipment, 1)
    assert (short.quantity, [(part.warehouse_id, part.quantity) for part in short.served.given]) == (2, [(there.pk, 2)])
    found = fresh(line)
    assert (found.picked, found.reserved, found.backordered) == (1, 2, 0)
    assert found.promised_on > line.promised_on
    levels = StockLevel.objects.values_list("warehouse", "on_hand", "reserved")
    assert set(levels) == {(shipment.warehouse_id, 7, 1), (there.pk, 5, 2)}
    said = [describe(event).text for event in OrderEvent.objects.filter(order=line.order).order_by("id")][-3:]
    assert said[0].startswith(f"Shortage: 2 × {line.code}")
    assert said[1] == f"Set aside in {there.name} instead: 2 × {line.code}"
    assert "were not in their place" in said[2]
    whole()


def test_missing_goods_wait_for_supply_with_its_date_else_without():
    shipment, line, _there = make_two_places(9, 0)
    supply = make_supply(product=line.product, quantity=1, expected_on=THURSDAY, warehouse=shipment.warehouse)
    pick_short(shipment, 0)
    assert held(line) == (0, 3, None, "no_supply")
    assert list(Peg.objects.values_list("supply", "quantity")) == [(supply.pk, 1)]
    shipment.refresh_from_db()
    assert shipment.status == "cancelled"
    make_supply(product=line.product, quantity=9, expected_on=TUESDAY, warehouse=shipment.warehouse)
    serve_all_backorders(0)
    assert held(line)[:2] == (0, 3)
    assert fresh(line).promised_on
    whole()


def test_stock_that_was_not_found_is_counted_on_again_when_the_incident_is_solved():
    shipment, line, _there = make_two_places(9, 0)
    pick_short(shipment, 0)
    serve_all_backorders(0)
    assert held(line)[:2] == (0, 3)
    solve_incident(incident=Incident.objects.get(), outcome="Found behind", by=make_user(), at=LATER)
    serve_all_backorders(0)
    assert held(line)[:2] == (3, 0)
    whole()


def test_closed_supply_is_replaced_by_another():
    product, (_holder, line) = make_short()
    given_up = make_supply(product=product, quantity=3, expected_on=THURSDAY)
    fill_backorders([product.pk])
    other = make_supply(product=product, quantity=3, expected_on=IN_TWO_WEEKS)
    (change,) = close_supply(supply_line=given_up, by=make_user(), at=LATER)
    assert change.cause == "supplier_replaced"
    assert list(Peg.objects.values_list("supply", "quantity")) == [(other.pk, 3)]
    assert held(line) == (0, 3, change.new, "supply")
    whole()
