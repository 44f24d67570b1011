"""Open pages hear of what changed elsewhere."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from config.web.live import latest
from customers.models import Desk, User
from orders.models import OrderEvent
from orders.services.holds import pause_order
from tests.billing.factories import make_payment
from tests.factories import make_member, make_user
from tests.orders.factories import MONDAY, make_order, make_product, make_stock

pytestmark = pytest.mark.django_db


def ask(client: Client, known: str = "") -> dict[str, dict[str, str]]:
    response = client.get(reverse("live"), {"v": known})
    assert response.status_code == 204
    return json.loads(response.get("HX-Trigger", "{}"))


@pytest.fixture
def manager(client: Client) -> User:
    user = make_user(desk=Desk.MANAGER)
    client.force_login(user)
    return user


def test_nothing_new_says_nothing(client: Client, manager: User) -> None:
    known = ask(client)["live"]["v"]
    assert ask(client, known) == {}


def test_each_topic_is_told(client: Client, manager: User) -> None:
    order = make_order()
    for act, event in (
        (lambda: make_stock(product=make_product(), quantity=5), "stock-changed"),
        (lambda: pause_order(order=order, by=manager, at=MONDAY, reason="Road closed"), "orders-changed"),
        (make_payment, "billing-changed"),
    ):
        known = ask(client)["live"]["v"]
        act()
        assert event in ask(client, known)


def test_buyer_hears_of_the_own_company_alone(client: Client) -> None:
    member = make_member()
    client.force_login(member.user)
    known = ask(client)["live"]["v"]
    make_order()
    assert ask(client, known) == {}
    make_order(customer=member.customer)
    assert "orders-changed" in ask(client, known)


def test_row_that_is_committed_late_is_a_change() -> None:
    order = make_order()
    first = OrderEvent.objects.order_by("-pk").first()
    kept = OrderEvent.objects.exclude(pk=first.pk - 1)
    assert latest(OrderEvent.objects.filter(order=order)) != latest(kept.filter(order=order))
    assert latest(OrderEvent.objects.none()) == "0"


def test_navigation_counts_what_waits_for_a_decision(client: Client, manager: User) -> None:
    assert ask(client)["live"]["counts"] == {"orders:order_list": ""}
