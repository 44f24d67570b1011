"""The second belt alone: every query of a portal page without any filter, and nothing foreign comes out.

The rows are made for every table of the catalogue that has an account, known to a factory or not: constraints and
triggers of the table are dropped for that, in the test's own transaction, which takes it all back.
"""

import datetime
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from psycopg import sql

from config.database.policies import account_columns, portal_rows
from config.database.roles import DESK, PORTAL
from customers.models import Account, Customer
from inventory.models import StockHold, Warehouse
from tests.billing.factories import make_invoice, make_payment
from tests.conftest import acting_as
from tests.factories import (
    make_account,
    make_address,
    make_contact,
    make_customer,
    make_file,
    make_invitation,
    make_job,
    make_member,
    make_note,
    make_user,
)
from tests.orders.factories import make_incident, make_return

pytestmark = pytest.mark.django_db

# What portal pages read and what belongs to nobody: the catalogue, places, terms, rights.
SHARED = {
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "customers_issuer",
    "customers_issuerbankaccount",
    "customers_paymentterms",
    "customers_paymenttermsinstalment",
    "customers_region",
    "customers_segment",
    "django_content_type",
    "inventory_holiday",
    "inventory_product",
    "inventory_productbarcode",
    "inventory_productfamily",
    "inventory_productline",
    "inventory_productpack",
    "inventory_stocklevel",
    "inventory_taxclass",
    "inventory_taxrate",
    "inventory_unit",
    "inventory_warehouse",
    "inventory_warehouseregion",
    "orders_carrier",
}
# Keys of requests that create: the token names the person, and the answer is stored for that person alone.
KEYED_BY_PERSON = {"config_idempotencykey"}

STAFF_ONLY = {
    "customers_customernote",
    "inventory_purchaseorder",
    "inventory_purchaseorderline",
    "inventory_stockmovement",
    "inventory_supplier",
    "orders_peg",
}
STAFF_COLUMNS = {("inventory_product", "cost"), ("orders_orderline", "unit_cost")}

SAMPLES = {
    "bool": "true",
    "int2": "{n}",
    "int4": "{n}",
    "int8": "{n}",
    "numeric": "{n}",
    "float8": "{n}",
    "date": "date '2026-01-01' + {n}",
    "time": "time '12:00'",
    "timestamptz": "now()",
    "interval": "interval '1 day'",
    "uuid": "gen_random_uuid()",
    "jsonb": "'{{}}'",
    "inet": "'127.0.0.1'",
    "bytea": "'x'",
    "text": "'x{n}'",
    "varchar": "'x{n}'",
}


def test_every_table_with_an_account_has_a_policy() -> None:
    with connection.cursor() as cursor:
        expected = portal_rows(account_columns(cursor))
        cursor.execute(
            """
            SELECT c.relname, c.relrowsecurity, p.polname FROM pg_class c
            LEFT JOIN pg_policy p ON p.polrelid = c.oid AND %s::regrole = ANY (p.polroles)
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
            """,
            [PORTAL],
        )
        secured = {table: policy for table, on, policy in cursor.fetchall() if on and policy}
    assert len(expected) > 20
    assert sorted(set(expected) - set(secured)) == [], "tables with an account and without a policy"


def test_what_the_portal_reads_is_secured_or_shared() -> None:
    readable = _tables_readable_by(PORTAL)
    with connection.cursor() as cursor:
        secured = set(portal_rows(account_columns(cursor)))
    unexplained = readable - secured - SHARED - KEYED_BY_PERSON
    assert sorted(unexplained) == [], "the portal reads tables that are neither secured by rows nor listed as shared"


def test_portal_sees_nothing_foreign_without_any_filter() -> None:
    mine, other = make_account(), make_account()
    readable = _tables_readable_by(PORTAL)
    checked = []
    for table, column in _tables_with_account():
        with _rows_in(table, column, [mine.pk, other.pk]):
            with acting_as(DESK):
                assert {mine.pk, other.pk} <= _accounts(table, column), f"no rows were made in {table}"
            if table not in readable:
                continue
            with acting_as(PORTAL, mine.pk):
                assert _accounts(table, column) == {mine.pk}, table
            with acting_as(PORTAL):
                assert _accounts(table, column) == set(), f"{table} shows rows although no account is set"
            checked.append(table)
    assert len(checked) > 15


def test_portal_models_see_nothing_foreign_without_visible_to() -> None:
    mine, other = make_account(), make_account()
    readable = _tables_readable_by(PORTAL)
    models = {model._meta.db_table: model for model in apps.get_models()}
    for table, column in _tables_with_account():
        if table in readable and table in models:
            with _rows_in(table, column, [mine.pk, other.pk]), acting_as(PORTAL, mine.pk):
                found = set(models[table]._base_manager.values_list(column, flat=True))
                assert found == {mine.pk}, table


def test_a_branch_sees_nothing_of_another_branch_of_its_group() -> None:
    """The rows of both have one account, so that only ``visible_to`` tells them apart."""
    group = make_customer()
    here, there = make_customer(parent=group), make_customer(parent=group)
    owner = make_member(customer=here).user
    tables = dict(_tables_with_account())
    owned = [
        model
        for model in apps.get_models()
        if model._meta.db_table in tables and hasattr(model._default_manager.all(), "visible_to")
    ]
    before = {model: set(model._default_manager.visible_to(owner).values_list("pk", flat=True)) for model in owned}
    _business_of(there)
    filled = {model for model in owned if model._default_manager.exists()}
    assert {model._meta.label for model in owned} - {model._meta.label for model in filled} <= NOT_FILLED
    after = {model: set(model._default_manager.visible_to(owner).values_list("pk", flat=True)) for model in owned}
    assert after == before
    assert list(Account.objects.visible_to(owner)) == [], "what the group owes is the group's"
    assert len(owned) > 12


NOT_FILLED = {"customers.OutboxMessage", "billing.InvoiceReference", "orders.Peg"}


def _business_of(customer: Customer) -> None:
    """Make something of everything that a company may have."""
    make_address(customer=customer)
    make_contact(customer=customer)
    make_note(customer=customer)
    make_invitation(customer=customer)
    person = make_member(customer=customer).user
    make_file(account=customer.account)
    make_job(user=person, account=customer.account)
    make_incident(customer=customer)
    returned = make_return(customer=customer)
    StockHold.objects.create(
        product=returned.lines.get().product,
        warehouse=Warehouse.objects.first(),
        customer=customer,
        account=customer.account,
        quantity=1,
        document="cart",
        expires_at=timezone.now(),
    )
    invoice = make_invoice(customer=customer)
    make_payment(payer=customer, parts=[(invoice.instalments.get().pk, Decimal("50.00"))])


def test_portal_writes_nothing_foreign() -> None:
    mine, other = make_account(), make_account()
    for table, column in _tables_with_account():
        with _rows_in(table, column, [mine.pk, other.pk]):
            for statement in (
                _insert(table, column, other.pk, 7),
                sql.SQL("UPDATE {} SET {} = {}").format(
                    sql.Identifier(table), sql.Identifier(column), sql.Literal(other.pk)
                ),
            ):
                with (
                    pytest.raises(DatabaseError, match=r"permission denied|row-level security"),
                    acting_as(PORTAL, mine.pk),
                ):
                    _run(statement)
            before = _accounts_counted(table, column)
            try:
                with acting_as(PORTAL, mine.pk):
                    _run(
                        sql.SQL("DELETE FROM {} WHERE {} = {}").format(
                            sql.Identifier(table), sql.Identifier(column), sql.Literal(other.pk)
                        )
                    )
            except DatabaseError as error:
                assert "permission denied" in str(error)  # noqa: PT017  (most tables refuse, the others delete nothing)
            assert _accounts_counted(table, column) == before, table


@pytest.mark.parametrize("table", sorted(STAFF_ONLY))
def test_portal_cannot_read_what_is_for_staff(table: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), acting_as(PORTAL, make_account().pk):
        _run(sql.SQL("SELECT 1 FROM {}").format(sql.Identifier(table)))


def test_portal_cannot_read_the_audit() -> None:
    audits = [table for table in connection.introspection.table_names() if table.endswith("audit")]
    assert len(audits) > 10
    assert not _tables_readable_by(PORTAL) & set(audits)


@pytest.mark.parametrize(("table", "column"), sorted(STAFF_COLUMNS))
def test_portal_cannot_read_costs(table: str, column: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), acting_as(PORTAL, make_account().pk):
        _run(sql.SQL("SELECT {} FROM {}").format(sql.Identifier(column), sql.Identifier(table)))


def test_portal_sees_people_of_its_account_and_staff_only() -> None:
    member, other, staff = make_member(), make_member(), make_user()
    people = apps.get_model("customers.User").objects
    with acting_as(PORTAL, member.account_id):
        found = set(people.values_list("pk", flat=True))
    assert {member.user_id, staff.pk} <= found
    assert other.user_id not in found


def test_portal_can_not_read_a_password_not_even_its_own() -> None:
    member = make_member()
    with pytest.raises(DatabaseError, match="permission denied"), acting_as(PORTAL, member.account_id):
        _run(sql.SQL("SELECT password FROM customers_user"))
    with pytest.raises(DatabaseError, match="permission denied"), acting_as(PORTAL, member.account_id):
        _run(sql.SQL("SELECT u FROM customers_user u"))
    with pytest.raises(DatabaseError, match="permission denied"), acting_as(PORTAL, member.account_id):
        _run(sql.SQL("UPDATE customers_user SET password = 'x'"))
    with pytest.raises(DatabaseError, match="permission denied"), acting_as(PORTAL, member.account_id):
        _run(sql.SQL("UPDATE customers_user SET name = password"))
    people = apps.get_model("customers.User").objects.defer("password")
    with acting_as(PORTAL, member.account_id):
        assert people.get(pk=member.user_id).email == member.user.email


def test_portal_sees_no_prices_of_others() -> None:
    mine, other = make_customer(), make_customer()
    lists = apps.get_model("inventory.PriceList").objects
    start = datetime.date(2026, 1, 1)
    lists.create(code="ALL", name="All", level="base", valid_from=start)
    lists.create(code="MINE", name="Mine", level="contract", customer=mine, valid_from=start)
    lists.create(code="OTHER", name="Other", level="contract", customer=other, valid_from=start)
    lists.create(code="GROUP", name="Their group", level="group", group=other.account, valid_from=start)
    with acting_as(PORTAL, mine.account_id):
        assert set(lists.values_list("code", flat=True)) == {"ALL", "MINE"}


def test_notes_stay_with_staff_even_of_ones_own_account() -> None:
    note = make_note(customer=make_customer())
    with pytest.raises(DatabaseError, match="permission denied"), acting_as(PORTAL, note.account_id):
        list(type(note).objects.all())


def test_person_of_a_company_changes_nobody_but_oneself() -> None:
    me = make_member()
    others = [make_member(customer=me.customer).user, make_user(desk="manager")]
    people = type(me.user).objects.defer("password")
    with acting_as(PORTAL, me.account_id, me.user_id):
        changed = {person.pk: people.filter(pk=person.pk).update(name="Changed") for person in [me.user, *others]}
    assert changed == {me.user_id: 1, others[0].pk: 0, others[1].pk: 0}
    with acting_as(PORTAL, me.account_id):
        assert people.update(name="Nobody's") == 0


def test_portal_lets_nobody_in_by_itself() -> None:
    me = make_member()
    model = type(me)
    fields = {"user": me.user, "customer": make_customer(account=me.account), "account": me.account, "role": "owner"}
    with pytest.raises(DatabaseError, match="permission denied"), acting_as(PORTAL, me.account_id, me.user_id):
        model.objects.create(**fields)


@pytest.mark.parametrize("task", ["customers.tasks.export_list", "orders.tasks.fill_backorders"])
def test_portal_enqueues_mails_and_no_other_job(task: str) -> None:
    me = make_member()
    with acting_as(PORTAL, me.account_id, me.user_id):
        app.configure_task("customers.tasks.send_mail").defer(message_id=1)
    with pytest.raises(ConnectorException) as refused, acting_as(PORTAL, me.account_id, me.user_id):
        app.configure_task(task).defer(job_id="1")
    assert "row-level security" in str(refused.value.__cause__)


def test_no_view_or_function_walks_around_the_policies() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')
              AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)
            UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef
            UNION ALL SELECT rolname FROM pg_roles WHERE rolname LIKE 'lonja%%' AND (rolsuper OR rolbypassrls)
            """
        )
        assert cursor.fetchall() == []


def test_cost_of_taking_a_role(capsys: pytest.CaptureFixture[str]) -> None:
    member = make_member()

    def timed(role: str | None) -> float:
        """The quickest of many: what else the machine does takes longer, never shorter."""
        best = float("inf")
        for _ in range(300):
            began = time.perf_counter()
            with transaction.atomic(), connection.cursor() as cursor:
                if role:
                    cursor.execute(
                        "SELECT set_config('role', %s, true), set_config('app.account', %s, true)",
                        [role, str(member.account_id)],
                    )
                cursor.execute("SELECT count(*) FROM customers_customer WHERE account_id = %s", [member.account_id])
            best = min(best, time.perf_counter() - began)
        return best * 1000

    try:
        timed(None)
        without, with_role = timed(None), timed(PORTAL)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('role', 'none', true)")
    cost = f"{with_role - without:.3f} ms a request (with {with_role:.3f}, without {without:.3f})"
    with capsys.disabled():
        print(f"\nrow-level security: {cost}")  # noqa: T201
    assert with_role - without < 5


def _tables_with_account() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        found = account_columns(cursor)
    return sorted((table, column) for table, column in found.items() if table != "customers_account")


def _tables_readable_by(role: str) -> set[str]:
    """Tables of which a role may read at least one business column (an id alone, for RETURNING, tells nothing)."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT a.attisdropped
              AND has_column_privilege(%s, c.oid, a.attnum, 'SELECT')
              AND c.relname <> 'pghistory_context'
            GROUP BY c.relname HAVING count(*) > 1
            """,
            [role],
        )
        return {table for (table,) in cursor.fetchall()}


@contextmanager
def _rows_in(table: str, column: str, accounts: list[int]) -> Iterator[None]:
    """A row of each account in a table, by whatever means; gone afterwards."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'f', 'x')",
                [table],
            )
            for (name,) in cursor.fetchall():
                _run(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.Identifier(table), sql.Identifier(name)))
        _run(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
        for number, account in enumerate(accounts, start=1):
            _run(_insert(table, column, account, number))
        yield
        transaction.set_rollback(True)


def _insert(table: str, column: str, account: int, number: int) -> sql.Composed:
    """An INSERT of a row with something in every column that must have a value."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT a.attname, t.typname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull
              AND a.attgenerated = '' AND a.attidentity = '' AND d.adbin IS NULL AND a.attname <> %s
            """,
            [table, column],
        )
        needed = cursor.fetchall()
    values = [sql.SQL(SAMPLES[kind].format(n=number)) for _name, kind in needed]
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(sql.Identifier(name) for name in [column, *(name for name, _kind in needed)]),
        sql.SQL(", ").join([sql.Literal(account), *values]),
    )


def _accounts(table: str, column: str) -> set[int]:
    return {account for (account,) in _run(_select(table, column))}


def _accounts_counted(table: str, column: str) -> list[Any]:
    return sorted(account for (account,) in _run(_select(table, column)) if account is not None)


def _select(table: str, column: str) -> sql.Composed:
    return sql.SQL("SELECT {} FROM {}").format(sql.Identifier(column), sql.Identifier(table))


def _run(statement: sql.Composed) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(cursor.connection))
        return cursor.fetchall() if cursor.description else []
