"""What staff write down for themselves never reaches the customer; what they write for the customer says so."""

import pytest
from django.test import Client
from django.urls import reverse

from orders.services import cancelling, holds
from tests.factories import make_member, make_user
from tests.orders.factories import MONDAY, make_limited_customer, make_order

pytestmark = pytest.mark.django_db
INSIDE = "Their bank says they are nearly bankrupt"


def release(order, by):
    holds.release_credit_hold(order=order, by=by, at=MONDAY, reason=INSIDE)


def reject(order, by):
    holds.reject_order(order=order, by=by, at=MONDAY, reason=INSIDE)


def pause(order, by):
    holds.pause_order(order=order, by=by, at=MONDAY, reason=INSIDE)


def resume(order, by):
    holds.pause_order(order=order, by=by, at=MONDAY, reason="")
    holds.resume_order(order=order, by=by, at=MONDAY, reason=INSIDE)


def cancel(order, by):
    cancelling.cancel_order(order=order, by=by, at=MONDAY, reason=INSIDE)


def cancel_line(order, by):
    cancelling.cancel_line_rest(line=order.lines.first(), by=by, at=MONDAY, reason=INSIDE)


@pytest.mark.parametrize(
    ("act", "limit", "kind"),
    [
        (release, "10", "released"),
        (reject, "10", "rejected"),
        (pause, None, "paused"),
        (resume, None, "resumed"),
        (cancel, None, "cancelled"),
        (cancel_line, None, "line_cancelled"),
    ],
)
def test_reasons_are_read_by_staff_alone(act, limit, kind):
    customer = make_limited_customer(limit=limit)
    order, by = make_order(customer=customer), make_user(desk="manager")
    act(order, by)
    staff, buyer = Client(), Client()
    staff.force_login(by)
    buyer.force_login(make_member(customer=customer).user)
    assert INSIDE in staff.get(reverse("orders:order_page", args=[order.pk])).content.decode()
    page = buyer.get(reverse("orders:portal_order_page", args=[order.pk])).content.decode()
    assert INSIDE not in page
    assert INSIDE not in str(list(order.events.filter(is_public=True).values_list("data", flat=True)))
    assert kind in order.events.filter(is_public=True).values_list("kind", flat=True)


def test_forms_say_who_reads_what_is_typed(client):
    client.force_login(make_user(desk="manager"))
    order = make_order()
    assert "Only staff read it." in client.get(reverse("orders:order_page", args=[order.pk])).content.decode()
    form = reverse("orders:line_cancel", args=[order.pk, order.lines.first().pk])
    assert "Only staff read it." in client.get(form).content.decode()
    form = reverse("orders:incident_create", args=[order.pk])
    assert "The customer reads it on the order." in client.get(form).content.decode()
