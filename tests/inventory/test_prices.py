"""What a customer pays, and why."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Account, Customer, Segment
from inventory.models import Product
from inventory.services.prices import PriceQuery, price_chain, resolve_prices
from tests.factories import make_customer
from tests.orders.factories import make_price, make_price_list, make_product

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 3, 2)


def price_of(customer: Customer, product: Product, quantity: str = "1", on: datetime.date = TODAY) -> Decimal | None:
    """The price of one line."""
    query = PriceQuery(position=1, product_id=product.pk, quantity=Decimal(quantity))
    found = resolve_prices(customer=customer, lines=[query], on=on).get(1)
    return found.price if found else None


def test_the_strongest_list_that_has_a_price_decides() -> None:
    segment = Segment.objects.create(code="R", name="Restaurants")
    customer, product = make_customer(segment=segment), make_product(price="10")
    owners = [
        ("segment", {"segment": segment}, "12"),
        ("group", {"group": customer.account}, "13"),
        ("customer", {"customer": customer}, "14"),
        ("promotion", {}, "15"),
        ("contract", {"customer": customer}, "16"),
    ]
    assert price_of(customer, product) == 10
    for level, owner, price in owners:
        make_price(product=product, price_list=make_price_list(level=level, **owner), price=price)
        assert price_of(customer, product) == Decimal(price)

    customer.best_price = True
    assert price_of(customer, product) == 10
    chain = price_chain(customer=customer, product=product, quantity=Decimal(1), on=TODAY)
    assert [(entry.level, entry.verdict) for entry in chain] == [
        ("contract", "dearer"),
        ("promotion", "dearer"),
        ("customer", "dearer"),
        ("group", "dearer"),
        ("segment", "dearer"),
        ("base", "wins"),
    ]


def test_nobody_gets_a_list_of_others() -> None:
    customer, product = make_customer(segment=Segment.objects.create(code="A", name="A")), make_product(price="10")
    other = make_customer(segment=Segment.objects.create(code="B", name="B"))
    for level, owner in [
        ("contract", {"customer": other}),
        ("group", {"group": other.account}),
        ("segment", {"segment": other.segment}),
        ("promotion", {"segment": other.segment}),
    ]:
        make_price(product=product, price_list=make_price_list(level=level, **owner), price="1")

    assert price_of(customer, product) == 10
    assert price_of(make_customer(parent=other), product) == 1  # a branch gets its group's


def test_quantity_breaks_and_the_next_one() -> None:
    customer, product = make_customer(), make_product(price="10")
    make_price(product=product, price="9", minimum="12")
    make_price(product=product, price="8.5", minimum="48")

    assert [price_of(customer, product, quantity) for quantity in ("11.999", "12", "47", "48")] == [
        10, 9, 9, Decimal("8.5"),
    ]  # fmt: skip
    query = PriceQuery(1, product.pk, Decimal(12))
    found = resolve_prices(customer=customer, lines=[query], on=TODAY)[1]
    assert (found.minimum_quantity, found.next_break) == (12, (48, Decimal("8.5")))
    assert (found.level, found.price_list_name, found.price_quantity) == ("base", "Base", 1)


def test_prices_and_lists_hold_between_their_days() -> None:
    customer, product = make_customer(), make_product(price=None)
    day = datetime.timedelta(days=1)
    make_price(product=product, price="5", valid_from=TODAY, valid_to=TODAY + day)
    make_price(product=product, price="6", valid_from=TODAY + 2 * day)

    assert [price_of(customer, product, on=TODAY + n * day) for n in (-1, 0, 1, 2, 90)] == [None, 5, 5, 6, 6]
    spring = make_price_list(level="promotion", valid_from=TODAY, valid_to=TODAY)
    make_price(product=product, price="4", price_list=spring)
    assert [price_of(customer, product, on=TODAY + n * day) for n in (0, 1)] == [4, 5]
    spring.is_active = False
    spring.save()
    assert price_of(customer, product) == 5


def test_prices_are_in_the_accounts_currency() -> None:
    customer, product = make_customer(account=Account.objects.create(name="US", currency="USD")), make_product()

    assert price_of(customer, product) is None
    make_price(product=product, price="11", price_list=make_price_list(level="promotion", currency="USD"))
    assert price_of(customer, product) == 11


@pytest.mark.parametrize("lines", [1, 50])
def test_all_lines_are_priced_by_one_statement(lines: int) -> None:
    customer = make_customer()
    queries = [PriceQuery(n, make_product().pk, Decimal(1)) for n in range(lines)]

    with CaptureQueriesContext(connection) as captured:
        found = resolve_prices(customer=customer, lines=queries, on=TODAY)

    assert (len(captured), len(found)) == (1, lines)
