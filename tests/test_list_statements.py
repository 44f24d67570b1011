"""Every list asks PostgreSQL the same number of statements for one row and for three."""

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from customers.models import Customer, Desk
from tests.billing.factories import make_invoice, make_payment
from tests.billing.factories import make_order as make_billable
from tests.factories import make_customer, make_mail, make_member, make_user
from tests.orders.factories import (
    MONDAY,
    make_incident,
    make_left,
    make_order,
    make_product,
    make_return,
    make_stock,
    make_supply,
)

pytestmark = pytest.mark.django_db


def make_stocked() -> None:
    make_stock(product=make_product(), quantity=7)


def make_promised() -> None:
    product = make_product()
    make_supply(product=product, quantity=50, expected_on=MONDAY.date() + datetime.timedelta(days=7))
    make_order(lines=[(product, "5")])


def make_paid() -> None:
    make_payment(payer=make_customer(), value_on=timezone.localdate(), at=timezone.now())


# A desk's list: what makes a row of it, and the statements of its page, session and person included.
DESK: dict[str, tuple[Callable[[], object], int]] = {
    "customers:customer_list": (make_customer, 8),
    "customers:outbox_list": (make_mail, 7),
    "inventory:product_list": (make_stocked, 9),
    "orders:order_list": (make_order, 9),
    "orders:shipment_list": (make_left, 8),
    "orders:incident_list": (make_incident, 8),
    "orders:return_list": (make_return, 9),
    "orders:supply_list": (make_promised, 9),
    "billing:to_invoice_list": (make_billable, 8),
    "billing:invoice_list": (make_invoice, 8),
    "billing:due_list": (make_invoice, 8),
    "billing:payment_list": (make_paid, 8),
    "billing:receivables_page": (make_invoice, 9),
}

# A list of the portal, of rows for one customer.
PORTAL: dict[str, tuple[Callable[[Customer], object], int]] = {
    "orders:portal_order_list": (lambda customer: make_order(customer=customer), 9),
    "orders:portal_return_list": (lambda customer: make_return(customer=customer), 8),
    "billing:portal_invoice_list": (lambda customer: make_invoice(order=make_billable(customer=customer)), 12),
    "customers:people_list": (lambda customer: make_member(customer=customer), 10),
}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("view", DESK)
def test_list_of_the_desk_costs_the_same_for_any_number_of_rows(
    view: str, rows: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make, statements = DESK[view]
    client.force_login(make_user(desk=Desk.ADMIN, is_superuser=True))
    for _number in range(rows):
        make()
    _page_costs(client, reverse(view), rows, statements, django_assert_num_queries)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("view", PORTAL)
def test_list_of_the_portal_costs_the_same_for_any_number_of_rows(
    view: str, rows: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make, statements = PORTAL[view]
    member = make_member()
    client.force_login(member.user)
    for _number in range(rows):
        make(member.customer)
    _page_costs(client, reverse(view), rows, statements, django_assert_num_queries)


def _page_costs(
    client: Client, address: str, rows: int, statements: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Ask twice, for menus and permissions are remembered from the first time; count the second."""
    first = client.get(address)
    assert first.status_code == 200
    if "list" in first.context:
        assert len(first.context["list"].rows) >= rows
    with django_assert_num_queries(statements):
        client.get(address)
