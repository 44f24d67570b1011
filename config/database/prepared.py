"""Statements that nearly every page sends: PostgreSQL keeps their plans, which cost more than their rows do.

For statements of one shape whose best plan does not hang on the values. A plan made under one role is never used
under another where row-level security decides: PostgreSQL makes it anew. Where connections are not ours alone
(``prepare_threshold`` None, see ``config.database.address``) nothing is kept.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper
from pghistory import config, runtime
from psycopg._queries import PostgresQuery
from psycopg.adapt import PyFormat
from psycopg.types.numeric import Int8Dumper

_READS = "SELECT"
_CONTEXT = "SELECT set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true)"


class PreparedCursor(psycopg.Cursor[Any]):
    """A cursor that sends values apart from the text of a statement.

    It has a name because django-pghistory puts who is at work in front of every statement that may change
    something, save on cursors with a name; two statements can't be prepared as one, so here it is sent before.
    """

    name = "prepared"

    def __init__(self, driver: psycopg.Connection[Any], **options: Any) -> None:
        if driver.adapters.get_dumper(int, PyFormat.AUTO).oid != Int8Dumper.oid:
            driver.adapters.register_dumper(int, Int8Dumper)  # else 5 and 500,000 are two types, and two statements
        super().__init__(driver, **options)

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        context = getattr(runtime._tracker, "value", None)
        if context and isinstance(query, str) and not query.lstrip().startswith(_READS):
            metadata = json.dumps(context.metadata, cls=config.json_encoder())
            super().execute(_CONTEXT, [str(context.id), metadata])
        return super().execute(query, params, **options)

    def _convert_query(self, query: Any, params: Any = None) -> PostgresQuery:
        self._query = super()._convert_query(query, params)  # what Django's log of statements shows
        return self._query


def _driver() -> psycopg.Connection[Any]:
    """The connection, made anew where its server went away since the last request, as Django's own cursors do."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    driver: psycopg.Connection[Any] = connection.connection
    return driver


@contextmanager
def prepared() -> Iterator[None]:
    """Send the statements inside, the ORM's too, so that the third time in a connection their plan is kept."""
    driver = _driver()
    if driver.prepare_threshold is None:
        yield
        return
    usual, driver.cursor_factory = driver.cursor_factory, PreparedCursor
    try:
        yield
    finally:
        driver.cursor_factory = usual


def prepared_cursor() -> CursorWrapper:
    """A cursor for one statement of SQL whose plan is worth keeping.

    PostgreSQL has to see the type of a value from its place in the statement, or from a cast: ``%(day)s::date``.
    """
    cursor: CursorWrapper = connection._prepare_cursor(PreparedCursor(_driver()))  # type: ignore[attr-defined]
    return cursor
