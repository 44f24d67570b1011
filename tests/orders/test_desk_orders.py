"""The desk's list of orders and the page of one."""

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from config.web.lists import count
from customers.models import Customer, Desk, User
from orders.dashboard import cards
from orders.lists import ORDER_VIEWS
from orders.live import version
from orders.models import Order, OrderEvent, OrderLine
from orders.querysets import orders_in_view
from orders.search import search
from tests.factories import make_customer, make_user
from tests.orders.factories import (
    MONDAY,
    make_draft,
    make_holiday,
    make_limited_customer,
    make_order,
    make_product,
    make_region,
    make_stock,
    make_warehouse,
)

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def manager(client: Client) -> User:
    """A sales manager who is logged in."""
    user = make_user(desk=Desk.MANAGER)
    client.force_login(user)
    return user


def make_held(limit: str = "1", **fields: Any) -> Order:
    """An order that the credit limit of its group holds."""
    order = make_order(customer=make_limited_customer(limit=limit), **fields)
    assert order.status == "credit_hold"
    return order


@pytest.mark.parametrize("number", [1, 3])
def test_order_list_query_count(
    client: Client, manager: User, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(number):
        make_order()
    with django_assert_num_queries(13):
        response = client.get("/desk/orders/")
    assert response.status_code == 200
    assert len(response.context["list"].rows) == number


@pytest.mark.parametrize("number", [1, 3])
def test_order_list_fragment_asks_for_no_tabs(
    client: Client, manager: User, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(number):
        make_order()
    with django_assert_num_queries(8):
        response = client.get("/desk/orders/", headers={**HTMX, "HX-Target": "order_table"})
    assert b"<html" not in response.content


@pytest.mark.parametrize("number", [1, 3])
def test_order_page_query_count(
    client: Client, manager: User, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    order = make_order(lines=number)
    with django_assert_num_queries(15):
        response = client.get(f"/desk/orders/{order.pk}/")
    assert [fact.line.position for fact in response.context["lines"]] == list(range(1, number + 1))


def test_views_hold_what_their_names_say(client: Client, manager: User) -> None:
    product = make_product()
    make_stock(product=product, quantity=1)
    short = make_order(lines=[(product, 5)])
    held = make_held()
    fine = make_order()
    Order.objects.filter(pk=fine.pk).update(promised_on=datetime.date(2020, 1, 1))
    draft = make_draft(by=manager)
    make_draft(by=make_user())
    own = make_order(customer=make_customer(rep=manager))

    def numbers(view: str) -> list[str]:
        rows = client.get(f"/desk/orders/?view={view}").context["list"].rows
        return sorted(row["number"] for row in rows)

    assert numbers("to_release") == [held.number]
    assert numbers("backordered") == [short.number]
    assert numbers("undated") == [short.number]
    late = numbers("late")
    assert fine.number in late
    assert held.number not in late
    assert numbers("my_drafts") == [draft.number]
    assert numbers("mine") == [own.number]
    assert len(numbers("all")) == 6


def test_tabs_count_what_their_lists_hold(client: Client, manager: User) -> None:
    make_held()
    make_order()
    make_draft(by=manager)
    page = client.get("/desk/orders/")
    for tab in page.context["list"].tabs:
        shown = client.get(f"/desk/orders/?view={tab.key}").context["list"].count
        assert (tab.key, str(tab.count)) == (tab.key, str(shown))


def test_dashboard_cards_equal_the_lists_they_open(client: Client, manager: User) -> None:
    make_held()
    make_draft(by=manager)
    product = make_product()
    make_order(lines=[(product, 5)])
    request = RequestFactory().get("/")
    request.user = manager
    found = cards(request, timezone.localdate())
    queues = [card for card in found if card.amount is None]
    assert {card.key for card in queues if card.group == "sales"} <= set(ORDER_VIEWS)
    assert {card.key for card in queues if card.group == "warehouse"} == {"leaving", "trouble", "open", "to_decide"}
    assert sum(bool(card.count) for card in queues) >= 3
    for card in queues:
        assert str(client.get(card.url).context["list"].count) == str(card.count)
    figures = [card for card in found if card.amount is not None]
    assert [card.key for card in figures] == ["ordered_today", "ordered_month"]
    for card in figures:
        rows = client.get(card.url).context["list"].rows
        assert (card.amount, card.note) == (sum(row["gross"] for row in rows), f"{len(rows)} orders")


def days_to_ship(user: User, *days: datetime.date) -> list[int]:
    """On which days of March an order is to be shipped, of those asked for."""
    orders = Order.objects.visible_to(user)
    found = {day: orders_in_view(orders, "to_ship", user=user, today=day) for day in days}
    return [day.day for day, due in found.items() if count(due).value]


def test_to_ship_is_what_would_be_late_if_it_left_on_the_next_working_day(manager: User) -> None:
    make_order(at=MONDAY - datetime.timedelta(days=3))  # a Friday; promised for Monday
    week = [datetime.date(2026, 3, 2) + datetime.timedelta(days=day) for day in range(-4, 2)]
    assert days_to_ship(manager, *week) == [27, 28, 1, 2, 3]


def test_to_ship_counts_the_days_on_the_way(manager: User) -> None:
    far = make_region()
    warehouse = make_warehouse(regions=[(far, 1, 2)])
    product = make_product()
    make_stock(product=product, quantity=10, warehouse=warehouse)
    order = make_order(customer=make_customer(region=far), lines=[(product, 1)], at=MONDAY)
    assert order.promised_on == datetime.date(2026, 3, 4)
    friday, monday = datetime.date(2026, 2, 27), datetime.date(2026, 3, 2)
    assert days_to_ship(manager, friday, monday) == [2]


def test_to_ship_counts_holidays_of_the_warehouse_and_of_the_customer(manager: User) -> None:
    near = make_region()
    wednesday, thursday, friday = (datetime.date(2026, 3, day) for day in (4, 5, 6))
    evening = MONDAY + datetime.timedelta(days=2, hours=10)
    regional = make_holiday(friday, near)
    make_order(customer=make_customer(region=near), at=evening)  # leaves on Thursday or Friday, there on Monday
    assert days_to_ship(manager, wednesday, thursday, friday) == [6]
    regional.delete()
    make_holiday(friday)
    assert days_to_ship(manager, wednesday, thursday) == [5]


def test_filters_and_search(client: Client, manager: User) -> None:
    order = make_order(customer=make_customer(name="Hostal Peña"), customer_po="PO 77/26")
    make_order()
    for query in (f"q={order.number}", "q=pena", "q=77/26", f"customer={order.customer_id}"):
        rows = client.get(f"/desk/orders/?{query}").context["list"].rows
        assert [row["number"] for row in rows] == [order.number], query
    served = order.lines.first().reservations.get().warehouse_id
    assert len(client.get(f"/desk/orders/?warehouse={served}&status=released").context["list"].rows) == 2
    assert client.get("/desk/orders/?status=draft").context["list"].rows == []
    assert client.get("/desk/orders/?customer=x").context["list"].rows == []


def test_a_rep_sees_own_customers_only(client: Client) -> None:
    rep = make_user(desk=Desk.REP, sees_all_customers=False)
    client.force_login(rep)
    own, foreign = make_order(customer=make_customer(rep=rep)), make_order()
    rows = client.get("/desk/orders/").context["list"].rows
    assert [row["number"] for row in rows] == [own.number]
    assert client.get(f"/desk/orders/{foreign.pk}/").status_code == 404


def test_bulk_release_names_the_person_and_leaves_the_others(client: Client, manager: User) -> None:
    first, second, fine = make_held(), make_held(), make_order()
    response = client.post(
        "/desk/orders/", {"select": [first.pk, second.pk, fine.pk], "reason": "Paid by card", "to": "release"}
    )
    assert response.status_code == 200
    for order in (first, second):
        order.refresh_from_db()
        assert (order.status, order.credit_decided_by) == ("released", manager)
    fine.refresh_from_db()
    assert fine.status == "released"


def test_bulk_release_without_a_reason_changes_nothing(client: Client, manager: User) -> None:
    order = make_held()
    client.post("/desk/orders/", {"select": [order.pk], "reason": " "})
    order.refresh_from_db()
    assert order.status == "credit_hold"


def test_bulk_release_is_for_those_who_may(client: Client) -> None:
    client.force_login(make_user(desk=Desk.AGENT))
    order = make_held()
    response = client.post("/desk/orders/", {"select": [order.pk], "reason": "Please"})
    order.refresh_from_db()
    assert (response.status_code, order.status) == (403, "credit_hold")


def test_release_by_name_reserves(client: Client, manager: User) -> None:
    order = make_held()
    client.post(f"/desk/orders/{order.pk}/release/", {"reason": "Agreed with finance"})
    order.refresh_from_db()
    assert (order.status, order.credit_decision, order.credit_decided_by) == ("released", "override", manager)
    assert all(line.reserved == 3 for line in order.lines.all())
    texts = " ".join(event.title + event.text for event in client.get(f"/desk/orders/{order.pk}/").context["events"])
    assert "Agreed with finance" in texts


@pytest.mark.parametrize("action", ["release", "pause", "cancel"])
def test_an_action_without_a_reason_changes_nothing(client: Client, manager: User, action: str) -> None:
    order = make_held() if action == "release" else make_order()
    before = (order.status, OrderEvent.objects.filter(order=order).count())
    client.post(f"/desk/orders/{order.pk}/{action}/", {"reason": ""})
    order.refresh_from_db()
    assert (order.status, OrderEvent.objects.filter(order=order).count()) == before


def test_pause_resume_and_cancel(client: Client, manager: User) -> None:
    order = make_order()
    for action, status in (("pause", "paused"), ("resume", "released"), ("cancel", "cancelled")):
        response = client.post(f"/desk/orders/{order.pk}/{action}/", {"reason": "They rang"})
        order.refresh_from_db()
        assert (response.status_code, order.status) == (303, status)
    assert sum(line.reserved for line in order.lines.all()) == 0


def test_refused_action_says_why_and_changes_nothing(client: Client, manager: User) -> None:
    order = make_order()
    client.post(f"/desk/orders/{order.pk}/resume/")
    order.refresh_from_db()
    assert order.status == "released"
    messages = [str(message) for message in client.get(f"/desk/orders/{order.pk}/").context["messages"]]
    assert messages == [f"Order {order.number} is Released by now."]


def test_cancelling_the_rest_of_a_line(client: Client, manager: User) -> None:
    order = make_order()
    line = order.lines.first()
    form = client.get(f"/desk/orders/{order.pk}/lines/{line.pk}/cancel/", headers=HTMX)
    assert form.context["rest"] == Decimal(3)
    client.post(f"/desk/orders/{order.pk}/lines/{line.pk}/cancel/", {"reason": "Not wanted"})
    line.refresh_from_db()
    assert (line.cancelled, line.reserved) == (Decimal(3), Decimal(0))


def test_a_long_order_comes_in_parts(client: Client, manager: User) -> None:
    product = make_product()
    make_stock(product=product, quantity=1000)
    order = make_order(lines=[(product, 1)] * 70)
    page = client.get(f"/desk/orders/{order.pk}/")
    assert (len(page.context["lines"]), page.context["more_after"]) == (60, 60)
    rest = client.get(f"/desk/orders/{order.pk}/lines/?after=60", headers=HTMX)
    assert (len(rest.context["lines"]), rest.context["more_after"]) == (10, None)


def test_margin_is_for_those_who_may_see_costs(client: Client, manager: User) -> None:
    product = make_product(cost=Decimal(6))
    make_stock(product=product, quantity=10)
    order = make_order(lines=[(product, 2)])
    assert client.get(f"/desk/orders/{order.pk}/").context["margin"] == Decimal("8.00")
    rep = make_user(desk=Desk.REP)
    client.force_login(rep)
    assert "margin" not in client.get(f"/desk/orders/{order.pk}/").context
    rep.user_permissions.add(Permission.objects.get(codename="view_cost"))
    client.force_login(User.objects.get(pk=rep.pk))
    assert client.get(f"/desk/orders/{order.pk}/").context["margin"] == Decimal("8.00")


def test_a_price_explains_itself(client: Client, manager: User) -> None:
    order = make_order()
    line = order.lines.first()
    response = client.get(
        f"/desk/orders/{order.pk}/lines/{line.pk}/price/", headers={**HTMX, "HX-Target": "line_price"}
    )
    assert [entry.wins for entry, *_words in response.context["chain"]] == [True]
    assert "Base: Base" in response.content.decode()


def test_a_note_is_for_staff_only(client: Client, manager: User) -> None:
    order = make_order()
    response = client.post(f"/desk/orders/{order.pk}/note/", {"text": "Ring before noon"}, headers=HTMX)
    assert json.loads(response["HX-Trigger"])["order-changed"] == {}
    event = OrderEvent.objects.get(order=order, kind="note")
    assert (event.data["text"], event.is_public, event.by) == ("Ring before noon", False, manager)


def test_an_open_page_learns_of_changes(client: Client, manager: User) -> None:
    order = make_order()
    seen = client.get(f"/desk/orders/{order.pk}/").context["seen"]
    address = f"/desk/orders/{order.pk}/changes/?seen={seen}"
    headers = {**HTMX, "HX-Target": "order_live"}
    assert client.get(address, headers=headers).status_code == 204
    client.post(f"/desk/orders/{order.pk}/note/", {"text": "Changed"})
    response = client.get(address, headers=headers)
    assert "order-changed" in response["HX-Trigger"]
    assert f"seen={seen + 1}" in response.content.decode()


def test_live_version_changes_with_every_event(manager: User) -> None:
    request = RequestFactory().get("/")
    request.user = manager
    before = version(request)
    make_order()
    assert version(request) != before


def test_search_finds_number_po_and_tracking(manager: User) -> None:
    order = make_order(customer_po="AB-9")
    request = RequestFactory().get("/")
    request.user = manager
    for text in (order.number, order.number.lower(), "ab-9"):
        assert [(hit.label, hit.exact) for hit in search(request, text, 5)] == [(order.number, True)]
    assert search(request, "zzz", 5) == []
    request.user = make_user(desk=Desk.REP, sees_all_customers=False)
    assert search(request, order.number, 5) == []


def test_the_customer_keeps_its_name_of_the_day(client: Client, manager: User) -> None:
    order = make_order()
    Customer.objects.filter(pk=order.customer_id).update(name="Renamed")
    row = client.get("/desk/orders/").context["list"].rows[0]
    assert row["customer_name"] == order.customer_name != "Renamed"
    assert OrderLine.objects.filter(order=order).count() == row["line_count"]


# -- Words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("common", [0, 5_000])  # rows above which a word is not looked up in the index
def test_search_finds_every_word_whether_it_is_common_or_rare(common: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("customers.search.COMMON", common)
    wanted = make_order(customer=make_customer(name="Bodegas Puerto"))
    make_order(customer=make_customer(name="Bodegas Norte"))
    digits = wanted.number.partition("-")[2]
    assert list(Order.objects.matching(f"bod puer {digits}")) == [wanted]
    assert list(Order.objects.matching("bodegas puerto")) == [wanted]
    assert list(Order.objects.matching("bodegas puerto nadie")) == []
    assert list(Order.objects.matching("!?")) == []


def test_history_of_rows_knows_who_asked_for_what(client: Client, manager: User) -> None:
    order = make_order()
    address = reverse("orders:order_pause", args=[order.pk])

    assert client.post(address, {"reason": "They asked us to wait"}).status_code == 303

    audit = "SELECT status, pgh_context->>'user', pgh_context->>'url' FROM orders_orderaudit WHERE pgh_obj_id = %s"
    with connection.cursor() as cursor:
        cursor.execute(f"{audit} ORDER BY pgh_id DESC LIMIT 1", [order.pk])
        assert cursor.fetchone() == ("paused", str(manager.pk), address)
