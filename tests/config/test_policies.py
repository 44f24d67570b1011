"""Every table is granted on purpose, and PostgreSQL itself keeps customers apart."""

import pytest
from django.db import connection
from django.db.utils import ProgrammingError

from config.apps import lay_policies
from config.database.policies import account_columns, collect
from config.database.roles import DESK, PORTAL, WEB
from tests.conftest import acting_as

pytestmark = pytest.mark.django_db


def rows(query: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def test_every_table_with_an_account_has_its_policies() -> None:
    protected = rows(
        """
        SELECT c.relname FROM pg_class c
        JOIN pg_policy portal ON portal.polrelid = c.oid AND portal.polroles = ARRAY['lonja_portal'::regrole::oid]
        JOIN pg_policy desk ON desk.polrelid = c.oid AND desk.polroles = ARRAY['lonja_desk'::regrole::oid]
        WHERE c.relrowsecurity
        """
    )
    with connection.cursor() as cursor:
        assert set(account_columns(cursor)) - {table for (table,) in protected} == set()


def test_portal_policies_name_the_account_of_the_request() -> None:
    loose = rows(
        """
        SELECT tablename, qual FROM pg_policies JOIN information_schema.columns
        ON table_schema = 'public' AND table_name = tablename AND column_name = 'account_id'
        WHERE roles = ARRAY['lonja_portal'::name] AND qual NOT LIKE '%app.account%'
        """
    )
    assert loose == []


@pytest.mark.parametrize("name", ["PORTAL_GRANTS", "WEB_GRANTS", "DESK_GRANTS", "ACCOUNT_COLUMNS"])
def test_declarations_name_tables_that_exist(name: str) -> None:
    tables = {table for (table,) in rows("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')")}
    assert set(collect(name)) - tables == set()


def test_tables_without_an_account_are_open_to_the_portal_by_declaration_only() -> None:
    granted = rows(
        "SELECT DISTINCT table_name FROM information_schema.column_privileges WHERE grantee = 'lonja_portal'"
    )
    history = rows("SELECT relname FROM pg_class WHERE relname LIKE '%audit' OR relname LIKE '%event'")
    assert {table for (table,) in granted} - set(collect("PORTAL_GRANTS")) - {table for (table,) in history} == set()


@pytest.mark.parametrize("role", [DESK, PORTAL, WEB])
def test_no_role_of_requests_may_change_the_schema_or_truncate(role: str) -> None:
    assert (
        rows(
            f"SELECT table_name FROM information_schema.table_privileges "
            f"WHERE grantee = '{role}' AND privilege_type IN ('TRUNCATE', 'TRIGGER', 'REFERENCES')"
        )
        == []
    )
    assert rows(f"SELECT has_schema_privilege('{role}', 'public', 'CREATE')") == [(False,)]


def test_web_login_does_not_inherit_what_its_roles_may() -> None:
    assert rows("SELECT has_table_privilege('lonja_web', 'config_idempotencykey', 'SELECT')") == [(False,)]
    assert rows("SELECT pg_has_role('lonja_web', 'lonja_desk', 'USAGE')") == [(False,)]
    assert rows("SELECT pg_has_role('lonja_web', 'lonja_portal', 'MEMBER')") == [(True,)]


def test_tables_owners_are_not_roles_of_requests() -> None:
    owners = rows("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
    assert owners == [("lonja_owner",)]


def test_views_do_not_bypass_row_level_security() -> None:
    """A plain view reads with its owner's rights; there are none, nor materialised ones."""
    assert (
        rows("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')") == []
    )


def test_portal_writes_for_its_own_account_only() -> None:
    insert = (
        "INSERT INTO config_idempotencykey (scope, key, body_hash, location, account_id) VALUES ('s', '{}', '', '', {})"
    )
    with connection.cursor() as cursor:
        with acting_as(PORTAL, account=7):
            cursor.execute(insert.format("own", 7))
        with pytest.raises(ProgrammingError, match="row-level security"), acting_as(PORTAL, account=7):
            cursor.execute(insert.format("foreign", 8))
    assert rows("SELECT key FROM config_idempotencykey") == [("own",)]


def test_laying_policies_again_changes_nothing() -> None:
    def state() -> list[tuple]:
        return rows("SELECT oid, relname, relacl::text, relrowsecurity FROM pg_class ORDER BY oid") + rows(
            "SELECT oid, polname, polrelid, polqual::text FROM pg_policy ORDER BY oid"
        )

    before = state()
    lay_policies(using="default", plan=[])
    assert state() == before
