"""On which day goods are at the door."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.services.availability import availability
from inventory.services.calendar import Calendar, Route
from inventory.services.promises import PromiseQuery, promise_lines, promise_sentence
from tests.factories import make_customer
from tests.orders.factories import (
    MONDAY,
    make_holiday,
    make_product,
    make_region,
    make_stock,
    make_supply,
    make_warehouse,
)

MADRID = Route(1, "Madrid", datetime.time(14), "Europe/Madrid", 2)


def at(text: str) -> datetime.datetime:
    """A moment, in UTC."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)


def day(text: str) -> datetime.date:
    """A day of March 2026, of which the 2nd is a Monday."""
    return datetime.date.fromisoformat(f"2026-03-{text}")


@pytest.mark.parametrize(
    ("placed", "leaves"),
    [
        ("2026-03-02T12:59", "02"),  # 13:59 in Madrid
        ("2026-03-02T13:01", "03"),
        ("2026-03-06T13:01", "09"),  # Friday afternoon
        ("2026-03-07T08:00", "09"),
        ("2026-03-30T11:59", "30"),  # summer time: 13:59
        ("2026-03-30T12:01", "31"),
        ("2026-03-02T23:30", "03"),  # half past midnight in Madrid
    ],
)
def test_the_cut_off_is_the_houses_own_time(placed: str, leaves: str) -> None:
    assert Calendar().dispatch_day(MADRID, at(placed)) == day(leaves)


@pytest.mark.parametrize(
    ("calendar", "leaves", "arrives"),
    [
        (Calendar(), "02", "04"),
        (Calendar(), "05", "09"),
        (Calendar(weekdays="25"), "02", "06"),
        (Calendar(weekdays="6"), "02", "07"),
        (Calendar(everywhere={day("03")}), "02", "05"),
        (Calendar(regional={day("04")}), "02", "05"),
        (Calendar(weekdays="3", regional={day("04")}), "02", "11"),
    ],
)
def test_goods_travel_on_working_days_and_arrive_on_the_customers(
    calendar: Calendar, leaves: str, arrives: str
) -> None:
    assert calendar.delivery_day(MADRID, day(leaves)) == day(arrives)


def test_nothing_comes_before_it_is_wanted() -> None:
    assert Calendar().delivery_day(MADRID, day("02"), day("14")) == day("16")
    with pytest.raises(ValueError, match="no delivery day"):
        Calendar(weekdays="").delivery_day(MADRID, day("02"))


@pytest.mark.django_db
def test_the_nearest_warehouse_that_has_everything_serves() -> None:
    region = make_region()
    near = make_warehouse(regions=[(region, 1, 1)])
    far = make_warehouse(regions=[(region, 2, 3)])
    make_warehouse()  # does not serve the region
    customer = make_customer(region=region)
    one, two = make_product(), make_product()
    make_stock(product=one, quantity=5, warehouse=near)
    make_stock(product=one, quantity=50, warehouse=far)
    make_stock(product=two, quantity=50, warehouse=far)

    def served(*lines: tuple[object, int]) -> dict[int, list[tuple[int, int]]]:
        queries = [PromiseQuery(n, product.pk, Decimal(quantity)) for n, (product, quantity) in enumerate(lines)]
        found = promise_lines(customer=customer, warehouse_id=None, lines=queries, at=MONDAY)
        return {n: [(part.warehouse_id, int(part.quantity)) for part in p.allocations] for n, p in found.items()}

    assert served((one, 5)) == {0: [(near.pk, 5)]}
    assert served((one, 6)) == {0: [(far.pk, 6)]}
    assert served((one, 5), (two, 5)) == {0: [(far.pk, 5)], 1: [(far.pk, 5)]}
    assert served((one, 55)) == {0: [(near.pk, 5), (far.pk, 50)]}
    assert served((one, 5), (one, 5)) == {0: [(far.pk, 5)], 1: [(far.pk, 5)]}


@pytest.mark.django_db
def test_a_promise_says_why() -> None:
    product, freight = make_product(), make_product(kind="charge")
    warehouse = make_stock(product=product, quantity=4)
    make_supply(product=product, quantity=3, expected_on=day("12"))
    make_supply(product=product, quantity=2)
    make_holiday(day("16"))
    lines = [PromiseQuery(1, product.pk, Decimal(10)), PromiseQuery(2, freight.pk, Decimal(1), stocked=False)]

    with CaptureQueriesContext(connection) as captured:
        promises = promise_lines(customer=make_customer(), warehouse_id=None, lines=lines, at=MONDAY)

    promise = promises[1]
    assert len(captured) - 2 == 1  # two statements make the customer
    assert (promise.from_stock, promise.from_supply, promise.unpromised) == (4, 5, 1)
    assert (promise.promised_on, promise.reason) == (None, "no_supply")
    assert [peg.promised_on for peg in promise.pegs] == [day("17"), None]
    assert promise_sentence(promise) == (
        f"4 from {warehouse.name}, 3 Mar; 3 from the supplier's delivery of 12 Mar, 17 Mar; "
        "2 on order without a date from the supplier; 1 not on order with the supplier yet"
    )
    assert (promises[2].reason, promise_sentence(promises[2])) == ("not_stocked", "goes along with the goods")


@pytest.mark.django_db
def test_availability_knows_what_arrives_and_nobody_waits_for() -> None:
    product = make_product()
    warehouse = make_stock(product=product, quantity=7)
    make_supply(product=product, quantity=5, expected_on=day("12"), pegged=Decimal(2))
    make_supply(product=product, quantity=5, expected_on=day("20"))

    (found,) = availability(product_ids=[product.pk])[product.pk]

    assert (found.warehouse_id, found.on_hand, found.available) == (warehouse.pk, 7, 7)
    assert (found.arriving, found.arriving_on) == (8, day("12"))
    assert availability(product_ids=[]) == {}
