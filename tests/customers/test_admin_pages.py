"""The administration, page by page: everything opens, master data and people are kept here, the rest is only read."""

import itertools
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from billing.models import Instalment
from billing.services.payments import Part, allocate
from config.web.field_names import WORDS, has_own_words
from customers.models import Desk, Segment, User
from customers.roles import desk_holds
from customers.services.jobs import start_job
from customers.tasks import send_mail
from inventory.models import ProductFamily, ProductLine, StockHold
from orders.models import Carrier, Order
from tests.billing.factories import make_invoice, make_payment, make_terms
from tests.factories import make_file, make_invitation, make_mail, make_member, make_note, make_user
from tests.orders.factories import (
    MONDAY,
    make_holiday,
    make_incident,
    make_order,
    make_product,
    make_region,
    make_return,
    make_stock,
    make_supply,
)

pytestmark = pytest.mark.django_db

# What an administrator does with the rows of each page: keep them, take them away, or only look.
KEPT = [
    "customers.Account",
    "customers.Customer",
    "customers.Issuer",
    "customers.Membership",
    "customers.PaymentTerms",
    "customers.Region",
    "customers.Segment",
    "customers.User",
    "inventory.Holiday",
    "inventory.PriceList",
    "inventory.PriceRule",
    "inventory.Product",
    "inventory.ProductFamily",
    "inventory.ProductLine",
    "inventory.Supplier",
    "inventory.TaxClass",
    "inventory.Unit",
    "inventory.Warehouse",
    "orders.Carrier",
]
DELETED = [
    "axes.AccessAttempt",
    "customers.Account",
    "customers.Customer",
    "customers.Issuer",
    "customers.Membership",
    "customers.PaymentTerms",
    "customers.Region",
    "customers.Segment",
    "inventory.Holiday",
    "inventory.PriceRule",
    "mfa.Authenticator",
]
READ = [
    "auth.Group",
    "axes.AccessAttempt",
    "axes.AccessFailureLog",
    "axes.AccessLog",
    "billing.Allocation",
    "billing.Invoice",
    "billing.InvoiceSeries",
    "billing.Payment",
    "customers.CustomerNote",
    "customers.Invitation",
    "customers.JobRun",
    "customers.OutboxMessage",
    "customers.StoredFile",
    "inventory.PurchaseOrder",
    "inventory.StockHold",
    "inventory.StockLevel",
    "inventory.StockMovement",
    "mfa.Authenticator",
    "orders.Incident",
    "orders.Order",
    "orders.Peg",
    "orders.Reservation",
    "orders.Return",
    "orders.Shipment",
    "procrastinate.ProcrastinateJob",
]
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture
def boss(client: Client) -> User:
    """An administrator who is logged in, as the desk makes one: no superuser."""
    user = make_user(desk=Desk.ADMIN)
    client.force_login(user, backend="customers.backends.DeskBackend")
    return user


@pytest.fixture
def rows(settings: Any, tmp_path: Any, boss: User) -> dict[str, Model]:
    """One row of every model that has a page."""
    settings.FILES_ROOT = tmp_path
    make_note()
    make_file()
    make_mail()
    make_invitation()
    member = make_member()
    start_job(user=boss, kind="test", title="A job", task=send_mail)
    make_incident()
    make_return()
    make_terms((0, "100"))
    Segment.objects.create(code="S", name="Shops")
    line = ProductLine.objects.create(code="L", name="Line")
    ProductFamily.objects.create(code="F", name="Family", line=line)
    Carrier.objects.create(code="C", name="Carrier")
    make_holiday(MONDAY.date(), make_region())
    scarce = make_product()
    place = make_stock(product=scarce, quantity=1)
    make_supply(product=scarce, quantity=50, expected_on=MONDAY.date())
    make_order(lines=[(scarce, 5)])
    StockHold.objects.create(
        customer=member.customer,
        account=member.account,
        product=scarce,
        warehouse=place,
        quantity=1,
        document="Q1",
        expires_at=timezone.now(),
    )
    invoice = make_invoice()
    payment = make_payment(payer=invoice.payer)
    instalment = Instalment.objects.get(invoice=invoice)
    allocate(payment=payment, parts=[Part(instalment.pk, Decimal("1.00"))], by=boss, at=timezone.now())
    Authenticator.objects.create(user=boss, type=Authenticator.Type.TOTP, data={"secret": "x"})
    attempt = {
        "username": "x@shop.test",
        "ip_address": "192.0.2.1",
        "user_agent": "",
        "http_accept": "",
        "path_info": "/",
    }
    AccessAttempt.objects.create(**attempt, get_data="", post_data="", failures_since_start=1)
    AccessFailureLog.objects.create(**attempt)
    AccessLog.objects.create(**attempt)
    return {model._meta.label: model._base_manager.order_by("-pk").first() for model in MODELS}


def addresses(row: Model) -> Iterator[tuple[str, str]]:
    """The pages of a row and of its model: name and address."""
    base = f"admin:{row._meta.app_label}_{row._meta.model_name}"
    yield "list", reverse(f"{base}_changelist")
    yield "add", reverse(f"{base}_add")
    for page in ("change", "delete", "history"):
        yield page, reverse(f"{base}_{page}", args=[row.pk])


def test_every_model_is_kept_or_read() -> None:
    assert sorted(model._meta.label for model in MODELS) == sorted([*KEPT, *READ])


def test_every_field_has_words_that_can_be_translated() -> None:
    shown = {inline.model for options in admin.site._registry.values() for inline in options.inlines} | set(MODELS)
    nameless = {
        f"{model._meta.label}.{field.name}"
        for model in shown
        if model._meta.app_label in ("customers", "inventory", "orders", "billing")
        for field in model._meta.concrete_fields
        if not field.primary_key and not has_own_words(field) and field.name not in WORDS
    }
    assert not nameless
    with override("es"):
        assert str(Order._meta.get_field("payer").verbose_name) == "pagador"


def test_every_page_opens_for_who_may(client: Client, rows: dict[str, Model]) -> None:
    wanted, found, languages = {}, {}, itertools.cycle(("en", "es"))
    for label, row in rows.items():
        for page, address in addresses(row):
            allowed = page in ("list", "change", "history") or label in (KEPT if page == "add" else DELETED)
            wanted[label, page] = 200 if allowed else 403
            answer = client.get(address, headers={"Accept-Language": next(languages)})
            found[label, page] = answer.status_code
            if allowed:
                body = answer.content.decode()
                assert "/static/build/admin.css" in body, address
                assert ' style="' not in body, f"{address} has inline styles, which the policy blocks"
                assert ("_save" in body) == (label in KEPT and page in ("add", "change")), address
    assert found == wanted


def test_pages_speak_spanish(client: Client, rows: dict[str, Model]) -> None:
    User.objects.update(language="es")
    client.cookies["django_language"] = "es"
    for label, row in rows.items():
        body = client.get(dict(addresses(row))["change"]).content.decode()
        assert '<html lang="es' in body, label
        assert "Administración" in body
        for english in (">Home<", ">History<", ">Save<", "Log out", "View site"):
            assert english not in body, (label, english)


def test_what_is_only_read_can_not_be_posted(client: Client, rows: dict[str, Model]) -> None:
    for label in READ:
        if label in DELETED:
            continue
        row, urls = rows[label], dict(addresses(rows[label]))
        before = dict(type(row)._base_manager.filter(pk=row.pk).values().get())
        for page in ("add", "change", "delete"):
            assert client.post(urls[page], {"post": "yes", "status": "cancelled"}).status_code == 403, (label, page)
        answer = client.post(urls["list"], {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
        assert answer.status_code in (200, 302, 403)
        assert dict(type(row)._base_manager.filter(pk=row.pk).values().get()) == before


def test_rights_on_money_stock_and_documents_are_to_look() -> None:
    every = {f"{app}.{name}" for app, name in Permission.objects.values_list("content_type__app_label", "codename")}
    held = desk_holds(Desk.ADMIN, every)
    for label in READ:
        app, model = label.lower().split(".")
        if app in ("billing", "inventory", "orders"):
            assert not held & {f"{app}.{verb}_{model}" for verb in ("add", "change", "delete")}, label


def test_what_others_refer_to_says_so_instead_of_going(client: Client, rows: dict[str, Model]) -> None:
    customer = rows["orders.Order"].customer
    address = reverse("admin:customers_customer_delete", args=[customer.pk])
    body = client.get(address).content.decode()
    assert "Cannot delete customer" in body
    assert "Cannot delete customer" in client.post(address, {"post": "yes"}).content.decode()
    customer.refresh_from_db()


def test_asking_to_delete_reads_nothing_of_what_hangs_on_a_row(client: Client, rows: dict[str, Model]) -> None:
    customer = rows["orders.Order"].customer
    ask = {"action": "delete_selected", "_selected_action": [customer.pk]}
    with CaptureQueriesContext(connection) as asked:
        page = client.post(reverse("admin:customers_customer_changelist"), ask).content.decode()
    assert "Cannot delete customer" in page
    assert "<li>orders</li>" in page.lower()
    about_orders = [query["sql"] for query in asked if 'FROM "orders_order"' in query["sql"]]
    assert about_orders
    assert all("LIMIT 1" in sql for sql in about_orders), about_orders


def test_new_word_is_added_changed_and_deleted(client: Client, boss: User) -> None:
    assert client.post(reverse("admin:customers_segment_add"), {"code": "BAR", "name": "Bars"}).status_code == 302
    bars = Segment.objects.get(code="BAR")
    change = reverse("admin:customers_segment_change", args=[bars.pk])
    assert client.post(change, {"code": "BAR", "name": "Bars and cafés"}).status_code == 302
    history = client.get(reverse("admin:customers_segment_history", args=[bars.pk])).content.decode()
    assert "Changed Name." in history
    assert client.post(reverse("admin:customers_segment_delete", args=[bars.pk]), {"post": "yes"}).status_code == 302
    assert not Segment.objects.filter(pk=bars.pk).exists()


@pytest.mark.parametrize(
    ("view", "title"),
    [
        ("orders:import_page", "Imports"),
        ("orders:integrity_page", "Integrity"),
        ("customers:outbox_list", "Outbox"),
        ("customers:today_page", "Today"),
    ],
)
def test_desk_menu_of_an_administrator_leads_there_and_says_where_one_is(
    client: Client, boss: User, view: str, title: str
) -> None:
    body = client.get(reverse(view)).content.decode()
    nav = body[body.index('<nav class="nav"') : body.index("</nav>", body.index('<nav class="nav"'))]
    current = [part for part in nav.split("<li>") if "aria-current" in part]
    assert len(current) == 1
    assert f'href="{reverse(view)}" aria-current="page"' in current[0]
    assert f"<span>{title}</span>" in current[0]
    for other in ("orders:import_page", "orders:integrity_page", "admin:index"):
        assert f'href="{reverse(other)}"' in nav


def test_desk_menu_of_others_has_no_imports(client: Client) -> None:
    client.force_login(make_user(desk=Desk.AGENT))
    body = client.get(reverse("customers:today_page")).content.decode()
    for view in ("orders:import_page", "orders:integrity_page", "admin:index"):
        assert f'href="{reverse(view)}"' not in body
