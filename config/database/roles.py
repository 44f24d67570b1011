"""Who may log in to PostgreSQL, and as whom they act: the cluster's roles, made once and kept up by ``set_up``.

============== ===== ============================================================================================
role           login may
============== ===== ============================================================================================
lonja_owner    yes   own the schema: migrations, commands, the set-up of tests
lonja_web      yes   by itself only what login and sessions need; takes one of the two roles below per request
lonja_worker   yes   what staff may, and run the job queue
lonja_desk     no    every row of every table, no change of the schema
lonja_portal   no    rows of one account (row-level security), in the tables granted to it
============== ===== ============================================================================================

Roles belong to the cluster and not to a database, so no migration may make them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
from psycopg import sql

OWNER, WEB, WORKER = LOGINS = ("lonja_owner", "lonja_web", "lonja_worker")
DESK, PORTAL = GROUPS = ("lonja_desk", "lonja_portal")

OLDEST_VERSION = 15
MAINTENANCE_DATABASE = "postgres"

ATTRIBUTES = {
    OWNER: "LOGIN CREATEDB",
    WEB: "LOGIN NOINHERIT",
    WORKER: "LOGIN",
    DESK: "NOLOGIN",
    PORTAL: "NOLOGIN",
}
MEMBERSHIPS = [(DESK, OWNER), (PORTAL, OWNER), (DESK, WEB), (PORTAL, WEB), (DESK, WORKER)]
TIMEOUTS = {
    WEB: {"lock_timeout": "3s", "statement_timeout": "8s", "idle_in_transaction_session_timeout": "60s"},
    WORKER: {"lock_timeout": "10s", "idle_in_transaction_session_timeout": "600s"},
}


class DatabaseSetUpError(Exception):
    """The database can't be prepared; the message says why and what to do."""


def set_up(server: Mapping[str, Any], *, database: str, passwords: Mapping[str, str]) -> None:
    """Make or correct the roles, the database, its grants and the timeouts. Safe to repeat.

    ``server`` are psycopg's parameters of a login that may create roles (a superuser, or CREATEROLE with
    CREATEDB); ``passwords`` one for each of LOGINS. Raises DatabaseSetUpError naming what is missing.
    """
    try:
        with psycopg.connect(**server, autocommit=True) as connection:
            if connection.info.server_version < OLDEST_VERSION * 10_000:
                raise DatabaseSetUpError(
                    f"Lonja needs PostgreSQL {OLDEST_VERSION} or newer, "
                    f"this is {connection.info.server_version // 10_000}."
                )
            for statement in cluster_statements(connection, database=database, passwords=passwords):
                connection.execute(statement)
        with psycopg.connect(**{**server, "dbname": database}, autocommit=True) as connection:
            for statement in database_statements(database):
                connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege as error:
        raise DatabaseSetUpError(
            f"The login {server.get('user')!r} may not prepare the database: {error.diag.message_primary}.\n"
            "Let setup_database connect as a superuser or as a role with CREATEROLE and CREATEDB, or have an "
            "administrator run the statements of: manage.py setup_database --sql"
        ) from error
    except psycopg.OperationalError as error:
        raise DatabaseSetUpError(f"The PostgreSQL server does not answer: {error}") from error


def reachable(server: Mapping[str, Any]) -> dict[str, Any]:
    """The same parameters, naming the maintenance database instead of one that does not exist yet."""
    try:
        psycopg.connect(**server).close()
    except psycopg.OperationalError:
        return {**server, "dbname": MAINTENANCE_DATABASE}
    return dict(server)


def cluster_statements(
    connection: psycopg.Connection | None, *, database: str, passwords: Mapping[str, str]
) -> Iterator[sql.Composed]:
    """Statements for roles, memberships, timeouts and the database itself; without a connection those of an empty cluster.

    Roles that exist get their attributes, password and timeouts again: a changed password takes effect.
    """
    existing = _names(connection, "SELECT rolname FROM pg_roles")
    for role, attributes in ATTRIBUTES.items():
        yield sql.SQL("{} ROLE {} {} {}").format(
            sql.SQL("ALTER" if role in existing else "CREATE"),
            sql.Identifier(role),
            sql.SQL(attributes),
            sql.SQL("PASSWORD {}").format(sql.Literal(passwords[role])) if role in LOGINS else sql.SQL(""),
        )
    for group, member in MEMBERSHIPS:
        yield sql.SQL("GRANT {} TO {}").format(sql.Identifier(group), sql.Identifier(member))
    for role, timeouts in TIMEOUTS.items():
        for name, value in timeouts.items():
            yield sql.SQL("ALTER ROLE {} SET {} = {}").format(
                sql.Identifier(role), sql.Identifier(name), sql.Literal(value)
            )
    if database not in _names(connection, "SELECT datname FROM pg_database"):
        # PostgreSQL asks of the maker of another's database that it could act as that other.
        yield sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER))
        yield sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
            sql.Identifier(database), sql.Identifier(OWNER)
        )


def database_statements(database: str) -> Iterator[sql.Composed]:
    """Statements inside the database: who may connect, and whose the schema is."""
    yield sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database))
    yield sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
        sql.Identifier(database), sql.SQL(", ").join(map(sql.Identifier, (OWNER, WEB, WORKER)))
    )
    yield sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(sql.Identifier(database), sql.Identifier(OWNER))
    yield sql.SQL("GRANT USAGE, CREATE ON SCHEMA public TO {}").format(sql.Identifier(OWNER))


def _names(connection: psycopg.Connection | None, query: str) -> set[str]:
    return {name for (name,) in connection.execute(query)} if connection else set()
