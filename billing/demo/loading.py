"""Loads the demo company: one transaction, or nothing."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

from billing.demo.calendar import Calendar
from billing.demo.catalogue import make_catalogue
from billing.demo.companies import make_companies
from billing.demo.demand import fill_baskets
from billing.demo.history import History
from billing.demo.ledger import Ledger
from billing.demo.prices import make_prices
from billing.demo.sales import SalesBook
from billing.demo.scenes import Scenes, most_indebted
from billing.demo.stock import Supply, make_places
from billing.demo.today import Living, set_limits
from billing.services.exposure import refresh_exposure
from customers.models import Account, Customer, Issuer, User
from inventory.models import Product
from orders.services.exposure import refresh_exposure as refresh_order_exposure

APPS = ("customers", "inventory", "orders", "billing")
SEED = 20_101_201
CUSTOMERS = 250
LIVING_DAYS = 5  # working days that go through the services


class DataExists(Exception):
    """The database holds a company already; nothing was changed."""


@transaction.atomic
def load_demo(*, at: datetime, customers: int = CUSTOMERS, say: Callable[[str], None] = lambda _step: None) -> None:
    """Make the demo company as it stands at the moment ``at``; ``say`` is told each step. Raises DataExists.

    With fewer ``customers`` (30 at least) it is the same company in small, as tests use it.
    """
    for model in (Issuer, Customer, Product, User):
        if model._default_manager.exists():
            raise DataExists
    with connection.cursor() as cursor:  # checks at once are cheaper than queues of them
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS invoiceseries_gapless DEFERRED")
        cursor.execute("SET LOCAL synchronous_commit = off")
    dice = random.Random(SEED)  # noqa: S311 - the same company every time
    today = timezone.localdate(at)
    start = today - timedelta(days=365)
    calendar = Calendar(start.year, today.year + 1)

    say("customers and people")
    companies = make_companies(dice, start=start, at=at, customers=customers)
    say("products and prices")
    catalogue = make_catalogue(dice, start=start, at=at)
    tariffs = make_prices(dice, catalogue, companies, start=start, today=today)
    places = make_places(companies, start=start, today=today)

    say("a year of orders")
    fill_baskets(dice, catalogue, companies)
    book = SalesBook(dice, catalogue, companies, tariffs, places, calendar)
    first = calendar.add(today, -LIVING_DAYS)
    sales = book.make(start=start, end=first - timedelta(days=1), today=today)
    ledger = Ledger(dice, companies, calendar, today)
    ledger.work_out(sales, until=first)
    say("stock and purchases")
    supply = Supply(dice, catalogue, companies, places, calendar)
    supply.write(sales, start=start, until=first, today=today)
    supply.expect(today)
    say("orders and shipments")
    history = History(catalogue, companies, places)
    with _as_it_left():
        history.write(sales)
    say("invoices and payments")
    ledger.write()
    history.write_events(sales, ledger.events)
    accounts = list(Account.objects.values_list("pk", flat=True))
    refresh_order_exposure(account_ids=accounts)
    refresh_exposure(account_ids=accounts)

    _gather_statistics()  # without them the services' statements would be planned for empty tables
    say("the last days")
    own = {buyer.account for buyer in companies.buyers if buyer.logs_in}
    over = most_indebted(skip=list(own))
    set_limits(over)
    living = Living(
        dice, catalogue, companies, tariffs, places, calendar, supply.scarce, first=first, at=at, today=today
    )
    scenes = Scenes(living)
    scenes.before()
    living.run()
    scenes.after(next(buyer for buyer in companies.buyers if buyer.account == over))
    living.tick()


@contextmanager
def _as_it_left() -> Iterator[None]:
    """Let delivery notes of the past be written with their lines, although nothing is added to what has left."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE orders_shipmentline DISABLE TRIGGER shipmentline_frozen")
        yield
        cursor.execute("ALTER TABLE orders_shipmentline ENABLE TRIGGER shipmentline_frozen")


def _gather_statistics() -> None:
    tables = [model._meta.db_table for model in apps.get_models() if model._meta.app_label in APPS]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("ANALYZE {}").format(sql.SQL(", ").join(map(sql.Identifier, tables))))
