"""A customer reports a problem, and the desk has an incident to deal with."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import CompanyRole
from orders.models import EventKind, Incident, OrderEvent
from tests.factories import make_customer, make_member, make_user
from tests.orders.factories import make_left, make_order, make_product, make_stock

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    """A buyer who is logged in, of a company that a rep looks after."""
    member = make_member(customer=make_customer(rep=make_user(desk="rep")), role=CompanyRole.BUYER)
    client.force_login(member.user)
    return member


def form_of(order):
    return reverse("orders:portal_problem_create", args=[order.pk])


def test_report_becomes_an_incident_of_the_rep_with_a_deadline(client, member):
    oil, saffron = make_product(name="Olive oil"), make_product(name="Saffron")
    for product in (oil, saffron):
        make_stock(product=product, quantity=10)
    order = make_order(customer=member.customer, lines=[(oil, "3"), (saffron, "2")])
    line = order.lines.get(product=oil)
    answer = client.post(form_of(order), {"kind": "damage", "lines": [line.pk], "description": "Two are broken"})
    assert answer["Location"] == reverse("orders:portal_order_page", args=[order.pk])
    incident = Incident.objects.get()
    assert (incident.order, incident.customer, incident.account_id) == (order, member.customer, order.account_id)
    assert (incident.kind, incident.status, incident.shipment) == ("damage", "open", None)
    assert incident.description == f"Olive oil · {oil.code}\nTwo are broken"
    assert (incident.opened_by, incident.owner) == (member.user, order.rep)
    assert incident.due_on == timezone.localdate() + datetime.timedelta(days=2)
    event = OrderEvent.objects.get(order=order, kind=EventKind.INCIDENT)
    assert (event.by, event.is_public, event.data["kind"]) == (member.user, True, "damage")
    page = client.get(answer["Location"]).content.decode()
    assert "Two are broken" in page


def test_shipment_of_the_link_is_chosen_and_kept(client, member):
    shipment = make_left(customer=member.customer)
    address = f"{form_of(shipment.order)}?shipment={shipment.pk}"
    assert f'value="{shipment.pk}" selected' in client.get(address).content.decode()
    client.post(address, {"kind": "shortage", "shipment": shipment.pk, "description": "One box is missing"})
    incident = Incident.objects.get()
    assert (incident.shipment, incident.description) == (shipment, "One box is missing")


def test_wrong_report_keeps_what_was_typed_and_opens_nothing(client, member):
    order, foreign = make_order(customer=member.customer), make_order()
    typed = {"kind": "", "lines": [foreign.lines.first().pk], "description": "It came too late"}
    answer = client.post(form_of(order), typed)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"kind", "lines"}
    assert "It came too late" in answer.content.decode()
    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    ("role", "may"), [("owner", True), ("buyer", True), ("approver", True), ("accounts", False), ("viewer", False)]
)
def test_button_stands_where_the_role_may_report(client, role, may):
    member = make_member(role=role)
    client.force_login(member.user)
    order = make_order(customer=member.customer)
    page = client.get(reverse("orders:portal_order_page", args=[order.pk])).content.decode()
    assert (form_of(order) in page) is may
    assert client.get(form_of(order)).status_code == (200 if may else 403)


def test_draft_takes_no_report(client, member):
    order = make_order(customer=member.customer, placed=False)
    assert client.get(form_of(order)).status_code == 404
