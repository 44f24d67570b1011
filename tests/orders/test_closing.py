"""Orders close when nothing more is expected of them: by themselves after a week, or by somebody."""

import datetime
from decimal import Decimal

import pytest
from django.test import Client

from billing.services.invoicing import issue_invoice
from orders.exceptions import FulfilmentRefused
from orders.models import Incident, OrderEvent
from orders.services.aftersales import report_incident, request_return, solve_incident
from orders.services.closing import close_finished, close_order
from orders.services.tracking import deliver
from orders.tasks import close_finished_orders
from tests.factories import make_user
from tests.orders.factories import MONDAY, make_left, make_order

pytestmark = pytest.mark.django_db
SOON = MONDAY + datetime.timedelta(days=6)
A_WEEK_LATER = MONDAY + datetime.timedelta(days=8)


def make_delivered(*, invoiced=True):
    order = deliver(shipment=make_left(), at=MONDAY, by=None).order
    if invoiced:
        issue_invoice(order=order, by=None, today=MONDAY.date(), at=MONDAY)
    order.refresh_from_db()
    assert order.status == "delivered"
    return order


def status(order):
    order.refresh_from_db()
    return order.status


def test_delivered_and_invoiced_order_closes_by_itself_after_a_week(monkeypatch):
    order, unbilled, on_its_way = make_delivered(), make_delivered(invoiced=False), make_left().order
    version = order.version
    assert close_finished(at=SOON) == 0
    monkeypatch.setattr("orders.tasks.timezone.now", lambda: A_WEEK_LATER)
    for _hour in range(2):
        close_finished_orders(0)
    assert (status(order), status(unbilled), status(on_its_way)) == ("closed", "delivered", "shipped")
    assert (order.version, order.lines.get().order_status) == (version + 1, "closed")
    assert OrderEvent.objects.filter(kind="closed").get().order == order


def test_order_in_dispute_stays_open_until_it_is_settled():
    order, by = make_delivered(), make_user()
    report_incident(order=order, kind="damage", description="Broken", by=by, at=SOON)
    request_return(order=order, quantities={order.lines.get().pk: Decimal(1)}, reason="Broken", by=by, at=SOON)
    assert close_finished(at=A_WEEK_LATER) == 0
    with pytest.raises(FulfilmentRefused, match=r"incident is open.*on their way back"):
        close_order(order=order, by=by, at=SOON)
    solve_incident(incident=Incident.objects.get(), outcome="Credited", by=by, at=SOON)
    order.returns.get().lines.update(status="refused")
    assert close_finished(at=A_WEEK_LATER) == 1
    assert status(order) == "closed"


def test_somebody_closes_an_order_once_it_is_finished():
    order = make_delivered(invoiced=False)
    client = Client()
    client.force_login(make_user(desk="agent"))
    page = client.get(f"/desk/orders/{order.pk}/").content.decode()
    assert f'action="/desk/orders/{order.pk}/close/"' in page
    answer = client.post(f"/desk/orders/{order.pk}/close/")
    said = next(iter(client.get(answer["Location"]).context["messages"]))
    assert "Part of it is not invoiced yet." in str(said)
    assert status(order) == "delivered"
    issue_invoice(order=order, by=None, today=MONDAY.date(), at=MONDAY)
    for _click in range(2):
        client.post(f"/desk/orders/{order.pk}/close/")
    assert status(order) == "closed"
    assert OrderEvent.objects.filter(order=order, kind="closed").count() == 1


def test_order_that_is_not_delivered_is_not_closed():
    order = make_order(lines=1)
    with pytest.raises(FulfilmentRefused):
        close_order(order=order, by=None, at=MONDAY)
    assert status(order) == "released"
