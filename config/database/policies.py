"""What each database role may touch: grants and row-level security, laid anew after every migration.

Tables with a column ``account_id`` belong to somebody: PostgreSQL itself shows the portal's role only the rows
of the account that the request acts for. Every app says in its module ``grants`` what the narrow roles need:

``PORTAL_GRANTS``    table → privileges of customers' requests, e.g. ``{"orders_order": "SELECT, INSERT"}``
``WEB_GRANTS``       table → privileges of the web login before it has taken a role (sessions, login)
``DESK_GRANTS``      table → privileges of staff where they may do less than read and write everything
``ACCOUNT_COLUMNS``  table → the column that holds the account where it is not called ``account_id``
``PORTAL_ROWS``      table → a condition in SQL that rows must meet as well to be there for the portal, e.g.
                     ``{"orders_orderevent": "is_public"}``; it may stand alone, on tables without an account
``PORTAL_CHANGES``   table → a condition in SQL that a row must meet besides for the portal to change it

Privileges are PostgreSQL's, columns included: ``"SELECT (id, name), UPDATE (name)"``.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from zlib import crc32

from django.apps import apps
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from django.utils.module_loading import module_has_submodule
from psycopg import sql

from config.database.roles import DESK, PORTAL, WEB, WORKER

EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"
JOB_TABLES = "procrastinate_"

# A scalar subquery is evaluated once per statement, not once per row, and lets the index on account_id be used.
OWN_ACCOUNT = "(SELECT nullif(current_setting('app.account', true), '')::bigint)"
ACTING_PERSON = "(SELECT nullif(current_setting('app.user', true), '')::bigint)"


def columns_but(model: type[Model], *kept_back: str) -> str:
    """The columns of a model without some fields, as privileges name them: ``id, code, name``."""
    fields = [field for field in model._meta.local_concrete_fields if field.name not in kept_back]
    return ", ".join(field.db_column or field.attname for field in fields)


def collect(name: str) -> dict[str, str]:
    """All apps' declarations of one kind, e.g. ``PORTAL_GRANTS``: table → text."""
    found: dict[str, str] = {}
    for app in apps.get_app_configs():
        if module_has_submodule(app.module, "grants"):
            found |= getattr(import_module(f"{app.name}.grants"), name, {})
    return found


def account_columns(cursor: CursorWrapper) -> dict[str, str]:
    """Table → column that holds the account its rows belong to, of all tables that belong to somebody."""
    cursor.execute(
        """
        SELECT c.relname FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'account_id' AND NOT a.attisdropped
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
        """
    )
    return dict.fromkeys((table for (table,) in cursor.fetchall()), "account_id") | collect("ACCOUNT_COLUMNS")


def apply_policies(cursor: CursorWrapper) -> None:
    """Bring grants and policies of all tables in line with the declarations. Run as the owner; safe to repeat."""
    cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')")
    tables = {table for (table,) in cursor.fetchall()}
    columns = {table: column for table, column in account_columns(cursor).items() if table in tables}
    statements = [*_grants(tables), *_policies(columns, _existing_policies(cursor))]
    cursor.execute(sql.SQL(";\n").join(statements).as_string(cursor.connection))


def _grants(tables: set[str]) -> Iterator[sql.Composable]:
    declared = {
        DESK: dict.fromkeys((table for table in tables if not table.startswith(JOB_TABLES)), EVERYTHING)
        | collect("DESK_GRANTS"),
        PORTAL: _with_history(collect("PORTAL_GRANTS")),
        WEB: _with_history(collect("WEB_GRANTS")),
        WORKER: dict.fromkeys((table for table in tables if table.startswith(JOB_TABLES)), EVERYTHING),
    }
    roles = sql.SQL(", ").join(map(sql.Identifier, declared))
    yield sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(roles)
    yield sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(roles)
    yield sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(roles)
    for role, grants in declared.items():
        for table, privileges in sorted(grants.items()):
            if table in tables:
                yield sql.SQL("GRANT {} ON {} TO {}").format(
                    sql.SQL(privileges), sql.Identifier(table), sql.Identifier(role)
                )


def _with_history(grants: Mapping[str, str]) -> dict[str, str]:
    """Whoever may write a table that is audited has to write its history too, which he can't read for that."""
    written = {table for table, privileges in grants.items() if {"INSERT", "UPDATE", "DELETE"} & _verbs(privileges)}
    history = {
        model._meta.db_table: "INSERT"
        for model in apps.get_models()
        if (tracked := getattr(model, "pgh_tracked_model", None)) and tracked._meta.db_table in written
    }
    return history | dict(grants)


def _verbs(privileges: str) -> set[str]:
    return set(privileges.upper().replace("(", " ").replace(",", " ").split())


def _policies(columns: Mapping[str, str], existing: Mapping[str, set[str]]) -> Iterator[sql.Composable]:
    """Row-level security for tables that belong to somebody. What is right already isn't touched, for it locks."""
    before_role, changes = collect("WEB_GRANTS"), collect("PORTAL_CHANGES")
    for table, rows in sorted(portal_rows(columns).items()):
        wanted = {_named("portal_rows", rows): (PORTAL, "", rows), "desk_every_row": (DESK, "", "true")}
        if table in before_role:
            wanted["login_every_row"] = (WEB, "", "true")
        if change := changes.get(table):
            wanted[_named("portal_changes", change)] = (PORTAL, "AS RESTRICTIVE FOR UPDATE", change)
        present = existing.get(table, set())
        if present == wanted.keys():
            continue
        name = sql.Identifier(table)
        yield sql.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY").format(name)
        for policy in sorted(present):
            yield sql.SQL("DROP POLICY {} ON {}").format(sql.Identifier(policy), name)
        for policy, (role, kind, condition) in wanted.items():
            yield sql.SQL("CREATE POLICY {} ON {} {} TO {} USING ({})").format(
                sql.Identifier(policy), name, sql.SQL(kind), sql.Identifier(role), sql.SQL(condition)
            )


def _named(kind: str, condition: str) -> str:
    """A policy's name, by which one of another condition is known as another."""
    return f"{kind}_{crc32(condition.encode()):08x}"


def portal_rows(columns: Mapping[str, str]) -> dict[str, str]:
    """Table → the condition under which the portal may see and write a row; the name of the policy is made of it."""
    rows = {table: f'"{column}" = {OWN_ACCOUNT}' for table, column in columns.items()}
    for table, condition in collect("PORTAL_ROWS").items():
        rows[table] = f"{rows[table]} AND ({condition})" if table in rows else condition
    return rows


def _existing_policies(cursor: CursorWrapper) -> dict[str, set[str]]:
    """Policies of the tables on which row-level security is in force."""
    cursor.execute(
        """
        SELECT c.relname, array_agg(p.polname::text) FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relrowsecurity GROUP BY c.relname
        """
    )
    return {table: set(names) for table, names in cursor.fetchall()}
