"""What hangs on orders, shipments and returns is seen by whom those are for."""

import pytest
from django.db.models import Model

from customers.models import User
from orders.models import Peg, Reservation, ReturnLine, ShipmentLine, TrackingEvent
from tests.factories import make_customer, make_member, make_user
from tests.orders.factories import make_order, make_product, make_return, make_stock, make_supply

pytestmark = pytest.mark.django_db

PARTS: list[type[Model]] = [Reservation, ShipmentLine, TrackingEvent, ReturnLine]


def _seen(user: User) -> dict[str, set[int]]:
    """Per model, the customers whose rows a person sees."""
    ways = {"Reservation": "line__order", "Peg": "line__order", "ReturnLine": "parent"}
    return {
        model.__name__: set(
            model._default_manager.visible_to(user).values_list(
                f"{ways.get(model.__name__, 'shipment')}__customer", flat=True
            )
        )
        for model in (*PARTS, Peg)
    }


def test_parts_are_seen_by_desk_by_rep_and_by_the_company_itself() -> None:
    rep = make_user(desk="rep", sees_all_customers=False)
    own, other = make_customer(rep=rep), make_customer()
    for customer in (own, other):
        make_return(customer=customer)
        product = make_product()
        make_stock(product=product, quantity=2)
        make_supply(product=product, quantity=2)
        make_order(customer=customer, lines=[(product, 4)])
    assert _seen(make_user(desk="manager")) == _all({own.pk, other.pk})
    assert _seen(rep) == _all({own.pk})
    assert _seen(make_member(customer=own).user) == _all({own.pk}) | {"Peg": set()}
    assert _seen(make_user(desk="")) == _all(set())


def _all(customers: set[int]) -> dict[str, set[int]]:
    return {model.__name__: customers for model in (*PARTS, Peg)}
