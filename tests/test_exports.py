"""Every list as a file: what the page shows, all of it, in its order, and nothing that a spreadsheet would run."""

import csv
import datetime
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from config.web import exports
from config.web.escaping import disarm
from customers.models import Customer, Desk, JobRun, JobState, User
from customers.services.exports import write_export
from customers.services.files import read_file
from customers.services.jobs import JobError
from customers.tasks import export_list
from inventory.models import Warehouse
from orders.services.aftersales import solve_incident
from tests.billing.factories import make_invoice, make_payment
from tests.factories import make_customer, make_job, make_user
from tests.orders.factories import make_incident, make_left, make_order, make_product, make_return, make_stock

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"


def silent(*_args: object) -> None:
    """Progress that nobody watches."""


def written(user: User, name: str, query: str = "", language: str = "en") -> list[list[str]]:
    """The lines of a list's file."""
    arguments = {"list": name, "query": query, "language": language}
    with override(language):
        stored = write_export(make_job(user=user, arguments=arguments), silent, today=TODAY)
    content = read_file(stored)
    assert content.startswith(b"\xef\xbb\xbf"), "Excel reads UTF-8 only with a mark"
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    return list(csv.reader(text, delimiter=";" if language == "es" else ","))


def make_paid() -> None:
    make_payment(payer=make_customer(), value_on=timezone.localdate(), at=timezone.now())


def make_stocked() -> None:
    make_stock(product=make_product(), quantity=7)


def make_billed() -> None:
    make_invoice(today=timezone.localdate() - datetime.timedelta(days=40))


# name → (page, what makes a row, columns of the file)
LISTS: dict[str, tuple[str, Callable[[], object], str]] = {
    "customers": (
        "customers:customer_list",
        make_customer,
        "Customer,Number,Town,Segment,Region,Rep,Status,Owes,Currency,Credit used,Credit limit",
    ),
    "products": (
        "inventory:product_list",
        make_stocked,
        "Product,Format,Code,Line,Status,On hand,Reserved,Free,Unit,Arriving,From",
    ),
    "orders": (
        "orders:order_list",
        make_order,
        "Order,Placed,Customer,Town,Their PO,Status,Lines,Lines: done,Promised,From,Rep,Total,Currency",
    ),
    "shipments": (
        "orders:shipment_list",
        make_left,
        "Shipment,Begun,Customer,Town,Order,Status,Expected,Carrier,From,Parcels",
    ),
    "incidents": (
        "orders:incident_list",
        make_incident,
        "What,Reported,Customer,Order,Shipment,What happened,Status,Deadline,Owner",
    ),
    "returns": ("orders:return_list", make_return, "Return,Requested,Customer,Order,Reason,Status,Lines"),
    "invoices": ("billing:invoice_list", make_billed, "Number,Date,Payer,Order,Paid?,Next due,Total,Currency,Open"),
    "payments": (
        "billing:payment_list",
        make_paid,
        "Value date,Payer,By,Bank reference,State,Amount,Currency,On account",
    ),
    "dues": ("billing:due_list", make_billed, "Due,Invoice,Payer,Late (days),By,Amount,Currency,Open"),
}


def test_every_list_is_in_the_table_above(settings: Any) -> None:
    assert set(LISTS) == set(settings.LIST_EXPORTS)


@pytest.mark.parametrize("name", LISTS)
def test_button_starts_a_job_that_writes_what_the_page_shows(name: str, client: Client) -> None:
    view, make, columns = LISTS[name]
    user = make_user(desk=Desk.ADMIN, is_superuser=True)
    client.force_login(user)
    for _number in range(3):
        make()
    page = client.get(reverse(view))
    listing = page.context["list"]
    assert f'href="{listing.export_url}"' in page.content.decode()
    response = client.get(listing.export_url)
    run = JobRun.objects.get(kind=f"export_{name}")
    assert (response.status_code, response["Location"]) == (303, reverse("customers:job_page", args=[run.pk]))
    assert run.arguments == {"list": name, "query": "", "language": "en"}
    assert run.title == f"{listing.table.caption} as CSV"

    export_list(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.result.owner) == (JobState.DONE, user), run.message
    lines = list(csv.reader(io.StringIO(read_file(run.result).decode("utf-8-sig"), newline="")))
    assert lines[0] == columns.split(",")
    table, shown = listing.table, listing.table.written()
    assert lines[1:] == [[str(exports.cell(value(row))) for _heading, value in shown] for row in table.data.data]
    for line in lines[1:]:
        assert line[0], "every row is known by its first column"


@pytest.mark.parametrize("name", LISTS)
def test_file_costs_the_same_for_any_number_of_rows(name: str) -> None:
    _view, make, _columns = LISTS[name]
    user, costs = make_user(desk=Desk.ADMIN, is_superuser=True), []
    for number in (1, 2):
        for _row in range(number):
            make()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(written(user, name)) == 1 + (1 if number == 1 else 3)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_rows_stay_with_the_server_until_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "ROWS_AT_ONCE", 2)
    user = make_user()
    names = [make_customer(name=f"C{number}").name for number in range(5)]
    opened, at_once = [], []
    server_side = connection.chunked_cursor

    def cursor() -> Any:
        opened.append(server_side())
        fetch = opened[-1].fetchmany

        def fetchmany(size: int) -> list[Any]:
            at_once.append(size)
            return fetch(size)

        opened[-1].fetchmany = fetchmany
        return opened[-1]

    monkeypatch.setattr(connection, "chunked_cursor", cursor)
    seen: list[tuple[int, ...]] = []
    run = make_job(user=user, arguments={"list": "customers", "query": ""})
    lines = read_file(write_export(run, lambda *figures: seen.append(figures), today=TODAY)).decode().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == names
    assert seen == [(0, 5), (2,), (4,)], "what the person watches"
    assert len(opened) == 1
    assert opened[0].cursor.name, "a cursor without a name reads everything at once"
    assert set(at_once) == {2}


def test_file_has_the_tab_filter_and_order_of_the_page() -> None:
    user = make_user()
    mine = [make_customer(name=name, rep=user, status=status) for name, status in (("A", "active"), ("B", "active"))]
    make_customer(name="C", rep=user, status="closed")
    make_customer(name="D")
    lines = written(user, "customers", "view=mine&status=active&sort=-name&after=x&export=csv")
    assert [line[0] for line in lines[1:]] == [customer.name for customer in reversed(mine)]


def test_incidents_open_on_the_first_tab_of_their_page() -> None:
    user = make_user()
    make_incident()
    solve_incident(incident=make_incident(), outcome="Sent again", by=user, at=timezone.now())
    assert [line[6] for line in written(user, "incidents")[1:]] == ["Open"]
    assert len(written(user, "incidents", "view=all")) == 3


def test_orders_say_where_they_are_shipped_from() -> None:
    """The column is worked out for the page and is no field: a file that asked the database for it failed."""
    order = make_order()
    header, line = written(make_user(), "orders")
    place = line[header.index("From")]
    assert place == Warehouse.objects.filter(reservations__line__order=order).distinct().get().name


def test_rep_with_own_customers_writes_only_these() -> None:
    rep = make_user(desk=Desk.REP, sees_all_customers=False)
    make_order()
    mine = make_order(customer=make_customer(rep=rep))
    for name in ("orders", "shipments", "incidents", "returns", "customers"):
        rows = written(rep, name)[1:]
        assert [row[0] for row in rows] == {"orders": [mine.number], "customers": [mine.customer.name]}.get(name, [])


def test_who_has_left_gets_no_file() -> None:
    user = make_user()
    run = make_job(user=user, arguments={"list": "customers", "query": ""})
    User.objects.update(is_active=False)
    run.refresh_from_db()
    with pytest.raises(JobError):
        write_export(JobRun.objects.get(pk=run.pk), silent, today=TODAY)


def test_words_and_decimal_marks_follow_the_language() -> None:
    """What a spreadsheet opens by a double click: Spanish ones part columns at semicolons, for a comma is decimal."""
    make_invoice(today=timezone.localdate() - datetime.timedelta(days=40))
    user = make_user()
    english, spanish = (written(user, "invoices", language=language) for language in ("en", "es"))
    assert english[0][6:] == ["Total", "Currency", "Open"]
    assert spanish[0][6:] == ["Total", "Moneda", "Pendiente"]
    assert (english[1][4], spanish[1][4]) == ("Overdue", "Vencida")
    assert (english[1][6], spanish[1][6]) == ("121.00", "121,00")
    assert [cell.replace(".", ",") for cell in english[1][5:]] == spanish[1][5:]
    assert english[1][1] == spanish[1][1]
    datetime.date.fromisoformat(english[1][1])


def test_name_of_the_file_is_in_the_language_of_who_asked() -> None:
    user = make_user()
    for language, name in (("en", "orders-2026-03-02.csv"), ("es", "pedidos-2026-03-02.csv")):
        with override(language):
            run = make_job(user=user, arguments={"list": "orders", "query": "", "language": language})
            assert write_export(run, silent, today=TODAY).name == name


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+34 600 000 000", "'+34 600 000 000"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1+1", "'  =1+1"),
        ("＝1+1", "'＝1+1"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("Casa;=cmd()", "Casa;'=cmd()"),
        ("one\n=two", "one\n'=two"),
        ("A-4 = paper, 1+1", "A-4 = paper, 1+1"),
        ("Olive oil 5 l", "Olive oil 5 l"),
        ("", ""),
    ],
)
def test_formulas_are_disarmed(text: str, safe: str) -> None:
    assert disarm(text) == safe


def test_what_people_typed_can_not_run_in_a_spreadsheet() -> None:
    Customer.objects.update(name="=HYPERLINK(1)")
    make_customer(name="=HYPERLINK(1)")
    make_product(name="@SUM(1)", code="AA-1")
    make_invoice(customer=make_customer(name="-2+3"))
    user = make_user(desk=Desk.ADMIN, is_superuser=True)
    for name in LISTS:
        for line in written(user, name)[1:]:
            assert not [text for text in line if text.startswith(("=", "+", "@", "-2+"))], name


def test_export_of_a_list_needs_what_its_page_needs(client: Client) -> None:
    client.force_login(make_user(desk=Desk.WAREHOUSE))
    answers = {
        name: client.get(reverse(view), {"export": "csv"}).status_code
        for name, (view, _make, _columns) in LISTS.items()
    }
    may = {name for name, status in answers.items() if status == 303}
    assert may == {"products", "shipments", "incidents", "returns"}
    assert set(answers.values()) == {303, 403}
    assert JobRun.objects.count() == len(may)
    assert urlsplit(client.get(reverse("orders:shipment_list")).context["list"].export_url).query == "export=csv"
