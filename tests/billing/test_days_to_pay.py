"""In how many days a group pays: the average from issue to payment, weighted by amount."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from billing.models import Payment
from billing.services.ageing import days_to_pay
from billing.services.crediting import issue_credit_note, reversal_of
from billing.services.payments import allocate, reverse_allocation
from customers.models import Customer, Desk
from tests.billing.factories import TODAY, make_invoice, make_payment
from tests.factories import make_customer, make_user

pytestmark = pytest.mark.django_db
YEAR_AGO = TODAY - datetime.timedelta(days=364)


def day(days_ago: int) -> datetime.date:
    return TODAY - datetime.timedelta(days=days_ago)


def make_paid(customer: Customer, *, amount: str, issued: datetime.date, paid: datetime.date) -> Payment:
    """An invoice of which ``amount`` is paid on a day."""
    instalment = make_invoice(customer=customer, today=issued).instalments.get()
    return make_payment(payer=customer, amount=amount, value_on=paid, parts=[(instalment.pk, Decimal(amount))])


def days_of(customer: Customer) -> int | None:
    return days_to_pay(account_id=customer.account_id, since=YEAR_AGO, until=TODAY)


def test_large_amounts_weigh_more_and_others_payments_nothing() -> None:
    customer = make_customer()
    make_paid(customer, amount="90.00", issued=day(100), paid=day(80))
    make_paid(customer, amount="10.00", issued=day(100), paid=day(20))
    make_paid(make_customer(), amount="50.00", issued=day(100), paid=day(1))
    assert days_of(customer) == 26  # (90 × 20 + 10 × 80) / 100


def test_only_payments_of_the_days_given_count() -> None:
    customer = make_customer()
    make_paid(customer, amount="50.00", issued=day(400), paid=day(365))
    assert days_of(customer) is None
    make_paid(customer, amount="50.00", issued=day(400), paid=day(364))
    assert days_of(customer) == 36


def test_what_was_undone_and_what_a_credit_note_settled_is_no_payment() -> None:
    customer = make_customer()
    payment = make_paid(customer, amount="50.00", issued=day(60), paid=day(50))
    make_paid(customer, amount="50.00", issued=day(60), paid=day(30))
    reverse_allocation(allocation=payment.allocations.get(), by=None, at=timezone.now())
    invoice = make_invoice(customer=customer, today=day(60))
    note = issue_credit_note(invoice=invoice, lines=reversal_of(invoice)[:1], reason="x", by=None, today=day(1))
    if note.open_amount:
        parts = [(invoice.instalments.get().pk, note.open_amount)]
        allocate(credit_note=note, parts=parts, by=None, at=timezone.now())
    assert days_of(customer) == 30


def test_customer_s_page_shows_the_days_or_says_that_nothing_was_paid(client: Client) -> None:
    client.force_login(make_user(desk=Desk.MANAGER))
    customer, today = make_customer(), timezone.localdate()
    url = reverse("customers:customer_page", args=[customer.pk])
    assert "No invoice was paid in the last twelve months." in client.get(url).content.decode()
    issued, paid = today - datetime.timedelta(days=41), today - datetime.timedelta(days=7)
    make_paid(customer, amount="50.00", issued=issued, paid=paid)
    assert "34 days" in " ".join(client.get(url).content.decode().split())


def test_customer_s_page_asks_for_its_five_figures_once(client: Client) -> None:
    client.force_login(make_user(desk=Desk.MANAGER))
    url = reverse("customers:customer_page", args=[make_customer().pk])
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        body = client.get(url).content.decode()
    assert body.count('class="tile-label"') == 5
    statements = [query["sql"] for query in asked]
    assert [sum(part in sql for sql in statements) for part in ("a.value_on - i.issued_on", "date_trunc('month'")] == [
        1,
        1,
    ]


def test_figure_is_not_drawn_for_who_may_not_see_invoices(client: Client) -> None:
    client.force_login(make_user(desk=Desk.WAREHOUSE))
    url = reverse("billing:payment_days", args=[make_customer().account_id])
    assert client.get(url).status_code == 403
