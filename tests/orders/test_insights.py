"""What a customer bought, on the customer's page."""

import datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from customers.models import Desk
from tests.factories import make_customer, make_user
from tests.orders.factories import make_order

pytestmark = pytest.mark.django_db


def sales(client: Client, customer_id: int) -> tuple[Decimal, int, datetime.date | None]:
    client.force_login(make_user(desk=Desk.MANAGER))
    context = client.get(f"/desk/customers/{customer_id}/sales/").context
    return context["total"], context["orders"], context["last_order"]


def test_sales_are_those_of_the_last_twelve_months(client: Client) -> None:
    customer = make_customer()
    order = make_order(customer=customer, at=timezone.now())
    make_order(customer=customer, at=timezone.now() - datetime.timedelta(days=500))
    assert sales(client, customer.pk) == (order.net, 1, None)


def test_sales_of_a_customer_from_long_ago_are_those_up_to_the_last_order(client: Client) -> None:
    customer = make_customer()
    last = timezone.now() - datetime.timedelta(days=2_000)
    orders = [make_order(customer=customer, at=last - datetime.timedelta(days=days)) for days in (0, 100)]
    make_order(customer=customer, at=last - datetime.timedelta(days=500))
    expected = (sum(order.net for order in orders), 2, timezone.localdate(last))
    assert sales(client, customer.pk) == expected


def test_who_never_ordered_has_no_sales(client: Client) -> None:
    assert sales(client, make_customer().pk) == (0, 0, None)
