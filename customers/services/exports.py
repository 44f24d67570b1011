"""Every list as a file: one job writes what the list's address describes, for the person who asked.

``LIST_EXPORTS`` in the settings maps the name of a list to the dotted name of a function
``source(request) -> ExportSource``: the rows that person may see in that view, the table that names the columns, and
the filter set. The list's view calls ``start_export`` when its address says ``?export=csv``.
"""

import csv
import datetime
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Field, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate.tasks import Task

from config.web import lists
from config.web.pages import go_to
from customers.models import FileKind, JobRun, StoredFile
from customers.services.files import store_file
from customers.services.jobs import Progress, start_job

ROWS_AT_ONCE = 2000
FORMULA = ("=", "+", "-", "@", "\t", "\r")
PAGING = ("export", "after", "before", "_panel")


@dataclass(frozen=True)
class ExportSource:
    """What a list is made of; ``rows`` carry every path that the table's columns name."""

    rows: QuerySet[Any]
    table: type[Any]
    filterset: type[Any] | None = None


def start_export(request: HttpRequest, *, name: str, title: str, task: Task) -> HttpResponse:
    """Start the job that writes the list ``name`` as this address describes it, and answer with the job's page."""
    query = request.GET.copy()
    for parameter in PAGING:
        query.pop(parameter, None)
    run = start_job(
        user=request.user,
        kind=f"export_{name}",
        title=title,
        task=task,
        arguments={"list": name, "query": query.urlencode()},
    )
    return go_to(request, "customers:job_page", run.pk)


def write_export(run: JobRun, progress: Progress, *, today: datetime.date) -> StoredFile:
    """Write a list as CSV (UTF-8 with a mark, comma, decimal point), in the order of the list.

    Text that a spreadsheet would run as a formula is disarmed. Rows are read in parts of 2,000.
    """
    request = HttpRequest()
    request.user, request.GET = run.user, QueryDict(run.arguments["query"])
    name = run.arguments["list"]
    with override(run.language):
        source: ExportSource = import_string(settings.LIST_EXPORTS[name])(request)
        rows = source.rows
        if source.filterset is not None:
            rows = source.filterset(request.GET or None, queryset=rows, request=request).qs
        progress(0, rows.order_by().count())
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "list.csv"
            with target.open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                for number, cells in enumerate(_cells(rows, source.table, request)):
                    writer.writerow(cells)
                    if number and number % ROWS_AT_ONCE == 0:
                        progress(number)
            with target.open("rb") as content:
                return store_file(
                    content=content,
                    name=f"{_(name)}-{today.isoformat()}.csv",
                    kind=FileKind.EXPORT,
                    content_type="text/csv",
                    owner=run.user,
                )


def _cells(rows: QuerySet[Any], table: type[Any], request: HttpRequest) -> Iterator[list[object]]:
    """The headings, then every row."""
    key = request.GET.get("sort", "").removeprefix("-")
    path, first = table.sorts.get(key) or next(iter(table.sorts.values()))
    descending = request.GET.get("sort", "").startswith("-") if key in table.sorts else first == "desc"
    sign = "-" if descending else ""
    columns = lists.export_columns(table([], request=request))
    yield [heading for _path, heading in columns]
    words = [_words(rows, path) for path, _heading in columns]
    found = rows.order_by(f"{sign}{path}", f"{sign}pk").values_list(*(path for path, _heading in columns))
    for row in found.iterator(chunk_size=ROWS_AT_ONCE):
        yield [_cell(value, names) for value, names in zip(row, words, strict=True)]


def _words(rows: QuerySet[Any], path: str) -> dict[Any, Any]:
    """The words of a column with choices, empty for every other."""
    model: Any = rows.model
    field: Field[Any, Any] | None = None
    for part in path.split("__"):
        if part in rows.query.annotations or model is None or part not in {f.name for f in model._meta.get_fields()}:
            return {}
        field = model._meta.get_field(part)
        model = field.related_model
    return dict(getattr(field, "flatchoices", ()) or ())


def _cell(value: object, words: dict[Any, Any]) -> object:
    """A value as spreadsheets read it."""
    if value is None:
        return ""
    if value in words:
        return str(words[value])
    if isinstance(value, datetime.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, Decimal | int | float | datetime.date):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
