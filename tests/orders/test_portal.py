"""What customers see of their orders, and that it is what the desk sees."""

import datetime
import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from billing.services.invoicing import issue_invoice
from orders.facts import line_facts
from orders.models import OrderEvent
from orders.services.cancelling import cancel_line_rest
from orders.services.picking import start_picking
from orders.services.shipping import ship
from tests.factories import make_customer, make_member, make_user
from tests.orders.factories import MONDAY, make_begun, make_left, make_order, make_product, make_stock, make_supply

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    """An owner who is logged in."""
    member = make_member(role="owner")
    client.force_login(member.user)
    return member


def half_stocked_order(customer):
    """An order of two lines: 3 of one product from stock, 5 of another of which 2 are there and 3 arrive."""
    first, second = make_product(name="Olive oil"), make_product(name="Saffron")
    make_stock(product=first, quantity=10)
    make_stock(product=second, quantity=2)
    make_supply(product=second, quantity=50, expected_on=MONDAY.date() + datetime.timedelta(days=7))
    return make_order(customer=customer, lines=[(first, "3"), (second, "5")])


@pytest.mark.parametrize("number", [1, 3])
def test_list_costs_the_same_for_any_number(client, member, number, django_assert_max_num_queries):
    for _n in range(number):
        make_order(customer=member.customer)
    with django_assert_max_num_queries(14):
        response = client.get(reverse("orders:portal_order_list"))
    assert len(response.context["list"].rows) == number


def test_list_holds_one_s_own_orders_and_no_drafts(client, member):
    mine = make_order(customer=member.customer)
    make_order(customer=member.customer, placed=False)
    make_order()
    rows = client.get(reverse("orders:portal_order_list")).context["list"].rows
    assert [row["pk"] for row in rows] == [mine.pk]


def test_member_of_a_branch_does_not_see_its_sister(client):
    root = make_customer()
    branch, sister = make_customer(parent=root), make_customer(parent=root)
    client.force_login(make_member(customer=branch).user)
    assert client.get(reverse("orders:portal_order_page", args=[make_order(customer=sister).pk])).status_code == 404
    client.force_login(make_member(customer=root).user)
    assert client.get(reverse("orders:portal_order_page", args=[make_order(customer=sister).pk])).status_code == 200


def test_order_tells_what_is_on_its_way_and_what_is_still_to_come(client, member):
    order = half_stocked_order(member.customer)
    by = make_user(desk="warehouse")
    warehouse = order.lines.first().reservations.get().warehouse
    shipment = start_picking(order=order, warehouse=warehouse, by=by, at=MONDAY)
    ship(shipment=shipment, quantities=None, carrier=None, tracking_number="T1", parcels=1, by=by, at=MONDAY)
    context = client.get(reverse("orders:portal_order_page", args=[order.pk])).context
    assert [(s.status, len(parts)) for s, parts in context["shipments"]] == [("shipped", 2)]
    assert [(fact.line.description, int(rest), amount) for fact, rest, amount in context["waiting"]] == [
        ("Saffron", 3, Decimal("30.00"))
    ]
    assert [step.state for step in context["journey"].steps] == ["done", "done", "done", "now", ""]


def test_money_of_a_line_is_shared_among_its_parcels(client, member):
    product = make_product()
    warehouse = make_stock(product=product, quantity=10)
    order = make_order(customer=member.customer, lines=[(product, "12")])
    line = order.lines.get()
    for quantity in (4, 3):
        shipment = start_picking(order=order, warehouse=warehouse, by=None, at=MONDAY)
        if line.backordered:
            line = cancel_line_rest(line=line, by=None, at=MONDAY, reason="")
        ship(shipment=shipment, quantities={line.pk: Decimal(quantity)}, by=None, at=MONDAY)
    context = client.get(reverse("orders:portal_order_page", args=[order.pk])).context
    shown = [
        (int(part.quantity), int(part.wanted), part.amount) for _s, parts in context["shipments"] for part in parts
    ]
    assert shown == [(3, 10, Decimal("30.00")), (4, 10, Decimal("40.00"))]
    assert [(int(rest), amount) for _fact, rest, amount in context["waiting"]] == [(3, Decimal("30.00"))]


def test_delivery_note_can_be_opened_once_it_has_left(client, member):
    shipment = make_begun(customer=member.customer)
    note = reverse("orders:portal_delivery_note", args=[shipment.pk])
    page = reverse("orders:portal_order_page", args=[shipment.order_id])
    assert client.get(note).status_code == 404
    assert note not in client.get(page).content.decode()
    ship(shipment=shipment, by=None, at=MONDAY)
    assert f'href="{note}"' in client.get(page).content.decode()
    answer = client.get(note)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")


def test_order_without_a_date_says_so(client, member):
    product = make_product()
    order = make_order(customer=member.customer, lines=[(product, "5")])
    context = client.get(reverse("orders:portal_order_page", args=[order.pk])).context
    assert context["journey"].headline == "We have no date for everything yet"
    assert context["waiting"][0][0].promised_on is None


def test_internal_events_and_reasons_stay_inside(client, member):
    order = make_order(customer=member.customer)
    OrderEvent.objects.create(
        order=order, account_id=order.account_id, kind="note", at=MONDAY, data={"text": "Bad payer"}, is_public=False
    )
    assert "Bad payer" not in client.get(reverse("orders:portal_order_page", args=[order.pk])).content.decode()


@pytest.mark.parametrize(("role", "reads"), [("owner", True), ("accounts", True), ("buyer", False), ("viewer", False)])
def test_timeline_tells_of_money_to_those_who_see_invoices(role, reads):
    member = make_member(role=role)
    order = make_order(customer=member.customer)
    OrderEvent.objects.create(
        order=order, account_id=order.account_id, kind="paid", at=MONDAY, data={"number": "F-777", "amount": "12.00"}
    )
    client = Client()
    client.force_login(member.user)
    page = client.get(reverse("orders:portal_order_page", args=[order.pk]))
    assert ("F-777" in page.content.decode()) is reads


FACT = re.compile(r'<(\w+)[^>]*data-fact="(\w+)"[^>]*>((?:(?!</\1>).|</\1>(?=</\1>))*)</\1>', re.DOTALL)


def facts_on(page):
    """What stands on a page under each name of a fact, top to bottom."""
    found = {}
    for _tag, name, html in FACT.findall(page.content.decode()):
        found.setdefault(name, []).append(" ".join(strip_tags(html).split()))
    return found


def test_desk_agent_and_portal_show_the_same_facts(client, member):
    order = half_stocked_order(member.customer)
    pages = {"portal": client.get(reverse("orders:portal_order_page", args=[order.pk]))}
    for desk in ("manager", "agent"):
        staff = Client()
        staff.force_login(make_user(desk=desk))
        pages[desk] = staff.get(reverse("orders:order_page", args=[order.pk]))
    shown = {who: facts_on(page) for who, page in pages.items()}
    assert shown["portal"].keys() == {"order_state", "stock", "promised", "net"}
    assert shown["portal"]["net"] == ["€30.00", "€50.00"]
    assert shown["portal"] == shown["manager"] == shown["agent"]
    for fact in line_facts(order):
        assert all(fact.promise in page.content.decode() for page in pages.values())


def test_home_shows_what_is_open(client, member):
    order = make_order(customer=member.customer)
    response = client.get(reverse("orders:portal_home"))
    assert response.context["counts"]["open"].value == 1
    assert order.number in response.content.decode()


def test_desk_agent_and_portal_show_the_same_pay_state(client, member):
    order = make_left(customer=member.customer).order
    issue_invoice(order=order, by=make_user(), today=timezone.localdate())
    table = reverse("billing:portal_invoice_list")
    portal = " ".join(strip_tags(client.get(table, {"order": order.pk}).content.decode()).split())
    for desk in ("manager", "agent"):
        staff = Client()
        staff.force_login(make_user(desk=desk))
        shown = facts_on(staff.get(reverse("billing:order_billing", args=[order.pk])))["pay_state"]
        assert len(shown) == 1
        assert shown[0].startswith("To pay by")
        assert shown[0] in portal
