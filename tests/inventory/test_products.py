"""Products with their stock, and why a customer pays what it pays."""

import datetime

import pytest
from django.urls import reverse

from tests.factories import make_customer, make_user
from tests.orders.factories import (
    make_price,
    make_price_list,
    make_product,
    make_stock,
    make_supply,
    make_warehouse,
)

pytestmark = pytest.mark.django_db
LIST_STATEMENTS = 13  # session, person with rights, role and transaction; a menu; the rows; their stock (2); live


@pytest.fixture
def manager(client):
    user = make_user(desk="manager")
    client.force_login(user)
    return user


@pytest.mark.parametrize("number", [1, 3])
def test_product_list_costs_the_same_for_any_number(client, manager, number, django_assert_max_num_queries):
    for _n in range(number):
        make_stock(product=make_product(), quantity=5)
    with django_assert_max_num_queries(LIST_STATEMENTS):
        assert client.get(reverse("inventory:product_list")).status_code == 200


def test_product_list_shows_stock_and_what_arrives(client, manager):
    product = make_product(name="Saffron")
    make_stock(product=product, quantity=7)
    make_supply(product=product, quantity=4, expected_on=datetime.date(2030, 1, 7))
    make_product(name="Never stocked")
    rows = {row["name"]: row for row in client.get(reverse("inventory:product_list")).context["list"].rows}
    assert (rows["Saffron"]["available"], rows["Saffron"]["arriving"]) == (7, 4)
    assert (rows["Never stocked"]["available"], rows["Never stocked"]["arriving"]) == (0, None)


@pytest.mark.parametrize(
    ("stock", "found"), [("free", ["Saffron"]), ("none", ["Empty"]), ("nonsense", ["Empty", "Saffron"])]
)
def test_product_list_filters_by_what_is_free(client, manager, stock, found):
    make_stock(product=make_product(name="Saffron"), quantity=7)
    make_product(name="Empty")
    rows = client.get(reverse("inventory:product_list"), {"stock": stock}).context["list"].rows
    assert [row["name"] for row in rows] == found


def test_product_list_finds_on_its_way_what_it_shows_as_arriving(client, manager):
    """Drafts, closed, promised and over-received lines, and warehouses out of use, bring nothing that can be sold."""
    make_warehouse()
    idle = make_warehouse(is_active=False)
    saffron = make_product(name="Saffron")
    make_supply(product=saffron, quantity=4, expected_on=datetime.date(2030, 1, 7))
    make_supply(product=saffron, quantity=5, received=8)
    make_supply(product=make_product(name="Over-received"), quantity=5, received=8)
    make_supply(product=make_product(name="Idle"), quantity=5, warehouse=idle)
    for status in ("draft", "cancelled"):
        make_supply(product=make_product(name=status), quantity=5, status=status)
    make_stock(product=make_product(name="Stock out of use"), quantity=3, warehouse=idle)
    rows = client.get(reverse("inventory:product_list"), {"stock": "arriving"}).context["list"].rows
    assert [(row["name"], row["arriving"], row["arriving_on"]) for row in rows] == [
        ("Saffron", 4, datetime.date(2030, 1, 7))
    ]
    shown = client.get(reverse("inventory:product_list")).context["list"].rows
    assert {row["name"] for row in shown if row["arriving"]} == {"Saffron"}
    free = client.get(reverse("inventory:product_list"), {"stock": "free"}).context["list"].rows
    assert [row["name"] for row in free] == [row["name"] for row in shown if row["available"]] == []


def test_price_lookup_marks_the_winner_and_says_why_others_lost(client, manager):
    customer, product = make_customer(number="C90001"), make_product(price="10")
    contract = make_price_list(level="contract", customer=customer, name="Contract")
    make_price(product=product, price="8", price_list=contract, minimum="12")
    url = reverse("inventory:product_page", args=[product.pk])
    for quantity, verdicts in (
        ("1", {"Contract": "too_little", "Base": "wins"}),
        ("12", {"Contract": "wins", "Base": "weaker"}),
    ):
        chain = client.get(url, {"customer": "C90001", "quantity": quantity, "on": "2030-01-07"}).context["chain"]
        assert {entry.price_list_name: entry.verdict for entry in chain} == verdicts


def test_price_lookup_for_an_unknown_customer_says_so(client, manager):
    url = reverse("inventory:product_page", args=[make_product().pk])
    body = client.get(url, {"customer": "nobody", "quantity": "1", "on": "2030-01-07"}).content.decode()
    assert "No customer of yours has this number or name." in body


def test_cost_is_shown_only_to_those_who_may_see_it(client):
    product = make_product(cost="3.3333")
    url = reverse("inventory:product_page", args=[product.pk])
    for desk, shown in (("manager", True), ("agent", False), ("warehouse", False)):
        client.force_login(make_user(desk=desk))
        assert ("3.3333" in client.get(url).content.decode()) is shown, desk


def test_warehouse_sees_stock_but_no_prices(client):
    product = make_product(price="77.77")
    client.force_login(make_user(desk="warehouse"))
    assert "77.77" not in client.get(reverse("inventory:product_page", args=[product.pk])).content.decode()
