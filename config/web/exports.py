"""What a list writes into a file: the rows, columns, filters and order of its page, but all rows, and as values.

An app describes each of its lists once, as a ``ListSource``: the page shows a part of it, the file carries the whole.
"""

import csv
import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import IO, Any

from babel.numbers import get_decimal_symbol
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from config.web import formats, lists
from config.web.escaping import disarm

ROWS_AT_ONCE = 2000


@dataclass(frozen=True)
class ListSource:
    """What a list is made of.

    ``rows`` are what the reader may see in the tab that the address names; ``transform`` adds to fetched rows (dicts
    of ``table.fields``) what the table shows beyond them, in a fixed number of statements for all of them.
    """

    rows: QuerySet[Any]
    table: type[Any]
    filterset: type[Any] | None = None
    transform: Callable[[list[dict[str, Any]]], Iterable[dict[str, Any]]] | None = None

    @property
    def title(self) -> str:
        """What the list is of, in a word or two."""
        return str(self.table.Meta.caption)

    def page(
        self,
        request: HttpRequest,
        *,
        tabs: Sequence[lists.Tab] = (),
        sums: tuple[str, str] | None = None,
        live: str = "",
        exclude: Sequence[str] = (),
    ) -> lists.Listing:
        """One page of the list; see ``lists.build``."""
        return lists.build(
            request,
            self.rows,
            self.table,
            self.filterset,
            columns=self.table.fields,
            tabs=tabs,
            sums=sums,
            live=live,
            exclude=exclude,
            transform=self.transform,
        )

    def matching(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows that the filters of the address let through."""
        if self.filterset is None:
            return self.rows
        return self.filterset(request.GET or None, queryset=self.rows, request=request).qs


def headings(source: ListSource, request: HttpRequest) -> list[str]:
    """The first line of the file."""
    return [heading for heading, _value in source.table([], request=request).written()]


def lines(source: ListSource, request: HttpRequest) -> Iterator[list[object]]:
    """Every row as the cells of a line, in the order of the list, in one snapshot of the database.

    Needs a transaction: the rows stay with the server and come in parts of ``ROWS_AT_ONCE``, whatever their number.
    """
    table = source.table([], request=request)
    values = [value for _heading, value in table.written()]
    rows = lists.sorted_rows(source.matching(request), source.table, request).ordered()
    for part in _parts(rows, table.fields):
        for row in source.transform(part) if source.transform else part:
            yield [cell(value(row)) for value in values]


def _parts(rows: QuerySet[Any], fields: Iterable[str]) -> Iterator[list[dict[str, Any]]]:
    """The rows as dicts, a part at a time.

    Django's own ``iterator()`` would read everything at once, as server-side cursors are switched off for requests
    (a transaction pooler can't carry them from one transaction to the next; within one it can).
    """
    names = tuple(fields)
    compiler = rows.values_list(*names).query.get_compiler(rows.db)
    found = compiler.results_iter(tuple_expected=True, chunked_fetch=True, chunk_size=ROWS_AT_ONCE)
    while part := [dict(zip(names, row, strict=True)) for row in islice(found, ROWS_AT_ONCE)]:
        yield part


def line_writer(file: IO[str]) -> Any:
    """A ``csv.writer`` whose columns a spreadsheet of the reader's country finds: with decimal commas, semicolons."""
    return csv.writer(file, delimiter=";" if _decimal_mark() == "," else ",")


def cell(value: object) -> object:
    """A value as a spreadsheet of the reader's country reads it: its decimal mark, ISO dates, text that runs as nothing."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, Decimal | float):
        return f"{value:f}".replace(".", _decimal_mark())
    if isinstance(value, int | datetime.date):
        return value
    return disarm(str(value))


def _decimal_mark() -> str:
    return get_decimal_symbol(formats.babel_locale())
