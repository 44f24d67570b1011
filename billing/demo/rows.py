"""Writing many rows at once: COPY in PostgreSQL's text format, with keys that we choose."""

import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, models
from psycopg import sql

NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def keys(model: type[models.Model]) -> Iterator[int]:
    """Free primary keys of a table, counting up from its greatest."""
    return itertools.count((model._base_manager.aggregate(last=models.Max("pk"))["last"] or 0) + 1)


def copy_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], **constants: Any
) -> int:
    """Insert ``rows`` (values in the order of ``columns``, which are attribute names); returns how many.

    ``constants`` are the same in every row; columns named in neither take the field's default, or null.
    When keys are among the columns, the table's sequence is moved behind them.
    """
    names, tail = list(columns), []
    for field in model._meta.concrete_fields:
        if field.attname in columns or field.generated:
            continue
        if field.attname in constants:
            value = constants[field.attname]
        elif field.primary_key or field.null:
            continue
        elif field.has_default():
            value = field.get_default()
        elif isinstance(field, models.CharField | models.TextField):
            value = ""
        else:
            raise TypeError(f"{model.__name__}.{field.attname} needs a value")
        names.append(field.attname)
        tail.append(_text(value))
    table = model._meta.db_table
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(sql.Identifier(_column(model, name)) for name in names)
    )
    count = 0
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for batch in _batched(rows, 2_000):
                count += len(batch)
                copy.write("".join("\t".join([*map(_text, row), *tail]) + "\n" for row in batch))
        if "id" in columns and count:
            cursor.execute(
                sql.SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), (SELECT max(id) FROM {}))").format(
                    sql.Literal(table), sql.Identifier(table)
                )
            )
    return count


def _batched(rows: Iterable[Sequence[Any]], size: int) -> Iterator[list[Sequence[Any]]]:
    rows = iter(rows)
    while batch := list(itertools.islice(rows, size)):
        yield batch


def _column(model: type[models.Model], attname: str) -> str:
    field = next(field for field in model._meta.concrete_fields if field.attname == attname)
    return str(field.column)


def _text(value: Any) -> str:
    if value is None:
        return NULL
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False).translate(_ESCAPES)
    return str(value)


def money4(amount: int) -> str:
    """Ten-thousandths of a euro as a price with four decimals."""
    return f"{amount // 10_000}.{amount % 10_000:04d}"


def euros(cents: int) -> str:
    """Cents as an amount with two decimals."""
    return f"{cents // 100}.{cents % 100:02d}"


def units(thousandths: int) -> str:
    """Thousandths as a quantity with three decimals."""
    return f"{thousandths // 1000}.{thousandths % 1000:03d}"
