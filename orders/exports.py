"""Lists of orders as files, written by a job."""

import csv
import datetime
import tempfile
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from config.web import lists
from customers.models import FileKind, JobRun, StoredFile
from customers.services.files import store_file
from customers.services.jobs import Progress
from orders.filters import OrderFilter
from orders.models import Channel, Order, OrderStatus
from orders.querysets import orders_in_view
from orders.tables import OrderTable

ROWS_AT_ONCE = 2000
FORMULA = ("=", "+", "-", "@", "\t")


def write_orders(run: JobRun, progress: Progress) -> StoredFile:
    """Write the orders of a list, as its address (argument ``query``) describes it, for the person who asked."""
    request = HttpRequest()
    request.user, request.GET = run.user, QueryDict(run.arguments["query"])
    today = timezone.localdate()
    with override(run.language):
        view = request.GET.get("view", "all")
        orders = orders_in_view(Order.objects.visible_to(run.user), view, user=run.user, today=today)
        matching = OrderFilter(request.GET or None, queryset=orders, request=request).qs
        name = _("orders-%(day)s.csv") % {"day": today.isoformat()}
        return write_list(matching, OrderTable, request, name=name, run=run, progress=progress)


def write_list(
    queryset: QuerySet[Any], table: type[Any], request: HttpRequest, *, name: str, run: JobRun, progress: Progress
) -> StoredFile:
    """Write the columns of a table for all rows of a queryset as CSV (UTF-8 with a mark, comma, dot), in its order."""
    key = request.GET.get("sort", "").removeprefix("-")
    path, first = table.sorts.get(key) or next(iter(table.sorts.values()))
    descending = request.GET.get("sort", "").startswith("-") if key in table.sorts else first == "desc"
    sign = "-" if descending else ""
    stored = getattr(table, "stored", {})
    columns = [(stored.get(path, path), heading) for path, heading in lists.export_columns(table([], request=request))]
    rows = queryset.order_by(f"{sign}{path}", f"{sign}pk").values_list(*(path for path, _heading in columns))
    total = queryset.order_by().count()
    progress(0, total)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "list.csv"
        with target.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([heading for _path, heading in columns])
            for number, row in enumerate(rows.iterator(chunk_size=ROWS_AT_ONCE), 1):
                writer.writerow([_cell(path, value) for (path, _heading), value in zip(columns, row, strict=True)])
                if number % ROWS_AT_ONCE == 0:
                    progress(number)
        with target.open("rb") as content:
            return store_file(content=content, name=name, kind=FileKind.EXPORT, content_type="text/csv", owner=run.user)


WORDS: dict[str, Iterable[tuple[str, Any]]] = {"status": OrderStatus.choices, "channel": Channel.choices}


def _cell(path: str, value: object) -> object:
    """A value as spreadsheets read it; text that would run as a formula is disarmed."""
    if value is None:
        return ""
    if path in WORDS:
        return str(dict(WORDS[path]).get(value, value))
    if isinstance(value, datetime.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, Decimal | int | float | datetime.date):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
