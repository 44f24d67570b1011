"""Real processes that want the same things at once."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from customers.models import Account
from inventory.models import StockLevel
from orders.models import Order, OrderLine, Reservation
from tests.factories import make_customer, make_user
from tests.orders.factories import (
    make_draft,
    make_issuer,
    make_limited_customer,
    make_order,
    make_product,
    make_stock,
    make_warehouse,
)

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]
Run = Callable[..., list[Any]]


def together(seen: Iterable[dict[str, int]]) -> Counter[str]:
    """What all processes saw."""
    total: Counter[str] = Counter()
    for part in seen:
        total.update(part)
    return total


def test_saleor_6897_thirty_two_processes_sell_500_units_exactly_once(run_processes: Run) -> None:
    make_issuer()
    product = make_product()
    make_stock(product=product, quantity=500)
    customers = [make_customer(accepts_backorders=False).pk for _customer in range(32)]

    seen = together(run_processes(32, "tests.orders.racing.buy_one", 125, product.code, customers))

    level = StockLevel.objects.get(product=product)
    assert (seen["sold"], seen["refused:short"]) == (500, 3500)
    assert seen["given up"] == seen["again:40P01"] == 0
    assert (level.on_hand, level.reserved, level.available) == (500, 500, 0)
    assert Order.objects.count() == Reservation.objects.count() == 500
    assert sum(Account.objects.values_list("open_orders", flat=True)) == 500 * 11


def test_odoo_4524_orders_with_lines_in_any_order_never_deadlock(run_processes: Run) -> None:
    make_issuer()
    make_warehouse()
    make_warehouse()
    products = [make_product() for _product in range(20)]
    for product in products:
        make_stock(product=product, quantity=3000)
    customers = [make_customer().pk for _customer in range(4)]  # accounts are fought for as well

    codes = [product.code for product in products]
    seen = together(run_processes(16, "tests.orders.racing.buy_many", 12, codes, customers))

    assert seen == {"placed": 16 * 12}
    assert sum(StockLevel.objects.values_list("reserved", flat=True)) == 16 * 12 * 10 * 2
    assert sum(OrderLine.objects.values_list("reserved", flat=True)) == 16 * 12 * 10 * 2


def test_holds_released_together_and_orders_placed_meanwhile_never_deadlock(run_processes: Run) -> None:
    product = make_product()
    make_stock(product=product, quantity=1000)
    customers = [make_limited_customer(limit="10") for _customer in range(20)]
    held = [make_order(customer=customer, lines=[(product, 2)]).pk for customer in customers]
    Account.objects.update(credit_limit=None)
    drafts = [[make_draft(customer=one, lines=[(product, 1)]).pk for one in customers] for _process in range(3)]

    seen = together(run_processes(4, "tests.orders.racing.release_or_place", held, drafts, make_user().pk))

    assert seen == {"released": 20, "placed": 60}
    assert StockLevel.objects.get(product=product).reserved == 100


def test_the_same_request_sent_twenty_times_at_once_makes_one_order(run_processes: Run) -> None:
    make_issuer()
    product = make_product()
    make_stock(product=product, quantity=100)
    customer = make_customer()

    answers = run_processes(20, "tests.orders.racing.submit_same", product.code, customer.pk)

    assert answers == [Order.objects.get().pk] * 20
    assert StockLevel.objects.get(product=product).reserved == 1


def test_one_draft_placed_by_many_at_once_is_placed_once(run_processes: Run) -> None:
    draft = make_draft(lines=2)

    seen = together(run_processes(8, "tests.orders.racing.place_same", draft.pk))

    assert seen["placed"] == 1
    assert seen["stale"] + seen["refused:not_a_draft"] == 7
    assert [line.reserved for line in OrderLine.objects.all()] == [3, 3]


def test_of_two_editors_the_second_sees_a_conflict(run_processes: Run) -> None:
    draft, by = make_draft(lines=1), make_user()

    seen = together(run_processes(2, "tests.orders.racing.edit_same", draft.pk, draft.lines.get().code, by.pk))

    assert seen == {"saved": 1, "stale": 1}
    assert OrderLine.objects.get().ordered in (10, 11)
    assert Order.objects.get().version == draft.version + 1
