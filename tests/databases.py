"""The databases of tests: migrations run once, and everybody gets a copy of what they made.

A made database bears as its comment what it was made of; one that was not finished bears none.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from config.environment import ROOT

EMPTY = "template0"  # PostgreSQL's own
MIGRATIONS = ("*/migrations/*.py", "requirements.txt")


def make_migrated(name: str) -> None:
    """Make a database with every migration, the policies and no business, unless these very migrations made it."""
    make(name, made_of=digest_of_migrations(), fill=_migrate)
    with _alone(name), using(name):
        _migrate()  # policies and roles change without a migration


def digest_of_migrations() -> str:
    """What tells the migrations of this checkout from others."""
    files = sorted(path for pattern in MIGRATIONS for path in ROOT.glob(pattern))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def make(name: str, *, made_of: str, fill: Callable[[], None], source: str = EMPTY) -> None:
    """Copy the database ``source`` to ``name`` and fill it, unless it is there, whole, and ``made_of`` the same."""
    with _alone(name) as cursor:
        if _made_of(cursor, name) != made_of:
            with _alone(source):
                _copy(cursor, source, name)
            with using(name):
                fill()
            cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(made_of)))


def copy(source: str, name: str) -> None:
    """Copy a database to which nobody is connected, in the place of an earlier one of the name.

    What tests commit may get lost with the machine's power.
    """
    with _alone(source) as cursor:
        _copy(cursor, source, name)


def drop(name: str) -> None:
    """Remove a database and end whoever is connected to it."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def using(name: str) -> Iterator[None]:
    """Send the queries of the block to the database of this name."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


@contextmanager
def _alone(name: str) -> Iterator[CursorWrapper]:
    """Let one process at a time work on a database; a cursor of another one, for that."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        yield cursor


def _migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)


def _copy(cursor: CursorWrapper, source: str, name: str) -> None:
    database = sql.Identifier(name)
    for statement in (
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database),
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(database, sql.Identifier(source)),
        sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(database),
    ):
        cursor.execute(statement)


def _made_of(cursor: CursorWrapper, name: str) -> str | None:
    cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
    found = cursor.fetchone()
    return found and found[0]
