"""The list of customers, Customer 360, notes, today and the search."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from customers.models import CustomerNote
from tests.factories import make_contact, make_customer, make_note, make_user
from tests.orders.factories import make_order, make_product

pytestmark = pytest.mark.django_db
LIST_STATEMENTS = 11  # session, person with rights, role and transaction; menus of the filters; counts; rows


@pytest.fixture
def manager(client):
    user = make_user(desk="manager")
    client.force_login(user)
    return user


@pytest.mark.parametrize("number", [1, 3])
def test_customer_list_costs_the_same_for_any_number(client, manager, number, django_assert_num_queries):
    for _n in range(number):
        make_customer(rep=manager)
    with django_assert_num_queries(LIST_STATEMENTS):
        assert client.get(reverse("customers:customer_list")).status_code == 200


def test_customer_list_searches_without_accents_and_by_beginnings(client, manager):
    make_customer(name="Peñalba Hostelería", number="C77001")
    make_customer(name="Other", number="C77002")
    body = client.get(reverse("customers:customer_list"), {"q": "penal host"}).content.decode()
    assert "C77001" in body
    assert "C77002" not in body


def test_tab_over_the_limit_counts_what_it_lists(client, manager):
    customer = make_customer()
    customer.account.credit_limit, customer.account.receivable = Decimal(10), Decimal(11)
    customer.account.save()
    make_customer()
    response = client.get(reverse("customers:customer_list"), {"view": "over"})
    listing = response.context["list"]
    assert [row["pk"] for row in listing.rows] == [customer.pk]
    assert next(tab for tab in listing.tabs if tab.key == "over").count.value == 1


def test_customer_page_shows_who_they_are_and_loads_its_panels_by_address(client, manager):
    customer = make_customer(name="Casa Pepe", delivery_note="Rear dock")
    make_contact(customer=customer, name="Lola Ruiz")
    make_note(customer=customer, body="Calls on Mondays")
    body = client.get(reverse("customers:customer_page", args=[customer.pk])).content.decode()
    for text in ("Casa Pepe", "Rear dock", "Lola Ruiz", "Calls on Mondays"):
        assert text in body
    for view in ("orders:order_list", "orders:shipment_list", "billing:invoice_list"):
        assert f'hx-get="{reverse(view)}?customer={customer.pk}&amp;_panel=' in body


def test_customer_page_draws_its_panels_at_once(client, manager):
    customer = make_customer()
    order, other = make_order(customer=customer), make_order()
    body = client.get(reverse("customers:customer_page", args=[customer.pk])).content.decode()
    assert order.number in body
    assert other.number not in body
    assert 'hx-trigger="load' not in body
    assert body.count("<main") == 1


def test_customer_page_costs_the_same_for_one_order_and_three(client, manager, django_assert_num_queries):
    customer = make_customer()
    make_order(customer=customer)
    url = reverse("customers:customer_page", args=[customer.pk])
    client.get(url)
    with CaptureQueriesContext(connection) as first:
        client.get(url)
    for _number in range(2):
        make_order(customer=customer)
    with django_assert_num_queries(len(first)):
        client.get(url)


def test_rep_with_own_customers_does_not_find_another_s(client):
    client.force_login(make_user(desk="rep", sees_all_customers=False))
    assert client.get(reverse("customers:customer_page", args=[make_customer().pk])).status_code == 404


def test_note_is_added_and_an_empty_one_is_refused(client, manager):
    customer = make_customer()
    url = reverse("customers:customer_notes", args=[customer.pk])
    assert client.post(url, {"body": "Pays on Fridays"}).status_code == 303
    assert client.post(url, {"body": "  "}).status_code == 422
    assert list(CustomerNote.objects.values_list("customer", "body", "created_by")) == [
        (customer.pk, "Pays on Fridays", manager.pk)
    ]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("C88001", True),
        ("c88001", True),
        ("+34 912 345 678", True),
        ("912345678", True),
        ("camion", True),
        ("zzz", False),
    ],
)
def test_search_finds_a_customer_by_number_telephone_or_words(client, manager, typed, found):
    customer = make_customer(number="C88001", name="El Camión Rojo", phone="912 34 56 78")
    body = client.get(reverse("customers:search"), {"q": typed}).content.decode()
    assert (reverse("customers:customer_page", args=[customer.pk]) in body) is found


def test_search_puts_exact_hits_first(client, manager):
    product = make_product(code="PALA-1", name="Shovel")
    make_customer(name="Pala-1 Bar")
    groups = client.get(reverse("customers:search"), {"q": "pala-1"}).context["found"]
    kind, hits = groups[0]
    assert (kind, [hit.url for hit in hits]) == ("", [reverse("inventory:product_page", args=[product.pk])])


def test_search_of_a_buyer_finds_nothing_of_the_desk(client):
    make_customer(name="Secret Company")
    client.force_login(make_user(desk=""))
    assert "Secret Company" not in client.get(reverse("customers:search"), {"q": "secret"}).content.decode()


def test_today_s_figures_are_the_lengths_of_their_lists(client, manager):
    make_order()
    response = client.get(reverse("customers:today_page"))
    cards = [card for _title, cards in response.context["queues"] for card in cards]
    assert cards
    for card in cards:
        listed = client.get(card.url)
        assert listed.status_code == 200, card.url
        shown = listed.context["list"].count.value
        assert shown == getattr(card.count, "value", card.count), (card.key, timezone.localdate())
