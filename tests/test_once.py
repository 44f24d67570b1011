"""One rendering of a form acts once, however often it is sent."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from billing.models import Allocation
from customers.models import CustomerNote, Desk, Invitation, User
from orders.models import Incident, Order, OrderEvent, Return, TrackingEvent
from tests.billing.factories import make_invoice, make_payment
from tests.billing.factories import make_order as make_shipped
from tests.factories import make_customer, make_member, make_user
from tests.orders.factories import MONDAY, make_issuer, make_left, make_order

KEY = re.compile(r'name="form_key" value="(\w+)"')

pytestmark = pytest.mark.django_db

Case = tuple[
    User, str, str, dict[str, Any], type[Model]
]  # who, page of the form, where it goes, what is typed, what it makes


def _manager() -> User:
    return make_user(desk=Desk.MANAGER)


def incident() -> Case:
    page = reverse("orders:incident_create", args=[make_order().pk])
    return _manager(), page, page, {"kind": "damage", "description": "Two broken"}, Incident


def delivered_goods_come_back() -> Case:
    from orders.services.tracking import deliver  # noqa: PLC0415

    shipment = make_left()
    deliver(shipment=shipment, at=MONDAY, by=_manager(), received_by="Ana")
    line = shipment.lines.first().line_id
    page = reverse("orders:return_create", args=[shipment.order_id])
    return _manager(), page, page, {f"line_{line}": "1", "reason": "Not ordered"}, Return


def note_on_a_customer() -> Case:
    customer = make_customer()
    to = reverse("customers:customer_notes", args=[customer.pk])
    return _manager(), to, to, {"body": "Ring twice"}, CustomerNote


def note_on_an_order() -> Case:
    order = make_order()
    page, to = (reverse(name, args=[order.pk]) for name in ("orders:order_page", "orders:order_note"))
    return _manager(), page, to, {"text": "Ring twice"}, OrderEvent


def new_order() -> Case:
    make_issuer()
    page = reverse("orders:order_create")
    return _manager(), page, page, {"customer": make_customer().pk}, Order


def tracking() -> Case:
    shipment = make_left()
    page, to = (reverse(name, args=[shipment.pk]) for name in ("orders:shipment_page", "orders:shipment_track"))
    return _manager(), page, to, {"code": "collected"}, TrackingEvent


def invitation_from_the_desk() -> Case:
    customer = make_customer()
    page = reverse("customers:customer_invite", args=[customer.pk])
    return (
        _manager(),
        page,
        page,
        {"email": "ana@example.com", "name": "Ana", "role": "buyer", "customer": customer.pk},
        Invitation,
    )


def invitation_from_the_portal() -> Case:
    member = make_member()
    page = reverse("customers:people_invite")
    typed = {"email": "ana@example.com", "name": "Ana", "role": "buyer", "customer": member.customer_id}
    return member.user, page, page, typed, Invitation


def allocation() -> Case:
    invoice = make_invoice(order=make_shipped())
    payment = make_payment(payer=invoice.payer, amount="20.00")
    page, to = (reverse(name, args=[payment.pk]) for name in ("billing:payment_page", "billing:payment_allocate"))
    return make_user(desk=Desk.FINANCE), page, to, {f"part_{invoice.instalments.get().pk}": "10"}, Allocation


CASES = [
    incident, delivered_goods_come_back, note_on_a_customer, note_on_an_order, new_order, tracking,
    invitation_from_the_desk, invitation_from_the_portal, allocation,
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_form_sent_twice_acts_once(case: Callable[[], Case], client: Client) -> None:
    user, page, to, typed, made = case()
    client.force_login(user)
    key = KEY.search(client.get(page).content.decode())
    assert key, f"{page} has no form with a key"
    before = made.objects.count()

    first = client.post(to, typed | {"form_key": key[1]}, headers={"Referer": f"http://testserver{page}"})
    again = client.post(to, typed | {"form_key": key[1]}, headers={"Referer": f"http://testserver{page}"})

    assert first.status_code in (200, 303), first.content.decode()
    assert again.status_code in (302, 303)
    assert again["Location"] == (first.get("Location") or to)
    assert made.objects.count() == before + 1


def test_key_with_other_contents_is_refused(client: Client) -> None:
    user, _page, to, typed, made = note_on_an_order()
    client.force_login(user)
    client.post(to, typed | {"form_key": "k"})
    before = made.objects.count()

    response = client.post(to, {"text": "Something else", "form_key": "k"})

    assert response.status_code == 422
    assert made.objects.count() == before


def test_refused_form_may_be_sent_again_with_its_key(client: Client) -> None:
    user, _page, to, typed, made = incident()
    client.force_login(user)
    assert client.post(to, {"description": "", "form_key": "k"}).status_code == 422
    assert client.post(to, typed | {"form_key": "k"}).status_code == 303
    assert made.objects.count() == 1


def test_key_of_another_order_places_nothing(client: Client) -> None:
    user = _manager()
    client.force_login(user)
    first, second = (make_order(placed=False, by=user) for _ in range(2))
    client.post(reverse("orders:order_place", args=[first.pk]), {"version": "1", "key": "k"})

    response = client.post(reverse("orders:order_place", args=[second.pk]), {"version": "1", "key": "k"})

    assert response.status_code == 303
    second.refresh_from_db()
    assert second.status == "draft"
