"""The search box over everything."""

import pytest
from django.test import RequestFactory

from config.web.search import find
from customers.models import Desk
from tests.factories import make_customer, make_user
from tests.orders.factories import make_order

pytestmark = pytest.mark.django_db


def test_a_name_shows_the_customer_before_the_orders(rf: RequestFactory) -> None:
    customer = make_customer(name="Hotel Mirador")
    order = make_order(customer=customer)
    request = rf.get("/search/")
    request.user = make_user(desk=Desk.AGENT)
    found = [(kind, [hit.label for hit in hits]) for kind, hits in find(request, "mirador")]
    assert found == [("Customers", [customer.name]), ("Orders", [order.number])]
