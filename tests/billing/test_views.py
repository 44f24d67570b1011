"""Billing's pages: what they cost, what they do, and that their figures agree."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from billing import dashboard, search
from billing.forms import amount_of
from billing.models import Invoice, Payment
from billing.services.ageing import total_ageing
from billing.services.crediting import issue_credit_note, reversal_of
from billing.services.invoicing import issue_invoices
from billing.tasks import invoice_everything
from customers.models import Desk, JobRun
from tests.billing.factories import make_invoice, make_order, make_payment, make_terms
from tests.factories import make_customer, make_job, make_member, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def finance(client: Client) -> Client:
    client.force_login(make_user(desk=Desk.FINANCE))
    return client


def today() -> datetime.date:
    return timezone.localdate()


def old(days: int) -> datetime.date:
    return today() - datetime.timedelta(days=days)


def fill(rows: int) -> None:
    for number in range(rows):
        customer = make_customer(terms=make_terms((0, "50"), (30, "50")))
        invoice = make_invoice(customer=customer, today=today())
        make_payment(payer=customer, amount="10.00", value_on=today(), at=timezone.now())
        if number % 2:
            issue_credit_note(invoice=invoice, lines=reversal_of(invoice)[:1], reason="x", by=None, today=today())
        make_order(customer=customer)


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/money/invoices/", 9),
        ("/money/invoices/?view=overdue", 9),
        ("/money/due/", 9),
        ("/money/payments/", 9),
        ("/money/to-invoice/", 9),
        ("/money/receivables/", 15),
    ],
)
def test_list_costs_the_same_for_one_row_and_three(finance: Client, address: str, queries: int) -> None:
    found = []
    for rows in (1, 2):
        fill(rows)
        with CaptureQueriesContext(connection) as captured:
            assert finance.get(address).status_code == 200
        found.append(len(captured))
    assert found == [found[0]] * 2
    assert found[0] <= queries + 3, [query["sql"][:90] for query in captured.captured_queries]


@pytest.mark.parametrize("value", ["x", "-1", "\u00b2", str(10**20)])
@pytest.mark.parametrize("name", ["customer", "account", "order"])
def test_a_key_that_no_row_can_have_finds_nothing(finance: Client, name: str, value: str) -> None:
    make_invoice(today=today())
    listing = finance.get("/money/invoices/", {name: value}).context["list"]
    assert list(listing.rows) == []


def test_invoice_page_costs_the_same_for_any_number_of_lines(finance: Client) -> None:
    found = []
    for lines in (1, 5):
        invoice = make_invoice(order=make_order(lines=lines), today=today())
        with CaptureQueriesContext(connection) as captured:
            assert finance.get(f"/money/invoices/{invoice.pk}/").status_code == 200
        found.append(len(captured))
    assert found[0] == found[1] <= 15


def test_figures_equal_the_lists_they_open(finance: Client, rf: Any) -> None:
    for age in (0, 10, 40, 70, 100):
        make_invoice(customer=make_customer(), order=make_order(at=timezone.now()), today=old(100 - age))
    total = total_ageing(today=today())
    page = finance.get("/money/receivables/")
    assert page.context["total"].amounts == total.amounts
    for key, _label, amount in total.parts:
        listing = finance.get(f"/money/due/?view={key}").context["list"]
        assert sum(row["left"] for row in listing.rows) == amount
    assert [one.all for one in page.context["list"].totals] == [total.owed]

    request = rf.get("/")
    request.user = make_user(desk=Desk.FINANCE)
    for card in dashboard.cards(request, today()):
        listing = finance.get(card.url).context["list"]
        if card.count is not None:
            assert int(card.count.value) == len(listing.rows), card.key
        else:
            assert card.amount == sum(row["left"] for row in listing.rows)


def test_one_click_invoices_an_order(finance: Client) -> None:
    order, other = make_order(), make_order()
    page = finance.get("/money/to-invoice/")
    assert {row["pk"] for row in page.context["list"].rows} == {order.pk, other.pk}
    assert finance.post("/money/to-invoice/", {"only": order.pk}).status_code == 200
    assert [invoice.order for invoice in Invoice.objects.all()] == [order]
    response = finance.post(f"/money/to-invoice/{other.pk}/")
    assert response["Location"] == f"/money/invoices/{Invoice.objects.latest('pk').pk}/"
    assert finance.get("/money/to-invoice/").context["list"].rows == []


def test_payment_is_recorded_once_however_often_it_is_sent(finance: Client) -> None:
    invoice = make_invoice(customer=make_customer(name="Bar Los Arcos"), today=today())
    instalment = invoice.instalments.get()
    page = finance.get(f"/money/payments/new/?payer={invoice.payer_id}&amount=100")
    assert page.context["parts"][0]["text"] == "100.00"
    data = {
        "key": "one-key", "amount": "121,00", "method": "transfer", "value_on": today().isoformat(),
        "bank_reference": "N43-7", f"part_{instalment.pk}": "121,00",
    }  # fmt: skip
    address = f"/money/payments/new/?payer={invoice.payer_id}"
    first, again = finance.post(address, data), finance.post(address, data)
    assert first.status_code == again.status_code == 303
    assert first["Location"] == again["Location"]
    assert Payment.objects.count() == 1
    assert Invoice.objects.get().open_amount == 0
    reused = finance.post(address, {**data, "amount": "5"})
    assert reused.status_code == 422
    twice = finance.post(address, {**data, "key": "another", f"part_{instalment.pk}": ""})
    assert twice.status_code == 422
    assert "N43-7 was recorded before" in twice.content.decode()
    assert Payment.objects.count() == 1


def test_credit_note_form_says_what_is_wrong_and_keeps_what_was_typed(finance: Client) -> None:
    invoice = make_invoice(today=today())
    line = invoice.lines.first()
    address = f"/money/invoices/{invoice.pk}/credit/"
    data = {"key": "k", f"quantity_{line.pk}": "11", f"kind_{line.pk}": "goods", "reason": "Broken"}
    refused = finance.post(address, data)
    assert refused.status_code == 422
    assert "10 are left to credit" in refused.content.decode()
    assert 'value="11"' in refused.content.decode()
    issued = finance.post(address, {**data, f"quantity_{line.pk}": "2,0"})
    note = Invoice.objects.get(kind="credit_note")
    assert issued["Location"] == f"/money/invoices/{note.pk}/"
    assert note.net == Decimal("10.00")


def test_portal_shows_own_documents_under_its_own_role(client: Client) -> None:
    member = make_member()
    mine = make_invoice(customer=member.customer, today=today())
    foreign = make_invoice(customer=make_customer(), today=today())
    client.force_login(member.user)
    listing = client.get("/portal/invoices/").context["list"]
    assert [row["pk"] for row in listing.rows] == [mine.pk]
    page = client.get(f"/portal/invoices/{mine.pk}/")
    assert page.status_code == 200
    assert client.get(f"/portal/invoices/{mine.pk}/pdf/").content.startswith(b"%PDF")
    assert client.get(f"/portal/invoices/{foreign.pk}/").status_code == 404
    assert client.get(f"/portal/invoices/{foreign.pk}/pdf/").status_code == 404
    assert client.get("/portal/account/").context["balance"].owed == mine.gross


def test_desk_and_portal_say_the_same_of_one_invoice(client: Client, finance: Client) -> None:
    member = make_member()
    invoice = make_invoice(customer=member.customer, today=today())
    desk = finance.get(f"/money/invoices/{invoice.pk}/").context
    portal = Client()
    portal.force_login(member.user)
    mine = portal.get(f"/portal/invoices/{invoice.pk}/").context
    order = finance.get(f"/money/orders/{invoice.order_id}/").context
    assert desk["sentence"] == mine["sentence"] == order["invoices"][0][2]
    assert desk["state"] == mine["state"] == order["money"].state == "open"


def test_search_finds_numbers_payers_and_bank_references(rf: Any) -> None:
    invoice = make_invoice(customer=make_customer(name="Bar Los Arcos"), today=today())
    make_payment(payer=invoice.payer, bank_reference="N43-9", value_on=today(), at=timezone.now())
    request = rf.get("/")
    request.user = make_user(desk=Desk.FINANCE)
    hit = search.search(request, invoice.number.lower(), 6)[0]
    assert (hit.label, hit.exact) == (invoice.number, True)
    assert [hit.label for hit in search.search(request, "arcos", 6)] == [invoice.number]
    assert [hit.kind for hit in search.search(request, "N43-9", 6)] == ["Payments"]
    request.user = make_user(desk=Desk.WAREHOUSE)
    assert search.search(request, "arcos", 6) == []


def test_everything_is_invoiced_by_a_job_and_one_refusal_stops_nobody(finance: Client) -> None:

    make_order()
    make_order(lines=[{"description": "橄榄"}])
    make_order()
    assert finance.post("/money/to-invoice/everything/").status_code == 303
    run = JobRun.objects.get()
    invoice_everything(str(run.pk))
    run.refresh_from_db()
    assert Invoice.objects.count() == 2
    assert run.state == "done"
    assert "2 invoices issued" in run.message
    assert "can't be printed" in run.message


def test_invoicing_everything_that_breaks_has_failed_and_keeps_what_was_issued(monkeypatch: pytest.MonkeyPatch) -> None:
    orders = [make_order() for _number in range(2)]
    run = make_job(user=make_user(desk=Desk.FINANCE), arguments={"language": "es"})

    def break_down(*, order_ids: list[int], **options: Any) -> list[Invoice]:
        if orders[1].pk in order_ids:
            raise RuntimeError("disk full")
        return issue_invoices(order_ids=order_ids, **options)

    monkeypatch.setattr("billing.tasks.CHUNK", 1)
    monkeypatch.setattr("billing.tasks.issue_invoices", break_down)
    with pytest.raises(RuntimeError):
        invoice_everything(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.finished_at is None) == ("failed", False)
    assert run.message.startswith("Se ha interrumpido; lo hecho hasta entonces se conserva.")
    assert [invoice.order for invoice in Invoice.objects.all()] == [orders[0]]


def test_everything_that_is_invoiced_is_what_the_person_sees_told_in_the_language_asked_in() -> None:
    clerk = make_user(desk=Desk.FINANCE, sees_all_customers=False)
    own = make_order(customer=make_customer(rep=clerk))
    make_order()
    run = make_job(user=clerk, arguments={"language": "es"})
    invoice_everything(str(run.pk))
    run.refresh_from_db()
    assert [invoice.order for invoice in Invoice.objects.all()] == [own]
    assert (run.state, run.message) == ("done", "1 factura emitida.")


def test_amounts_are_read_with_comma_and_point() -> None:

    typed = ["1.234,50", "1,234.50", "12", "12,5", " 1 000,00 € ", "x", "1e999", "NaN"]
    assert [amount_of(text) for text in typed] == [
        Decimal("1234.50"), Decimal("1234.50"), 12, Decimal("12.5"), Decimal("1000.00"), None, None, None,
    ]  # fmt: skip
