"""Statements that nearly every page sends: PostgreSQL keeps their plans, which cost more than their rows do."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor


@contextmanager
def prepared() -> Iterator[None]:
    """Send the statements inside with their parameters apart; the third time in a connection their plan is kept.

    For statements of one shape whose best plan does not hang on the values. A plan made under one role is never used
    under another where row-level security decides: PostgreSQL makes it anew. Where connections are not ours alone
    (``prepare_threshold`` None, see ``config.database.address``) everything is sent as usual.
    """
    connection.ensure_connection()
    driver = connection.connection
    if driver.prepare_threshold is None:
        yield
        return
    usual, driver.cursor_factory = driver.cursor_factory, ServerBindingCursor
    try:
        yield
    finally:
        driver.cursor_factory = usual
