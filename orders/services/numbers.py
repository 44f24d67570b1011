"""Numbers of orders: eight digits that tell nobody how many orders there are (see migration 0005)."""

from django.db import connection


def take_numbers(count: int) -> list[str]:
    """Return new order numbers ("SO-48219375"), never given before; one statement.

    Statements that insert orders may call the function ``orders_new_number()`` themselves.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT orders_new_number() FROM generate_series(1, %s)", [count])
        return [number for (number,) in cursor.fetchall()]
