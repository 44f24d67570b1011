"""Trying what must not be possible, in raw SQL as the application's own role."""

from collections.abc import Mapping
from typing import Any

from django.db import Error, connection, transaction

from config.database.roles import DESK
from tests.conftest import acting_as


def refusal_fault(statement: str, rule: str, values: Mapping[str, Any]) -> str:
    """Run a statement as a member of staff's request does; it must fail by the named rule and change nothing.

    ``{name}`` in the statement stands for ``values["name"]``. Returns what is wrong with that, "" for nothing: one
    test tries a whole table of statements on one world and compares the faults with an empty list.
    """
    before = digest()
    try:
        with transaction.atomic(), acting_as(DESK):
            _run(statement.format(**values))
            transaction.set_rollback(True)
    except Error as error:
        refused_by = error.__cause__.diag.constraint_name or str(error)
    else:
        refused_by = "nothing"
    if refused_by != rule:
        return f"{statement} should be refused by {rule}, was by {refused_by}"
    return "" if digest() == before else f"{statement} was refused and changed something"


def digest() -> dict[str, str]:
    """Every business table and a hash of its rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT relname FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
              AND relname ~ '^(customers|inventory|orders|billing)_' AND relname !~ 'audit$' ORDER BY relname
            """
        )
        tables = [table for (table,) in cursor.fetchall()]
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t" for table in tables
            )
        )
        return dict(cursor.fetchall())


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
