"""The demo company: whole and in agreement with itself; and the administration over so many rows of everything.

It is loaded once, in small, for all tests of this module.
"""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker
from stdnum import ean, iban
from stdnum.es import nif

from billing.demo.loading import DataExists, load_demo
from billing.models import Invoice, Payment
from config.web.admin import EstimatingPaginator, ReadOnlyAdmin
from customers.models import Account, Customer, IssuerBankAccount, Membership, User
from inventory.models import Holiday, Product, ProductBarcode, ProductLine, PurchaseOrderLine, StockLevel
from orders.models import Incident, Order, OrderEvent, OrderLine, OrderStatus, Return, Shipment

CUSTOMERS = 44


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[datetime.datetime]:
    """The moment at which the company was loaded, in small, into a copy of the test database; the copy goes away."""
    at = timezone.now()
    original = str(connection.settings_dict["NAME"])
    copy = f"{original}_demo"
    with django_db_blocker.unblock():
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{original}"')
        connection.settings_dict["NAME"] = copy
        try:
            load_demo(at=at, customers=CUSTOMERS)
            connection.close()
            yield at
        finally:
            connection.close()
            connection.settings_dict["NAME"] = original
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')


# What counters say against what they count. Each query finds the rows that disagree.
PROOFS = {
    "stock is the sum of its ledger": """
        SELECT l.id FROM inventory_stocklevel l WHERE l.on_hand <>
          (SELECT coalesce(sum(m.quantity), 0) FROM inventory_stockmovement m
           WHERE m.product_id = l.product_id AND m.warehouse_id = l.warehouse_id)""",
    "the ledger never fell below zero": """
        SELECT id FROM (SELECT id, sum(quantity) OVER (PARTITION BY product_id, warehouse_id ORDER BY at, id) AS balance
                        FROM inventory_stockmovement) x WHERE balance < 0""",
    "reserved is the sum of reservations": """
        SELECT l.id FROM inventory_stocklevel l WHERE l.reserved <>
          (SELECT coalesce(sum(r.quantity), 0) FROM orders_reservation r
           WHERE r.product_id = l.product_id AND r.warehouse_id = l.warehouse_id)""",
    "supply is pegged once": """
        SELECT s.id FROM inventory_purchaseorderline s WHERE s.pegged <>
          (SELECT coalesce(sum(p.quantity), 0) FROM orders_peg p WHERE p.supply_id = s.id)""",
    "lines count their shipments": """
        SELECT l.id FROM orders_orderline l WHERE (l.shipped, l.delivered) IS DISTINCT FROM
          (SELECT row(coalesce(sum(sl.quantity) FILTER (WHERE s.status NOT IN ('open', 'packed', 'cancelled')), 0),
                      coalesce(sum(sl.delivered), 0))::record
           FROM orders_shipmentline sl JOIN orders_shipment s ON s.id = sl.shipment_id WHERE sl.line_id = l.id)""",
    "lines count what was billed": """
        SELECT l.id FROM orders_orderline l WHERE l.invoiced <>
          (SELECT coalesce(sum(b.quantity), 0) FROM billing_invoiceline b
           WHERE b.order_line_id = l.id AND b.credit_kind = '')""",
    "lines count what was credited": """
        SELECT l.id FROM orders_orderline l WHERE l.credited <>
          (SELECT coalesce(sum(b.quantity), 0) FROM billing_invoiceline b
           WHERE b.order_line_id = l.id AND b.credit_kind = 'goods')""",
    "lines count what came back": """
        SELECT l.id FROM orders_orderline l WHERE l.returned <>
          (SELECT coalesce(sum(r.received), 0) FROM orders_returnline r WHERE r.line_id = l.id)""",
    "orders add up": """
        SELECT o.id FROM orders_order o LEFT JOIN (
          SELECT order_id, sum(net) AS net, sum(lines) AS lines,
                 sum(round(net * tax_rate / 100, 2) + round(net * surcharge_rate / 100, 2)) AS tax
          FROM (SELECT order_id, tax_rate, surcharge_rate, sum(net) AS net, count(*) AS lines
                FROM orders_orderline GROUP BY 1, 2, 3) r GROUP BY order_id) t ON t.order_id = o.id
        WHERE (o.net, o.tax, o.line_count) IS DISTINCT FROM
              (coalesce(t.net, 0), coalesce(t.tax, 0), coalesce(t.lines, 0))""",
    "invoices are settled by allocations": """
        SELECT i.id FROM billing_invoice i WHERE i.settled <>
          (SELECT coalesce(sum(a.amount), 0) FROM billing_allocation a
           WHERE a.invoice_id = i.id OR a.credit_note_id = i.id)""",
    "instalments are settled by allocations": """
        SELECT n.id FROM billing_instalment n WHERE n.settled <>
          (SELECT coalesce(sum(a.amount), 0) FROM billing_allocation a WHERE a.instalment_id = n.id)""",
    "payments are used by allocations": """
        SELECT p.id FROM billing_payment p WHERE p.allocated <>
          (SELECT coalesce(sum(a.amount), 0) FROM billing_allocation a WHERE a.payment_id = p.id)""",
    "numbers have no gaps": """
        SELECT s.id FROM billing_invoiceseries s WHERE s.last_number <>
          (SELECT count(*) FROM billing_invoice i WHERE i.series_id = s.id)""",
    "groups owe what documents say": """
        SELECT a.id FROM customers_account a WHERE a.receivable <>
          (SELECT coalesce(sum(i.open_amount), 0) FROM billing_invoice i
           WHERE i.account_id = a.id AND i.kind = 'invoice')""",
    "groups have ordered what lines say": """
        SELECT a.id FROM customers_account a WHERE a.open_orders + a.unbilled <>
          (SELECT coalesce(sum(l.open_gross + l.unbilled_gross), 0) FROM orders_orderline l
           WHERE l.account_id = a.id AND l.order_status IN
             ('released', 'paused', 'in_fulfilment', 'shipped', 'delivered', 'closed'))""",
}


@pytest.mark.parametrize("name", PROOFS)
def test_demo_agrees_with_itself(company: datetime.datetime, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(PROOFS[name])
        assert cursor.fetchall() == []


def test_demo_has_the_promised_size(company: datetime.datetime) -> None:
    assert Customer.objects.count() >= CUSTOMERS
    assert Product.objects.count() == 600
    assert ProductLine.objects.count() == 12
    assert {line.products.count() for line in ProductLine.objects.all()} == {50}
    assert StockLevel.objects.count() == 1_800
    assert Order.objects.count() > CUSTOMERS * 15


def test_demo_has_every_state(company: datetime.datetime) -> None:
    assert set(OrderStatus.values) - set(Order.objects.values_list("status", flat=True).distinct()) == set()
    assert {"delivered", "in_transit"} <= set(Shipment.objects.values_list("status", flat=True).distinct())
    assert {"open", "solved"} <= set(Incident.objects.values_list("status", flat=True))
    assert OrderLine.objects.filter(backordered__gt=0, promised_on__isnull=False).exists()
    assert OrderLine.objects.filter(backordered__gt=0, promised_on__isnull=True).exists()
    assert Payment.objects.filter(unallocated__gt=0).exists()
    assert PurchaseOrderLine.objects.filter(is_closed=False, expected_on__lt=timezone.localdate(company)).exists()


def test_demo_group_sees_a_full_portal(company: datetime.datetime) -> None:
    today = timezone.localdate(company)
    owner = User.objects.get(email="owner@example.com")
    orders = Order.objects.visible_to(owner)
    invoices = Invoice.objects.visible_to(owner).filter(kind="invoice")
    parted = orders.filter(lines__backordered__gt=0, lines__promised_on__gte=today, shipments__shipped_at__isnull=False)
    assert parted.exists()
    assert orders.filter(incidents__status__in=["open", "in_progress"]).exists()
    assert Return.objects.visible_to(owner).exists()
    assert invoices.filter(open_amount=0).exists()
    assert invoices.open().exists()
    assert invoices.overdue(today).exists()


def test_demo_logins_are_there(company: datetime.datetime, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["config.passwords.Argon2PasswordHasher"]
    desks = {f"{desk}@example.com" for desk in ("manager", "rep", "agent", "warehouse", "finance", "admin")}
    people = {f"{role}@example.com" for role in ("owner", "buyer", "approver", "accounts")}
    assert {user.email for user in User.objects.exclude(desk="") if user.has_usable_password()} == desks
    assert set(Membership.objects.values_list("user__email", flat=True)) == people | {"buyer@other.example.com"}
    assert User.objects.get(email="manager@example.com").check_password("demo")


def test_demo_identifiers_are_valid(company: datetime.datetime) -> None:
    codes = ProductBarcode.objects.filter(pack__isnull=True).values_list("code", flat=True)
    assert [code for code in codes if not ean.is_valid(code)] == []
    spanish = Customer.objects.filter(country="ES").values_list("tax_number", flat=True)
    assert [number for number in spanish if not nif.is_valid(number)] == []
    assert iban.is_valid(IssuerBankAccount.objects.get().iban)


def test_demo_happens_before_now(company: datetime.datetime) -> None:
    today = timezone.localdate(company)
    assert not OrderEvent.objects.filter(at__gt=company + datetime.timedelta(hours=1)).exists()
    assert not Shipment.objects.filter(shipped_at__gt=company).exists()
    assert not Shipment.objects.filter(delivered_at__gt=company).exists()
    assert not Invoice.objects.filter(issued_on__gt=today).exists()
    closed = set(Holiday.objects.filter(region__isnull=True).values_list("day", flat=True))
    shipped = Shipment.objects.filter(shipped_at__isnull=False).values_list("shipped_at", flat=True)
    days = {timezone.localdate(moment) for moment in shipped}
    assert [day for day in days if day.isoweekday() > 5 or day in closed] == []


def test_demo_has_one_group_over_its_limit(company: datetime.datetime) -> None:
    over = [account for account in Account.objects.exclude(credit_limit=None) if account.credit_left < 0]
    assert len(over) == 1
    assert Order.objects.filter(account=over[0], status="credit_hold").exists()


# The administration over a company with many rows of everything.

OURS = [
    model for model in admin.site._registry if model._meta.app_label in ("customers", "inventory", "orders", "billing")
]
READ_ONLY = [model for model in OURS if isinstance(admin.site._registry[model], ReadOnlyAdmin)]


def admin_url(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def boss(company: datetime.datetime, client: Client) -> Client:
    client.force_login(User.objects.get(email="admin@example.com"), backend="customers.backends.DeskBackend")
    return client


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_admin_list_costs_the_same_with_one_row_and_with_many(
    boss: Client, model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []
    for rows in (1, 60):
        monkeypatch.setattr(admin.site._registry[model], "list_per_page", rows)
        with CaptureQueriesContext(connection) as queries:
            assert boss.get(admin_url(model, "changelist")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] < 20


@pytest.mark.parametrize("model", READ_ONLY, ids=lambda model: model._meta.label)
def test_admin_changes_nothing_of_stock_orders_and_money(boss: Client, model: Any) -> None:
    assert boss.post(admin_url(model, "add"), {}).status_code == 403
    row = model._default_manager.order_by("-pk").first()
    if row is None:  # nothing there to change: adding is all that could be tried
        return
    assert boss.get(admin_url(model, "change", row.pk)).status_code == 200
    before = model._default_manager.filter(pk=row.pk).values().get()
    count = model._default_manager.count()
    assert boss.post(admin_url(model, "add"), {}).status_code == 403
    assert boss.post(admin_url(model, "change", row.pk), {"status": "closed"}).status_code == 403
    assert boss.post(admin_url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    act = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    boss.post(admin_url(model, "changelist"), act)
    assert model._default_manager.filter(pk=row.pk).values().get() == before
    assert model._default_manager.count() == count


def test_admin_lists_do_not_count_large_tables(boss: Client) -> None:
    connection.cursor().execute("ANALYZE orders_orderevent")
    estimate = EstimatingPaginator(OrderEvent.objects.order_by("pk"), 50).count
    assert abs(estimate - OrderEvent.objects.count()) < 2_000
    with CaptureQueriesContext(connection) as queries:
        boss.get(admin_url(Order, "changelist"))
    counting = [query["sql"] for query in queries if "COUNT(" in query["sql"].upper()]
    assert [sql for sql in counting if "LIMIT" not in sql] == []


def test_demo_is_loaded_once(company: datetime.datetime) -> None:
    orders = Order.objects.count()
    with pytest.raises(DataExists):
        load_demo(at=company)
    assert Order.objects.count() == orders


def test_load_demo_refuses_outside_the_demo(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="demo mode"):
        call_command("load_demo")
