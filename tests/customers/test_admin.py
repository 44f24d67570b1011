"""The administration: who gets in, what opens, what may only be read, and a history that can be read."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from config.web.admin import ReadOnlyAdmin
from customers.models import Customer, Desk, Membership, PaymentTerms, User
from tests.factories import make_account, make_customer, make_member, make_note, make_user

pytestmark = pytest.mark.django_db

REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label)
PART = ("days", "percent")
OURS = ("customers", "inventory", "orders", "billing", "config")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="customers.backends.DeskBackend")
    return client


def changelist(model: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def test_admin_sends_strangers_to_the_one_login() -> None:
    response = Client().get(reverse("admin:index"), follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))


@pytest.mark.parametrize("desk", [desk for desk in Desk.values if desk != "admin"])
def test_admin_refuses_other_desks(desk: str) -> None:
    response = client_of(make_user(desk=desk)).get(reverse("admin:index"), follow=True)
    assert response.status_code == 403


def test_admin_refuses_customers() -> None:
    assert client_of(make_member().user).get(reverse("admin:index"), follow=True).status_code == 403


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_admin_opens_every_list(model: Any) -> None:
    make_note()
    boss = make_user(desk=Desk.ADMIN, is_superuser=True)
    response = client_of(boss).get(changelist(model))
    assert response.status_code == 200
    response = client_of(boss).get(changelist(model), {"q": "x"})
    assert response.status_code == 200


@pytest.mark.parametrize(
    "model", [model for model in REGISTERED if model._meta.app_label in OURS], ids=lambda model: model._meta.label
)
def test_admin_desk_reads_every_list_of_ours(model: Any) -> None:
    response = client_of(make_user(desk=Desk.ADMIN)).get(changelist(model))
    assert response.status_code == 200


def test_admin_desk_changes_master_data_and_the_history_tells() -> None:
    boss, customer = make_user(desk=Desk.ADMIN, name="Ada Boss"), make_customer(name="Old name")
    client = client_of(boss)
    address = reverse("admin:customers_customer_change", args=[customer.pk])
    form = client.get(address).context["adminform"].form
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    data = {name: getattr(value, "pk", value) for name, value in data.items() if value not in (None, False)}
    for prefix in ("addresses", "contacts"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    response = client.post(address, data | {"name": "New name"})
    assert response.status_code == 302, response.context["errors"]
    assert Customer.objects.get(pk=customer.pk).name == "New name"

    history = client.get(reverse("admin:customers_customer_history", args=[customer.pk])).content.decode()
    assert "<del>Old name</del> → <b>New name</b>" in history
    assert "Ada Boss" in history


def test_payment_terms_share_the_whole_total() -> None:
    client, add = client_of(make_user(desk=Desk.ADMIN)), reverse("admin:customers_paymentterms_add")

    def post(*parts: tuple[int, str]) -> Any:
        rows = {
            f"instalments-{n}-{name}": value
            for n, part in enumerate(parts)
            for name, value in zip(PART, part, strict=True)
        }
        counts = {"instalments-TOTAL_FORMS": len(parts), "instalments-INITIAL_FORMS": 0}
        return client.post(add, {"code": "T", "name": "Terms", "method": "transfer"} | counts | rows)

    for parts, shared in [([(30, "30")], "30.00%"), ([(30, "50"), (60, "50.01")], "100.01%")]:
        response = post(*parts)
        assert response.status_code == 200
        problem = f"The instalments are {shared} together; they have to be 100%."
        assert problem in response.context["inline_admin_formsets"][0].formset.non_form_errors()
    assert not PaymentTerms.objects.exists()

    assert post((30, "33.33"), (60, "33.33"), (90, "33.34")).status_code == 302
    shares = PaymentTerms.objects.get().instalments.values_list("percent", flat=True)
    assert list(shares) == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]


def test_history_tells_of_bulk_changes() -> None:
    customer = make_customer(name="Before")
    Customer.objects.filter(pk=customer.pk).update(name="After")
    page = client_of(make_user(desk=Desk.ADMIN)).get(reverse("admin:customers_customer_history", args=[customer.pk]))
    assert "<del>Before</del> → <b>After</b>" in page.content.decode()


def test_admin_makes_a_person_who_can_log_in() -> None:
    client = client_of(make_user(desk=Desk.ADMIN))
    response = client.post(
        reverse("admin:customers_user_add"),
        {
            "email": "New.Rep@Lonja.test",
            "name": "New Rep",
            "desk": "rep",
            "usable_password": "true",
            "password1": "a long enough secret",
            "password2": "a long enough secret",
            "memberships-TOTAL_FORMS": 0,
            "memberships-INITIAL_FORMS": 0,
        },
    )
    assert response.status_code == 302, response.context and response.context["errors"]
    person = User.objects.get(name="New Rep")
    assert person.email == "new.rep@lonja.test"
    assert person.has_perm("orders.view_order")


def test_admin_desk_makes_nobody_a_superuser() -> None:
    boss, person = make_user(desk=Desk.ADMIN), make_user(desk=Desk.REP)
    page = client_of(boss).get(reverse("admin:customers_user_change", args=[person.pk]))
    assert "is_superuser" not in page.context["adminform"].form.fields
    assert "user_permissions" not in page.context["adminform"].form.fields


def test_membership_takes_the_account_of_its_company() -> None:
    person, customer = make_user(desk=""), make_customer()
    make_account()
    response = client_of(make_user(desk=Desk.ADMIN)).post(
        reverse("admin:customers_membership_add"),
        {"user": person.pk, "customer": customer.pk, "role": "buyer", "is_active": "on"},
    )
    assert response.status_code == 302
    assert Membership.objects.get(user=person).account_id == customer.account_id


@pytest.mark.parametrize(
    "model",
    [model for model, options in admin.site._registry.items() if isinstance(options, ReadOnlyAdmin)],
    ids=lambda model: model._meta.label,
)
def test_read_only_rows_cannot_be_added(model: Any) -> None:
    boss = client_of(make_user(desk=Desk.ADMIN, is_superuser=True))
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
    assert boss.get(address).status_code == 403


def _form_of(client: Client, address: str) -> dict[str, Any]:
    """What the page's form would send, its inline rows left empty."""
    form = client.get(address).context["adminform"].form
    fields = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in fields.items() if value not in (None, False)}
    return sent | {f"{name}-{count}_FORMS": "0" for name in ("addresses", "contacts") for count in ("TOTAL", "INITIAL")}


def test_customer_stays_in_the_account_that_its_orders_are_in() -> None:
    customer, other = make_customer(), make_account()
    client = client_of(make_user(desk=Desk.ADMIN))
    address = reverse("admin:customers_customer_change", args=[customer.pk])
    response = client.post(address, _form_of(client, address) | {"account": other.pk, "name": "Renamed"})
    assert response.status_code == 302
    assert Customer.objects.values_list("name", "account").get(pk=customer.pk) == ("Renamed", customer.account_id)


def test_new_branch_joins_the_account_of_its_parent() -> None:
    parent = make_customer()
    client = client_of(make_user(desk=Desk.ADMIN))
    address = reverse("admin:customers_customer_add")
    sent = _form_of(client, address) | {"number": "B-1", "name": "Branch", "country": "ES"}
    assert client.post(address, sent).status_code == 200, "neither account nor parent"
    response = client.post(address, sent | {"parent": parent.pk})
    assert response.status_code == 302, response.context["adminform"].form.errors
    assert Customer.objects.get(number="B-1").account_id == parent.account_id
